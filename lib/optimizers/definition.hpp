// The exact, printable definition of an update: a method, and a value for every field on which the update depends.
//
// "Adam with eps" is many algorithms; here each choice is a field, and named presets reproduce named sources:
//   adam            the method's own paper            sadam@authors-code     the authors' published code
//   adam@seed       no corrections: the form analysed for Sadam, arXiv:1908.00700
// A definition is written  method[@preset][(field=value, ...)],  for example  adam@seed(beta1=0.5, eps=1e-3).
// The step size eta is not part of it: a run carries its eta_1, ..., eta_T.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "lib/optimizers/method.hpp"

namespace thalweg {

using FieldValue = std::variant<double, std::string>;  // text is read as a number where the field is one
using Overrides = std::vector<std::pair<std::string, FieldValue>>;

struct Definition {
  std::string method;  // id of a MethodEntry
  std::string preset;  // the label it was made from; not part of its value
  std::map<std::string, double, std::less<>> numbers;
  std::map<std::string, std::string, std::less<>> choices;

  bool has(std::string_view field) const;
  double number(std::string_view field) const;              // the field must exist
  const std::string& choice(std::string_view field) const;  // the field must exist

  friend bool operator==(const Definition& a, const Definition& b) {
    return a.method == b.method && a.numbers == b.numbers && a.choices == b.choices;
  }
};

// Makes a definition; later overrides win, and all win over the preset. Names may be aliases. Throws SpecError.
Definition define(std::string_view spec, const Overrides& overrides = {});

// Every field with its value, in the order of the method's table: equal exactly when the definitions are. define(text(d)) == d.
std::string text(const Definition& definition);
// As short as exactness allows: the method, the preset unless it is the paper's, and the fields that differ from it.
std::string short_name(const Definition& definition);
// One step as assignments, in their order; as text, plain and in LaTeX.
Update update(const Definition& definition);
std::string formula(const Definition& definition);
std::string latex(const Definition& definition);

// The definition as what an engine runs.
RuleInstance rule_instance(const Definition& definition);
// The same for vectors of `dim` coordinates. SpecError where the definition does not fit them.
RuleInstance rule_instance(const Definition& definition, std::size_t dim);

// Whether the rule it runs states an A-LR (rule.hpp).
bool rated(const Definition& definition);

// The name under which a hyper-parameter is known everywhere: canonical_name("lr") == "eta". A name without alias is returned as it is.
std::string_view canonical_name(std::string_view name);
// All names of number and choice fields of all methods, and "eta": what --set may name.
const std::vector<std::string_view>& hyper_parameter_names();

const std::vector<MethodEntry>& methods();
const MethodEntry& method_entry(const Definition& definition);

}  // namespace thalweg
