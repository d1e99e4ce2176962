// The expression language of cards, schedules, studies and formula objectives: text -> graph with source positions -> value over any scalar,
// derivative, units, and back to text and LaTeX.
//
// Grammar, loosest first; the same level associates to the left, ^ to the right:
//   condition  = condition 'or' condition | condition 'and' condition | 'not' condition | value ('<' | '<=' | '>' | '>=' | '==') value
//   value      = value ('+' | '-') value | value ('*' | '/') value | '-' value | atom '^' value        -a^2 = -(a^2), -a*b = (-a)*b, a^-b
//   atom       = number | name | name '[' value ']' | '(' value or condition ')' | call
//   call       = function '(' value, ... ')' | 'if' '(' condition ',' value ',' value ')'
//              | 'sum' '(' index ',' low ',' high ',' value ')'      over the whole numbers low <= index <= high; an empty sum is 0
//              | 'sum' '(' value ')' | 'sum_j' '(' value ')'         over the coordinates, whose index is i, or j: sum((x[i]^2 - 1)^2)
//              | 'prod', 'prod_j' likewise; an empty product is 1
//   number     = digits, a point, an exponent: 2, 0.5, .5, 1e-8       name, index = a letter or _, then letters, digits, _
//   functions: abs sqrt exp expm1 log log1p sin cos tanh softplus sigmoid floor (one argument), pow(x, p) with x >= 0, min and max (two or more)
// pi is the number. Brackets nest 200 deep, a graph 1000. Which names there are is the environment's business; an index hides a name of the
// same spelling inside its own sum, not in its limits.
// An integer literal exponent n is evaluated by repeated squaring (any base; |n| > 1024 by pow of |x|), every other power by m::pow (x >= 0).
// Errors are SpecErrors with the line and column of what is wrong: of the operator, of a name's first letter, of a call's function.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/core/check.hpp"

namespace thalweg {

// Immutable, cheap to copy.
class Expression {
 public:
  // Conditions are the operations from less on.
  enum class Op : std::uint8_t {
    number, pi, name, indexed, add, subtract, multiply, divide, negate, power, integer_power, call, conditional, sum, product,
    less, less_equal, greater, greater_equal, equal, logical_and, logical_or, logical_not
  };
  enum class Function : std::uint8_t { abs, sqrt, exp, expm1, log, log1p, pow, sin, cos, tanh, softplus, sigmoid, floor, min, max };
  struct Node {
    Op op = Op::number;
    Function function = Function::abs;
    double number = 0.0;               // finite, never negative
    int exponent = 0;                  // of an integer power, whose args are base and exponent all the same
    std::string name;                  // of a name, an indexed name, or the index of a sum or product
    std::vector<std::uint32_t> args;   // of a sum: low, high, term; over the coordinates: term alone
    int line = 0;                      // lines below the first of the text
    int column = 0;                    // 1-based in its line, in characters
  };

  Expression() = default;  // the number 0
  // place: of the first character.
  static Expression parse(const std::string& text, Place place = {});

  const Node& node(std::uint32_t i) const { return (*nodes_)[i]; }
  std::uint32_t root() const { return root_; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(nodes_->size()); }  // args of a node have smaller numbers
  const std::string& text() const { return text_; }  // as written; of a derivative, as printed
  Place place(std::uint32_t i) const;
  bool is_condition() const { return node(root_).op >= Op::less; }
  // Names that stand free (not the index of a sum), each once, with the node of the first use; indexed names too.
  std::vector<std::pair<std::string, std::uint32_t>> names() const;
  // Every use of a free name.
  std::vector<std::pair<std::string, std::uint32_t>> uses() const;

 private:
  friend class ExpressionBuilder;
  std::shared_ptr<const std::vector<Node>> nodes_ = std::make_shared<const std::vector<Node>>(1);
  std::uint32_t root_ = 0;
  std::string text_ = "0";
  Place place_;
};

// "sqrt", "min" ...
std::string_view to_string(Expression::Function function);

// The same graph, wherever it was written.
bool identical(const Expression& a, const Expression& b);

// One error for each free name that is not known, with the nearest known name. The names of sums over coordinates need no mention.
std::vector<SpecError> unknown_names(const Expression& expression, std::span<const std::string_view> known);

// d expression / d name, simplified lightly: exact arithmetic of numbers, factors and terms 0 and 1. At a kink it is the derivative of the
// branch that evaluation takes (abs'(0) = 1; min and max of equal values: of the last). Indexed names do not depend on the name; a limit of a
// sum, an index or an integer exponent that does is refused. d f^g = g f^(g-1) f' + f^g log(f) g'; the second needs f > 0.
Expression derivative(const Expression& expression, const std::string& name);

// Brackets where the graph needs them, and round a negated right operand. Parses to the same graph.
std::string to_text(const Expression& expression);
std::string to_text(const Expression& expression, std::uint32_t node);

// For a paper: fractions, powers, \eta, \mu_{pl}, \beta_1, sums with limits, cases. sigma2 is \sigma^2, a suffix sq squares, star is \ast.
std::string to_latex(const Expression& expression);
std::string latex_name(std::string_view name);

}  // namespace thalweg

#include "lib/core/expression_evaluation.hpp"
