// Damaged copies of small valid files of every format, and what the readers may do with them: read them, or refuse them with an error of theirs.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "lib/core/check.hpp"
#include "problems/data/dataset.hpp"
#include "tests/problems/data/text_files.hpp"

namespace thalweg::test {

struct CorpusFile {
  std::string name, bytes;
};

// In the order of their names.
inline std::vector<CorpusFile> corpus() {
  std::vector<CorpusFile> all;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(THALWEG_SOURCE_DIR) / "tests/problems/data/corpus")) {
    std::ostringstream bytes;
    bytes << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    all.push_back({entry.path().filename().string(), bytes.str()});
  }
  std::sort(all.begin(), all.end(), [](const CorpusFile& a, const CorpusFile& b) { return a.name < b.name; });
  return all;
}

// One to six changes: a bit or a byte, a piece that is removed, doubled, moved or cut off, an interesting token, a piece of another file.
class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : random_(seed) {}
  std::string operator()(std::string bytes, const std::vector<CorpusFile>& others) {
    for (std::size_t changes = 1 + below(6); changes > 0; --changes) change(bytes, others);
    return bytes;
  }
  std::size_t below(std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(random_() % n); }

 private:
  void change(std::string& bytes, const std::vector<CorpusFile>& others) {
    static const std::vector<std::string> tokens = {",", ";", "\t", "\n", "\r\n", " ", ":", "#", "nan", "inf", "-inf", "-", "+", "--1", "0x1p3", "1e999", "1e-999", "1e100", "1e101", "0", "-0", ".", "e5", "1:",
                                                   ":1", "0:1", "1:1", "99999999999999999999:1", "100000:1", "200000000:1", "4294967297:2", "18446744073709551616:1", "\"", "'", "\xef\xbb\xbf", std::string(1, '\0'), "\xff\xff\xff\xff",
                                                   std::string("\0\0\x08\x03", 4), std::string("\0\0\x08\x01", 4), "1,2,3\n", "1 1:1 2:2\n"};
    const std::size_t at = below(bytes.size() + 1), length = below(std::min<std::size_t>(bytes.size() - at, 40) + 1);
    switch (below(9)) {
      case 0:
        if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
        break;
      case 1:
        if (at < bytes.size()) bytes[at] = static_cast<char>(random_());
        break;
      case 2: bytes.erase(at, length); break;
      case 3: bytes.insert(at, bytes.substr(at, length)); break;
      case 4: bytes.insert(below(bytes.size() + 1), bytes.substr(at, length)); break;
      case 5:
        if (below(4) == 0) bytes.resize(at);
        break;
      case 6:
      case 7: bytes.insert(at, tokens[below(tokens.size())]); break;
      default: {
        const std::string& other = others[below(others.size())].bytes;
        const std::size_t from = below(other.size());
        bytes.replace(at, length, other.substr(from, below(60)));
      }
    }
  }

  std::mt19937_64 random_;
};

struct FuzzCount {
  std::size_t read = 0, refused = 0;
  std::string wrong;  // what else happened
};

// A file that was read is a matrix of finite numbers with a target each.
inline std::string fault_of(const Dataset& data) {
  if (data.samples == 0 || data.features == 0) return "nothing in it";
  if (data.design.size() != data.samples * data.features || data.targets.size() != data.samples) return "sizes that do not agree";
  for (const auto* numbers : {&data.design, &data.targets})
    for (const double x : *numbers)
      if (!(std::fabs(x) <= largest_datum)) return "a number that is none";
  return "";
}

inline FuzzCount fuzz(double seconds, std::uint64_t seed) {
  const TextFolder folder;
  const std::vector<CorpusFile> files = corpus();
  for (const CorpusFile& file : files) folder.write(file.name, file.bytes);
  Mutator mutate(seed);
  FuzzCount count;
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (std::chrono::steady_clock::now() < end && count.wrong.empty()) {
    const CorpusFile& file = files[mutate.below(files.size())];
    const std::string bytes = mutate(file.bytes, files), path = folder.write(file.name, bytes);
    DataOptions options{.file = path, .standardised = mutate.below(2) == 0, .constant = mutate.below(2) == 0};
    if (file.name.find("labels-idx1") != std::string::npos) options = {.file = folder.path() / "few-images-idx3-ubyte", .labels = path};
    if (file.name.find(".csv") != std::string::npos) options.label_column = mutate.below(4);
    try {
      count.wrong = fault_of(*load_dataset(options));
      ++count.read;
    } catch (const SpecError&) {
      ++count.refused;
    } catch (const EnvironmentError&) {
      ++count.refused;
    } catch (const std::exception& error) {
      count.wrong = error.what();
    }
    if (!count.wrong.empty()) count.wrong = file.name + ": " + count.wrong + " from '" + bytes + "'";
    folder.write(file.name, file.bytes);
  }
  return count;
}

}  // namespace thalweg::test
