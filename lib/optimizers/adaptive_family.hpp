// What the methods of the adaptive family (adaptive.hpp) share as definitions: fields, presets of the seed paper, constants, and the update as text.
#pragma once

#include "lib/optimizers/adaptive.hpp"
#include "lib/optimizers/definition.hpp"

namespace thalweg::adaptive_family {

constexpr std::string_view seed_form =
    "no bias corrections: the form in which Tong, Liang & Bi (arXiv:1908.00700) write and analyse the adaptive methods";
constexpr std::string_view seed_code =
    "official code of Tong, Liang & Bi (arXiv:1908.00700): factor sqrt(1 - beta2^t) / (1 - beta1^t) outside";
// Functions, not constants: kernels for one instruction set see this header, and must not bring code that runs at the start of the program.
inline Preset as_paper() { return {"paper", seed_form, {}}; }
inline Preset seed() { return {"seed", seed_form, {}}; }
inline Preset authors_code() { return {"authors-code", seed_code, {{"correction", "outer"}}}; }

inline ChoiceField denominator(std::string_view only) {
  return {"denominator", "D(sqrt(v)): root sqrt(v) + eps, power (sqrt(v) + eps)^(2 p), softplus", {only}};
}
inline ChoiceField eps_placement() {
  return {"eps_placement", "outside the root, sqrt(v) + eps, or inside, sqrt(v + eps)", {"outside", "inside"}};
}
inline ChoiceField second_moment(std::string_view only) {
  return {"second_moment", "the A-LR is read from the latest v_t, its running-maximum, or the previous v_{t-1}", {only}};
}
inline ChoiceField correction() {
  return {"correction", "bias correction: none, inside (both moments), outer (sqrt(1 - beta2^t) / (1 - beta1^t)), second (sqrt(1 - beta2^t))", {"none", "inside", "outer", "second"}};
}
inline ChoiceField no_correction() { return {"correction", "bias correction: none", {"none"}}; }

// The constants of a rule of the family.
template <class A, class Denominator>
typename A::Hyper hyper(const Definition& d, Denominator denominator) {
  const std::string& written = d.choice("correction");
  const Correction kind = written == "inside" ? Correction::inside : written == "outer" ? Correction::outer : written == "second" ? Correction::second : Correction::none;
  return {d.number("beta1"), d.number("beta2"), denominator, kind};
}

// The rule with eps outside or inside the root.
template <class Outside, class Inside, class Make>
RuleInstance by_placement(const Definition& d, Make make) {
  if (d.choice("eps_placement") == "inside") return make.template rule<Inside>(hyper<Inside>(d, RootOfSum{d.number("eps")}));
  return make.template rule<Outside>(hyper<Outside>(d, RootPlusEps{d.number("eps")}));
}

Update update(const Definition& d);

}  // namespace thalweg::adaptive_family
