// Rounds: which are planned, that a replica in a round has the bits it has in one batch, and that parts are joined replica by replica.
#include "analysis/study/rounds.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <sstream>

#include "analysis/study/run.hpp"
#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

std::vector<Cell> cells_of(std::size_t replicas, const std::string& noise = "{ id = \"gaussian\", sigma = 0.4 }") {
  return expand(parse_study("id = \"mine\"\n[[block]]\nproblem = { id = \"cosine\", dim = 3, start = 1.0 }\nnoise = " + noise +
                                "\nmethod = [\"adam\", \"sgd\"]\neta = \"0.1\"\nT = 40\nrecords = 5\nreplicas = " + std::to_string(replicas) +
                                "\nrecord = [\"f_gap\", \"mean_grad_sq\", \"rate_percentiles\"]\n",
                            "mine.toml"),
                {});
}

std::vector<std::uint64_t> bits(const std::vector<double>& values) {
  std::vector<std::uint64_t> all;
  for (const double value : values) all.push_back(std::bit_cast<std::uint64_t>(value));
  return all;
}

TEST(Rounds, DoubleTheReplicasWithinTheBudget) {
  const Cell cell = cells_of(10).front();
  using Ends = std::vector<std::size_t>;
  EXPECT_EQ(round_ends(cell, {}), (Ends{10}));
  EXPECT_EQ(round_ends(cell, {.factor = 8, .replicas = {}}), (Ends{10, 20, 40, 80}));
  EXPECT_EQ(round_ends(cell, {.factor = 8, .replicas = 79}), (Ends{10, 20, 40}));
  EXPECT_EQ(round_ends(cell, {.factor = 8, .replicas = 3}), (Ends{10})) << "the declared replicas run whatever the budget";
  EXPECT_EQ(round_ends(cells_of(10, "\"none\"").front(), {.factor = 8, .replicas = {}}), (Ends{1})) << "one run without randomness says all";
  std::size_t next = 0;
  for (std::size_t k = 0; k < 4; ++k) {
    const Cell round = round_of(cell, k);
    EXPECT_EQ(round.first_replica, next);
    next += round.replicas;
    EXPECT_EQ(next, round_ends(cell, {.factor = 8, .replicas = {}})[k]);
    EXPECT_EQ(round.key == cell.key, k == 0);
  }
}

TEST(Rounds, HaveTheBitsOfOneBatch) {
  const auto engine = cpu_engine();
  const std::vector<Cell> small = cells_of(5), large = cells_of(20);
  for (std::size_t i = 0; i < small.size(); ++i) {
    std::vector<Trajectories> parts;
    for (std::size_t k = 0; k < 3; ++k) parts.push_back(engine->run(round_of(small[i], k).batch()));
    const Trajectories apart = joined(parts), whole = engine->run(large[i].batch());
    ASSERT_EQ(apart.replicas, 20u);
    EXPECT_EQ(digest(apart), digest(whole));
    EXPECT_EQ(apart.steps, whole.steps);
    for (std::size_t k = 0; k < metric_count; ++k) EXPECT_EQ(bits(apart.series[k]), bits(whole.series[k])) << metric_names[k];
    EXPECT_EQ(bits(apart.percentiles), bits(whole.percentiles));
    EXPECT_GT(whole.of(Metric::f_gap).size(), 0u);
    EXPECT_NE(whole.at(Metric::f_gap, 2, 3), whole.at(Metric::f_gap, 2, 13)) << "replicas of later rounds draw anew";
  }
}

TEST(Rounds, KeepWhatEveryPartRecorded) {
  const auto engine = cpu_engine();
  const Cell cell = cells_of(5).front();
  Batch first = round_of(cell, 0).batch();
  first.metrics.insert(Metric::noise_sq);
  const Trajectories all = joined({engine->run(first), engine->run(round_of(cell, 1).batch())});
  EXPECT_TRUE(all.of(Metric::noise_sq).empty());
  EXPECT_EQ(all.of(Metric::f_gap).size(), all.steps.size() * 10);
}

TEST(Rounds, AreKeptApartInTheStoreAndExportedByTheirReplicas) {
  TemporaryFolder folder;
  Store store(folder.path() / "store");
  const Study study = parse_study("id = \"mine\"\n[[block]]\nproblem = \"cosine\"\nmethod = \"sgd\"\neta = \"0.1\"\nT = 4\n", "mine.toml");
  const Cell cell = cells_of(2).front();
  run_cells(study, {cell, round_of(cell, 1), round_of(cell, 2)}, *cpu_engine(), 1, store);
  EXPECT_EQ(store.keys().size(), 3u);
  EXPECT_EQ(store.first_replica(cell.key), 0u);
  EXPECT_EQ(store.first_replica(round_of(cell, 1).key), 2u);
  EXPECT_EQ(store.first_replica(round_of(cell, 2).key), 4u);
  EXPECT_EQ(store.get(round_of(cell, 2).key)->replicas, 4u);
  std::ostringstream text;
  store.export_csv(text);
  for (const char* replica : {",f_gap,40,0,", ",f_gap,40,1,", ",f_gap,40,2,", ",f_gap,40,3,", ",f_gap,40,7,"}) EXPECT_NE(text.str().find(replica), std::string::npos) << replica;
  EXPECT_EQ(text.str().find(",f_gap,40,8,"), std::string::npos);
}

}  // namespace
}  // namespace thalweg
