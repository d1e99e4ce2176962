#include "analysis/report/method_comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "analysis/stats/moments.hpp"
#include "analysis/study/version.hpp"
#include "lib/core/check.hpp"

namespace thalweg {

namespace {

bool random(const Cell& cell) { return !cell.setting.noise.facts.none || cell.setting.problem.objective.sampled; }

unsigned calls_a_step(const Cell& cell) {
  const auto& all = methods();
  const auto entry = std::find_if(all.begin(), all.end(), [&](const MethodEntry& e) { return e.id == cell.setting.definition.method; });
  THALWEG_EXPECTS(entry != all.end());
  return entry->calls;
}

// The definition as short as it is exact, with the step size where the study has the definition with several.
std::vector<std::string> labels_of(const std::vector<Cell>& cells) {
  std::map<std::string, std::set<std::string>> etas;
  for (const Cell& cell : cells) etas[short_name(cell.setting.definition)].insert(cell.setting.eta_text);
  std::vector<std::string> labels;
  for (const Cell& cell : cells) {
    std::string label = short_name(cell.setting.definition);
    if (etas[label].size() > 1) label += ", eta = " + cell.setting.eta_text;
    labels.push_back(std::move(label));
  }
  return labels;
}

struct Records {
  std::size_t cell;   // of the study
  Trajectories data;
  double calls;       // a step
};

double value_at_start(const Cell& cell, Metric metric, const Trajectories& data, std::size_t replica) {
  const auto start = cell.setting.start_values ? cell.setting.start_values : at_start(cell.setting.problem, cell.setting.start);
  if (metric == Metric::f_gap || metric == Metric::mean_f_gap) return start->value;
  if (metric == Metric::grad_sq || metric == Metric::mean_grad_sq || metric == Metric::min_grad_sq) {
    double sum = 0.0;
    for (std::size_t j = 0; j < start->gradient.size(); ++j) sum += start->gradient[j] * start->gradient[j];
    return sum;
  }
  return data.at(metric, 0, replica);
}

// cost[method][replica] in oracle calls up to the first recorded step at the target.
std::vector<std::vector<double>> costs(const std::vector<Cell>& cells, const std::vector<Records>& records, Metric metric, const Target& target) {
  std::vector<std::vector<double>> cost(records.size());
  for (std::size_t r = 0; r < records.front().data.replicas; ++r) {
    double least = not_solved;
    for (const Records& of : records)
      for (std::size_t row = 0; row < of.data.steps.size(); ++row)
        if (const double value = of.data.at(metric, row, r); value < least) least = value;
    for (std::size_t s = 0; s < records.size(); ++s) {
      const Records& of = records[s];
      const double start = value_at_start(cells[of.cell], metric, of.data, r);
      const double reached = target.absolute.value_or(least + target.reduction * (start - least));
      double steps = not_solved;
      for (std::size_t row = 0; row < of.data.steps.size() && steps == not_solved; ++row)
        if (of.data.at(metric, row, r) <= reached) steps = static_cast<double>(of.data.steps[row]);
      cost[s].push_back(of.calls * steps);
    }
  }
  return cost;
}

std::string number(double value) { return std::isfinite(value) ? fmt::format("{:.3g}", value) : "-"; }
std::string interval(double lower, double upper) { return fmt::format("[{}, {}]", number(lower), number(upper)); }

std::string verdict_of(const ComparedGroup& group, const ComparedPair& pair) {
  switch (pair.comparison.better) {
    case Better::first: return group.methods[pair.first].label + " is better";
    case Better::second: return group.methods[pair.second].label + " is better";
    case Better::equal: return "equal in every replica";
    case Better::undecided: break;
  }
  const std::string& doubt = pair.comparison.difference.doubt;
  return doubt.empty() ? "undecided" : "undecided: " + doubt;
}

}  // namespace

MethodComparison compare_methods(const Study& study, const std::vector<Cell>& cells, const Store& store, Metric metric, const Target& target, double level) {
  MethodComparison out;
  out.study = study.id;
  out.study_hash = study.hash();
  out.code = std::string(code_version());
  out.metric = metric;
  out.target = target;
  out.level = level;
  const std::vector<std::string> labels = labels_of(cells);

  // Groups in the order of the study; a definition that two blocks name is compared once.
  std::vector<std::pair<std::string, std::vector<std::size_t>>> groups;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Cell& cell = cells[i];
    std::string key = fmt::format("{}|{}|{}|{}|{}|{}", cell.setting.problem.text, cell.setting.noise.text, cell.setting.horizon(), cell.seed, cell.replicas, to_string(cell.setting.precision));
    for (const PerCoordinate<double>* limit : {&cell.setting.box.lower, &cell.setting.box.upper})
      if (limit->size() > 0) key += fmt::format("|{}", (*limit)[0]);
    auto same = std::find_if(groups.begin(), groups.end(), [&](const auto& group) { return group.first == key; });
    if (same == groups.end()) same = groups.insert(groups.end(), {key, {}});
    if (std::none_of(same->second.begin(), same->second.end(), [&](std::size_t k) { return labels[k] == labels[i]; })) same->second.push_back(i);
  }
  std::erase_if(groups, [](const auto& group) { return group.second.size() < 2; });
  if (groups.empty()) throw SpecError({{}, "study", study.id, "has no two methods on the same problem, noise, horizon and replicas"});
  for (const auto& [key, members] : groups)
    if (random(cells[members.front()])) out.comparisons += members.size() * (members.size() - 1) / 2;
  const double share = simultaneous_level(level, out.comparisons);

  std::map<std::string, std::size_t> groups_with;
  for (const auto& [key, members] : groups)
    for (const std::size_t i : members) ++groups_with[labels[i]];
  for (const std::size_t i : groups.front().second)
    if (groups_with[labels[i]] == groups.size()) out.profiled.push_back(labels[i]);
  if (out.profiled.size() < 2) out.profiled.clear();
  std::vector<std::vector<double>> instances;
  std::vector<std::size_t> dimensions;

  for (const auto& [key, members] : groups) {
    const Cell& one = cells[members.front()];
    const bool noisy = random(one);
    ComparedGroup group{one.setting.problem.text, one.setting.noise.text, one.setting.horizon(), one.replicas, {}, {}};
    std::vector<Records> records;
    for (const std::size_t i : members) {
      auto data = store.get(cells[i].key);
      THALWEG_EXPECTS(data.has_value() && !data->of(metric).empty());
      records.push_back({i, std::move(*data), static_cast<double>(calls_a_step(cells[i]))});
    }
    const std::vector<std::vector<double>> cost = costs(cells, records, metric, target);
    std::vector<std::vector<double>> last(records.size());
    for (std::size_t s = 0; s < records.size(); ++s) {
      const Trajectories& data = records[s].data;
      for (std::size_t r = 0; r < data.replicas; ++r) last[s].push_back(data.at(metric, data.steps.size() - 1, r));
      std::vector<double> spent;
      for (std::size_t r = 0; r < data.replicas; ++r) {
        const bool ended = r < data.outcomes.size() && data.outcomes[r].ending != Ending::finished;
        spent.push_back(records[s].calls * static_cast<double>(ended ? data.outcomes[r].step : group.horizon));
      }
      ComparedMethod method{labels[records[s].cell], cells[records[s].cell].key, {}, expected_run_time(cost[s], spent, share)};
      method.mean = noisy ? estimate_mean(last[s], std::nullopt, share) : deterministic_estimate(last[s].front(), 1e-12 * std::fabs(last[s].front()));
      group.methods.push_back(std::move(method));
    }
    for (std::size_t a = 0; a < records.size(); ++a)
      for (std::size_t b = a + 1; b < records.size(); ++b)
        group.pairs.push_back({a, b, noisy ? compare_paired(last[a], last[b], share) : compare_certain(last[a].front(), last[b].front())});
    for (std::size_t r = 0; r < group.replicas && !out.profiled.empty(); ++r) {
      std::vector<double>& of = instances.emplace_back();
      for (const std::string& label : out.profiled)
        for (std::size_t s = 0; s < records.size(); ++s)
          if (group.methods[s].label == label) of.push_back(cost[s][r]);
      dimensions.push_back(one.setting.problem.dim());
    }
    out.groups.push_back(std::move(group));
  }
  out.instances = instances.size();
  out.performance = performance_profiles(instances);
  out.data = data_profiles(instances, dimensions);
  return out;
}

std::string table(const MethodComparison& comparison) {
  std::string out;
  for (const ComparedGroup& group : comparison.groups) {
    out += fmt::format("{}, {}, T = {}, {} {}\n", group.problem, group.noise, group.horizon, group.replicas, group.replicas == 1 ? "replica" : "replicas");
    std::size_t width = 6;
    for (const ComparedMethod& method : group.methods) width = std::max(width, method.label.size());
    out += fmt::format("  {:<{}}  {:>9}  {:>22}  {:>11}  {:>10}  {:>22}\n", "method", width, to_string(comparison.metric), "interval", "at target", "calls", "interval");
    for (const ComparedMethod& method : group.methods)
      out += fmt::format("  {:<{}}  {:>9}  {:>22}  {:>11}  {:>10}  {:>22}\n", method.label, width, number(method.mean.value), interval(method.mean.lower, method.mean.upper),
                         fmt::format("{} of {}", method.time.reached, method.time.runs), number(method.time.expected),
                         method.time.lower > 0.0 ? interval(method.time.lower, method.time.upper) : "-");
    // Of many pairs those with the least mean are shown: the others are in the JSON.
    std::size_t best = 0;
    for (std::size_t s = 1; s < group.methods.size(); ++s)
      if (group.methods[s].mean.value < group.methods[best].mean.value) best = s;
    const bool all = group.methods.size() <= 6;
    out += fmt::format("  {:<{}}  {:>11}  {:>24}  {}\n", "first less second", 2 * width + 6, "difference", "simultaneous interval", "who is better");
    for (const ComparedPair& pair : group.pairs)
      if (all || pair.first == best || pair.second == best)
        out += fmt::format("  {:<{}}  {:>11}  {:>24}  {}\n", group.methods[pair.first].label + "  -  " + group.methods[pair.second].label, 2 * width + 6, number(pair.comparison.difference.value),
                           interval(pair.comparison.difference.lower, pair.comparison.difference.upper), verdict_of(group, pair));
    out += "\n";
  }
  if (!comparison.profiled.empty()) {
    out += fmt::format("Share of {} instances at the target within tau times the calls of the best method, and within kappa (d + 1) calls\n", comparison.instances);
    std::size_t width = 6;
    for (const std::string& label : comparison.profiled) width = std::max(width, label.size());
    constexpr std::array<double, 5> ratios = {1.0, 1.5, 2.0, 4.0, 16.0};
    double farthest = 1.0;
    for (const ShareCurve& curve : comparison.data)
      if (!curve.at.empty()) farthest = std::max(farthest, curve.at.back());
    std::vector<double> groups;
    for (const double part : {0.03, 0.1, 0.3, 1.0})
      if (const double kappa = std::ceil(part * farthest); groups.empty() || kappa > groups.back()) groups.push_back(kappa);
    out += fmt::format("  {:<{}}", "method", width);
    for (const double tau : ratios) out += fmt::format("  {:>9}", fmt::format("tau {:g}", tau));
    for (const double kappa : groups) out += fmt::format("  {:>12}", fmt::format("kappa {:.5g}", kappa));
    out += "\n";
    for (std::size_t s = 0; s < comparison.profiled.size(); ++s) {
      out += fmt::format("  {:<{}}", comparison.profiled[s], width);
      for (const double tau : ratios) out += fmt::format("  {:>9.3f}", comparison.performance[s](tau));
      for (const double kappa : groups) out += fmt::format("  {:>12.3f}", comparison.data[s](kappa));
      out += "\n";
    }
    out += "\n";
  }
  const std::string target = comparison.target.absolute ? fmt::format("{} at most {:g}", to_string(comparison.metric), *comparison.target.absolute)
                                                        : fmt::format("all but {:g} of the way from the start to the least {} of any method in that replica", comparison.target.reduction, to_string(comparison.metric));
  out += fmt::format("Lower {} is better. Family-wise level {:g} over {} paired comparisons. Target: {}, at recorded steps; calls are oracle calls expected until it is reached.\n",
                     to_string(comparison.metric), comparison.level, comparison.comparisons, target);
  return out;
}

std::string to_json(const MethodComparison& comparison) {
  using nlohmann::ordered_json;
  const auto finite = [](double value) { return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr); };
  const auto estimate = [&](const Estimate& e) {
    return ordered_json{{"estimate", finite(e.value)}, {"lower", finite(e.lower)}, {"upper", finite(e.upper)}, {"level", e.level}, {"how", e.how}, {"doubt", e.doubt}};
  };
  ordered_json root{{"schema", "thalweg.compare/1"}, {"metric", to_string(comparison.metric)}};
  root["target"] = comparison.target.absolute ? ordered_json{{"absolute", *comparison.target.absolute}} : ordered_json{{"reduction", comparison.target.reduction}};
  root["groups"] = ordered_json::array();
  for (const ComparedGroup& group : comparison.groups) {
    ordered_json row{{"problem", group.problem}, {"noise", group.noise}, {"horizon", group.horizon}, {"replicas", group.replicas}};
    row["methods"] = ordered_json::array();
    for (const ComparedMethod& method : group.methods)
      row["methods"].push_back({{"label", method.label}, {"cell", method.cell}, {"last", estimate(method.mean)},
                                {"run_time", {{"runs", method.time.runs}, {"reached", method.time.reached}, {"calls", finite(method.time.expected)},
                                              {"lower", method.time.lower > 0.0 ? finite(method.time.lower) : ordered_json(nullptr)}, {"upper", finite(method.time.upper)}}}});
    row["pairs"] = ordered_json::array();
    for (const ComparedPair& pair : group.pairs) {
      constexpr std::array<const char*, 4> words = {"first", "second", "undecided", "equal"};
      row["pairs"].push_back({{"first", group.methods[pair.first].label}, {"second", group.methods[pair.second].label}, {"difference", estimate(pair.comparison.difference)},
                              {"better", words[static_cast<std::size_t>(pair.comparison.better)]}});
    }
    root["groups"].push_back(std::move(row));
  }
  root["profiles"] = {{"instances", comparison.instances}, {"methods", ordered_json::array()}};
  for (std::size_t s = 0; s < comparison.profiled.size(); ++s)
    root["profiles"]["methods"].push_back({{"label", comparison.profiled[s]},
                                           {"performance", {{"ratio", comparison.performance[s].at}, {"share", comparison.performance[s].share}}},
                                           {"data", {{"groups", comparison.data[s].at}, {"share", comparison.data[s].share}}}});
  root["provenance"] = {{"study", comparison.study}, {"study_hash", comparison.study_hash}, {"code", comparison.code}, {"level", comparison.level}, {"comparisons", comparison.comparisons}};
  return root.dump(2) + "\n";
}

}  // namespace thalweg
