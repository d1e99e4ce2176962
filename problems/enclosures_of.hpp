// The enclosures of a functor, made from its formula (problems/enclosure.hpp).
#pragma once

#include <vector>

#include "lib/core/sum.hpp"
#include "problems/enclosure.hpp"

namespace thalweg {

namespace enclosing {

template <class F>
concept Separable = requires(const F& f, const Interval& x) { f.template term<Interval>(std::size_t{0}, x); };
template <class F>
concept Generic = Separable<F> || requires(const F& f, View<const Interval> x) { f.template value<Interval>(x); };

template <class F>
concept Tailed = requires(const F& f) { f.tail(std::size_t{0}, 1.0); };

template <class F>
struct EnclosuresOf {
  static const F& functor(const void* f) { return *static_cast<const F*>(f); }
  static Interval value(const void* f, View<const Interval> x) {
    if constexpr (Separable<F>) {
      Interval sum(0.0);
      for (std::size_t j = 0; j < x.size(); ++j) sum += functor(f).template term<Interval>(j, x[j]);
      return sum;
    } else {
      return functor(f).template value<Interval>(x);
    }
  }
  template <class R>
  static void slopes(const void* f, View<const R> x, View<R> g) {
    if constexpr (Separable<F>) {
      for (std::size_t j = 0; j < x.size(); ++j) g[j] = functor(f).template slope<R>(j, x[j]);
    } else {
      functor(f).template gradient<R>(x, g);
    }
  }
  static void gradient(const void* f, View<const Interval> x, View<Interval> g) { slopes<Interval>(f, x, g); }
  static void product(const void* f, View<const Interval> x, View<const Interval> v, View<Interval> out) {
    using D = Dual<Interval>;
    std::vector<D> point(x.size()), g(x.size());
    for (std::size_t j = 0; j < x.size(); ++j) point[j] = D(x[j], v[j]);
    slopes<D>(f, View<const D>(point.data(), point.size()), View<D>(g.data(), g.size()));
    for (std::size_t j = 0; j < x.size(); ++j) out[j] = g[j].derivative;
  }
  static TermEnclosures term(const void* f, std::size_t j) {
    if constexpr (Separable<F>) return enclosures_of(functor(f), j);
    else return {};
  }
  static double tail(const void* f, std::size_t j, double r) {
    if constexpr (Tailed<F>) return functor(f).tail(j, r);
    else return 0.0;
  }
  static constexpr Enclosures row{value, gradient, product, Separable<F> ? term : nullptr, Tailed<F> ? tail : nullptr};
};

template <class F>
constexpr const Enclosures* row_for() {
  if constexpr (Generic<F>) return &EnclosuresOf<F>::row;
  else return nullptr;
}

}  // namespace enclosing

// Null where the formula is not written over a generic scalar.
template <class F>
constexpr const Enclosures* enclosures_for() {
  return enclosing::row_for<F>();
}

}  // namespace thalweg
