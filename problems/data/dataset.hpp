// Rows of numbers with a target each, from a file: the data of regression and classification problems.
//
// Formats, each plain or gzipped, told apart by the file's name (the suffix .gz aside):
//   .csv, .tsv, .txt          problems/data/csv.hpp
//   .libsvm, .svm, .svmlight  problems/data/libsvm.hpp
//   ...-images-idx3-ubyte     problems/data/idx.hpp: bytes / 255, with the labels of a second file
// Every number is finite and at most 1e100 in size. Memory: at most largest_design numbers.
// A file that cannot be read is an EnvironmentError; one that is wrong is a SpecError that names file, line, column and what is allowed.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace thalweg {

constexpr std::size_t largest_design = std::size_t{1} << 27U;  // numbers: 1 GiB
constexpr double largest_datum = 1e100;

struct Dataset {
  std::size_t samples = 0;
  std::size_t features = 0;
  std::vector<double> design;   // [sample][feature]
  std::vector<double> targets;  // [sample]
};

struct DataOptions {
  std::filesystem::path file;
  std::filesystem::path labels = {};  // of an IDX file; empty: the file's name with labels-idx1 for images-idx3
  std::size_t label_column = 0;       // of a CSV file, from 1; 0: the last
  bool standardised = false;          // each feature shifted and scaled to mean 0 and variance 1 (one that is constant becomes 0)
  bool constant = false;              // a last feature 1
};

std::shared_ptr<const Dataset> load_dataset(const DataOptions& options);

void standardise(Dataset& data);
void append_constant_feature(Dataset& data);

// Sixteen hexadecimal digits of FNV-1a over sizes and bits of all numbers: two data sets are told apart by it.
std::string digest_of(const Dataset& data);

}  // namespace thalweg
