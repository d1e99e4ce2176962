// A setting: one problem, one noise, one method, one step-size rule, one horizon. What a theorem is evaluated against and what a run realises.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/core/interval.hpp"
#include "lib/engine/batch.hpp"
#include "lib/optimizers/definition.hpp"
#include "problems/problem.hpp"

namespace thalweg {

// f and its gradient at the start: on data problems a pass over all data, so it is made once for many settings.
struct AtStart {
  double value = 0.0;            // f(x_1) - f* where f* is known
  PerCoordinate<double> gradient;
};
std::shared_ptr<const AtStart> at_start(const Problem& problem, const PerCoordinate<double>& start);

struct Setting {
  Problem problem;
  Noise noise;
  Definition definition;
  std::string eta_text;      // as written
  std::vector<double> eta;   // eta_1 ... eta_T
  PerCoordinate<double> start;
  std::shared_ptr<const AtStart> start_values;  // of at_start; null: evaluated when needed
  Box box;                   // everything: unconstrained
  Precision precision = Precision::f64;

  std::uint64_t horizon() const { return eta.size(); }
  bool constant_step() const;
};

// Whether f* and the minimiser are those of the problem's box, while the run has none: f is not bounded below then, and Delta and R are not known.
bool infimum_needs_box(const Setting& setting);

// How far the stored minimiser may lie from the real one that it stands for: half an ulp of each coordinate, as a Euclidean norm; 0 for a minimiser at 0 and
// where none is known. Iterates near it are rounded to the same grid.
double minimiser_rounding(const Problem& problem);

// A lower bound of the smallest eigenvalue of the Hessian at the minimiser: mu where f is strongly convex, else Gershgorin's less room for rounding;
// 0 where nothing better is known.
double least_curvature(const Problem& problem);

// The exact definition of what was run: the method's, and the precision where it is not double.
std::string definition_text(const Setting& setting);

// SpecError where the method keeps a gradient of each sample and the problem has none to keep.
void require_memory(const Setting& setting);

// The batch that realises a setting; what to record is added by whoever asks. SpecError as above.
Batch batch_of(const Setting& setting, std::size_t replicas, std::uint64_t seed);

// G_j on the problem's region, and the almost-sure bounds of the sampled |g_j|: G_j plus the noise's.
PerCoordinate<Interval> gradient_bounds(const Setting& setting);
PerCoordinate<Interval> sample_bounds(const Setting& setting);

// The sum over all coordinates.
Interval sum_of(const PerCoordinate<Interval>& values);

// The numbers a card may use (docs/theorem-cards.md): constants of problem and oracle, the run, the definition's own hyper-parameters, the
// A-LR bounds. All are enclosures. A name that exists but is unknown for this setting (say G of an unbounded gradient) is [lower, infinity).
class Quantities {
 public:
  explicit Quantities(const Setting& setting);
  explicit Quantities(std::map<std::string, Interval, std::less<>> values, std::map<std::string, PerCoordinate<Interval>, std::less<>> arrays = {})
      : values_(std::move(values)), arrays_(std::move(arrays)) {}

  const Interval* find(std::string_view name) const;                      // null: no such name
  const PerCoordinate<Interval>* find_array(std::string_view name) const;   // eta[t], G[j], L_j[j], sigma_sq[j]: 1-based in cards
  void set(std::string name, Interval value) { values_[std::move(name)] = value; }
  void set_steps(const std::vector<double>& eta);  // eta_1 ... eta_T: T, eta_max, eta[t], and eta where they are alike
  const std::map<std::string, Interval, std::less<>>& values() const { return values_; }

 private:
  std::map<std::string, Interval, std::less<>> values_;
  std::map<std::string, PerCoordinate<Interval>, std::less<>> arrays_;
};

}  // namespace thalweg
