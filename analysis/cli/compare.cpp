// thalweg compare: which method of a study is better, with simultaneous intervals; cells that the store lacks are run.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "analysis/cli/session.hpp"
#include "analysis/cli/share.hpp"
#include "analysis/report/method_comparison.hpp"
#include "lib/core/check.hpp"

namespace thalweg::cli {

int compare(const CompareOptions& options) {
  constexpr std::array<std::string_view, 6> known = {"f_gap", "grad_sq", "dist_sq", "mean_grad_sq", "min_grad_sq", "mean_f_gap"};
  if (std::find(known.begin(), known.end(), options.metric) == known.end())
    throw SpecError({{}, "--metric", options.metric, unknown_clause("metric", options.metric, known) + "; it must be one where lower is better"});
  const auto metric = static_cast<Metric>(std::find(metric_names.begin(), metric_names.end(), options.metric) - metric_names.begin());
  const std::vector<Card> cards = built_in_cards();
  Study study = study_named(options.study);
  for (StudyBlock& block : study.blocks) block.record.insert(metric);
  const std::vector<Cell> cells = expand(study, cards, changes(options));
  const std::unique_ptr<Engine> engine = make_engine(options);
  expect_memory(cells, *engine, options.threads);
  const std::filesystem::path folder = store_folder(options, study);
  Store store(folder);
  const RunSummary summary = run_cells(study, cells, *engine, options.threads, store, terminal_progress(study.id));
  const MethodComparison comparison = compare_methods(study, cells, store, metric, {options.target, options.reduction}, options.level.value_or(study.level));
  const std::string text = options.json ? to_json(comparison) : table(comparison);
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) throw EnvironmentError("standard output cannot be written");
  fmt::print(stderr, "{} cells: {} run in {:.1f} s, {} found in the store {}\n", summary.cells, summary.run, summary.seconds, summary.skipped, (folder / "store.sqlite").string());
  return 0;
}

}  // namespace thalweg::cli
