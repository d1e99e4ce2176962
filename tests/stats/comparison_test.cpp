// Comparisons of methods against cases computed by hand.
#include "analysis/stats/comparison.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "analysis/stats/binomial.hpp"
#include "tests/stats/random.hpp"

namespace thalweg {
namespace {

using Numbers = std::vector<double>;

// Three problems, two methods. Costs 10 and 20; 30 and 10; 40 and not solved.
const std::vector<Numbers> cost = {{10.0, 20.0}, {30.0, 10.0}, {40.0, not_solved}};

TEST(PerformanceProfile, IsTheOneComputedByHand) {
  const auto profiles = performance_profiles(cost);
  ASSERT_EQ(profiles.size(), 2U);
  // Ratios of the first: 1, 3, 1. Of the second: 2, 1, never.
  EXPECT_EQ(profiles[0].at, (Numbers{1.0, 3.0}));
  EXPECT_EQ(profiles[0].share, (Numbers{2.0 / 3.0, 1.0}));
  EXPECT_EQ(profiles[1].at, (Numbers{1.0, 2.0}));
  EXPECT_EQ(profiles[1].share, (Numbers{1.0 / 3.0, 2.0 / 3.0}));
  EXPECT_EQ(profiles[0](0.99), 0.0);
  EXPECT_EQ(profiles[0](1.0), 2.0 / 3.0) << "the share of wins is that at 1";
  EXPECT_EQ(profiles[0](2.999), 2.0 / 3.0);
  EXPECT_EQ(profiles[0](3.0), 1.0);
  EXPECT_EQ(profiles[1](1e300), 2.0 / 3.0) << "what is not solved never counts";
}

TEST(PerformanceProfile, AnInstanceThatNobodySolvesCountsForNobody) {
  const auto profiles = performance_profiles({{not_solved, not_solved}, {5.0, 5.0}});
  for (const ShareCurve& profile : profiles) {
    EXPECT_EQ(profile.at, (Numbers{1.0}));
    EXPECT_EQ(profile.share, (Numbers{0.5}));
  }
}

TEST(DataProfile, CountsGroupsOfEvaluations) {
  const auto profiles = data_profiles(cost, std::vector<std::size_t>{1, 4, 9});
  // 10 / 2 = 5, 30 / 5 = 6, 40 / 10 = 4; and 20 / 2 = 10, 10 / 5 = 2.
  EXPECT_EQ(profiles[0].at, (Numbers{4.0, 5.0, 6.0}));
  EXPECT_EQ(profiles[0].share, (Numbers{1.0 / 3.0, 2.0 / 3.0, 1.0}));
  EXPECT_EQ(profiles[1].at, (Numbers{2.0, 10.0}));
  EXPECT_EQ(profiles[1].share, (Numbers{1.0 / 3.0, 2.0 / 3.0}));
}

TEST(ExpectedRunTime, CountsWhatFailedRunsSpent) {
  const Numbers reached = {10.0, not_solved, 30.0, not_solved}, spent = {100.0, 100.0, 100.0, 50.0};
  const RunTime time = expected_run_time(reached, spent, 0.05);
  EXPECT_EQ(time.runs, 4U);
  EXPECT_EQ(time.reached, 2U);
  EXPECT_DOUBLE_EQ(time.expected, (10.0 + 100.0 + 30.0 + 50.0) / 2.0);
  const RunTime never = expected_run_time(Numbers{not_solved, not_solved}, Numbers{9.0, 9.0}, 0.05);
  EXPECT_EQ(never.reached, 0U);
  EXPECT_EQ(never.expected, not_solved);
  EXPECT_EQ(never.upper, not_solved);
  const RunTime once = expected_run_time(Numbers{7.0, not_solved}, Numbers{9.0, 9.0}, 0.05);
  EXPECT_DOUBLE_EQ(once.expected, 16.0);
  EXPECT_EQ(once.lower, 0.0) << "one success is no sample";
}

// Runs of cost uniform in 1 ... 100 that fail with probability 0.3 after 150: ERT = 50.5 + 0.3 / 0.7 * 150. Asymptotic: held to missing at most 0.1 of
// 400 intervals at level 0.05, false-alarm rate 1e-6.
TEST(ExpectedRunTime, ItsIntervalCovers) {
  Random random(5);
  const double truth = 50.5 + 0.3 / 0.7 * 150.0;
  std::uint64_t missed = 0;
  for (std::uint64_t repetition = 0; repetition < 400; ++repetition) {
    Numbers reached(60), spent(60, 150.0);
    for (double& c : reached) c = random.uniform() < 0.3 ? not_solved : std::ceil(100.0 * random.uniform());
    const RunTime time = expected_run_time(reached, spent, 0.05, repetition, 200);
    missed += time.lower > truth || time.upper < truth ? 1U : 0U;
  }
  EXPECT_GE(binomial_upper_tail(missed, 400, 0.1), 1e-6) << missed;
  EXPECT_GE(missed, 3U) << "an interval that never misses is no interval of this level";
}

TEST(PairedComparison, SeesThroughWhatReplicasShare) {
  Random random(3);
  Numbers a(100), b(100);
  for (std::size_t r = 0; r < a.size(); ++r) {
    const double shared = 100.0 * random.normal();
    a[r] = shared + 0.1 * random.normal();
    b[r] = shared + 0.2 + 0.1 * random.normal();
  }
  const PairedComparison paired = compare_paired(a, b, 1e-3);
  EXPECT_EQ(paired.better, Better::first);
  EXPECT_LT(paired.difference.lower, -0.2);
  EXPECT_GT(paired.difference.upper, -0.3);
  EXPECT_EQ(compare_paired(b, a, 1e-3).better, Better::second);
  EXPECT_EQ(compare_paired(a, a, 1e-3).better, Better::equal);
  // Without the pairing nothing is seen: b of other replicas.
  Numbers moved(b.begin() + 1, b.end());
  moved.push_back(b.front());
  EXPECT_EQ(compare_paired(a, moved, 1e-3).better, Better::undecided);
}

TEST(PairedComparison, OfRunsWithoutRandomnessComparesTheNumbers) {
  EXPECT_EQ(compare_certain(1.0, 2.0).better, Better::first);
  EXPECT_EQ(compare_certain(2.0, 1.0).better, Better::second);
  EXPECT_EQ(compare_certain(1.0, 1.0).better, Better::equal);
  EXPECT_EQ(compare_certain(1.0, 1.0 + 1e-13).better, Better::undecided) << "rounding decides nothing";
  EXPECT_EQ(compare_certain(1.0, not_solved).better, Better::undecided);
  EXPECT_EQ(compare_certain(1.0, 2.0).difference.level, 0.0);
}

TEST(PairedComparison, OneReplicaOfRandomRunsDecidesNothing) {
  const PairedComparison paired = compare_paired(Numbers{1.0}, Numbers{2.0}, 1e-3);
  EXPECT_EQ(paired.better, Better::undecided);
  EXPECT_EQ(paired.difference.lower, -not_solved);
  EXPECT_EQ(paired.difference.upper, not_solved);
  EXPECT_NE(paired.difference.doubt.find("at least two replicas"), std::string::npos) << paired.difference.doubt;
}

}  // namespace
}  // namespace thalweg
