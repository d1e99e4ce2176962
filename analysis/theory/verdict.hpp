// From a card, a setting and what was recorded to a verdict.
//
//   not_applicable  an assumption or condition fails (which, and the first step at which it failed in a run)
//   violated        the lower confidence limit of the functional is above the bound
//   vacuous         the bound is not below the trivial value
//   holds           the upper confidence limit is below the bound
//   undecided       neither; the number of replicas that would be needed
// in this order of precedence. The interval that is printed alone decides. Replicas are never dropped: if one leaves the region of an
// assumption, the cell is not_applicable. Deterministic settings are compared with outward-rounded bounds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/stats/interval_estimate.hpp"
#include "analysis/theory/card.hpp"
#include "analysis/theory/setting.hpp"
#include "lib/engine/batch.hpp"

namespace thalweg {

enum class Verdict { holds, violated, vacuous, undecided, not_applicable };

constexpr const char* to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds: return "holds";
    case Verdict::violated: return "violated";
    case Verdict::vacuous: return "vacuous";
    case Verdict::undecided: return "undecided";
    case Verdict::not_applicable: return "not_applicable";
  }
  return "";
}

// The result of asking, before any run, whether a card speaks of a setting.
struct Applicability {
  bool applies = false;
  bool certified = true;   // every assumption is a fact; false: some are only observed along the run
  std::string reason;      // why not
};
Applicability applicability(const Card& card, const Setting& setting);

// Whether a card speaks of a definition: it names the method, or none, and nothing that it asks of a definition alone fails, its conditions in the
// fields among them; and its bound is not in a mu1 that is 0. What it asks of problem, noise and run is left open.
bool speaks_of(const Card& card, const Definition& definition);

// What a run must record for a card to be judged on it: metrics, weights, A_0, audit. Merges into the batch.
void require(const Card& card, const Setting& setting, Batch& batch);

struct Judgement {
  Verdict verdict = Verdict::undecided;
  std::string reason;
  bool certified = true;
  Estimate functional;               // of the functional alone: what a picture shows; it decides nothing where the bound contains path quantities
  Estimate measured;                 // of the functional; of functional minus bound per replica when the bound contains path quantities
  Interval bound{0.0, 0.0};          // mean over replicas of the bound when it contains path quantities
  Interval trivial{0.0, 0.0};
  double ratio = 0.0;                // measured value / upper end of the bound
  std::uint64_t step = 0;            // horizon at which it was judged
  bool open = false;                 // undecided, and more replicas may decide
  std::optional<std::uint64_t> least_needed;  // of an undecided one: with fewer replicas than about this not even a normal law would be told apart
};

// The value below which a bound says something: the card's own [trivial], else by metric. |grad f|^2: the sum of G_j^2 where known, else
// 2 L Delta; f - f*: Delta; |x - x*|^2: R^2. `quantities` are the setting's own, before the card's [let], which may shadow them.
Interval trivial_value(const Card& card, const Quantities& quantities);

// The comparison alone: ratio, verdict and reason from the card's kind and what the judgement holds already (measured, bound, trivial).
// product: the quantity a threshold card compares with its bound. An undecided judgement is left without a reason.
void decide(const Card& card, Judgement& judgement, const Interval* product = nullptr);

// row: index into trajectories.steps of the horizon judged (usually the last). level: error probability of this one comparison.
// looks: how often, at most, it is judged as replicas are added, a number fixed before the first look. A betting interval is valid at every number of
// replicas at once (Ville's inequality), so it keeps the whole level at each look. An asymptotic one is not: each look gets level / looks, and the union
// bound gives level again. In both cases the probability that any look errs is at most the level, whatever the rule by which replicas are added.
Judgement judge(const Card& card, const Setting& setting, const Trajectories& trajectories, std::size_t row, double level, std::size_t looks = 1);

}  // namespace thalweg
