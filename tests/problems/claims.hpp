// Claims that are planted false, and claims that are true, over the catalogue: fixed by the catalogue alone, so that a new family joins by itself.
//
// Of each family: its default, a few dimensions, uneven weights, and each of its other numbers doubled. Of each instance: every constant that is tight
// (upper <= 1.01 lower, lower > 0), 5 % on the wrong side; f* + 5 % of what the start has above it; true claims at the safe end of every known constant.
#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "lib/core/check.hpp"
#include "problems/falsify.hpp"

namespace thalweg::test {

struct Given {
  Problem problem;
  ConstantClaim claim;
  Box region;  // everything: none
};

inline std::vector<Parameters> variations(const Family& family) {
  std::vector<Parameters> all = {{}};
  for (const Parameter& p : family.parameters) {
    if (p.name == "dim") {
      for (double dim : {1.0, 2.0, 10.0, 16.0, 32.0}) all.push_back({{"dim", {dim}}});
    } else if (p.name == "scale") {
      std::vector<double> weights;
      for (int j = 0; j < 12; ++j) weights.push_back(0.1 * (1.0 + (7 * j) % 12));
      all.push_back({{"scale", weights}});
    } else if (p.name != "start" && p.name != "box" && p.shape == Shape::number && !p.integer) {
      all.push_back({{std::string(p.name), {2.0 * p.initial.front()}}});
    }
  }
  return all;
}

// Instances with enclosures; what a family refuses, or data that are not there, is left out.
inline std::vector<Problem> instances() {
  std::vector<Problem> all;
  for (const Family& family : problem_families()) {
    for (const Parameters& parameters : variations(family)) {
      try {
        Problem p = make_problem(family.entry.id, parameters);
        bool seen = p.enclosures == nullptr || p.dim() > 64;
        for (const Problem& other : all) seen = seen || other.text == p.text;
        if (!seen) all.push_back(std::move(p));
      } catch (const SpecError&) {
      } catch (const EnvironmentError&) {
      }
    }
  }
  return all;
}

// A constant that a claim is about, with the region on which it holds.
struct Stated {
  ClaimedConstant kind;
  Constant constant;
  Box region;
  std::optional<std::size_t> coordinate;
};

inline std::vector<Stated> stated(const Problem& p) {
  const Facts& f = p.facts;
  std::vector<Stated> all = {{ClaimedConstant::mu, f.mu, {}, std::nullopt}, {ClaimedConstant::weak_convexity, f.weak_convexity, {}, std::nullopt}, {ClaimedConstant::f_star, f.f_star, {}, std::nullopt}};
  if (f.smooth) all.push_back({ClaimedConstant::L, f.L, {}, std::nullopt});
  if (f.pl) all.push_back({ClaimedConstant::mu_pl, f.mu_pl, {}, std::nullopt});
  all.push_back({ClaimedConstant::L, f.on_region.L, f.region, std::nullopt});
  all.push_back({ClaimedConstant::mu, f.on_region.least_curvature, f.region, std::nullopt});
  all.push_back({ClaimedConstant::mu_pl, f.on_region.mu_pl, f.region, std::nullopt});
  const std::size_t last = p.dim() - 1;
  if (f.smooth && !f.L_j.empty()) all.push_back({ClaimedConstant::L_j, f.L_j[last], {}, last});
  if (!f.on_region.L_j.empty()) all.push_back({ClaimedConstant::L_j, f.on_region.L_j[last], f.region, last});
  if (!f.gradient_bound.empty()) all.push_back({ClaimedConstant::G_j, f.gradient_bound[last], f.region, last});
  std::erase_if(all, [](const Stated& s) { return !s.constant.known() || !std::isfinite(s.constant.lower); });
  return all;
}

inline bool bounds_from_above(ClaimedConstant kind) {
  return kind == ClaimedConstant::L || kind == ClaimedConstant::L_j || kind == ClaimedConstant::G_j || kind == ClaimedConstant::weak_convexity;
}

inline std::vector<Given> planted(const std::vector<Problem>& problems) {
  std::vector<Given> all;
  for (const Problem& p : problems) {
    for (const Stated& s : stated(p)) {
      if (s.kind == ClaimedConstant::f_star) {
        const std::vector<double> start = p.start.values();
        const double above = p.value(View<const double>(start.data(), start.size()));
        if (std::isfinite(s.constant.upper) && above > 0.0) all.push_back({p, {s.kind, s.constant.upper + 0.05 * above, std::nullopt}, {}});
        continue;
      }
      const double size = std::fabs(s.constant.lower);
      if (!(s.constant.upper - s.constant.lower <= 0.01 * size) || size == 0.0) continue;
      const double value = bounds_from_above(s.kind) ? 0.95 * s.constant.lower : s.constant.upper + 0.05 * size;
      all.push_back({p, {s.kind, value, s.coordinate}, s.region});
    }
  }
  return all;
}

inline std::vector<Given> true_claims(const std::vector<Problem>& problems) {
  std::vector<Given> all;
  for (const Problem& p : problems) {
    if (p.facts.convex) all.push_back({p, {ClaimedConstant::convex, 0.0, std::nullopt}, {}});
    for (const Stated& s : stated(p)) {
      const double value = bounds_from_above(s.kind) ? s.constant.upper : s.constant.lower;
      if (std::isfinite(value)) all.push_back({p, {s.kind, value, s.coordinate}, s.region});
    }
  }
  return all;
}

inline std::string label(const Given& g) { return text(g.claim) + " of " + g.problem.text; }

}  // namespace thalweg::test
