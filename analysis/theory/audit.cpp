#include "analysis/theory/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "analysis/stats/interval_estimate.hpp"
#include "analysis/theory/predicate.hpp"
#include "lib/optimizers/bounds.hpp"

namespace thalweg {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

bool requires_one_of(const Card& card, std::initializer_list<std::string_view> ids) {
  return std::any_of(ids.begin(), ids.end(), [&](std::string_view id) { return std::find(card.requires_.begin(), card.requires_.end(), id) != card.requires_.end(); });
}

bool leans_on_noise(const Card& card) {
  constexpr std::array<std::string_view, 5> sizes = {"sigma2", "sigma1", "sigma_sq", "sigma2_one", "variance_at_min"};
  const auto speaks = [&](const Expression& expression) {
    const auto names = expression.names();
    return std::any_of(names.begin(), names.end(), [&](const auto& use) { return std::find(sizes.begin(), sizes.end(), use.first) != sizes.end(); });
  };
  const auto any = [&](const std::vector<NamedExpression>& all) { return std::any_of(all.begin(), all.end(), [&](const NamedExpression& one) { return speaks(one.expression); }); };
  return speaks(card.bound) || any(card.let) || any(card.admissible);
}

bool open(std::string_view predicate, const Setting& setting) { return !find_predicate(predicate)->certain(setting); }

// The exact gradient is at hand, in double.
bool measurable(const Setting& setting) { return setting.precision == Precision::f64 && !setting.problem.objective.sampled; }

Interval smoothness_of(const Setting& setting) { return *Quantities(setting).find("L"); }

Audit& audit_of(const Setting& setting, Batch& batch) {
  if (!batch.audit) batch.audit.emplace();
  batch.audit->every_step = setting.problem.facts.declared;
  return *batch.audit;
}

void enter_region(const Setting& setting, Batch& batch) {
  const double beta1 = properties(setting.definition).beta1;
  Audit& audit = audit_of(setting, batch);
  audit.region = setting.problem.facts.region;
  audit.momentum = beta1 / (1.0 - beta1);
}

void enter_bounds(const Setting& setting, Batch& batch) {
  enter_region(setting, batch);
  batch.audit->sample_bound = sample_bounds(setting).map([](const Interval& bound) { return bound.upper(); });
}

// Values are f - f*: what is wrong with them is the width of f*, and a rounding of the values that the run began with. A stored minimiser is off by its own.
void enter_growth(const Setting& setting, Batch& batch) {
  const Facts& facts = setting.problem.facts;
  const auto start = setting.start_values ? setting.start_values : at_start(setting.problem, setting.start);
  const double smoothness = std::isfinite(facts.L.upper) ? facts.L.upper : 0.0;
  audit_of(setting, batch).growth = Audit::Growth{facts.mu_pl.lower, (facts.f_star.upper - facts.f_star.lower) + 1e-12 * std::fabs(start->value), smoothness * minimiser_rounding(setting.problem)};
}

// The gradient of the step's one call is f's, and noise is added to it.
bool noise_measurable(const Setting& setting) {
  const MethodEntry& method = method_entry(setting.definition);
  return measurable(setting) && !setting.noise.facts.none && setting.noise.facts.unbiased && method.calls == 1 && !method.remembers && std::isfinite(Quantities(setting).find("sigma2")->upper());
}

// Not where there are so many replicas that this would be most of the record: what is left tells as much.
void enter_noise(const Setting&, Batch& batch) {
  constexpr std::size_t most_values = std::size_t{1} << 15U;
  if (batch.replicas * batch.record_steps.size() <= most_values) batch.metrics.insert(Metric::noise_sq);
}

constexpr std::array<Watch, 6> table = {{
    {"bounds", [](const Card& c) { return requires_one_of(c, {"bounded-gradient"}); }, [](const Setting& s) { return open("bounded-gradient", s); }, enter_bounds},
    {"region", [](const Card& c) { return requires_one_of(c, {"smooth-on-region"}); }, [](const Setting& s) { return open("smooth-on-region", s); }, enter_region},
    {"smoothness", [](const Card& c) { return requires_one_of(c, {"smooth", "smooth-on-region"}); },
     [](const Setting& s) { return measurable(s) && std::isfinite(smoothness_of(s).upper()); }, [](const Setting& s, Batch& b) { audit_of(s, b).smoothness = smoothness_of(s).upper(); }},
    {"growth", [](const Card& c) { return requires_one_of(c, {"pl", "strongly-convex"}); },
     [](const Setting& s) {
       const Facts& facts = s.problem.facts;
       return measurable(s) && facts.pl && facts.mu_pl.lower > 0.0 && facts.f_star.upper < infinity && !infimum_needs_box(s);
     },
     enter_growth},
    {"rate", [](const Card& c) { return requires_one_of(c, {"monotone-rate"}); }, [](const Setting& s) { return s.precision == Precision::f64; },
     [](const Setting& s, Batch& b) { audit_of(s, b).monotone_rate = true; }},
    {"noise", leans_on_noise, noise_measurable, enter_noise},
}};

// What failed, by the watch that it belongs to.
struct Failure {
  std::string_view watch;
  std::uint64_t AuditFailure::*step;
  std::string_view words;
  std::uint64_t seen_after;  // steps: what is between x_t and x_{t+1} is told apart from what is at x_{t+1} already
};
constexpr std::array<Failure, 8> failures = {{
    {"bounds", &AuditFailure::sample_bound, "|g_j| exceeded G_j", 0},
    {"bounds", &AuditFailure::region_x, "x_t left the region where G_j holds", 0},
    {"bounds", &AuditFailure::region_z, "z_t left the region where G_j holds", 0},
    {"region", &AuditFailure::region_x, "x_t left the region where L holds", 0},
    {"region", &AuditFailure::region_z, "z_t left the region where L holds", 0},
    {"smoothness", &AuditFailure::smoothness, "the gradient changed by more than L |x_{t+1} - x_t|", 1},
    {"growth", &AuditFailure::growth, "|grad f|^2 was below 2 mu_pl (f - f*)", 0},
    {"rate", &AuditFailure::rate, "the A-LR rose", 0},
}};

// The first recorded step at which the noise was certainly larger than its variance: by an interval of its mean square over replicas that would be wrong once in
// a million runs, or because all replicas are above: of n values that are not negative all exceed v with probability at most (mean / v)^n (Markov). Room for the rounding of g_t - grad f(x_t) is left.
constexpr double false_alarm = 1e-6;
std::string noise_failure(const Setting& setting, const Trajectories& trajectories, std::uint64_t last) {
  const std::vector<double>& squares = trajectories.of(Metric::noise_sq);
  if (squares.empty()) return "";
  const Quantities quantities(setting);
  const double variance = quantities.find("sigma2")->upper(), gradient = std::sqrt(quantities.find("grad1_sq")->upper());
  const double limit = variance * (1.0 + 1e-6) + 1e-12 * gradient * std::sqrt(variance);
  const double level = 2.0 * false_alarm / static_cast<double>(trajectories.steps.size());
  constexpr std::size_t enough = 64;  // for an asymptotic interval of so small a level
  for (std::size_t row = 0; row < trajectories.steps.size() && trajectories.steps[row] <= last; ++row) {
    const std::span<const double> values(squares.data() + row * trajectories.replicas, trajectories.replicas);
    const double least = *std::min_element(values.begin(), values.end());
    const bool all_above = least > limit && static_cast<double>(values.size()) * std::log(least / limit) >= std::log(2.0 / level);
    const double lower = all_above ? least : values.size() >= enough ? skewness_corrected_interval(values, level).lower : -infinity;
    if (lower > limit)
      return fmt::format("the noise was larger than its variance {:.4g} at step {}: mean square at least {:.4g}", variance, trajectories.steps[row], lower);
  }
  return "";
}

}  // namespace

std::span<const Watch> watches() { return table; }

void watch(const Card& card, const Setting& setting, Batch& batch) {
  for (const Watch& one : table)
    if (one.of_card(card) && one.of_setting(setting)) one.enter(setting, batch);
}

std::string audit_failure(const Card& card, const Setting& setting, const Trajectories& trajectories, std::uint64_t last) {
  std::string text;
  std::uint64_t earliest = 0;
  const auto leans = [&](std::string_view id) {
    return std::any_of(table.begin(), table.end(), [&](const Watch& one) { return one.id == id && one.of_card(card) && one.of_setting(setting); });
  };
  for (const Failure& failure : failures) {
    if (trajectories.audits.empty() || !leans(failure.watch)) continue;
    for (std::size_t r = 0; r < trajectories.audits.size(); ++r) {
      const std::uint64_t step = trajectories.audits[r].*failure.step, order = step + failure.seen_after;
      if (step == 0 || step > last + 1 || (earliest != 0 && order >= earliest)) continue;
      earliest = order;
      text = fmt::format("{} at step {} of replica {}", failure.words, step, r);
    }
  }
  return text.empty() && leans("noise") ? noise_failure(setting, trajectories, last) : text;
}

}  // namespace thalweg
