// The value of an expression over any scalar R: double, float, packs, duals, intervals.
//
//   evaluate(e, environment)           numbers
//   evaluate_condition(e, environment) conditions: bool, a lane mask, or yes / no / maybe
//   evaluate_checked(e, environment)   over double and intervals: a division by zero (by an interval that contains 0) or a value that is not
//                                      finite is a SpecError that names the sub-expression and its place
// if, and, or look only at what they need where the condition is certain. Sums and products run upward over their index, one term after the other.
// For many evaluations of one expression see lib/core/expression_program.hpp.
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <map>
#include <optional>
#include <type_traits>

#include "lib/core/expression.hpp"
#include "lib/core/num.hpp"

namespace thalweg {

namespace expressions {

constexpr double widest_limit = 1e8;  // of a sum
constexpr int largest_squaring = 1024;

template <class R>
R literal(double x) {
  return R(static_cast<typename Num<R>::Value>(x));
}

// An interval's own enclosure of pi where there is one.
template <class R>
R pi() {
  if constexpr (requires { { R::pi() } -> std::same_as<R>; }) {
    return R::pi();
  } else if constexpr (requires(R x) { x.value; x.derivative; }) {
    return R(pi<decltype(R::value)>());
  } else {
    return literal<R>(0x1.921fb54442d18p+1);
  }
}

enum class Decided { no, yes, open };
// Open: lanes that differ, or maybe.
template <class Mask>
Decided decided(const Mask& mask) {
  if constexpr (std::is_same_v<Mask, bool>) {
    return mask ? Decided::yes : Decided::no;
  } else if constexpr (std::is_enum_v<Mask>) {
    return mask == Mask::yes ? Decided::yes : mask == Mask::no ? Decided::no : Decided::open;
  } else {
    constexpr std::size_t lanes = sizeof(mask.v) / sizeof(mask.v[0]);
    std::size_t count = 0;
    for (std::size_t l = 0; l < lanes; ++l) count += mask[l] ? 1 : 0;
    return count == lanes ? Decided::yes : count == 0 ? Decided::no : Decided::open;
  }
}

// The whole number that x certainly is.
template <class R>
std::optional<double> whole(const R& x) {
  if constexpr (std::is_floating_point_v<R>) {
    const auto value = static_cast<double>(x);
    return std::fabs(value) <= 0x1p53 && value == std::floor(value) ? std::optional<double>(value) : std::nullopt;
  } else if constexpr (requires { x.lower(); x.upper(); }) {
    return x.lower() == x.upper() ? whole(x.lower()) : std::nullopt;
  } else if constexpr (requires { x.value; x.derivative; }) {
    return whole(x.value);
  } else {
    for (std::size_t l = 1; l < R::lanes; ++l)
      if (!(x[l] == x[0])) return std::nullopt;
    return whole(x[0]);
  }
}

// base^exponent by repeated squaring of m::sqr, so that even powers of intervals are not negative.
template <class R>
R squaring_power(const R& base, int exponent) {
  if (exponent == 0) return literal<R>(1.0);
  if (exponent == 1) return base;
  const R half = squaring_power(base, exponent / 2);
  const R square = m::sqr(half);
  return exponent % 2 == 0 ? square : square * base;
}
// exponent >= 0. A negative one is 1 / this with -exponent, for the caller to divide, who knows what a zero means.
template <class R>
R whole_power(const R& base, int exponent) {
  if (exponent <= largest_squaring) return squaring_power(base, exponent);
  const R size = m::pow(m::abs(base), literal<R>(exponent));
  return exponent % 2 == 0 ? size : m::copysign(size, base);
}

// The largest whole number that is not larger.
template <class R>
R floor_of(const R& x) {
  if constexpr (std::is_floating_point_v<R>) {
    return std::floor(x);
  } else if constexpr (requires { x.lower(); x.upper(); }) {
    return R(std::floor(x.lower()), std::floor(x.upper()));
  } else if constexpr (requires { x.value; x.derivative; }) {
    R y = literal<R>(0.0);
    y.value = floor_of(x.value);
    return y;
  } else {
    R y = x;
    for (std::size_t l = 0; l < R::lanes; ++l) y.set(l, std::floor(x[l]));
    return y;
  }
}

template <class R>
R call(Expression::Function function, const R& x) {
  using F = Expression::Function;
  switch (function) {
    case F::abs: return m::abs(x);
    case F::sqrt: return m::sqrt(x);
    case F::exp: return m::exp(x);
    case F::expm1: return m::expm1(x);
    case F::log: return m::log(x);
    case F::log1p: return m::log1p(x);
    case F::sin: return m::sin(x);
    case F::cos: return m::cos(x);
    case F::tanh: return m::tanh(x);
    case F::softplus: return m::softplus(x);
    case F::sigmoid: return m::sigmoid(x);
    case F::floor: return floor_of(x);
    case F::pow:
    case F::min:
    case F::max: break;
  }
  return x;
}
template <class R>
R call(Expression::Function function, const R& x, const R& y) {
  using F = Expression::Function;
  return function == F::pow ? m::pow(x, y) : function == F::min ? m::min(x, y) : m::max(x, y);
}

template <class R>
auto compare(Expression::Op op, const R& x, const R& y) -> typename Num<R>::Mask {
  switch (op) {
    case Expression::Op::less: return x < y;
    case Expression::Op::less_equal: return x <= y;
    case Expression::Op::greater: return x > y;
    case Expression::Op::greater_equal: return x >= y;
    default: return x == y;
  }
}

[[noreturn]] void fail(const Expression& e, std::uint32_t node, const std::string& why);
[[noreturn]] void fail_name(const Expression& e, std::uint32_t node, std::span<const std::string_view> known);
[[noreturn]] void fail_index(const Expression& e, std::uint32_t node, double index, double first, double last);

}  // namespace expressions

// Names and indexed names with their values; what it lacks is a SpecError with the place and the nearest name.
// Any class with these members can stand in its stead: name, indexed, integer; and, if there, number (literals), coordinates (their first
// and last index), check_divisor and check_value.
template <class R>
class ExpressionEnvironment {
 public:
  ExpressionEnvironment& set(const std::string& name, const R& value) {
    names_.insert_or_assign(name, value);
    return *this;
  }
  // values[0] is name[first].
  ExpressionEnvironment& set_array(const std::string& name, std::vector<R> values, int first = 0) {
    arrays_.insert_or_assign(name, Array{std::move(values), first});
    return *this;
  }
  // What sums over coordinates run over.
  ExpressionEnvironment& set_coordinates(int first, int last) {
    coordinates_ = {first, last};
    return *this;
  }

  R name(const std::string& name, const Expression& e, std::uint32_t node) const {
    const auto found = names_.find(name);
    if (found == names_.end()) expressions::fail_name(e, node, keys(names_));
    return found->second;
  }
  R indexed(const std::string& name, const R& index, const Expression& e, std::uint32_t node) const {
    const auto found = arrays_.find(name);
    if (found == arrays_.end()) expressions::fail_name(e, node, keys(arrays_));
    const auto& [values, first] = found->second;
    const double last = first + static_cast<double>(values.size()) - 1.0;
    const std::optional<double> i = expressions::whole(index);
    if (!i) expressions::fail(e, node, "the index must be a whole number");
    if (!(*i >= first && *i <= last)) expressions::fail_index(e, node, *i, first, last);
    return values[static_cast<std::size_t>(*i - first)];
  }
  double integer(const R& value, const Expression& e, std::uint32_t node) const {
    const std::optional<double> limit = expressions::whole(value);
    if (!limit) expressions::fail(e, node, "the limits must be whole numbers");
    if (!(std::fabs(*limit) <= expressions::widest_limit)) expressions::fail(e, node, "the limits must lie within 1e8");
    return *limit;
  }
  std::pair<double, double> coordinates(const Expression& e, std::uint32_t node) const {
    if (!coordinates_) expressions::fail(e, node, "there are no coordinates here; name the index and its limits: sum(i, low, high, ...)");
    return *coordinates_;
  }

 private:
  struct Array {
    std::vector<R> values;
    int first;
  };
  template <class Map>
  static std::vector<std::string_view> keys(const Map& map) {
    std::vector<std::string_view> all;
    for (const auto& [key, value] : map) all.emplace_back(key);
    return all;
  }
  std::map<std::string, R, std::less<>> names_;
  std::map<std::string, Array, std::less<>> arrays_;
  std::optional<std::pair<double, double>> coordinates_;
};

// Walks the graph from its root: see ExpressionEnvironment for what an environment offers.
template <class R, class Environment>
class Evaluator {
 public:
  Evaluator(const Expression& expression, const Environment& environment) : e_(expression), environment_(environment) {}
  R value() { return value(e_.root()); }
  typename Num<R>::Mask condition() { return condition(e_.root()); }

 private:
  using Op = Expression::Op;
  using Mask = typename Num<R>::Mask;
  using Decided = expressions::Decided;

  R value(std::uint32_t i) {
    R result = plain_value(i);
    if constexpr (requires { environment_.check_value(result, e_, i); }) environment_.check_value(result, e_, i);
    return result;
  }

  R plain_value(std::uint32_t i) {
    const Expression::Node& n = e_.node(i);
    switch (n.op) {
      case Op::number: return number(n.number);
      case Op::pi: return expressions::pi<R>();
      case Op::name: return name(n, i);
      case Op::indexed: return environment_.indexed(n.name, value(n.args[0]), e_, i);
      case Op::add: return binary(n, [](const R& a, const R& b) { return a + b; });
      case Op::subtract: return binary(n, [](const R& a, const R& b) { return a - b; });
      case Op::multiply: return binary(n, [](const R& a, const R& b) { return a * b; });
      case Op::divide: return binary(n, [&](const R& a, const R& b) { return divided(a, b, i); });
      case Op::negate: return -value(n.args[0]);
      case Op::power: return binary(n, [](const R& a, const R& b) { return m::pow(a, b); });
      case Op::integer_power: {
        const R power = expressions::whole_power(value(n.args[0]), n.exponent < 0 ? -n.exponent : n.exponent);
        return n.exponent < 0 ? divided(expressions::literal<R>(1.0), power, i) : power;
      }
      case Op::call: return call(n);
      case Op::conditional: return conditional(n);
      case Op::sum:
      case Op::product: return repeated(n, i);
      default: return m::select(condition(i), expressions::literal<R>(1.0), expressions::literal<R>(0.0));
    }
  }

  // Left before right, so that the first error met is the first in the text.
  template <class F>
  R binary(const Expression::Node& n, F f) {
    const R left = value(n.args[0]);
    const R right = value(n.args[1]);
    return f(left, right);
  }
  R number(double x) const {
    if constexpr (requires { environment_.number(x); }) return environment_.number(x);
    else return expressions::literal<R>(x);
  }
  R name(const Expression::Node& n, std::uint32_t i) const {
    for (auto it = indices_.rbegin(); it != indices_.rend(); ++it)
      if (it->first == n.name) return expressions::literal<R>(it->second);
    return environment_.name(n.name, e_, i);
  }
  R divided(const R& numerator, const R& denominator, std::uint32_t i) const {
    if constexpr (requires { environment_.check_divisor(denominator, e_, i); }) environment_.check_divisor(denominator, e_, i);
    return numerator / denominator;
  }
  R conditional(const Expression::Node& n) {
    const Mask c = condition(n.args[0]);
    const Decided sure = expressions::decided(c);
    if (sure != Decided::open) return value(n.args[sure == Decided::yes ? 1 : 2]);
    const R yes = value(n.args[1]);
    return m::select(c, yes, value(n.args[2]));
  }
  std::pair<double, double> limits(const Expression::Node& n, std::uint32_t i) {
    if (n.args.size() == 1) {
      if constexpr (requires { environment_.coordinates(e_, i); }) return environment_.coordinates(e_, i);
      else expressions::fail(e_, i, "there are no coordinates here; name the index and its limits: sum(i, low, high, ...)");
    }
    const double low = environment_.integer(value(n.args[0]), e_, i);
    return {low, environment_.integer(value(n.args[1]), e_, i)};
  }
  R repeated(const Expression::Node& n, std::uint32_t i) {
    const auto [low, high] = limits(n, i);
    const bool adds = n.op == Op::sum;
    R total = expressions::literal<R>(adds ? 0.0 : 1.0);
    indices_.emplace_back(n.name, low);
    for (double k = low; k <= high; k += 1.0) {
      indices_.back().second = k;
      const R term = value(n.args.back());
      total = adds ? total + term : total * term;
    }
    indices_.pop_back();
    return total;
  }

  R call(const Expression::Node& n) {
    R result = value(n.args[0]);
    if (n.args.size() == 1) return expressions::call(n.function, result);
    for (std::size_t k = 1; k < n.args.size(); ++k) result = expressions::call(n.function, result, value(n.args[k]));
    return result;
  }

  Mask condition(std::uint32_t i) {
    const Expression::Node& n = e_.node(i);
    switch (n.op) {
      case Op::logical_and:
      case Op::logical_or: {
        const bool both = n.op == Op::logical_and;
        const Mask left = condition(n.args[0]);
        if (expressions::decided(left) == (both ? Decided::no : Decided::yes)) return left;
        const Mask right = condition(n.args[1]);
        return both ? left && right : left || right;
      }
      case Op::logical_not: return !condition(n.args[0]);
      case Op::less:
      case Op::less_equal:
      case Op::greater:
      case Op::greater_equal:
      case Op::equal: {
        const R left = value(n.args[0]);
        return expressions::compare<R>(n.op, left, value(n.args[1]));
      }
      default: return !(value(i) == expressions::literal<R>(0.0));
    }
  }

  const Expression& e_;
  const Environment& environment_;
  std::vector<std::pair<std::string_view, double>> indices_;
};

// An environment that refuses a division by zero and every value that is not finite.
template <class R, class Inner>
class CheckedEnvironment {
 public:
  explicit CheckedEnvironment(const Inner& inner) : inner_(inner) {}
  R name(const std::string& name, const Expression& e, std::uint32_t node) const { return inner_.name(name, e, node); }
  R indexed(const std::string& name, const R& index, const Expression& e, std::uint32_t node) const { return inner_.indexed(name, index, e, node); }
  double integer(const R& value, const Expression& e, std::uint32_t node) const { return inner_.integer(value, e, node); }
  R number(double x) const
    requires requires(const Inner& inner) { inner.number(x); }
  {
    return inner_.number(x);
  }
  std::pair<double, double> coordinates(const Expression& e, std::uint32_t node) const
    requires requires(const Inner& inner) { inner.coordinates(e, node); }
  {
    return inner_.coordinates(e, node);
  }
  void check_divisor(const R& divisor, const Expression& e, std::uint32_t node) const {
    if constexpr (std::is_floating_point_v<R>) {
      if (divisor == R(0)) expressions::fail(e, node, "division by zero");
    } else {
      if (divisor.lower() == 0.0 && divisor.upper() == 0.0) expressions::fail(e, node, "division by zero");
      if (divisor.contains(0.0)) expressions::fail(e, node, "division by an enclosure that contains zero");
    }
  }
  void check_value(const R& value, const Expression& e, std::uint32_t node) const {
    if constexpr (std::is_floating_point_v<R>) {
      if (!std::isfinite(value)) expressions::fail(e, node, std::isnan(value) ? "the value is not a number" : "the value is infinite");
    } else {
      if (!value.bounded()) expressions::fail(e, node, "the value has no finite enclosure");
    }
  }

 private:
  const Inner& inner_;
};

template <class R>
R evaluate(const Expression& expression, const ExpressionEnvironment<R>& environment) {
  return Evaluator<R, ExpressionEnvironment<R>>(expression, environment).value();
}
template <class R>
typename Num<R>::Mask evaluate_condition(const Expression& expression, const ExpressionEnvironment<R>& environment) {
  return Evaluator<R, ExpressionEnvironment<R>>(expression, environment).condition();
}
template <class R>
R evaluate_checked(const Expression& expression, const ExpressionEnvironment<R>& environment) {
  const CheckedEnvironment<R, ExpressionEnvironment<R>> checked(environment);
  return Evaluator<R, CheckedEnvironment<R, ExpressionEnvironment<R>>>(expression, checked).value();
}
template <class R>
typename Num<R>::Mask evaluate_condition_checked(const Expression& expression, const ExpressionEnvironment<R>& environment) {
  const CheckedEnvironment<R, ExpressionEnvironment<R>> checked(environment);
  return Evaluator<R, CheckedEnvironment<R, ExpressionEnvironment<R>>>(expression, checked).condition();
}

}  // namespace thalweg
