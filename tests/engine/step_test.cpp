// One step on arrays of the caller's own: the bits of the engine, for every method, type, instruction set and number of threads.
#include "lib/engine/step.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "lib/optimizers/definition.hpp"
#include "problems/problem.hpp"

namespace {

using namespace thalweg;

constexpr Isa all_isas[] = {Isa::v2, Isa::v3, Isa::v4};

// x_{T+1} of a deterministic run by the engine.
std::vector<double> engine_end(const Problem& problem, const Definition& definition, std::size_t steps, Precision precision) {
  Batch batch;
  batch.objective = problem.objective;
  batch.rule = rule_instance(definition);
  batch.eta.assign(steps, 1e-2);
  batch.start = problem.start;
  batch.precision = precision;
  batch.keep_final = true;
  return cpu_engine()->run(batch).final_x;
}

template <class T>
void expect_the_engines_bits(Precision precision) {
  constexpr std::size_t dim = 37, steps = 25;
  const Problem problem = make_problem("pl-sine", {{"dim", {dim}}});
  for (const char* method : {"sgd", "momentum", "adam", "amsgrad", "sadam", "padam", "decorrelated-adam"}) {
    const Definition definition = define(method);
    const std::vector<double> expected = engine_end(problem, definition, steps, precision);
    for (const Isa isa : all_isas) {
      if (!supported(isa)) continue;
      Stepper<T> stepper(rule_instance(definition), dim, {isa, 1});
      std::vector<T> x(problem.start.begin(), problem.start.end()), g(dim + 1);
      T* unaligned = g.data() + 1;
      for (std::size_t t = 0; t < steps; ++t) {
        problem.objective.kernel.of<T>(isa)->point_gradient(problem.objective.functor.get(), x.data(), unaligned);
        EXPECT_TRUE(stepper.step(1e-2, unaligned, x.data()));
      }
      EXPECT_EQ(stepper.steps(), steps);
      for (std::size_t j = 0; j < dim; ++j)
        ASSERT_EQ(static_cast<double>(x[j]), expected[j]) << method << ", coordinate " << j << ", x86-64-" << to_string(isa);
    }
  }
}

TEST(Stepper, MakesTheStepsOfTheEngineInDouble) { expect_the_engines_bits<double>(Precision::f64); }
TEST(Stepper, MakesTheStepsOfTheEngineInFloat) { expect_the_engines_bits<float>(Precision::f32); }

// More than one pack, the last one incomplete.
TEST(Stepper, GivesTheRatesOfTheEngine) {
  constexpr std::size_t dim = 37, steps = 6;
  Problem uneven = make_problem("pl-sine", {{"dim", {dim}}});
  for (std::size_t j = 0; j < dim; ++j) uneven.start.set(j, 0.1 * static_cast<double>(j + 1));
  for (const char* method : {"sgd", "ema-momentum", "adam", "samsgrad", "adamax"}) {
    Batch batch;
    batch.objective = uneven.objective;
    batch.rule = rule_instance(define(method));
    batch.eta.assign(steps, 1e-2);
    batch.start = uneven.start;
    batch.keep_final = true;
    const Trajectories expected = cpu_engine()->run(batch);
    for (const Isa isa : all_isas) {
      if (!supported(isa)) continue;
      Stepper<double> stepper(batch.rule, dim, {isa, 1});
      ASSERT_TRUE(stepper.rated()) << method;
      std::vector<double> x(uneven.start.begin(), uneven.start.end()), g(dim), rate(dim);
      for (std::size_t t = 0; t < steps; ++t) {
        uneven.gradient(x, g);
        stepper.step(1e-2, g.data(), x.data());
      }
      stepper.rates(g.data(), rate.data());
      EXPECT_EQ(rate, expected.final_rate) << method << " x86-64-" << to_string(isa);
    }
  }
  EXPECT_FALSE(Stepper<double>(rule_instance(define("sam")), dim).rated());
}

TEST(Stepper, GivesTheSameBitsForAnyNumberOfThreads) {
  constexpr std::size_t dim = (std::size_t{1} << 18) + 5;
  const auto end = [&](const char* method, std::size_t threads) {
    Stepper<float> stepper(rule_instance(define(method)), dim, {std::nullopt, threads});
    std::vector<float> x(dim, 1.0F), g(dim);
    for (int t = 0; t < 3; ++t) {
      for (std::size_t j = 0; j < dim; ++j) g[j] = x[j] * static_cast<float>(j % 11) - 0.5F;
      stepper.step(0.1, g.data(), x.data());
    }
    return x;
  };
  for (const char* method : {"samsgrad", "lamb", "clipped-sgd"}) {
    EXPECT_EQ(end(method, 1), end(method, 2)) << method;
    EXPECT_EQ(end(method, 1), end(method, 5)) << method;
  }
}

TEST(Stepper, SaysWhenACoordinateLeavesTheNumbers) {
  for (const std::size_t bad : {std::size_t{0}, std::size_t{18}}) {  // in a whole pack, and in the incomplete one
    Stepper<double> stepper(rule_instance(define("sgd")), 19, {std::nullopt, 1});
    std::vector<double> x(19, 1.0), g(19, 1.0);
    EXPECT_TRUE(stepper.step(0.1, g.data(), x.data()));
    g[bad] = std::numeric_limits<double>::infinity();
    EXPECT_FALSE(stepper.step(0.1, g.data(), x.data()));
    EXPECT_EQ(x[1 + bad % 2], 1.0 - 0.1 - 0.1);
  }
}

TEST(Stepper, StartsAnewAfterRestart) {
  Stepper<double> stepper(rule_instance(define("adam")), 3, {std::nullopt, 1});
  std::vector<double> g = {1.0, -2.0, 3.0}, first(3, 0.0), again(3, 0.0);
  stepper.step(0.1, g.data(), first.data());
  stepper.step(0.1, g.data(), again.data());
  stepper.restart();
  std::vector<double> fresh(3, 0.0);
  stepper.step(0.1, g.data(), fresh.data());
  EXPECT_EQ(fresh, first);
  EXPECT_EQ(stepper.steps(), 1U);
}

}  // namespace
