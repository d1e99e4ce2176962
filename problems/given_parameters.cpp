#include "problems/given_parameters.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <type_traits>

#include "lib/core/check.hpp"
#include "problems/build.hpp"

namespace thalweg {

namespace {

[[noreturn]] void refuse(const Family& family, const Parameter& parameter, const std::string& given, const std::string& allowed) {
  throw SpecError({Place{}, std::string(parameter.name), given,
                   allowed + " (" + std::string(parameter.meaning) + "; " + std::string(family.entry.id) + ")"});
}

template <class Value>
void check_names(const Family& family, const std::map<std::string, Value, std::less<>>& given) {
  constexpr bool are_texts = std::is_same_v<Value, std::string>;
  std::vector<std::string_view> names;
  for (const Parameter& parameter : family.parameters) names.push_back(parameter.name);
  for (const auto& [name, value] : given) {
    std::string shown;
    if constexpr (are_texts) shown = "'" + value + "'";
    else shown = written(value);
    const auto found = std::find_if(family.parameters.begin(), family.parameters.end(), [&name = name](const Parameter& p) { return p.name == name; });
    if (found == family.parameters.end())
      throw SpecError({Place{}, name, shown, unknown_clause("parameter of '" + std::string(family.entry.id) + "'", name, names)});
    if ((found->shape == Shape::text) != are_texts) refuse(family, *found, shown, are_texts ? "must be a number, not a text" : "must be a text in quotes, not a number");
    if constexpr (are_texts)
      if (value.empty()) refuse(family, *found, "\"\"", "must not be empty");
  }
}

}  // namespace

void check_parameter_names(const Family& family, const Parameters& given) { check_names(family, given); }
void check_parameter_names(const Family& family, const Texts& given) { check_names(family, given); }

void check_parameter(const Family& family, const Parameter& parameter, const std::vector<double>& values) {
  if (values.empty()) refuse(family, parameter, "[]", "must be given at least one number");
  if (parameter.shape == Shape::number && values.size() != 1) refuse(family, parameter, written(values), "must be one number, not a list");
  for (double value : values) {
    const bool inside = value >= parameter.lower && value <= parameter.upper;
    if (inside && (!parameter.integer || value == std::floor(value))) continue;
    refuse(family, parameter, written(value),
           std::string("must be ") + (parameter.integer ? "an integer" : "a number") + " from " + written(parameter.lower) + " to " +
               written(parameter.upper));
  }
}

std::size_t common_length(const Family& family, const Parameters& given, std::size_t dim) {
  for (const Parameter& parameter : family.parameters) {
    const auto found = given.find(parameter.name);
    if (parameter.shape != Shape::per_coordinate || found == given.end() || found->second.size() == 1) continue;
    if (dim == 0) dim = found->second.size();
    if (found->second.size() != dim)
      refuse(family, parameter, written(found->second), "must be one number or a list of " + std::to_string(dim) + ", one per coordinate");
  }
  return dim;
}

Parameters completed_parameters(const Family& family, const Parameters& given) {
  check_parameter_names(family, given);
  Parameters values;
  for (const Parameter& parameter : family.parameters) {
    if (parameter.shape == Shape::text) continue;
    const auto found = given.find(parameter.name);
    if (found != given.end()) check_parameter(family, parameter, found->second);
    values[std::string(parameter.name)] = found != given.end() ? found->second : parameter.initial;
  }
  return values;
}

std::string parameters_text(const Family& family, const Parameters& values, const Texts& texts, const std::string& digest, const std::string& first) {
  std::string text, separator = "(";
  if (!first.empty()) text += separator + first, separator = ", ";
  for (const Parameter& parameter : family.parameters) {
    if (parameter.shape == Shape::text) {
      const auto given = texts.find(parameter.name);
      if (given != texts.end()) text += separator + std::string(parameter.name) + "=" + std::filesystem::path(given->second).filename().string(), separator = ", ";
      continue;
    }
    const std::vector<double>& value = values.find(parameter.name)->second;
    if (value.empty()) continue;
    text += separator + std::string(parameter.name) + "=" + written(value);
    separator = ", ";
  }
  if (!digest.empty()) text += separator + "data=" + digest, separator = ", ";
  return separator == "(" ? text : text + ")";
}

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t state = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    state ^= static_cast<unsigned char>(c);
    state *= 0x100000001b3ULL;
  }
  return state;
}

}  // namespace thalweg
