// The expression language of cards, schedules and studies: text -> graph with source positions -> value over any scalar, and back to text.
//
// Grammar, loosest first:  or,  and,  not,  < <= > >= ==,  + -,  * /,  unary -,  ^ (right associative),  atoms
//   atoms: numbers (1e-8), names, indexed names a[i], (expression), f(x, ...), if(condition, a, b), sum(i, low, high, term), prod(i, low, high, term)
//   functions: abs sqrt exp expm1 log log1p sin cos tanh softplus sigmoid (one argument), pow(x, p) with x >= 0, min and max (two or more)
// An integer literal exponent is evaluated by repeated squaring (any base); every other power by pow.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/core/check.hpp"
#include "lib/core/num.hpp"

namespace thalweg {

class Expression {
 public:
  enum class Op : std::uint8_t {
    number, name, indexed, add, subtract, multiply, divide, negate, power, integer_power, call, conditional, sum, product,
    less, less_equal, greater, greater_equal, equal, logical_and, logical_or, logical_not
  };
  enum class Function : std::uint8_t { abs, sqrt, exp, expm1, log, log1p, pow, sin, cos, tanh, softplus, sigmoid, min, max };
  struct Node {
    Op op = Op::number;
    Function function = Function::abs;
    double number = 0.0;
    int exponent = 0;
    std::string name;                 // of a name, an indexed name, or the index of a sum
    std::vector<std::uint32_t> args;
    int column = 0;                   // 1-based, in the text
  };

  Expression() = default;  // the number 0
  // place: of the first character. Errors are SpecErrors with the line and column of what is wrong.
  static Expression parse(const std::string& text, Place place = {});

  const Node& node(std::uint32_t i) const { return (*nodes_)[i]; }
  std::uint32_t root() const { return root_; }
  const std::string& text() const { return text_; }
  Place place(std::uint32_t i) const { return {place_.file, place_.line, place_.column > 0 ? place_.column + node(i).column - 1 : node(i).column}; }
  bool is_condition() const;
  // Names that stand free (not the index of a sum), each once, with the node of the first use; indexed names too.
  std::vector<std::pair<std::string, std::uint32_t>> names() const;

 private:
  friend class ExpressionParser;
  std::shared_ptr<const std::vector<Node>> nodes_ = std::make_shared<const std::vector<Node>>(1);
  std::uint32_t root_ = 0;
  std::string text_;
  Place place_;
};

// The shortest text that parses to the same graph.
std::string to_text(const Expression& expression);

// Evaluation. Environment: R name(std::string_view, const Expression&, node) and R indexed(std::string_view, R index, const Expression&, node).
// `integer` turns an R that holds a whole number into one. Conditions give Num<R>::Mask.
template <class R, class Environment>
class Evaluator {
 public:
  Evaluator(const Expression& expression, const Environment& environment) : e_(expression), environment_(environment) {}
  R value() { return value(e_.root()); }
  typename Num<R>::Mask condition() { return condition(e_.root()); }

 private:
  using Op = Expression::Op;
  using Mask = typename Num<R>::Mask;

  R value(std::uint32_t i) {
    const Expression::Node& n = e_.node(i);
    switch (n.op) {
      case Op::number: return environment_.number(n.number);
      case Op::name:
        for (auto it = indices_.rbegin(); it != indices_.rend(); ++it)
          if (it->first == n.name) return R(it->second);
        return environment_.name(n.name, e_, i);
      case Op::indexed: return environment_.indexed(n.name, value(n.args[0]), e_, i);
      case Op::add: return value(n.args[0]) + value(n.args[1]);
      case Op::subtract: return value(n.args[0]) - value(n.args[1]);
      case Op::multiply: return value(n.args[0]) * value(n.args[1]);
      case Op::divide: {
        const R numerator = value(n.args[0]), denominator = value(n.args[1]);
        environment_.check_divisor(denominator, e_, i);
        return numerator / denominator;
      }
      case Op::negate: return -value(n.args[0]);
      case Op::power: return m::pow(value(n.args[0]), value(n.args[1]));
      case Op::integer_power: return integer_power(value(n.args[0]), n.exponent);
      case Op::call: return call(n);
      case Op::conditional: return m::select(condition(n.args[0]), value(n.args[1]), value(n.args[2]));
      case Op::sum:
      case Op::product: {
        const double low = environment_.integer(value(n.args[0]), e_, i), high = environment_.integer(value(n.args[1]), e_, i);
        R total(n.op == Op::sum ? 0.0 : 1.0);
        indices_.emplace_back(n.name, low);
        for (double k = low; k <= high; k += 1.0) {
          indices_.back().second = k;
          total = n.op == Op::sum ? total + value(n.args[2]) : total * value(n.args[2]);
        }
        indices_.pop_back();
        return total;
      }
      default: return m::select(condition(i), R(1.0), R(0.0));
    }
  }

  Mask condition(std::uint32_t i) {
    const Expression::Node& n = e_.node(i);
    switch (n.op) {
      case Op::less: return value(n.args[0]) < value(n.args[1]);
      case Op::less_equal: return value(n.args[0]) <= value(n.args[1]);
      case Op::greater: return value(n.args[0]) > value(n.args[1]);
      case Op::greater_equal: return value(n.args[0]) >= value(n.args[1]);
      case Op::equal: return value(n.args[0]) == value(n.args[1]);
      case Op::logical_and: return condition(n.args[0]) && condition(n.args[1]);
      case Op::logical_or: return condition(n.args[0]) || condition(n.args[1]);
      case Op::logical_not: return !condition(n.args[0]);
      default: return value(i) != R(0.0);
    }
  }

  R integer_power(R base, int exponent) {
    if (exponent < 0) return R(1.0) / integer_power(base, -exponent);
    if (exponent == 0) return R(1.0);
    if (exponent == 1) return base;
    const R half = integer_power(base, exponent / 2), square = m::sqr(half);
    return exponent % 2 == 0 ? square : square * base;
  }

  R call(const Expression::Node& n) {
    using F = Expression::Function;
    const R x = value(n.args[0]);
    switch (n.function) {
      case F::abs: return m::abs(x);
      case F::sqrt: return m::sqrt(x);
      case F::exp: return m::exp(x);
      case F::expm1: return m::expm1(x);
      case F::log: return m::log(x);
      case F::log1p: return m::log1p(x);
      case F::pow: return m::pow(x, value(n.args[1]));
      case F::sin: return m::sin(x);
      case F::cos: return m::cos(x);
      case F::tanh: return m::tanh(x);
      case F::softplus: return m::softplus(x);
      case F::sigmoid: return m::sigmoid(x);
      case F::min:
      case F::max: break;
    }
    R best = x;
    for (std::size_t k = 1; k < n.args.size(); ++k) best = n.function == F::min ? m::min(best, value(n.args[k])) : m::max(best, value(n.args[k]));
    return best;
  }

  const Expression& e_;
  const Environment& environment_;
  std::vector<std::pair<std::string_view, double>> indices_;
};

}  // namespace thalweg
