#include "analysis/study/epsilon.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

#include "analysis/stats/moments.hpp"
#include "analysis/study/hash.hpp"
#include "analysis/theory/evaluate.hpp"

namespace thalweg {

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

double positive_number(const std::string& option, const std::string& whole, const std::string& text) {
  double number = 0.0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() || !(number > 0.0) || !std::isfinite(number))
    throw SpecError({{}, option, whole, "'" + text + "' must be a finite number above 0; write LOW:HIGH:POINTS, such as 1e-10:1:25, or a list a,b,c"});
  return number;
}

Candidate with(Candidate method, const std::string& field, double value) {
  method.set[field] = value;
  return method;
}

// The step of a mode as a rule.
std::string rule_of(const EpsilonRequest& request, StepMode mode) {
  return mode == StepMode::iso_effective ? "(" + request.effective + ") / mu2" : request.eta;
}

Definition definition_of(const Candidate& candidate) { return define(candidate.method, Overrides(candidate.set.begin(), candidate.set.end())); }

Measured measured(const Recorded& recorded, Metric metric, double level) {
  Measured out;
  out.replicas = recorded.last(metric);
  out.definition = short_name(recorded.cell.setting.definition);
  out.eta = recorded.cell.setting.eta.front();
  out.cell = recorded.cell.key;
  const bool random = recorded.cell.replicas > 1;
  if (!random && !std::isfinite(out.replicas.front())) {
    out.estimate.value = out.replicas.front();
    out.estimate.doubt = "the run diverged";
    return out;
  }
  out.estimate = random ? skewness_corrected_interval(out.replicas, level) : deterministic_estimate(out.replicas.front(), 1e-12 * std::fabs(out.replicas.front()));
  out.estimate.lower = std::max(out.estimate.lower, 0.0);  // squares and gaps
  return out;
}

// Each candidate at the step of the mode; tuned: at its best step, on noise of the next seed.
std::vector<Recorded> run_all(Laboratory& laboratory, const EpsilonRequest& request, const std::string& part, const std::vector<Candidate>& candidates, StepMode mode,
                              std::vector<Tuned>& tuned, const std::string& theorems = "[]", const std::string& more = "") {
  tuned.clear();
  Shared shared = request.shared;
  if (mode == StepMode::tuned) {
    tuned = tune(laboratory, shared, candidates, request.level);
    shared.seed += 1;
  }
  std::string blocks;
  for (std::size_t i = 0; i < candidates.size(); ++i)
    blocks += block_text(shared, fmt::format("{}-{}", part, i + 1), candidates[i], {mode == StepMode::tuned ? shortest(tuned[i].eta) : rule_of(request, mode)}, theorems, more);
  return laboratory.run(study_of(shared, part, blocks));
}

std::vector<Measured> measure_all(Laboratory& laboratory, const EpsilonRequest& request, const std::string& part, const std::vector<Candidate>& candidates, StepMode mode, double level) {
  std::vector<Tuned> tuned;
  const std::vector<Recorded> out = run_all(laboratory, request, part, candidates, mode, tuned);
  std::vector<Measured> all;
  for (std::size_t i = 0; i < out.size(); ++i) {
    all.push_back(measured(out[i], request.shared.metric, level));
    if (!tuned.empty()) all.back().tuned = tuned[i];
  }
  return all;
}

// The settings of the sweep, before anything runs: at the smallest and the largest value.
std::vector<Cell> ends_of(const Laboratory& laboratory, const EpsilonRequest& request) {
  std::string blocks;
  for (const double value : {request.values.front(), request.values.back()})
    blocks += block_text(request.shared, "end", with(request.method, request.field, value), {rule_of(request, request.mode)});
  return expand(study_of(request.shared, "ends", blocks), laboratory.cards());
}

// Cards of bounds whose assumptions hold for the setting, conditions on numbers aside.
std::vector<const Card*> speaking(const std::vector<Card>& cards, const Setting& setting, std::vector<std::string>& left_out) {
  std::vector<const Card*> chosen;
  for (const Card& card : cards) {
    if (card.expect != Expectation::holds || card.kind == Kind::limit || card.weights || !path_metrics(card).empty() || !speaks_of(card, setting.definition)) continue;
    if (!card.methods.empty() && std::find(card.methods.begin(), card.methods.end(), setting.definition.method) == card.methods.end()) continue;
    Card bare = card;
    bare.admissible.clear();
    if (const Applicability answer = applicability(bare, setting); !answer.applies) {
      left_out.push_back(card.id + ": " + answer.reason);
      continue;
    }
    // A bound that does not know mu1 or mu2 says nothing of eps.
    chosen.push_back(&card);
  }
  return chosen;
}

Stated state(const Card& card, const Recorded& recorded, const std::string& field, double level) {
  Stated out;
  const Setting& setting = recorded.cell.setting;
  out.allowed = applicability(card, setting).applies;
  if (card.kind != Kind::threshold) {
    const Judgement judgement = judge(card, setting, recorded.record, recorded.record.steps.size() - 1, level);
    out.verdict = judgement.verdict;
    out.reason = judgement.reason;
    out.bound = bound_elasticity(card, setting, field).value_or(Elastic{nothing, nothing});
    out.trivial = trivial_value(card, Quantities(setting)).upper();
    out.best = best_step(card, setting, field);
  }
  out.largest = largest_step(card, setting, field);
  return out;
}

bool asked_for(const std::vector<const Card*>& cards, Metric metric) {
  return std::any_of(cards.begin(), cards.end(), [&](const Card* card) { return card->metric == to_string(metric) && card->kind != Kind::threshold; });
}

// The sweep itself: measured numbers, regimes, theorems.
void sweep(Laboratory& laboratory, const EpsilonRequest& request, EpsilonAnswer& answer, double level) {
  std::vector<Candidate> candidates;
  for (const double value : request.values) candidates.push_back(with(request.method, request.field, value));
  const std::vector<Cell> ends = ends_of(laboratory, request);
  answer.problem = ends.front().setting.problem.text;
  answer.noise = ends.front().setting.noise.text;
  const std::vector<const Card*> cards = speaking(laboratory.cards(), ends.back().setting, answer.left_out);
  std::string theorems;
  for (const Card* card : cards)
    if (card->kind != Kind::threshold) theorems += (theorems.empty() ? "\"" : ", \"") + card->id + "\"";
  const bool rates = rated(ends.front().setting.definition);
  std::string record = "record = [\"" + std::string(to_string(request.shared.metric)) + "\"" + (rates ? ", \"rate_percentiles\"" : "") + "]\n";
  std::vector<Tuned> tuned;
  const std::vector<Recorded> out = run_all(laboratory, request, "sweep", candidates, request.mode, tuned, "[" + theorems + "]", record);
  const double judged = request.level / static_cast<double>(std::max<std::size_t>(1, cards.size() * out.size()));
  for (const Card* card : cards) {
    StatedTheorem theorem{card->id, card->metric, to_string(card->status), {}};
    for (const Recorded& recorded : out) theorem.at.push_back(state(*card, recorded, request.field, judged));
    answer.theorems.push_back(std::move(theorem));
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    EpsilonPoint point;
    point.value = request.values[i];
    point.measured = measured(out[i], request.shared.metric, level);
    if (!tuned.empty()) point.measured.tuned = tuned[i];
    point.share = idle_share(out[i].record, out[i].cell.setting.definition);
    for (std::size_t k = 0; k < metric_count; ++k)
      if (const auto metric = static_cast<Metric>(k); metric != request.shared.metric && !out[i].record.of(metric).empty() && asked_for(cards, metric)) point.also[metric] = out[i].last(metric);
    answer.points.push_back(std::move(point));
  }
  for (std::size_t i = 0; i < answer.points.size(); ++i) {
    const EpsilonPoint &before = answer.points[i == 0 ? 0 : i - 1], &after = answer.points[std::min(i + 1, answer.points.size() - 1)];
    answer.points[i].local = exponent_between(before.measured.replicas, after.measured.replicas, std::log(after.value / before.value), level);
  }
}

// Runs of points of one regime, from small to large values.
void add_regimes(EpsilonAnswer& answer, double level) {
  for (std::size_t i = 0; i < answer.points.size();) {
    if (!answer.points[i].share) return;
    const Regime regime = regime_of(*answer.points[i].share);
    std::size_t end = i;
    while (end < answer.points.size() && answer.points[end].share && regime_of(*answer.points[end].share) == regime) ++end;
    RegimeExponent row{regime, i, end - 1, {}, {}, {}};
    if (end - i > 1) {
      const auto exponent = [&](const auto& replicas_of) {
        std::vector<double> values, all;
        for (std::size_t k = i; k < end; ++k) values.push_back(answer.points[k].value);
        for (std::size_t r = 0; r < answer.points[i].measured.replicas.size(); ++r)
          for (std::size_t k = i; k < end; ++k) all.push_back(replicas_of(answer.points[k])[r]);
        return exponent_over(values, all, level, answer.request.shared.seed);
      };
      row.measured = exponent([](const EpsilonPoint& point) -> const std::vector<double>& { return point.measured.replicas; });
      for (const auto& other : answer.points[i].also)
        row.also.emplace(other.first, exponent([&](const EpsilonPoint& point) -> const std::vector<double>& { return point.also.at(other.first); }));
    }
    for (const StatedTheorem& theorem : answer.theorems) {
      const double low = theorem.at[i].bound.value, high = theorem.at[end - 1].bound.value;
      const double slope = end - i > 1 ? std::log(high / low) / std::log(answer.points[end - 1].value / answer.points[i].value) : theorem.at[i].bound.exponent;
      row.bounds.push_back(std::isfinite(slope) ? std::optional(slope) : std::nullopt);
    }
    answer.regimes.push_back(std::move(row));
    i = end;
  }
}

void add_counterpart(Laboratory& laboratory, const EpsilonRequest& request, EpsilonAnswer& answer, double level) {
  std::vector<Candidate> others;
  for (const double value : request.values) {
    const auto other = counterpart_of(request.method, request.field, value);
    if (!other) return;
    others.push_back(*other);
  }
  answer.counterpart = definition_of(others.front()).method;
  const std::vector<Measured> all = measure_all(laboratory, request, "counterpart", others, request.mode, level);
  for (std::size_t i = 0; i < all.size(); ++i) {
    answer.points[i].counterpart_ratio = log_ratio_of_means(answer.points[i].measured.replicas, all[i].replicas, level);
    answer.points[i].counterpart = all[i];
  }
}

// Adam at its usual eps, Adam at log 2 / beta, Sadam at its usual beta; or AMSGrad and SAMSGrad.
void add_baseline(Laboratory& laboratory, const EpsilonRequest& request, EpsilonAnswer& answer, double level) {
  const auto other = counterpart_of(request.method, request.field, 1.0);
  if (!other) return;
  const bool by_eps = request.field == "eps";
  Candidate root = by_eps ? request.method : *other, softplus = by_eps ? *other : request.method;
  root.set.erase("eps");
  softplus.set.erase("beta");
  const double usual_eps = definition_of(root).number("eps"), usual_beta = definition_of(softplus).number("beta");
  const std::vector<Candidate> three = {with(root, "eps", usual_eps), with(root, "eps", std::numbers::ln2 / usual_beta), with(softplus, "beta", usual_beta)};
  for (const StepMode mode : {StepMode::fixed, StepMode::iso_effective, StepMode::tuned}) {
    BaselineRow row{mode, measure_all(laboratory, request, fmt::format("baseline-{}", to_string(mode)), three, mode, level), {}};
    row.explained = share_of_way(row.measured[0].replicas, row.measured[1].replicas, row.measured[2].replicas, level);
    answer.baseline.push_back(std::move(row));
  }
}

void add_conventions(Laboratory& laboratory, const EpsilonRequest& request, EpsilonAnswer& answer, double level) {
  const Definition own = definition_of(with(request.method, request.field, request.values.front()));
  constexpr std::size_t shown = 5;
  const std::size_t count = std::min(shown, request.values.size());
  for (std::size_t i = 0; i < count; ++i) answer.convention_values.push_back(request.values[i * (request.values.size() - 1) / std::max<std::size_t>(1, count - 1)]);
  std::vector<Candidate> candidates;
  std::vector<Definition> seen;
  for (const Preset& preset : method_entry(own).presets) {
    Candidate candidate{own.method + "@" + std::string(preset.id), request.method.set};
    for (const char* shared : {"beta1", "beta2"})
      if (own.has(shared)) candidate.set[shared] = own.number(shared);
    const Definition definition = definition_of(with(candidate, request.field, request.values.front()));
    if (const auto same = std::find(seen.begin(), seen.end(), definition); same != seen.end()) {
      answer.conventions[static_cast<std::size_t>(same - seen.begin())].names += ", " + std::string(preset.id);
      continue;
    }
    seen.push_back(definition);
    answer.conventions.push_back({std::string(preset.id), "", {}});
    for (const double value : answer.convention_values) candidates.push_back(with(candidate, request.field, value));
  }
  const std::vector<Measured> all = measure_all(laboratory, request, "conventions", candidates, request.mode, level);
  for (std::size_t k = 0; k < answer.conventions.size(); ++k)
    answer.conventions[k].at.assign(all.begin() + static_cast<std::ptrdiff_t>(k * count), all.begin() + static_cast<std::ptrdiff_t>((k + 1) * count));
  for (std::size_t k = 0; k < seen.size(); ++k) {  // what distinguishes it, without the swept field
    Definition shown_as = seen[k];
    shown_as.preset = "paper";
    const MethodEntry& entry = method_entry(shown_as);
    std::string choices;
    for (const ChoiceField& field : entry.choices)
      if (field.allowed.size() > 1 && field.name != "decay") choices += fmt::format("{}{} = {}", choices.empty() ? "" : ", ", field.name, shown_as.choice(field.name));
    answer.conventions[k].definition = choices;
  }
}

}  // namespace

std::vector<double> swept_values(const std::string& text, const std::string& option) {
  std::vector<std::string> parts;
  const char separator = text.find(':') != std::string::npos ? ':' : ',';
  for (std::size_t from = 0, at = 0; at != std::string::npos; from = at + 1) {
    at = text.find(separator, from);
    parts.push_back(text.substr(from, at == std::string::npos ? at : at - from));
  }
  std::vector<double> values;
  if (separator == ',') {
    for (const std::string& part : parts) values.push_back(positive_number(option, text, part));
    for (std::size_t i = 1; i < values.size(); ++i)
      if (!(values[i] > values[i - 1])) throw SpecError({{}, option, text, "the values must increase"});
    if (values.size() < 2) throw SpecError({{}, option, text, "a sweep has at least two values"});
    return values;
  }
  if (parts.size() != 3) throw SpecError({{}, option, text, "must be LOW:HIGH:POINTS, such as 1e-10:1:25"});
  const double low = positive_number(option, text, parts[0]), high = positive_number(option, text, parts[1]), points = positive_number(option, text, parts[2]);
  if (!(low < high)) throw SpecError({{}, option, text, "the range is empty or reversed: LOW must be below HIGH"});
  if (points != std::floor(points) || points < 2.0 || points > 1000.0) throw SpecError({{}, option, text, "POINTS must be a whole number from 2 to 1000"});
  const double last = points - 1.0;
  for (double i = 0.0; i < points; i += 1.0) values.push_back(i == 0.0 ? low : i == last ? high : std::pow(10.0, std::log10(low) + (std::log10(high) - std::log10(low)) * i / last));
  return values;
}

std::optional<Candidate> counterpart_of(const Candidate& method, const std::string& field, double value) {
  const Definition own = definition_of(with(method, field, value));
  const bool by_eps = field == "eps";
  if (!own.has("denominator") || own.choice("denominator") != (by_eps ? "root" : "softplus")) return std::nullopt;
  if (own.has("eps_placement") && own.choice("eps_placement") != "outside") return std::nullopt;
  const std::string& moment = own.choice("second_moment");
  if (own.method != "adam" && own.method != "amsgrad" && own.method != "sadam" && own.method != "samsgrad") return std::nullopt;
  if (moment != "latest" && moment != "running-maximum") return std::nullopt;
  const std::string other = by_eps ? (moment == "latest" ? "sadam" : "samsgrad") : moment == "latest" ? "adam" : "amsgrad";
  Candidate out{fmt::format("{}(correction={})", other + "@seed", own.choice("correction")), {{"beta1", own.number("beta1")}, {"beta2", own.number("beta2")}}};
  for (const char* same : {"weight_decay"})
    if (own.number(same) != 0.0) out.set[same] = own.number(same);
  out.set[by_eps ? "beta" : "eps"] = std::numbers::ln2 / value;
  return out;
}

EpsilonAnswer study_epsilon(Laboratory& laboratory, const EpsilonRequest& request) {
  EpsilonAnswer answer;
  answer.request = request;
  const std::size_t n = request.values.size();
  // Two of each value and of its counterpart, three regimes of at most four metrics, three baselines of three and their shares, conventions.
  answer.comparisons = 4 * n + 12 + 12 + 5 * method_entry(definition_of(with(request.method, request.field, request.values.front()))).presets.size();
  const double level = simultaneous_level(request.level, answer.comparisons);
  sweep(laboratory, request, answer, level);
  add_regimes(answer, level);
  add_counterpart(laboratory, request, answer, level);
  add_baseline(laboratory, request, answer, level);
  add_conventions(laboratory, request, answer, level);
  return answer;
}

}  // namespace thalweg
