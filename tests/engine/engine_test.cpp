// The engine: the same bits whatever the instruction set, the threads and the tiles; outcomes, metrics and audits against plain loops.
#include "lib/engine/engine.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "lib/core/sum.hpp"
#include "tests/engine/mixed_run.hpp"

namespace thalweg {
namespace {

TEST(Engine, GivesTheSameBitsForEveryInstructionSet) {
  if (!supported(Isa::v2)) GTEST_SKIP() << "built for one instruction set";
  const std::uint64_t expected = mixed_digest({.isa = Isa::v2, .threads = 1});
  for (Isa isa : {Isa::v3, Isa::v4}) {
    if (!supported(isa)) continue;
    for (const MixedCase& mixed : mixed_cases()) {
      const Batch batch = mixed_batch(mixed, 37, 40);
      EXPECT_EQ(digest(cpu_engine({.isa = Isa::v2})->run(batch)), digest(cpu_engine({.isa = isa})->run(batch)))
          << mixed.problem << " " << mixed.noise << " " << mixed.method << " on " << to_string(isa);
    }
    EXPECT_EQ(mixed_digest({.isa = isa, .threads = 1}), expected);
  }
}

TEST(Engine, GivesTheSameBitsForEveryThreadCountAndTileSize) {
  const std::uint64_t expected = mixed_digest({.threads = 1});
  for (std::size_t threads : {2, 5}) EXPECT_EQ(mixed_digest({.threads = threads}), expected);
  for (std::size_t groups : {1, 2, 3, 100}) EXPECT_EQ(mixed_digest({.threads = 2}, groups), expected);
}

TEST(Engine, AReplicaInABatchIsTheReplicaAlone) {
  for (const MixedCase& mixed : mixed_cases()) {
    const Batch batch = mixed_batch(mixed, 11, 30);
    const Trajectories all = cpu_engine()->run(batch);
    Batch alone = batch;
    alone.replicas = 1;
    alone.first_replica = 6;
    const Trajectories one = cpu_engine()->run(alone);
    for (std::size_t k = 0; k < metric_count; ++k)
      for (std::size_t row = 0; row < one.steps.size() && !one.series[k].empty(); ++row) {
        const double a = all.at(static_cast<Metric>(k), row, 6), b = one.at(static_cast<Metric>(k), row, 0);
        EXPECT_TRUE(a == b || (a != a && b != b)) << mixed.problem << " " << metric_names[k];
      }
  }
}

// One trajectory by the definitions, in plain scalar code.
TEST(Engine, RecordsWhatTheDefinitionsSay) {
  const Problem problem = make_problem("pl-sine", {{"dim", {3}}, {"start", {1.5}}});
  const Definition definition = define("adam@seed(beta1=0.5, beta2=0.9, eps=0.1)");
  const std::uint64_t steps = 50;
  const double eta = 0.02, mu2 = 10.0, beta1 = 0.5, beta2 = 0.9, eps = 0.1;
  Batch batch;
  batch.objective = problem.objective;
  batch.rule = rule_instance(definition);
  batch.eta.assign(steps, eta);
  batch.start = problem.start;
  batch.record_steps = {10, steps};
  for (std::size_t k = 0; k < metric_count; ++k)
    if (static_cast<Metric>(k) != Metric::sampled_grad_sq) batch.metrics.insert(static_cast<Metric>(k));
  batch.weights.assign(steps, 1.0);
  batch.weights[0] = 5.0;
  const std::vector<double> centre{0.25, -0.5, 1.0};  // anywhere: what is recorded about it is a matter of arithmetic
  batch.minimiser = centre;
  batch.initial_rate = mu2;
  batch.look_ahead = 1.5;
  batch.f_level = 2.0;
  batch.grad_level = 1.0;
  const Trajectories out = cpu_engine()->run(batch);

  std::vector<double> x = problem.start.values(), mom(3, 0.0), v(3, 0.0), rate(3, mu2), g(3);
  double grad_sum = 0, weighted = 0, weights = 0, f_sum = 0, v1 = 0, v2 = 0, increase = 0, m_norm = 0, smallest = 1e300;
  double l1 = 0, norm = 0, slope = 0, spread = 0, regret = 0, h_path = 0, least = 1e300, f_passage = 0, grad_passage = 0;
  std::vector<double> before = x, older = x, weighed(3, 0.0), squares(3, 0.0);
  const auto distance_of = [](const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (std::size_t j = 0; j < 3; ++j) sum += (a[j] - b[j]) * (a[j] - b[j]);
    return std::sqrt(sum);
  };
  std::size_t row = 0;
  for (std::uint64_t t = 1; t <= steps; ++t) {
    problem.gradient(x, g);
    double square = 0;
    for (double gj : g) square += gj * gj;
    const double weight = batch.weights[t - 1], here = problem.value(x);
    norm += std::sqrt(square);
    least = std::min(least, here);
    if (f_passage == 0 && here <= 2.0) f_passage = static_cast<double>(t);
    if (grad_passage == 0 && square <= 1.0) grad_passage = static_cast<double>(t);
    for (std::size_t j = 0; j < 3; ++j) {
      l1 += std::fabs(g[j]);
      slope += weight * g[j];
      regret += g[j] * (x[j] - centre[j]);
      weighed[j] += weight * x[j];
      squares[j] += g[j] * g[j];
    }
    older = before;
    before = x;
    grad_sum += square;
    weighted += batch.weights[t - 1] * square;
    weights += batch.weights[t - 1];
    smallest = std::min(smallest, square);
    f_sum += problem.value(x);
    double h_sum = 0, m_l1 = 0, low = 1e300, high = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      mom[j] = beta1 * mom[j] + (1 - beta1) * g[j];
      v[j] = beta2 * v[j] + (1 - beta2) * g[j] * g[j];
      const double a = 1.0 / (std::sqrt(v[j]) + eps);
      v1 += std::fabs(rate[j] - a);
      v2 += (rate[j] - a) * (rate[j] - a);
      increase += std::max(0.0, 1.0 / a - 1.0 / rate[j]);
      rate[j] = a;
      m_norm += mom[j] * mom[j] * a;
      m_l1 += std::fabs(mom[j]);
      h_sum += 1.0 / a;
      low = std::min(low, a);
      high = std::max(high, a);
      x[j] -= eta * a * mom[j];
    }
    spread += weight * distance_of(x, centre) * distance_of(x, centre);
    h_path += h_sum / eta;
    if (t != 10 && t != steps) continue;
    problem.gradient(x, g);
    double last = 0, distance = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      last += g[j] * g[j];
      distance += (x[j] - centre[j]) * (x[j] - centre[j]);
    }
    const double count = static_cast<double>(t);
    std::vector<double> z(3), mean(3);
    double largest = 0, g_norms = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      z[j] = x[j] + 1.5 * (x[j] - before[j]);
      mean[j] = weighed[j] / weights;
      largest = std::max(largest, std::fabs(x[j]));
      g_norms += std::sqrt(squares[j]);
    }
    const auto passage = [&](double found, bool now) { return found > 0 ? found : now ? count + 1 : std::numeric_limits<double>::infinity(); };
    const std::pair<Metric, double> expected[] = {
        {Metric::mean_grad_l1, l1 / count}, {Metric::mean_grad_norm, norm / count}, {Metric::weighted_grad_sum, slope / weights},
        {Metric::min_f_gap, std::min(least, problem.value(x))}, {Metric::f_gap_average, problem.value(mean)}, {Metric::f_gap_z, problem.value(z)}, {Metric::x_inf, largest},
        {Metric::step_ratio, distance_of(x, centre) / distance_of(before, centre)}, {Metric::weighted_dist_sq, spread / weights},
        {Metric::period_two, distance_of(x, older) / distance_of(x, before)}, {Metric::regret, regret}, {Metric::mean_regret, regret / count}, {Metric::g_norms, g_norms},
        {Metric::h_over_eta, h_path},
        {Metric::f_gap, problem.value(x)}, {Metric::grad_sq, last}, {Metric::dist_sq, distance}, {Metric::mean_grad_sq, grad_sum / count},
        {Metric::min_grad_sq, std::min(smallest, last)}, {Metric::weighted_grad_sq, weighted / weights}, {Metric::mean_f_gap, f_sum / count},
        {Metric::rate_min, low}, {Metric::rate_max, high}, {Metric::v1, v1}, {Metric::v2, v2}, {Metric::h_sum, h_sum},
        {Metric::h_increase, increase}, {Metric::m_norm_sum, m_norm}, {Metric::m_l1, m_l1}};
    for (const auto& [metric, value] : expected) EXPECT_NEAR(out.at(metric, row, 0), value, 1e-11 * (1e-3 + std::fabs(value))) << to_string(metric) << " at " << t;
    EXPECT_EQ(out.at(Metric::f_passage, row, 0), passage(f_passage, problem.value(x) <= 2.0)) << t;
    EXPECT_EQ(out.at(Metric::grad_passage, row, 0), passage(grad_passage, last <= 1.0)) << t;
    ++row;
  }
}

TEST(Engine, TellsDivergenceAndNonFiniteApartAndNamesTheStep) {
  const Problem problem = make_problem("quadratic", {{"dim", {1}}, {"mu", {1.0}}, {"L", {1.0}}, {"start", {1.0}}});
  Batch batch;
  batch.objective = problem.objective;
  batch.rule = rule_instance(define("sgd"));
  batch.eta.assign(400, 11.0);  // x grows tenfold a step: |x| > 1e100 after step 101
  batch.start = {1.0};
  batch.record_steps = {1, 400};
  batch.metrics = MetricSet(Metric::f_gap);
  const Trajectories out = cpu_engine()->run(batch);
  EXPECT_EQ(out.outcomes[0].ending, Ending::diverged);
  EXPECT_NEAR(static_cast<double>(out.outcomes[0].step), 101.0, 1.0);
  EXPECT_FALSE(std::isnan(out.at(Metric::f_gap, 0, 0)));
  EXPECT_TRUE(std::isnan(out.at(Metric::f_gap, 1, 0)));
  batch.eta.assign(5, 1e308);
  batch.start = {1e10};
  batch.record_steps = {1};
  const Trajectories burst = cpu_engine()->run(batch);
  EXPECT_EQ(burst.outcomes[0].ending, Ending::non_finite);
  EXPECT_EQ(burst.outcomes[0].step, 1u);
}

TEST(Engine, AuditsNameTheFirstStepOutside) {
  const Problem problem = make_problem("quadratic", {{"dim", {1}}, {"mu", {1.0}}, {"L", {1.0}}, {"start", {1.0}}});
  Batch batch;
  batch.objective = problem.objective;
  batch.rule = rule_instance(define("sgd"));
  batch.eta.assign(10, 2.5);  // x_t = (-1.5)^(t-1)
  batch.start = {1.0};
  batch.record_steps = {10};
  batch.metrics = MetricSet(Metric::f_gap);
  batch.audit = Audit{cube(1, 3.0), {2.0}, 0.0};
  const AuditFailure audit = cpu_engine()->run(batch).audits[0];
  EXPECT_EQ(audit.region_x, 4u);      // x_4 = -3.375
  EXPECT_EQ(audit.sample_bound, 3u);  // g_3 = 2.25
  batch.audit->momentum = 1.0;        // z_2 = x_2 + (x_2 - x_1) = -1.5 - 2.5
  EXPECT_EQ(cpu_engine()->run(batch).audits[0].region_z, 2u);
}

// At the minimiser the exact gradient is 0, every sample 1 in size.
TEST(Engine, AuditsTheNoisyGradientAndRecordsTheExactOne) {
  const Problem problem = make_problem("quadratic", {{"dim", {1}}, {"mu", {1.0}}, {"L", {1.0}}, {"start", {0.0}}});
  for (Layout layout : {Layout::replicas, Layout::coordinates}) {
    Batch batch;
    batch.objective = problem.objective;
    const Noise noise = make_noise("two-point", 1, {{"a", {1.0}}, {"p", {0.5}}});
    batch.noise = noise.instance;
    batch.rule = rule_instance(define("sgd"));
    batch.eta.assign(3, 1e-6);
    batch.start = {0.0};
    batch.record_steps = {1};
    batch.metrics = MetricSet(Metric::grad_sq, Metric::mean_grad_sq);
    batch.layout = layout;
    batch.audit = Audit{cube(1, 3.0), {0.5}, 0.0};
    const Trajectories out = cpu_engine()->run(batch);
    EXPECT_EQ(out.audits[0].sample_bound, 1u);
    EXPECT_EQ(out.of(Metric::mean_grad_sq)[0], 0.0) << "of the exact gradient";
  }
}

TEST(Engine, SampledGradientNormIsAnUnbiasedEstimateOfTheMean) {
  const Problem problem = make_problem("cosine", {{"dim", {2}}, {"start", {2.0}}});
  Batch batch;
  batch.objective = problem.objective;
  batch.rule = rule_instance(define("sgd"));
  batch.eta.assign(64, 0.05);
  batch.start = problem.start;
  batch.replicas = 4096;
  batch.record_steps = {64};
  batch.metrics = MetricSet(Metric::mean_grad_sq, Metric::sampled_grad_sq);
  const Trajectories out = cpu_engine()->run(batch);
  double mean = 0, square = 0;
  for (std::size_t r = 0; r < 4096; ++r) {
    mean += out.at(Metric::sampled_grad_sq, 0, r) / 4096;
    square += std::pow(out.at(Metric::sampled_grad_sq, 0, r), 2) / 4096;
  }
  const double error = std::sqrt((square - mean * mean) / 4096);
  EXPECT_NEAR(mean, out.at(Metric::mean_grad_sq, 0, 0), 5.0 * error);  // false alarm below 1e-6
  EXPECT_GT(error, 0.0);
}

TEST(Engine, AbsentCudaAnswersWithASentenceAndRefusesToRun) {
  const Availability cuda = cuda_engine()->availability();
  if (cuda.available) GTEST_SKIP() << "a CUDA engine is built in and ready: " << cuda.reason;
  EXPECT_NE(cuda.reason.find("--engine cpu"), std::string::npos);
  EXPECT_THROW(cuda_engine()->run(Batch{}), std::runtime_error);
}

}  // namespace
}  // namespace thalweg
