// All that is wrong with a file that a user wrote: a theorem card with its instances, a study, or a file of claims with the studies
// that it names. What reads such a file for a run finds the same, one error at a time.
//
// Beyond reading, every cell of a study, of a card's instances or of claims is set up: problems, noises, definitions and step sizes. Steps are tried up to
// 10^6, whatever the horizon; problems whose data this machine lacks are left out. Of a card also the units are checked (analysis/theory/card_units.hpp), and that it speaks of its own instances.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/study/study.hpp"
#include "analysis/theory/card.hpp"

namespace thalweg {

struct FileCheck {
  std::string kind;                // "card", "study", "claims"; "": none of them
  std::vector<SpecError> wrong;    // in the order of the file
};

// cards: those that a study may name. studies: how those are found that claims name; without it they are not looked at.
FileCheck check_file(const std::filesystem::path& file, const std::vector<Card>& cards, const StudyFinder& studies = {});
// The same of the text of a file.
FileCheck check_text(const std::string& text, const std::filesystem::path& file, const std::vector<Card>& cards, const StudyFinder& studies = {});

}  // namespace thalweg
