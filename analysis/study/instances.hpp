// Instances for a theorem that names none: drawn from the problems, noises and definitions whose facts meet its assumptions, over the cube of
// instance_space.hpp, and chosen so that each constant is seen at its extremes and each problem that was asked for by name is seen.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analysis/study/attack.hpp"

namespace thalweg {

struct InstanceOptions {
  Restriction restriction;
  std::size_t replicas = 256;
  std::size_t pool = 150;              // candidates to choose among
  std::uint64_t draws = 6000;          // points drawn for it, at most
  std::uint64_t trials = 384;          // of the short attack whose best is the adversarial instance
  double coordinate_steps = 2e7;       // of one instance, at most
  std::uint64_t seed = 1;
  std::size_t threads = 0;
};

// What was tried, and why.
struct Instances {
  struct Chosen {
    Instance instance;
    std::string role;                  // "easy", "largest L", "smallest eps", "named", "adversarial"
  };
  std::vector<Chosen> chosen;
  std::uint64_t drawn = 0, refused = 0;          // points
  std::map<std::string, std::uint64_t> reasons;  // of the refusals
};

// Empty where no point is found of which the card speaks: the reasons say why.
Instances instances(const Card& card, const InstanceOptions& options, const Engine& engine);

// The instances as blocks of a study, each named by the theorem and its role.
std::string study_of(const Card& card, const Instances& instances, double level);

// "1,932 of 2,146 points drawn were refused: f is not known to be convex (812), ...": the most frequent reasons.
std::string refusals(std::uint64_t drawn, std::uint64_t refused, const std::map<std::string, std::uint64_t>& reasons);

}  // namespace thalweg
