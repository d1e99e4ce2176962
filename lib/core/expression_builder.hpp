// Makes the graphs of expressions: for the parser, which sets the place of each node, and for derivatives, which simplify lightly.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "lib/core/expression.hpp"

namespace thalweg {

// The shortest digits that read back to the same double; 1e-8, not 1e-08.
std::string number_text(double x);

class ExpressionBuilder {
 public:
  using Op = Expression::Op;
  using Function = Expression::Function;
  using Node = Expression::Node;
  using Id = std::uint32_t;
  // Where a node is said to be.
  struct Mark {
    int line = 0;
    int column = 1;
  };

  // Nodes that are made stand at the mark.
  Mark mark;

  const Node& node(Id i) const { return nodes_[i]; }
  int depth(Id i) const { return depths_[i]; }  // 1 for a leaf
  Id number(double x);                          // a negative one is negate(number)
  Id name(const std::string& name);
  Id make(Op op, std::vector<Id> args, const std::string& name = "");
  Id call(Function function, std::vector<Id> args);
  // base^exponent as the parser has it: an integer power where the exponent is an integer literal.
  Id power(Id base, Id exponent);
  // A copy of a node of another expression, free uses of `from` renamed to `to` (from empty: none).
  Id copy(const Expression& e, Id i, const std::string& from = "", const std::string& to = "");

  // Simplified lightly: exact arithmetic of numbers, terms and factors 0 and 1.
  Id plus(Id a, Id b);
  Id minus(Id a, Id b);
  Id times(Id a, Id b);
  Id over(Id a, Id b);
  Id negative(Id a);
  Id raised(Id base, Id exponent);
  // Whether the node is a number, or the negative of one.
  bool is_number(Id i, double& value) const;
  bool is_number(Id i) const;
  bool is(Id i, double value) const;

  Expression finish(Id root, std::string text, Place place);
  // Made out of another expression, at whose places the nodes stand. The text is the graph, printed.
  Expression finish(Id root, const Expression& source);

 private:
  std::vector<Node> nodes_;
  std::vector<int> depths_;
};

}  // namespace thalweg
