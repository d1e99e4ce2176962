// Verdicts reached by adding replicas: only undecided cells get more, the level is kept, the answer is a function of the store and the budget.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "analysis/report/verification.hpp"
#include "analysis/stats/binomial.hpp"
#include "analysis/stats/moments.hpp"
#include "tests/cli/program.hpp"
#include "tests/stats/random.hpp"

namespace thalweg {
namespace {

// A card with a constant bound. The gradient of a cosine is bounded, so that betting decides.
std::vector<Card> card_with(double bound, const std::string& metric = "mean_grad_sq") {
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", bound);
  std::string source = "id = \"constant\"\nstatement = \"s\"\nmetric = \"" + metric + "\"\n[bound]\nvalue = \"";
  source += text;
  source += "\"\n[trivial]\nvalue = \"1e9\"\n";
  std::vector<Card> cards;
  cards.push_back(parse_card(source, "constant.toml"));
  return cards;
}

// A cell that is near the bound of the tests, and one that starts far below it.
constexpr const char* near_and_far = "[{ id = \"cosine\", dim = 2, start = 1.0 }, { id = \"cosine\", dim = 2, start = 0.1 }]";

Study study_with(std::size_t replicas, const std::string& problem = near_and_far) {
  return parse_study("id = \"mine\"\nlevel = 0.01\n[[block]]\nname = \"only\"\nproblem = " + problem + "\nnoise = { id = \"two-point\", a = 0.5, p = 0.5 }\nmethod = \"sgd\"\neta = \"0.1\"\nT = 20\nreplicas = " +
                         std::to_string(replicas) + "\ntheorems = [\"constant\"]\n",
                     "mine.toml");
}

double mean_of(std::size_t replicas, Metric metric, const std::string& problem = near_and_far) {
  const Study study = study_with(replicas, problem);
  const std::vector<Card> cards = card_with(1.0, std::string(to_string(metric)));
  const Trajectories all = cpu_engine()->run(expand(study, cards).front().batch());
  Moments moments;
  for (std::size_t r = 0; r < all.replicas; ++r) moments.add(all.at(metric, all.steps.size() - 1, r));
  return moments.mean();
}

struct Asked {
  Verification verification;
  std::vector<std::vector<Cell>> rounds;
};

Asked ask(const Study& study, const std::vector<Card>& cards, Store& store, const Budget& budget) {
  const std::vector<Cell> cells = expand(study, cards);
  const auto engine = cpu_engine();
  run_cells(study, cells, *engine, 1, store);
  Asked asked;
  asked.verification = verify(study, cells, store, budget, [&](const std::vector<Cell>& wanted) {
    asked.rounds.push_back(wanted);
    run_cells(study, wanted, *engine, 1, store);
  });
  return asked;
}

TEST(VerdictInRounds, OnlyUndecidedCellsGetMoreReplicas) {
  const double mean = mean_of(40000, Metric::mean_grad_sq);
  TemporaryFolder folder;
  Store store(folder.path() / "store");
  const Study study = study_with(64);
  const std::vector<Card> cards = card_with(1.1 * mean);  // 64 replicas do not tell the first cell from it
  const Asked asked = ask(study, cards, store, {.factor = 128, .replicas = {}});
  ASSERT_EQ(asked.verification.results.size(), 2u);
  const Result& near = asked.verification.results[0];
  EXPECT_EQ(near.judgement.verdict, Verdict::holds) << near.judgement.reason;
  EXPECT_GT(near.rounds, 1u);
  EXPECT_EQ(near.planned_rounds, 8u);
  EXPECT_EQ(near.replicas, 64u << (near.rounds - 1));
  EXPECT_EQ(near.judgement.measured.count, near.replicas) << "all rounds together are judged";
  EXPECT_EQ(asked.rounds.size(), near.rounds - 1);
  for (const auto& round : asked.rounds)
    for (const Cell& cell : round) EXPECT_EQ(cell.first_round, near.cell) << "a decided cell got more";
  EXPECT_EQ(near.judgement.measured.level, 0.01 / 2.0) << "betting keeps its whole share in every round";
  EXPECT_TRUE(near.judgement.measured.finite_sample);
  const Result& other = asked.verification.results[1];
  EXPECT_EQ(other.rounds, 1u);
  EXPECT_EQ(other.replicas, 64u);
}

TEST(VerdictInRounds, IsAFunctionOfTheStoreAndTheBudget) {
  const double mean = mean_of(40000, Metric::mean_grad_sq);
  TemporaryFolder folder;
  Store store(folder.path() / "store");
  const Study study = study_with(64);
  const std::vector<Card> cards = card_with(1.1 * mean);
  const std::vector<Cell> cells = expand(study, cards);
  const Budget large{.factor = 128, .replicas = {}}, small{.factor = 2, .replicas = {}};
  const Asked asked = ask(study, cards, store, large);
  Verification again = verify(study, cells, store, large), shorter = verify(study, cells, store, small), once = verify(study, cells, store);
  EXPECT_EQ(to_json(again), to_json(asked.verification));
  EXPECT_EQ(shorter.results[0].rounds, 2u);
  EXPECT_EQ(shorter.results[0].judgement.verdict, Verdict::undecided);
  EXPECT_EQ(once.results[0].rounds, 1u);
  EXPECT_EQ(once.results[0].replicas, 64u);
  // In another store, with rounds run in another order.
  Store other(folder.path() / "other");
  const std::size_t used = asked.verification.results[0].rounds;
  for (std::size_t k = used; k-- > 0;) run_cells(study, {round_of(cells[0], k)}, *cpu_engine(), 1, other);
  run_cells(study, cells, *cpu_engine(), 1, other);
  EXPECT_EQ(to_json(verify(study, cells, other, large)), to_json(asked.verification));
}

TEST(VerdictInRounds, SharesTheLevelOfAnAsymptoticIntervalAmongThePlannedRounds) {
  const std::string problem = "{ id = \"quadratic\", dim = 2, start = 1.0 }";  // its gradient is unbounded
  const double mean = mean_of(40000, Metric::f_gap, problem);
  TemporaryFolder folder;
  Store store(folder.path() / "store");
  const Study study = study_with(64, problem);
  const Asked asked = ask(study, card_with(1.08 * mean, "f_gap"), store, {.factor = 64, .replicas = {}});
  const Result& result = asked.verification.results[0];
  EXPECT_EQ(result.judgement.verdict, Verdict::holds) << result.judgement.reason;
  EXPECT_GT(result.rounds, 1u);
  EXPECT_FALSE(result.judgement.measured.finite_sample);
  EXPECT_EQ(result.planned_rounds, 7u);
  EXPECT_DOUBLE_EQ(result.judgement.measured.level, 0.01 / 7.0);
  EXPECT_NE(result.judgement.measured.how.find("one of 7 looks"), std::string::npos) << result.judgement.measured.how;
}

TEST(VerdictInRounds, SpendsNothingWhereTheBudgetIsFarTooSmall) {
  const double mean = mean_of(64, Metric::mean_grad_sq);  // of the replicas themselves: by them no budget is enough
  TemporaryFolder folder;
  Store store(folder.path() / "store");
  const Asked asked = ask(study_with(64), card_with(1.0001 * mean), store, {.factor = 8, .replicas = {}});
  EXPECT_EQ(asked.verification.results[0].judgement.verdict, Verdict::undecided);
  EXPECT_EQ(asked.verification.results[0].rounds, 1u);
  EXPECT_NE(asked.verification.results[0].judgement.reason.find("replicas would decide"), std::string::npos);
  for (const auto& round : asked.rounds)
    for (const Cell& cell : round) EXPECT_NE(cell.first_round, asked.verification.results[0].cell);
}

// The error of a comparison that is looked at four times, 64 to 512 replicas, mean equal to the bound: any look that puts it above counts. 2e4
// synthetic cells; each assertion has a false-alarm rate of at most 1e-6 (one-sided binomial test), the last one the same chance to miss.
struct Looks {
  std::uint64_t spent = 0, not_spent = 0;
};
Looks errors_at_any_look(const std::function<double(Random&)>& law, double mean, std::optional<Range> range, std::uint64_t cells) {
  constexpr double level = 0.02;
  Random random(77);
  Looks errors;
  std::vector<double> values(512);
  for (std::uint64_t cell = 0; cell < cells; ++cell) {
    for (double& value : values) value = law(random);
    bool spent = false, not_spent = false;
    for (std::size_t n = 64; n <= 512; n *= 2) {
      const auto missed = [&](const Estimate& estimate) { return estimate.lower > mean || estimate.upper < mean; };
      spent = spent || missed(estimate_at_a_look(std::span(values).first(n), range, level, 4));
      not_spent = not_spent || missed(estimate_mean(std::span(values).first(n), range, level));
    }
    errors.spent += spent ? 1U : 0U;
    errors.not_spent += not_spent ? 1U : 0U;
  }
  return errors;
}

TEST(VerdictInRounds, ErrsAtAnyRoundAsRarelyAsTheLevelSays) {
  const Looks coin = errors_at_any_look([](Random& random) { return random.uniform() < 0.5 ? 0.0 : 1.0; }, 0.5, Range{0.0, 1.0}, 5000);
  EXPECT_GE(binomial_upper_tail(coin.spent, 5000, 0.02), 1e-6) << coin.spent;
  EXPECT_EQ(coin.spent, coin.not_spent) << "betting spends nothing";
  const Looks normal = errors_at_any_look([](Random& random) { return random.normal(); }, 0.0, std::nullopt, 20000);
  EXPECT_GE(binomial_upper_tail(normal.spent, 20000, 0.02), 1e-6) << normal.spent;
  EXPECT_LT(binomial_upper_tail(normal.not_spent, 20000, 0.02), 1e-6) << "four looks at the full level err too often: " << normal.not_spent;
}

}  // namespace
}  // namespace thalweg
