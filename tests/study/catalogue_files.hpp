// The cards and studies of the source tree, as tests of claims read them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/study/study.hpp"
#include "analysis/theory/card.hpp"

namespace thalweg {

inline const std::filesystem::path source = THALWEG_SOURCE_DIR;

inline const std::vector<Card>& cards() {
  static const std::vector<Card> all = read_cards(source / "analysis/theory/theorems");
  return all;
}
inline Study study_named(const std::string& name) { return read_study(source / "analysis/study/studies" / (name + ".toml")); }

}  // namespace thalweg
