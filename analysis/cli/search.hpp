// What verify does where a theorem has no instance of its own, where one asks for other instances, and where one asks for the tightest.
#pragma once

#include "analysis/cli/verbs.hpp"
#include "analysis/report/verification.hpp"
#include "analysis/study/instance_space.hpp"
#include "lib/engine/engine.hpp"

namespace thalweg::cli {

// --problem, --noise, --method and --grid.
Restriction restriction(const VerifyOptions& options);

// The blocks of chosen instances, or of the tightest found, and what was tried for them.
struct Searched {
  std::string text;                // the study
  std::vector<StudyBlock> blocks;
  SearchNote note;
};
Searched chosen_instances(const Card& card, const VerifyOptions& options, const Engine& engine);
Searched tightest_instances(const Card& card, const VerifyOptions& options, const Engine& engine, double level);

}  // namespace thalweg::cli
