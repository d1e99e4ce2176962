// thalweg figures: draws what the studies in a store ask for.
#include <fmt/format.h>

#include <algorithm>
#include <unistd.h>

#include "analysis/cli/share.hpp"
#include "analysis/cli/verbs.hpp"
#include "analysis/report/catalogue.hpp"
#include "lib/core/check.hpp"
#include "notebooks-export/render.hpp"

namespace thalweg::cli {

int figures(const FiguresOptions& options) {
  const Store store = Store::existing(options.store);
  const std::vector<Card> cards = built_in_cards();
  const std::filesystem::path folder = options.out ? std::filesystem::path(*options.out) : std::filesystem::path(options.store) / "figures";
  std::size_t drawn = 0;
  for (const auto& [id, text] : store.studies()) {
    if (text.find("[[figure]]") == std::string::npos) continue;
    const Study study = parse_study(text, id);
    const std::vector<Cell> cells = expand(study, cards);
    for (const FigureRequest& request : study.figures) {
      std::vector<std::string_view> known;
      for (const FigureKind& kind : figure_kinds()) known.push_back(kind.id);
      const auto kind = std::find_if(figure_kinds().begin(), figure_kinds().end(), [&](const FigureKind& k) { return k.id == request.id; });
      if (kind == figure_kinds().end()) throw SpecError({{id, 0, 0}, "[[figure]] id", request.id, unknown_clause("figure", request.id, known)});
      for (const Cell& cell : cells)
        if (std::find(request.blocks.begin(), request.blocks.end(), cell.block) != request.blocks.end() && !store.has(cell.key))
          throw SpecError({{}, "store", options.store, "does not hold block '" + cell.block + "' of study " + id + " as it is declared; thalweg run " + id + " --out " + options.store + " completes it"});
      const Figure figure = kind->build(request, study, cells, store);
      for (const auto& file : render(figure, folder / figure.id, options.formats)) fmt::print("{}\n", file.string());
      ++drawn;
    }
  }
  if (drawn == 0) throw SpecError({{}, "store", options.store, "no study in it asks for a figure ([[figure]] in the study)"});
  return 0;
}

}  // namespace thalweg::cli
