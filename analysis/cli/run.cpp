// thalweg run and thalweg export: a study's cells into a store, and a store's numbers as text.
#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "analysis/cli/session.hpp"
#include "analysis/cli/share.hpp"
#include "lib/core/check.hpp"

namespace thalweg::cli {

int run(const RunOptions& options) {
  const std::vector<Card> cards = built_in_cards();
  const Study study = study_named(options.study);
  const std::vector<Cell> cells = expand(study, cards, changes(options));
  const std::unique_ptr<Engine> engine = make_engine(options);
  const std::filesystem::path folder = store_folder(options, study);
  Store store(folder);
  const RunSummary summary = run_cells(study, cells, *engine, options.threads, store, terminal_progress(study.id));
  const std::string file = (folder / "store.sqlite").string();
  if (options.json) {
    const nlohmann::ordered_json root{{"schema", "thalweg.run/1"}, {"study", study.id}, {"study_hash", study.hash()}, {"cells", summary.cells}, {"run", summary.run},
                                      {"skipped", summary.skipped}, {"seconds", summary.seconds}, {"store", file}};
    // A folder's name may be any bytes; JSON is UTF-8.
    fmt::print("{}\n", root.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  } else {
    fmt::print("{}: {} cells, {} run, {} found\nstore {}\n", study.id, summary.cells, summary.run, summary.skipped, file);
  }
  return 0;
}

int export_records(const ExportOptions& options) {
  Store::existing(options.store).export_csv(std::cout);
  if (!std::cout.flush()) throw EnvironmentError("standard output cannot be written");
  return 0;
}

}  // namespace thalweg::cli
