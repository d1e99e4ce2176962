// An example of a figure of bounds: three panels made from formulas in the shape of the real ones. No number in it was measured.
#pragma once

#include <cmath>
#include <functional>

#include "notebooks-export/figure.hpp"

namespace thalweg {

struct ExampleMethod {
  const char* id;
  double factor;   // of curves and bounds
  bool maximum;    // keeps the running maximum, so theorems A, D and C' speak of it
};
inline constexpr ExampleMethod example_methods[] = {{"adam", 1.0, false}, {"amsgrad", 1.02, true}, {"sadam", 0.8, false}, {"samsgrad", 0.83, true}};

// A measured curve has a band that widens to `width` of its value at the end.
inline Series example_series(const char* method, const char* label, Role role, double last, double width, const std::function<double(double)>& curve) {
  Series series{method, label, role, {}, {}, {}, {}};
  for (double t = 1.0; t <= last; t *= 1.5) {
    const double y = curve(t);
    series.x.push_back(t);
    series.y.push_back(y);
    if (role != Role::measured) continue;
    series.lower.push_back(y * (1.0 - width * t / last));
    series.upper.push_back(y * (1.0 + width * t / last));
  }
  return series;
}

// With `vacuous`, theorem G of the first panel says nothing: it stays above the trivial value.
inline Figure example_bounds_figure(bool vacuous) {
  Figure figure;
  figure.id = "example-bounds";
  figure.study_hash = "example-study";
  figure.store_hash = "example-store";
  figure.code = "example-code";
  Panel nonconvex, convex, pl;
  nonconvex.title = "Nonconvex";
  nonconvex.y_label = "mean of $\\Vert\\nabla f(x_s)\\Vert^2$, $s \\leq t$";
  convex.title = "Convex, on a box";
  convex.y_label = "mean of $f(x_s) - f^\\star$, $s \\leq t$";
  pl.title = "Polyak-\u0141ojasiewicz";
  pl.y_label = "$f(x_{t+1}) - f^\\star$";
  for (const auto& [method, factor, maximum] : example_methods) {
    const double c = factor;
    nonconvex.series.push_back(example_series(method, "", Role::measured, 1e4, 0.3, [c](double t) { return c * (0.05 + 4.0 / (1.0 + t / 200.0)); }));
    nonconvex.series.push_back(example_series(method, "G", vacuous ? Role::vacuous : Role::bound, 1e4, 0.0, [c, vacuous](double t) { return c * (vacuous ? 12.0 : 0.6) + 4000.0 * c / t; }));
    if (maximum) nonconvex.series.push_back(example_series(method, "A", Role::bound, 1e4, 0.0, [c](double t) { return 0.3 * c + 1500.0 * c / t; }));
    convex.series.push_back(example_series(method, "", Role::measured, 1e4, 0.2, [c](double t) { return c * (0.01 + 4.0 / (1.0 + t / 30.0)); }));
    convex.series.push_back(example_series(method, "D-post", Role::bound, 1e4, 0.0, [c](double t) { return c * (0.1 + 1000.0 / t); }));
    if (maximum) convex.series.push_back(example_series(method, "D", Role::bound, 1e4, 0.0, [c](double t) { return c * (0.7 + 2300.0 / t); }));
    pl.series.push_back(example_series(method, "", Role::measured, 1e6, 0.9, [c](double t) { return c * (19.0 * std::exp(-t / 2000.0) + 1e-6); }));
    pl.series.push_back(example_series(method, "G-PL", Role::bound, 1e6, 0.0, [c](double t) { return c * (20.0 * std::exp(-t / 2e5) + 0.58); }));
    if (maximum) pl.series.push_back(example_series(method, "C'", Role::bound, 1e6, 0.0, [c](double t) { return c * (20.0 * std::exp(-t / 2e5) + 0.46); }));
  }
  nonconvex.y_limits = {0.02, 40.0};
  nonconvex.trivial = 5.0;
  convex.y_limits = {4e-3, 40.0};
  convex.trivial = 4.3;
  pl.y_limits = {2e-7, 160.0};
  pl.trivial = 21.0;
  figure.panels = {nonconvex, convex, pl};
  for (Panel& panel : figure.panels) panel.x_label = "step $t$";
  return figure;
}

}  // namespace thalweg
