// Theorems transcribed in long double, written from the statement and never from the card, and the comparison of a card with its transcription: bound,
// names, conditions (also a relative 1e-12 on either side of each), weights, trivial value, metric, kind, assumptions, status and source. All
// quantities are drawn independently of each other (G and Gs, G2sq and Gs2sq differ), so that a wrong name shows as much as a wrong constant.
// The theorems stand in transcriptions_<group>.hpp, each group with its list of planted misprints.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "analysis/theory/card.hpp"
#include "analysis/theory/evaluate.hpp"
#include "analysis/theory/verdict.hpp"

namespace thalweg::transcription {

using Real = long double;

struct Point {
  double d, T, eta, L, mu, mu_pl, f_star, Delta, R, D_inf, L1, hess_at_min, least_at_min, gradient_range, G, G2sq, Gs, Gs2sq, Gs1, grad1_sq, sigma2, sigma1, mu3, b,
      sigma2_one, noise_a, noise_b, noise_p, beta1, beta2, eps, beta, p, mu1, mu2, kappa_A, mu1_prime, V1, V2, h_sum, h_increase, m_norm_sum, m_l1;
  double M, kl_exponent, grad1_l1, x1_inf, g_norms, h_over_eta, step_ratio, variance_at_min, rate_lipschitz;
  double R_region, noise_fraction;
  double rho, momentum, q, weight_decay, columns, initial_accumulator, lr_decay, horizon, b0, c, largest;  // of definitions
  std::vector<double> steps;  // eta_1 ... eta_T
};

using Field = double Point::*;
inline const std::vector<std::pair<std::string, Field>> fields = {
    {"d", &Point::d}, {"T", &Point::T}, {"eta", &Point::eta}, {"L", &Point::L}, {"mu", &Point::mu}, {"mu_pl", &Point::mu_pl}, {"f_star", &Point::f_star},
    {"Delta", &Point::Delta}, {"R", &Point::R}, {"D_inf", &Point::D_inf}, {"L1", &Point::L1}, {"hess_at_min", &Point::hess_at_min},
    {"gradient_range", &Point::gradient_range}, {"G", &Point::G}, {"G2sq", &Point::G2sq}, {"Gs", &Point::Gs}, {"Gs2sq", &Point::Gs2sq}, {"Gs1", &Point::Gs1},
    {"grad1_sq", &Point::grad1_sq}, {"sigma2", &Point::sigma2}, {"sigma1", &Point::sigma1}, {"mu3", &Point::mu3}, {"b", &Point::b},
    {"sigma2_one", &Point::sigma2_one}, {"noise_a", &Point::noise_a}, {"noise_b", &Point::noise_b}, {"noise_p", &Point::noise_p}, {"beta1", &Point::beta1},
    {"beta2", &Point::beta2}, {"eps", &Point::eps}, {"beta", &Point::beta}, {"p", &Point::p}, {"mu1", &Point::mu1}, {"mu2", &Point::mu2},
    {"kappa_A", &Point::kappa_A}, {"mu1_prime", &Point::mu1_prime}, {"V1", &Point::V1}, {"V2", &Point::V2}, {"h_sum", &Point::h_sum},
    {"h_increase", &Point::h_increase}, {"m_norm_sum", &Point::m_norm_sum}, {"m_l1", &Point::m_l1},
    {"M", &Point::M}, {"kl_exponent", &Point::kl_exponent}, {"grad1_l1", &Point::grad1_l1}, {"x1_inf", &Point::x1_inf}, {"g_norms", &Point::g_norms},
    {"h_over_eta", &Point::h_over_eta}, {"step_ratio", &Point::step_ratio}, {"rho", &Point::rho}, {"momentum", &Point::momentum}, {"q", &Point::q},
    {"weight_decay", &Point::weight_decay}, {"columns", &Point::columns}, {"initial_accumulator", &Point::initial_accumulator}, {"lr_decay", &Point::lr_decay},
    {"horizon", &Point::horizon}, {"b0", &Point::b0}, {"c", &Point::c}, {"largest", &Point::largest}, {"variance_at_min", &Point::variance_at_min},
    {"rate_lipschitz", &Point::rate_lipschitz}, {"R_region", &Point::R_region}, {"noise_fraction", &Point::noise_fraction}};

inline Quantities quantities_of(const Point& x) {
  std::map<std::string, Interval, std::less<>> values;
  for (const auto& [name, field] : fields) values[name] = Interval(x.*field);
  values["least_at_min"] = Interval(x.least_at_min);
  std::vector<Interval> steps;
  for (double step : x.steps) steps.emplace_back(step);
  values["eta_max"] = Interval(*std::max_element(x.steps.begin(), x.steps.end()));
  return Quantities(std::move(values), {{"eta", std::move(steps)}});
}

using Formula = std::function<Real(const Point&)>;

// The conditions hold on one side of field = value(other fields), and there alone as this field moves.
struct Boundary {
  Field field;
  Formula value;
  bool below = true;  // the admissible side
  Formula far = {};   // where that side ends; absent: 0 below, 1 above for beta2, else twice the edge
};

// The conditions hold where field = value(other fields) up to rounding.
struct Rule {
  Field field;
  Formula value;
};

struct Transcription {
  std::string id, metric;
  Kind kind = Kind::upper;
  Status status = Status::proved;
  std::string arxiv = {};                   // of the source, where there is one
  std::set<std::string> assumptions = {};   // what the statement needs of problem, noise, method and run
  std::set<std::string> methods = {};
  Formula bound = {};
  std::vector<std::pair<std::string, Formula>> names = {};  // of the card's [let]
  std::vector<Boundary> boundaries = {};
  std::vector<Rule> rules = {};                                      // applied in order, after the boundaries
  std::vector<std::function<void(Point&)>> refused = {};             // each makes an admissible point inadmissible
  std::function<Real(const Point&, std::size_t k)> weight = {};  // of step k + 1, for weighted_grad_sq
  Formula trivial = {};                                          // absent: by metric
  std::function<void(Point&)> prepare = {};                 // makes an arbitrary point admissible but for the boundaries
  std::function<bool(const Point&)> holds = {};             // the condition but for the rules; absent: the boundaries say it all
  Expectation expect = Expectation::holds;
};

// A misprint planted in a card's text: the comparison must find it.
struct Misprint {
  std::string id, right, wrong, what;
};

// One group of theorems: what a header transcriptions_<group>.hpp gives.
struct Group {
  std::vector<Transcription> theorems;
  std::vector<Misprint> misprints;
};

inline const std::set<std::string> plain_update = {"unconstrained", "no-decay"};

inline std::set<std::string> with(std::set<std::string> base, std::initializer_list<const char*> more) {
  for (const char* id : more) base.insert(id);
  return base;
}

inline Real square(Real x) { return x * x; }

// ---- points

using Bits = std::mt19937_64;
inline double between(Bits& bits, double lower, double upper) { return lower + (upper - lower) * (static_cast<double>(bits() >> 11U) * 0x1p-53); }

inline Point arbitrary_point(Bits& bits) {
  Point x{};
  for (const auto& [name, field] : fields) x.*field = between(bits, 0.3, 2.5);
  x.T = std::floor(between(bits, 2.0, 9.0));
  x.d = std::floor(between(bits, 1.0, 9.0));
  for (Field fraction : {&Point::beta1, &Point::beta2, &Point::noise_p, &Point::p}) x.*fraction = between(bits, 0.05, 0.95);
  x.least_at_min = 0.5 * x.hess_at_min;
  x.mu1 = between(bits, 0.2, 0.9);
  x.mu2 = between(bits, 1.1, 2.5);
  for (double t = 1.0; t <= x.T; t += 1.0) x.steps.push_back(between(bits, 0.1, 2.5));
  return x;
}

inline void follow_rules(const Transcription& theorem, Point& x) {
  for (const Rule& rule : theorem.rules) x.*rule.field = static_cast<double>(rule.value(x));
}

inline Point admissible_point(const Transcription& theorem, Bits& bits) {
  Point x = arbitrary_point(bits);
  if (theorem.prepare) theorem.prepare(x);
  for (const Boundary& boundary : theorem.boundaries) {
    const double edge = static_cast<double>(boundary.value(x)), u = between(bits, 0.05, 0.95);
    const double far = boundary.far ? static_cast<double>(boundary.far(x)) : boundary.below ? 0.0 : boundary.field == &Point::beta2 ? 1.0 : 2.0 * edge;
    x.*boundary.field = edge + (far - edge) * u;
  }
  follow_rules(theorem, x);
  return x;
}

inline bool holds(const Transcription& theorem, const Point& x) {
  constexpr Real rounding = 1e-14L;
  for (const Rule& rule : theorem.rules)
    if (!(fabsl(x.*rule.field - rule.value(x)) <= rounding * fabsl(rule.value(x)))) return false;
  if (theorem.holds) return theorem.holds(x);
  return std::all_of(theorem.boundaries.begin(), theorem.boundaries.end(),
                     [&](const Boundary& boundary) { return (x.*boundary.field < boundary.value(x)) == boundary.below; });
}

// ---- the comparison: empty, or what differs

inline std::string text(Real value) {
  std::ostringstream out;
  out.precision(17);
  out << value;
  return out.str();
}

inline std::string difference(const std::string& what, const Interval& of_card, Real transcribed) {
  if (std::isinf(transcribed) && of_card.upper() == transcribed) return "";  // not known
  const Real room = 1e-12L * fabsl(transcribed);
  if (of_card.lower() >= transcribed - room && of_card.upper() <= transcribed + room) return "";
  return what + " is [" + text(of_card.lower()) + ", " + text(of_card.upper()) + "], transcribed " + text(transcribed);
}

inline Truth admissible(const Card& card, const Point& x) {
  Quantities quantities = quantities_of(x);
  add_let(card, quantities);
  Truth all = Truth::yes;
  for (const NamedExpression& condition : card.admissible) all = all && truth_of(condition.expression, quantities, card.id);
  return all;
}

// What the functional is known to be below without any theorem; infinity: nothing is.
inline Real trivial_by_metric(const std::string& metric, const Point& x) {
  static const std::map<std::string, Formula> known = {
      {"mean_grad_norm", [](const Point& p) { return sqrtl(p.G2sq); }}, {"mean_grad_l1", [](const Point& p) { return sqrtl(p.d) * sqrtl(p.G2sq); }},
      {"dist_sq", [](const Point& p) { return square(p.R); }}, {"weighted_dist_sq", [](const Point& p) { return square(p.R); }},
      {"mean_regret", [](const Point& p) { return Real(p.Gs1) * p.D_inf; }}, {"regret", [](const Point& p) { return Real(p.Gs1) * p.D_inf * p.T; }}};
  if (const auto found = known.find(metric); found != known.end()) return found->second(x);
  if (metric.ends_with("grad_sq")) return x.G2sq;
  return metric.find("f_gap") == std::string::npos ? std::numeric_limits<Real>::infinity() : Real(x.Delta);
}

inline std::string compare_values(const Card& card, const Transcription& theorem, const Point& x) {
  Quantities quantities = quantities_of(x);
  add_let(card, quantities);
  for (const NamedExpression& let : card.let) {
    const auto known = std::find_if(theorem.names.begin(), theorem.names.end(), [&](const auto& name) { return name.first == let.name; });
    const bool bare = let.expression.names().empty() && std::any_of(card.units.begin(), card.units.end(), [&](const auto& units) { return units.name == let.name; });
    if (known == theorem.names.end() && bare) continue;  // a number with units: the condition it stands in is compared
    if (known == theorem.names.end()) return "the name '" + let.name + "' is not transcribed";
    if (auto different = difference("'" + let.name + "'", *quantities.find(let.name), known->second(x)); !different.empty()) return different;
  }
  if (auto different = difference("the bound", value_of(card.bound, quantities, card.id), theorem.bound(x)); !different.empty()) return different;

  Quantities unknown_gradient = quantities_of(x);
  unknown_gradient.set("G2sq", Interval(0.0, std::numeric_limits<double>::infinity()));
  const bool of_gradient = theorem.metric.ends_with("grad_sq");
  const Real trivial = theorem.trivial ? theorem.trivial(x) : trivial_by_metric(theorem.metric, x);
  if (auto different = difference("the trivial value", trivial_value(card, quantities_of(x)), trivial); !different.empty()) return different;
  if (of_gradient && !theorem.trivial)
    if (auto different = difference("the trivial value without G", trivial_value(card, unknown_gradient), 2 * Real(x.L) * x.Delta); !different.empty()) return different;

  if (card.weights && !theorem.weight) return "the weights are not the theorem's";
  if (theorem.metric.starts_with("weighted_")) {
    if (!card.weights || !theorem.weight) return "weights are missing";
    for (std::size_t k = 0; k < x.steps.size(); ++k) {
      quantities.set("t", Interval(static_cast<double>(k + 1)));
      if (auto different = difference("the weight", value_of(*card.weights, quantities, card.id), theorem.weight(x, k)); !different.empty()) return different;
    }
  }
  return "";
}

inline std::string compare_conditions(const Card& card, const Transcription& theorem, Bits& bits) {
  constexpr int points = 20;
  for (int i = 0; i < points; ++i) {
    Point x = arbitrary_point(bits);
    if (admissible(card, x) != (holds(theorem, x) ? Truth::yes : Truth::no)) return "the conditions differ at an arbitrary point";
    x = admissible_point(theorem, bits);
    if (!holds(theorem, x)) return "the transcription is wrong: no admissible point";
    if (admissible(card, x) != Truth::yes) return "the conditions do not hold where the transcribed ones do";
    for (const Boundary& boundary : theorem.boundaries) {
      Point edge = x;
      const Real value = boundary.value(x);
      for (double sign : {-1.0, 1.0}) {
        edge.*boundary.field = static_cast<double>(value + Real(sign) * 1e-12L * fabsl(value));
        follow_rules(theorem, edge);
        const Truth expected = (sign < 0.0) == boundary.below ? Truth::yes : Truth::no;
        if (admissible(card, edge) != expected) return "the conditions differ next to their edge";
      }
    }
    for (const Rule& rule : theorem.rules)
      for (double sign : {-1.0, 1.0}) {
        Point off = x;
        off.*rule.field += sign * 1e-9 * std::max(1.0, std::fabs(x.*rule.field));
        if (admissible(card, off) == Truth::yes) return "the conditions hold beside their rule";
      }
    for (const auto& spoil : theorem.refused) {
      Point spoiled = x;
      spoil(spoiled);
      if (admissible(card, spoiled) == Truth::yes) return "the conditions hold where the theorem says nothing";
    }
  }
  return "";
}

inline std::string compare(const Card& card, const Transcription& theorem) {
  if (card.metric != theorem.metric) return "metric: " + card.metric + " instead of " + theorem.metric;
  if (card.kind != theorem.kind) return "kind differs";
  if (card.expect != theorem.expect) return "expect differs";
  if (card.status != theorem.status) return "status differs";
  if (card.arxiv != theorem.arxiv) return "arxiv: '" + card.arxiv + "' instead of '" + theorem.arxiv + "'";
  if (std::set<std::string>(card.methods.begin(), card.methods.end()) != theorem.methods) return "methods differ";
  const std::set<std::string> assumed(card.requires_.begin(), card.requires_.end());
  for (const std::string& id : theorem.assumptions)
    if (!assumed.contains(id)) return "the assumption '" + id + "' is missing";
  for (const std::string& id : assumed)
    if (!theorem.assumptions.contains(id)) return "the assumption '" + id + "' is not the theorem's";
  Bits bits(20240611);
  if (auto different = compare_conditions(card, theorem, bits); !different.empty()) return different;
  for (int i = 0; i < 20; ++i)
    if (auto different = compare_values(card, theorem, admissible_point(theorem, bits)); !different.empty()) return different;
  return "";
}

}  // namespace thalweg::transcription
