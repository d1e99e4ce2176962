#include "analysis/theory/names.hpp"

#include <algorithm>
#include <array>

#include "lib/optimizers/definition.hpp"
#include "problems/problem.hpp"

namespace thalweg {

namespace {

constexpr std::string_view gradient = "f/x", gradient_sq = "f^2/x^2", curvature = "f/x^2", rate = "x^2/(f*eta)";

constexpr CardName names[] = {
    // Problem.
    {"d", "1"}, {"L", curvature}, {"mu", curvature}, {"mu_pl", curvature}, {"f_star", "f"}, {"hess_at_min", curvature}, {"least_at_min", curvature},
    {"gradient_range", gradient}, {"L1", curvature}, {"L", curvature, true}, {"G", gradient}, {"G2sq", gradient_sq}, {"G", gradient, true}, {"M", gradient}, {"kl_exponent", "1"},
    // The start, and the box.
    {"Delta", "f"}, {"R", "x"}, {"R_region", "x"}, {"D_inf", "x"}, {"grad1_sq", gradient_sq}, {"grad1_l1", gradient}, {"x1_inf", "x"},
    // The oracle.
    {"Gs", gradient}, {"Gs2sq", gradient_sq}, {"Gs1", gradient}, {"Gs", gradient, true}, {"sigma2", gradient_sq}, {"sigma1", gradient}, {"sigma_sq", gradient_sq, true},
    {"mu3", "f^3/x^3"}, {"b", "1"}, {"sigma2_one", gradient_sq}, {"variance_at_min", gradient_sq}, {"noise_a", gradient}, {"noise_b", gradient}, {"noise_p", "1"},
    // The run and its A-LR.
    {"T", "1"}, {"eta", "eta"}, {"eta_max", "eta"}, {"eta", "eta", true}, {"mu1", rate}, {"mu2", rate}, {"kappa_A", "1"}, {"mu1_prime", rate},
    {"rate_lipschitz", "x^3/(f^2*eta)"}, {"rate_max", rate}, {"theta", "1", true},
    // The path: sums of |A_{t-1} - A_t|, of its square, of H = 1/A, of |m|_A^2, and |m|_1.
    {"V1", rate}, {"V2", "(x^2/(f*eta))^2"}, {"h_sum", "f*eta/x^2"}, {"h_increase", "f*eta/x^2"}, {"m_norm_sum", "f/eta"}, {"m_l1", gradient}, {"g_norms", gradient},
    {"h_over_eta", curvature}, {"step_ratio", "1"},
};

// Parameters of noises, as noise_NAME: sizes of a deviation of a gradient; all others are numbers.
constexpr std::array<std::string_view, 7> sizes_of_noise = {"sigma", "size", "half", "width", "scale", "bias", "limit"};

struct Field {
  std::string_view id;
  std::vector<std::string_view> units;
};

const std::vector<Field>& field_table() {
  static const std::vector<Field> all = {
      {"eps", {gradient, gradient_sq}},                   // beside sqrt(v), or inside the root
      {"eps_root", {gradient_sq}},
      {"beta", {"x/f"}},                                  // softplus(beta s)/beta
      {"b0", {gradient}},
      {"initial_accumulator", {gradient_sq}},
      {"initial_average", {gradient}},
      {"clip", {gradient}},
      {"rho", {"x", "x^2/f", "1", "1/f"}},                // the ascent step is as long as this, or this times the gradient; the same in the scale of x (asam)
      {"offset", {"x"}},
      {"weight_decay", {curvature, "1/eta", "1/x"}},      // w x is added to the gradient, to the update over eta, or to a ratio of gradients (lamb)
      {"largest", {rate}},                                // of gap/(c |g|^2), which stands for the A-LR
      {"final_rate", {rate}},
      {"initial_step", {"x/eta"}}, {"min_step", {"x/eta"}}, {"max_step", {"x/eta"}},
      {"beta1", {"1"}}, {"beta2", {"1"}}, {"beta3", {"1"}}, {"p", {"1"}}, {"q", {"1"}}, {"r", {"1"}}, {"c", {"1"}}, {"nu", {"1"}}, {"nu1", {"1"}}, {"nu2", {"1"}},
      {"momentum", {"1"}}, {"dampening", {"1"}}, {"momentum_decay", {"1"}}, {"lr_decay", {"1"}}, {"alpha", {"1"}}, {"decrease", {"1"}}, {"increase", {"1"}},
      {"trust", {"1"}}, {"threshold", {"1"}}, {"gamma", {"1"}}, {"power", {"1"}}, {"from", {"1"}}, {"horizon", {"1"}}, {"period", {"1"}}, {"steps", {"1"}}, {"columns", {"1"}},
  };
  return all;
}

// eta in x^2/f: the update is eta times a gradient. eta in x: the gradient's size is divided out. Without: so is a length, that of x or of the way to the minimiser.
// In none: padam and pamsgrad (p decides), radam (its first steps are along gradients, the others are not), rprop.
constexpr std::array<std::string_view, 23> along_gradients = {
    "gd", "sgd", "momentum", "ema-momentum", "heavy-ball", "heavy-ball-varying", "nesterov-simple", "extragradient", "sam", "asam", "qh-momentum", "nesterov", "nesterov-sc", "ogm", "triple-momentum",
    "silver", "averaged-sgd", "schedule-free-sgd", "lookahead-sgd", "clipped-sgd", "value-clipped-sgd", "svrg", "saga"};
constexpr std::array<std::string_view, 27> of_own_size = {
    "adam", "amsgrad", "sadam", "samsgrad", "decorrelated-adam", "adagrad", "adamax", "normalised-sgd", "adagrad-norm", "adamw", "signsgd", "signum", "lion", "rmsprop",
    "yogi", "adabelief", "nadam", "adabound", "amsbound", "adopt", "qh-adam", "adan", "rmsprop-momentum", "rmsprop-centred", "lookahead-adam", "schedule-free-adamw", "muon"};
constexpr std::array<std::string_view, 4> of_the_size_of_x = {"lamb", "lars", "adadelta", "polyak-step"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

std::span<const CardName> card_names() { return names; }

std::span<const std::string_view> field_units(std::string_view field) {
  const auto found = std::find_if(field_table().begin(), field_table().end(), [&](const Field& one) { return one.id == field; });
  return found == field_table().end() ? std::span<const std::string_view>() : std::span<const std::string_view>(found->units);
}

std::vector<std::string> known_names(bool indexed) {
  std::vector<std::string> all;
  const auto take = [&](std::string name) {
    if (std::find(all.begin(), all.end(), name) == all.end()) all.push_back(std::move(name));
  };
  for (const CardName& name : names)
    if (name.indexed == indexed) take(std::string(name.id));
  if (indexed) return all;
  for (const MethodEntry& method : methods())
    for (const NumberField& field : method.numbers) take(std::string(field.name));
  for (const Family& family : noise_families())
    for (const Parameter& parameter : family.parameters) take("noise_" + std::string(parameter.name));
  return all;
}

Units parse_units(const std::string& text, const Place& place) {
  constexpr std::array<std::string_view, 3> bases = {"f", "x", "eta"};
  const Expression written = Expression::parse(text, place);
  if (const auto unknown = unknown_names(written, bases); !unknown.empty()) throw unknown.front();
  const UnitsReport report = check_units(written, [](std::string_view name, bool) { return std::optional(Units::base(std::string(name))); });
  if (!report.consistent()) throw report.problems.front();
  if (!report.units) throw SpecError({place, "units", "\"" + text + "\"", "must be a product of powers of f, x and eta, such as \"f/x^2\""});
  return *report.units;
}

std::vector<Units> units_of_name(std::string_view name, bool indexed) {
  std::vector<Units> all;
  for (const CardName& known : names)
    if (known.id == name && known.indexed == indexed) return {parse_units(std::string(known.units))};
  if (indexed) return all;
  if (name.starts_with("noise_")) {
    const std::string_view parameter = name.substr(6);
    for (const Family& family : noise_families())
      for (const Parameter& own : family.parameters)
        if (own.name == parameter) return {contains(sizes_of_noise, parameter) ? parse_units(std::string(gradient)) : Units()};
    return all;
  }
  for (std::string_view units : field_units(name)) all.push_back(parse_units(std::string(units)));
  return all;
}

std::optional<Units> units_of_metric(std::string_view metric) {
  // A path quantity is a metric under its name in small letters.
  for (const CardName& known : names) {
    std::string small(known.id);
    std::transform(small.begin(), small.end(), small.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (small == metric && !known.indexed) return parse_units(std::string(known.units));
  }
  // The others say in their names what they measure: mean_grad_sq, min_f_gap.
  constexpr std::pair<std::string_view, std::string_view> words[] = {
      {"f_gap", "f"}, {"regret", "f"}, {"grad_sq", gradient_sq}, {"grad_l1", gradient}, {"grad_norm", gradient}, {"grad_sum", gradient}, {"dist_sq", "x^2"},
      {"noise_sq", gradient_sq}, {"x_inf", "x"}, {"rate_", rate}, {"ratio", "1"}, {"passage", "1"}, {"period", "1"}};
  for (const auto& [word, units] : words)
    if (metric.find(word) != std::string_view::npos) return parse_units(std::string(units));
  return std::nullopt;
}

std::optional<Units> eta_units(std::string_view method) {
  if (contains(along_gradients, method)) return parse_units("x^2/f");
  if (contains(of_own_size, method)) return parse_units("x");
  if (contains(of_the_size_of_x, method)) return Units();
  return std::nullopt;
}

}  // namespace thalweg
