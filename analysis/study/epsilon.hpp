// How a method's error depends on eps (or on the softplus beta): what the theorems say, and what runs show.
//
// One field p of a definition is swept, all values on the same noise. For each theorem card whose assumptions hold: the bound with its exponent in p, the
// largest step it allows with that step's exponent, the best step for the bound (analysis/theory/elasticity.hpp), the verdict. Measured: the metric with
// its interval, the local exponent (between the neighbours of a value, paired), the exponent over each regime (regime.hpp).
//
// The step: fixed (the rule as it is written, the same for all p), iso-effective (eta = E / mu2: the same eta mu2; equal only by that are two denominators
// compared fairly, since (eta, D) and (c eta, c D) are one algorithm), tuned (each p at its best step, tuning.hpp, measured on fresh noise).
//
// Counterpart: softplus_beta(0) = log 2 / beta, and s <= softplus_beta(s) <= s + log 2 / beta. So Adam(eps) stands against Sadam(beta = log 2 / eps), AMSGrad
// against SAMSGrad, at the same correction; there mu2 is equal, hence equal eta is equal eta mu2. The baseline compares three definitions: Adam at its usual
// eps, Adam at log 2 / beta, Sadam at its usual beta, at equal eta, at equal eta mu2, and each at its best step; `explained` is the part of Sadam's
// gain over the first, in logarithms, that the second has already.
//
// Conventions: the presets of the method that have the field, at the same p, beta1, beta2 and step; those that are one definition stand together.
#pragma once

#include <array>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/stats/exponent.hpp"
#include "analysis/study/regime.hpp"
#include "analysis/study/tuning.hpp"
#include "analysis/theory/elasticity.hpp"
#include "analysis/theory/verdict.hpp"

namespace thalweg {

enum class StepMode { fixed, iso_effective, tuned };
constexpr std::array<std::string_view, 3> step_mode_names = {"fixed", "iso-effective", "tuned"};
constexpr std::string_view to_string(StepMode mode) { return step_mode_names[static_cast<std::size_t>(mode)]; }

struct EpsilonRequest {
  Shared shared;
  Candidate method;               // without the field
  std::string field = "eps";      // or beta
  std::vector<double> values;     // increasing, at least two
  StepMode mode = StepMode::fixed;
  std::string eta = "0.5 / sqrt(T)", effective = "1e-2";  // expressions: the fixed step, and E
  double level = 0.01;            // of all intervals of the measured part together
};

// "1e-10:1:25", log-spaced, or "a,b,c". SpecError: not positive, empty, reversed, not increasing.
std::vector<double> swept_values(const std::string& text, const std::string& option);

// A number measured at one setting.
struct Measured {
  Estimate estimate;
  std::string definition;         // as short as exactness allows
  double eta = 0.0;               // eta_1
  std::optional<Tuned> tuned;
  std::string cell;
  std::vector<double> replicas;   // the metric of each
};

// What one card says at one value of p.
struct Stated {
  Verdict verdict = Verdict::not_applicable;
  std::string reason;
  bool allowed = false;           // the card's conditions hold
  Elastic bound{std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};  // none of a threshold
  double trivial = 0.0;
  std::optional<LargestStep> largest;
  std::optional<BestStep> best;
};
struct StatedTheorem {
  std::string id, metric, status;
  std::vector<Stated> at;         // one for each value of p
};

struct EpsilonPoint {
  double value = 0.0;             // of p
  Measured measured;
  Estimate local;                 // exponent between the neighbours
  std::optional<double> share;    // of idle A-LR values
  std::optional<Measured> counterpart;
  Estimate counterpart_ratio;     // log(counterpart / measured), paired
  std::map<Metric, std::vector<double>> also;  // the metrics of the theorems, where they are others: the value of every replica
};

struct RegimeExponent {
  Regime regime;
  std::size_t first = 0, last = 0;  // points
  std::optional<SweptExponent> measured;  // none of a single point
  std::map<Metric, SweptExponent> also;   // of the theorems' other metrics
  std::vector<std::optional<double>> bounds;  // of each theorem: log-log slope between the ends; none where it is not finite
};

struct BaselineRow {
  StepMode mode;
  std::vector<Measured> measured;  // of the three definitions
  Estimate explained;              // share_of_way
};

struct ConventionRow {
  std::string names, definition;   // "paper, torch, optax"
  std::vector<Measured> at;        // at convention_values
};

struct EpsilonAnswer {
  EpsilonRequest request;
  std::string problem, noise;
  std::vector<EpsilonPoint> points;
  std::vector<StatedTheorem> theorems;
  std::vector<RegimeExponent> regimes;
  std::string counterpart;         // the method; empty: none
  std::vector<BaselineRow> baseline;
  std::vector<double> convention_values;
  std::vector<ConventionRow> conventions;
  std::size_t comparisons = 0;     // intervals that share the level
  std::vector<std::string> left_out;  // cards that speak of the method but not of this setting: id and reason
};

// The method with softplus where this one has sqrt(v) + eps, and the other way round; nothing where there is none.
std::optional<Candidate> counterpart_of(const Candidate& method, const std::string& field, double value);

EpsilonAnswer study_epsilon(Laboratory& laboratory, const EpsilonRequest& request);

}  // namespace thalweg
