// A batch: R replicas of one method on one objective with one noise, and what to record. Running the same batch gives the same bits.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/core/facts.hpp"
#include "lib/core/outcome.hpp"
#include "lib/core/precision.hpp"
#include "lib/engine/launch.hpp"
#include "lib/engine/metric.hpp"

namespace thalweg {

// Assumptions watched along the run. At every step: |g_j| <= sample_bound_j, and x_t and z_t = x_t + c (x_t - x_{t-1}) inside the region, c = beta1 / (1 - beta1).
// At the recorded steps, or at every one:
//   smoothness  |grad f(x_{t+1}) - grad f(x_t)| <= L |x_{t+1} - x_t|
//   growth      |grad f(x_t)|^2 / 2 >= mu_pl (f(x_t) - f*)
//   rate        A_{t,j} <= A_{s,j}, s the step that was watched before
// Each leaves room for rounding: what fails, fails by more.
struct Audit {
  Box region;                          // everything: not watched
  PerCoordinate<double> sample_bound;  // empty: not watched
  double momentum = 0.0;               // c; 0: z_t = x_t
  std::optional<double> smoothness;    // L
  struct Growth {
    double mu_pl, value_error, slope_error;  // f - f* and |grad f| are known up to these
    friend bool operator==(const Growth&, const Growth&) = default;
  };
  std::optional<Growth> growth;
  bool monotone_rate = false;
  bool every_step = false;
};

// Which values a pack holds (lib/engine/launch.hpp). Results are the same; automatic takes what is faster.
enum class Layout : std::uint8_t { automatic, replicas, coordinates };
constexpr std::array<std::string_view, 3> layout_names = {"automatic", "replicas", "coordinates"};

// Every step has a step size of its own in memory.
constexpr std::uint64_t most_steps = std::uint64_t{1} << 30;

struct Batch {
  ObjectiveInstance objective;
  NoiseInstance noise;
  RuleInstance rule;
  std::vector<double> eta;        // eta_1 ... eta_T: its length is the horizon
  PerCoordinate<double> start;    // x_1, dim values
  Box box;                        // after each update x is clipped to it
  std::uint64_t seed = 1;
  std::uint64_t instance = 0;     // problem instance: enters the draws, so that two problems see different noise
  std::uint64_t first_replica = 0;
  std::size_t replicas = 1;

  std::vector<std::uint64_t> record_steps;  // increasing, each in 1..T
  MetricSet metrics;
  std::vector<double> weights;    // w_1 ... w_T of the weighted metrics, not negative
  double initial_rate = 0.0;      // A_0 in v1, v2, h_increase: mu_2 of the definition
  std::size_t sampled_steps = 2;  // steps drawn per replica for sampled_grad_sq
  std::vector<std::uint64_t> percentile_steps;  // record steps at which the 15 percentiles of the A-LR are kept; a subset of record_steps
  PerCoordinate<double> minimiser;  // x* of distances and regret
  double look_ahead = 0.0;        // c of f_gap_z
  double f_level = 0.0, grad_level = 0.0;  // of f_passage and grad_passage
  double f_offset = 0.0;          // subtracted from the objective's value in the f metrics
  std::optional<Audit> audit;
  double divergence_limit = 1e100;
  bool keep_final = false;        // keep x_{T+1} and, where the rule states an A-LR, A_T of every replica
  Precision precision = Precision::f64;
  Layout layout = Layout::automatic;
  std::size_t tile_groups = 0;    // groups a tile; 0: chosen so that a tile fits the first-level cache. Lanes are coordinates: blocks of 1024 a piece
  bool profile = false;           // measure where the time goes; costs a few per cent of it
};

// Whether the oracle's answer about x_t starts as the exact gradient at x_t, to which noise is added.
inline bool gives_exact(const Batch& batch) { return !batch.objective.sampled && batch.noise.delay == 0; }

// Contracts that every engine relies on.
void check(const Batch& batch);

// Percentiles of the A-LR over coordinates that are recorded, in per cent (0 and 100 are rate_min and rate_max).
constexpr std::array<double, 15> rate_percentiles = {1, 5, 10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 95, 99};

// First step at which an assumption failed for a replica; 0: never.
struct AuditFailure {
  std::uint64_t sample_bound = 0;  // |g_{t,j}| > G_j
  std::uint64_t region_x = 0;      // x_t left the region
  std::uint64_t region_z = 0;      // z_t left the region
  std::uint64_t smoothness = 0;    // the gradient changed by more than L |x_{t+1} - x_t|
  std::uint64_t growth = 0;        // |grad f(x_t)|^2 / 2 < mu_pl (f(x_t) - f*)
  std::uint64_t rate = 0;          // some A_{t,j} rose

  friend bool operator==(const AuditFailure&, const AuditFailure&) = default;
};
// The same by name, in the order in which they are stored.
struct AuditEntry {
  std::string_view name;
  std::uint64_t AuditFailure::*step;
};
constexpr std::array<AuditEntry, 6> audit_entries = {{{"sample_bound", &AuditFailure::sample_bound}, {"region_x", &AuditFailure::region_x}, {"region_z", &AuditFailure::region_z},
                                                      {"smoothness", &AuditFailure::smoothness}, {"growth", &AuditFailure::growth}, {"rate", &AuditFailure::rate}}};

// Seconds of processor time, all threads together, in the parts of a run.
struct Profile {
  double draws = 0.0, gradient = 0.0, update = 0.0, record = 0.0;
};

struct Trajectories {
  std::size_t replicas = 0;
  std::vector<std::uint64_t> steps;                            // the record steps
  std::array<std::vector<double>, metric_count> series;        // [step][replica], empty when not asked for
  std::vector<double> percentiles;                             // [percentile step][15][replica]
  std::vector<Outcome> outcomes;                               // [replica]
  std::vector<AuditFailure> audits;                            // [replica], empty without an audit
  std::vector<double> final_x;                                 // [replica][dim] when kept
  std::vector<double> final_rate;                              // [replica][dim] when kept
  Profile profile;                                             // zeros unless asked for; no part of the results

  const std::vector<double>& of(Metric metric) const { return series[static_cast<std::size_t>(metric)]; }
  double at(Metric metric, std::size_t step_index, std::size_t replica) const { return of(metric)[step_index * replicas + replica]; }
};

// A stable 64-bit digest of everything recorded, NaNs canonical: the behaviour signature.
std::uint64_t digest(const Trajectories& trajectories);

}  // namespace thalweg
