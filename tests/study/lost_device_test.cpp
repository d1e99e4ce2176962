// A device that is lost in the middle of a study: the cells that were done stay, and the next run does the others alone.
#include <gtest/gtest.h>

#include "analysis/study/run.hpp"
#include "lib/core/check.hpp"
#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

TEST(LostDevice, KeepsTheCellsThatWereDoneAndResumes) {
  TemporaryFolder folder;
  const Study study = parse_study(R"toml(id = "lost"
[[block]]
problem = [{ id = "cosine", dim = 5 }]
noise = { id = "gaussian" }
method = ["adam", "sadam", "sgd"]
eta = ["0.01", "0.02"]
T = 100
replicas = 4
)toml", "lost.toml");
  const std::vector<Cell> cells = expand(study, {}, {});
  ASSERT_EQ(cells.size(), 6u);
  Store store(folder / "store");
  const auto broken = emulated_cuda_engine({.lost_at_window = 7});  // two windows a cell
  EXPECT_THROW(run_cells(study, cells, *broken, 1, store, {}), EnvironmentError);
  std::size_t kept = 0;
  for (const Cell& cell : cells) kept += store.has(cell.key);
  EXPECT_EQ(kept, 3u);
  const RunSummary rest = run_cells(study, cells, *emulated_cuda_engine(), 1, store, {});
  EXPECT_EQ(rest.skipped, 3u);
  EXPECT_EQ(rest.run, 3u);
  Store whole(folder / "whole");
  run_cells(study, cells, *cpu_engine(), 1, whole, {});
  std::ostringstream resumed, alone;
  store.export_csv(resumed);
  whole.export_csv(alone);
  EXPECT_EQ(resumed.str(), alone.str());
}

}  // namespace
}  // namespace thalweg
