// An instance of a theorem: one problem, noise, definition, step size and horizon with plain numbers. It is written as one block of a study and read
// back to the same cell, so that whatever a search finds is a file that anyone can run.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "analysis/study/study.hpp"

namespace thalweg {

struct Instance {
  std::string problem, noise = "none", method;
  Parameters problem_parameters, noise_parameters;  // those given; the others are the family's own
  std::map<std::string, double> set;                // fields of the definition that are given
  double eta = 0.0;
  std::string schedule;                             // eta_t = eta times this, in t and the names of a card; empty: constant
  std::uint64_t horizon = 1;
  bool box = false;                                 // clip to the problem's box
  std::size_t replicas = 1;                         // one without randomness
  std::uint64_t seed = 1;
};

// "0.1", or "0.1*(1/sqrt(t))".
std::string step_text(const Instance& instance);
// Everything but eta, which may be chosen after: SpecError where the numbers do not fit together (mu > L).
Setting setting_without_step(const Instance& instance);
// The cell that the block below expands to, with one card to judge and the last step alone recorded; but for the key, which the store alone needs.
Cell cell_of(const Instance& instance, const Card& card);
Cell cell_of(const Instance& instance, Setting setting, const Card& card);  // the same for a setting made already

// A [[block]] of a study file, every number in the shortest form that reads back to the same bits.
std::string block_of(const Instance& instance, const std::string& name, const std::string& theorem);

}  // namespace thalweg
