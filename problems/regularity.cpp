#include "problems/regularity.hpp"

#include <algorithm>
#include <vector>

namespace thalweg {

namespace {

using Op = Expression::Op;
using Function = Expression::Function;

class Reader {
 public:
  explicit Reader(const Expression& e) : e_(e) {
    for (std::uint32_t i = 0; i < e.size(); ++i) parts_.push_back(read(i));  // args have smaller numbers
  }
  Regularity of(std::uint32_t i) const { return parts_[i].regularity; }

 private:
  struct Part {
    bool depends = false;  // on x
    Regularity regularity = Regularity::differentiable;
    bool vanishing = false;  // kinked only where it is 0, by the kink of one abs, min or max of what has none
  };

  bool is_zero(std::uint32_t i) const { return e_.node(i).op == Op::number && e_.node(i).number == 0.0; }

  Part read(std::uint32_t i) const {
    const Expression::Node& n = e_.node(i);
    Part part;
    part.depends = n.op == Op::indexed && n.name == "x";
    for (const std::uint32_t arg : n.args) {
      part.depends = part.depends || parts_[arg].depends;
      part.regularity = std::min(part.regularity, parts_[arg].regularity);
    }
    if (!part.depends) return {};
    if (n.op == Op::conditional) {
      part.regularity = parts_[n.args[0]].depends ? Regularity::jumps : std::min(of(n.args[1]), of(n.args[2]));
    } else if (n.op == Op::negate) {
      part.vanishing = parts_[n.args[0]].vanishing;
    } else if (n.op == Op::integer_power) {
      if (n.exponent >= 2 && parts_[n.args[0]].vanishing) part.regularity = Regularity::differentiable;
    } else if (n.op == Op::power || (n.op == Op::call && n.function == Function::pow)) {
      const Expression::Node& exponent = e_.node(n.args[1]);
      if (exponent.op == Op::number && exponent.number > 1.0 && parts_[n.args[0]].vanishing) part.regularity = Regularity::differentiable;
    } else if (n.op == Op::call && n.function == Function::floor) {
      part.regularity = Regularity::jumps;
    } else if (n.op == Op::call && (n.function == Function::abs || n.function == Function::min || n.function == Function::max)) {
      const bool bend = n.args.size() == 1 || (n.args.size() == 2 && (is_zero(n.args[0]) || is_zero(n.args[1])));
      part.vanishing = bend && part.regularity == Regularity::differentiable;
      part.regularity = std::min(part.regularity, Regularity::kinked);
    }
    return part;
  }

  const Expression& e_;
  std::vector<Part> parts_;
};

}  // namespace

Regularity regularity(const Expression& expression) { return Reader(expression).of(expression.root()); }

}  // namespace thalweg
