// The named functions of the optimization literature.
#pragma once

#include "tests/problems/definitions_coupled.hpp"

namespace thalweg::test {

inline std::vector<Residual> rosenbrock(const Problem&, const Point& x) {
  std::vector<Residual> out;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const Sized a = x[i], b = x[i + 1];
    out.push_back(residual(100, b - a * a));
    out.push_back(residual(1, Sized(1.0) - a));
  }
  return out;
}
inline std::vector<Residual> beale(const Problem&, const Point& point) {
  const Sized x = point[0], y = point[1], one = 1.0;
  return {residual(1, Sized(1.5) - x * (one - y)), residual(1, Sized(2.25) - x * (one - y * y)), residual(1, Sized(2.625) - x * (one - y * y * y))};
}
inline std::vector<Residual> himmelblau(const Problem&, const Point& point) {
  const Sized x = point[0], y = point[1];
  return {residual(1, x * x + y - Sized(11.0)), residual(1, x + y * y - Sized(7.0))};
}
inline std::vector<Residual> booth(const Problem&, const Point& point) {
  const Sized x = point[0], y = point[1], two = 2.0;
  return {residual(1, x + two * y - Sized(7.0)), residual(1, two * x + y - Sized(5.0))};
}
// (y - b x^2 + c x - 6)^2 + s (1 - t) cos x + s - s t with s = 10, t = 1 / (8 pi), which is its own minimum s t lower; constants as the family rounds them.
inline Big branin(const Problem&, const Point& p) {
  const double pi = 0x1.921fb54442d18p+1, b = 5.1 / (4.0 * pi * pi), c = 5.0 / pi, s = 10.0 * (1.0 - 1.0 / (8.0 * pi));
  const Big rest = p[1] - b * p[0] * p[0] + c * p[0] - 6;
  return rest * rest + s * cos(p[0]) + s;
}
inline std::vector<Residual> powell_singular(const Problem&, const Point& x) {
  std::vector<Residual> out;
  for (std::size_t i = 0; i < x.size(); i += 4) {
    const Sized a = x[i], b = x[i + 1], c = x[i + 2], e = x[i + 3];
    out.push_back(residual(1, a + Sized(10.0) * b));
    out.push_back(residual(5, c - e));
    out.push_back(residual(1, (b - Sized(2.0) * c) * (b - Sized(2.0) * c)));
    out.push_back(residual(10, (a - e) * (a - e)));
  }
  return out;
}
// The source's form: 10.1 ((x_2 - 1)^2 + (x_4 - 1)^2) + 19.8 (x_2 - 1)(x_4 - 1) for the last two squares, but for the double 0.1.
inline Big wood(const Problem&, const Point& x) {
  const auto square = [](const Big& t) { return Big(t * t); };
  const Big tenth(0.1), u = x[1] - 1, v = x[3] - 1;
  return 100 * square(x[1] - x[0] * x[0]) + square(1 - x[0]) + 90 * square(x[3] - x[2] * x[2]) + square(1 - x[2]) + (10 + tenth) * (u * u + v * v) +
         2 * (10 - tenth) * u * v;
}
inline Big zakharov(const Problem&, const Point& x) {
  Big squares = 0, s = 0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    squares += x[j] * x[j];
    s += Big(j + 1) * x[j] / 2;
  }
  return squares + s * s + s * s * s * s;
}
inline Big ackley(const Problem&, const Point& x) {
  const Big n(x.size()), pi(0x1.921fb54442d18p+1), e(0x1.5bf0a8b145769p+1);
  Big squares = 0, cosines = 0;
  for (const Big& xi : x) {
    squares += xi * xi;
    cosines += cos(2 * pi * xi) - 1;
  }
  return 20 - 20 * exp(-sqrt(squares / n) * Big(0.2)) + e - e * exp(cosines / n);
}
inline Big griewank(const Problem&, const Point& x) {
  Big squares = 0, product = 1;
  for (std::size_t j = 0; j < x.size(); ++j) {
    squares += x[j] * x[j];
    product *= cos(x[j] / sqrt(Big(j + 1)));
  }
  return squares / 4000 + 1 - product;
}
inline Big levy(const Problem&, const Point& x) {
  const Big pi(0x1.921fb54442d18p+1);
  const auto square = [](const Big& t) { return Big(t * t); };
  const auto w = [&](std::size_t j) { return Big(1 + (x[j] - 1) / 4); };
  // sin^2 has the period of the family's pi only about w = 1: the turns are counted from there.
  const std::size_t last = x.size() - 1;
  Big f = square(sin(pi * (w(0) - 1)));
  for (std::size_t j = 0; j < last; ++j) f += square(w(j) - 1) * (1 + 10 * square(sin(pi * (w(j) - 1) + 1)));
  return f + square(w(last) - 1) * (1 + square(sin(2 * pi * (w(last) - 1))));
}

inline std::vector<FamilyDefinition> named_definitions() {
  const std::vector<Parameters> plain = {{}};
  std::vector<FamilyDefinition> all;
  all.push_back(squares("rosenbrock", {{}, {{"dim", {4}}}}, rosenbrock, polynomial(1e3, 3)));
  all.push_back(squares("beale", plain, beale, polynomial(20, 7)));
  all.push_back(squares("himmelblau", plain, himmelblau, polynomial(20, 3)));
  all.push_back(squares("booth", plain, booth, polynomial(30, 1)));
  all.push_back({"branin", plain, branin, by_size([](const Problem&, const Big& most) { return Big(pow(1 + most, 4)); }), polynomial(20, 3)});
  all.push_back(squares("powell-singular", {{}, {{"dim", {8}}, {"region", {2.0}}}}, powell_singular, polynomial(500, 3)));
  all.push_back({"wood", plain, wood, by_size([](const Problem&, const Big& most) { return Big(200 * pow(1 + most, 2)); }), polynomial(1e3, 3)});
  all.push_back({"zakharov", {{{"dim", {3}}}, {{"dim", {1}}}}, zakharov, by_size([](const Problem& p, const Big& most) {
                   const Big s = most * Big(p.dim() * (p.dim() + 1)) / 4;
                   return Big(s * s + s * s * s * s);
                 }), [](const Problem& p, const std::vector<double>& x) { return std::pow(static_cast<double>(p.dim()), 9.0) * (1e-300 + largest_coordinate(x)) * std::pow(1.0 + largest_coordinate(x), 2.0); }});
  all.push_back({"ackley", {{}, {{"dim", {3}}}, {{"dim", {1}}}}, ackley, nullptr, polynomial(30, 1)});
  all.push_back({"griewank", {{{"dim", {3}}}, {{"dim", {1}}}}, griewank, by_size([](const Problem&, const Big& most) { return Big(most * most); }), polynomial(1, 1)});
  all.push_back({"levy", {{}, {{"dim", {3}}}, {{"dim", {1}}}}, levy, by_size([](const Problem&, const Big& most) { return Big(1e-3 + most * most * most); }), polynomial(10, 3)});
  return all;
}

}  // namespace thalweg::test
