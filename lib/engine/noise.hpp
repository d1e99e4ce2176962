// What a noise model is to an engine: a functor whose coordinates are independent of each other given x.
//
//   static constexpr DrawKind randomness;                 // of its variates; none: no noise
//   static constexpr bool pair = true;                    // optional: two variates a coordinate, from two streams
//   template <class R, class J> R perturb(J j, const Variates<R>& w, const R& g) const;    // xi_j, where g = grad_j f(x)
#pragma once

#include <concepts>
#include <cstddef>

#include "lib/core/draw.hpp"
#include "lib/core/host_device.hpp"

namespace thalweg {

template <class R>
struct Variates {
  R first;
  R second;  // equals first unless the model takes pairs
};

template <class N>
constexpr bool takes_pairs = [] {
  if constexpr (requires { N::pair; }) return N::pair;
  else return false;
}();

template <class N>
concept AdditiveNoise = requires(const N& noise, const Variates<double>& w, double g) {
  { N::randomness } -> std::convertible_to<DrawKind>;
  { noise.template perturb<double>(std::size_t{0}, w, g) } -> std::same_as<double>;
};

}  // namespace thalweg
