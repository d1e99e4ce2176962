#include "analysis/report/epsilon.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>

#include "analysis/stats/moments.hpp"

namespace thalweg {

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

std::string signed_text(double value) { return std::isfinite(value) ? fmt::format("{:+.2f}", std::fabs(value) < 0.005 ? 0.0 : value) : "-"; }

// Three decimals: what is smaller is no dependence that anyone would call one.
std::string exponent_text(const Estimate& e) {
  if (!std::isfinite(e.value)) return "-";
  const auto text = [](double x) { return std::isfinite(x) ? fmt::format("{:.3f}", std::fabs(x) < 0.0005 ? 0.0 : x) : std::string("-"); };
  return fmt::format("{} [{}, {}]", text(e.value), text(e.lower), text(e.upper));
}

// "+1.00", or "-1.98 to -1.00" from the first to the last value.
std::string exponents_text(const std::vector<double>& all) {
  std::vector<double> finite;
  std::copy_if(all.begin(), all.end(), std::back_inserter(finite), [](double x) { return std::isfinite(x); });
  if (finite.empty()) return "-";
  const std::string first = signed_text(finite.front()), last = signed_text(finite.back());
  return first == last ? first : first + " to " + last;
}

PlainTable points_table(const EpsilonAnswer& answer) {
  const EpsilonRequest& request = answer.request;
  PlainTable table{"points", "", {request.field, "share idle", "regime", "eta", std::string(to_string(request.shared.metric)), "local exponent"}, {}, {}};
  const bool tuned = request.mode == StepMode::tuned;
  if (tuned) table.columns.insert(table.columns.begin() + 4, "eta not told apart");
  for (const EpsilonPoint& point : answer.points) {
    std::vector<TableEntry> row = {number_text(point.value), point.share ? fmt::format("{:.2f}", *point.share) : "-", point.share ? std::string(to_string(regime_of(*point.share))) : "-",
                                   number_text(point.measured.eta)};
    if (tuned) row.emplace_back(fmt::format("{} to {}{}", number_text(point.measured.tuned->least), number_text(point.measured.tuned->most), point.measured.tuned->at_end ? " (end of the grid)" : ""));
    row.emplace_back(point.measured.estimate);
    row.emplace_back(exponent_text(point.local));
    table.rows.push_back(std::move(row));
  }
  return table;
}

// Where the bound is below the trivial value: "eps >= 0.1", "nowhere", ...
std::string informative(const EpsilonAnswer& answer, const StatedTheorem& theorem) {
  const auto says = [](const Stated& s) { return s.bound.value > 0.0 && s.bound.value < s.trivial; };
  const std::size_t n = theorem.at.size();
  std::size_t first = n, last = n, count = 0;
  for (std::size_t i = 0; i < n; ++i)
    if (says(theorem.at[i])) {
      if (first == n) first = i;
      last = i;
      ++count;
    }
  if (count == 0) return "nowhere";
  if (count == n) return "everywhere";
  const std::string& field = answer.request.field;
  const auto value = [&](std::size_t i) { return number_text(answer.points[i].value); };
  if (count != last - first + 1) return fmt::format("at {} of {} values", count, n);
  return first == 0 ? field + " <= " + value(last) : last == n - 1 ? field + " >= " + value(first) : value(first) + " to " + value(last);
}

PlainTable theorems_table(const EpsilonAnswer& answer) {
  PlainTable table{"exponents", "Exponents in " + answer.request.field + ", by regime: d log / d log " + answer.request.field, {"", "metric"}, {}, {}};
  for (const RegimeExponent& regime : answer.regimes)
    table.columns.push_back(fmt::format("{} {}..{}", to_string(regime.regime), number_text(answer.points[regime.first].value, 2), number_text(answer.points[regime.last].value, 2)));
  table.columns.insert(table.columns.end(), {"largest step", "best step", "informative", "verdicts"});
  std::vector<TableEntry> row = {std::string("measured"), std::string(to_string(answer.request.shared.metric))};
  for (const RegimeExponent& regime : answer.regimes)
    row.emplace_back(regime.measured ? exponent_text(regime.measured->exponent) + (regime.measured->from_ends ? " (ends)" : "") : "-");
  row.insert(row.end(), {std::string("-"), std::string("-"), std::string("-"), std::string("-")});
  table.rows.push_back(row);
  for (const auto& other : answer.points.front().also) {
    row = {std::string("measured"), std::string(to_string(other.first))};
    for (const RegimeExponent& regime : answer.regimes) {
      const auto found = regime.also.find(other.first);
      row.emplace_back(found == regime.also.end() ? "-" : exponent_text(found->second.exponent) + (found->second.from_ends ? " (ends)" : ""));
    }
    row.insert(row.end(), {std::string("-"), std::string("-"), std::string("-"), std::string("-")});
    table.rows.push_back(row);
  }
  for (std::size_t k = 0; k < answer.theorems.size(); ++k) {
    const StatedTheorem& theorem = answer.theorems[k];
    row = {theorem.id, theorem.metric};
    for (const RegimeExponent& regime : answer.regimes) row.emplace_back(regime.bounds[k] ? signed_text(*regime.bounds[k]) : "-");
    std::vector<double> steps, best;
    std::map<std::string, std::size_t> verdicts;
    for (const Stated& stated : theorem.at) {
      steps.push_back(stated.largest ? stated.largest->exponent : nothing);
      best.push_back(stated.best ? stated.best->bound.exponent : nothing);
      ++verdicts[stated.allowed ? to_string(stated.verdict) : "outside its conditions"];
    }
    std::string counted;
    for (const auto& [verdict, count] : verdicts) counted += fmt::format("{}{} {}", counted.empty() ? "" : ", ", count, verdict);
    const bool has_bound = std::any_of(theorem.at.begin(), theorem.at.end(), [](const Stated& s) { return s.bound.value > 0.0; });
    row.insert(row.end(), {exponents_text(steps), exponents_text(best), has_bound ? informative(answer, theorem) : "-", has_bound ? counted : "-"});
    table.rows.push_back(row);
  }
  table.sentences.push_back("Of a theorem: the exponent of its bound at the steps that were run, of the largest step it allows, and of its bound at the step that is best for it (first to last value).");
  return table;
}

// The sentence that compares: the regime where p is smallest for eps, largest for beta, is the sign-like one.
void add_conclusions(const EpsilonAnswer& answer, PlainTable& table) {
  const std::string& field = answer.request.field;
  for (const RegimeExponent& regime : answer.regimes) {
    if (!regime.measured || !std::isfinite(regime.measured->exponent.lower)) continue;
    const Estimate& exponent = regime.measured->exponent;
    std::string bounds;
    for (std::size_t k = 0; k < answer.theorems.size(); ++k)
      if (regime.bounds[k] && answer.theorems[k].metric == to_string(answer.request.shared.metric))
        bounds += fmt::format("{}{} {}", bounds.empty() ? "" : ", ", answer.theorems[k].id, signed_text(*regime.bounds[k]));
    constexpr double negligible = 0.05;
    const std::string measured = std::max(std::fabs(exponent.lower), std::fabs(exponent.upper)) < negligible
                                     ? fmt::format("the measured error hardly depends on {} (exponent within {} of 0)", field, negligible)
                                     : exponent.lower > 0.0   ? fmt::format("the measured error grows with {}", field)
                                     : exponent.upper < 0.0 ? fmt::format("the measured error falls with {}", field)
                                                              : fmt::format("no dependence of the measured error on {} is resolved", field);
    table.sentences.push_back(fmt::format("{} ({} from {} to {}): {}, {}{}.", to_string(regime.regime), field, number_text(answer.points[regime.first].value), number_text(answer.points[regime.last].value),
                                          measured, exponent_text(exponent), bounds.empty() ? "" : "; bounds on the same metric: " + bounds));
  }
}

PlainTable counterpart_table(const EpsilonAnswer& answer) {
  const bool by_eps = answer.request.field == "eps";
  const std::string own = define(answer.request.method.method).method;
  PlainTable table{"counterpart", fmt::format("{}({}) against {}({} = log 2 / {}): equal mu2, so equal eta is equal eta mu2", own, answer.request.field, answer.counterpart, by_eps ? "beta" : "eps", answer.request.field),
                   {answer.request.field, by_eps ? "beta" : "eps", own, answer.counterpart, "ratio"}, {}, {}};
  if (answer.request.mode == StepMode::tuned) table.title += "; here each at its best step";
  std::size_t apart = 0;  // with certainty, by more than 1 %
  double least = std::numeric_limits<double>::infinity(), most = 0.0;
  for (const EpsilonPoint& point : answer.points) {
    Estimate ratio = point.counterpart_ratio;
    for (double* end : {&ratio.value, &ratio.lower, &ratio.upper}) *end = std::exp(*end);
    apart += ratio.upper < 0.99 || ratio.lower > 1.01 ? 1 : 0;
    least = std::fmin(least, ratio.value);
    most = std::fmax(most, ratio.value);
    if (std::find(answer.convention_values.begin(), answer.convention_values.end(), point.value) != answer.convention_values.end())
      table.rows.push_back({number_text(point.value), number_text(std::numbers::ln2 / point.value), point.measured.estimate, point.counterpart->estimate, estimate_text(ratio)});
  }
  if (!(most > 0.0)) return table;  // all diverged
  table.sentences.push_back(fmt::format("Over all {} values the ratio {} / {} of means lies between {} and {}: {}.", answer.points.size(), answer.counterpart, own, number_text(least), number_text(most),
                                        apart == 0 ? "nowhere do they differ by more than 1 %" : fmt::format("they differ by more than 1 % at {} values", apart)));
  return table;
}

PlainTable baseline_table(const EpsilonAnswer& answer) {
  PlainTable table{"baseline", "The fair baseline: which part of the softplus method's gain is its larger effective eps", {"step"}, {}, {}};
  for (const Measured& measured : answer.baseline.front().measured) table.columns.push_back(measured.definition);
  table.columns.emplace_back("etas");
  table.columns.emplace_back("explained");
  for (const BaselineRow& row : answer.baseline) {
    std::vector<TableEntry> entries = {std::string(row.mode == StepMode::fixed ? "equal eta" : row.mode == StepMode::iso_effective ? "equal eta mu2" : "each at its best")};
    std::string etas;
    for (const Measured& measured : row.measured) {
      entries.emplace_back(measured.estimate);
      etas += (etas.empty() ? "" : ", ") + number_text(measured.eta, 3);
    }
    entries.emplace_back(etas);
    const double gain = std::log(moments_of(row.measured[0].replicas).mean() / moments_of(row.measured[2].replicas).mean());
    const bool some = row.explained.doubt.empty() && std::fabs(gain) > 0.02;
    entries.emplace_back(some ? estimate_text(row.explained, 3) : std::string("-"));
    table.rows.push_back(std::move(entries));
    const std::string mode = std::get<std::string>(table.rows.back().front());
    table.sentences.push_back(!some        ? fmt::format("{}: the first and the last differ by {} %, or are not told apart: there is no gain to explain.", mode, number_text(100.0 * std::fabs(std::expm1(-gain)), 2))
                              : gain < 0.0 ? fmt::format("{}: the last is {} times worse than the first; the second shows {} of that loss in logarithms.", mode, number_text(std::exp(-gain), 3), estimate_text(row.explained, 3))
                                           : fmt::format("{}: the last is {} times better than the first; the second has {} of that gain in logarithms.", mode, number_text(std::exp(gain), 3), estimate_text(row.explained, 3)));
  }
  return table;
}

PlainTable conventions_table(const EpsilonAnswer& answer) {
  PlainTable table{"conventions", fmt::format("Conventions at the same {}, beta1, beta2 and step rule: {}", answer.request.field, to_string(answer.request.shared.metric)), {"presets", "choices"}, {}, {}};
  for (const double value : answer.convention_values) table.columns.push_back(fmt::format("{} = {}", answer.request.field, number_text(value, 3)));
  for (const ConventionRow& row : answer.conventions) {
    std::vector<TableEntry> entries = {row.names, row.definition};
    for (const Measured& measured : row.at) entries.emplace_back(number_text(measured.estimate.value, 3));
    table.rows.push_back(std::move(entries));
  }
  for (std::size_t i = 0; i < answer.convention_values.size(); ++i) {
    double least = std::numeric_limits<double>::infinity(), most = 0.0;
    for (const ConventionRow& row : answer.conventions) {
      least = std::fmin(least, row.at[i].estimate.value);
      most = std::fmax(most, row.at[i].estimate.value);
    }
    if (most > 0.0 && std::isfinite(least) && (i == 0 || i + 1 == answer.convention_values.size()))
      table.sentences.push_back(fmt::format("At {} = {} they differ by a factor {}.", answer.request.field, number_text(answer.convention_values[i], 3), number_text(most / least, 3)));
  }
  return table;
}

}  // namespace

std::string heading(const EpsilonAnswer& answer) {
  const EpsilonRequest& r = answer.request;
  std::string set;
  for (const auto& [name, value] : r.method.set) set += fmt::format(", {} = {}", name, number_text(value));
  const std::string step = r.mode == StepMode::tuned ? "the best for each (a grid, then measured on fresh noise)"
                           : r.mode == StepMode::iso_effective ? "(" + r.effective + ") / mu2, the same eta mu2" : r.eta;
  return fmt::format(
      "{}, {}\n{}{}, {} from {} to {} ({} values), eta = {}, T = {}, {} replicas, seed {}\n"
      "Intervals: {:g} % together over {} of them, on noise that all values share. Regime: share of A-LR values at least half of the idle one; sign-like <= {:g}, gradient-like >= {:g}.\n",
      answer.problem, answer.noise, r.method.method, set, r.field, number_text(r.values.front()), number_text(r.values.back()), r.values.size(), step, r.shared.horizon,
      answer.points.front().measured.replicas.size(), r.shared.seed, 100.0 * (1.0 - r.level), answer.comparisons, few, most);
}

std::vector<PlainTable> tables(const EpsilonAnswer& answer) {
  std::vector<PlainTable> all = {points_table(answer), theorems_table(answer)};
  add_conclusions(answer, all.back());
  if (!answer.counterpart.empty()) all.push_back(counterpart_table(answer));
  if (!answer.baseline.empty()) all.push_back(baseline_table(answer));
  if (answer.conventions.size() > 1) all.push_back(conventions_table(answer));
  return all;
}

}  // namespace thalweg
