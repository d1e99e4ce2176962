// thalweg pages: a page for every method and their index, as Markdown; a picture for every family.
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "analysis/cli/share.hpp"
#include "analysis/cli/verbs.hpp"
#include "analysis/report/method_page.hpp"
#include "analysis/report/path_picture.hpp"
#include "lib/core/check.hpp"

namespace thalweg::cli {

namespace {

void write(const std::filesystem::path& file, const std::string& text) {
  errno = 0;
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw EnvironmentError(file.string() + ": cannot be written: " + std::strerror(errno));
}

}  // namespace

int pages(const PagesOptions& options) {
  if (options.folder.empty()) throw SpecError({{}, "folder", "", "must name a folder"});
  const std::filesystem::path folder = options.folder;
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) throw EnvironmentError(folder.string() + ": cannot be made: " + failure.message());
  const std::vector<Card> cards = built_in_cards();
  write(folder / "README.md", method_index());
  for (const MethodEntry& entry : methods()) write(folder / (std::string(entry.id) + ".md"), method_page(entry, cards));
  for (std::string_view family : families()) write(folder / (family_stem(family) + ".svg"), path_picture(family));
  fmt::print("{}: {} pages, {} pictures\n", folder.string(), methods().size() + 1, families().size());
  return 0;
}

}  // namespace thalweg::cli
