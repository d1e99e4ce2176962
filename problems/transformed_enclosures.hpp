// A transformed objective over boxes (problems/enclosure.hpp), from the inner one's enclosures.
//
// A linear map of few coordinates is applied as a matrix, whose products with a box are tight; of more, step by step. A map of single coordinates keeps a sum
// over coordinates one, with the terms' derivatives by the chain rule and the tail bound of the Polyak-Lojasiewicz constant:
//   rho of c t(d x) is c d^2 rho(d x).
#pragma once

#include "problems/enclosure.hpp"
#include "problems/transformation.hpp"

namespace thalweg {

namespace enclosing {

template <class Map>
struct TransformedEnclosures {
  using F = Transformed<Map>;
  static const F& of(const void* f) { return *static_cast<const F*>(f); }
  static const Enclosures& rows(const Operand& operand) { return *operand.enclosures; }
  using Point = std::vector<Interval>;

  static Point rotated(const F& f, View<const Interval> x) {
    Point y(f.inner->dim);
    for (std::size_t i = 0; i < y.size(); ++i) {
      Interval sum(0.0);
      for (std::size_t j = 0; j < x.size(); ++j) sum += f.matrix[i * x.size() + j] * x[j];
      y[i] = sum;
    }
    return y;
  }
  static Point argument(const F& f, View<const Interval> x) {
    if (f.matrix != nullptr) return rotated(f, x);
    Point y(f.inner->dim);
    map_point<Interval>(f.map, x, View<Interval>(y.data(), y.size()));
    return y;
  }
  static Point direction(const F& f, View<const Interval> v) {
    if (f.matrix != nullptr) return rotated(f, v);
    Point w(f.inner->dim);
    map_direction<Interval>(f.map, v, View<Interval>(w.data(), w.size()));
    return w;
  }
  static void back(const F& f, const Point& h, View<Interval> g) {
    if (f.matrix == nullptr) return map_back<Interval>(f.map, View<const Interval>(h.data(), h.size()), g);
    for (std::size_t j = 0; j < g.size(); ++j) {
      Interval sum(0.0);
      for (std::size_t i = 0; i < h.size(); ++i) sum += f.matrix[i * g.size() + j] * h[i];
      g[j] = sum;
    }
  }

  static Interval value(const void* objective, View<const Interval> x) {
    const F& f = of(objective);
    if constexpr (ArgumentMap<Map>) {
      const Point y = argument(f, x);
      return rows(*f.inner).value(f.inner->functor, y);
    } else {
      const Interval inside = rows(*f.inner).value(f.inner->functor, x);
      if constexpr (FactorMap<Map>) return Interval(f.map.factor()) * inside;
      else if constexpr (SecondProblem<Map>) return inside + rows(*f.map.second).value(f.map.second->functor, x);
      else return inside + added(f, x);
    }
  }
  static Interval added(const F& f, View<const Interval> x) {
    Interval sum(0.0);
    for (std::size_t j = 0; j < x.size(); ++j) sum += f.map.template term<Interval>(j, x[j]);
    return sum;
  }

  static void gradient(const void* objective, View<const Interval> x, View<Interval> g) {
    const F& f = of(objective);
    if constexpr (ArgumentMap<Map>) {
      const Point y = argument(f, x);
      Point h(f.inner->dim);
      rows(*f.inner).gradient(f.inner->functor, y, h);
      back(f, h, g);
    } else {
      rows(*f.inner).gradient(f.inner->functor, x, g);
      if constexpr (FactorMap<Map>) {
        for (Interval& gj : g) gj = Interval(f.map.factor()) * gj;
      } else if constexpr (SecondProblem<Map>) {
        Point h(x.size());
        rows(*f.map.second).gradient(f.map.second->functor, x, h);
        for (std::size_t j = 0; j < x.size(); ++j) g[j] += h[j];
      } else {
        for (std::size_t j = 0; j < x.size(); ++j) g[j] += f.map.template slope<Interval>(j, x[j]);
      }
    }
  }

  static void product(const void* objective, View<const Interval> x, View<const Interval> v, View<Interval> out) {
    const F& f = of(objective);
    if constexpr (ArgumentMap<Map>) {
      const Point y = argument(f, x), w = direction(f, v);
      Point h(f.inner->dim);
      rows(*f.inner).product(f.inner->functor, y, w, h);
      back(f, h, out);
    } else {
      rows(*f.inner).product(f.inner->functor, x, v, out);
      if constexpr (FactorMap<Map>) {
        for (Interval& hj : out) hj = Interval(f.map.factor()) * hj;
      } else if constexpr (SecondProblem<Map>) {
        Point h(x.size());
        rows(*f.map.second).product(f.map.second->functor, x, v, h);
        for (std::size_t j = 0; j < x.size(); ++j) out[j] += h[j];
      } else {
        for (std::size_t j = 0; j < x.size(); ++j) out[j] += f.map.template curvature<Interval>(j) * v[j];
      }
    }
  }

  // c t(y(x)) with y of derivative d, and what is added.
  static TermEnclosures term(const void* objective, std::size_t j) {
    const F f = of(objective);
    const TermEnclosures t = rows(*f.inner).term(f.inner->functor, j);
    using D = Dual<Interval>;
    if constexpr (CoordinateMap<Map>) {
      const auto y = [f, j](const Interval& x) { return f.map.template argument<Interval>(j, x); };
      const Interval d = f.map.template factor<Interval>(j);
      return {[t, y](const Interval& x) { return t.value(y(x)); },
              [t, y, d](const Interval& x) { return d * t.slope(y(x)); },
              [t, y, d](const Interval& x) { return m::sqr(d) * t.curvature(y(x)); },
              [t, y, d](const Interval& x) {
                const D inside = t.slope_and_curvature(y(x));
                return D(d * inside.value, m::sqr(d) * inside.derivative);
              },
              [t, y, d](const Interval& x) {
                const D inside = t.curvature_and_third(y(x));
                return D(m::sqr(d) * inside.value, m::sqr(d) * d * inside.derivative);
              }};
    } else if constexpr (FactorMap<Map>) {
      const Interval c(f.map.factor());
      const auto both = [c](const D& inside) { return D(c * inside.value, c * inside.derivative); };
      return {[t, c](const Interval& x) { return c * t.value(x); },
              [t, c](const Interval& x) { return c * t.slope(x); },
              [t, c](const Interval& x) { return c * t.curvature(x); },
              [t, both](const Interval& x) { return both(t.slope_and_curvature(x)); },
              [t, both](const Interval& x) { return both(t.curvature_and_third(x)); }};
    } else if constexpr (SecondProblem<Map>) {
      const TermEnclosures s = rows(*f.map.second).term(f.map.second->functor, j);
      const auto both = [](const D& a, const D& b) { return D(a.value + b.value, a.derivative + b.derivative); };
      return {[t, s](const Interval& x) { return t.value(x) + s.value(x); },
              [t, s](const Interval& x) { return t.slope(x) + s.slope(x); },
              [t, s](const Interval& x) { return t.curvature(x) + s.curvature(x); },
              [t, s, both](const Interval& x) { return both(t.slope_and_curvature(x), s.slope_and_curvature(x)); },
              [t, s, both](const Interval& x) { return both(t.curvature_and_third(x), s.curvature_and_third(x)); }};
    } else if constexpr (AddedTerms<Map>) {
      const Interval a = f.map.template curvature<Interval>(j);
      const auto slope = [f, j](const Interval& x) { return f.map.template slope<Interval>(j, x); };
      return {[t, f, j](const Interval& x) { return t.value(x) + f.map.template term<Interval>(j, x); },
              [t, slope](const Interval& x) { return t.slope(x) + slope(x); },
              [t, a](const Interval& x) { return t.curvature(x) + a; },
              [t, slope, a](const Interval& x) {
                const D inside = t.slope_and_curvature(x);
                return D(inside.value + slope(x), inside.derivative + a);
              },
              [t, a](const Interval& x) {
                const D inside = t.curvature_and_third(x);
                return D(inside.value + a, inside.derivative);
              }};
    } else {
      return {};
    }
  }
  static constexpr bool has_terms = !LinearMap<Map>;

  static double tail(const void* objective, std::size_t j, double r) {
    const F& f = of(objective);
    if constexpr (FactorMap<Map>) {
      return (Interval(f.map.factor()) * Interval(rows(*f.inner).tail(f.inner->functor, j, r))).lower();
    } else if constexpr (CoordinateMap<Map>) {
      const Interval d = f.map.template factor<Interval>(j);
      return (m::sqr(d) * Interval(rows(*f.inner).tail(f.inner->functor, j, (d * Interval(r)).lower()))).lower();
    } else {
      return 0.0;
    }
  }

  static constexpr Enclosures coupled{value, gradient, product, nullptr, nullptr}, separable{value, gradient, product, term, nullptr}, tailed{value, gradient, product, term, tail};
};

}  // namespace enclosing

// Null where an inner problem has none. keeps_origin: a map of coordinates that leaves 0 where it is, about which tails are.
template <class Map>
const Enclosures* transformed_enclosures(const Operand& inner, const Operand* second, bool keeps_origin) {
  using T = enclosing::TransformedEnclosures<Map>;
  const Enclosures *f = inner.enclosures, *g = second != nullptr ? second->enclosures : f;
  if (f == nullptr || g == nullptr) return nullptr;
  if (!T::has_terms || f->term == nullptr || g->term == nullptr) return &T::coupled;
  const bool scaled = FactorMap<Map> || (CoordinateMap<Map> && keeps_origin);
  return scaled && f->tail != nullptr ? &T::tailed : &T::separable;
}

}  // namespace thalweg
