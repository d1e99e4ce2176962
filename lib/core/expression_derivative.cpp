#include <algorithm>

#include "lib/core/expression_builder.hpp"

namespace thalweg {

namespace {

using Op = Expression::Op;
using Function = Expression::Function;
using Id = ExpressionBuilder::Id;

constexpr int deepest = 3000;
constexpr Id none = 0xffffffff;

class Differentiation {
 public:
  Differentiation(const Expression& e, const std::string& name) : e_(e), name_(name) {
    for (const auto& [used, node] : e.names()) taken_.push_back(used);
    for (std::uint32_t i = 0; i < e.size(); ++i)
      if (e.node(i).op == Op::sum || e.node(i).op == Op::product) taken_.push_back(e.node(i).name);
    taken_.push_back(name);
    // An argument has a smaller number than its node.
    depends_.resize(e.size());
    for (std::uint32_t i = 0; i < e.size(); ++i) {
      const Expression::Node& n = e.node(i);
      bool any = n.op == Op::name && n.name == name;
      const bool hides = (n.op == Op::sum || n.op == Op::product) && n.name == name;
      for (std::size_t k = 0; k < n.args.size(); ++k) any = any || (depends_[n.args[k]] && !(hides && k + 1 == n.args.size()));
      depends_[i] = any;
    }
    copies_.resize(e.size(), none);
    slopes_.resize(e.size(), none);
  }

  Expression result() {
    if (e_.is_condition()) refuse(e_.root(), "a condition has no derivative");
    const Id root = of(e_.root());
    if (b_.depth(root) > deepest) refuse(e_.root(), "the derivative has too many operations one upon the other");
    return b_.finish(root, e_);
  }

 private:
  [[noreturn]] void refuse(std::uint32_t i, const std::string& why) const {
    throw SpecError({e_.place(i), "expression", "\"" + to_text(e_, i) + "\"", why});
  }
  bool depends(std::uint32_t i) const { return depends_[i]; }
  // Copies and slopes are made once and shared.
  Id copy(std::uint32_t i) {
    if (copies_[i] == none) copies_[i] = b_.copy(e_, i);
    return copies_[i];
  }
  Id of(std::uint32_t i) {
    if (slopes_[i] == none) {
      const ExpressionBuilder::Mark before = b_.mark;
      slopes_[i] = slope(i);
      b_.mark = before;
    }
    return slopes_[i];
  }
  Id number(double x) { return b_.number(x); }

  Id slope(std::uint32_t i) {
    const Expression::Node& n = e_.node(i);
    b_.mark = {n.line, n.column};
    if (!depends(i)) return number(0.0);
    switch (n.op) {
      case Op::name: return number(1.0);
      case Op::add: return b_.plus(of(n.args[0]), of(n.args[1]));
      case Op::subtract: return b_.minus(of(n.args[0]), of(n.args[1]));
      case Op::negate: return b_.negative(of(n.args[0]));
      case Op::multiply: return b_.plus(b_.times(of(n.args[0]), copy(n.args[1])), b_.times(copy(n.args[0]), of(n.args[1])));
      case Op::divide: return quotient(n);
      case Op::integer_power: return scaled(b_.times(number(n.exponent), b_.raised(copy(n.args[0]), number(n.exponent - 1.0))), n.args[0]);
      case Op::power: return power(n, [&](Id base, Id exponent) { return b_.raised(base, exponent); });
      case Op::call: return call(n, i);
      case Op::conditional: return b_.make(Op::conditional, {copy(n.args[0]), of(n.args[1]), of(n.args[2])});
      case Op::sum: return sum(n, i);
      case Op::product: return product(n, i);
      default: refuse(i, "an index may not depend on '" + name_ + "', by which is differentiated");
    }
  }

  // factor * d arg
  Id scaled(Id factor, std::uint32_t arg) { return b_.times(factor, of(arg)); }

  // (f / g)' = f' / g - f g' / g^2
  Id quotient(const Expression::Node& n) {
    const Id first = b_.over(of(n.args[0]), copy(n.args[1]));
    if (!depends(n.args[1])) return first;
    const Id second = b_.over(b_.times(copy(n.args[0]), of(n.args[1])), b_.power(copy(n.args[1]), number(2.0)));
    return b_.minus(first, second);
  }

  // f^g: g f^(g-1) f' + f^g log(f) g'; raised(base, exponent) writes the power as it was written.
  template <class Raised>
  Id power(const Expression::Node& n, Raised raised) {
    Id total = number(0.0);
    if (depends(n.args[0])) {
      const Id less = b_.minus(copy(n.args[1]), number(1.0));
      total = scaled(b_.times(copy(n.args[1]), raised(copy(n.args[0]), less)), n.args[0]);
    }
    if (depends(n.args[1])) {
      const Id logarithm = b_.call(Function::log, {copy(n.args[0])});
      total = b_.plus(total, scaled(b_.times(raised(copy(n.args[0]), copy(n.args[1])), logarithm), n.args[1]));
    }
    return total;
  }

  Id apply(Function function, std::uint32_t arg) { return b_.call(function, {copy(arg)}); }

  Id call(const Expression::Node& n, std::uint32_t i) {
    const std::uint32_t f = n.args[0];
    switch (n.function) {
      case Function::abs: return b_.make(Op::conditional, {b_.make(Op::less, {copy(f), number(0.0)}), b_.negative(of(f)), of(f)});
      case Function::sqrt: return b_.over(of(f), b_.times(number(2.0), copy(i)));
      case Function::exp: return scaled(copy(i), f);
      case Function::expm1: return scaled(apply(Function::exp, f), f);
      case Function::log: return b_.over(of(f), copy(f));
      case Function::log1p: return b_.over(of(f), b_.plus(number(1.0), copy(f)));
      case Function::sin: return scaled(apply(Function::cos, f), f);
      case Function::cos: return b_.negative(scaled(apply(Function::sin, f), f));
      case Function::tanh: return scaled(b_.minus(number(1.0), b_.power(copy(i), number(2.0))), f);
      case Function::softplus: return scaled(apply(Function::sigmoid, f), f);
      case Function::sigmoid: return scaled(b_.times(copy(i), b_.call(Function::sigmoid, {b_.negative(copy(f))})), f);
      case Function::floor: return number(0.0);
      case Function::pow: return power(n, [&](Id base, Id exponent) { return b_.call(Function::pow, {base, exponent}); });
      case Function::min:
      case Function::max: break;
    }
    return extremum(n);
  }

  // min(a, b, c) is min(min(a, b), c), and min(a, b) is a where a < b, else b.
  Id extremum(const Expression::Node& n) {
    Id winner = of(n.args[0]);
    std::vector<Id> before = {copy(n.args[0])};
    for (std::size_t k = 1; k < n.args.size(); ++k) {
      const Id best = before.size() == 1 ? before[0] : b_.call(n.function, before);
      const Id wins = b_.make(n.function == Function::min ? Op::less : Op::greater, {best, copy(n.args[k])});
      winner = b_.make(Op::conditional, {wins, winner, of(n.args[k])});
      before.push_back(copy(n.args[k]));
    }
    return winner;
  }

  // The limits, if there are any.
  std::vector<Id> limits(const Expression::Node& n, std::uint32_t i) {
    std::vector<Id> all;
    for (std::size_t k = 0; k + 1 < n.args.size(); ++k) {
      if (depends(n.args[k])) refuse(i, "a limit may not depend on '" + name_ + "', by which is differentiated");
      all.push_back(copy(n.args[k]));
    }
    return all;
  }

  Id sum(const Expression::Node& n, std::uint32_t i) {
    std::vector<Id> args = limits(n, i);
    args.push_back(of(n.args.back()));
    return b_.make(Op::sum, std::move(args), n.name);
  }

  // sum over k of f'(k) times the product over i of (1 where i = k, else f(i)); k is a name that nothing else has.
  Id product(const Expression::Node& n, std::uint32_t i) {
    std::string fresh = "k";
    while (std::find(taken_.begin(), taken_.end(), fresh) != taken_.end()) fresh += "k";
    taken_.push_back(fresh);
    const Expression term_slope = derivative_of_term(n.args.back());
    const Id same = b_.make(Op::equal, {b_.name(n.name), b_.name(fresh)});
    std::vector<Id> others = limits(n, i);
    others.push_back(b_.make(Op::conditional, {same, number(1.0), copy(n.args.back())}));
    const Id rest = b_.make(Op::product, std::move(others), n.name);
    std::vector<Id> args = limits(n, i);
    args.push_back(b_.times(b_.copy(term_slope, term_slope.root(), n.name, fresh), rest));
    return b_.make(Op::sum, std::move(args), fresh);
  }
  Expression derivative_of_term(std::uint32_t term) {
    Differentiation inner(e_, name_);
    inner.taken_ = taken_;
    const Id root = inner.of(term);
    return inner.b_.finish(root, e_);
  }

  const Expression& e_;
  const std::string name_;
  std::vector<std::string> taken_;
  std::vector<bool> depends_;
  std::vector<Id> copies_, slopes_;
  ExpressionBuilder b_;
};

}  // namespace

Expression derivative(const Expression& expression, const std::string& name) { return Differentiation(expression, name).result(); }

}  // namespace thalweg
