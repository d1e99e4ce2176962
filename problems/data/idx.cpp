#include "problems/data/idx.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "lib/core/check.hpp"
#include "problems/data/data_file.hpp"

namespace thalweg {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_array = std::size_t{1} << 31U;  // bytes; the training images are 47 million

std::vector<std::size_t> read_header(DataFile& reader, const fs::path& file, std::size_t dimensions) {
  std::uint8_t magic[4] = {};
  if (reader.read(magic, 4) < 4) malformed(file, "", "", "not an IDX file: shorter than its four bytes of magic number");
  if (magic[0] != 0 || magic[1] != 0) malformed(file, "", "", "not an IDX file: the magic number must begin with two zero bytes");
  if (magic[2] != 8) malformed(file, "IDX type", std::to_string(magic[2]), "must be 8 (unsigned bytes)");
  if (magic[3] != dimensions) malformed(file, "IDX dimensions", std::to_string(magic[3]), "must be " + std::to_string(dimensions));

  std::vector<std::size_t> shape;
  std::size_t total = 1;
  for (std::size_t i = 0; i < dimensions; ++i) {
    std::uint8_t b[4] = {};
    if (reader.read(b, 4) < 4)
      malformed(file, "", "", "truncated: the header ends before size " + std::to_string(i + 1) + " of " + std::to_string(dimensions));
    const std::size_t size = std::size_t{b[0]} << 24U | std::size_t{b[1]} << 16U | std::size_t{b[2]} << 8U | std::size_t{b[3]};
    if (size == 0 || size > largest_array / total)
      malformed(file, "IDX size " + std::to_string(i + 1), std::to_string(size),
                "must be positive, and the array at most " + std::to_string(largest_array) + " bytes");
    total *= size;
    shape.push_back(size);
  }
  return shape;
}

// Debian's names, with or without the suffix.
fs::path data_file(const std::string& name) {
  const char* chosen = std::getenv("THALWEG_DATA");
  const fs::path folder = chosen != nullptr && *chosen != '\0' ? fs::path(chosen) : fs::path("/usr/share/datasets/fashion-mnist");
  std::error_code ignored;
  for (const char* suffix : {".gz", ""})
    if (const fs::path file = folder / (name + suffix); fs::exists(file, ignored)) return file;
  throw EnvironmentError((folder / (name + ".gz")).string() +
                         ": not found; install the Debian package dataset-fashion-mnist, or let THALWEG_DATA name the folder of its files");
}

}  // namespace

IdxArray read_idx(const fs::path& file, std::size_t dimensions) {
  DataFile reader(file);
  IdxArray array;
  array.shape = read_header(reader, file, dimensions);
  std::size_t total = 1;
  for (std::size_t size : array.shape) total *= size;
  // Grown as data arrives: a header that lies allocates nothing.
  while (array.values.size() < total) {
    const std::size_t done = array.values.size();
    const std::size_t want = std::min<std::size_t>(total - done, 1U << 22U);
    array.values.resize(done + want);
    const std::size_t got = reader.read(array.values.data() + done, want);
    if (got < want)
      malformed(file, "", "", "truncated: " + std::to_string(done + got) + " values where the header says " + std::to_string(total));
  }
  std::uint8_t more = 0;
  if (reader.read(&more, 1) != 0) malformed(file, "", "", "longer than the " + std::to_string(total) + " values its header says");
  return array;
}

ImageSet fashion_mnist(std::size_t count) {
  const std::string set = count <= 10000 ? "t10k" : "train";
  const fs::path image_file = data_file(set + "-images-idx3-ubyte");
  const fs::path label_file = data_file(set + "-labels-idx1-ubyte");
  IdxArray images = read_idx(image_file, 3);
  IdxArray labels = read_idx(label_file, 1);
  if (labels.shape[0] != images.shape[0])
    malformed(label_file, "labels", std::to_string(labels.shape[0]), "must be as many as the images, " + std::to_string(images.shape[0]));
  if (images.shape[0] < count)
    malformed(image_file, "images", std::to_string(images.shape[0]), "samples = " + std::to_string(count) + " asks for more");
  ImageSet out;
  out.count = count;
  out.pixels = images.shape[1] * images.shape[2];
  out.images = std::move(images.values);
  out.images.resize(count * out.pixels);
  out.labels = std::move(labels.values);
  out.labels.resize(count);
  const auto wrong = std::find_if(out.labels.begin(), out.labels.end(), [](std::uint8_t label) { return label > 9; });
  if (wrong != out.labels.end())
    malformed(label_file, "label " + std::to_string(wrong - out.labels.begin()), std::to_string(*wrong), "must be a class from 0 to 9");
  return out;
}

}  // namespace thalweg
