#include "analysis/study/pins.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "analysis/theory/evaluate.hpp"

namespace thalweg {

namespace {

using Op = Expression::Op;

constexpr double small = 1e-6;
constexpr double wide = 100.0;  // a range of so many times its lower end has a logarithmic grid
constexpr int grid_points = 128;

bool holds_small_number(const Expression& e, std::uint32_t node) {
  const Expression::Node& n = e.node(node);
  if (n.op == Op::number) return n.number > 0.0 && n.number <= small;
  return std::any_of(n.args.begin(), n.args.end(), [&](std::uint32_t arg) { return holds_small_number(e, arg); });
}

// The differences of all pins below a node of a condition.
void collect(const Expression& e, std::uint32_t node, std::vector<std::string>& differences) {
  const Expression::Node& n = e.node(node);
  if (n.op == Op::logical_and) {
    for (std::uint32_t arg : n.args) collect(e, arg, differences);
  } else if (n.op == Op::equal) {
    differences.push_back("(" + to_text(e, n.args[0]) + ") - (" + to_text(e, n.args[1]) + ")");
  } else if (n.op == Op::less_equal) {
    const Expression::Node& left = e.node(n.args[0]);
    if (left.op == Op::call && left.function == Expression::Function::abs && holds_small_number(e, n.args[1])) differences.push_back(to_text(e, left.args[0]));
  }
}

void add_names(const Expression& expression, const Card& card, std::set<std::string>& names) {
  for (const auto& [name, node] : expression.names()) {
    if (!names.insert(name).second) continue;
    for (const NamedExpression& let : card.let)
      if (let.name == name) add_names(let.expression, card, names);
  }
}

}  // namespace

bool Pin::depends_on(std::string_view name) const { return std::find(names.begin(), names.end(), name) != names.end(); }

std::vector<Pin> pins_of(const Card& card) {
  std::vector<Pin> pins;
  for (const NamedExpression& condition : card.admissible) {
    std::vector<std::string> differences;
    collect(condition.expression, condition.expression.root(), differences);
    for (const std::string& text : differences) {
      Pin pin{Expression::parse(text), {}};
      std::set<std::string> names;
      add_names(pin.difference, card, names);
      pin.names.assign(names.begin(), names.end());
      pins.push_back(std::move(pin));
    }
  }
  return pins;
}

std::optional<double> solved(const Pin& pin, const Card& card, const Quantities& quantities, const std::string& name, double lower, double upper) {
  const auto difference = [&](double value) {
    Quantities at = quantities;
    at.set(name, Interval(value));
    if (name == "eta") at.set("eta_max", Interval(value));
    add_let(card, at);
    return value_of(pin.difference, at, card.id).mid();
  };
  const bool logarithmic = lower > 0.0 && upper / lower > wide;
  const auto grid = [&](int k) {
    const double share = static_cast<double>(k) / grid_points;
    return k == 0 ? lower : k == grid_points ? upper : logarithmic ? lower * std::pow(upper / lower, share) : lower + share * (upper - lower);
  };
  double above = upper, of_above = difference(above);
  if (of_above == 0.0) return above;
  for (int k = grid_points - 1; k >= 0; --k) {
    double below = grid(k), of_below = difference(below);
    if (of_below == 0.0) return below;
    if (!(of_below * of_above < 0.0)) {
      above = below;
      of_above = of_below;
      continue;
    }
    for (;;) {
      const double middle = below + 0.5 * (above - below);
      if (!(middle > below && middle < above)) return std::fabs(of_below) < std::fabs(of_above) ? below : above;
      const double of_middle = difference(middle);
      if (of_middle == 0.0) return middle;
      if (!std::isfinite(of_middle)) return std::nullopt;
      if (of_middle * of_below < 0.0) above = middle, of_above = of_middle;
      else below = middle, of_below = of_middle;
    }
  }
  return std::nullopt;
}

}  // namespace thalweg
