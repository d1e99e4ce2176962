#include "analysis/theory/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/theory/schedules.hpp"
#include "lib/core/check.hpp"
#include "lib/core/expression.hpp"

namespace thalweg {

namespace {

constexpr std::array<std::pair<Metric, std::string_view>, 9> paths = {{{Metric::v1, "V1"}, {Metric::v2, "V2"}, {Metric::h_sum, "h_sum"},
                                                                       {Metric::h_increase, "h_increase"}, {Metric::m_norm_sum, "m_norm_sum"}, {Metric::m_l1, "m_l1"},
                                                                       {Metric::g_norms, "g_norms"}, {Metric::h_over_eta, "h_over_eta"}, {Metric::step_ratio, "step_ratio"}}};

std::string whose(const std::string& card, std::string_view field) { return card.empty() ? std::string(field) : card + ": " + std::string(field); }

bool has_branch(const Expression& e, std::uint32_t node) {
  const Expression::Node& n = e.node(node);
  return n.op == Expression::Op::conditional || n.op >= Expression::Op::less || (n.op == Expression::Op::call && n.function == Expression::Function::floor) ||
         std::any_of(n.args.begin(), n.args.end(), [&](std::uint32_t arg) { return has_branch(e, arg); });
}

// theta_1 = 1, theta_{i+1} = (1 + sqrt(1 + 4 theta_i^2))/2: the sequence of accelerated gradient methods, which a card writes theta[i].
Interval theta(std::uint64_t i) {
  Interval value(1.0);
  while (--i > 0) value = (Interval(1.0) + m::sqrt(Interval(1.0) + Interval(4.0) * m::sqr(value))) * Interval(0.5);
  return value;
}

// Quantities as the environment of an expression over intervals, and over double: midpoints, but the upper end of a wide enclosure.
template <class R>
class Over;

template <>
class Over<Interval> {
 public:
  Over(const Quantities& quantities, const std::string& card) : quantities_(quantities), card_(card) {}

  Interval number(double value) const { return Interval(value); }
  Interval name(const std::string& name, const Expression& e, std::uint32_t node) const {
    if (const Interval* found = quantities_.find(name)) return *found;
    std::vector<std::string_view> known;
    for (const auto& [id, value] : quantities_.values()) known.push_back(id);
    for (const auto& [metric, id] : paths) known.push_back(id);
    const std::string_view near = nearest(name, known);
    std::string allowed = "unknown name, or one that this setting does not have";
    if (!near.empty()) allowed += "; did you mean '" + std::string(near) + "'?";
    constexpr std::size_t few = 24;
    known.resize(quantities_.values().size());
    allowed += known.size() <= few ? fmt::format(" (known here: {})", fmt::join(known, ", ")) : " (docs/theorem-cards.md lists the names)";
    throw SpecError({e.place(node), whose(card_, "expression"), "'" + name + "'", allowed});
  }
  Interval indexed(const std::string& name, const Interval& index, const Expression& e, std::uint32_t node) const {
    const PerCoordinate<Interval>* found = quantities_.find_array(name);
    const double i = index.mid();
    if (found == nullptr && name == "theta") {
      if (!(i >= 1.0 && i <= most_theta && i == std::floor(i)))
        throw SpecError({e.place(node), whose(card_, "expression"), name + "[" + std::to_string(i) + "]", "the index must be a whole number from 1 to 1e7"});
      return theta(static_cast<std::uint64_t>(i));
    }
    if (found == nullptr) throw SpecError({e.place(node), whose(card_, "expression"), "'" + name + "[...]'", "unknown indexed name; known: eta, L, G, Gs, sigma_sq, theta"});
    if (!(i >= 1.0 && i <= static_cast<double>(found->size()) && i == std::floor(i)))
      throw SpecError({e.place(node), whose(card_, "expression"), name + "[" + std::to_string(i) + "]", "the index must be a whole number from 1 to " + std::to_string(found->size())});
    return (*found)[static_cast<std::size_t>(i) - 1];
  }
  double integer(const Interval& value, const Expression& e, std::uint32_t node) const {
    if (value.lower() != value.upper() || value.lower() != std::floor(value.lower()))
      throw SpecError({e.place(node), whose(card_, "expression"), "", "the limits of a sum must be whole numbers"});
    if (!(std::fabs(value.lower()) <= 1e8))
      throw SpecError({e.place(node), whose(card_, "expression"), "", "the limits of a sum must lie within 1e8"});
    return value.lower();
  }
  void check_divisor(const Interval& divisor, const Expression& e, std::uint32_t node) const {
    if (divisor.lower() == 0.0 && divisor.upper() == 0.0) throw SpecError({e.place(node), whose(card_, "expression"), "", "division by zero"});
  }

 private:
  static constexpr double most_theta = 1e7;
  const Quantities& quantities_;
  const std::string& card_;
};

template <>
class Over<double> {
 public:
  Over(const Quantities& quantities, const std::string& card) : over_(quantities, card) {}
  double number(double value) const { return value; }
  double name(const std::string& name, const Expression& e, std::uint32_t node) const { return number_in(over_.name(name, e, node)); }
  double indexed(const std::string& name, double index, const Expression& e, std::uint32_t node) const { return number_in(over_.indexed(name, Interval(index), e, node)); }
  double integer(double value, const Expression& e, std::uint32_t node) const { return over_.integer(Interval(value), e, node); }
  void check_divisor(double divisor, const Expression& e, std::uint32_t node) const { over_.check_divisor(Interval(divisor), e, node); }

 private:
  static double number_in(const Interval& x) { return x.width() <= 1e-6 * x.magnitude() ? x.mid() : x.upper(); }
  Over<Interval> over_;
};

}  // namespace

Interval value_of(const Expression& expression, const Quantities& quantities, const std::string& card) {
  const Over<Interval> environment(quantities, card);
  return Evaluator<Interval, Over<Interval>>(expression, environment).value();
}

Truth truth_of(const Expression& expression, const Quantities& quantities, const std::string& card) {
  const Over<Interval> environment(quantities, card);
  return Evaluator<Interval, Over<Interval>>(expression, environment).condition();
}

void add_let(const Card& card, Quantities& quantities) {
  std::vector<std::string_view> waiting;  // path quantities not there yet, and the names that need them
  for (const auto& [metric, name] : paths)
    if (quantities.find(name) == nullptr) waiting.push_back(name);
  for (const NamedExpression& let : card.let) {
    const auto names = let.expression.names();
    const bool waits = std::any_of(names.begin(), names.end(), [&](const auto& name) { return std::find(waiting.begin(), waiting.end(), name.first) != waiting.end(); });
    if (waits) {
      waiting.push_back(let.name);
    } else {
      quantities.set(let.name, value_of(let.expression, quantities, card.id));
    }
  }
}

std::vector<Metric> path_metrics(const Card& card) {
  std::vector<Metric> used;
  const auto look = [&](const Expression& expression) {
    for (const auto& [name, node] : expression.names())
      for (const auto& [metric, id] : paths)
        if (name == id && std::find(used.begin(), used.end(), metric) == used.end()) used.push_back(metric);
  };
  look(card.bound);
  for (const NamedExpression& let : card.let) look(let.expression);
  return used;
}

std::string_view path_name(Metric metric) {
  for (const auto& [path, id] : paths)
    if (path == metric) return id;
  return {};
}

std::vector<double> step_sizes(const std::string& text, std::uint64_t horizon, const Quantities& quantities, const Place& place) {
  Quantities at = quantities;
  at.set("T", Interval(static_cast<double>(horizon)));
  std::vector<double> steps(horizon);
  if (const auto table = table_of(text, place)) {
    for (std::uint64_t i = 0; i < horizon; ++i) steps[i] = (*table)[std::min<std::uint64_t>(i, table->size() - 1)];
    return steps;
  }
  std::uint64_t t = 1;
  // The error as one about eta, at the step where it arose.
  const auto refuse = [&](const std::string& what, bool at_step) -> SpecError {
    return SpecError({place, "eta", text, what + (at_step ? " (at t = " + std::to_string(t) + ")" : "")});
  };
  try {
    const Expression expression = Expression::parse(with_schedules(text, place));
    if (expression.is_condition()) throw refuse("must be a number, not a condition", false);
    const auto names = expression.names();
    const bool varies = std::any_of(names.begin(), names.end(), [](const auto& name) { return name.first == "t"; });
    const bool branches = has_branch(expression, expression.root());
    for (; t <= horizon; ++t) {
      if (!varies && t > 1) {
        steps[t - 1] = steps[0];
        continue;
      }
      at.set("t", Interval(static_cast<double>(t)));
      const std::string none;
      const double rounded = Evaluator<double, Over<double>>(expression, Over<double>(at, none)).value();
      const double certain = value_of(expression, at, none).lower();
      // A comparison of t may be uncertain by a rounding, which the enclosure answers with a hull: then the number in double stands.
      const double value = (branches || !std::isfinite(rounded) ? rounded : certain) + 0.0;
      if (!(value >= 0.0) || !std::isfinite(value))
        throw refuse("must be a finite number, not negative; it is " + fmt::format("{:g}", value) + " at t = " + std::to_string(t), false);
      steps[t - 1] = value;
    }
  } catch (const SpecError& error) {
    if (error.parts().field == "eta") throw;
    const bool division = error.parts().allowed.find("division") != std::string::npos;
    throw refuse((error.parts().given.starts_with('\'') ? error.parts().given + ": " : "") + error.parts().allowed, division);
  }
  return steps;
}

double number_of(const std::string& text, const std::vector<std::pair<std::string, double>>& names, const Place& place) {
  Quantities quantities{std::map<std::string, Interval, std::less<>>{}};
  for (const auto& [name, value] : names) quantities.set(name, Interval(value));
  const Expression expression = Expression::parse(text, place.column > 0 ? Place{place.file, place.line, place.column + 1} : place);
  return value_of(expression, quantities, "").mid();
}

}  // namespace thalweg
