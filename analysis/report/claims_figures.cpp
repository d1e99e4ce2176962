#include "analysis/report/claims_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/report/bound_panel.hpp"
#include "analysis/study/version.hpp"
#include "analysis/theory/evaluate.hpp"
#include "lib/core/check.hpp"

namespace thalweg {

namespace {

constexpr std::size_t most_curves = 4;

// Cells of two claims may be one and the same run, with other cards.
const Cell& cell_of(const Result& result, const std::vector<Cell>& cells) {
  const auto found = std::find_if(cells.begin(), cells.end(), [&](const Cell& cell) { return cell.key == result.cell && cell.block == result.block; });
  THALWEG_EXPECTS(found != cells.end());
  return *found;
}

const Card& card_of(const Cell& cell, const std::string& id) {
  const auto found = std::find_if(cell.cards.begin(), cell.cards.end(), [&](const Card* card) { return card->id == id; });
  THALWEG_EXPECTS(found != cell.cards.end());
  return **found;
}

// Of each method the cell with a course that comes nearest to its bound; of a threshold every cell, those of one method told apart by where they lie.
struct Shown {
  const Cell* cell;
  const Card* card;
  std::string label;
};
std::vector<Shown> shown_of(const std::vector<const Result*>& results, const std::vector<Cell>& cells) {
  std::vector<Shown> all;
  std::map<std::string, const Result*> worst;
  for (const Result* result : results) {
    const Cell& cell = cell_of(*result, cells);
    const Card& card = card_of(cell, result->theorem);
    if (cell.record_steps.size() < 2) continue;  // a point is no course
    if (card.kind == Kind::threshold) {
      all.push_back({&cell, &card, fmt::format("{:.3g} \u00d7 limit", result->judgement.ratio)});
      continue;
    }
    const Result*& found = worst[result->method];
    if (found == nullptr || result->judgement.ratio > found->judgement.ratio) found = result;
  }
  for (const auto& [method, result] : worst) all.push_back({&cell_of(*result, cells), &card_of(cell_of(*result, cells), result->theorem), ""});
  if (all.size() > most_curves) all.resize(most_curves);
  return all;
}

std::optional<Panel> theorem_panel(const std::vector<const Result*>& results, const std::vector<Cell>& cells, const Store& store, double level, std::string title) {
  const std::vector<Shown> shown = shown_of(results, cells);
  std::size_t points = 0;
  for (const Shown& one : shown) points += one.cell->record_steps.size();
  BoundPanel panel(level / static_cast<double>(std::max<std::size_t>(1, points)));
  bool drawn = false;
  for (const Shown& one : shown) {
    const auto trajectories = store.get(one.cell->key);
    THALWEG_EXPECTS(trajectories.has_value());
    drawn = panel.add(*one.cell, *one.card, *trajectories, false, one.label) || drawn;
  }
  if (!drawn) return std::nullopt;
  Panel made = std::move(panel).panel(std::move(title));
  // The title names the theorem: an id that has no short form need not stand at the curve again.
  for (Series& series : made.series)
    if (series.role != Role::measured && series.label == shown.front().card->id) series.label = shown.front().card->kind == Kind::limit ? "limit" : "bound";
  return made;
}

std::string metric_word(Metric metric) { return metric == Metric::rate_max ? "largest" : metric == Metric::rate_min ? "smallest" : std::string(to_string(metric)); }

// How a run is named in the picture: by its method where it bears the method's name, so that it has the method's colour; else with what sets it apart from the other runs.
std::string shown_name(const Evidence& evidence, const std::string& run) {
  const auto block = std::find_if(evidence.runs.begin(), evidence.runs.end(), [&](const auto& one) { return one.first == run; });
  THALWEG_EXPECTS(block != evidence.runs.end() && !block->second.methods.empty() && !block->second.etas.empty());
  const std::string method = define(block->second.methods.front()).method;
  if (run == method) return run;
  std::string text = run + ": " + method;
  for (const auto& [field, values] : block->second.grid) {
    const bool alike = std::all_of(evidence.runs.begin(), evidence.runs.end(), [&, &name = field, &mine = values](const auto& other) {
      const auto found = other.second.grid.find(name);
      return found != other.second.grid.end() && found->second == mine;
    });
    if (!alike && values.size() == 1) text += fmt::format(", {} = {:.3g}", field, values.front());
  }
  const bool same_step = std::all_of(evidence.runs.begin(), evidence.runs.end(), [&](const auto& other) { return other.second.etas == block->second.etas; });
  return same_step ? text : text + ", eta = " + block->second.etas.front();
}

// The mean over replicas of what a name of the contrast stands for, along its run.
Series course(const std::string& shown, const RunMetric& meant, const Trajectories& trajectories, bool several, double level) {
  Series series{shown, several ? metric_word(meant.metric) : "", Role::measured, {}, {}, {}, {}};
  for (std::size_t row = 0; row < trajectories.steps.size(); ++row) {
    std::vector<double> values(trajectories.replicas);
    for (std::size_t r = 0; r < values.size(); ++r) values[r] = trajectories.at(meant.metric, row, r);
    if (std::any_of(values.begin(), values.end(), [](double v) { return !std::isfinite(v); })) continue;
    series.x.push_back(static_cast<double>(trajectories.steps[row]));
    if (values.size() == 1) {
      series.y.push_back(values.front());
      continue;
    }
    const Estimate mean = estimate_mean(values, std::nullopt, level);
    series.y.push_back(mean.value);
    series.lower.push_back(mean.lower);
    series.upper.push_back(mean.upper);
  }
  return series;
}

std::optional<Panel> contrast_panel(const Evidence& evidence, const std::string& prefix, const std::vector<Cell>& cells, const Store& store, double level, const std::string& letter) {
  std::vector<std::pair<std::string, RunMetric>> names;
  for (const auto& [name, node] : evidence.contrast->names()) names.emplace_back(name, *run_metric(evidence, name));
  std::size_t points = 0;
  bool several = false;  // metrics
  std::string runs;
  for (const auto& [name, meant] : names) {
    several = several || meant.metric != names.front().second.metric;
    if (("; " + runs + ";").find("; " + meant.run + ";") == std::string::npos) runs += (runs.empty() ? "" : "; ") + meant.run;
  }
  std::vector<std::pair<const Cell*, std::optional<Trajectories>>> records;
  for (const auto& [name, meant] : names) {
    const auto cell = std::find_if(cells.begin(), cells.end(), [&, &run = meant.run](const Cell& one) { return one.block == prefix + "/" + run; });
    THALWEG_EXPECTS(cell != cells.end());
    records.emplace_back(&*cell, store.get(cell->key));
    THALWEG_EXPECTS(records.back().second.has_value());
    points += cell->record_steps.size();
  }
  BoundPanel panel(level);
  bool drawn = false;
  for (std::size_t i = 0; i < names.size(); ++i) {
    Series series = course(shown_name(evidence, names[i].second.run), names[i].second, *records[i].second, several, level / static_cast<double>(std::max<std::size_t>(1, points)));
    drawn = drawn || series.x.size() > 1;
    panel.add(std::move(series));
  }
  if (!drawn) return std::nullopt;
  std::replace(runs.begin(), runs.end(), ';', ',');
  Panel made = std::move(panel).panel("(" + letter + ") " + runs);
  made.y_label = axis_label(std::string(to_string(names.front().second.metric)));
  return made;
}

}  // namespace

std::optional<Figure> claim_figure(const ClaimsVerification& verified, const Decided& decided, const std::vector<Cell>& cells, const Store& store, const std::string& store_hash) {
  const Claim& claim = *decided.claim;
  Figure figure;
  figure.id = verified.claims->id + "-" + claim.id;
  figure.study_hash = verified.verification.study_hash;
  figure.store_hash = store_hash;
  figure.code = std::string(code_version());
  for (std::size_t e = 0; e < claim.evidence.size(); ++e) {
    const Evidence& evidence = claim.evidence[e];
    const std::string letter = evidence_letter(e);
    if (evidence.contrast) {
      if (auto panel = contrast_panel(evidence, block_prefix(claim, e), cells, store, verified.verification.level, letter)) figure.panels.push_back(*std::move(panel));
      continue;
    }
    std::vector<std::string> blocks;
    for (const Result& result : decided.evidence[e].results)
      if (std::find(blocks.begin(), blocks.end(), result.block) == blocks.end()) blocks.push_back(result.block);
    for (const std::string& block : blocks) {
      std::vector<const Result*> own;
      for (const Result& result : decided.evidence[e].results)
        if (result.block == block) own.push_back(&result);
      if (auto panel = theorem_panel(own, cells, store, verified.verification.level, "(" + letter + ") " + evidence.theorem)) figure.panels.push_back(*std::move(panel));
    }
  }
  if (figure.panels.empty()) return std::nullopt;
  const std::size_t rows = (figure.panels.size() + 1) / 2;
  figure.columns = figure.panels.size() > 2 ? 2 : 0;
  figure.width = figure.panels.size() == 1 ? 4.4 : 7.2;
  figure.height = 0.5 + 2.5 * static_cast<double>(rows);
  return figure;
}

}  // namespace thalweg
