#include "problems/data/dataset.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "lib/core/sum.hpp"
#include "problems/data/csv.hpp"
#include "problems/data/data_file.hpp"
#include "problems/data/idx.hpp"
#include "problems/data/libsvm.hpp"

namespace thalweg {

namespace {

namespace fs = std::filesystem;

const std::string image_mark = "images-idx3", label_mark = "labels-idx1";

bool ends_with_any(const std::string& name, std::initializer_list<const char*> endings) {
  for (const std::string ending : endings)
    if (name.size() > ending.size() && name.compare(name.size() - ending.size(), ending.size(), ending) == 0) return true;
  return false;
}

Dataset read_images(const DataOptions& options) {
  fs::path labels = options.labels;
  if (labels.empty()) {
    std::string name = options.file.filename().string();
    labels = options.file.parent_path() / name.replace(name.find(image_mark), image_mark.size(), label_mark);
  }
  const IdxArray pixels = read_idx(options.file, 3), classes = read_idx(labels, 1);
  if (classes.shape[0] != pixels.shape[0])
    malformed(labels, "labels", std::to_string(classes.shape[0]), "must be as many as the images, " + std::to_string(pixels.shape[0]));
  if (pixels.values.size() > largest_design) malformed(options.file, "pixels", std::to_string(pixels.values.size()), "must be at most " + std::to_string(largest_design));
  Dataset data{pixels.shape[0], pixels.shape[1] * pixels.shape[2], {}, {classes.values.begin(), classes.values.end()}};
  data.design.reserve(pixels.values.size());
  for (const std::uint8_t byte : pixels.values) data.design.push_back(byte / 255.0);
  return data;
}

Dataset read(const DataOptions& options) {
  std::string name = options.file.filename().string();
  if (ends_with_any(name, {".gz"})) name.resize(name.size() - 3);
  const bool images = name.find(image_mark) != std::string::npos, csv = ends_with_any(name, {".csv", ".tsv", ".txt"});
  if (!images && !options.labels.empty()) malformed(options.file, "labels", options.labels.string(), "is for IDX images (" + image_mark + "); another file has its targets in it");
  if (!csv && options.label_column != 0) malformed(options.file, "label", std::to_string(options.label_column), "is a column of a CSV file; leave it out");
  if (images) return read_images(options);
  if (csv) return parse_csv(read_data_text(options.file), options.file, options.label_column);
  if (ends_with_any(name, {".libsvm", ".svm", ".svmlight"})) return parse_libsvm(read_data_text(options.file), options.file);
  DataFile(options.file);  // that it is absent is said first
  malformed(options.file, "file", "'" + name + "'",
            "a name must say its format: .csv, .tsv or .txt (columns); .libsvm, .svm or .svmlight (index:value); ..." + image_mark + "-ubyte; each also with .gz");
}

}  // namespace

std::shared_ptr<const Dataset> load_dataset(const DataOptions& options) {
  auto data = std::make_shared<Dataset>(read(options));
  if (options.standardised) standardise(*data);
  if (options.constant) append_constant_feature(*data);
  return data;
}

void standardise(Dataset& data) {
  const auto n = static_cast<double>(data.samples);
  for (std::size_t k = 0; k < data.features; ++k) {
    const auto value = [&](std::size_t i) -> double& { return data.design[i * data.features + k]; };
    Sum<double> sum, squares;
    for (std::size_t i = 0; i < data.samples; ++i) sum.add(value(i));
    const double mean = sum.total() / n;
    bool alike = true;
    for (std::size_t i = 0; i < data.samples; ++i) {
      alike = alike && value(i) == value(0);
      squares.add((value(i) - mean) * (value(i) - mean));
    }
    const double deviation = std::sqrt(squares.total() / n);
    for (std::size_t i = 0; i < data.samples; ++i) value(i) = alike || deviation == 0.0 ? 0.0 : (value(i) - mean) / deviation;
  }
}

void append_constant_feature(Dataset& data) {
  std::vector<double> wider;
  wider.reserve(data.samples * (data.features + 1));
  for (std::size_t i = 0; i < data.samples; ++i) {
    const auto row = data.design.begin() + static_cast<std::ptrdiff_t>(i * data.features);
    wider.insert(wider.end(), row, row + static_cast<std::ptrdiff_t>(data.features));
    wider.push_back(1.0);
  }
  data.design = std::move(wider);
  ++data.features;
}

std::string digest_of(const Dataset& data) {
  std::uint64_t state = 0xcbf29ce484222325ULL;
  const auto take = [&](std::uint64_t word) {
    for (int shift = 0; shift < 64; shift += 8) state = (state ^ (word >> shift & 0xffU)) * 0x100000001b3ULL;
  };
  take(data.samples);
  take(data.features);
  for (const std::vector<double>* numbers : {&data.design, &data.targets})
    for (const double value : *numbers) {
      std::uint64_t bits = 0;
      std::memcpy(&bits, &value, sizeof bits);
      take(bits);
    }
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), state, 16).ptr;
  const std::string text(digits.data(), end);
  return std::string(16 - text.size(), '0') + text;
}

}  // namespace thalweg
