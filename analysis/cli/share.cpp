#include "analysis/cli/share.hpp"

#include <algorithm>
#include <cstdlib>

#include "analysis/theory/toml_table.hpp"
#include "lib/core/check.hpp"

namespace thalweg::cli {

namespace {

namespace fs = std::filesystem;

// The first existing of: $THALWEG_SHARE/<installed>, <program>/../share/thalweg/<installed>, <a folder above the program>/<in the source tree>.
fs::path find_folder(const char* installed, const char* in_source) {
  if (const char* share = std::getenv("THALWEG_SHARE"); share != nullptr && *share != '\0') {
    const fs::path folder = fs::path(share) / installed;
    if (!fs::is_directory(folder)) throw EnvironmentError("THALWEG_SHARE = " + std::string(share) + ": there is no folder " + installed + " in it");
    return folder;
  }
  std::error_code failure;
  const fs::path program = fs::read_symlink("/proc/self/exe", failure);
  if (const fs::path folder = program.parent_path().parent_path() / "share" / "thalweg" / installed; fs::is_directory(folder)) return folder;
  for (fs::path above = program.parent_path(); above.has_relative_path(); above = above.parent_path())
    if (fs::is_directory(above / in_source)) return above / in_source;
  throw EnvironmentError(std::string("the built-in ") + installed + " are not found beside " + program.string() + "; set THALWEG_SHARE to the installed share/thalweg");
}

Study read_study_file(const fs::path& file) { return read_study(file); }

std::string all_ids(const std::vector<std::string>& ids) {
  std::string text;
  for (const std::string& id : ids) text += (text.empty() ? "" : ", ") + id;
  return text;
}

}  // namespace

fs::path theorems_folder() { return find_folder("theorems", "analysis/theory/theorems"); }
fs::path studies_folder() { return find_folder("studies", "analysis/study/studies"); }
fs::path claims_folder() { return find_folder("claims", "analysis/theory/claims"); }

std::vector<Card> built_in_cards() { return read_cards(theorems_folder()); }

namespace {

std::vector<fs::path> toml_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

bool is_file_name(const std::string& name) { return fs::exists(name) || name.find('/') != std::string::npos || name.ends_with(".toml"); }

}  // namespace

std::vector<fs::path> built_in_studies() { return toml_files(studies_folder()); }
std::vector<fs::path> built_in_claims() { return toml_files(claims_folder()); }

std::optional<Claims> claims_named(const std::string& name) {
  if (is_file_name(name)) return TomlTable::read(name).has("claim") ? std::optional(read_claims(name)) : std::nullopt;
  for (const fs::path& file : built_in_claims())
    if (file.stem() == name) return read_claims(file);
  return std::nullopt;
}

std::variant<Card, Study> theorem_or_study(const std::string& name, const std::vector<Card>& cards) {
  if (is_file_name(name)) {
    const TomlTable table = TomlTable::read(name);
    if (table.has("block")) return read_study_file(name);
    if (table.has("statement") || table.has("bound")) return read_card(name);
    throw SpecError({{name, 0, 0}, "", "", "is neither a theorem card (key 'bound') nor a study (key 'block') nor a file of claims (key 'claim')"});
  }
  for (const Card& card : cards)
    if (card.id == name) return card;
  std::vector<std::string> ids;
  for (const fs::path& file : built_in_studies()) {
    if (file.stem() == name) return read_study_file(file);
    ids.push_back(file.stem().string());
  }
  for (const fs::path& file : built_in_claims()) ids.push_back(file.stem().string());
  for (const Card& card : cards) ids.push_back(card.id);
  std::vector<std::string_view> views(ids.begin(), ids.end());
  const std::string_view near = nearest(name, views);
  throw SpecError({{}, "", name, "unknown theorem, study or claims" + (near.empty() ? "" : "; did you mean '" + std::string(near) + "'?") + " (known: " + all_ids(ids) + ")"});
}

Study study_named(const std::string& name) {
  const auto found = theorem_or_study(name, built_in_cards());
  if (std::holds_alternative<Study>(found)) return std::get<Study>(found);
  throw SpecError({{}, "study", name, "is a theorem, not a study; thalweg verify " + name + " runs its own instances"});
}

}  // namespace thalweg::cli
