// The built-in studies of epsilon: each a study (a file of analysis/study/studies, or a text made here) and what to make of its records: a table and sentences
// whose numbers and verdicts come from the records.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "analysis/report/plain_table.hpp"
#include "analysis/study/laboratory.hpp"
#include "lib/core/card.hpp"

namespace thalweg {

struct EpsilonStudy : Entry {  // id: "rate", of the study epsilon-rate
  // The text of the study; null: a file epsilon-<id>.toml.
  std::string (*text)();
  std::vector<PlainTable> (*analyse)(const std::vector<Recorded>& records, const std::vector<Card>& cards, double level);
};

// One line a study.
std::span<const EpsilonStudy> epsilon_studies();

// Schema thalweg.epsilon-study/1.
std::string to_json(const EpsilonStudy& study, const std::vector<PlainTable>& tables, const std::string& study_hash, const std::string& store_hash);

}  // namespace thalweg
