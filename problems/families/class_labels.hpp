// The classes of a data set with several of them.
//
// Every target is a whole number that names a class. The classes are the different targets of the file in ascending order, numbered from 0: targets 3, 5, 5, 9 are
// the classes 0, 1, 1, 2, so that labels may begin at 0 or 1 and have gaps. There are from 2 to most_classes of them; with `classes` given there must be just as many.
// A synthetic design has the labels 0 ... classes - 1 (default: 3), whether each of them was drawn or not.
#pragma once

#include <string>
#include <vector>

#include "problems/build.hpp"
#include "problems/data/dataset.hpp"

namespace thalweg {

constexpr std::size_t most_classes = 256;

Parameter classes_parameter();
std::size_t synthetic_classes(const Parameters& values);

struct ClassLabels {
  std::size_t classes;
  std::vector<double> labels;  // of each sample, from 0
};
// SpecError that names the file, the row and what is allowed. `file`: empty where the design is synthetic.
ClassLabels class_labels(const Dataset& data, const Parameters& values, const std::string& file);
// A fact is kept of each weight: SpecError where there are more than most_listed_coordinates.
void check_weights(std::size_t weights);

}  // namespace thalweg
