// Where the built-in files are: share/thalweg beside an installed program, the source tree around a built one; THALWEG_SHARE overrides both.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "analysis/study/claims.hpp"
#include "analysis/study/study.hpp"
#include "analysis/theory/card.hpp"

namespace thalweg::cli {

std::filesystem::path theorems_folder();
std::filesystem::path studies_folder();
std::filesystem::path claims_folder();

std::vector<Card> built_in_cards();
std::vector<std::filesystem::path> built_in_studies();
std::vector<std::filesystem::path> built_in_claims();

// A name on the command line: the id of a theorem or a study, or a file of either kind.
std::variant<Card, Study> theorem_or_study(const std::string& name, const std::vector<Card>& cards);
Study study_named(const std::string& name);
// A built-in claims file, or a file with claims; nothing: the name is of something else.
std::optional<Claims> claims_named(const std::string& name);

}  // namespace thalweg::cli
