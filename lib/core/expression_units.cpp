#include "lib/core/expression_units.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

namespace thalweg {

Rational Rational::of(std::int64_t numerator, std::int64_t denominator) {
  if (denominator == 0) return {0, 1};
  const std::int64_t common = std::gcd(numerator, denominator), sign = denominator < 0 ? -1 : 1;
  return {sign * numerator / common, sign * denominator / common};
}

Units Units::base(const std::string& name, Rational exponent) {
  Units made;
  if (exponent.numerator != 0) made.exponents_.emplace(name, exponent);
  return made;
}

Units Units::power(Rational exponent) const {
  Units made;
  if (exponent.numerator == 0) return made;
  for (const auto& [name, own] : exponents_) made.exponents_.emplace(name, own * exponent);
  return made;
}

Units operator*(const Units& a, const Units& b) {
  Units made = a;
  for (const auto& [name, exponent] : b.exponents_) {
    Rational& own = made.exponents_[name];
    own = own + exponent;
    if (own.numerator == 0) made.exponents_.erase(name);
  }
  return made;
}

std::string to_string(const Units& units) {
  if (units.none()) return "no units";
  std::string above, below;
  for (const auto& [name, exponent] : units.exponents()) {
    std::string& side = exponent.numerator > 0 ? above : below;
    const std::int64_t size = std::abs(exponent.numerator);
    if (!side.empty()) side += exponent.numerator > 0 ? "*" : "/";
    side += name;
    if (exponent.denominator != 1) side += "^(" + std::to_string(size) + "/" + std::to_string(exponent.denominator) + ")";
    else if (size != 1) side += "^" + std::to_string(size);
  }
  return (above.empty() ? "1" : above) + (below.empty() ? "" : "/" + below);
}

namespace {

using Op = Expression::Op;
using Function = Expression::Function;
using Known = std::optional<Units>;

class UnitsWalk {
 public:
  UnitsWalk(const Expression& e, const UnitsOfName& units_of) : e_(e), units_of_(units_of) {}
  std::vector<std::pair<std::uint32_t, SpecError>> problems;

  Known of(std::uint32_t i) {
    const Expression::Node& n = e_.node(i);
    switch (n.op) {
      case Op::number:
      case Op::pi: return Units();
      case Op::name: return std::find(indices_.begin(), indices_.end(), n.name) != indices_.end() ? Known(Units()) : units_of_(n.name, false);
      case Op::indexed:
        without_units(n.args[0], "an index");
        return units_of_(n.name, true);
      case Op::negate: return of(n.args[0]);
      case Op::multiply:
      case Op::divide: return product(n);
      case Op::power:
      case Op::integer_power: return power(n, i);
      case Op::call: return call(n, i);
      case Op::conditional:
        of(n.args[0]);
        return equal(i, {n.args[1], n.args[2]});
      case Op::sum:
      case Op::product: return repeated(n, i);
      case Op::logical_and:
      case Op::logical_or:
      case Op::logical_not:
        for (std::uint32_t arg : n.args) of(arg);
        return std::nullopt;
      default:  // + - and comparisons
        const Known same = equal(i, n.args);
        return n.op >= Op::less ? std::nullopt : same;
    }
  }

 private:
  void report(std::uint32_t i, const std::string& why) { problems.emplace_back(i, SpecError({e_.place(i), "expression", "\"" + to_text(e_, i) + "\"", why})); }
  bool is_zero(std::uint32_t i) const { return e_.node(i).op == Op::number && e_.node(i).number == 0.0; }

  void without_units(std::uint32_t i, const std::string& whose) {
    const Known found = of(i);
    if (found && !found->none()) report(i, whose + " must be a number without units; it has " + to_string(*found));
  }

  // All alike; the first that is known counts.
  Known equal(std::uint32_t i, const std::vector<std::uint32_t>& args) {
    Known common;
    std::uint32_t first = i;
    for (std::uint32_t arg : args) {
      if (is_zero(arg)) continue;
      const Known found = of(arg);
      if (!found) continue;
      if (!common) {
        common = found;
        first = arg;
      } else if (!(*found == *common)) {
        report(i, "units differ: " + to_string(*common) + " in '" + to_text(e_, first) + "', " + to_string(*found) + " in '" + to_text(e_, arg) + "'");
        return std::nullopt;
      }
    }
    return common ? common : std::all_of(args.begin(), args.end(), [&](std::uint32_t arg) { return is_zero(arg); }) ? Known(Units()) : std::nullopt;
  }

  Known product(const Expression::Node& n) {
    const Known left = of(n.args[0]), right = of(n.args[1]);
    if (!left || !right) return std::nullopt;
    return n.op == Op::multiply ? *left * *right : *left / *right;
  }

  Known power(const Expression::Node& n, std::uint32_t i) {
    const Known base = of(n.args[0]);
    without_units(n.args[1], "an exponent");
    if (!base || base->none()) return base;
    if (const std::optional<Rational> exponent = rational(n.args[1])) return base->power(*exponent);
    report(i, "'" + to_text(e_, n.args[0]) + "' has units " + to_string(*base) + "; its exponent must be a number such as 2 or 1/2");
    return std::nullopt;
  }

  // The value of an expression of literals.
  std::optional<Rational> rational(std::uint32_t i) const {
    const Expression::Node& n = e_.node(i);
    if (n.op == Op::number) {
      // 0.1 is 1/10: the decimal that was meant, not the double.
      for (std::int64_t scale : {1, 2, 3, 4, 5, 6, 8, 10, 100, 1000})
        if (const double scaled = n.number * static_cast<double>(scale); scaled == std::floor(scaled) && scaled < 1e6) return Rational::of(static_cast<std::int64_t>(scaled), scale);
      return std::nullopt;
    }
    if (n.args.empty() || n.args.size() > 2) return std::nullopt;
    const std::optional<Rational> a = rational(n.args[0]);
    if (!a) return std::nullopt;
    if (n.op == Op::negate) return *a * Rational{-1, 1};
    if (n.args.size() != 2) return std::nullopt;
    const std::optional<Rational> b = rational(n.args[1]);
    if (!b) return std::nullopt;
    const auto small = [](Rational r) { return std::abs(r.numerator) < 1000000 && r.denominator < 1000000; };
    if (!small(*a) || !small(*b)) return std::nullopt;
    switch (n.op) {
      case Op::add: return *a + *b;
      case Op::subtract: return *a + *b * Rational{-1, 1};
      case Op::multiply: return *a * *b;
      case Op::divide: return b->numerator == 0 ? std::nullopt : std::optional(*a * Rational::of(b->denominator, b->numerator));
      default: return std::nullopt;
    }
  }

  Known call(const Expression::Node& n, std::uint32_t i) {
    switch (n.function) {
      case Function::abs: return of(n.args[0]);
      case Function::sqrt: {
        const Known found = of(n.args[0]);
        return found ? Known(found->power({1, 2})) : std::nullopt;
      }
      case Function::pow: return power(n, i);
      case Function::min:
      case Function::max: return equal(i, n.args);
      default: without_units(n.args[0], "the argument of " + std::string(to_string(n.function)));
    }
    return Units();
  }

  Known repeated(const Expression::Node& n, std::uint32_t i) {
    for (std::size_t k = 0; k + 1 < n.args.size(); ++k) without_units(n.args[k], "a limit");
    indices_.push_back(n.name);
    const Known term = of(n.args.back());
    indices_.pop_back();
    if (n.op == Op::sum || !term || term->none()) return term;
    if (n.args.size() == 3) {
      const std::optional<Rational> low = rational(n.args[0]), high = rational(n.args[1]);
      if (low && high) return term->power(*high + *low * Rational{-1, 1} + Rational{1, 1});
    }
    report(i, "a factor has units " + to_string(*term) + " and the number of factors is not a literal");
    return std::nullopt;
  }

  const Expression& e_;
  const UnitsOfName& units_of_;
  std::vector<std::string> indices_;
};

}  // namespace

UnitsReport check_units(const Expression& expression, const UnitsOfName& units_of) {
  UnitsWalk walk(expression, units_of);
  UnitsReport report;
  report.units = walk.of(expression.root());
  if (expression.is_condition()) report.units.reset();
  std::stable_sort(walk.problems.begin(), walk.problems.end(), [&](const auto& a, const auto& b) {
    const Expression::Node& x = expression.node(a.first);
    const Expression::Node& y = expression.node(b.first);
    return std::tie(x.line, x.column) < std::tie(y.line, y.column);
  });
  for (auto& [node, error] : walk.problems) report.problems.push_back(std::move(error));
  return report;
}

}  // namespace thalweg
