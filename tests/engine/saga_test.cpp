// Gradients kept of samples, and SAGA on them: against tables of whole gradients kept by hand, by enumeration of the samples, and the same bits everywhere.
#include <gtest/gtest.h>

#include <cmath>

#include "lib/core/check.hpp"
#include "lib/engine/array.hpp"
#include "problems/families/least_squares.hpp"
#include "problems/families/logistic_regression.hpp"
#include "problems/families/multinomial_regression.hpp"
#include "problems/families/ridge.hpp"
#include "problems/families/robust_regression.hpp"
#include "tests/engine/same_bits.hpp"

namespace thalweg {
namespace {

using Vector = std::vector<double>;

template <class F>
const F& functor(const Problem& problem) {
  return *static_cast<const F*>(problem.objective.functor.get());
}
template <class Loss>
const LinearModel<Loss>& model(const Problem& problem) {
  return functor<LinearModel<Loss>>(problem);
}

// loss_i'(a_i . x) a_i, in plain sums.
template <class Loss>
Vector gradient_of_sample(const LinearModel<Loss>& f, std::size_t i, const Vector& x) {
  double score = 0.0;
  for (std::size_t k = 0; k < x.size(); ++k) score += f.design.row(i)[k] * ((x[k] - f.centre[k]) - f.rest[k]);
  const double slope = f.loss.template slope<double>(i, score) + f.loss.at_centre(i);
  Vector g(x.size());
  for (std::size_t k = 0; k < x.size(); ++k) g[k] = f.design.row(i)[k] * slope;
  return g;
}

// (p_c - [y = c]) a_k at coordinate k C + c.
Vector gradient_of_sample(const ClassModel<LinearScores>& f, std::size_t i, const Vector& x) {
  Vector p(f.classes, 0.0), g(x.size());
  double total = 0.0;
  for (std::size_t j = 0; j < x.size(); ++j) p[j % f.classes] += f.design.row(i)[j / f.classes] * x[j];
  for (double& score : p) total += score = std::exp(score);
  for (std::size_t j = 0; j < x.size(); ++j) g[j] = f.design.row(i)[j / f.classes] * (p[j % f.classes] / total - (static_cast<double>(j % f.classes) == f.labels[i] ? 1.0 : 0.0));
  return g;
}

// Defazio, Bach & Lacoste-Julien 2014, section 2, steps 1 to 3, with a table of whole gradients whose mean is made anew at every step.
template <class F>
Vector by_hand(const Problem& problem, const Batch& batch, std::uint64_t replica) {
  const F& f = functor<F>(problem);
  Vector x = batch.start.values();
  std::vector<Vector> table;
  for (std::size_t i = 0; i < f.design.samples; ++i) table.push_back(gradient_of_sample(f, i, x));
  for (std::uint64_t t = 1; t <= batch.eta.size(); ++t) {
    Vector v(x.size());
    for (const Vector& kept : table)
      for (std::size_t k = 0; k < x.size(); ++k) v[k] += kept[k] / static_cast<double>(table.size());
    std::vector<std::pair<std::size_t, Vector>> taken;
    for (std::size_t b = 0; b < f.batches.size; ++b) {
      const std::size_t i = f.chosen(draw_key(batch.seed, batch.instance), replica, t, b);
      taken.emplace_back(i, gradient_of_sample(f, i, x));
      for (std::size_t k = 0; k < x.size(); ++k) v[k] += (taken.back().second[k] - table[i][k]) / static_cast<double>(f.batches.size);
    }
    for (const auto& [i, gradient] : taken) table[i] = gradient;
    for (std::size_t k = 0; k < x.size(); ++k) x[k] -= batch.eta[t - 1] * (v[k] + f.lambda * x[k]);
  }
  return x;
}

MixedCase sum_case(const std::string& problem, double batch, double order = 0.0) {
  return {problem, {{"samples", {6}}, {problem == "multinomial-regression" ? "features" : "dim", {3}}, {"batch", {batch}}, {"order", {order}}, {"start", {1.5}}}, "none", "saga", 0.05, false};
}

template <class F>
void expect_as_by_hand(const std::string& id) {
  for (const auto& [size, order] : {std::pair{1.0, 0.0}, {3.0, 0.0}, {20.0, 0.0}, {2.0, 1.0}})
    for (Layout layout : {Layout::replicas, Layout::coordinates}) {
      const MixedCase mixed = sum_case(id, size, order);
      const Batch batch = full_batch(mixed, 5, 120, Precision::f64, layout);
      const Vector found = cpu_engine()->run(batch).final_x;
      const Problem problem = make_problem(id, mixed.parameters);
      for (std::size_t r = 0; r < 5; ++r) {
        const Vector expected = by_hand<F>(problem, batch, batch.first_replica + r);
        for (std::size_t k = 0; k < problem.dim(); ++k) EXPECT_NEAR(found[r * problem.dim() + k], expected[k], 1e-13 * (1.0 + std::fabs(expected[k]))) << problem.text << ", replica " << r;
      }
    }
}

TEST(Saga, IsTheMethodWithATableOfWholeGradients) {
  expect_as_by_hand<LinearModel<LeastSquaresLoss>>("least-squares");
  expect_as_by_hand<LinearModel<RidgeLoss>>("ridge");
  expect_as_by_hand<LinearModel<LogisticLoss>>("logistic-regression");
  expect_as_by_hand<LinearModel<RobustLoss>>("robust-regression");
  expect_as_by_hand<ClassModel<LinearScores>>("multinomial-regression");
}

// A replica that draws this sample first.
template <class Loss>
std::uint64_t replica_that_draws(const LinearModel<Loss>& f, const DrawKey& key, std::size_t sample) {
  for (std::uint64_t r = 0; r < 10000; ++r)
    if (f.chosen(key, r, 1, 0) == sample) return r;
  ADD_FAILURE() << "no replica draws sample " << sample;
  return 0;
}

// One sample a batch: over all of them the mean of the estimate is the gradient, and its variance is that of gradient differences between x and where the kept ones
// were taken, of the size of the way squared.
TEST(Saga, TheEstimateHasTheGradientAsItsMeanOverAllSamplesAndLittleVariance) {
  const Problem problem = make_problem("logistic-regression", {{"samples", {40}}, {"dim", {4}}, {"batch", {1}}, {"lambda", {0.1}}});
  const LinearModel<LogisticLoss>& f = model<LogisticLoss>(problem);
  const ObjectiveKernel<double>& kernel = *problem.objective.kernel.of<double>(best_isa());
  const DrawKey key = draw_key(3, problem.instance);
  ASSERT_EQ(problem.objective.memory, 40U);
  for (const double way : {0.5, 1e-3}) {
    const Vector from{0.3, -0.2, 0.8, 0.1}, x{0.3 + way, -0.2 - way, 0.8, 0.1 + way};
    Vector memory(40), mean(4), exact(4), mean_of_estimates(4);
    std::uint64_t replica = 0;
    kernel.point_recall(&f, Asked::filled, {key, &replica, 1}, from.data(), memory.data(), mean.data());
    problem.gradient(x, exact);
    double variance = 0.0, variance_of_samples = 0.0;
    for (std::size_t i = 0; i < 40; ++i) {
      replica = replica_that_draws(f, key, i);
      Vector sample(4), kept(4);
      kernel.point_sample(&f, {key, &replica, 1}, x.data(), sample.data());
      kernel.point_recall(&f, Asked::recalled, {key, &replica, 1}, x.data(), memory.data(), kept.data());
      for (std::size_t k = 0; k < 4; ++k) {
        const double estimate = sample[k] - kept[k] + mean[k];
        mean_of_estimates[k] += estimate / 40.0;
        variance += (estimate - exact[k]) * (estimate - exact[k]) / 40.0;
        variance_of_samples += (sample[k] - exact[k]) * (sample[k] - exact[k]) / 40.0;
      }
    }
    for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(mean_of_estimates[k], exact[k], 1e-14) << way;
    double largest = 0.0;  // of |a_i|^4 / 16, the square of the Lipschitz constant of a sample's gradient
    for (std::size_t i = 0; i < 40; ++i) {
      double square = 0.0;
      for (std::size_t k = 0; k < 4; ++k) square += f.design.row(i)[k] * f.design.row(i)[k];
      largest = std::max(largest, square * square / 16.0);
    }
    EXPECT_LE(variance, largest * 3.0 * way * way);
    EXPECT_GT(variance, 0.0);
    if (way < 0.1) {
      EXPECT_LT(variance, 1e-4 * variance_of_samples);
    }
  }
}

// What a step adds to the mean keeps it the mean of what is kept, also where a batch has samples twice.
TEST(Saga, TheMeanOfWhatIsKeptStaysTheirMean) {
  const Problem problem = make_problem("robust-regression", {{"samples", {4}}, {"dim", {2}}, {"batch", {5}}});
  const void* f = problem.objective.functor.get();
  const ObjectiveKernel<double>& kernel = *problem.objective.kernel.of<double>(best_isa());
  Vector memory(4), mean(2), change(2), all(2);
  const std::uint64_t replica = 4;
  const DrawKey key = draw_key(9, problem.instance);
  Vector x{0.5, -1.0};
  kernel.point_recall(f, Asked::filled, {key, &replica, 1}, x.data(), memory.data(), mean.data());
  for (std::uint64_t t = 1; t <= 50; ++t) {
    x[0] += 0.1 * std::sin(static_cast<double>(t));
    x[1] -= 0.07 * std::cos(static_cast<double>(t));
    kernel.point_recall(f, Asked::renewed, {key, &replica, t}, x.data(), memory.data(), change.data());
    for (std::size_t k = 0; k < 2; ++k) mean[k] += change[k];
    Vector copy = memory, fresh(4);
    kernel.point_recall(f, Asked::filled, {key, &replica, t}, x.data(), fresh.data(), all.data());
    kernel.point_recall(f, Asked::filled, {key, &replica, t}, x.data(), copy.data(), change.data());  // the mean at x less that of what was kept
    for (std::size_t k = 0; k < 2; ++k) EXPECT_NEAR(all[k] - change[k], mean[k], 1e-14) << "t = " << t;
  }
}

// With 1 / (3 L), L the largest smoothness of a sample; the same step size leaves SGD where its noise holds it.
TEST(Saga, ConvergesLinearlyWhereSgdStalls) {
  const Problem problem = make_problem("least-squares", {{"samples", {30}}, {"dim", {5}}, {"condition", {2}}, {"batch", {1}}});
  const LinearModel<LeastSquaresLoss>& f = model<LeastSquaresLoss>(problem);
  double L = 0.0;
  for (std::size_t i = 0; i < 30; ++i) {
    double square = 0.0;
    for (std::size_t k = 0; k < 5; ++k) square += f.design.row(i)[k] * f.design.row(i)[k];
    L = std::max(L, square);
  }
  const auto gaps = [&](const char* method) {
    Batch batch;
    batch.objective = problem.objective;
    batch.rule = rule_instance(define(method));
    batch.eta.assign(8000, 1.0 / (3.0 * L));
    batch.start = problem.start;
    batch.instance = problem.instance;
    batch.replicas = 8;
    batch.record_steps = {1000, 2000, 3000, 8000};
    batch.metrics = MetricSet(Metric::f_gap);
    return cpu_engine()->run(batch);
  };
  const Trajectories saga = gaps("saga"), sgd = gaps("sgd");
  for (std::size_t r = 0; r < 8; ++r) {
    for (std::size_t k = 0; k < 2; ++k) EXPECT_LT(saga.at(Metric::f_gap, k + 1, r), 1e-3 * saga.at(Metric::f_gap, k, r)) << "a thousand steps after record " << k;
    EXPECT_LT(saga.at(Metric::f_gap, 3, r), 1e-20);
    EXPECT_GT(sgd.at(Metric::f_gap, 3, r), 1e-6);
  }
}

// A regulariser and weight decay are the same thing, and neither is part of what is kept.
TEST(Saga, WeightDecayIsTheRegulariser) {
  for (double size : {1.0, 3.0}) {
    Batch decayed = full_batch(sum_case("least-squares", size), 3, 60, Precision::f64, Layout::replicas), ridge = full_batch(sum_case("ridge", size), 3, 60, Precision::f64, Layout::replicas);
    decayed.rule = rule_instance(define("saga(weight_decay=0.1)"));
    decayed.instance = ridge.instance;
    const Vector found = cpu_engine()->run(decayed).final_x, expected = cpu_engine()->run(ridge).final_x;
    for (std::size_t j = 0; j < found.size(); ++j) EXPECT_NEAR(found[j], expected[j], 1e-13) << "batch " << size;
  }
}

TEST(Saga, GivesTheSameBitsInBothLayoutsOnAnyNumberOfThreadsAndAlone) {
  for (const char* problem : {"least-squares", "ridge", "logistic-regression", "robust-regression", "multinomial-regression"})
    for (double size : {1.0, 4.0})
      for (Precision precision : {Precision::f64, Precision::f32, Precision::mixed}) {
        const MixedCase mixed = sum_case(problem, size);
        const auto run = [&](Layout layout, std::size_t threads) { return cpu_engine({.isa = {}, .threads = threads})->run(full_batch(mixed, 19, 30, precision, layout)); };
        const Trajectories expected = run(Layout::replicas, 1);
        for (const auto& [layout, threads] : {std::pair{Layout::coordinates, 1U}, {Layout::replicas, 3U}, {Layout::coordinates, 3U}})
          EXPECT_TRUE(same_bits(expected, run(layout, threads))) << problem << ", batch " << size << ", " << to_string(precision) << ", " << threads << " threads";
        Batch alone = full_batch(mixed, 1, 30, precision, Layout::automatic);
        alone.first_replica += 11;
        const Vector last = cpu_engine()->run(alone).final_x;
        for (std::size_t k = 0; k < last.size(); ++k) EXPECT_EQ(last[k], expected.final_x[11 * last.size() + k]) << problem << ", " << to_string(precision);
      }
}

TEST(Saga, WhatIsKeptIsInTheMemoryThatIsPromised) {
  MixedCase few = sum_case("least-squares", 1.0), many = few;
  many.parameters["samples"] = {70006};
  for (Layout layout : {Layout::replicas, Layout::coordinates}) {
    const auto promised = [&](const MixedCase& mixed, const char* method) {
      MixedCase with = mixed;
      with.method = method;
      return cpu_engine({.isa = {}, .threads = 1})->memory(full_batch(with, 1, 3, Precision::f64, layout)).host;
    };
    const std::size_t lanes = layout == Layout::replicas ? lanes_of<double>(best_isa()) : 1;
    EXPECT_EQ(promised(many, "saga") - promised(few, "saga"), Array<double>::bytes(70006 * lanes) - Array<double>::bytes(6 * lanes));
    EXPECT_EQ(promised(many, "svrg"), promised(few, "svrg"));
  }
}

TEST(Saga, DevicesRefuseItWithASentence) {
  try {
    emulated_cuda_engine()->run(full_batch(sum_case("least-squares", 1.0), 1, 3, Precision::f64, Layout::automatic));
    ADD_FAILURE() << "it ran";
  } catch (const EnvironmentError& error) {
    EXPECT_NE(std::string(error.what()).find("--engine cpu"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace thalweg
