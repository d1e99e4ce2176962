// The assumptions that a run is held against while it is made, beside what facts decide before it: one table.
//
//   bounds      |g_j| <= G_j, x_t and z_t where G_j holds: cards that require bounded-gradient, where the facts leave it open
//   region      x_t and z_t where L holds: cards that require smooth-on-region, where the facts leave it open
//   smoothness  |grad f(x_{t+1}) - grad f(x_t)| <= L |x_{t+1} - x_t|
//   growth      |grad f(x_t)|^2 / 2 >= mu_pl (f(x_t) - f*): cards that require pl or strongly-convex
//   rate        no coordinate of the A-LR rises: cards that require monotone-rate
//   noise       E |g_t - grad f(x_t)|^2 <= sigma2, over replicas: cards whose formulas speak of the noise's size
// The first two are watched at every step. The others are looked at where a run is recorded anyway, and at every step where a problem's constants are the
// word of whoever gave it; not in float, and not where the exact gradient costs a pass over all data. The noise
// is looked at in runs of at most 2^15 replicas times recorded steps.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "analysis/theory/card.hpp"
#include "analysis/theory/setting.hpp"
#include "lib/engine/batch.hpp"

namespace thalweg {

struct Watch {
  std::string_view id;
  bool (*of_card)(const Card&);        // the card leans on it
  bool (*of_setting)(const Setting&);  // there is a number to hold the run against, and it costs what a run may cost
  void (*enter)(const Setting&, Batch&);
};

std::span<const Watch> watches();

// What a run must watch and record for the card. Merges into the batch.
void watch(const Card& card, const Setting& setting, Batch& batch);

// The first step, of those up to `last`, and a replica at which what the card leans on failed, as a sentence; empty: nothing did.
std::string audit_failure(const Card& card, const Setting& setting, const Trajectories& trajectories, std::uint64_t last);

}  // namespace thalweg
