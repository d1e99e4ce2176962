// In which arithmetic a run is made.
//   f64    double throughout
//   f32    float throughout: state, gradient, update and the sums over coordinates; only sums over time are in double
//   mixed  state, gradient and update in float, everything that is recorded computed in double from the float values: f and its gradient at recorded
//          steps by the double formulas at the float iterate, sums along the run from the float gradient of each step
// Draws in float and in double are different variates of the same law: runs in different precisions are not paired.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace thalweg {

enum class Precision : std::uint8_t { f64, f32, mixed };

constexpr std::array<std::string_view, 3> precision_names = {"double", "float", "mixed"};
constexpr std::string_view to_string(Precision precision) { return precision_names[static_cast<std::size_t>(precision)]; }

}  // namespace thalweg
