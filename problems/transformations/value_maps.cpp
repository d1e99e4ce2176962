// The facts of problems whose value is changed or restricted: scale, add-quadratic, regularise, sum, restrict.
#include <algorithm>
#include <cmath>
#include <limits>

#include "problems/carried_facts.hpp"
#include "problems/transformation_catalogue.hpp"

namespace thalweg {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Trust weaker(Trust a, Trust b) { return std::max(a, b); }
Trust trust_of_proof(const Constant& c) { return c.trust == Trust::estimated ? Trust::estimated : Trust::proved; }

// F >= 0 with values of that size: 0 is a lower bound where the parts are measured from one.
Constant lower_bound_zero(std::initializer_list<const Constant*> parts) {
  Trust trust = Trust::proved;
  for (const Constant* part : parts) {
    if (!part->known()) return {};
    trust = weaker(trust, part->trust);
  }
  return {0.0, infinity, trust, "sum of terms that are not negative"};
}
Constant minimum_zero(std::initializer_list<const Constant*> parts) {
  for (const Constant* part : parts)
    if (part->trust == Trust::estimated) return {0.0, 0.0, Trust::estimated, part->source};
  return exact(0.0, "a minimiser of every term");
}
// Values are measured from the infimum itself.
bool measured(const Constant& f_star) { return f_star.upper < infinity; }

}  // namespace

Transformation<Scale::Map> Scale::build(const Parameters& values, const std::vector<Problem>& inner) {
  const Problem& f = inner.front();
  const double c = number(values, "by");
  const Interval by(c), square = m::sqr(by);
  Transformation<Map> out{{c}, std::make_shared<Storage>(), f.facts, f.start, f.box, true};
  Facts& F = out.facts;
  for (Constant Facts::*constant : {&Facts::L, &Facts::mu, &Facts::f_star, &Facts::hess_at_min, &Facts::weak_convexity, &Facts::quadratic_growth, &Facts::error_bound, &Facts::hessian_lipschitz, &Facts::gradient_range})
    F.*constant = times(f.facts.*constant, by);
  if (f.facts.pl) F.mu_pl = times(f.facts.mu_pl, by);
  F.L_j = times(f.facts.L_j, by);
  F.gradient_bound = times(f.facts.gradient_bound, by);
  F.sampling_variance = times(f.facts.sampling_variance, square);
  F.variance_at_minimiser = times(f.facts.variance_at_minimiser, square);
  const auto& there = f.facts.on_region;
  F.on_region = {times(there.L, by), times(there.least_curvature, by), times(there.mu_pl, by), times(there.L_j, by)};
  return out;
}

Transformation<AddedQuadratic> with_quadratic(const PerCoordinate<double>& a, const PerCoordinate<double>& centre, const Problem& p) {
  const Facts& f = p.facts;
  refuse_box_minima(p, "add-quadratic");
  const auto [least, most] = std::minmax_element(a.stored().begin(), a.stored().end());
  const std::size_t n = p.dim();
  auto storage = std::make_shared<Storage>();
  const AddedQuadratic map{storage->keep_coefficients(a), storage->keep_coefficients(centre)};
  Facts F;
  F.dim = n;
  F.smooth = f.smooth;
  F.convex = f.convex;
  F.quadratic = f.quadratic;
  F.differentiable = f.differentiable;
  F.declared = f.declared;
  F.hessian_lipschitz = f.hessian_lipschitz;
  F.independent_batches = f.independent_batches;
  F.sampling_variance = f.sampling_variance;  // the added gradient is exact
  const std::string source = "with the added quadratic";
  const auto constant = [](double value) { return exact(value, "added quadratic"); };
  // sup |H + a|: exactly sup |H| + a of a convex f.
  const auto largest_with = [&](const Constant& L, double low, double high) {
    if (!L.known()) return Constant{};
    if (f.convex && low == high) return sum_of(L, constant(high));
    const Interval sum = Interval(L.upper) + Interval(high);
    const double lower = f.convex ? (Interval(L.lower) + Interval(low)).lower() : std::max(0.0, (Interval(L.lower) - Interval(high)).lower());
    return between(std::min(lower, sum.upper()), sum.upper(), trust_of_proof(L), L.source + "; bound " + source);
  };
  if (f.smooth) {
    F.L = largest_with(f.L, *least, *most);
    if (!f.L_j.empty()) F.L_j = f.L_j.zip(a, [&](const Constant& c, double aj) { return largest_with(c, aj, aj); });
  }
  // inf of the least eigenvalue: m of f, or -rho.
  const bool equal = *least == *most;
  if (f.convex) {
    if (f.mu.known() && f.mu.upper < infinity) F.mu = equal ? sum_of(f.mu, constant(*least)) : between((Interval(f.mu.lower) + Interval(*least)).lower(), (Interval(f.mu.upper) + Interval(*most)).upper(), f.mu.trust, f.mu.source + "; bound " + source);
    else F.mu = between(*least, F.smooth ? F.L.upper : infinity, Trust::proved, "bound " + source);
  } else if (f.weak_convexity.known() && f.weak_convexity.upper < *least) {
    F.convex = true;
    F.mu = between((Interval(*least) - Interval(f.weak_convexity.upper)).lower(), (Interval(*most) - Interval(f.weak_convexity.lower)).upper(), trust_of_proof(f.weak_convexity), "weak convexity; bound " + source);
    if (f.smooth) F.mu.upper = std::min(F.mu.upper, F.L.upper);
  } else if (f.weak_convexity.known() && f.weak_convexity.upper < infinity) {
    F.weak_convexity = ranged(std::max(0.0, (Interval(f.weak_convexity.lower) - Interval(*most)).lower()), std::max(0.0, (Interval(f.weak_convexity.upper) - Interval(*least)).upper()), f.weak_convexity.trust, f.weak_convexity.source + "; bound " + source);
  }
  if (f.minimiser && *f.minimiser == centre) {
    F.minimiser = f.minimiser;
    F.minimiser_unique = f.minimiser_unique || *least > 0.0;
    if (!F.minimiser_unique) F.minimisers = f.minimisers.empty() ? "" : "those of f at which the quadratic is 0, of: " + f.minimisers;
    F.f_star = minimum_zero({&f.f_star});
    if (f.hess_at_min.known() && f.minimiser_unique) {
      const Constant& h = f.hess_at_min;
      F.hess_at_min = equal ? sum_of(h, constant(*most)) : between((Interval(h.lower) + Interval(*least)).lower(), (Interval(h.upper) + Interval(*most)).upper(), trust_of_proof(h), h.source + "; bound " + source);
    }
    if (*least > 0.0) F.quadratic_growth = between(*least, F.smooth ? F.L.upper : infinity, trust_of_proof(f.f_star), "bound " + source);
    F.variance_at_minimiser = f.minimiser_unique ? f.variance_at_minimiser : Constant{};
  } else {
    F.f_star = lower_bound_zero({&f.f_star});
  }
  F.region = f.region;
  if (!f.region.everything() && !f.gradient_bound.empty()) {
    std::vector<Constant> bound(n);
    for (std::size_t j = 0; j < n; ++j) {
      const Interval slope = Interval(a[j]) * m::abs(Interval(f.region.lower[j], f.region.upper[j]) - Interval(centre[j]));
      const Constant& inside = f.gradient_bound[j];
      bound[j] = a[j] == 0.0 ? inside : between(0.0, (Interval(inside.upper) + Interval(slope.upper())).upper(), trust_of_proof(inside), inside.source + "; bound " + source);
    }
    F.gradient_bound = std::move(bound);
  }
  Transformation<AddedQuadratic> out{map, storage, std::move(F), p.start, p.box};
  out.alike = a.stored().size() == 1 && centre.stored().size() == 1;
  return out;
}

Transformation<AddedQuadratic> AddQuadratic::build(const Parameters& values, const std::vector<Problem>& inner) {
  const std::size_t n = inner.front().dim();
  return with_quadratic(spread(values, "a", n), spread(values, "centre", n), inner.front());
}

Transformation<AddedQuadratic> Regularise::build(const Parameters& values, const std::vector<Problem>& inner) {
  const std::size_t n = inner.front().dim();
  return with_quadratic(PerCoordinate<double>(n, number(values, "mu")), PerCoordinate<double>(n, 0.0), inner.front());
}

namespace {

Box common(const Box& a, const Box& b) {
  if (a.everything()) return b;
  if (b.everything()) return a;
  return {a.lower.zip(b.lower, [](double x, double y) { return std::max(x, y); }), a.upper.zip(b.upper, [](double x, double y) { return std::min(x, y); })};
}
bool hollow(const Box& box) {
  for (std::size_t j = 0; j < box.lower.size(); ++j)
    if (box.lower[j] > box.upper[j]) return true;
  return false;
}

// a + b as an upper bound, the larger as a lower one between convex functions.
Constant bounded_sum(const Constant& a, const Constant& b, bool convex) {
  if (!a.known() || !b.known() || !(a.upper < infinity) || !(b.upper < infinity)) return {};
  return between(convex ? std::max(a.lower, b.lower) : 0.0, (Interval(a.upper) + Interval(b.upper)).upper(), weaker(trust_of_proof(a), trust_of_proof(b)), a.source + "; bound of a sum");
}

}  // namespace

Transformation<Added> SumOfTwo::build(const Parameters&, const std::vector<Problem>& inner) {
  const Problem &p = inner[0], &q = inner[1];
  const Facts &f = p.facts, &g = q.facts;
  const std::size_t n = p.dim();
  if (n != q.dim()) throw SpecError({Place{}, "sum", p.text + " + " + q.text, "must be of problems of one dimension, not " + std::to_string(n) + " and " + std::to_string(q.dim())});
  if (p.objective.sampled && q.objective.sampled)
    throw SpecError({Place{}, "sum", p.text + " + " + q.text, "must have a mini-batch oracle in one of its problems at most: both would draw the same numbers; give one of them batch=0"});
  for (const Problem* one : {&p, &q}) refuse_box_minima(*one, entry.id);
  Facts F;
  F.dim = n;
  F.smooth = f.smooth && g.smooth;
  F.convex = f.convex && g.convex;
  F.quadratic = f.quadratic && g.quadratic;
  F.differentiable = f.differentiable && g.differentiable;
  F.declared = f.declared || g.declared;
  F.independent_batches = f.independent_batches && g.independent_batches;
  if (F.smooth) {
    F.L = bounded_sum(f.L, g.L, F.convex);
    if (!f.L_j.empty() && !g.L_j.empty()) F.L_j = f.L_j.zip(g.L_j, [&](const Constant& a, const Constant& b) { return bounded_sum(a, b, F.convex); });
  }
  if (F.convex && (f.mu.known() || g.mu.known())) {
    const double lower = (Interval(f.mu.known() ? f.mu.lower : 0.0) + Interval(g.mu.known() ? g.mu.lower : 0.0)).lower();
    F.mu = between(lower, F.smooth ? F.L.upper : infinity, weaker(f.mu.known() ? trust_of_proof(f.mu) : Trust::proved, g.mu.known() ? trust_of_proof(g.mu) : Trust::proved), "bound of a sum");
  } else if (!F.convex) {
    // The least eigenvalue is at least (mu of a convex part, or -rho) of each.
    const auto least = [](const Facts& one) { return one.convex ? (one.mu.known() ? one.mu.lower : 0.0) : one.weak_convexity.known() ? -one.weak_convexity.upper : -infinity; };
    const Interval sum = Interval(least(f), least(f)) + Interval(least(g), least(g));
    const Trust trust = weaker(f.convex ? Trust::proved : trust_of_proof(f.weak_convexity), g.convex ? Trust::proved : trust_of_proof(g.weak_convexity));
    if (std::isfinite(least(f)) && std::isfinite(least(g))) {
      if (sum.lower() > 0.0) F.convex = true, F.mu = between(sum.lower(), F.smooth ? F.L.upper : infinity, trust, "weak convexity; bound of a sum");
      else F.weak_convexity = ranged(0.0, -sum.lower(), trust, "bound of a sum");
    }
  }
  F.hessian_lipschitz = bounded_sum(f.hessian_lipschitz, g.hessian_lipschitz, false);
  const Constant& variance = p.objective.sampled ? f.sampling_variance : g.sampling_variance;
  if (p.objective.sampled || q.objective.sampled) F.sampling_variance = variance;
  if (f.minimiser && g.minimiser && *f.minimiser == *g.minimiser && measured(f.f_star) && measured(g.f_star)) {
    F.minimiser = f.minimiser;
    F.minimiser_unique = f.minimiser_unique || g.minimiser_unique;
    if (!F.minimiser_unique) F.minimisers = "those of both: " + f.minimisers + "; " + g.minimisers;
    F.f_star = minimum_zero({&f.f_star, &g.f_star});
    // Both Hessians are semidefinite there.
    if (f.minimiser_unique && g.minimiser_unique && F.smooth) F.hess_at_min = bounded_sum(f.hess_at_min, g.hess_at_min, true);
  } else {
    F.f_star = lower_bound_zero({&f.f_star, &g.f_star});
  }
  F.region = common(f.region, g.region);
  const Box box = common(p.box, q.box);
  if (hollow(F.region) || hollow(box)) throw SpecError({Place{}, "sum", p.text + " + " + q.text, "must be of problems whose regions and boxes have a point in common"});
  if (!f.gradient_bound.empty() && !g.gradient_bound.empty())
    F.gradient_bound = f.gradient_bound.zip(g.gradient_bound, [](const Constant& a, const Constant& b) { return bounded_sum(a, b, false); });
  return {{nullptr}, std::make_shared<Storage>(), std::move(F), p.start, box};
}

void Restrict::apply(const Parameters& values, Problem& problem) {
  refuse_box_minima(problem, entry.id);
  const std::size_t n = problem.dim();
  const PerCoordinate<double> lower = spread(values, "lower", n), upper = spread(values, "upper", n);
  for (std::size_t j = 0; j < std::max(lower.stored().size(), upper.stored().size()); ++j)
    if (!(lower[j] < upper[j])) throw SpecError({Place{}, "lower", written(lower[j]), "must be below upper = " + written(upper[j])});
  Facts& facts = problem.facts;
  const Box box{lower, upper};
  const auto below = [](double a, double b) { return static_cast<char>(a <= b); };
  const auto all = [](const PerCoordinate<char>& flags) { return std::all_of(flags.stored().begin(), flags.stored().end(), [](char flag) { return flag != 0; }); };
  const bool inside = facts.region.everything() || (all(facts.region.lower.zip(lower, below)) && all(upper.zip(facts.region.upper, below)));
  const bool same = facts.region == box;
  facts.region = box;
  if (!inside) facts.gradient_bound = {};
  else if (!same) facts.gradient_bound = facts.gradient_bound.map([](const Constant& c) { return c.upper > 0.0 ? between(0.0, c.upper, c.trust, c.source + "; bound on a larger region") : c; });
  if (!same) facts.on_region = {};
  problem.box = box;
  problem.start = problem.start.zip(lower, [](double x, double end) { return std::max(x, end); }).zip(upper, [](double x, double end) { return std::min(x, end); });
}

}  // namespace thalweg
