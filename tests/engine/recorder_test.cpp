// The recorder against plain transcriptions of what it records.
#include "lib/engine/recorder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "lib/core/draw.hpp"

namespace thalweg {
namespace {

constexpr std::size_t lanes = 3;
constexpr std::uint64_t horizon = 20;

Batch batch_of(MetricSet metrics, std::vector<std::uint64_t> steps) {
  Batch batch;
  batch.objective.dim = 1;
  batch.start = PerCoordinate<double>(1, 2.0);
  batch.minimiser = PerCoordinate<double>(1, 0.5);
  batch.eta.assign(horizon, 0.1);
  batch.replicas = lanes;
  batch.record_steps = std::move(steps);
  batch.metrics = metrics;
  return batch;
}

MetricSet every_metric() {
  MetricSet all;
  for (std::size_t k = 0; k < metric_count; ++k) all.insert(static_cast<Metric>(k));
  return all;
}

// Readings of every quantity at every step; departures and failed audits none.
std::vector<Readings> arbitrary_readings(unsigned seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> law(0.5, 2.0);
  std::vector<Readings> all;
  for (std::uint64_t t = 0; t <= horizon; ++t) {
    Readings& now = all.emplace_back(lanes);
    for (std::size_t q = 0; q < quantity_count; ++q)
      for (std::size_t l = 0; l < lanes; ++l) now.of(static_cast<Quantity>(q))[l] = law(random);
    for (Quantity q : {Quantity::exceeds, Quantity::leaves_x, Quantity::leaves_z, Quantity::rises, Quantity::departure})
      for (std::size_t l = 0; l < lanes; ++l) now.of(q)[l] = 0.0;
  }
  return all;
}

Trajectories recorded(const Batch& batch, const std::vector<Readings>& readings, std::size_t first = 0, std::size_t count = lanes) {
  Trajectories out = prepared(batch, true);
  Recorder recorder(batch, true, first, count, out);
  for (std::uint64_t t = 1; t <= horizon; ++t) {
    bool left = false;
    for (std::size_t l = 0; l < count; ++l) left = left || readings[t - 1].of(Quantity::departure)[l] != 0.0;
    if (left) recorder.note_departures(t, readings[t - 1]);
    recorder.absorb(t, recorder.due(t), readings[t - 1]);
  }
  recorder.absorb(horizon + 1, recorder.due(horizon + 1), readings[horizon]);
  recorder.finish();
  return out;
}

TEST(Recorder, SumsOverTimeAreThoseOfTheDefinitions) {
  Batch batch = batch_of(every_metric(), {1, 7, horizon});
  batch.weights.resize(horizon);
  for (std::uint64_t t = 0; t < horizon; ++t) batch.weights[t] = 1.0 + 0.25 * static_cast<double>(t % 3);
  batch.f_offset = 0.125;
  batch.f_level = 0.55;
  batch.grad_level = 0.6;
  const std::vector<Readings> readings = arbitrary_readings(1);
  const Trajectories out = recorded(batch, readings);
  for (std::size_t l = 0; l < lanes; ++l) {
    long double squares = 0, weighted = 0, weights = 0, gap = 0, v1 = 0, v2 = 0, increase = 0, m_norm = 0;
    long double l1 = 0, norm = 0, slope = 0, spread = 0, regret = 0, h_path = 0;
    double least = std::numeric_limits<double>::infinity(), least_gap = least, first_gap = least, first_squares = least, distance = 1.5 * 1.5;
    const auto passage = [](double found, bool now, std::uint64_t at) { return std::isfinite(found) || !now ? found : static_cast<double>(at); };
    std::size_t row = 0;
    for (std::uint64_t t = 1; t <= horizon; ++t) {
      const auto read = [&](Quantity q) { return readings[t - 1].of(q)[l]; };
      squares += read(Quantity::gradient_before);
      weighted += static_cast<long double>(batch.weights[t - 1]) * read(Quantity::gradient_before);
      weights += batch.weights[t - 1];
      least = std::min(least, read(Quantity::gradient_before));
      gap += read(Quantity::value_before) - 0.125;
      v1 += read(Quantity::change);
      v2 += read(Quantity::change_sq);
      increase += read(Quantity::h_increase);
      m_norm += read(Quantity::m_norm);
      l1 += read(Quantity::gradient_size);
      norm += std::sqrt(static_cast<long double>(read(Quantity::gradient_before)));
      slope += static_cast<long double>(batch.weights[t - 1]) * read(Quantity::gradient_sum);
      spread += static_cast<long double>(batch.weights[t - 1]) * read(Quantity::distance);
      regret += read(Quantity::regret);
      h_path += read(Quantity::h_sum) / 0.1L;
      least_gap = std::min(least_gap, read(Quantity::value_before) - 0.125);
      first_gap = passage(first_gap, read(Quantity::value_before) - 0.125 <= 0.55, t);
      first_squares = passage(first_squares, read(Quantity::gradient_before) <= 0.6, t);
      const double ratio = std::sqrt(read(Quantity::distance)) / std::sqrt(distance);
      distance = read(Quantity::distance);
      if (t != batch.record_steps[row]) continue;
      const std::pair<Metric, long double> sums[] = {{Metric::mean_grad_sq, squares / static_cast<long double>(t)},
                                                     {Metric::weighted_grad_sq, weighted / weights},
                                                     {Metric::mean_f_gap, gap / static_cast<long double>(t)},
                                                     {Metric::v1, v1}, {Metric::v2, v2}, {Metric::h_increase, increase}, {Metric::m_norm_sum, m_norm},
                                                     {Metric::mean_grad_l1, l1 / static_cast<long double>(t)}, {Metric::mean_grad_norm, norm / static_cast<long double>(t)},
                                                     {Metric::weighted_grad_sum, slope / weights}, {Metric::weighted_dist_sq, spread / weights},
                                                     {Metric::regret, regret}, {Metric::mean_regret, regret / static_cast<long double>(t)}, {Metric::h_over_eta, h_path}};
      for (const auto& [metric, expected] : sums)
        EXPECT_NEAR(out.at(metric, row, l), static_cast<double>(expected), 4e-16 * static_cast<double>(expected)) << to_string(metric) << " at " << t;
      const std::pair<Metric, double> read_off[] = {{Metric::f_gap, read(Quantity::value_after) - 0.125}, {Metric::grad_sq, read(Quantity::gradient_after)},
                                                    {Metric::min_grad_sq, std::min(least, read(Quantity::gradient_after))},
                                                    {Metric::dist_sq, read(Quantity::distance)}, {Metric::rate_min, read(Quantity::rate_min)},
                                                    {Metric::rate_max, read(Quantity::rate_max)}, {Metric::h_sum, read(Quantity::h_sum)},
                                                    {Metric::m_l1, read(Quantity::m_l1)}, {Metric::x_inf, read(Quantity::largest)},
                                                    {Metric::g_norms, read(Quantity::sample_norms)}, {Metric::f_gap_z, read(Quantity::value_ahead) - 0.125},
                                                    {Metric::f_gap_average, read(Quantity::value_average) - 0.125}, {Metric::step_ratio, ratio},
                                                    {Metric::period_two, std::sqrt(read(Quantity::moved_in_two)) / std::sqrt(read(Quantity::moved))},
                                                    {Metric::min_f_gap, std::min(least_gap, read(Quantity::value_after) - 0.125)},
                                                    {Metric::f_passage, passage(first_gap, read(Quantity::value_after) - 0.125 <= 0.55, t + 1)},
                                                    {Metric::grad_passage, passage(first_squares, read(Quantity::gradient_after) <= 0.6, t + 1)}};
      for (const auto& [metric, expected] : read_off) EXPECT_EQ(out.at(metric, row, l), expected) << to_string(metric) << " at " << t;
      ++row;
    }
    EXPECT_EQ(out.outcomes[l].ending, Ending::finished);
    EXPECT_EQ(out.outcomes[l].step, horizon);
  }
}

// 1e16 + 1 + ... + 1 - 1e16: what a plain sum loses is in the carry.
TEST(Recorder, SumsOverTimeAreCompensated) {
  TimeSum sum(2);
  sum.add(1, 1e16);
  for (int i = 0; i < 1000; ++i) sum.add(1, 1.0);
  sum.add(1, -1e16);
  EXPECT_EQ(sum.total(1), 1000.0);
  EXPECT_EQ(sum.total(0), 0.0);
  TimeSum small_first(1);
  for (double term : {1.0, 1e100, 1.0, -1e100}) small_first.add(0, term);
  EXPECT_EQ(small_first.total(0), 2.0);
}

TEST(Recorder, AnOutcomeIsTheFirstDepartureAndWhatFollowsIsNotRecorded) {
  const Batch batch = batch_of(MetricSet(Metric::f_gap), {5, 6, 7, horizon});
  std::vector<Readings> readings = arbitrary_readings(2);
  readings[6 - 1].of(Quantity::departure)[1] = 1.0;
  readings[8 - 1].of(Quantity::departure)[1] = 2.0;
  readings[7 - 1].of(Quantity::departure)[2] = 2.0;
  const Trajectories out = recorded(batch, readings);
  EXPECT_EQ(out.outcomes[0].ending, Ending::finished);
  EXPECT_EQ(out.outcomes[1].ending, Ending::diverged);
  EXPECT_EQ(out.outcomes[1].step, 6u);
  EXPECT_EQ(out.outcomes[2].ending, Ending::non_finite);
  EXPECT_EQ(out.outcomes[2].step, 7u);
  const bool nan[4][3] = {{false, false, false}, {false, true, false}, {false, true, true}, {false, true, true}};
  for (std::size_t row = 0; row < 4; ++row)
    for (std::size_t l = 0; l < lanes; ++l) EXPECT_EQ(std::isnan(out.at(Metric::f_gap, row, l)), nan[row][l]) << row << " " << l;
}

TEST(Recorder, KeepsTheFirstStepThatAnAuditFails) {
  Batch batch = batch_of(MetricSet(Metric::f_gap), {horizon});
  batch.audit = Audit{cube(1, 1.0), {1.0}, 9.0};
  std::vector<Readings> readings = arbitrary_readings(3);
  for (std::uint64_t t : {4, 9}) readings[t - 1].of(Quantity::exceeds)[0] = 1.0;
  for (std::uint64_t t : {3, 5}) readings[t - 1].of(Quantity::leaves_x)[1] = 1.0;
  readings[2 - 1].of(Quantity::leaves_z)[1] = 1.0;
  readings[horizon].of(Quantity::leaves_x)[2] = 1.0;  // x_{T+1} is in the region or not, too
  const Trajectories out = recorded(batch, readings);
  EXPECT_EQ(out.audits[0].sample_bound, 4u);
  EXPECT_EQ(out.audits[0].region_x, 0u);
  EXPECT_EQ(out.audits[1].region_x, 3u);
  EXPECT_EQ(out.audits[1].region_z, 2u);
  EXPECT_EQ(out.audits[2].region_x, horizon + 1);
  EXPECT_EQ(out.audits[2].sample_bound, 0u);
}

// |grad f(x_{t+1}) - grad f(x_t)|^2 = 4 (1 + s) L^2 |x_{t+1} - x_t|^2 fails by more than rounding from s = 1e-8 on; what is within rounding, and what a replica that is gone shows, does not.
TEST(Recorder, HoldsConstantsAgainstWhatIsRecorded) {
  Batch batch = batch_of(MetricSet(Metric::f_gap), {2, 5, horizon});
  batch.audit.emplace();
  batch.audit->smoothness = 2.0;
  batch.audit->growth = Audit::Growth{0.5, 0.0, 0.0};
  batch.audit->monotone_rate = true;
  const auto calm = [] {
    std::vector<Readings> all = arbitrary_readings(5);
    for (Readings& now : all)
      for (std::size_t l = 0; l < lanes; ++l) {
        now.of(Quantity::moved)[l] = 1.0;
        now.of(Quantity::largest)[l] = 1.0;
        now.of(Quantity::turned)[l] = 4.0;
        now.of(Quantity::gradient_before)[l] = 1.0;
        now.of(Quantity::value_before)[l] = 1.0;
      }
    return all;
  };
  for (const AuditFailure& audit : recorded(batch, calm()).audits) EXPECT_EQ(audit, AuditFailure{});
  std::vector<Readings> readings = calm();
  readings[3 - 1].of(Quantity::turned)[0] = 100.0;  // no step is recorded there
  readings[5 - 1].of(Quantity::turned)[0] = 4.0 * (1.0 + 1e-8);
  readings[horizon - 1].of(Quantity::turned)[0] = 100.0;
  readings[2 - 1].of(Quantity::turned)[1] = 4.0 * (1.0 + 1e-12);
  readings[2 - 1].of(Quantity::value_before)[1] = 1.0 + 1e-6;
  readings[5 - 1].of(Quantity::rises)[1] = 1.0;
  readings[2 - 1].of(Quantity::departure)[2] = 1.0;
  readings[5 - 1].of(Quantity::turned)[2] = 100.0;
  readings[5 - 1].of(Quantity::value_before)[2] = 100.0;
  const Trajectories out = recorded(batch, readings);
  EXPECT_EQ(out.audits[0], (AuditFailure{.smoothness = 5}));
  EXPECT_EQ(out.audits[1], (AuditFailure{.growth = 2, .rate = 5}));
  EXPECT_EQ(out.audits[2], AuditFailure{});
  batch.audit->every_step = true;
  EXPECT_EQ(recorded(batch, readings).audits[0].smoothness, 3u);
  batch.audit->growth->value_error = 1e-5;
  EXPECT_EQ(recorded(batch, readings).audits[1].growth, 0u) << "f is not known better";
}

TEST(Recorder, AveragesTheNoiseOverTheRecordedSteps) {
  Batch batch = batch_of(MetricSet(Metric::noise_sq), {2, 5, horizon});
  const std::vector<Readings> readings = arbitrary_readings(6);
  const Trajectories out = recorded(batch, readings);
  for (std::size_t l = 0; l < lanes; ++l) {
    const double first = readings[2 - 1].of(Quantity::noise)[l], second = readings[5 - 1].of(Quantity::noise)[l], third = readings[horizon - 1].of(Quantity::noise)[l];
    EXPECT_EQ(out.at(Metric::noise_sq, 0, l), first);
    EXPECT_NEAR(out.at(Metric::noise_sq, 1, l), (first + second) / 2.0, 1e-15);
    EXPECT_NEAR(out.at(Metric::noise_sq, 2, l), (first + second + third) / 3.0, 1e-15);
  }
}

TEST(Recorder, LanesBeyondTheReplicasAreDropped) {
  Batch batch = batch_of(MetricSet(Metric::f_gap), {horizon});
  batch.replicas = 4;  // lanes 2, 3 of replicas 2, 3, 4: the last does not exist
  const std::vector<Readings> readings = arbitrary_readings(4);
  const Trajectories out = recorded(batch, readings, 2);
  EXPECT_EQ(out.at(Metric::f_gap, 0, 0), 0.0) << "another recorder's";
  EXPECT_EQ(out.at(Metric::f_gap, 0, 2), readings[horizon - 1].of(Quantity::value_after)[0]);
  EXPECT_EQ(out.at(Metric::f_gap, 0, 3), readings[horizon - 1].of(Quantity::value_after)[1]);
}

TEST(Recorder, NothingIsDueThatNobodyAskedFor) {
  Batch batch = batch_of(MetricSet(), {1, horizon});
  Trajectories out = prepared(batch, true);
  const Recorder nothing(batch, true, 0, lanes, out);
  for (std::uint64_t t = 1; t <= horizon + 1; ++t) EXPECT_TRUE(nothing.due(t).nothing());

  batch.metrics = MetricSet(Metric::f_gap, Metric::rate_max);
  const Recorder recorder(batch, true, 0, lanes, out);
  EXPECT_TRUE(recorder.due(2).nothing());
  EXPECT_TRUE(recorder.due(horizon).has(Measure::value_after));
  EXPECT_TRUE(recorder.due(horizon).has(Measure::rates));
  EXPECT_FALSE(recorder.due(horizon).any(Measure::gradient_after, Measure::gradient_before, Measure::path));

  batch.metrics = MetricSet(Metric::v1);
  const Recorder path(batch, true, 0, lanes, out);
  EXPECT_TRUE(path.due(2).has(Measure::path)) << "a sum over time needs every step";
}

// What may be due at some step is what is due at one of them.
TEST(Recorder, EverIsTheUnionOfAllSteps) {
  for (std::size_t k = 0; k <= metric_count; ++k)
    for (bool audited : {false, true}) {
      Batch batch = batch_of(k < metric_count ? MetricSet(static_cast<Metric>(k)) : MetricSet(), {3, 8});
      batch.percentile_steps = {8};
      batch.keep_final = audited;
      if (audited) {
        batch.audit = Audit{cube(1, 1.0), {1.0}, 2.0};
        batch.audit->smoothness = 1.0;
        batch.audit->growth = Audit::Growth{1.0, 0.0, 0.0};
        batch.audit->monotone_rate = true;
      }
      batch.weights.assign(horizon, 1.0);
      Trajectories out = prepared(batch, true);
      const Recorder recorder(batch, true, 0, lanes, out);
      for (unsigned m = 0; m < static_cast<unsigned>(Measure::count); ++m) {
        bool some = false;
        for (std::uint64_t t = 1; t <= horizon; ++t) {
          const bool drawn = static_cast<Measure>(m) == Measure::gradient_before && !recorder.sampled(t).empty();
          some = some || drawn || recorder.due(t).has(static_cast<Measure>(m));
        }
        EXPECT_EQ(ever_due(batch, true).has(static_cast<Measure>(m)), some) << "measure " << m << ", metric " << k;
      }
    }
}

TEST(Recorder, SampledStepsAreTheDrawsOfEachReplica) {
  Batch batch = batch_of(MetricSet(Metric::sampled_grad_sq), {1, horizon});
  batch.first_replica = 10;
  batch.sampled_steps = 4;
  Trajectories out = prepared(batch, true);
  Recorder recorder(batch, true, 1, 2, out);
  std::vector<std::vector<std::uint64_t>> drawn(2), expected(2);
  for (std::uint64_t t = 1; t <= horizon; ++t)
    for (const Recorder::SampledStep& step : recorder.sampled(t)) {
      EXPECT_EQ(step.step, t);
      drawn[step.lane].push_back(t);
      recorder.enter_sampled(step.lane, static_cast<double>(t));
    }
  Readings readings(2);
  recorder.absorb(1, recorder.due(1), readings);
  recorder.absorb(horizon, recorder.due(horizon), readings);
  for (std::size_t l = 0; l < 2; ++l) {
    for (std::size_t k = 0; k < 4; ++k)
      expected[l].push_back(1 + draw_index(draw_key(batch.seed, batch.instance), Stream::random_iterate, 10 + 1 + l, 0, k, horizon));
    std::sort(expected[l].begin(), expected[l].end());
    EXPECT_EQ(drawn[l], expected[l]);
    double mean = 0.0;
    for (std::uint64_t t : expected[l]) mean += static_cast<double>(t) / 4.0;
    EXPECT_EQ(out.at(Metric::sampled_grad_sq, 1, 1 + l), mean);
    EXPECT_TRUE(std::isnan(out.at(Metric::sampled_grad_sq, 0, 1 + l))) << "known at the last step alone";
  }
}

}  // namespace
}  // namespace thalweg
