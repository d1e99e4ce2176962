// The kernel record of an objective (lib/engine/launch.hpp) for one instruction set and one scalar type.
//
// An objective that is a sum over coordinates states its term and slope and gets every kernel from them; a coupled one states value and gradient
// over a view of any scalar and is evaluated with lanes that are replicas, or one replica at a time; one with kernels of its own brings them.
#pragma once

#include <concepts>
#include <vector>

#include "lib/core/draw.hpp"
#include "lib/core/dual.hpp"
#include "lib/core/view.hpp"
#include "lib/engine/cpu/kernel.hpp"

namespace thalweg::cpu {

template <class F>
concept Separable = requires(const F& f, double x) {
  { f.template term<double>(std::size_t{0}, x) } -> std::same_as<double>;
  { f.template slope<double>(std::size_t{0}, x) } -> std::same_as<double>;
};

template <class F>
concept OwnKernels = requires(const F& f, const double* x, double* out) {
  f.template value_lanes<1>(x, out);
  f.template gradient_lanes<1>(x, out);
  f.product(x, x, out);
};

template <class F>
concept Sampled = requires(const F& f, const DrawKey& key, const std::uint64_t* replica, const double* x, double* g) {
  f.template sample_lanes<1>(key, replica, std::uint64_t{1}, x, g);
};

// Keeps a gradient of each sample, in memory() values a replica.
template <class F>
concept Remembering = Sampled<F> && requires(const F& f, const DrawKey& key, const std::uint64_t* replica, const double* x, double* g) {
  { f.memory() } -> std::same_as<std::size_t>;
  f.template recall_lanes<1>(Asked::recalled, key, replica, std::uint64_t{1}, x, g, g);
};

template <class F, class T>
struct ObjectiveKernels {
  static constexpr std::size_t W = lanes<T>;
  using L = Lanes<T>;
  static const F& functor(const void* objective) { return *static_cast<const F*>(objective); }

  // f over any scalar, in the fixed order of Sum.
  template <class R>
  static R value_of(const F& f, View<const R> x) {
    if constexpr (Separable<F>) {
      Sum<R> sum;
      for (std::size_t j = 0; j < x.size(); ++j) sum.add(f.template term<R>(j, x[j]));
      return sum.total();
    } else {
      return f.template value<R>(x);
    }
  }
  template <class R>
  static void gradient_of(const F& f, View<const R> x, View<R> g) {
    if constexpr (Separable<F>) {
      for (std::size_t j = 0; j < x.size(); ++j) g[j] = f.template slope<R>(j, x[j]);
    } else {
      f.template gradient<R>(x, g);
    }
  }

  static void value(const void* objective, const T* x, double* out, TileShape shape) {
    const F& f = functor(objective);
    for (std::size_t n = 0; n < shape.groups; ++n) {
      const T* xn = x + n * shape.dim * W;
      if constexpr (OwnKernels<F>) {
        f.template value_lanes<W>(xn, out + n * W);
      } else {
        store_wide(value_of<L>(f, View<const L>(reinterpret_cast<const L*>(xn), shape.dim)), out + n * W);
      }
    }
  }

  static void gradient(const void* objective, const T* x, T* g, TileShape shape) {
    const F& f = functor(objective);
    for (std::size_t n = 0; n < shape.groups; ++n) {
      const T* xn = x + n * shape.dim * W;
      T* gn = g + n * shape.dim * W;
      if constexpr (OwnKernels<F>) {
        f.template gradient_lanes<W>(xn, gn);
      } else {
        gradient_of<L>(f, View<const L>(reinterpret_cast<const L*>(xn), shape.dim), View<L>(reinterpret_cast<L*>(gn), shape.dim));
      }
    }
  }

  static void sample(const void* objective, const DrawPoint& point, const T* x, T* g, TileShape shape) {
    if constexpr (Sampled<F>) {
      const F& f = functor(objective);
      for (std::size_t n = 0; n < shape.groups; ++n)
        f.template sample_lanes<W>(point.key, point.replica + n * W, point.step, x + n * shape.dim * W, g + n * shape.dim * W);
    }
  }

  static void recall(const void* objective, Asked asked, const DrawPoint& point, const T* x, T* memory, T* g, TileShape shape) {
    if constexpr (Remembering<F>) {
      const F& f = functor(objective);
      for (std::size_t n = 0; n < shape.groups; ++n)
        f.template recall_lanes<W>(asked, point.key, point.replica + n * W, point.step, x + n * shape.dim * W, memory + n * W * f.memory(), g + n * shape.dim * W);
    }
  }

  static T terms(const void* objective, std::size_t first, std::size_t count, const T* x) {
    T sum = T(0);
    if constexpr (Separable<F>) {
      const F& f = functor(objective);
      BlockSum<L> block;
      along<T>(first, count, [&]<class R>(auto j, std::size_t i) { block.add(f.template term<R>(j, load<R>(x + i))); });
      sum = block.total();
    }
    return sum;
  }

  static void slopes(const void* objective, std::size_t first, std::size_t count, const T* x, T* g) {
    if constexpr (Separable<F>) {
      const F& f = functor(objective);
      along<T>(first, count, [&]<class R>(auto j, std::size_t i) { store<R>(f.template slope<R>(j, load<R>(x + i)), g + i); });
    }
  }

  static double point_value(const void* objective, const T* x) {
    const F& f = functor(objective);
    if constexpr (OwnKernels<F>) {
      double out = 0.0;
      f.template value_lanes<1>(x, &out);
      return out;
    } else {
      return static_cast<double>(value_of<T>(f, View<const T>(x, f.dim())));
    }
  }

  static void point_gradient(const void* objective, const T* x, T* g) {
    const F& f = functor(objective);
    if constexpr (OwnKernels<F>) {
      f.template gradient_lanes<1>(x, g);
    } else {
      gradient_of<T>(f, View<const T>(x, f.dim()), View<T>(g, f.dim()));
    }
  }

  static void point_sample(const void* objective, const DrawPoint& point, const T* x, T* g) {
    if constexpr (Sampled<F>) functor(objective).template sample_lanes<1>(point.key, point.replica, point.step, x, g);
  }

  static void point_recall(const void* objective, Asked asked, const DrawPoint& point, const T* x, T* memory, T* g) {
    if constexpr (Remembering<F>) functor(objective).template recall_lanes<1>(asked, point.key, point.replica, point.step, x, memory, g);
  }

  // Hessian times v: the derivative of the gradient along v, by dual numbers over the same formula.
  static void point_product(const void* objective, const T* x, const T* v, T* out) {
    const F& f = functor(objective);
    if constexpr (OwnKernels<F>) {
      f.product(x, v, out);
    } else {
      using D = Dual<T>;
      const std::size_t d = f.dim();
      std::vector<D> point(d), gradient(d);
      for (std::size_t j = 0; j < d; ++j) point[j] = D{x[j], v[j]};
      gradient_of<D>(f, View<const D>(point.data(), d), View<D>(gradient.data(), d));
      for (std::size_t j = 0; j < d; ++j) out[j] = gradient[j].derivative;
    }
  }

  static constexpr ObjectiveKernel<T> record() {
    ObjectiveKernel<T> made{value, gradient, nullptr, nullptr, nullptr, nullptr, point_value, point_gradient, nullptr, nullptr, nullptr};
    if constexpr (Sampled<F>) made.sample = sample, made.point_sample = point_sample;
    if constexpr (Remembering<F>) made.recall = recall, made.point_recall = point_recall;
    if constexpr (Separable<F>) made.terms = terms, made.slopes = slopes;
    if constexpr (std::is_same_v<T, double>) made.point_product = point_product;
    return made;
  }
};

}  // namespace thalweg::cpu
