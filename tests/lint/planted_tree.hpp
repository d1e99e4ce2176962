// A small tree in a folder of its own, removed at the end: the lint tests plant violations there to see themselves fail.
#pragma once

#include <stdlib.h>

#include "tests/lint/source_tree.hpp"

namespace thalweg::lint {

class PlantedTree {
 public:
  PlantedTree() {
    std::string pattern = (fs::temp_directory_path() / "thalweg-lint-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
  }
  ~PlantedTree() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  PlantedTree(const PlantedTree&) = delete;
  PlantedTree& operator=(const PlantedTree&) = delete;

  void plant(const std::string& file, const std::string& text) const {
    fs::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file, std::ios::binary) << text;
  }
  const fs::path& root() const { return root_; }

 private:
  fs::path root_;
};

}  // namespace thalweg::lint
