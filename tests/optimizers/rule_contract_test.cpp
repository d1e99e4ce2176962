// The contract of a rule, over the whole catalogue: every rule type, every preset of every method.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "lib/core/pack.hpp"
#include "lib/optimizers/bounds.hpp"
#include "tests/optimizers/scalar_rule.hpp"

namespace thalweg {
namespace {

using testing::ScalarRule;
using testing::ScalarStep;
using testing::Uniform;

std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }

double gradient(Uniform& uniform) {
  const double kind = uniform();
  const double size = std::pow(10.0, uniform(-12.0, 4.0));
  return kind < 0.1 ? 0.0 : kind < 0.55 ? size : -size;
}

class EveryPreset : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryPreset, MovesNothingForZeroGradientsFromAFreshState) {
  for (const char* eps : {"1e-8", "0"}) {
    Definition definition = define(GetParam(), {{"weight_decay", 0.0}});
    if (definition.has("eps")) definition.numbers["eps"] = std::stod(eps);
    if (definition.has("initial_average")) definition.numbers["initial_average"] = 0.0;
    ScalarRule rule(definition);
    const std::vector<double> fresh = rule.slots();
    for (std::uint64_t t = 1; t <= 20; ++t) EXPECT_EQ(rule.step(0.0, 1.5, t).update, 0.0) << "eps = " << eps << ", t = " << t;
    if (!method_entry(definition).waives("state-rests")) { EXPECT_EQ(rule.slots(), fresh); }
  }
}

TEST_P(EveryPreset, GivesFiniteUpdatesForFiniteGradients) {
  ScalarRule rule(define(GetParam()));
  Uniform uniform(3);
  for (std::uint64_t t = 1; t <= 2000; ++t) {
    const double g = t % 7 == 0 ? std::ldexp(uniform(-1.0, 1.0), 400) : t % 7 == 1 ? std::ldexp(1.0, -1060) : gradient(uniform);
    const ScalarStep step = rule.step(g, uniform(-1e6, 1e6), t);
    EXPECT_TRUE(std::isfinite(step.update)) << g;
    if (rated(define(GetParam()))) { EXPECT_TRUE(std::isfinite(step.rate) && step.rate > 0.0) << step.rate; }
    for (double slot : rule.slots()) EXPECT_TRUE(std::isfinite(slot));
  }
}

TEST_P(EveryPreset, SaysNaNWhenTheGradientIsNaNAndForever) {
  ScalarRule rule(define(GetParam()));
  rule.step(1.0, 0.0, 1);
  EXPECT_TRUE(std::isnan(rule.step(std::numeric_limits<double>::quiet_NaN(), 0.0, 2).update));
  if (!rule.slots().empty()) {
    EXPECT_TRUE(std::isnan(rule.step(1.0, 0.0, 3).update));
  }
}

TEST_P(EveryPreset, HasNoPropertyOfARateWhereItStatesNone) {
  const Definition definition = define(GetParam());
  if (rated(definition)) return;
  const Properties known = properties(definition);
  EXPECT_FALSE(known.adaptive || known.monotone_rate || known.predictable_rate || known.bounded_rate || known.lipschitz_denominator);
  const RateBounds bounds = rate_bounds(definition, Interval(1.0));
  EXPECT_EQ(bounds.mu1.lower(), 0.0);
  EXPECT_EQ(bounds.mu2.upper(), std::numeric_limits<double>::infinity());
  EXPECT_FALSE(bounds.monotone);
}

TEST_P(EveryPreset, AppliesRateTimesNumerator) {
  if (!rated(define(GetParam()))) return;
  ScalarRule rule(define(GetParam()));
  Uniform uniform(4);
  for (std::uint64_t t = 1; t <= 500; ++t) {
    const ScalarStep step = rule.step(gradient(uniform), 0.0, t);
    EXPECT_EQ(step.update, step.rate * step.numerator);
  }
}

TEST_P(EveryPreset, AddsWeightDecayToTheGradient) {
  const double w = 0.25;
  Definition definition = define(GetParam(), {{"weight_decay", w}});
  definition.choices["decay"] = "l2";
  ScalarRule decayed(definition), plain(define(GetParam(), {{"weight_decay", 0.0}}));
  Uniform uniform(5);
  for (std::uint64_t t = 1; t <= 200; ++t) {
    const double g = uniform(-1.0, 1.0), x = uniform(-2.0, 2.0);
    EXPECT_EQ(decayed.step(g, x, t).update, plain.step(std::fma(w, x, g), x, t).update);
  }
}

TEST_P(EveryPreset, AddsDecoupledDecayToTheUpdate) {
  const double w = 0.25;
  Definition definition = define(GetParam(), {{"weight_decay", w}});
  definition.choices["decay"] = "decoupled";
  ScalarRule decayed(definition), plain(define(GetParam(), {{"weight_decay", 0.0}}));
  EXPECT_TRUE(properties(definition).decay);
  Uniform uniform(5);
  for (std::uint64_t t = 1; t <= 200; ++t) {
    const double g = uniform(-1.0, 1.0), x = uniform(-2.0, 2.0);
    const ScalarStep with = decayed.step(g, x, t), without = plain.step(g, x, t);
    EXPECT_EQ(with.update, std::fma(w, x, without.update));
    EXPECT_EQ(bits(with.rate), bits(without.rate));
  }
}

TEST_P(EveryPreset, HoldsItsHyperParametersInTheInstance) {
  ScalarRule rule(define(GetParam()));
  EXPECT_EQ(rule.instance().hyper.size(), rule.hyper_bytes());
  EXPECT_EQ(rule_instance(define(GetParam())).hyper, rule.instance().hyper);  // no indeterminate byte
}

TEST_P(EveryPreset, NeverRaisesTheRateWhereItSaysMonotone) {
  const Definition definition = define(GetParam(), {{"weight_decay", 0.0}});
  if (!rated(definition)) return;
  const bool claimed = properties(definition).monotone_rate;
  EXPECT_EQ(claimed, rate_bounds(definition, Interval(1.0)).monotone);
  ScalarRule rule(definition);
  Uniform uniform(6);
  bool rose = false;
  double previous = std::numeric_limits<double>::infinity();
  for (std::uint64_t t = 1; t <= 3000; ++t) {
    const double g = (t / 500) % 2 == 1 ? uniform(-0.01, 0.01) : uniform(-1.0, 1.0);
    const double rate = rule.step(g, 0.0, t).rate;
    if (rate > previous) rose = true;
    previous = rate;
  }
  EXPECT_EQ(rose, !claimed);  // the test sees what it claims to see: every other rule does raise it here
}

TEST_P(EveryPreset, KnowsTheRateBeforeTheGradientWhereItSaysPredictable) {
  const Definition definition = define(GetParam());
  if (!rated(definition)) return;
  ScalarRule one(definition), other(definition);
  for (std::uint64_t t = 1; t <= 10; ++t) {
    one.step(0.5, 0.0, t);
    other.step(0.5, 0.0, t);
  }
  const bool same = one.step(2.0, 0.0, 11).rate == other.step(0.25, 0.0, 11).rate;
  EXPECT_EQ(same, properties(definition).predictable_rate);
}

INSTANTIATE_TEST_SUITE_P(Catalogue, EveryPreset, ::testing::ValuesIn(testing::all_presets()), [](const auto& preset) {
  std::string name = preset.param;
  for (char& c : name)
    if (c == '@' || c == '-' || c == '.') c = '_';
  return name;
});

template <class A, std::size_t N>
void packs_equal_the_scalar_loop(const typename A::Hyper& hyper) {
  using Lanes = Pack<double, N>;
  constexpr std::size_t slots = slot_count<A>;
  static_assert(slots == 0 || sizeof(typename A::template Slots<Lanes>) == slots * sizeof(Lanes));
  Uniform uniform(7);
  std::vector<typename A::template Slots<double>> one(N, A::initial(hyper));
  typename A::template Slots<Lanes> all;
  if constexpr (slots > 0) {
    double first[slots];
    std::memcpy(first, &one[0], sizeof first);
    Lanes packed[slots];
    for (std::size_t k = 0; k < slots; ++k) packed[k] = Lanes(first[k]);
    std::memcpy(static_cast<void*>(&all), packed, sizeof packed);
  }
  for (std::uint64_t t = 1; t <= 300; ++t) {
    const auto made = A::at(hyper, t);
    double g[N], x[N];
    for (std::size_t l = 0; l < N; ++l) {
      g[l] = gradient(uniform);
      x[l] = uniform(-2.0, 2.0);
    }
    const Lanes update = A::template apply<Lanes>(Lanes::load(g), Lanes::load(x), all, made);
    for (std::size_t l = 0; l < N; ++l)
      ASSERT_EQ(bits(update[l]), bits(A::template apply<double>(g[l], x[l], one[l], made))) << "t = " << t << ", lane " << l;
    if constexpr (RatedRule<A>) {
      const Lanes rate = A::template rate<Lanes>(all, made);
      for (std::size_t l = 0; l < N; ++l) ASSERT_EQ(bits(rate[l]), bits(A::template rate<double>(one[l], made)));
    }
  }
}

TEST(Rules, PacksEqualTheScalarLoopBitForBit) {
  for (const std::string& name : testing::all_presets()) {
    SCOPED_TRACE(name);
    const RuleInstance instance = rule_instance(define(name, {{"weight_decay", 0.01}}));
    std::size_t position = 0;
    Rules::for_each([&]<class A>() {
      if (position++ != instance.rule) return;
      if constexpr (Rule<A>) {
        typename A::Hyper hyper;
        std::memcpy(static_cast<void*>(&hyper), instance.hyper.data(), sizeof hyper);
        packs_equal_the_scalar_loop<A, 4>(hyper);
        packs_equal_the_scalar_loop<A, 8>(hyper);
      }
    });
  }
}

TEST(Rules, EachIsReachedByADefinition) {
  std::vector<bool> reached(Rules::size, false);
  for (const std::string& name : testing::all_presets()) reached[rule_instance(define(name)).rule] = true;
  for (const std::string& name : testing::phased_presets()) reached[rule_instance(define(name)).rule] = true;
  for (const char* name : {"amsgrad(eps_placement=inside)", "amsgrad(eps_placement=inside, second_moment=corrected-maximum)", "extragradient(samples=same)", "momentum(dampening=0.5)", "padam(eps_placement=inside)"}) reached[rule_instance(define(name)).rule] = true;
  for (std::size_t i = 0; i < reached.size(); ++i) EXPECT_TRUE(reached[i]) << i;
}

TEST(Rules, StateIsExactlyItsSlots) {
  EXPECT_EQ(slot_count<WithDecay<Sgd>>, 0u);
  EXPECT_EQ(slot_count<WithDecay<Momentum>>, 1u);
  EXPECT_EQ(slot_count<WithDecay<EmaMomentum>>, 1u);
  EXPECT_EQ(slot_count<WithDecay<Adam>>, 2u);
  EXPECT_EQ(slot_count<WithDecay<Amsgrad>>, 3u);
  EXPECT_EQ(slot_count<WithDecay<DecorrelatedAdam>>, 3u);
}

TEST(Rules, WithoutEpsAZeroDenominatorGivesZeroOrIsNotFinite) {
  ScalarRule rule(define("adam@seed(eps=0)"));
  EXPECT_EQ(rule.step(0.0, 1.0, 1).update, 0.0);
  EXPECT_FALSE(std::isfinite(rule.step(1e-170, 1.0, 2).update));  // the square underflows, m does not
}

// ---- equalities between definitions

void expect_same_updates(const std::string& a, const std::string& b, double tolerance) {
  ScalarRule one(define(a)), other(define(b));
  Uniform uniform(8);
  for (std::uint64_t t = 1; t <= 1000; ++t) {
    const double g = uniform(-1.0, 1.0) * std::pow(10.0, uniform(-3.0, 2.0));
    const double u = one.step(g, 0.0, t).update, w = other.step(g, 0.0, t).update;
    EXPECT_LE(std::fabs(u - w), tolerance * std::fabs(u)) << a << " against " << b << ", t = " << t;
  }
}

TEST(Limits, SadamWithASharpSoftplusIsAdamWithoutEps) { expect_same_updates("sadam(beta=1e12)", "adam@seed(eps=0)", 1e-15); }
TEST(Limits, SamsgradWithASharpSoftplusIsAmsgradWithoutEps) { expect_same_updates("samsgrad(beta=1e12)", "amsgrad(eps=0)", 1e-15); }
TEST(Limits, PadamAtOneHalfIsAdam) {
  expect_same_updates("padam(p=0.5)", "adam@seed", 2e-15);
  expect_same_updates("padam@authors-code(p=0.5)", "adam@authors-code", 2e-15);
}
TEST(Limits, PamsgradAtOneHalfIsAmsgrad) { expect_same_updates("pamsgrad(p=0.5)", "amsgrad", 2e-15); }
TEST(Limits, EpsHatIsTheAuthorsCodeAtPartialOneHalf) { expect_same_updates("adam@eps-hat", "adam@authors-code", 0.0); }
TEST(Limits, SeedIsThePaperForTheMethodsWithoutCorrections) {
  for (const char* method : {"amsgrad", "padam", "pamsgrad", "sadam", "samsgrad"})
    expect_same_updates(method, std::string(method) + "@seed", 0.0);
}
TEST(Limits, CorrectedAdamWithoutEpsIsTheOuterFactorWithoutEps) { expect_same_updates("adam(eps=0)", "adam@eps-hat(eps=0)", 4e-15); }
TEST(Limits, HeavyBallIsTheAverageAtAScaledStep) {
  ScalarRule ball(define("momentum(momentum=0.75)")), average(define("ema-momentum(beta1=0.75)"));
  Uniform uniform(9);
  for (std::uint64_t t = 1; t <= 300; ++t) {
    const double g = uniform(0.5, 1.0);
    EXPECT_NEAR(0.25 * ball.step(g, 0.0, t).update, average.step(g, 0.0, t).update, 1e-15);
  }
}

TEST(Limits, AmsgradIsUncorrectedAdamWhileTheSecondMomentRises) {
  for (const auto& [with, without] : {std::pair{"amsgrad", "adam@seed"}, std::pair{"samsgrad", "sadam"}, std::pair{"pamsgrad", "padam"}}) {
    ScalarRule maximum(define(with)), latest(define(without));
    for (std::uint64_t t = 1; t <= 500; ++t) {
      const double g = (t % 2 == 1 ? 1.0 : -1.0) * static_cast<double>(t);
      EXPECT_EQ(maximum.step(g, 0.0, t).update, latest.step(g, 0.0, t).update) << with;
    }
    EXPECT_NE(maximum.step(0.0, 0.0, 501).update, latest.step(0.0, 0.0, 501).update) << with;
  }
}

TEST(Limits, ThePublishedCorrectionsAreNotTheSame) {
  for (const auto& [a, b] : {std::pair{"adam", "adam@seed"}, std::pair{"adam", "adam@eps-hat(eps=1e-3)"},
                             std::pair{"sadam", "sadam@authors-code"}, std::pair{"adam@seed(eps=0.1)", "adam@inside-root(eps=0.1)"}}) {
    ScalarRule one(define(a)), other(define(b));
    EXPECT_NE(one.step(0.5, 0.0, 1).update, other.step(0.5, 0.0, 1).update) << a << " and " << b;
  }
}

}  // namespace
}  // namespace thalweg
