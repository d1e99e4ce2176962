// What a method says of itself. A method is a struct in the header of its rule, named in one list (lib/optimizers/catalogue.hpp):
//   struct AdagradMethod {
//     using Rules = TypeList<Adagrad>;                               the rules that its definitions choose among
//     static MethodEntry entry();                                    id, name, source, fields, presets, names of the state
//     template <class Make>
//     static RuleInstance instance(const Definition& d, Make make);  the rule and constants of a definition: make.rule<Adagrad>({...})
//     static Update update(const Definition& d);                     one step as assignments in the language of lib/core/expression.hpp
//     static RateFacts rate(const Definition& d, double G);          where the A-LR is neither 1 nor that of the adaptive family
//     static constexpr bool own_decay = true;                        where weight_decay is part of the rule
//   };
// Decay of the parameters that is added to the gradient (decay.hpp) is put in front of every rule, and its line in front of every update.
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/core/card.hpp"
#include "lib/core/type_list.hpp"
#include "lib/optimizers/rule_instance.hpp"

namespace thalweg {

struct Definition;

// What a number field admits. NaN never is.
struct Admitted {
  double lower, upper;
  bool lower_in, upper_in;
  std::string_view clause;  // "must be a number in [0, 1)"

  bool operator()(double value) const { return (lower_in ? value >= lower : value > lower) && (upper_in ? value <= upper : value < upper); }
};

struct NumberField {
  std::string_view name;
  std::string_view meaning;
  double value;  // default
  Admitted admits;
};

struct ChoiceField {
  std::string_view name;
  std::string_view meaning;
  std::vector<std::string_view> allowed;  // the first is the default; one alone: fixed by the method
};

// A named source's form: values for fields, as text.
struct Preset {
  std::string_view id;
  std::string_view source;
  std::vector<std::pair<std::string_view, std::string_view>> fields;  // what differs from the defaults
  std::string_view version = "";                                     // of a library: what was read
};

// "m", "beta1*m + (1 - beta1)*g": the variable takes the value of the expression. g is the gradient, x the iterate, t the step, eta the step size; a
// state variable on the right is that of the step before until it is assigned. With a second oracle call, at y, g_y is the gradient there; v[j] is the value
// of v at coordinate j.
struct Assignment {
  std::string variable, value;
};
using Update = std::vector<Assignment>;

// What is known of the A-LR of a method that is not of the adaptive family (adaptive.hpp), whose bounds follow from its fields, for sampled gradients
// |g_j| <= G, over all t. Correct to a few ulp; a bound that is not known is 0 or infinity.
struct RateFacts {
  double least = 0.0, largest = std::numeric_limits<double>::infinity();
  bool monotone = false;   // never increases
  bool corrected = false;  // a bias correction enters it
  std::string_view how = "no bound of the A-LR is known";
};

struct MethodEntry : Entry {
  std::string_view family;
  std::vector<NumberField> numbers;
  std::vector<ChoiceField> choices;
  std::vector<Preset> presets;          // the first is "paper", the meaning of the bare name
  std::vector<std::string_view> state;  // names of the values kept for each coordinate, in the order of the rule's Slots
  // Filled in by the catalogue.
  unsigned calls = 1;      // oracle calls a step
  bool phased = false;     // its rules are phased (rule.hpp)
  bool own_decay = false;  // weight_decay is part of its rule: nothing is put in front
  RuleInstance (*instance)(const Definition&) = nullptr;
  Update (*update)(const Definition&) = nullptr;
  RateFacts (*rate)(const Definition&, double G) = nullptr;  // null: the A-LR is 1, or that of the adaptive family
};

// ---- fields that many methods have

namespace fields {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr Admitted below_one{0.0, 1.0, true, false, "must be a number in [0, 1)"};
constexpr Admitted not_negative{0.0, infinity, true, false, "must be a finite number >= 0"};

inline NumberField beta1(double value = 0.9) { return {"beta1", "coefficient of the moving average of gradients", value, below_one}; }
inline NumberField beta2(double value = 0.999) { return {"beta2", "coefficient of the moving average of squared gradients", value, below_one}; }
inline NumberField eps(double value = 1e-8) { return {"eps", "added in the denominator", value, not_negative}; }
inline NumberField momentum(double value = 0.9) { return {"momentum", "coefficient of the momentum buffer", value, below_one}; }
inline NumberField weight_decay() { return {"weight_decay", "w: w x is added to the gradient", 0.0, not_negative}; }

}  // namespace fields

}  // namespace thalweg
