#include "analysis/report/epsilon_studies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "analysis/report/stall_report.hpp"
#include "analysis/stats/exponent.hpp"
#include "analysis/stats/moments.hpp"
#include "analysis/study/regime.hpp"
#include "analysis/study/stall.hpp"
#include "analysis/study/version.hpp"
#include "analysis/theory/elasticity.hpp"
#include "analysis/theory/evaluate.hpp"
#include "analysis/theory/verdict.hpp"
#include "lib/core/check.hpp"
#include "lib/optimizers/bounds.hpp"

namespace thalweg {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double negligible = 0.05;  // an exponent this small is hardly one

const Card* card_named(const std::vector<Card>& cards, const std::string& id) {
  const auto found = std::find_if(cards.begin(), cards.end(), [&](const Card& card) { return card.id == id; });
  return found == cards.end() ? nullptr : &*found;
}

double mean_of(const std::vector<double>& values) {
  const double mean = moments_of(values).mean();
  return std::isfinite(mean) ? mean : infinity;
}

double number_in(const Recorded& recorded, const char* field) { return recorded.cell.setting.definition.number(field); }

// values[r * n + i] of n cells, replica by replica.
std::vector<double> side_by_side(const std::vector<std::vector<double>>& cells) {
  std::vector<double> all;
  for (std::size_t r = 0; r < cells.front().size(); ++r)
    for (const std::vector<double>& cell : cells) all.push_back(cell[r]);
  return all;
}

std::string signed_text(double value) { return std::isfinite(value) ? fmt::format("{:+.2f}", std::fabs(value) < 0.005 ? 0.0 : value) : "-"; }

// ---- (i) does the rate depend on epsilon

std::vector<PlainTable> rate(const std::vector<Recorded>& records, const std::vector<Card>&, double level) {
  PlainTable table{"rate", "Exponents in eps where the A-LR is sign-like (share of idle values <= 0.1); best: of eleven steps half a decade apart, chosen on the same noise", {"condition", "method", "metric", "eps", "measured, fixed eta", "measured, best eta", "bound, fixed eta", "bound, best eta"}, {}, {}};
  struct Key {
    std::string block, method;
    auto operator<=>(const Key&) const = default;
  };
  std::map<Key, std::map<double, std::vector<const Recorded*>>> groups;
  std::vector<Key> order;
  for (const Recorded& recorded : records) {
    const Key key{recorded.cell.block, recorded.cell.setting.definition.method};
    if (!groups.contains(key)) order.push_back(key);
    groups[key][number_in(recorded, "eps")].push_back(&recorded);
  }
  const double each = simultaneous_level(level, 2 * order.size());
  std::size_t independent = 0, independent_tuned = 0;
  double steepest = 0.0;
  for (const Key& key : order) {
    const Metric metric = key.block == "nonconvex" ? Metric::mean_grad_sq : key.block == "convex" ? Metric::mean_f_gap : Metric::f_gap;
    std::vector<double> eps;
    std::vector<std::vector<double>> fixed, best;
    const Recorded* first = nullptr;
    for (const auto& [value, cells] : groups[key]) {
      const Recorded* at_fixed = cells.front();  // the first eta of the block
      const std::optional<double> share = idle_share(at_fixed->record, at_fixed->cell.setting.definition);
      if (!share || regime_of(*share) != Regime::sign_like) continue;
      std::vector<double> least = cells[1]->last(metric);
      for (std::size_t i = 2; i < cells.size(); ++i)
        if (std::vector<double> other = cells[i]->last(metric); mean_of(other) < mean_of(least)) least = std::move(other);
      eps.push_back(value);
      fixed.push_back(at_fixed->last(metric));
      best.push_back(std::move(least));
      if (first == nullptr) first = at_fixed;
    }
    if (eps.size() < 2) continue;
    const Estimate measured = exponent_over(eps, side_by_side(fixed), each).exponent, tuned = exponent_over(eps, side_by_side(best), each).exponent;
    std::string bounds, best_bounds;
    for (const Card* card : first->cell.cards) {
      Card bare = *card;
      bare.admissible.clear();
      if (!applicability(bare, first->cell.setting).applies) continue;
      const auto at = bound_elasticity(*card, first->cell.setting, "eps");
      const auto at_best = best_step(*card, first->cell.setting, "eps");
      if (at) steepest = std::min(steepest, at->exponent);
      bounds += fmt::format("{}{} {}", bounds.empty() ? "" : ", ", card->id, at ? signed_text(at->exponent) : "-");
      best_bounds += fmt::format("{}{} {}", best_bounds.empty() ? "" : ", ", card->id, at_best ? signed_text(at_best->bound.exponent) : "-");
    }
    table.rows.push_back({key.block, key.method, std::string(to_string(metric)), fmt::format("{:g} to {:g}", eps.front(), eps.back()), measured, tuned, bounds.empty() ? std::string("none applies") : bounds,
                          best_bounds.empty() ? std::string("-") : best_bounds});
    const bool none = std::max(std::fabs(measured.lower), std::fabs(measured.upper)) < negligible, none_tuned = std::max(std::fabs(tuned.lower), std::fabs(tuned.upper)) < negligible;
    table.sentences.push_back(fmt::format("{}, {}: {} {} at one step for all ({}), and {} at the best step of each ({}){}", key.block, key.method, "the measured error",
                                          none ? "hardly depends on eps" : "depends on eps", estimate_text(measured, 3), none_tuned ? "hardly" : "does", estimate_text(tuned, 3),
                                          bounds.empty() ? "; no bound speaks of it." : "; the bounds say " + bounds + "."));
    independent += none ? 1 : 0;
    independent_tuned += none_tuned ? 1 : 0;
  }
  table.sentences.push_back(fmt::format("The bounds fall as fast as eps^{}; the measured error keeps within {} of exponent 0 in {} of {} cases at one step, in {} at the best steps.", signed_text(steepest), negligible, independent, table.rows.size(), independent_tuned));
  return {table};
}

// ---- (iii) the condition of Theorem E

std::vector<PlainTable> averages(const std::vector<Recorded>& records, const std::vector<Card>& cards, double level) {
  const Card* e = card_named(cards, "theorem-e");
  if (e == nullptr) throw SpecError({{}, "theorem", "theorem-e", "is not among the built-in theorems, and the study is about it"});
  PlainTable table{"averages", "Theorem E on either side of its condition 1 - beta2 <= eps^2 / (16 G^2)", {"(1 - beta2) 16 G^2 / eps^2", "beta2", "condition", "mean |grad f|^2", "second half", "bound", "trivial", "measured / bound", "amsgrad, second half"}, {}, {}};
  std::map<double, std::pair<const Recorded*, const Recorded*>, std::greater<>> by_beta2;
  for (const Recorded& recorded : records) (recorded.cell.setting.definition.method == "adam" ? by_beta2[number_in(recorded, "beta2")].first : by_beta2[number_in(recorded, "beta2")].second) = &recorded;
  const double each = simultaneous_level(level, 3 * by_beta2.size());
  bool violated = false, violated_outside = false;
  double largest = 0.0, largest_outside = 0.0;
  std::vector<double> outside, tails;
  for (const auto& [beta2, pair] : by_beta2) {
    const Setting& setting = pair.first->cell.setting;
    Quantities quantities(setting);
    const Interval trivial = trivial_value(*e, quantities);
    add_let(*e, quantities);
    const double eps = number_in(*pair.first, "eps"), G = quantities.find("Gs")->upper(), ratio = (1.0 - beta2) * 16.0 * G * G / (eps * eps);
    const bool holds = applicability(*e, setting).applies;
    const double bound = value_of(e->bound, quantities, e->id).upper();
    const Estimate whole = estimate_mean(pair.first->last(Metric::mean_grad_sq), std::nullopt, each), tail = estimate_mean(tail_mean(*pair.first, Metric::mean_grad_sq), std::nullopt, each),
                   other = estimate_mean(tail_mean(*pair.second, Metric::mean_grad_sq), std::nullopt, each);
    table.rows.push_back({number_text(ratio), number_text(beta2, 6), std::string(holds ? "holds" : "fails"), whole, tail, bound, trivial.upper(), whole.value / bound, other});
    (holds ? violated : violated_outside) = (holds ? violated : violated_outside) || whole.lower > bound;
    (holds ? largest : largest_outside) = std::max(holds ? largest : largest_outside, whole.value / bound);
    outside.push_back(1.0 - beta2);
    tails.push_back(tail.value);
  }
  const double growth = std::log(tails.back() / tails.front()) / std::log(outside.back() / outside.front());
  table.sentences.push_back(fmt::format("Where the condition holds the bound {} (measured / bound at most {}); where it fails the formula {} (at most {}){}", violated ? "is violated" : "is not violated", number_text(largest, 3),
                                        violated_outside ? "is exceeded" : "is not exceeded either", number_text(largest_outside, 3), violated_outside ? ": the condition is needed." : ": on this instance the condition is sufficient, not necessary."));
  table.sentences.push_back(fmt::format("The second half of the runs goes from {} to {} as 1 - beta2 goes from {} to {} (exponent {} between the ends); with the maximum it ends at {}.", number_text(tails.front(), 3),
                                        number_text(tails.back(), 3), number_text(outside.front(), 3), number_text(outside.back(), 3), signed_text(growth), estimate_text(std::get<Estimate>(table.rows.back().back()), 3)));
  return {table};
}

// ---- (iv) logarithmic against polynomial

// The bound of Defossez et al. 2020, Theorem 2 (beta1 = 0), in this program's averages: their v is a sum, v_sum = v / (1 - beta2), so eps_sum = eps / (1 - beta2)
// and their R - sqrt(eps_sum) is Gs; their alpha is eta. Used where no card of it is at hand.
constexpr const char* logarithmic_bound =
    "2*(Gs + sqrt(eps/(1 - beta2)))*Delta/(eta*T) + (4*d*(Gs + sqrt(eps/(1 - beta2)))^2/sqrt(1 - beta2) + eta*d*(Gs + sqrt(eps/(1 - beta2)))*L/(1 - beta2))"
    "*(log(1 + (Gs + sqrt(eps/(1 - beta2)))^2/eps)/T - log(beta2))";

std::vector<PlainTable> logarithm(const std::vector<Recorded>& records, const std::vector<Card>& cards, double level) {
  PlainTable table{"logarithm", "Local exponents in eps of bounds, and measured values (eps inside the root: mu2 = eps^(-1/2) without corrections)", {"eps", "adam@defossez", "logarithmic bound", "exponent", "amsgrad", "theorem-a", "exponent", "exponent at best step"}, {}, {}};
  // Column names are keys of the JSON rows.
  table.columns[3] = "its exponent";
  table.columns[6] = "exponent of theorem-a";
  const Card* a = card_named(cards, "theorem-a");
  std::map<double, std::pair<const Recorded*, const Recorded*>> by_eps;
  for (const Recorded& recorded : records) (recorded.cell.block == "logarithmic" ? by_eps[number_in(recorded, "eps")].first : by_eps[number_in(recorded, "eps")].second) = &recorded;
  const Setting& some = by_eps.begin()->second.first->cell.setting;
  const Card* own = nullptr;
  for (const Card& card : cards)
    if (card.id.starts_with("r-16") && card.expect == Expectation::holds && card.kind == Kind::upper && (own == nullptr) && applicability(card, some).applies) own = &card;
  const Expression formula = Expression::parse(logarithmic_bound);
  const double each = simultaneous_level(level, 2 * by_eps.size() + 2);
  std::vector<double> eps, exponents, polynomial;
  std::vector<std::vector<double>> measured, other;
  for (const auto& [value, pair] : by_eps) {
    const Setting& setting = pair.first->cell.setting;
    const Elastic logarithmic = own == nullptr ? elasticity(formula, setting, "eps") : *bound_elasticity(*own, setting, "eps");
    const Elastic power = a == nullptr ? Elastic{infinity, infinity} : *bound_elasticity(*a, pair.second->cell.setting, "eps");
    const auto best = a == nullptr ? std::nullopt : best_step(*a, pair.second->cell.setting, "eps");
    eps.push_back(value);
    exponents.push_back(logarithmic.exponent);
    polynomial.push_back(power.exponent);
    measured.push_back(pair.first->last(Metric::mean_grad_sq));
    other.push_back(pair.second->last(Metric::mean_grad_sq));
    table.rows.push_back({number_text(value), estimate_mean(measured.back(), std::nullopt, each), logarithmic.value, fmt::format("{:+.3f}", logarithmic.exponent), estimate_mean(other.back(), std::nullopt, each), power.value,
                          fmt::format("{:+.3f}", power.exponent), best ? fmt::format("{:+.3f}", best->bound.exponent) : "-"});
  }
  // Where sqrt(eps) is small beside the largest gradient: beyond, R = Gs + sqrt(eps / (1 - beta2)) itself moves with eps.
  const double G = Quantities(some).find("Gs")->upper();
  const auto few_of = static_cast<std::size_t>(std::count_if(eps.begin(), eps.end(), [&](double value) { return value <= 1e-3 * G * G; }));
  THALWEG_EXPECTS(few_of >= 2);
  const auto ends = [&](const std::vector<double>& all) {
    const auto [least, most] = std::minmax_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(few_of));
    return signed_text(*least) + " and " + signed_text(*most);
  };
  eps.resize(few_of);
  measured.resize(few_of);
  const Estimate slope = exponent_over(eps, side_by_side(measured), each).exponent;
  table.sentences.push_back(fmt::format("Logarithmic bound {}: from {:g} to {:g}, where sqrt(eps) is below 3.2 % of the largest gradient, its local exponent lies between {}; theorem A's between {}.",
                                        own == nullptr ? "(formula of Defossez et al. 2020, Theorem 2)" : "(card " + own->id + ")", eps.front(), eps.back(), ends(exponents), ends(polynomial)));
  table.sentences.push_back(fmt::format("Measured there: exponent {}. {}", estimate_text(slope, 3),
                                        std::max(std::fabs(slope.lower), std::fabs(slope.upper)) < negligible ? "The runs side with the logarithmic bound: a polynomial dependence is not seen." : "The runs depend on eps more than a logarithm would."));
  return {table};
}

// ---- (v) degenerate minima

std::vector<PlainTable> degenerate(const std::vector<Recorded>& records, const std::vector<Card>&, double) {
  PlainTable table{"degenerate", "f = x^4 / 4: where the linear phase ends (measured: sqrt(v) = 1 / mu2), and what is left at T", {"method", "1 / mu2", "x_c predicted", "x_c measured", "f at T", "late law", "f at T / late law"}, {}, {}};
  // 2.11 with k = 4: x_c^2 = (1 - r) / (eta omega mu2); late x = ((k - 2) eta mu2 T)^(-1/2), f = x^4 / 4.
  const Expression late = Expression::parse("((2*eta*mu2*T)^(-1/2))^4/4"), crossover = Expression::parse("sqrt((1 - beta2^(1/4))/(eta*mu2*(1 - beta1)/(1 - beta1*beta2^(-3/4))))");
  std::map<std::string, std::vector<std::pair<double, double>>> ends;  // 1 / mu2 and f where the late law has set in
  double theory = 0.0, worst = 1.0;
  for (const Recorded& recorded : records) {
    const Setting& setting = recorded.cell.setting;
    const std::string field = setting.definition.has("eps") ? "eps" : "beta";
    const Elastic law = elasticity(late, setting, field), edge = elasticity(crossover, setting, field);
    const double idle = *idle_rate(setting.definition, 1);
    // The first record at which the A-LR is half of the idle one or more: sqrt(v) = 1 / mu2, read between two records in logarithms.
    double measured = std::numeric_limits<double>::quiet_NaN();
    const Trajectories& record = recorded.record;
    const auto x_at = [&](std::size_t row) { return std::pow(4.0 * record.at(Metric::f_gap, row, 0), 0.25); };
    std::size_t slow = 0;  // the A-LR is idle before any gradient has entered v
    while (slow < record.steps.size() && record.at(Metric::rate_max, slow, 0) >= near_idle * idle) ++slow;
    for (std::size_t row = slow + 1; row < record.steps.size(); ++row) {
      const double now = record.at(Metric::rate_max, row, 0), before = record.at(Metric::rate_max, row - 1, 0);
      if (now < near_idle * idle) continue;
      const double part = std::log(near_idle * idle / before) / std::log(now / before);
      measured = x_at(row - 1) * std::pow(x_at(row) / x_at(row - 1), part);
      break;
    }
    const double last = recorded.last(Metric::f_gap).front();
    table.rows.push_back({setting.definition.method, 1.0 / idle, edge.value, measured, last, law.value, last / law.value});
    // Late: the law's x is well below the crossover.
    if (law.value < 0.01 * std::pow(edge.value, 4.0) / 4.0) ends[setting.definition.method].emplace_back(1.0 / idle, last);
    theory = field == "eps" ? law.exponent : -law.exponent;
    if (std::isfinite(measured)) worst = std::max({worst, measured / edge.value, edge.value / measured});
  }
  table.sentences.push_back(fmt::format("The crossover is where theory puts it within a factor {}.", number_text(worst, 3)));
  for (const auto& [method, points] : ends) {
    if (points.size() < 2) continue;
    const double slope = std::log(points.back().second / points.front().second) / std::log(points.back().first / points.front().first);
    table.sentences.push_back(fmt::format("{}: f at T goes like (1 / mu2)^{} where the late law has set in ({} to {}); the law, differentiated, says {}. {}", method, signed_text(slope), number_text(points.front().first, 2), number_text(points.back().first, 2),
                                          signed_text(theory), slope > negligible ? "A larger epsilon (a smaller beta) hurts here." : "No harm of a larger epsilon is seen."));
  }
  return {table};
}

// ---- (vi) float against double

std::vector<PlainTable> in_float(const std::vector<Recorded>& records, const std::vector<Card>&, double level) {
  PlainTable table{"float", "The same runs in double, float, and float recorded in double", {"problem", "eps", "double", "float / double", "mixed / double"}, {}, {}};
  std::map<std::string, std::map<double, std::map<std::string, const Recorded*>>> by;
  for (const Recorded& recorded : records) {
    const std::size_t space = recorded.cell.block.find(' ');
    by[recorded.cell.block.substr(0, space)][number_in(recorded, "eps")][recorded.cell.block.substr(space + 1)] = &recorded;
  }
  const double each = simultaneous_level(level, 2 * records.size() / 3);
  for (const auto& [problem, values] : by) {
    const Metric metric = problem == "noisy" ? Metric::mean_grad_sq : Metric::f_gap;
    std::vector<double> apart;
    double most = 0.0;
    std::size_t below = 0;  // values that float does not hold
    for (const auto& [eps, at] : values) {
      const std::vector<double> reference = at.at("double")->last(metric);
      std::vector<TableEntry> row = {problem, number_text(eps), estimate_mean(reference, std::nullopt, each).value};
      for (const char* precision : {"float", "mixed"}) {
        const Estimate ratio = log_ratio_of_means(reference, at.at(precision)->last(metric), each);
        Estimate shown = ratio;
        for (double* end : {&shown.value, &shown.lower, &shown.upper}) *end = std::exp(*end);
        row.emplace_back(ratio.how == "none" ? TableEntry(std::string("no mean above 0")) : reference.size() == 1 ? TableEntry(shown.value) : TableEntry(shown));
        const bool far = ratio.how == "none" || ratio.lower > 0.01 || ratio.upper < -0.01;
        if (far && (apart.empty() || apart.back() != eps)) apart.push_back(eps);
        if (ratio.how != "none") most = std::max(most, std::fabs(ratio.value));
      }
      constexpr double least_float = 1.401298464324817e-45;
      below += mean_of(reference) < least_float ? 1 : 0;
      table.rows.push_back(std::move(row));
    }
    std::string where;
    for (const double eps : apart) where += (where.empty() ? "" : ", ") + number_text(eps, 2);
    table.sentences.push_back(apart.empty() ? fmt::format("{}: float and double differ by less than 1 % at every eps (at most {} %).", problem, number_text(100.0 * std::expm1(most), 2))
                                            : fmt::format("{}: float and double part by more than 1 % at eps = {}. At {} of these the value itself is below the least float, 1.4e-45, and only float recorded in double tells; what it shows is v = g^2 leaving float's range.", problem, where, below));
  }
  return {table};
}

}  // namespace

std::span<const EpsilonStudy> epsilon_studies() {
  static const std::array<EpsilonStudy, 7> all = {{{{"rate", "Does the rate depend on epsilon? Nonconvex, convex and PL", "Tong, Liang & Bi (arXiv:1908.00700), claim 2"}, nullptr, rate},
                                                   {{"stall", "The stall floor of fixed-beta Adam and Sadam", "docs/theory.md, Proposition N"}, nullptr, stall_floor},
                                                   {{"stall-law", "The stall law, first order in 1 - beta2", "docs/theory.md 2.9"}, stall_law_study, stall_law_table},
                                                   {{"averages", "1 - beta2 <= eps^2 / (16 G^2) on both sides", "docs/theory.md, Theorem E"}, nullptr, averages},
                                                   {{"logarithm", "Logarithmic against polynomial dependence", "Defossez, Bottou, Bach & Usunier (arXiv:2003.02395)"}, nullptr, logarithm},
                                                   {{"degenerate", "Degenerate minima: a large epsilon hurts", "docs/theory.md 2.11"}, nullptr, degenerate},
                                                   {{"float", "Float against double where epsilon matters", "lib/core/precision.hpp"}, nullptr, in_float}}};
  return all;
}

std::string to_json(const EpsilonStudy& study, const std::vector<PlainTable>& tables, const std::string& study_hash, const std::string& store_hash) {
  nlohmann::ordered_json root{{"schema", "thalweg.epsilon-study/1"}, {"study", study.id}, {"title", study.name}, {"source", study.source}, {"tables", nlohmann::ordered_json::array()}};
  for (const PlainTable& table : tables) root["tables"].push_back(nlohmann::ordered_json::parse(to_json(table)));
  root["provenance"] = {{"study_hash", study_hash}, {"store_hash", store_hash}, {"code", code_version()}};
  return root.dump(2) + "\n";
}

}  // namespace thalweg
