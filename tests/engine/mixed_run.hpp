// The fixed mixed run whose digest is the behaviour signature of the engine: every rule, several objectives and noises, boxes, audits, path sums,
// percentiles, a diverging run, odd numbers of replicas, all precisions, both layouts.
#pragma once

#include <string>
#include <vector>

#include "lib/engine/engine.hpp"
#include "lib/optimizers/bounds.hpp"
#include "lib/optimizers/definition.hpp"
#include "problems/problem.hpp"

namespace thalweg {

struct MixedCase {
  std::string problem;
  Parameters parameters;
  std::string noise;
  std::string method;
  double eta;
  bool box;
};

inline std::vector<MixedCase> mixed_cases() {
  return {
      {"cosine", {{"dim", {5}}, {"start", {2.0}}}, "two-point", "sgd", 0.1, false},
      {"pl-sine", {{"dim", {7}}, {"start", {1.5}}}, "gaussian", "adam", 0.02, false},
      {"pl-sine", {{"dim", {3}}, {"start", {2.5}}}, "two-point", "amsgrad", 0.05, false},
      {"log-cosh", {{"dim", {4}}, {"start", {1.0}}}, "gaussian", "sadam", 0.05, true},
      {"huber", {{"dim", {2}}, {"start", {1.0}}}, "two-point", "samsgrad", 0.05, true},
      {"huber-chain", {{"dim", {6}}}, "gaussian", "padam", 0.01, true},
      {"log-one-plus-square", {{"dim", {9}}, {"start", {3.0}}}, "none", "pamsgrad", 0.05, false},
      {"quadratic", {{"dim", {5}}}, "gaussian", "momentum", 0.01, false},
      {"quadratic", {{"dim", {1}}, {"start", {1.0}}}, "two-point", "ema-momentum", 5.0, false},
      {"singular-least-squares", {}, "gaussian", "decorrelated-adam", 0.02, false},
      {"cosine", {{"dim", {1100}}, {"start", {0.7}}}, "gaussian", "adam@eps-hat", 0.01, false},
      {"quadratic", {{"dim", {2}}, {"start", {1.0}}}, "none", "sgd", 1e6, false},
  };
}

inline Batch mixed_batch(const MixedCase& mixed, std::size_t replicas, std::uint64_t steps) {
  const Problem problem = make_problem(mixed.problem, mixed.parameters);
  const Noise noise = make_noise(mixed.noise, problem.dim());
  const Definition definition = define(mixed.method);
  Batch batch;
  batch.objective = problem.objective;
  batch.noise = noise.instance;
  batch.rule = rule_instance(definition);
  batch.eta.assign(steps, mixed.eta);
  batch.start = problem.start;
  if (mixed.box) batch.box = problem.box;
  batch.seed = 7;
  batch.instance = problem.instance;
  batch.replicas = replicas;
  batch.record_steps = {1, 2, 5, steps / 2, steps};
  batch.percentile_steps = {5, steps};
  batch.weights.assign(steps, 1.0);
  for (std::uint64_t t = 0; t < steps; ++t) batch.weights[t] = 1.0 / static_cast<double>(t + 1);
  for (std::size_t k = 0; k < metric_count; ++k)
    if (!needs_minimiser(static_cast<Metric>(k)) || problem.facts.minimiser) batch.metrics.insert(static_cast<Metric>(k));
  if (problem.facts.minimiser) batch.minimiser = *problem.facts.minimiser;
  batch.look_ahead = 1.5;
  batch.f_level = batch.grad_level = 0.5;
  batch.initial_rate = rate_bounds(definition, Interval(10.0)).mu2.upper();
  Audit audit;
  audit.region = cube(problem.dim(), 2.0);
  audit.sample_bound = PerCoordinate<double>(problem.dim(), 3.0);
  const double beta1 = properties(definition).beta1;
  audit.momentum = beta1 / (1.0 - beta1);
  audit.smoothness = 1.0;  // too small for some
  audit.growth = Audit::Growth{0.3, 1e-3, 1e-3};
  audit.monotone_rate = true;
  batch.audit = audit;
  batch.keep_final = true;
  return batch;
}

// Every precision; the layouts take turns, so that each meets each precision, and few replicas where one case has been run with many.
inline std::uint64_t mixed_digest(const CpuOptions& options, std::size_t tile_groups = 0, std::size_t replicas = 37, std::uint64_t steps = 40) {
  const auto engine = cpu_engine(options);
  std::uint64_t digest_of_all = 0;
  std::size_t turn = 0;
  for (const MixedCase& mixed : mixed_cases()) {
    for (Precision precision : {Precision::f64, Precision::f32, Precision::mixed}) {
      Batch batch = mixed_batch(mixed, precision == Precision::f64 ? replicas : 3, steps);
      batch.precision = precision;
      batch.layout = turn++ % 2 == 0 ? Layout::replicas : Layout::coordinates;
      batch.tile_groups = tile_groups;
      digest_of_all = mix_bits(digest_of_all ^ digest(engine->run(batch)));
    }
  }
  return digest_of_all;
}

}  // namespace thalweg
