// IDX files made by the tests: a folder that THALWEG_DATA names while the object lives.
#pragma once

#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace thalweg::test {

inline std::vector<std::uint8_t> idx_bytes(const std::vector<std::uint32_t>& shape, const std::vector<std::uint8_t>& values,
                                           std::uint8_t type = 8) {
  std::vector<std::uint8_t> out = {0, 0, type, static_cast<std::uint8_t>(shape.size())};
  for (std::uint32_t size : shape)
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(size >> shift));
  out.insert(out.end(), values.begin(), values.end());
  return out;
}

class DataFolder {
 public:
  DataFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "thalweg-data-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
    setenv("THALWEG_DATA", path_.c_str(), 1);
  }
  ~DataFolder() {
    unsetenv("THALWEG_DATA");
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;

  std::filesystem::path plain(const std::string& name, const std::vector<std::uint8_t>& bytes) const {
    const std::filesystem::path file = path_ / name;
    std::ofstream(file, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return file;
  }
  std::filesystem::path gzipped(const std::string& name, const std::vector<std::uint8_t>& bytes) const {
    const std::filesystem::path file = path_ / name;
    const gzFile stream = gzopen(file.c_str(), "wb");
    gzwrite(stream, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(stream);
    return file;
  }
  // The pair of files of the test set.
  void images(const std::vector<std::uint32_t>& shape, const std::vector<std::uint8_t>& pixels,
              const std::vector<std::uint8_t>& labels) const {
    gzipped("t10k-images-idx3-ubyte.gz", idx_bytes(shape, pixels));
    gzipped("t10k-labels-idx1-ubyte.gz", idx_bytes({static_cast<std::uint32_t>(labels.size())}, labels));
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace thalweg::test
