#include "analysis/report/problem_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "problems/enclosure.hpp"

namespace thalweg {

std::vector<NamedConstant> constants_of(const Facts& f) {
  return {{"L", &f.L, "Lipschitz constant of the gradient"},
          {"mu", &f.mu, "strong convexity"},
          {"mu_pl", &f.mu_pl, "Polyak-Lojasiewicz constant"},
          {"f_star", &f.f_star, f.on_box ? "infimum on the box" : "infimum"},
          {"hess_at_min", &f.hess_at_min, "largest curvature at the minimiser"},
          {"weak_convexity", &f.weak_convexity, "least rho with f + (rho/2)|x|^2 convex"},
          {"quadratic_growth", &f.quadratic_growth, "f - f* >= (q/2) dist^2"},
          {"error_bound", &f.error_bound, "|grad f| >= e dist"},
          {"hessian_lipschitz", &f.hessian_lipschitz, "Lipschitz constant of the Hessian"},
          {"kl_exponent", &f.kl_exponent, "Kurdyka-Lojasiewicz exponent"},
          {"sampling_variance", &f.sampling_variance, "E|g - grad f|^2 of a mini-batch"},
          {"variance_at_minimiser", &f.variance_at_minimiser, "the same at the minimiser"}};
}

std::vector<NamedConstant> constants_on_region(const Facts& f) {
  return {{"L", &f.on_region.L, "Lipschitz constant of the gradient"},
          {"least_curvature", &f.on_region.least_curvature, "smallest eigenvalue of the Hessian"},
          {"mu_pl", &f.on_region.mu_pl, "Polyak-Lojasiewicz constant"}};
}

std::string region_text(const Box& region) {
  const bool alike = region.lower.stored().size() == 1 && region.upper.stored().size() == 1;
  if (alike) return fmt::format("[{:g}, {:g}]^{}", region.lower.front(), region.upper.front(), region.lower.size());
  constexpr std::size_t most = 4;
  std::string text;
  for (std::size_t j = 0; j < std::min(most, region.lower.size()); ++j) text += fmt::format("{}[{:g}, {:g}]", j == 0 ? "" : " x ", region.lower[j], region.upper[j]);
  return region.lower.size() > most ? text + " x ..." : text;
}

namespace {

bool is_separable(const Problem& p) { return p.objective.kernel.of<double>(best_isa())->terms != nullptr || OverBoxes(p).separable(); }

}  // namespace

const std::vector<ProblemProperty>& problem_properties() {
  using P = const Problem&;
  static const std::vector<ProblemProperty> all = {
      {"smooth", "the gradient is Lipschitz everywhere with a known L", [](P p) { return p.facts.smooth; }},
      {"smooth-on-region", "the gradient is Lipschitz on a region with a known L", [](P p) { return p.facts.smooth || p.facts.on_region.L.known(); }},
      {"differentiable", "no kinks", [](P p) { return p.facts.differentiable; }},
      {"non-smooth", "with kinks: subgradients", [](P p) { return !p.facts.differentiable; }},
      {"convex", "convex", [](P p) { return p.facts.convex; }},
      {"strongly-convex", "convex with mu > 0", [](P p) { return p.facts.convex && p.facts.mu.lower > 0.0; }},
      {"nonconvex", "not claimed to be convex", [](P p) { return !p.facts.convex; }},
      {"quasi-convex", "sublevel sets are convex", [](P p) { return p.facts.quasi_convex; }},
      {"weakly-convex", "f + (rho/2)|x|^2 is convex with a known rho", [](P p) { return p.facts.weak_convexity.known(); }},
      {"pl", "Polyak-Lojasiewicz everywhere with a known mu_pl", [](P p) { return p.facts.pl; }},
      {"quadratic", "quadratic", [](P p) { return p.facts.quadratic; }},
      {"separable", "a sum over coordinates", is_separable},
      {"coupled", "not a sum over coordinates", [](P p) { return !is_separable(p); }},
      {"bounded-gradient", "|grad_j f| <= G_j everywhere", [](P p) { return !p.facts.gradient_bound.empty() && p.facts.region.everything(); }},
      {"minimiser-known", "a minimiser is known", [](P p) { return p.facts.minimiser.has_value(); }},
      {"minimiser-unique", "there is one minimiser", [](P p) { return p.facts.minimiser_unique; }},
      {"many-minimisers", "there is more than one minimiser", [](P p) { return p.facts.minimiser.has_value() && !p.facts.minimiser_unique; }},
      {"on-box", "bounded below on its box only", [](P p) { return p.facts.on_box; }},
      {"sampled", "stochastic gradients are mini-batches", [](P p) { return p.objective.sampled; }},
  };
  return all;
}

std::vector<std::string> properties_of(const Problem& problem) {
  std::vector<std::string> out;
  for (const ProblemProperty& property : problem_properties())
    if (property.holds(problem)) out.emplace_back(property.id);
  return out;
}

const std::vector<ProblemProperty>& problem_kinds() {
  using P = const Problem&;
  static const std::vector<ProblemProperty> all = {
      {"strongly convex", "f - (mu/2)|x|^2 is convex with mu > 0", [](P p) { return p.facts.convex && p.facts.mu.lower > 0.0; }},
      {"convex, Polyak-Lojasiewicz", "convex, not strongly, with |grad f|^2 >= 2 mu_pl (f - f*) everywhere", [](P p) { return p.facts.convex && p.facts.pl; }},
      {"convex", "convex, with a gradient", [](P p) { return p.facts.convex && p.facts.differentiable; }},
      {"convex, with kinks", "convex, with subgradients", [](P p) { return p.facts.convex; }},
      {"Polyak-Lojasiewicz", "|grad f|^2 >= 2 mu_pl (f - f*) everywhere; not claimed to be convex", [](P p) { return p.facts.pl; }},
      {"Polyak-Lojasiewicz on a region", "the same for the points of the region alone", [](P p) { return p.facts.on_region.mu_pl.known() && p.facts.on_region.mu_pl.lower > 0.0; }},
      {"nonconvex", "not claimed to be convex or Polyak-Lojasiewicz, with a gradient", [](P p) { return p.facts.differentiable; }},
      {"nonconvex, with kinks", "not claimed to be convex, with subgradients", [](P) { return true; }},
  };
  return all;
}

std::string_view kind_of(const Problem& problem) {
  for (const ProblemProperty& kind : problem_kinds())
    if (kind.holds(problem)) return kind.id;
  return "";
}

namespace {

double number_of(const std::string& text) {
  double value = 0.0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// A number of six digits next to the value that is not above it, for way = -1, or not below, for way = 1.
std::string rounded_outwards(double value, double way) {
  const std::string text = fmt::format("{:.5e}", value);
  double shown = number_of(text);
  if (way * (shown - value) < 0.0) shown += way * number_of("1e" + std::to_string(std::stoi(text.substr(text.find('e') + 1)) - 5));
  return fmt::format("{:.6g}", shown);
}

}  // namespace

std::string value_text(const Constant& c) {
  if (!c.known()) return "unknown";
  if (c.lower == c.upper) return fmt::format("{}", c.lower);
  if (!(c.upper <= std::numeric_limits<double>::max())) return "at least " + rounded_outwards(c.lower, -1.0);
  const std::string low = fmt::format("{:.6g}", c.lower), high = fmt::format("{:.6g}", c.upper);
  return low == high ? low : fmt::format("[{}, {}]", rounded_outwards(c.lower, -1.0), rounded_outwards(c.upper, 1.0));
}

std::vector<std::string> constants_without_proof(const Facts& f) {
  std::vector<std::string> all;
  const auto bounded = [](const Constant& c) { return c.trust != Trust::estimated && c.upper <= std::numeric_limits<double>::max(); };
  const auto ask = [&](bool asked, const char* name, bool answered) {
    if (asked && !answered) all.emplace_back(name);
  };
  ask(true, "f_star", bounded(f.f_star));
  ask(f.differentiable, "L", bounded(f.L) || bounded(f.on_region.L));
  // Of these two the lower end is what bounds need.
  ask(f.convex && f.mu.lower > 0.0, "mu", f.mu.trust != Trust::estimated);
  ask(f.pl, "mu_pl", f.mu_pl.trust != Trust::estimated && f.mu_pl.lower > 0.0);
  ask(true, "G_j", !f.gradient_bound.empty() && std::all_of(f.gradient_bound.stored().begin(), f.gradient_bound.stored().end(), bounded));
  return all;
}

}  // namespace thalweg
