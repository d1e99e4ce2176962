// The methods, their fields and their presets: the table behind define(), `list methods` and the documentation.
#include <array>
#include <cmath>
#include <limits>

#include "lib/core/check.hpp"
#include "lib/optimizers/definition.hpp"

namespace thalweg {

namespace {

constexpr std::string_view seed_code =
    "official code of Tong, Liang & Bi (arXiv:1908.00700): factor sqrt(1 - beta2^t) / (1 - beta1^t) outside";
constexpr std::string_view seed_form =
    "no bias corrections: the form in which Tong, Liang & Bi (arXiv:1908.00700) write and analyse the adaptive methods";

NumberField beta1(double value = 0.9) { return {"beta1", "coefficient of the moving average of gradients", value}; }
NumberField beta2() { return {"beta2", "coefficient of the moving average of squared gradients", 0.999}; }
NumberField eps() { return {"eps", "added in the denominator", 1e-8}; }
NumberField beta() { return {"beta", "sharpness of the softplus; log 2 / beta takes the place of eps", 50.0}; }
NumberField p() { return {"p", "power: the denominator is (sqrt(v) + eps)^(2 p); 1/2 is Adam", 0.125}; }
NumberField momentum() { return {"momentum", "coefficient of the momentum buffer", 0.9}; }
NumberField weight_decay() { return {"weight_decay", "w: w x is added to the gradient", 0.0}; }

ChoiceField denominator(std::string_view only) {
  return {"denominator", "D(sqrt(v)): root sqrt(v) + eps, power (sqrt(v) + eps)^(2 p), softplus", {only}};
}
ChoiceField eps_placement() {
  return {"eps_placement", "outside the root, sqrt(v) + eps, or inside, sqrt(v + eps)", {"outside", "inside"}};
}
ChoiceField second_moment(std::string_view only) {
  return {"second_moment", "the A-LR is read from the latest v_t, its running-maximum, or the previous v_{t-1}", {only}};
}
ChoiceField correction() {
  return {
      "correction", "bias correction: none, inside (both moments), outer (sqrt(1 - beta2^t) / (1 - beta1^t))", {"none", "inside", "outer"}};
}
ChoiceField no_correction() { return {"correction", "bias correction: none", {"none"}}; }

std::vector<MethodEntry> table() {
  const auto entry = [](std::string_view id, std::string_view name, std::string_view source, std::vector<NumberField> numbers,
                        std::vector<ChoiceField> choices, std::vector<Preset> presets, std::vector<std::string_view> state) {
    return MethodEntry{{id, name, source}, std::move(numbers), std::move(choices), std::move(presets), std::move(state)};
  };
  const Preset seed{"seed", seed_form, {}};
  const Preset code{"authors-code", seed_code, {{"correction", "outer"}}};
  const Preset same{"paper", seed_form, {}};
  return {
      entry("sgd", "SGD", "Robbins & Monro 1951", {weight_decay()}, {}, {{"paper", "Robbins & Monro 1951", {}}}, {}),
      entry("momentum", "S-Momentum", "Polyak 1964; Sutskever et al. 2013", {momentum(), weight_decay()}, {},
            {{"paper", "Polyak 1964: b = momentum b + g", {}},
             {"authors-code", "the baseline of Tong, Liang & Bi (arXiv:1908.00700): the same update", {}}}, {"b"}),
      entry("ema-momentum", "EMA momentum", "Adam's numerator alone: m = beta1 m + (1 - beta1) g", {beta1(), weight_decay()}, {},
            {{"paper", "m = beta1 m + (1 - beta1) g", {}}, {"seed", "the A-LR 1 in the form of Tong, Liang & Bi (arXiv:1908.00700)", {}}}, {"m"}),
      entry(
          "adam", "Adam", "Kingma & Ba 2015 (arXiv:1412.6980), Algorithm 1", {beta1(), beta2(), eps(), weight_decay()},
          {denominator("root"), eps_placement(), second_moment("latest"), correction()},
          {{"paper", "Kingma & Ba 2015 (arXiv:1412.6980), Algorithm 1: corrections of both moments inside", {{"correction", "inside"}}},
           {"seed", seed_form, {}},
           {"authors-code", seed_code, {{"correction", "outer"}}},
           {"eps-hat", "Kingma & Ba 2015, end of section 2: the cheaper order, eps is their eps-hat", {{"correction", "outer"}}},
           {"inside-root", "sqrt(v + eps) without corrections, as in Defossez et al. (arXiv:2003.02395)", {{"eps_placement", "inside"}}}}, {"m", "v"}),
      entry("amsgrad", "AMSGrad", "Reddi, Kale & Kumar 2018, Algorithm 2", {beta1(), beta2(), eps(), weight_decay()},
            {denominator("root"), eps_placement(), second_moment("running-maximum"), correction()},
            {{"paper", "Reddi, Kale & Kumar 2018, Algorithm 2: no corrections (there with eps = 0)", {}}, seed, code}, {"m", "v", "v_max"}),
      entry("padam", "Padam", "Tong, Liang & Bi (arXiv:1908.00700), without the maximum that Chen et al. (arXiv:1806.06763) have",
            {p(), beta1(), beta2(), eps(), weight_decay()}, {denominator("power"), second_moment("latest"), correction()},
            {same, seed, code}, {"m", "v"}),
      entry("pamsgrad", "PAMSGrad", "Tong, Liang & Bi (arXiv:1908.00700); the Padam of Chen et al. (arXiv:1806.06763)",
            {p(), beta1(), beta2(), eps(), weight_decay()}, {denominator("power"), second_moment("running-maximum"), correction()},
            {same, seed, code}, {"m", "v", "v_max"}),
      entry("sadam", "Sadam", "Tong, Liang & Bi (arXiv:1908.00700)", {beta(), beta1(), beta2(), weight_decay()},
            {denominator("softplus"), second_moment("latest"), correction()}, {same, seed, code}, {"m", "v"}),
      entry("samsgrad", "SAMSGrad", "Tong, Liang & Bi (arXiv:1908.00700)", {beta(), beta1(), beta2(), weight_decay()},
            {denominator("softplus"), second_moment("running-maximum"), correction()}, {same, seed, code}, {"m", "v", "v_max"}),
      entry("decorrelated-adam", "Decorrelated Adam",
            "A-LR without the current gradient, as in AdaShift (arXiv:1810.00143) and ADOPT (arXiv:2411.02853)",
            {beta1(0.0), beta2(), eps(), weight_decay()}, {denominator("root"), second_moment("previous"), no_correction()},
            {{"paper", "A-LR 1 / (sqrt(v_{t-1}) + eps), no corrections, beta1 = 0", {}}}, {"m", "v", "v_previous"}),
  };
}

struct Alias {
  std::string_view alias, name;
};
constexpr std::array aliases = {Alias{"lr", "eta"},
                                Alias{"learning_rate", "eta"},
                                Alias{"step", "eta"},
                                Alias{"b1", "beta1"},
                                Alias{"b2", "beta2"},
                                Alias{"beta_1", "beta1"},
                                Alias{"beta_2", "beta2"},
                                Alias{"smooth", "beta"},
                                Alias{"partial", "p"},
                                Alias{"epsilon", "eps"},
                                Alias{"weight-decay", "weight_decay"},
                                Alias{"eps-placement", "eps_placement"},
                                Alias{"second-moment", "second_moment"}};

struct Range {
  std::string_view field;
  double lower, upper;
  bool lower_in, upper_in;
  std::string_view clause;
};
constexpr double infinity = std::numeric_limits<double>::infinity();
// beta stays below 1e100 so that beta sqrt(v) cannot overflow.
constexpr std::array ranges = {Range{"beta1", 0.0, 1.0, true, false, "must be a number in [0, 1)"},
                               Range{"beta2", 0.0, 1.0, true, false, "must be a number in [0, 1)"},
                               Range{"momentum", 0.0, 1.0, true, false, "must be a number in [0, 1)"},
                               Range{"eps", 0.0, infinity, true, false, "must be a finite number >= 0"},
                               Range{"weight_decay", 0.0, infinity, true, false, "must be a finite number >= 0"},
                               Range{"beta", 0.0, 1e100, false, true, "must be a number in (0, 1e100]"},
                               Range{"p", 0.0, 0.5, false, true, "must be a number in (0, 1/2]"}};

const Range& range_of(std::string_view field) {
  for (const Range& range : ranges)
    if (range.field == field) return range;
  THALWEG_EXPECTS(!"a number field without a range");
  return ranges[0];
}

}  // namespace

const std::vector<MethodEntry>& methods() {
  static const std::vector<MethodEntry> entries = table();
  return entries;
}

const MethodEntry& method_entry(const Definition& definition) {
  for (const MethodEntry& entry : methods())
    if (entry.id == definition.method) return entry;
  THALWEG_EXPECTS(!"a definition is made by define()");
  return methods().front();
}

std::string_view canonical_name(std::string_view name) {
  for (const Alias& alias : aliases)
    if (alias.alias == name) return alias.name;
  return name;
}

std::span<const std::string_view> hyper_parameter_names() {
  static constexpr std::array<std::string_view, 12> names = {
      "eta",      "beta1",        "beta2",       "eps",           "beta",          "p",
      "momentum", "weight_decay", "denominator", "eps_placement", "second_moment", "correction"};
  return names;
}

std::string_view allowed_values(std::string_view field) { return range_of(field).clause; }

bool admits(std::string_view field, double value) {
  const Range& range = range_of(field);
  return (range.lower_in ? value >= range.lower : value > range.lower) && (range.upper_in ? value <= range.upper : value < range.upper);
}

}  // namespace thalweg
