#include "problems/data/data_file.hpp"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "lib/core/check.hpp"

namespace thalweg {

namespace fs = std::filesystem;

void malformed(const fs::path& file, const std::string& field, const std::string& given, const std::string& allowed, int line, int column) {
  throw SpecError({Place{file.string(), line, column}, field, given, allowed});
}

void DataFile::Close::operator()(gzFile_s* stream) const { gzclose(stream); }

DataFile::DataFile(const fs::path& file) : file_(file) {
  std::error_code ignored;
  if (fs::is_directory(file, ignored)) throw EnvironmentError(file.string() + ": is a directory, not a data file");
  errno = 0;
  stream_.reset(gzopen(file.c_str(), "rb"));
  if (!stream_) throw EnvironmentError(file.string() + ": cannot be opened: " + std::strerror(errno));
  gzbuffer(stream_.get(), 1U << 17U);
}

std::size_t DataFile::read(std::uint8_t* to, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const int got = gzread(stream_.get(), to + done, static_cast<unsigned>(std::min<std::size_t>(size - done, 1U << 20U)));
    int code = Z_OK;
    const char* text = gzerror(stream_.get(), &code);
    if (code == Z_ERRNO) throw EnvironmentError(file_.string() + ": cannot be read: " + std::strerror(errno));
    if (got < 0 || (code != Z_OK && code != Z_BUF_ERROR && code != Z_STREAM_END))
      malformed(file_, "", "", std::string("damaged gzip data: ") + text);
    if (code == Z_BUF_ERROR) malformed(file_, "", "", "truncated gzip data");
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

std::string read_data_text(const fs::path& file) {
  DataFile reader(file);
  std::string text;
  constexpr std::size_t piece = 1U << 20U;
  for (std::size_t got = piece; got == piece;) {
    if (text.size() > largest_text) malformed(file, "", "", "larger than " + std::to_string(largest_text) + " bytes");
    const std::size_t done = text.size();
    text.resize(done + piece);
    got = reader.read(reinterpret_cast<std::uint8_t*>(text.data()) + done, piece);
    text.resize(done + got);
  }
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) malformed(file, "", "", "is empty: must hold at least one row of numbers");
  return text;
}

}  // namespace thalweg
