// Phased rules in the engine: draws of the calls, sums over the vector in both layouts, what is watched, who refuses them.
#include <gtest/gtest.h>

#include "lib/core/check.hpp"
#include "tests/engine/same_bits.hpp"

namespace thalweg {
namespace {

MixedCase sine(double dim, const char* noise, const char* method, bool box = false) {
  return {"pl-sine", {{"dim", {dim}}, {"start", {1.5}}}, noise, method, 0.02, box};
}
Trajectories run(const Batch& batch) { return cpu_engine({.isa = {}, .threads = 1})->run(batch); }
Trajectories run(const MixedCase& mixed, Layout layout) { return run(full_batch(mixed, 3, 20, Precision::f64, layout)); }

// About the sizes of packs, slots and blocks of sums.
TEST(Phased, GiveTheSameBitsInBothLayoutsInEveryDimension) {
  for (const char* method : {"sam", "asam", "lamb", "normalised-sgd"})
    for (double dim : {1.0, 7.0, 17.0, 1023.0, 1024.0, 1025.0, 3000.0})
      for (Precision precision : {Precision::f64, Precision::f32, Precision::mixed}) {
        const MixedCase mixed = sine(dim, "gaussian", method, true);
        EXPECT_TRUE(same_bits(run(full_batch(mixed, 2, 7, precision, Layout::replicas)), run(full_batch(mixed, 2, 7, precision, Layout::coordinates))))
            << method << " in " << dim << " coordinates, " << to_string(precision);
      }
}

// Sums over all coordinates and f itself: pieces are made one call after another, and several threads share one replica.
TEST(Phased, GiveTheSameBitsForEveryThreadCountAndPiece) {
  constexpr double large = 3 * 32768 + 1029;
  for (const char* method : {"sam", "lamb", "lars", "normalised-sgd", "adagrad-norm", "clipped-sgd", "polyak-step"})
    for (const auto& [dim, blocks, steps] : {std::tuple{5000.0, 1U, 66U}, {5000.0, 2U, 7U}, {large, 0U, 3U}}) {
      Batch batch = full_batch(sine(dim, "gaussian", method, true), 1, steps, Precision::mixed, Layout::replicas);
      if (dim == large) batch.percentile_steps.clear();
      const Trajectories expected = run(batch);
      batch.layout = Layout::coordinates;
      batch.tile_groups = blocks;
      for (std::size_t threads : {1, 2, 3})
        EXPECT_TRUE(same_bits(expected, cpu_engine({.isa = {}, .threads = threads})->run(batch))) << method << " in " << dim << " coordinates, " << threads << " threads";
    }
}

// What a worker needs for itself is taken once for each.
TEST(Phased, ThreadsShareAReplicaWhereItIsLarge) {
  const auto memory = [](double dim, std::size_t threads) {
    return cpu_engine({.isa = {}, .threads = threads})->memory(full_batch(sine(dim, "none", "lamb"), 1, 3, Precision::f64, Layout::coordinates)).host;
  };
  EXPECT_GT(memory(1e5, 2), memory(1e5, 1));
  EXPECT_GT(memory(1e5, 3), memory(1e5, 2));
  EXPECT_EQ(memory(1e4, 2), memory(1e4, 1));
}

// A coordinate that leaves at a call is a departure where it is still outside after the last.
TEST(Phased, DeparturesAreFoundInEveryPiece) {
  for (const char* method : {"sam", "lamb", "normalised-sgd"})
    for (std::size_t leaving : {std::size_t{0}, std::size_t{1500}, std::size_t{4999}}) {
      Batch batch = full_batch(sine(5000, "none", method), 1, 70, Precision::f64, Layout::replicas);
      batch.eta.assign(70, 1e-6);
      batch.start = [&] {
        std::vector<double> start(5000, 0.5);
        start[leaving] = 9.0;
        return PerCoordinate<double>(start);
      }();
      batch.divergence_limit = 8.0;
      const Trajectories expected = run(batch);
      EXPECT_EQ(expected.outcomes[0].step, 1u);
      batch.layout = Layout::coordinates;
      batch.tile_groups = 1;
      for (std::size_t threads : {1, 2}) EXPECT_TRUE(same_bits(expected, cpu_engine({.isa = {}, .threads = threads})->run(batch))) << method << ", coordinate " << leaving;
    }
}

// A matrix of every orientation, and of more than a block; the small ones in more replicas than a pack has lanes.
TEST(Phased, MapsOfTheWholeVectorGiveTheSameBitsInBothLayoutsOnAnyNumberOfThreads) {
  for (const auto& [dim, columns] : {std::pair{1, 1}, {12, 4}, {12, 3}, {12, 12}, {12, 1}, {35, 5}, {35, 7}, {1100, 11}, {1200, 40}})
    for (const char* preset : {"paper", "polar"})
      for (Precision precision : {Precision::f64, Precision::f32, Precision::mixed}) {
        const std::string method = std::string("muon@") + preset + "(weight_decay=0.1, columns=" + std::to_string(columns) + ")";
        const std::size_t replicas = dim <= 12 ? 37 : 5;
        const MixedCase mixed = sine(dim, "gaussian", method.c_str(), true);
        const Trajectories one = run(full_batch(mixed, replicas, 7, precision, Layout::replicas));
        EXPECT_TRUE(same_bits(one, run(full_batch(mixed, replicas, 7, precision, Layout::coordinates)))) << method << " in " << dim << " coordinates, " << to_string(precision);
        for (Layout layout : {Layout::replicas, Layout::coordinates})
          EXPECT_TRUE(same_bits(one, cpu_engine({.isa = {}, .threads = 3})->run(full_batch(mixed, replicas, 7, precision, layout)))) << method << ", three threads";
      }
}

// At the anchor the two samples cancel: what is left is the gradient of f.
TEST(Phased, SvrgOfPeriodOneIsGradientDescentOnMiniBatches) {
  for (Layout layout : {Layout::replicas, Layout::coordinates}) {
    const Trajectories svrg = run(sine(19, "gaussian", "svrg(period=1)"), layout), exact = run(sine(19, "none", "sgd"), layout);
    EXPECT_TRUE(same_values("final x", svrg.final_x, exact.final_x, 19));
    // With additive noise the samples differ by their gradients alone: on a quadratic by what the full gradient lacks.
    const auto quadratic = [&](const char* noise, const char* method) { return run(MixedCase{"quadratic", {{"dim", {4}}, {"start", {1.0}}}, noise, method, 0.02, false}, layout).final_x; };
    const std::vector<double> far = quadratic("gaussian", "svrg(period=7)"), straight = quadratic("none", "sgd");
    for (std::size_t i = 0; i < far.size(); ++i) EXPECT_NEAR(far[i], straight[i], 1e-13);
    EXPECT_NE(straight, quadratic("gaussian", "sgd"));
  }
}

// The same bits in both layouts, where the exact gradient is another kernel than the sample.
TEST(Phased, SvrgGivesTheSameBitsInBothLayouts) {
  for (const char* problem : {"pl-sine", "huber-chain"})
    for (Precision precision : {Precision::f64, Precision::f32, Precision::mixed}) {
      const MixedCase mixed{problem, {{"dim", {1100}}}, "gaussian", "svrg(period=3)", 0.02, false};
      EXPECT_TRUE(same_bits(run(full_batch(mixed, 2, 8, precision, Layout::replicas)), run(full_batch(mixed, 2, 8, precision, Layout::coordinates)))) << problem;
    }
}

// Without a radius the second gradient is the first: the same point, the same sample.
TEST(Phased, SamWithoutRadiusIsSgdBitForBit) {
  for (Layout layout : {Layout::replicas, Layout::coordinates}) {
    const Trajectories sam = run(sine(19, "gaussian", "sam(rho=0)"), layout), sgd = run(sine(19, "gaussian", "sgd"), layout);
    EXPECT_TRUE(same_values("final x", sam.final_x, sgd.final_x, 19));
    EXPECT_TRUE(same_values("gradient before", sam.of(Metric::mean_grad_sq), sgd.of(Metric::mean_grad_sq), 3));
  }
}

TEST(Phased, CallsWithSamplesOfTheirOwnSeeOtherNoise) {
  for (Layout layout : {Layout::replicas, Layout::coordinates}) {
    const auto final_x = [&](const char* noise, const char* method) { return run(sine(5, noise, method), layout).final_x; };
    EXPECT_NE(final_x("gaussian", "extragradient"), final_x("gaussian", "extragradient(samples=same)"));
    EXPECT_EQ(final_x("none", "extragradient"), final_x("none", "extragradient(samples=same)"));
  }
}

// f = x^2 / 2 at x = 1: the first gradient is 1, the second, at 1 + 5, is 6.
TEST(Phased, SamplesOfEveryCallAreWatched) {
  for (const auto& [rho, bound, step] : {std::tuple{5.0, 2.0, 1U}, {5.0, 7.0, 0U}, {0.0, 0.5, 1U}})
    for (Layout layout : {Layout::replicas, Layout::coordinates}) {
      const std::string method = "sam(rho=" + std::to_string(rho) + ")";
      Batch batch = full_batch({"quadratic", {{"dim", {1}}, {"mu", {1}}, {"L", {1}}, {"start", {1.0}}}, "none", method, 0.01, false}, 1, 3, Precision::f64, layout);
      batch.audit = Audit{cube(1, 100.0), {bound}, 0.0};
      EXPECT_EQ(run(batch).audits[0].sample_bound, step) << method << ", bound " << bound;
    }
}

// f = x^2 / 2 at x = 1, where |grad f|^2 = 1; the second gradient is taken at 1 + 5.
TEST(Phased, RecordsTheGradientOfTheFirstCall) {
  for (Layout layout : {Layout::replicas, Layout::coordinates}) {
    const MixedCase mixed{"quadratic", {{"dim", {1}}, {"mu", {1}}, {"L", {1}}, {"start", {1.0}}}, "none", "sam(rho=5)", 0.01, false};
    EXPECT_EQ(run(full_batch(mixed, 1, 3, Precision::f64, layout)).of(Metric::mean_grad_sq)[0], 1.0);
  }
}

// What is asked of an A-LR that the rule does not state is no number.
TEST(Phased, MetricsOfTheRateAreNaN) {
  const Trajectories out = run(sine(5, "gaussian", "sam"), Layout::replicas);
  for (double value : out.of(Metric::rate_max)) EXPECT_TRUE(value != value);
  EXPECT_TRUE(out.final_rate.empty());
}

TEST(Phased, DevicesRefuseThemWithASentence) {
  for (const char* method : {"sam", "lamb", "polyak-step", "muon"}) {
    const Batch batch = full_batch(sine(5, "none", method), 1, 3, Precision::f64, Layout::automatic);
    try {
      emulated_cuda_engine()->run(batch);
      ADD_FAILURE() << method << " ran";
    } catch (const EnvironmentError& error) {
      EXPECT_NE(std::string(error.what()).find("--engine cpu"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace thalweg
