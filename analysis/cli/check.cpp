// thalweg show --check: all that is wrong with a file.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analysis/cli/share.hpp"
#include "analysis/cli/verbs.hpp"
#include "analysis/study/check.hpp"
#include "lib/core/check.hpp"

namespace thalweg::cli {

namespace {

using nlohmann::ordered_json;

ordered_json json_of(const FileCheck& found, const std::string& file) {
  ordered_json answer = {{"schema", "thalweg.check/1"}, {"file", file}, {"kind", found.kind.empty() ? ordered_json(nullptr) : ordered_json(found.kind)}};
  answer["wrong"] = ordered_json::array();
  for (const SpecError& error : found.wrong) {
    const SpecError::Parts& parts = error.parts();
    const auto known = [](int number) { return number > 0 ? ordered_json(number) : ordered_json(nullptr); };
    answer["wrong"].push_back({{"line", known(parts.place.line)}, {"column", known(parts.place.column)}, {"field", parts.field}, {"given", parts.given}, {"allowed", parts.allowed}, {"text", error.what()}});
  }
  return answer;
}

// A file, or the file of what is built in under this id.
std::filesystem::path file_of(const std::string& id) {
  if (std::filesystem::exists(id) || id.find('/') != std::string::npos || id.ends_with(".toml")) return id;
  for (const std::filesystem::path& folder : {theorems_folder(), studies_folder(), claims_folder()})
    if (std::filesystem::exists(folder / (id + ".toml"))) return folder / (id + ".toml");
  return id;
}

}  // namespace

int check(const ShowOptions& options) {
  const FileCheck found = check_file(file_of(options.id), built_in_cards(), study_named);
  if (options.json) {
    fmt::print("{}\n", json_of(found, options.id).dump(2, ' ', false, ordered_json::error_handler_t::replace));
  } else {
    for (const SpecError& error : found.wrong) fmt::print("{}\n", error.what());
    if (found.wrong.empty()) fmt::print("{}: nothing is wrong\n", options.id);
  }
  return found.wrong.empty() ? 0 : 2;
}

}  // namespace thalweg::cli
