#include "problems/carried_facts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "problems/enclosure.hpp"

namespace thalweg {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::size_t most_enclosed = 4096;  // coordinates of a region whose gradient is enclosed in one piece

// A number as a number where the product is one.
Interval multiplied(const Interval& a, const Interval& b) {
  if (a.lower() != a.upper() || b.lower() != b.upper()) return a * b;
  const double rounded = a.lower() * b.lower();
  return std::fma(a.lower(), b.lower(), -rounded) == 0.0 && std::fabs(rounded) > 1e-200 ? Interval(rounded) : a * b;
}
Interval squared(const Interval& x) { return x.lower() == x.upper() ? multiplied(x, x) : m::sqr(x); }

std::string followed(const std::string& source, const std::string& by) { return source.find(by) == std::string::npos ? source + "; " + by : source; }

Constant with_source(Constant c, const std::string& by) {
  if (c.known()) c.source = followed(c.source, by);
  return c;
}

// Whether f is at its infimum at 0, and known to be.
bool at_origin(const Facts& f) {
  if (!f.minimiser) return false;
  const std::vector<double>& stored = f.minimiser->stored();
  return std::all_of(stored.begin(), stored.end(), [](double x) { return x == 0.0; });
}

}  // namespace

Constant ranged(double lower, double upper, Trust trust, std::string source) {
  return {lower + 0.0, upper + 0.0, trust == Trust::estimated ? trust : lower == upper ? Trust::exact : Trust::proved, std::move(source)};
}

Constant between(double lower, double upper, Trust trust, std::string source) {
  if (!(upper < infinity) && !(lower > 0.0)) return {};
  return ranged(lower, upper, trust, std::move(source));
}

Constant times(const Constant& c, const Interval& factor) {
  if (!c.known()) return {};
  const bool a_number = factor.lower() == factor.upper();
  if (a_number && factor.lower() == 1.0) return c;
  if (a_number && c.trust == Trust::exact) return product(factor.lower(), c.lower, c.source);
  const Interval range = Interval(c.lower, c.upper) * factor;
  return ranged(range.lower(), range.upper(), c.trust, c.source);
}

PerCoordinate<Constant> times(const PerCoordinate<Constant>& c, const Interval& factor) {
  return c.map([&](const Constant& one) { return times(one, factor); });
}

Constant sum_of(const Constant& a, const Constant& b) {
  if (!a.known() || !b.known()) return {};
  if (b.lower == 0.0 && b.upper == 0.0) return a;
  if (a.lower == 0.0 && a.upper == 0.0) return b;
  const Interval sum = Interval(a.lower, a.upper) + Interval(b.lower, b.upper);
  return ranged(sum.lower(), sum.upper(), std::max(a.trust, b.trust), followed(a.source, b.source));
}

Constant at_most(const Constant& c, double lower, std::string source) {
  if (!c.known() || !(c.upper < infinity)) return {};
  return between(std::min(lower, c.upper), c.upper, c.trust, std::move(source));
}

Facts under_linear_map(const Facts& f, std::size_t dim, const SingularValues& A, const std::string& source) {
  const Interval none(0.0), s = squared(A.least), S = squared(A.most);
  const Interval both(A.onto ? s.lower() : 0.0, S.upper());
  // A number as it is, exactly, where the singular values are.
  const auto carry = [&](const Constant& c, const Interval& factor) { return factor.lower() == 1.0 && factor.upper() == 1.0 ? c : with_source(times(c, factor), source); };
  Facts F;
  F.dim = dim;
  F.smooth = f.smooth;
  F.convex = f.convex;
  F.quasi_convex = f.quasi_convex;
  F.quadratic = f.quadratic;
  F.declared = f.declared;
  F.differentiable = f.differentiable;
  F.L = carry(f.L, both);
  F.weak_convexity = carry(f.weak_convexity, both);
  F.hessian_lipschitz = carry(f.hessian_lipschitz, Interval(A.onto ? multiplied(s, A.least).lower() : 0.0, multiplied(S, A.most).upper()));
  if (A.one_to_one && A.onto) {
    F.mu = carry(f.mu, Interval(s.lower(), S.upper()));
  } else if (A.one_to_one && f.mu.lower > 0.0) {
    F.mu = between((Interval(f.mu.lower) * s).lower(), F.L.upper, std::max(f.mu.trust, f.L.trust == Trust::estimated ? Trust::proved : f.L.trust), followed(f.mu.source, source));
  } else if (f.convex && !A.one_to_one) {
    F.mu = exact(0.0, source);
  }
  if (A.onto) {
    F.pl = f.pl;
    if (f.pl) F.mu_pl = carry(f.mu_pl, both);
    F.f_star = f.f_star;
    F.hess_at_min = carry(f.hess_at_min, both);
    F.quadratic_growth = carry(f.quadratic_growth, both);
    F.error_bound = carry(f.error_bound, both);
    F.kl_exponent = f.kl_exponent;
  } else if (f.f_star.known()) {
    // Values are f - f*, which is at least 0 whatever A x reaches.
    F.f_star = {0.0, infinity, f.f_star.trust == Trust::estimated ? Trust::estimated : Trust::proved, source};
  }
  F.sampling_variance = carry(f.sampling_variance, Interval(A.onto ? s.lower() : 0.0, S.upper()));
  if (A.onto) F.variance_at_minimiser = carry(f.variance_at_minimiser, both);
  F.independent_batches = f.independent_batches;
  if (dim == 1 && f.dim == 1) F.gradient_range = carry(f.gradient_range, Interval(A.least.lower(), A.most.upper()));
  return F;
}

Placed under_rotation(const Problem& p, const SingularValues& A, const PointMap& point, const std::string& source) {
  const Facts& f = p.facts;
  Placed out{under_linear_map(f, f.dim, A, source), p.start, {}};
  Facts& F = out.facts;
  F.region = f.region;
  const std::size_t n = f.dim;
  const auto image = [point, n](View<const double> x) {
    std::vector<double> y(n);
    point(x, View<double>(y.data(), n));
    return y;
  };
  if (at_origin(f)) {
    F.minimiser = f.minimiser;
    F.minimiser_unique = f.minimiser_unique;
    out.box = p.box;
  }
  if (!f.minimisers.empty()) F.minimisers = "x whose image is there: " + f.minimisers;
  if (f.distance) {
    F.distance = [image, inner = f.distance](View<const double> x) {
      const std::vector<double> y = image(x);
      return inner(View<const double>(y.data(), y.size()));
    };
  } else if (f.minimiser && f.minimiser_unique && !F.minimiser) {
    F.minimisers = "one point, whose image is the minimiser inside";
    F.distance = [image, centre = f.minimiser->values()](View<const double> x) {
      const std::vector<double> y = image(x);
      Sum<double> sum;
      for (std::size_t j = 0; j < y.size(); ++j) sum.add(m::sqr(y[j] - centre[j]));
      return m::sqrt(sum.total());
    };
  }
  return out;
}

void add_coordinate_bounds(Problem& F, const Problem& f, const std::vector<std::vector<Interval>>& columns) {
  Facts& facts = F.facts;
  if (!facts.smooth || !facts.L_j.empty()) return;
  const std::size_t n = F.dim();
  if (columns.empty()) {
    facts.L_j = PerCoordinate<Constant>(n, at_most(facts.L, 0.0, "bound L_j <= L"));
    return;
  }
  const OverBoxes inner(f), outer(F);
  std::vector<Interval> unit(n, Interval(0.0)), image(n), at;
  if (!outer.nothing() && (facts.minimiser || facts.quadratic))
    for (std::size_t j = 0; j < n; ++j) at.emplace_back(facts.minimiser ? (*facts.minimiser)[j] : 0.0);
  std::vector<Constant> all(n);
  for (std::size_t j = 0; j < n; ++j) {
    Interval most(0.0);  // sum_i A_ij^2 L_i, or |A e_j|^2 L
    const bool separable = inner.separable() && !f.facts.L_j.empty();
    for (std::size_t i = 0; i < columns[j].size(); ++i) most += squared(columns[j][i]) * Interval(separable ? f.facts.L_j[i].upper : f.facts.L.upper);
    double lower = 0.0, upper = std::min(most.upper(), facts.L.upper);
    if (!at.empty()) {
      unit[j] = Interval(1.0);
      outer.product(at, unit, image);
      unit[j] = Interval(0.0);
      const Interval entry = m::abs(image[j]);
      lower = std::min(entry.lower(), upper);
      if (facts.quadratic) upper = std::min(upper, entry.upper());
    }
    all[j] = between(lower, upper, f.facts.L.trust, lower > 0.0 ? "diagonal of A'H A" : "bound by the columns of A");
    if (!all[j].known()) all[j] = exact(0.0, "bound by the columns of A");
  }
  facts.L_j = std::move(all);
}

void sharpen_by_curvature(Problem& F) {
  Facts& facts = F.facts;
  const OverBoxes f(F);
  const std::size_t n = F.dim();
  if (!facts.smooth || !facts.differentiable || !facts.minimiser || facts.on_box || f.nothing() || n > most_written_out) return;
  const auto raised = [](Constant c, double lower) {
    if (c.trust == Trust::estimated || !(lower > c.lower)) return c;
    return between(std::min(lower, c.upper), c.upper, Trust::proved, c.source + "; curvature at the minimiser");
  };
  if (facts.hess_at_min.trust != Trust::estimated) facts.L = raised(facts.L, facts.hess_at_min.lower);
  std::vector<Interval> at, unit(n, Interval(0.0)), image(n);
  for (std::size_t j = 0; j < n; ++j) at.emplace_back((*facts.minimiser)[j]);
  for (std::size_t j = 0; j < n; ++j) {
    unit[j] = Interval(1.0);
    f.product(at, unit, image);
    unit[j] = Interval(0.0);
    const double entry = m::abs(image[j]).lower();
    if (entry > facts.L_j[j].lower) facts.L_j.set(j, raised(facts.L_j[j], entry));
    facts.L = raised(facts.L, entry);
  }
}

void add_gradient_bounds(Problem& F) {
  Facts& facts = F.facts;
  const OverBoxes f(F);
  const std::size_t n = F.dim();
  if (!facts.gradient_bound.empty() || facts.region.everything() || f.nothing() || n > most_enclosed) return;
  std::vector<Interval> box, g(n);
  for (std::size_t j = 0; j < n; ++j) box.emplace_back(facts.region.lower[j], facts.region.upper[j]);
  f.gradient(box, g);
  double reach = infinity;  // L times the largest distance from the minimiser
  if (facts.smooth && facts.minimiser && !facts.on_box) {
    Interval squares(0.0);
    for (std::size_t j = 0; j < n; ++j) squares += squared(Interval(m::abs(box[j] - Interval((*facts.minimiser)[j])).upper()));
    reach = (Interval(facts.L.upper) * m::sqrt(squares)).upper();
  }
  std::vector<Constant> all(n);
  for (std::size_t j = 0; j < n; ++j) {
    const bool by_L = reach < g[j].magnitude();
    const double upper = by_L ? reach : g[j].magnitude();
    if (!std::isfinite(upper)) return;
    all[j] = between(0.0, upper, by_L ? facts.L.trust : Trust::proved, by_L ? "bound by L and the distance from the minimiser" : "bound by intervals over the region");
    if (!all[j].known()) all[j] = exact(0.0, "bound by intervals over the region");
  }
  facts.gradient_bound = std::move(all);
}

Box mapped_inward(const Box& box, const std::function<Interval(std::size_t, double)>& end) {
  if (box.everything()) return {};
  const std::size_t n = box.lower.size();
  std::vector<double> lower(n), upper(n);
  for (std::size_t j = 0; j < n; ++j) {
    lower[j] = end(j, box.lower[j]).upper();
    upper[j] = std::max(lower[j], end(j, box.upper[j]).lower());
  }
  return {PerCoordinate<double>(std::move(lower)), PerCoordinate<double>(std::move(upper))};
}

void refuse_box_minima(const Problem& f, std::string_view transformation) {
  if (!f.facts.on_box) return;
  throw SpecError({Place{}, "problem", std::string(transformation) + "(" + f.text + ")", "has no infimum but on its box, which " + std::string(transformation) + " does not keep; only scale may stand around it"});
}

}  // namespace thalweg
