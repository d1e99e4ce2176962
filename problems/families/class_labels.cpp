#include "problems/families/class_labels.hpp"

#include <algorithm>
#include <cmath>

namespace thalweg {

Parameter classes_parameter() {
  return {"classes", {}, 2.0, static_cast<double>(most_classes), true, "number of classes; default: the different targets of the file, 3 of a synthetic design", Shape::list};
}

namespace {

// 0: not given.
std::size_t given_classes(const Parameters& values) {
  const std::vector<double>& given = list(values, "classes");
  if (given.size() > 1) throw SpecError({Place{}, "classes", written(given), "must be one number"});
  return given.empty() ? 0 : static_cast<std::size_t>(given.front());
}

}  // namespace

std::size_t synthetic_classes(const Parameters& values) {
  const std::size_t given = given_classes(values);
  return given == 0 ? 3 : given;
}

void check_weights(std::size_t weights) {
  const auto most = static_cast<std::size_t>(most_listed_coordinates);
  if (weights > most) throw SpecError({Place{}, "weights", std::to_string(weights), "must be at most " + std::to_string(most) + "; give fewer features, classes or units"});
}

ClassLabels class_labels(const Dataset& data, const Parameters& values, const std::string& file) {
  if (file.empty()) return {synthetic_classes(values), data.targets};
  const auto wrong = [&](std::size_t i, const std::string& allowed) { throw SpecError({Place{file}, "target of row " + std::to_string(i + 1), written(data.targets[i]), allowed}); };
  std::vector<double> names;
  for (std::size_t i = 0; i < data.samples; ++i) {
    const double y = data.targets[i];
    if (y != std::nearbyint(y)) wrong(i, "must be a whole number, the name of a class");
    const auto place = std::lower_bound(names.begin(), names.end(), y);
    if (place != names.end() && *place == y) continue;
    if (names.size() == most_classes) wrong(i, "is one target more than " + std::to_string(most_classes) + " different ones, and so many classes at most are read");
    names.insert(place, y);
  }
  if (names.size() < 2) throw SpecError({Place{file}, "targets", "all " + written(names.front()), "must be of two classes or more; there is only one"});
  if (const std::size_t given = given_classes(values); given != 0 && given != names.size())
    throw SpecError({Place{}, "classes", std::to_string(given), "must be " + std::to_string(names.size()) + ", the number of different targets in " + file});
  ClassLabels out{names.size(), {}};
  for (const double y : data.targets) out.labels.push_back(static_cast<double>(std::lower_bound(names.begin(), names.end(), y) - names.begin()));
  return out;
}

}  // namespace thalweg
