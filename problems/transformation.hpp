// A problem made from another one:  F(x) = f(y(x)),  c f(x),  f(x) - f* + q(x)  or  f(x) - f* + g(x) - g*.
//
// What is known of f is carried along by rules that are theorems (problems/carried_facts.hpp); what no rule gives is dropped. The kernels of F call those of
// f through their records, a group of replicas or a stretch of coordinates at a time: a transformation has one kernel whatever stands inside it, and they
// stand inside each other to any depth.
//
// A transformation is one header problems/transformations/<name>.hpp that defines
//   struct Shift {
//     static constexpr Entry entry{"shift", "f(x - s)", "definition"};
//     static constexpr std::string_view rules = "...";              // which facts it carries, in words
//     static constexpr std::size_t operands = 1;
//     static std::vector<Parameter> parameters();                   // one value per coordinate: of the new problem's coordinates
//     static Transformation<Map> build(const Parameters& values, const std::vector<Problem>& inner);
//   };
// and adds one line to problems/transformation_catalogue.hpp. A map is a trivially copyable functor of one of these kinds, written over any scalar:
//   coordinate by coordinate  template <class R, class J> R argument(J j, R x) const;   y_j(x_j), affine
//                             template <class R, class J> R factor(J j) const;          its derivative
//   linear                    template <class R> void argument(View<const R> x, View<R> y) const;   y = A x
//                             template <class R> void back(View<const R> h, View<R> g) const;       g = A'h; x, y, h and g apart
//   a factor                  double factor() const;                                    F = factor f
//   an added sum              template <class R, class J> R term(J j, R x) const;  R slope(J j, R x) const;  R curvature(J j) const;   quadratic
//   a second problem          const Operand* second;                                    F = f + g
// What is added is added to the values of the inner problem, f - f* where f* is known: a constant that no method sees, and values stay accurate.
// Source: definitions; the rules' sources stand with them.
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "lib/core/elementary.hpp"
#include "lib/core/interval.hpp"
#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

// An inner problem as kernels see it.
struct Operand {
  const void* functor;
  KernelSet<ObjectiveKernel> kernel;
  const Enclosures* enclosures;
  std::size_t dim;
  bool sampled;
};

// The functor behind a transformed objective.
template <class Map>
struct Transformed {
  const Operand* inner;
  std::size_t size;        // coordinates
  const Interval* matrix;  // of a linear map, row by row, so that boxes are mapped without the overestimate of its steps; null: too large, or no such map
  Map map;

  std::size_t dim() const { return size; }
};

constexpr std::size_t most_written_out = 256;  // coordinates of a linear map whose matrix is made for intervals

template <class Map>
concept CoordinateMap = requires(const Map& a, double x) {
  { a.template argument<double>(std::size_t{0}, x) } -> std::same_as<double>;
  { a.template factor<double>(std::size_t{0}) } -> std::same_as<double>;
};
template <class Map>
concept LinearMap = requires(const Map& a, View<const double> x, View<double> y) {
  a.template argument<double>(x, y);
  a.template back<double>(x, y);
};
template <class Map>
concept ArgumentMap = CoordinateMap<Map> || LinearMap<Map>;
template <class Map>
concept FactorMap = requires(const Map& a) {
  { a.factor() } -> std::same_as<double>;
};
template <class Map>
concept AddedTerms = requires(const Map& a, double x) {
  { a.template term<double>(std::size_t{0}, x) } -> std::same_as<double>;
  { a.template slope<double>(std::size_t{0}, x) } -> std::same_as<double>;
  { a.template curvature<double>(std::size_t{0}) } -> std::same_as<double>;
};
template <class Map>
concept SecondProblem = requires(const Map& a) { a.second->functor; };

// y(x) of an argument's map, and A v of its linear part.
template <class R, ArgumentMap Map>
void map_point(const Map& map, View<const R> x, View<R> y) {
  if constexpr (CoordinateMap<Map>) {
    for (std::size_t j = 0; j < x.size(); ++j) y[j] = map.template argument<R>(j, x[j]);
  } else {
    map.template argument<R>(x, y);
  }
}
template <class R, ArgumentMap Map>
void map_direction(const Map& map, View<const R> v, View<R> w) {
  if constexpr (CoordinateMap<Map>) {
    for (std::size_t j = 0; j < v.size(); ++j) w[j] = map.template factor<R>(j) * v[j];
  } else {
    map.template argument<R>(v, w);
  }
}
// A'h.
template <class R, ArgumentMap Map>
void map_back(const Map& map, View<const R> h, View<R> g) {
  if constexpr (CoordinateMap<Map>) {
    for (std::size_t j = 0; j < g.size(); ++j) g[j] = map.template factor<R>(j) * h[j];
  } else {
    map.template back<R>(h, g);
  }
}

// What a build returns: the map with what it points to, and the facts, start and box of the new problem.
template <class Map>
struct Transformation {
  Map map;
  std::shared_ptr<Storage> storage;
  Facts facts;
  PerCoordinate<double> start;
  Box box;
  bool alike = false;  // coordinates that are alike inside stay so
};

}  // namespace thalweg
