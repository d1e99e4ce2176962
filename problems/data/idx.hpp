// IDX files: the format of the MNIST family. Plain or gzipped.
//
// Four bytes 0, 0, type, number of dimensions; each size as a 32-bit big-endian number; then the values, last index fastest. Type 8
// (unsigned bytes) is the only one read here.
// Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits",
// file format.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace thalweg {

struct IdxArray {
  std::vector<std::size_t> shape;
  std::vector<std::uint8_t> values;
};

// A file that cannot be opened or read is an EnvironmentError; one that is not an IDX file of bytes, or is shorter or longer than its
// header says, is a SpecError that names the file and what is wrong. dimensions: how many it must have.
IdxArray read_idx(const std::filesystem::path& file, std::size_t dimensions);

// Images and labels of Fashion-MNIST: H. Xiao, K. Rasul, R. Vollgraf, arXiv:1708.07747.
struct ImageSet {
  std::size_t count = 0;
  std::size_t pixels = 0;            // per image
  std::vector<std::uint8_t> images;  // [count][pixels]
  std::vector<std::uint8_t> labels;  // [count], below 10
};

// The first `count` images of the test set (count <= 10000) or of the training set. The folder is the environment variable THALWEG_DATA,
// else where Debian's package dataset-fashion-mnist puts it; an absent file is an EnvironmentError that names the package.
ImageSet fashion_mnist(std::size_t count);

}  // namespace thalweg
