// Comparisons from records: groups of common random numbers, the shared level, targets and profiles, against counts made from the records by hand.
#include "analysis/report/method_comparison.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/study/run.hpp"
#include "lib/core/check.hpp"
#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

constexpr const char* text = R"toml(id = "mine"
level = 0.03
[[block]]
problem = [{ id = "quadratic", dim = 3, start = 1.0 }, { id = "cosine", dim = 2, start = 1.0 }]
noise = ["none", { id = "gaussian", sigma = 0.2 }]
method = ["sgd", "extragradient", "heavy-ball"]
eta = "0.05"
T = 100
records = 20
replicas = 32
record = ["f_gap"]
)toml";

struct Made {
  Study study = parse_study(text, "mine.toml");
  std::vector<Card> cards;
  std::vector<Cell> cells = expand(study, cards);
  TemporaryFolder folder;
  Store store{folder.path() / "store"};
  Made() { run_cells(study, cells, *cpu_engine(), 1, store); }
  MethodComparison compare(const Target& target = {}) { return compare_methods(study, cells, store, Metric::f_gap, target, study.level); }
};

TEST(MethodComparison, ComparesWithinGroupsOfCommonDraws) {
  Made made;
  const MethodComparison all = made.compare();
  ASSERT_EQ(all.groups.size(), 4u);
  EXPECT_EQ(all.comparisons, 6u) << "three pairs in each of the two random groups; runs without noise take no share";
  for (const ComparedGroup& group : all.groups) {
    ASSERT_EQ(group.methods.size(), 3u);
    ASSERT_EQ(group.pairs.size(), 3u);
    for (const ComparedPair& pair : group.pairs) {
      const Estimate& difference = pair.comparison.difference;
      EXPECT_EQ(difference.level, group.replicas == 1 ? 0.0 : 0.03 / 6.0);
      const auto values = [&](std::size_t s) {
        const Trajectories data = *made.store.get(group.methods[s].cell);
        std::vector<double> last;
        for (std::size_t r = 0; r < data.replicas; ++r) last.push_back(data.at(Metric::f_gap, data.steps.size() - 1, r));
        return last;
      };
      const std::vector<double> a = values(pair.first), b = values(pair.second);
      double sum = 0.0;
      for (std::size_t r = 0; r < a.size(); ++r) sum += (a[r] - b[r]) / static_cast<double>(a.size());
      EXPECT_NEAR(difference.value, sum, 1e-12 * (1.0 + std::fabs(sum)));
      if (pair.comparison.better == Better::first) { EXPECT_LT(difference.upper, 0.0); }
      if (pair.comparison.better == Better::second) { EXPECT_GT(difference.lower, 0.0); }
    }
  }
}

TEST(MethodComparison, RunTimesCountOracleCallsToTheFirstRecordAtTheTarget) {
  Made made;
  const MethodComparison all = made.compare({.absolute = 0.05, .reduction = 1e-3});
  std::size_t reached = 0;
  for (const ComparedGroup& group : all.groups)
    for (const ComparedMethod& method : group.methods) {
      const Trajectories data = *made.store.get(method.cell);
      const double calls = method.label.starts_with("extragradient") ? 2.0 : 1.0;
      double spent = 0.0;
      std::size_t successes = 0;
      for (std::size_t r = 0; r < data.replicas; ++r) {
        double cost = 0.0;
        for (std::size_t row = 0; row < data.steps.size() && cost == 0.0; ++row)
          if (data.at(Metric::f_gap, row, r) <= 0.05) cost = calls * static_cast<double>(data.steps[row]);
        successes += cost > 0.0 ? 1u : 0u;
        spent += cost > 0.0 ? cost : calls * 100.0;
      }
      EXPECT_EQ(method.time.reached, successes) << method.label;
      if (successes > 0) { EXPECT_DOUBLE_EQ(method.time.expected, spent / static_cast<double>(successes)) << method.label; }
      reached += successes;
    }
  EXPECT_GT(reached, 30u) << "a target that is never reached tests nothing";
}

TEST(MethodComparison, ProfilesAreOverReplicasOfAllGroups) {
  Made made;
  const MethodComparison all = made.compare({.absolute = {}, .reduction = 0.1});
  EXPECT_EQ(all.instances, 66u);  // two groups of one replica, two of 32
  ASSERT_EQ(all.profiled.size(), 3u);
  double wins = 0.0;
  for (const ShareCurve& curve : all.performance) {
    EXPECT_LE(curve.share.back(), 1.0);
    wins += curve(1.0);
  }
  EXPECT_GE(wins, 1.0 - 1e-12) << "someone reaches the least value in every replica, up to a tenth of the way";
  for (std::size_t s = 0; s < 3; ++s) EXPECT_GE(all.data[s](1e9), all.data[s](3.0));
}

TEST(MethodComparison, RefusesAStudyWithoutTwoMethods) {
  const Study study = parse_study("id = \"mine\"\n[[block]]\nproblem = \"cosine\"\nmethod = \"sgd\"\neta = \"0.1\"\nT = 4\nrecord = [\"f_gap\"]\n", "mine.toml");
  const std::vector<Cell> cells = expand(study, {});
  TemporaryFolder folder;
  Store store(folder.path() / "store");
  run_cells(study, cells, *cpu_engine(), 1, store);
  EXPECT_THROW(compare_methods(study, cells, store, Metric::f_gap, {}, 0.01), SpecError);
}

TEST(MethodComparison, NamesEachColumnOfAProfileOnce) {
  Made made;
  const std::string text = table(made.compare({.absolute = 1e-300, .reduction = 1e-3}));  // nobody reaches it
  const std::size_t first = text.find("kappa 1 ");
  EXPECT_EQ(text.find("kappa 1\n"), text.rfind("kappa 1")) << text;
  EXPECT_EQ(first, std::string::npos) << text;
}

}  // namespace
}  // namespace thalweg
