#include "problems/implied.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "problems/certify_box.hpp"
#include "problems/problem.hpp"

namespace thalweg {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::size_t most_separable = 64, most_coupled = 16;

Constant between(double lower, double upper, const std::string& source) {
  return lower >= upper ? exact(lower, source) : proved(lower, upper, source);
}

void add_consequences(Facts& facts) {
  if (facts.weak_convexity.known() && facts.weak_convexity.upper == 0.0) facts.convex = true;
  if (facts.convex) {
    facts.quasi_convex = true;
    if (!facts.weak_convexity.known()) facts.weak_convexity = exact(0.0, "convex");
  } else if (facts.smooth && !facts.weak_convexity.known()) {
    facts.weak_convexity = proved(0.0, facts.L.upper, "at most L");
  }
  // Near a minimiser, along the direction of the largest curvature there, |grad f|^2 is that curvature times 2 (f - f*), and f - f* half of it times dist^2.
  const double at_minimiser = facts.differentiable && facts.minimiser && !facts.on_box && facts.hess_at_min.lower > 0.0 ? facts.hess_at_min.upper : infinity;
  const double everywhere = facts.smooth ? facts.L.upper : infinity, of_slopes = std::min(everywhere, at_minimiser);
  const double most = facts.minimiser_unique ? of_slopes : everywhere;  // of many minimisers another may be the nearest
  if (facts.convex && facts.mu.lower > 0.0 && !facts.pl) {
    facts.pl = true;
    facts.mu_pl = between(facts.mu.lower, of_slopes, "strong convexity");
  }
  if (!facts.pl) return;
  if (!facts.quadratic_growth.known()) facts.quadratic_growth = between(facts.mu_pl.lower, most, "PL (Karimi, Nutini & Schmidt 2016, Theorem 2)");
  if (!facts.error_bound.known()) facts.error_bound = between(facts.mu_pl.lower, most, "PL (Karimi, Nutini & Schmidt 2016, Theorem 2)");
  if (!facts.kl_exponent.known()) facts.kl_exponent = exact(0.5, "PL");
}

Constant of(const BoxExtreme& e) {
  if (e.lower == e.upper) return exact(e.lower, "interval subdivision on the region");
  return std::isfinite(e.upper) && std::isfinite(e.lower) ? proved(e.lower + 0.0, e.upper, "interval subdivision on the region") : Constant{};  // -0 becomes 0
}

// A constant that is known to be no less than `floor` everywhere, the region included.
Constant at_least(const Constant& c, double floor, const std::string& why) {
  if (!c.known() || !(floor > c.lower)) return c;
  return between(floor, c.upper, c.source + "; " + why);
}

// The Hessian at the minimiser, where nothing is known of it.
void add_curvature_at_minimiser(Problem& problem) {
  Facts& facts = problem.facts;
  const OverBoxes f(problem);
  if (!facts.minimiser || facts.on_box || !facts.differentiable || f.nothing() || f.separable() || f.dim() > most_coupled) return;
  if (facts.hess_at_min.known() && facts.kl_exponent.known()) return;
  std::vector<Interval> at(f.dim());
  for (std::size_t j = 0; j < f.dim(); ++j) at[j] = Interval((*facts.minimiser)[j]);
  const Spectrum spectrum = spectrum_over(f.hessian(View<const Interval>(at.data(), at.size())), f.dim());
  if (!facts.hess_at_min.known() && spectrum.largest.bounded())
    facts.hess_at_min = proved(std::max(0.0, spectrum.largest.lower()), spectrum.largest.upper(), "interval Hessian at the minimiser");
  if (!facts.kl_exponent.known() && facts.minimiser_unique && spectrum.least.lower() > 0.0) facts.kl_exponent = exact(0.5, "positive definite Hessian at the minimiser");
}

// One value for each coordinate; the same for all where they are alike.
template <class Compute>
PerCoordinate<Constant> of_each(std::size_t n, bool alike, Compute compute) {
  if (alike) return {n, of(compute(std::size_t{0}))};
  std::vector<Constant> all;
  all.reserve(n);
  for (std::size_t j = 0; j < n; ++j) all.push_back(of(compute(j)));
  return all;
}

bool all_known(const PerCoordinate<Constant>& constants) {
  return std::all_of(constants.stored().begin(), constants.stored().end(), [](const Constant& c) { return c.known(); });
}

// sup |grad_j f| over a box where f is a quadratic: |grad_j f(c)| + sum_k |H_jk| w_k, c the centre, w the half-widths; attained at a corner.
PerCoordinate<Constant> slopes_of_quadratic(const OverBoxes& f, const IntervalBox& region) {
  const std::size_t n = f.dim();
  std::vector<Interval> centre, g(n);
  for (const Interval& side : region) centre.emplace_back(side.mid());
  f.gradient(View<const Interval>(centre.data(), n), View<Interval>(g.data(), n));
  const std::vector<Interval> H = f.hessian(View<const Interval>(centre.data(), n));
  std::vector<Constant> out(n);
  for (std::size_t j = 0; j < n; ++j) {
    Interval most = m::abs(g[j]);
    for (std::size_t k = 0; k < n; ++k) most += m::abs(H[j * n + k]) * m::max(Interval(region[k].upper()) - centre[k], centre[k] - Interval(region[k].lower()));
    out[j] = most.lower() == most.upper() ? exact(most.lower(), "row sums of |H|") : proved(most.lower(), most.upper(), "row sums of |H|");
  }
  return out;
}

void add_constants_on_region(Problem& problem) {
  Facts& facts = problem.facts;
  const OverBoxes f(problem);
  if (facts.region.everything() || f.nothing()) return;
  const std::size_t n = f.dim();
  const auto scale = problem.parameters.find("scale");
  const bool alike = f.separable() && scale != problem.parameters.end() && scale->second.size() == 1 && facts.region.lower.stored().size() == 1;
  if (!alike && n > (f.separable() ? most_separable : most_coupled)) return;

  const IntervalBox region = intervals(alike ? Box{PerCoordinate<double>(1, facts.region.lower.front()), PerCoordinate<double>(1, facts.region.upper.front())} : facts.region);
  const Effort effort{1e-6, f.separable() ? 2000 : std::max<std::size_t>(8, 600 / n)};
  if (facts.gradient_bound.empty() && facts.quadratic && !f.separable()) facts.gradient_bound = slopes_of_quadratic(f, region);
  if (facts.gradient_bound.empty()) {
    facts.gradient_bound = of_each(n, alike, [&](std::size_t j) { return slope_on(f, j, region, effort, !facts.differentiable); });
    if (!all_known(facts.gradient_bound)) facts.gradient_bound = {};
  }
  if (facts.smooth || !facts.differentiable || facts.on_region.L.known()) return;
  facts.on_region.L_j = of_each(n, alike, [&](std::size_t j) { return curvature_on(f, j, region, effort); });
  if (f.separable()) {  // |H| = max |H_jj|
    if (!all_known(facts.on_region.L_j)) return;
    Constant& L = facts.on_region.L;
    L = facts.on_region.L_j.front();
    for (const Constant& c : facts.on_region.L_j.stored()) L = proved(std::max(L.lower, c.lower), std::max(L.upper, c.upper), c.source);
  } else {
    facts.on_region.L = of(lipschitz_on(f, region, effort));
  }
  facts.on_region.least_curvature = at_least(of(least_curvature_on(f, region, effort)), facts.convex ? facts.mu.lower : -facts.weak_convexity.upper, facts.convex ? "convex" : "weakly convex");
}

}  // namespace

void add_implied_facts(Problem& problem) {
  add_consequences(problem.facts);
  add_curvature_at_minimiser(problem);
  add_constants_on_region(problem);
}

}  // namespace thalweg
