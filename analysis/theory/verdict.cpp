#include "analysis/theory/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/stats/moments.hpp"
#include "analysis/theory/audit.hpp"
#include "analysis/theory/evaluate.hpp"
#include "analysis/theory/predicate.hpp"
#include "lib/core/check.hpp"
#include "lib/optimizers/bounds.hpp"

namespace thalweg {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Rounding of a run: a trajectory in double differs from the exact one by far less than this on the deterministic cells that are compared.
constexpr double rounding_allowance = 1e-12;
constexpr double float_allowance = 1e-5;  // the same for float; no proof stands behind either

double allowance(const Setting& setting) { return setting.precision == Precision::f64 ? rounding_allowance : float_allowance; }

// What the grid of doubles about a minimiser other than 0 does to a functional: a step is rounded to it, and one smaller than half of it moves nothing, so
// that iterates are known to delta = (8 + T) roundings of the minimiser, f - f* is to
// sqrt(2 L (f - f*)) delta + L delta^2 / 2, |grad f|^2 to 2 |grad f| L delta + (L delta)^2, |x - x*|^2 to 2 |x - x*| delta + delta^2.
double grid_allowance(const Setting& setting, Metric metric, double value) {
  const double delta = (8.0 + static_cast<double>(setting.horizon())) * minimiser_rounding(setting.problem), size = std::sqrt(std::fabs(value));
  const double known = setting.problem.facts.smooth ? setting.problem.facts.L.upper : 0.0, smoothness = std::isfinite(known) ? known : 0.0;
  switch (metric) {
    case Metric::f_gap:
    case Metric::mean_f_gap:
    case Metric::min_f_gap:
    case Metric::f_gap_average:
    case Metric::f_gap_z: return (std::sqrt(2.0 * smoothness) * size + 0.5 * smoothness * delta) * delta;
    case Metric::dist_sq:
    case Metric::weighted_dist_sq: return (2.0 * size + delta) * delta;
    case Metric::grad_sq:
    case Metric::mean_grad_sq:
    case Metric::min_grad_sq:
    case Metric::weighted_grad_sq: return (2.0 * size + smoothness * delta) * smoothness * delta;
    case Metric::mean_grad_norm: return smoothness * delta;
    case Metric::mean_grad_l1: return std::sqrt(static_cast<double>(setting.problem.dim())) * smoothness * delta;
    default: return 0.0;
  }
}

// A run is stopped being recorded once some |x_j| passes the engine's limit. Its functional is then taken to be above every bound below this; of
// larger bounds nothing is known.
constexpr double recorded_up_to = 1e100;

Metric metric_of(const Card& card, const Setting& setting) {
  const auto found = std::find(metric_names.begin(), metric_names.end(), card.metric);
  THALWEG_EXPECTS(found != metric_names.end());
  const auto metric = static_cast<Metric>(found - metric_names.begin());
  // Where the full gradient costs more than the sampled one, S / T is estimated at random steps: E |grad f(x_tau)|^2 = S / T.
  return metric == Metric::mean_grad_sq && setting.problem.objective.sampled ? Metric::sampled_grad_sq : metric;
}

bool method_matches(const Card& card, const Setting& setting) {
  if (card.methods.empty()) return true;
  for (const std::string& method : card.methods) {
    if (method == setting.definition.method) return true;
    if (method == "gd" && setting.definition.method == "sgd" && setting.noise.facts.none && !setting.problem.objective.sampled) return true;
  }
  return false;
}

// Of a condition "left <= right" that is not certainly true: the condition as written.
std::string condition_failure(const NamedExpression& condition, Truth truth) {
  return fmt::format("condition '{}' {}: {}", condition.name, truth == Truth::no ? "fails" : "is not certain", to_text(condition.expression));
}

// The range of the functional where it is a fact. `quantities` are the setting's own: a card may shadow G2sq.
std::optional<Range> range_of(const Card& card, const Setting& setting, const Quantities& quantities) {
  const Predicate& bounded = *find_predicate("bounded-gradient");
  if (!bounded.certain(setting)) return std::nullopt;
  // A few replicas of a mini-batch run decide nothing by a finite-sample interval: its upper end is near the range even if all values are 0.
  if (setting.problem.objective.sampled) return std::nullopt;
  const Interval squares = *quantities.find("G2sq");
  if (card.metric.ends_with("grad_sq")) return Range{0.0, squares.upper()};
  if (card.metric == "mean_grad_norm") return Range{0.0, m::sqrt(squares).upper()};
  if (card.metric == "mean_grad_l1") return Range{0.0, sum_of(gradient_bounds(setting)).upper()};
  // z may lie outside the box.
  if (card.metric.find("f_gap") != std::string::npos && card.metric != "f_gap_z" && !setting.box.everything() && setting.problem.facts.minimiser && setting.problem.facts.f_star.upper < infinity) {
    // f(x) - f* <= sum_j G_j |x_j - x*_j| along the segment, which stays in the box.
    const auto& minimiser = *setting.problem.facts.minimiser;
    const auto above = setting.box.upper.zip(minimiser, [](double limit, double centre) { return limit - centre; });
    const auto below = minimiser.zip(setting.box.lower, [](double centre, double limit) { return centre - limit; });
    const auto farthest = above.zip(below, [](double a, double b) { return Interval(std::max(a, b)); });
    return Range{0.0, sum_of(gradient_bounds(setting).zip(farthest, [](const Interval& bound, const Interval& way) { return bound * way; })).upper()};
  }
  return std::nullopt;
}

std::string departure(const Trajectories& trajectories) {
  for (std::size_t r = 0; r < trajectories.outcomes.size(); ++r)
    if (trajectories.outcomes[r].ending != Ending::finished)
      return fmt::format("replica {} was {} at step {}", r, to_string(trajectories.outcomes[r].ending), trajectories.outcomes[r].step);
  return "";
}

// Where f* is only bounded below, f minus that bound is recorded, an upper bound of the gap: it can support a bound, never contradict one.
bool lower_end_unknown(Metric metric, const Setting& setting) {
  const bool gap = metric == Metric::f_gap || metric == Metric::mean_f_gap || metric == Metric::min_f_gap || metric == Metric::f_gap_average || metric == Metric::f_gap_z;
  return gap && (setting.problem.facts.f_star.upper == infinity || infimum_needs_box(setting));
}

// Weights in T belong to a run of that length: those of its beginning are others.
bool weighs_by_horizon(const Card& card) {
  if (!card.weights) return false;
  const auto names = card.weights->names();
  return std::any_of(names.begin(), names.end(), [](const auto& use) { return use.first == "T"; });
}

// Squares, norms and gaps; a sum of inner products or of slopes has either sign.
bool never_negative(Metric metric) { return metric != Metric::regret && metric != Metric::mean_regret && metric != Metric::weighted_grad_sum; }

bool deterministic(const Setting& setting) { return setting.noise.facts.none && !setting.problem.objective.sampled; }

// ---- one kind of card each

void compare_upper(Judgement& judgement, const Card& card) {
  const double tolerance = card.kind == Kind::tight ? card.tolerance.value_or(0.0) : 0.0;
  const double bound = judgement.bound.upper();
  // Where Delta or G_j is only enclosed, bound and trivial value both count with the upper end.
  const double trivial = judgement.trivial.upper();
  if (judgement.measured.lower > bound * (1.0 + tolerance)) {
    judgement.verdict = Verdict::violated;
    judgement.reason = "its interval lies above the bound";
  } else if (bound >= trivial) {
    judgement.verdict = Verdict::vacuous;
    judgement.reason = std::isfinite(bound) ? fmt::format("the bound is not below the trivial value {:.4g}", trivial)
                                            : "the bound is infinite: a constant it needs is not known";
  } else if (judgement.measured.upper < bound * (1.0 + tolerance)) {
    judgement.verdict = Verdict::holds;
    judgement.reason = card.kind == Kind::tight && std::fabs(judgement.ratio - 1.0) <= tolerance
                           ? fmt::format("attained: measured / bound = 1 to {:.0e}", std::max(std::fabs(judgement.ratio - 1.0), 1e-16))
                           : "its interval lies below the bound";
  } else {
    judgement.verdict = Verdict::undecided;
  }
}

// The limit with its tolerance on either side.
std::pair<double, double> limit_band(const Judgement& judgement, const Card& card) {
  const double room = card.tolerance.value_or(0.01) * std::fabs(judgement.bound.upper());
  return {judgement.bound.lower() - room, judgement.bound.upper() + room};
}

void compare_limit(Judgement& judgement, const Card& card) {
  const auto [low, high] = limit_band(judgement, card);
  if (judgement.measured.upper < low || judgement.measured.lower > high) {
    judgement.verdict = Verdict::violated;
    judgement.reason = "the confidence interval lies outside the limit and its tolerance";
  } else if (judgement.measured.lower >= low && judgement.measured.upper <= high) {
    judgement.verdict = Verdict::holds;
    judgement.reason = fmt::format("within {:.2g} % of the limit", 100.0 * card.tolerance.value_or(0.01));
  } else {
    judgement.verdict = Verdict::undecided;
  }
}

// Below the threshold the functional falls under the tolerance, above it does not.
void compare_threshold(Judgement& judgement, const Card& card, const Interval& product) {
  const bool below = product.upper() < judgement.bound.lower(), above = product.lower() > judgement.bound.upper();
  const double settled = card.tolerance.value_or(1e-30);
  const bool settles = judgement.measured.upper < settled, stays_away = judgement.measured.lower >= settled;
  judgement.ratio = product.mid() / judgement.bound.mid();
  if (!below && !above) {
    judgement.verdict = Verdict::undecided;
    judgement.reason = "the setting is at the threshold within rounding";
  } else if (!settles && !stays_away) {
    judgement.verdict = Verdict::undecided;
    judgement.reason = fmt::format("{:.4g} times the threshold: whether it settles is open, the interval contains {:.4g}", judgement.ratio, settled);
  } else if (below == settles) {
    judgement.verdict = Verdict::holds;
    judgement.reason = fmt::format("{:.4g} times the threshold: {}", judgement.ratio, settles ? "settles" : "does not settle");
  } else {
    judgement.verdict = Verdict::violated;
    judgement.reason = fmt::format("{:.4g} times the threshold, yet it {}", judgement.ratio, settles ? "settles" : "does not settle");
  }
}

// The edge of the verdict that is nearest to the measured value: what a narrower interval would have to leave out.
double nearest_edge(const Card& card, const Judgement& judgement) {
  if (card.kind == Kind::limit) {
    const auto [low, high] = limit_band(judgement, card);
    return std::fabs(judgement.measured.value - low) < std::fabs(judgement.measured.value - high) ? low : high;
  }
  return judgement.bound.upper() * (1.0 + (card.kind == Kind::tight ? card.tolerance.value_or(0.0) : 0.0));
}

}  // namespace

Interval trivial_value(const Card& card, const Quantities& quantities) {
  if (card.trivial) {
    Quantities with_let = quantities;
    add_let(card, with_let);
    return value_of(*card.trivial, with_let, card.id);
  }
  const Interval unknown(0.0, infinity);
  const auto get = [&](std::string_view name) { return quantities.find(name) == nullptr ? unknown : *quantities.find(name); };
  const Interval bounded = get("G2sq"), squares = std::isfinite(bounded.upper()) ? bounded : Interval(2.0) * get("L") * get("Delta");
  if (card.metric.ends_with("grad_sq")) return squares;
  if (card.metric == "mean_grad_norm") return m::sqrt(squares);
  if (card.metric == "mean_grad_l1") return m::sqrt(get("d") * squares);
  if (card.metric.ends_with("dist_sq")) return m::sqr(get("R"));
  if (card.metric == "mean_regret") return get("Gs1") * get("D_inf");
  if (card.metric == "regret") return get("T") * get("Gs1") * get("D_inf");
  if (card.metric.find("f_gap") == std::string::npos) return unknown;  // whatever bounds it says something
  return get("Delta");
}

void decide(const Card& card, Judgement& judgement, const Interval* product) {
  judgement.ratio = judgement.bound.upper() > 0.0 ? judgement.measured.value / judgement.bound.upper() : infinity;
  switch (card.kind) {
    case Kind::upper:
    case Kind::tight: compare_upper(judgement, card); break;
    case Kind::limit: compare_limit(judgement, card); break;
    case Kind::threshold:
      THALWEG_EXPECTS(product != nullptr);
      compare_threshold(judgement, card, *product);
      break;
  }
}

Applicability applicability(const Card& card, const Setting& setting) {
  Applicability answer;
  answer.certified = !setting.problem.facts.declared;
  if (!method_matches(card, setting)) {
    answer.reason = fmt::format("the theorem is about {}", fmt::join(card.methods, ", "));
    return answer;
  }
  for (const std::string& id : card.requires_) {
    const Predicate& predicate = *find_predicate(id);
    if (predicate.certain(setting)) continue;
    if (predicate.observable == nullptr || !predicate.observable(setting)) {
      answer.reason = std::string(predicate.failure);
      return answer;
    }
    answer.certified = false;
  }
  const Metric metric = metric_of(card, setting);
  if (setting.problem.objective.sampled && metric != Metric::sampled_grad_sq && metric != Metric::f_gap && metric != Metric::grad_sq) {
    answer.reason = fmt::format("{} would cost a pass over all data at every step of a mini-batch run", card.metric);
    return answer;
  }
  const std::vector<Metric> paths = path_metrics(card);
  if ((needs_minimiser(metric) || std::any_of(paths.begin(), paths.end(), needs_minimiser)) && !setting.problem.facts.minimiser) {
    answer.reason = std::string(find_predicate("minimiser-known")->failure);
    return answer;
  }
  Quantities quantities(setting);
  add_let(card, quantities);
  for (const NamedExpression& condition : card.admissible) {
    const Truth truth = truth_of(condition.expression, quantities, card.id);
    if (truth != Truth::yes) {
      answer.reason = condition_failure(condition, truth);
      return answer;
    }
  }
  answer.applies = true;
  return answer;
}

bool speaks_of(const Card& card, const Definition& definition) {
  if (!card.methods.empty() && std::none_of(card.methods.begin(), card.methods.end(), [&](const std::string& id) {
        return id == definition.method || (id == "gd" && definition.method == "sgd");
      }))
    return false;
  for (const std::string& id : card.requires_)
    if (const Predicate& predicate = *find_predicate(id); predicate.of_definition != nullptr && !predicate.of_definition(definition)) return false;

  // Names of fields that this method lacks, and conditions that its values alone decide.
  const auto& fields = hyper_parameter_names();
  const auto is_let = [&](const std::string& name) { return std::any_of(card.let.begin(), card.let.end(), [&](const NamedExpression& let) { return let.name == name; }); };
  const auto lacks = [&](const Expression& expression) {
    const auto names = expression.names();
    return std::any_of(names.begin(), names.end(), [&](const auto& use) {
      return use.first != "eta" && !definition.has(use.first) && !is_let(use.first) && std::find(fields.begin(), fields.end(), use.first) != fields.end();
    });
  };
  const bool no_lower_bound = rate_bounds(definition, Interval(1.0)).mu1.upper() == 0.0;
  const auto useless = [&](const Expression& expression) {
    const auto names = expression.names();
    return lacks(expression) || (no_lower_bound && std::any_of(names.begin(), names.end(), [&](const auto& use) { return !is_let(use.first) && (use.first == "mu1" || use.first == "kappa_A"); }));
  };
  if (useless(card.bound)) return false;
  for (const NamedExpression& let : card.let)
    if (useless(let.expression)) return false;
  std::map<std::string, Interval, std::less<>> values;
  for (const auto& [name, value] : definition.numbers) values.emplace(name, Interval(value));
  const Quantities own(values);
  for (const NamedExpression& condition : card.admissible) {
    if (lacks(condition.expression)) return false;
    const auto names = condition.expression.names();
    const bool decided = std::all_of(names.begin(), names.end(), [&](const auto& use) { return definition.numbers.contains(use.first) && !is_let(use.first); });
    if (decided && truth_of(condition.expression, own, card.id) != Truth::yes) return false;
  }
  return true;
}

void require(const Card& card, const Setting& setting, Batch& batch) {
  const Metric metric = metric_of(card, setting);
  batch.metrics.insert(metric);
  bool about_minimiser = needs_minimiser(metric);
  for (Metric path : path_metrics(card)) {
    batch.metrics.insert(path);
    about_minimiser = about_minimiser || needs_minimiser(path);
  }
  const Quantities quantities(setting);
  if (batch.metrics.any(Metric::v1, Metric::v2, Metric::h_increase)) batch.initial_rate = quantities.find("mu2")->upper();
  if (about_minimiser) batch.minimiser = *setting.problem.facts.minimiser;
  const double beta1 = properties(setting.definition).beta1, look_ahead = beta1 / (1.0 - beta1);
  if (metric == Metric::f_gap_z) batch.look_ahead = look_ahead;
  Quantities at = quantities;
  add_let(card, at);
  if (card.level) {
    double& level = metric == Metric::f_passage ? batch.f_level : batch.grad_level;
    const double wanted = value_of(*card.level, at, card.id).upper();
    if (level != 0.0 && level != wanted)
      throw SpecError({card.level->place(card.level->root()), card.id + ": level", "", "another theorem of the same block asks for the passage of another level: put it into a block of its own"});
    level = wanted;
  }
  if (card.weights) {
    std::vector<double> weights;
    for (std::uint64_t t = 1; t <= setting.horizon(); ++t) {
      at.set("t", Interval(static_cast<double>(t)));
      weights.push_back(value_of(*card.weights, at, card.id).mid());
    }
    if (!batch.weights.empty() && batch.weights != weights)
      throw SpecError({card.weights->place(card.weights->root()), card.id + ": weights", "", "another theorem of the same block weighs the steps otherwise: put it into a block of its own"});
    batch.weights = std::move(weights);
  }
  watch(card, setting, batch);
}

Judgement judge(const Card& card, const Setting& setting, const Trajectories& trajectories, std::size_t row, double level, std::size_t looks) {
  Judgement judgement;
  judgement.step = trajectories.steps.at(row);
  Setting at = setting;
  at.eta.resize(judgement.step);
  const Applicability applicable = applicability(card, at);
  judgement.certified = applicable.certified && setting.precision == Precision::f64;  // theorems speak of real numbers
  if (!applicable.applies) {
    judgement.verdict = Verdict::not_applicable;
    judgement.reason = applicable.reason;
    return judgement;
  }
  if (judgement.step != setting.horizon() && weighs_by_horizon(card)) {
    judgement.verdict = Verdict::not_applicable;
    judgement.reason = "the weights are those of the whole run";
    return judgement;
  }
  const Quantities own(at);
  Quantities quantities = own;
  add_let(card, quantities);
  judgement.trivial = trivial_value(card, own);
  if (const std::string failure = audit_failure(card, setting, trajectories, judgement.step); !failure.empty()) {
    judgement.verdict = Verdict::not_applicable;
    judgement.reason = failure;
    return judgement;
  }

  const Metric metric = metric_of(card, setting);
  const std::vector<Metric> paths = path_metrics(card);
  std::vector<double> values(trajectories.replicas), bounds(paths.empty() ? 0 : trajectories.replicas);
  for (std::size_t r = 0; r < values.size(); ++r) values[r] = trajectories.at(metric, row, r);
  if (paths.empty()) {
    judgement.bound = value_of(card.bound, quantities, card.id);
  } else {
    double mean = 0.0;
    for (std::size_t r = 0; r < bounds.size(); ++r) {
      for (Metric path : paths) quantities.set(std::string(path_name(path)), Interval(trajectories.at(path, row, r)));
      add_let(card, quantities);
      bounds[r] = value_of(card.bound, quantities, card.id).upper();
      mean += (bounds[r] - mean) / static_cast<double>(r + 1);
    }
    judgement.bound = Interval(mean);
  }

  const std::string left = departure(trajectories);
  const bool complete = std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); }) &&
                        std::all_of(bounds.begin(), bounds.end(), [](double v) { return std::isfinite(v); });
  if (!complete) {
    judgement.measured.value = judgement.measured.upper = infinity;
    // Who is gone does not settle.
    const bool beyond = (deterministic(setting) && std::fabs(judgement.bound.upper()) < recorded_up_to) || (card.kind == Kind::threshold && !left.empty());
    judgement.measured.lower = beyond ? infinity : card.kind == Kind::limit ? -infinity : 0.0;
    judgement.measured.how = "not finite";
    decide(card, judgement, quantities.find("product"));
    if (card.kind != Kind::threshold && judgement.verdict != Verdict::vacuous)
      judgement.reason = left.empty() ? "a recorded number is not finite" : left;
    return judgement;
  }

  // With path quantities the comparison is that of functional minus bound, replica by replica, with 0; it is shown moved by the mean bound.
  const std::vector<double> compared = paths.empty() ? values : paired_differences(values, bounds);
  const std::optional<Range> range = paths.empty() ? range_of(card, setting, own) : std::nullopt;
  const double shift = paths.empty() ? 0.0 : judgement.bound.upper();
  if (deterministic(setting)) {
    const double grid = grid_allowance(setting, metric, values.front());
    judgement.measured = deterministic_estimate(compared.front(), allowance(setting) * (std::fabs(values.front()) + shift) + grid);
    judgement.functional = deterministic_estimate(values.front(), allowance(setting) * std::fabs(values.front()) + grid);
  } else {
    judgement.measured = estimate_at_a_look(compared, range, level, looks);
    judgement.functional = paths.empty() ? judgement.measured : estimate_at_a_look(values, range_of(card, setting, own), level, looks);
  }
  if (!paths.empty()) judgement.measured.value = moments_of(values).mean();
  judgement.measured.lower += shift;
  judgement.measured.upper += shift;
  if (never_negative(metric)) {
    judgement.functional.lower = std::max(judgement.functional.lower, 0.0);
    if (paths.empty()) judgement.measured.lower = std::max(judgement.measured.lower, 0.0);
  }
  if (!paths.empty()) judgement.measured.how += ", of the per-replica difference";
  if (setting.precision != Precision::f64) judgement.measured.how += ", in float";
  if (lower_end_unknown(metric, setting)) judgement.measured.lower = judgement.functional.lower = -infinity;
  decide(card, judgement, quantities.find("product"));
  if (judgement.verdict == Verdict::undecided && judgement.reason.empty()) {
    const double share = level_of_a_look(range, level, looks), edge = nearest_edge(card, judgement) - shift;
    const auto needed = deterministic(setting) ? std::nullopt : replicas_needed(compared, range, share, edge);
    if (needed) judgement.least_needed = replicas_needed(compared, std::nullopt, share, edge);
    // A range that the values contradict stays contradicted; a tail that is in doubt may be clearer with more of them.
    const bool doubtful = !judgement.measured.doubt.empty();
    judgement.open = !deterministic(setting) && (range ? needed && !doubtful : needed || doubtful);
    if (doubtful) {
      judgement.reason = judgement.measured.doubt;
    } else if (!needed) {
      judgement.reason = "the interval contains the bound, and no number of replicas would decide";
    } else {
      judgement.reason = fmt::format("the interval contains the bound; about {} replicas would decide", *needed);
    }
  }
  return judgement;
}

}  // namespace thalweg
