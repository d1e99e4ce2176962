// The figure "bounds": measured curves with simultaneous bands against the bounds of theorems, one panel a block. The step is constant, so each
// bound holds at every t.
#include <algorithm>
#include <array>

#include "analysis/report/bound_panel.hpp"
#include "analysis/report/catalogue.hpp"
#include "analysis/study/version.hpp"
#include "analysis/theory/verdict.hpp"
#include "lib/core/check.hpp"

namespace thalweg {

namespace {

constexpr std::array<std::string_view, 4> shown_methods = {"adam", "amsgrad", "sadam", "samsgrad"};

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
  const std::vector<const Cell*> shown = cells_of(block, cells);
  std::size_t points = 0;
  for (const Cell* cell : shown) points += cell->record_steps.size();
  BoundPanel panel(level / static_cast<double>(std::max<std::size_t>(1, points)));
  for (const Cell* cell : shown) {
    const auto trajectories = store.get(cell->key);  // the first round: a number of replicas that no result has chosen
    THALWEG_EXPECTS(trajectories.has_value());
    bool measured = false;  // one curve serves every card of this metric
    for (const Card* card : cell->cards) {
      const bool wanted = request.theorems.empty() || std::find(request.theorems.begin(), request.theorems.end(), card->id) != request.theorems.end();
      if (wanted && applicability(*card, cell->setting).applies) measured = panel.add(*cell, *card, *trajectories, measured) || measured;
    }
  }
  return std::move(panel).panel(shown.empty() ? "" : panel_title(shown.back()->condition));
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
