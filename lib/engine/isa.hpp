// The instruction sets that kernels are compiled for, and which of them this machine can run.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace thalweg {

enum class Isa : unsigned char { v2, v3, v4 };  // x86-64-v2 (SSE4.2), -v3 (AVX2, FMA), -v4 (AVX-512)

constexpr std::array<std::string_view, 3> isa_names = {"v2", "v3", "v4"};
constexpr std::string_view to_string(Isa isa) { return isa_names[static_cast<std::size_t>(isa)]; }

// Lanes of a pack in the kernels of an instruction set: what fills one register.
template <class T = double>
constexpr std::size_t lanes_of(Isa isa) { return (std::size_t{16} << static_cast<std::size_t>(isa)) / sizeof(T); }

// One value per instruction set.
template <class T>
using PerIsa = std::array<T, 3>;

bool supported(Isa isa);
Isa best_isa();

}  // namespace thalweg
