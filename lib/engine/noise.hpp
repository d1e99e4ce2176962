// What a noise model is to an engine: a functor that makes each coordinate's noise of the variates drawn for it.
//
//   static constexpr DrawKind randomness;                 // of its variates; none: no noise
//   static constexpr bool pair = true;                    // optional: two variates a coordinate, from two streams
//   template <class R, class J> R perturb(J j, const Variates<R>& w, const R& g) const;    // xi_j, where g = grad_j f(x)
//
// So made, the coordinates are independent of each other given x. Noise whose coordinates depend on each other takes a sum over all of them, made first:
//
//   template <class R, class J> R share(J j, const Variates<R>& w) const;                     // of coordinate j in the sum
//   template <class R, class J> R perturb(J j, const Variates<R>& w, const R& g, const R& sum) const;
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
concept SharedNoise = requires(const N& noise, const Variates<double>& w, double g) {
  { N::randomness } -> std::convertible_to<DrawKind>;
  { noise.template share<double>(std::size_t{0}, w) } -> std::same_as<double>;
  { noise.template perturb<double>(std::size_t{0}, w, g, g) } -> std::same_as<double>;
};

template <class N>
concept AdditiveNoise = SharedNoise<N> || requires(const N& noise, const Variates<double>& w, double g) {
  { N::randomness } -> std::convertible_to<DrawKind>;
  { noise.template perturb<double>(std::size_t{0}, w, g) } -> std::same_as<double>;
};

}  // namespace thalweg
