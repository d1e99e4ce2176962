// thalweg calibrate: how often the intervals behind the verdicts err, measured on synthetic cells whose mean is known. docs/calibration.md.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "analysis/cli/verbs.hpp"
#include "analysis/stats/binomial.hpp"
#include "analysis/stats/calibration.hpp"
#include "analysis/stats/rate_calibration.hpp"
#include "lib/core/check.hpp"

namespace thalweg::cli {

namespace {

constexpr std::array<double, 3> violations = {0.01, 0.05, 0.2};
constexpr double false_alarm = 1e-6;  // of each test of a finite-sample interval against its level
constexpr double rate_level = 0.05;
constexpr std::size_t rate_replicas = 40, choice_replicas = 100;
constexpr double rate_noise = 0.5, choice_noise = 0.1;

bool finite_sample(IntervalKind kind) { return kind != IntervalKind::skewness_corrected && kind != IntervalKind::skewness_in_rounds; }

struct Row {
  const Law* law;
  IntervalKind kind;
  ErrorRates rates;
  double rate(std::uint64_t count) const { return static_cast<double>(count) / static_cast<double>(rates.repetitions); }
};
struct PowerRow {
  const Law* law;
  IntervalKind kind;
  std::array<Power, 3> seen;
};
struct RateRow {
  const RateTruth* truth;
  RateCoverage coverage;
  std::array<std::uint64_t, 5> chosen;
};

struct Calibration {
  std::vector<Row> errors, coverage;
  std::vector<PowerRow> power;
  std::vector<RateRow> rates;
  std::size_t most = 0;
  bool kept = true;  // no finite-sample interval errs significantly more often than its level says
};

std::vector<Row> rows_of(std::initializer_list<IntervalKind> kinds, const CalibrateOptions& options, std::uint64_t repetitions) {
  std::vector<Row> rows;
  for (const Law& law : laws())
    for (const IntervalKind kind : kinds)
      if (speaks_of(kind, law)) rows.push_back({&law, kind, error_rates(law, kind, options.replicas, options.level, repetitions, options.seed, options.threads)});
  return rows;
}

bool kept(const Row& row, double level) {
  return !finite_sample(row.kind) || (binomial_upper_tail(row.rates.violated, row.rates.repetitions, level / 2.0) >= false_alarm &&
                                      binomial_upper_tail(row.rates.holds, row.rates.repetitions, level / 2.0) >= false_alarm);
}

Calibration measure(const CalibrateOptions& options) {
  using enum IntervalKind;
  Calibration all;
  all.errors = rows_of({betting, empirical_bernstein, skewness_corrected}, options, options.cells);
  all.coverage = rows_of({betting, betting_in_rounds, empirical_bernstein, skewness_corrected, skewness_in_rounds}, options, options.repetitions);
  for (const auto* rows : {&all.errors, &all.coverage})
    for (const Row& row : *rows) all.kept = all.kept && kept(row, options.level);
  all.most = options.most;
  const std::uint64_t runs = std::max<std::uint64_t>(10, std::min<std::uint64_t>(200, options.repetitions / 50));
  for (const Law& law : laws())
    for (const IntervalKind kind : {betting, skewness_corrected}) {
      if (!speaks_of(kind, law)) continue;
      PowerRow row{&law, kind, {}};
      for (std::size_t i = 0; i < violations.size(); ++i) row.seen[i] = replicas_to_see(law, violations[i], kind, options.level, all.most, runs, options.seed, options.threads);
      all.power.push_back(row);
    }
  const std::uint64_t series = std::max<std::uint64_t>(10, options.repetitions / 10);
  for (const RateTruth& truth : rate_truths())
    all.rates.push_back({&truth, rate_coverage(truth, rate_replicas, rate_noise, rate_level, series, options.seed, options.threads),
                         rate_choices(truth, choice_replicas, choice_noise, series / 5, options.seed, options.threads)});
  return all;
}

std::string number_of(const std::optional<std::size_t>& replicas, std::size_t most) { return replicas ? fmt::format("{}", *replicas) : fmt::format(">{}", most); }

std::string text_of(const Calibration& all, const CalibrateOptions& options) {
  std::string out = fmt::format("Level {:g} a cell, both sides together; {} replicas a cell, seed {}.\n\n", options.level, options.replicas, options.seed);
  out += fmt::format("False verdicts, {} cells, the mean equal to the bound (\"violated\") or just above it (\"holds\"). Promised: at most {:g} each.\n", options.cells, options.level / 2.0);
  out += fmt::format("{:<22} {:<24} {:>14} {:>12} {:>10}  {}\n", "law", "interval", "false violated", "false holds", "in doubt", "promise");
  for (const Row& row : all.errors)
    out += fmt::format("{:<22} {:<24} {:>14.5f} {:>12.5f} {:>10.4f}  {}\n", row.law->name, to_string(row.kind), row.rate(row.rates.violated), row.rate(row.rates.holds), row.rate(row.rates.doubtful),
                       !finite_sample(row.kind) ? "asymptotic: measured" : kept(row, options.level) ? "kept" : "BROKEN");
  out += fmt::format("\nCoverage, {} repetitions; in rounds: at {}, {}, {} and {} replicas together. Promised: at least {:g}.\n", options.repetitions, options.replicas, 2 * options.replicas,
                     4 * options.replicas, 8 * options.replicas, 1.0 - options.level);
  out += fmt::format("{:<22} {:<31} {:>9} {:>10} {:>10}\n", "law", "interval", "coverage", "width", "in doubt");
  for (const Row& row : all.coverage)
    out += fmt::format("{:<22} {:<31} {:>9.4f} {:>10.4g} {:>10.4f}\n", row.law->name, to_string(row.kind), 1.0 - row.rate(row.rates.missed), row.rates.width, row.rate(row.rates.doubtful));
  out += "\nReplicas needed to see that the mean is above the bound by 1, 5 and 20 %: in half, and in nine tenths, of the cells.\n";
  out += fmt::format("{:<22} {:<24} {:>18} {:>18} {:>18}\n", "law", "interval", "1 %", "5 %", "20 %");
  for (const PowerRow& row : all.power) {
    out += fmt::format("{:<22} {:<24}", row.law->name, to_string(row.kind));
    for (const Power& power : row.seen) out += fmt::format(" {:>18}", number_of(power.half, all.most) + " / " + number_of(power.nine_tenths, all.most));
    out += "\n";
  }
  out += fmt::format("\nExponents at level {:g}: {} series of {} replicas, noise of {:g} %; and the law chosen in {} series of {} replicas, noise of {:g} %.\n", rate_level, all.rates.front().coverage.repetitions,
                     rate_replicas, 100.0 * rate_noise, all.rates.front().coverage.repetitions / 5, choice_replicas, 100.0 * choice_noise);
  out += fmt::format("{:<20} {:<42} {:>8} {:>9} {:>8} {:>8}  {}\n", "law", "truth", "exponent", "coverage", "width", "refused", "chosen: power, log-corrected, geometric, to floor, broken");
  for (const RateRow& row : all.rates) {
    const std::uint64_t fitted = row.coverage.repetitions - row.coverage.refused;
    const double coverage = fitted > 0 ? 1.0 - static_cast<double>(row.coverage.missed) / static_cast<double>(fitted) : std::nan("");
    out += fmt::format("{:<20} {:<42} {:>8g} {:>9.4f} {:>8.3g} {:>8}  {}\n", to_string(row.truth->model), row.truth->formula, row.truth->exponent, coverage, row.coverage.width,
                       row.coverage.refused, fmt::join(row.chosen, " "));
  }
  return out;
}

nlohmann::ordered_json json_of(const std::vector<Row>& rows, double level) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Row& row : rows)
    all.push_back({{"law", row.law->name}, {"interval", to_string(row.kind)}, {"repetitions", row.rates.repetitions}, {"false_violated", row.rates.violated}, {"false_holds", row.rates.holds},
                   {"missed", row.rates.missed}, {"doubtful", row.rates.doubtful}, {"width", row.rates.width}, {"finite_sample", finite_sample(row.kind)}, {"kept", kept(row, level)}});
  return all;
}

std::string json_of(const Calibration& all, const CalibrateOptions& options) {
  using nlohmann::ordered_json;
  ordered_json root{{"schema", "thalweg.calibrate/1"}, {"level", options.level}, {"replicas", options.replicas}, {"seed", options.seed}, {"kept", all.kept}};
  root["errors"] = json_of(all.errors, options.level);
  root["coverage"] = json_of(all.coverage, options.level);
  root["power"] = ordered_json::array();
  for (const PowerRow& row : all.power)
    for (std::size_t i = 0; i < violations.size(); ++i) {
      const auto replicas = [](const std::optional<std::size_t>& n) { return n ? ordered_json(*n) : ordered_json(nullptr); };
      root["power"].push_back({{"law", row.law->name}, {"interval", to_string(row.kind)}, {"violation", violations[i]}, {"half", replicas(row.seen[i].half)}, {"nine_tenths", replicas(row.seen[i].nine_tenths)}});
    }
  root["rates"] = ordered_json::array();
  for (const RateRow& row : all.rates) {
    ordered_json chosen;
    for (const RateTruth& truth : rate_truths()) chosen[to_string(truth.model)] = row.chosen[static_cast<std::size_t>(truth.model)];
    root["rates"].push_back({{"law", to_string(row.truth->model)}, {"truth", row.truth->formula}, {"exponent", row.truth->exponent}, {"level", rate_level}, {"repetitions", row.coverage.repetitions},
                             {"refused", row.coverage.refused}, {"missed", row.coverage.missed}, {"width", row.coverage.width}, {"chosen", chosen}});
  }
  return root.dump(2) + "\n";
}

}  // namespace

int calibrate(const CalibrateOptions& options) {
  const Calibration all = measure(options);
  fmt::print("{}", options.json ? json_of(all, options) : text_of(all, options));
  if (!all.kept) fmt::print(stderr, "an interval that holds for every number of replicas errs more often than its level says (one-sided binomial test at {:g})\n", false_alarm);
  return all.kept ? 0 : 1;
}

}  // namespace thalweg::cli
