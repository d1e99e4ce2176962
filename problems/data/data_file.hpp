// A data file as bytes, plain or gzipped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

struct gzFile_s;

namespace thalweg {

// What is wrong with a file of data: a SpecError that names it. line and column as in Place.
[[noreturn]] void malformed(const std::filesystem::path& file, const std::string& field, const std::string& given, const std::string& allowed, int line = 0, int column = 0);

// A file that cannot be opened or read is an EnvironmentError; damaged gzip data is a SpecError.
class DataFile {
 public:
  explicit DataFile(const std::filesystem::path& file);
  // Up to `size` bytes; fewer only at the end of the file.
  std::size_t read(std::uint8_t* to, std::size_t size);

 private:
  struct Close {
    void operator()(gzFile_s* stream) const;
  };
  std::filesystem::path file_;
  std::unique_ptr<gzFile_s, Close> stream_;
};

constexpr std::size_t largest_text = std::size_t{1} << 30U;  // bytes of a file that is read as text

// The whole file. SpecError for one that is empty or larger than largest_text.
std::string read_data_text(const std::filesystem::path& file);

}  // namespace thalweg
