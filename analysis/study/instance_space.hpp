// Where a search for an instance of a theorem moves: problems, noises and definitions from the catalogues, and for each combination of the three a cube
// of numbers. A point u of the cube [0, 1]^n becomes an instance knob by knob:
//   linear       lower + u (upper - lower)                    a parameter of a short range, such as a probability
//   logarithmic  lower (upper / lower)^u                      a scale: mu, L, eps, a width
//   below one    1 - 10^(-4 u)                                beta1, beta2, momentum: how near to 1 they are
//   start        6 (2 u - 1)^3                                dense near 0, where most minimisers lie
//   among        one of a list                                dim, and whatever the user fixes
//   step         the largest admissible step times 10^(-4 (1 - u)); where no condition of the card limits it, 10^(6 u - 3) / (L mu2)
//   schedule     of a card that does not ask for a constant step: constant, 1/sqrt(t), 1/t, or a schedule of its own instances, times the step
//   horizon      1 to 10^5, logarithmic; less where the effort of one run would be exceeded
// What the card pins to a line (pins.hpp) is solved for the step, a field of the definition or the horizon, whatever u says. A problem may be a composition
// (problems/composition.hpp), whose knobs are those of the one family inside that its text leaves open.
// A knob whose range begins at a meaningful 0 (beta1, an eps that may be 0) takes 0 itself for u < 0.15.
//
// The largest admissible step is the upper end of the uppermost interval of steps at which every condition of the card is certain, found on a grid of
// half decades and by bisection, times 1 - 1e-9.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/study/instance.hpp"
#include "analysis/study/pins.hpp"

namespace thalweg {

// What narrows the space; empty: everything that the catalogues hold and the card may speak of. `fixed`: knobs by name (beta1, eps, dim, sigma, eta, T ...)
// and the values they may take.
struct Restriction {
  std::vector<std::string> problems, noises, methods;
  std::map<std::string, std::vector<double>> fixed;
};

struct Knob {
  enum class Owner { problem, noise, method, step, horizon };
  enum class Scale { linear, logarithmic, below_one, start, among, step, horizon };  // schedule: among the numbers of schedules
  Owner owner;
  std::string name;
  Scale scale;
  double lower = 0.0, upper = 1.0;
  bool zero = false;              // u < 0.15 is 0
  std::vector<double> values = {};  // of among

  double value(double u) const;   // not of step and horizon, which depend on the others
};

struct Structure {
  std::string problem, noise, method;
  std::vector<Knob> knobs;
  friend bool operator==(const Structure& a, const Structure& b) { return a.problem == b.problem && a.noise == b.noise && a.method == b.method; }
};

// What one run may cost: between so many replicas, as many as the coordinate-steps allow.
struct Effort {
  std::size_t least_replicas = 8, most_replicas = 48;
  double coordinate_steps = 1e6;
};

// An instance, and the cell to run for it.
struct Candidate {
  Instance instance;
  Cell cell;
};

class InstanceSpace {
 public:
  // SpecError for a name that the catalogues do not hold, a fixed name that nothing has, or a method that the card does not speak of.
  InstanceSpace(const Card& card, const Restriction& restriction);

  const Card& card() const { return *card_; }
  const std::vector<std::string>& problems() const { return problems_; }
  const std::vector<std::string>& noises() const { return noises_; }
  const std::vector<std::string>& methods() const { return methods_; }
  Structure structure(const std::string& problem, const std::string& noise, const std::string& method) const;

  // The candidate at a point of the structure's cube; nothing, and the reason, where the numbers do not fit together or the card does not speak of them.
  // start: in place of the knob's, where it is not empty.
  std::optional<Candidate> at(const Structure& structure, std::span<const double> u, const Effort& effort, std::string& reason, const std::vector<double>& start = {}) const;

 private:
  const Card* card_;
  Restriction restriction_;
  std::vector<std::string> problems_, noises_, methods_;
  // The fields of the definition that pins decide, then the step; false: there is no solution.
  bool solve_fields(const Structure& structure, Instance& instance, Setting& setting) const;
  bool box_ = false;
  std::vector<Pin> pins_;
  std::vector<std::string> schedules_;  // the first is constant; one alone: the card asks for it
};

// The largest admissible step of a setting whose steps are set: the number that the present ones are multiplied by, which for steps of 1 is a constant step;
// infinity: no condition limits it; nothing: none is admissible.
std::optional<double> largest_admissible_step(const Card& card, const Setting& setting);

// The power of sqrt(10), from 1e-3 to 1e3, that makes the card's bound least when the present steps are multiplied by it, among those at which every
// condition of the card is certain; 1 where there is none.
double factor_of_least_bound(const Card& card, const Setting& setting);

}  // namespace thalweg
