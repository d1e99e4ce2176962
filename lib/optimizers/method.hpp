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
//     static Numerator numerator(const Definition& d);               where its fields do not say it: see below
// Decay of the parameters (decay.hpp) is put around every rule, and into every update. A method states its own fields weight_decay and decay where
// their defaults are others.
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
  bool whole = false;  // whole numbers alone
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
  bool tight = true;       // both bounds are attained or approached; else the extremes lie somewhere between them
  std::string_view how = "no bound of the A-LR is known";
  // The same bounds as expressions in the fields and G; empty: only a bound that is not known has none.
  std::string_view least_formula = "", largest_formula = "";
};

// What m_t is made of, u_t = A_t m_t. Unless a method says otherwise: average where it has a field beta1, buffer where it has a field momentum.
enum class Numerator {
  gradient,  // m_t = g_t
  average,   // m_t = beta1 m_{t-1} + (1 - beta1) g_t
  buffer,    // m_t = momentum m_{t-1} + g_t
  other      // none of these: no theorem on them speaks of it
};

// A contract of rules that a method breaks by its definition.
struct Waiver {
  std::string_view contract, reason;
};

struct MethodEntry : Entry {
  std::string_view family;
  std::vector<NumberField> numbers;
  std::vector<ChoiceField> choices;
  std::vector<Preset> presets;          // the first is "paper", the meaning of the bare name
  std::vector<std::string_view> state;  // names of the values kept for each coordinate, in the order of the rule's Slots
  std::vector<Waiver> waivers = {};
  bool discontinuous = false;  // u_t jumps where the number whose sign it takes is 0: rounding may decide there
  // Filled in by the catalogue.
  unsigned calls = 1;      // oracle calls a step
  std::size_t sums = 0;    // over the vector, a call
  bool value = false;      // needs f(x) - f*
  bool exact = false;      // asks for the gradient of f itself beside samples
  bool remembers = false;  // needs a gradient kept of each sample of a finite sum
  bool mapped = false;     // a step maps the whole vector, a matrix of `columns` columns
  bool phased = false;     // its rules are phased (rule.hpp)
  std::string_view reported = "x";  // the iterate, of which f and the like are recorded: x, or one of the state
  bool own_decay = false;  // weight_decay is part of its rule: nothing is put in front
  RuleInstance (*instance)(const Definition&) = nullptr;
  Update (*update)(const Definition&) = nullptr;
  RateFacts (*rate)(const Definition&, double G) = nullptr;  // null: the A-LR is 1, or that of the adaptive family
  Numerator (*numerator)(const Definition&) = nullptr;       // null: the fields say it

  bool waives(std::string_view contract) const {
    for (const Waiver& waiver : waivers)
      if (waiver.contract == contract) return true;
    return false;
  }
};

// ---- fields that many methods have

namespace fields {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr Admitted below_one{0.0, 1.0, true, false, "must be a number in [0, 1)"};
constexpr Admitted at_most_one{0.0, 1.0, true, true, "must be a number in [0, 1]"};
constexpr Admitted not_negative{0.0, infinity, true, false, "must be a finite number >= 0"};
constexpr Admitted positive{0.0, infinity, false, false, "must be a finite number > 0"};

inline NumberField beta1(double value = 0.9) { return {"beta1", "coefficient of the moving average of gradients", value, below_one}; }
inline NumberField beta2(double value = 0.999) { return {"beta2", "coefficient of the moving average of squared gradients", value, below_one}; }
inline NumberField eps(double value = 1e-8) { return {"eps", "added in the denominator", value, not_negative}; }
inline NumberField momentum(double value = 0.9) { return {"momentum", "coefficient of the momentum buffer", value, below_one}; }
inline NumberField weight_decay(double value = 0.0) { return {"weight_decay", "w: decay of the parameters, see decay", value, not_negative}; }
inline ChoiceField decay() { return {"decay", "l2: w x is added to the gradient; decoupled: to what the rule makes of it", {"l2", "decoupled"}}; }
inline ChoiceField only_l2() { return {"decay", "l2: w x is added to each gradient, x where it was taken", {"l2"}}; }
inline ChoiceField own_decay() { return {"decay", "in-rule: weight_decay is part of the rule", {"in-rule"}}; }
inline ChoiceField decoupled_decay() { return {"decay", "decoupled: w x is added to what the rule makes of the gradient; l2: to the gradient", {"decoupled", "l2"}}; }

}  // namespace fields

}  // namespace thalweg
