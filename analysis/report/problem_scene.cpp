#include "analysis/report/problem_scene.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lib/core/check.hpp"

namespace thalweg {

namespace {

using Vector = std::vector<double>;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

View<const double> view(const Vector& x) { return {x.data(), x.size()}; }

double value_at(const Problem& problem, const Vector& x) { return problem.value(view(x)); }
Vector gradient_at(const Problem& problem, const Vector& x) {
  Vector g(x.size());
  problem.gradient(view(x), View<double>(g.data(), g.size()));
  return g;
}
double dot(const Vector& a, const Vector& b) {
  double sum = 0.0;
  for (std::size_t j = 0; j < a.size(); ++j) sum += a[j] * b[j];
  return sum;
}

std::optional<Problem> instance(const Family& family, const Parameters& parameters) {
  try {
    return make_problem(family.entry.id, parameters);
  } catch (const SpecError&) {
    return std::nullopt;  // not with these parameters
  }
}

bool inside(const Box& box, const Vector& x) {
  if (box.everything()) return true;
  for (std::size_t j = 0; j < x.size(); ++j)
    if (!(x[j] >= box.lower[j] && x[j] <= box.upper[j])) return false;
  return true;
}

// ---- the ends of a section

struct Span {
  double low, high;
};

// Where the line leaves the box.
Span within(const Box& box, const Section& line, Span span) {
  for (std::size_t j = 0; j < line.origin.size(); ++j) {
    if (line.direction[j] == 0.0) continue;
    const double a = (box.lower[j] - line.origin[j]) / line.direction[j], b = (box.upper[j] - line.origin[j]) / line.direction[j];
    span.low = std::max(span.low, std::min(a, b));
    span.high = std::min(span.high, std::max(a, b));
  }
  return span;
}

// How far to go along -grad f: doubled while f falls, halved until it does.
double falling_length(const Problem& problem, const Section& line) {
  const auto f = [&](double s) { return value_at(problem, line.at(s)); };
  double length = 1.0;
  for (int k = 0; k < 40 && !(f(length) < f(0.0)); ++k) length *= 0.5;
  for (int k = 0; k < 4 && f(2.0 * length) < f(length); ++k) length *= 2.0;
  return length;
}

// Origin and direction; how far it is to the other point of interest.
Section line_of(const Problem& problem, double& length) {
  Section line;
  const Vector start = problem.start.values();
  line.from_minimiser = problem.facts.minimiser.has_value();
  line.origin = line.from_minimiser ? problem.facts.minimiser->values() : start;
  line.direction.assign(start.size(), 0.0);
  if (line.from_minimiser) {
    for (std::size_t j = 0; j < start.size(); ++j) line.direction[j] = start[j] - line.origin[j];
  } else {
    line.direction = gradient_at(problem, start);
    for (double& d : line.direction) d = -d;
  }
  const double size = std::sqrt(dot(line.direction, line.direction));
  if (size > 0.0) {
    for (double& d : line.direction) d /= size;
  } else {
    line.direction[0] = 1.0;
  }
  line.start = line.from_minimiser ? size : 0.0;
  length = !line.from_minimiser ? falling_length(problem, line) : size > 0.0 ? size : 1.0;
  return line;
}

constexpr std::size_t section_points = 241;

void measure(const Problem& problem, Section& line, Span span) {
  const bool known = infimum_known(problem.facts);
  for (std::size_t k = 0; k < section_points; ++k) {
    const double s = span.low + (span.high - span.low) * (static_cast<double>(k) / (section_points - 1));
    const Vector x = line.at(s), g = gradient_at(problem, x);
    Vector h(x.size());
    problem.hessian_product(view(x), view(line.direction), View<double>(h.data(), h.size()));
    const double f = value_at(problem, x), ratio = dot(g, g) / (2.0 * f);
    line.s.push_back(s);
    line.value.push_back(f);
    line.curvature.push_back(dot(line.direction, h));
    line.ratio.push_back(known && f > 0.0 && ratio < std::numeric_limits<double>::infinity() ? ratio : nan);
    line.in_region.push_back(inside(problem.facts.region, x));
  }
}

// ---- descent

constexpr std::size_t most_steps = 400;
constexpr double armijo = 0.25;

void project(const Box& box, Vector& x) {
  for (std::size_t j = 0; j < x.size(); ++j) x[j] = std::clamp(x[j], box.lower[j], box.upper[j]);
}

Vector moved(const Problem& problem, const Vector& x, const Vector& g, double step) {
  Vector y(x.size());
  for (std::size_t j = 0; j < x.size(); ++j) y[j] = x[j] - step * g[j];
  if (problem.facts.on_box) project(problem.box, y);
  return y;
}

// The first of step, step / 2, ... with f(y) <= f(x) - (1/4) g . (x - y); nothing: none is left.
std::optional<Vector> backtracked(const Problem& problem, const Vector& x, const Vector& g, double& step) {
  const double f = value_at(problem, x);
  for (int k = 0; k < 60; ++k, step *= 0.5) {
    const Vector y = moved(problem, x, g, step);
    const double gain = armijo * (dot(g, x) - dot(g, y));
    if (gain > 0.0 && value_at(problem, y) <= f - gain) return y;
  }
  return std::nullopt;
}

}  // namespace

bool infimum_known(const Facts& facts) { return facts.f_star.known() && facts.f_star.upper <= std::numeric_limits<double>::max(); }

Problem pictured_instance(const Family& family) {
  Problem problem = make_problem(family.entry.id);
  if (problem.dim() == 2) return problem;
  for (const Parameter& parameter : family.parameters)
    if (parameter.name == "dim")
      if (auto plane = instance(family, {{"dim", {2.0}}}); plane && plane->dim() == 2) return std::move(*plane);
  Problem smaller = problem;
  Parameters chosen;
  for (bool changed = true; changed && smaller.dim() > 2;) {
    changed = false;
    for (const Parameter& parameter : family.parameters) {
      if (!parameter.integer || parameter.shape != Shape::number || parameter.name == "dim" || chosen.contains(parameter.name)) continue;
      Parameters tried = chosen;
      tried[std::string(parameter.name)] = {parameter.lower};
      const auto next = instance(family, tried);
      if (!next || next->dim() >= smaller.dim() || next->dim() < 2) continue;
      smaller = *next;
      chosen = std::move(tried);
      changed = true;
    }
  }
  return smaller.dim() == 2 ? smaller : problem;
}

std::vector<double> Section::at(double along) const {
  Vector x = origin;
  for (std::size_t j = 0; j < x.size(); ++j) x[j] += along * direction[j];
  return x;
}

Section section_of(const Problem& problem) {
  double length = 0.0;
  Section section = line_of(problem, length);
  Span span = section.from_minimiser ? Span{-0.8 * length, 1.25 * length} : Span{-0.5 * length, 1.5 * length};
  if (problem.facts.on_box && !problem.box.everything()) span = within(problem.box, section, span);
  measure(problem, section, span);
  return section;
}

Descent descend(const Problem& problem) {
  THALWEG_EXPECTS(problem.dim() == 2);
  Descent descent;
  const Constant& L = problem.facts.L;
  if (L.known() && L.upper > 0.0 && L.upper <= std::numeric_limits<double>::max()) descent.step = 1.0 / L.upper;
  Vector x = problem.start.values(), g = gradient_at(problem, x);
  const double first = dot(g, g);
  descent.points.push_back({x[0], x[1]});
  for (double step = 1.0; descent.points.size() <= most_steps && dot(g, g) > 1e-20 * first; step = std::min(2.0 * step, 1e6)) {
    const std::optional<Vector> next = descent.step > 0.0 ? moved(problem, x, g, descent.step) : backtracked(problem, x, g, step);
    if (!next) break;
    x = *next;
    g = gradient_at(problem, x);
    descent.points.push_back({x[0], x[1]});
  }
  return descent;
}

Window window_of(const Problem& problem, const Descent& descent) {
  const Facts& f = problem.facts;
  if (f.on_box && !problem.box.everything()) return {problem.box.lower[0], problem.box.upper[0], problem.box.lower[1], problem.box.upper[1]};
  Window shown{problem.start[0], problem.start[0], problem.start[1], problem.start[1]};
  const auto include = [&shown](double x, double y) {
    shown = {std::min(shown.left, x), std::max(shown.right, x), std::min(shown.bottom, y), std::max(shown.top, y)};
  };
  if (f.minimiser) include((*f.minimiser)[0], (*f.minimiser)[1]);
  if (!f.minimiser) include(descent.points.back()[0], descent.points.back()[1]);
  const double reach = std::max({shown.right - shown.left, shown.top - shown.bottom, 1e-3});
  const bool near = !f.region.everything() && f.region.upper[0] - f.region.lower[0] <= 16.0 * reach && f.region.upper[1] - f.region.lower[1] <= 16.0 * reach;
  if (near) {
    include(f.region.lower[0], f.region.lower[1]);
    include(f.region.upper[0], f.region.upper[1]);
    const double margin = 0.03 * std::max(shown.right - shown.left, shown.top - shown.bottom);
    return {shown.left - margin, shown.right + margin, shown.bottom - margin, shown.top + margin};
  }
  // About the minimiser, or the middle of the way.
  const double x = f.minimiser ? (*f.minimiser)[0] : 0.5 * (shown.left + shown.right), y = f.minimiser ? (*f.minimiser)[1] : 0.5 * (shown.bottom + shown.top);
  const double half = (f.minimiser ? 1.8 : 0.9) * reach;
  return {x - half, x + half, y - half, y + half};
}

}  // namespace thalweg
