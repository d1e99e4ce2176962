// thalweg pages: a page for every method, or for every problem, and their index, as Markdown, with pictures.
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "analysis/cli/share.hpp"
#include "analysis/cli/verbs.hpp"
#include "analysis/report/method_page.hpp"
#include "analysis/report/path_picture.hpp"
#include "analysis/report/problem_page.hpp"
#include "analysis/report/problem_picture.hpp"
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

void make(const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) throw EnvironmentError(folder.string() + ": cannot be made: " + failure.message());
}

void write_methods(const std::filesystem::path& folder) {
  make(folder);
  const std::vector<Card> cards = built_in_cards();
  write(folder / "README.md", method_index());
  for (const MethodEntry& entry : methods()) write(folder / (std::string(entry.id) + ".md"), method_page(entry, cards));
  for (std::string_view family : families()) write(folder / (family_stem(family) + ".svg"), path_picture(family));
  fmt::print("{}: {} pages, {} pictures\n", folder.string(), methods().size() + 1, families().size());
}

void write_problems(const std::filesystem::path& folder) {
  make(folder);
  const std::vector<Exhibit> exhibits = problem_exhibits();
  write(folder / "index.md", problem_index(exhibits));
  std::size_t pictures = 0;
  for (const Exhibit& exhibit : exhibits) {
    const std::string id(exhibit.family.entry.id);
    write(folder / (id + ".md"), problem_page(exhibit));
    if (!exhibit.pictured) continue;
    write(folder / (id + ".svg"), problem_picture(*exhibit.pictured));
    ++pictures;
  }
  fmt::print("{}: {} pages, {} pictures\n", folder.string(), exhibits.size() + 1, pictures);
}

// By what was asked for, else by the folder's name.
bool of_problems(const PagesOptions& options, const std::filesystem::path& folder) {
  if (!options.of.empty()) return options.of == "problems";
  const std::filesystem::path name = folder.has_filename() ? folder.filename() : folder.parent_path().filename();
  return name == "problems";
}

}  // namespace

int pages(const PagesOptions& options) {
  if (options.folder && options.folder->empty()) throw SpecError({{}, "folder", "", "must name a folder"});
  if (options.folder) {
    (of_problems(options, *options.folder) ? write_problems : write_methods)(*options.folder);
    return 0;
  }
  if (options.of != "problems") write_methods("docs/methods");
  if (options.of != "methods") write_problems("docs/problems");
  return 0;
}

}  // namespace thalweg::cli
