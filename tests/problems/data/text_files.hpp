// A folder for the data files of a test, and what reading them refuses.
#pragma once

#include <stdlib.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "lib/core/check.hpp"

namespace thalweg::test {

class TextFolder {
 public:
  TextFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "thalweg-text-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TextFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TextFolder(const TextFolder&) = delete;
  TextFolder& operator=(const TextFolder&) = delete;

  std::string write(const std::string& name, const std::string& bytes) const {
    const std::filesystem::path file = path_ / name;
    std::ofstream(file, std::ios::binary) << bytes;
    return file.string();
  }
  std::string gzipped(const std::string& name, const std::string& bytes) const {
    const std::filesystem::path file = path_ / name;
    const gzFile stream = gzopen(file.c_str(), "wb");
    gzwrite(stream, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(stream);
    return file.string();
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline std::string refused(const std::function<void()>& act) {
  try {
    act();
  } catch (const SpecError& error) {
    return error.what();
  } catch (const EnvironmentError& error) {
    return std::string("environment: ") + error.what();
  }
  return "no error";
}

}  // namespace thalweg::test
