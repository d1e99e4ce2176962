// The figure "bounds": measured curves with simultaneous bands against the bounds of theorems, one panel a block. The step is constant, so each
// bound holds at every t.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

#include "analysis/report/catalogue.hpp"
#include "analysis/study/version.hpp"
#include "analysis/theory/verdict.hpp"
#include "lib/core/check.hpp"

namespace thalweg {

namespace {

constexpr std::array<std::string_view, 4> shown_methods = {"adam", "amsgrad", "sadam", "samsgrad"};

// "theorem-g-pl" -> "G-PL", "theorem-c-prime" -> "C'", others by their id.
std::string short_label(const std::string& id) {
  if (!id.starts_with("theorem-")) return id;
  std::string label = id.substr(8);
  if (const std::size_t at = label.find("-prime"); at != std::string::npos) label.replace(at, 6, "'");
  if (const std::size_t at = label.find("-post-any"); at != std::string::npos) label.replace(at, 9, "-post");
  label[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(label[0])));
  if (const std::size_t at = label.find("-pl"); at != std::string::npos) label.replace(at, 3, "-PL");
  return label;
}

std::string axis_label(const std::string& metric) {
  if (metric == "mean_grad_sq" || metric == "sampled_grad_sq") return "mean of $\\Vert\\nabla f(x_s)\\Vert^2$, $s \\leq t$";
  if (metric == "mean_f_gap") return "mean of $f(x_s) - f^\\star$, $s \\leq t$";
  if (metric == "f_gap") return "$f(x_{t+1}) - f^\\star$";
  return metric;
}

std::string panel_title(const std::string& condition) {
  if (condition == "pl") return "Polyak-\u0141ojasiewicz";
  std::string title = condition;
  if (!title.empty()) title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
  return condition == "convex" ? "Convex, on a box" : title;
}

// The cells of a block that the panel shows: its first problem and noise, one cell a method.
std::vector<const Cell*> cells_of(const std::string& block, const std::vector<Cell>& cells) {
  std::vector<const Cell*> chosen;
  std::string problem, noise;
  for (std::string_view method : shown_methods)
    for (const Cell& cell : cells) {
      if (cell.block != block || cell.setting.definition.method != method) continue;
      if (problem.empty()) {
        problem = cell.setting.problem.text;
        noise = cell.setting.noise.text;
      }
      if (cell.setting.problem.text != problem || cell.setting.noise.text != noise || !cell.setting.constant_step()) continue;
      chosen.push_back(&cell);
      break;
    }
  return chosen;
}

Panel panel_of(const std::string& block, const FigureRequest& request, const std::vector<Cell>& cells, const Store& store, double level) {
  Panel panel;
  panel.x_label = "step $t$";
  const std::vector<const Cell*> shown = cells_of(block, cells);
  double lowest = std::numeric_limits<double>::infinity(), trivial = 0.0, highest = 0.0;
  std::size_t points = 0;
  for (const Cell* cell : shown) points += cell->record_steps.size();
  for (const Cell* cell : shown) {
    const auto trajectories = store.get(cell->key);  // the first round: a number of replicas that no result has chosen
    THALWEG_EXPECTS(trajectories.has_value());
    panel.title = panel_title(cell->condition);
    bool measured = false;
    for (const Card* card : cell->cards) {
      const bool wanted = request.theorems.empty() || std::find(request.theorems.begin(), request.theorems.end(), card->id) != request.theorems.end();
      if (!wanted || !applicability(*card, cell->setting).applies) continue;
      const std::string method = cell->setting.definition.method;
      Series curve{method, "", Role::measured, {}, {}, {}, {}}, bound{method, short_label(card->id), Role::bound, {}, {}, {}, {}};
      for (std::size_t row = 0; row < trajectories->steps.size(); ++row) {
        const Judgement judgement = judge(*card, cell->setting, *trajectories, row, level / static_cast<double>(std::max<std::size_t>(1, points)));
        if (judgement.verdict == Verdict::not_applicable) continue;
        const auto t = static_cast<double>(trajectories->steps[row]);
        curve.x.push_back(t);
        curve.y.push_back(judgement.functional.value);
        curve.lower.push_back(judgement.functional.lower);
        curve.upper.push_back(judgement.functional.upper);
        bound.x.push_back(t);
        bound.y.push_back(judgement.bound.upper());
        trivial = std::max(trivial, judgement.trivial.upper());
        if (row + 1 == trajectories->steps.size() && judgement.verdict == Verdict::vacuous) bound.role = Role::vacuous;
      }
      if (curve.x.empty()) continue;
      panel.y_label = axis_label(card->metric);
      if (!measured) {  // one curve serves every card of this metric
        for (double y : curve.y) {
          if (y > 0.0) lowest = std::min(lowest, y);
          highest = std::max(highest, y);
        }
        panel.series.push_back(std::move(curve));
        measured = true;
      }
      panel.series.push_back(std::move(bound));
    }
  }
  if (std::isfinite(lowest)) {
    panel.y_limits = {lowest / 3.0, 6.0 * std::max(trivial, highest)};
    panel.trivial = trivial;
  }
  return panel;
}

Figure build_bounds(const FigureRequest& request, const Study& study, const std::vector<Cell>& cells, const Store& store) {
  Figure figure;
  figure.id = study.id + "-" + request.id;
  figure.study_hash = study.hash();
  figure.store_hash = store.hash();
  figure.code = std::string(code_version());
  const std::size_t panels = std::max<std::size_t>(1, request.blocks.size());
  figure.width = panels == 1 ? 3.4 : 7.0;
  for (const std::string& block : request.blocks) {
    figure.panels.push_back(panel_of(block, request, cells, store, study.level));
    if (figure.panels.back().series.empty())
      throw SpecError({{}, "[[figure]] blocks", block, "nothing to show: the picture is of adam, amsgrad, sadam and samsgrad with a constant step, where one of its theorems applies"});
  }
  return figure;
}

}  // namespace

FigureKind bounds_figure() {
  return {{"bounds", "Measured curves with simultaneous bands against theorems' bounds, one panel a block", "docs/theorem-cards.md"}, build_bounds};
}

}  // namespace thalweg
