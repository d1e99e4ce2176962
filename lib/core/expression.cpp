#include "lib/core/expression.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "lib/core/expression_builder.hpp"

namespace thalweg {

namespace {

using Op = Expression::Op;

bool identical(const Expression& a, std::uint32_t i, const Expression& b, std::uint32_t j) {
  const Expression::Node& x = a.node(i);
  const Expression::Node& y = b.node(j);
  if (x.op != y.op || x.function != y.function || x.exponent != y.exponent || x.name != y.name || x.args.size() != y.args.size() ||
      std::bit_cast<std::uint64_t>(x.number) != std::bit_cast<std::uint64_t>(y.number))
    return false;
  for (std::size_t k = 0; k < x.args.size(); ++k)
    if (!identical(a, x.args[k], b, y.args[k])) return false;
  return true;
}

// Visits the free names of a graph, left to right. Shared nodes are visited once a scope.
class NameCollector {
 public:
  explicit NameCollector(const Expression& e) : e_(e) {
    std::vector<bool> seen(e.size());
    visit(e.root(), seen);
  }
  std::vector<std::pair<std::string, std::uint32_t>> found;

 private:
  void visit(std::uint32_t i, std::vector<bool>& seen) {
    if (seen[i]) return;
    seen[i] = true;
    const Expression::Node& n = e_.node(i);
    const bool bound = n.op == Op::name && std::find(bound_.begin(), bound_.end(), n.name) != bound_.end();
    if ((n.op == Op::name && !bound) || n.op == Op::indexed) found.emplace_back(n.name, i);
    const bool binds = n.op == Op::sum || n.op == Op::product;
    for (std::size_t k = 0; k < n.args.size(); ++k) {
      if (!binds || k + 1 < n.args.size()) {
        visit(n.args[k], seen);
        continue;
      }
      bound_.emplace_back(n.name);
      std::vector<bool> inside(e_.size());
      visit(n.args[k], inside);
      bound_.pop_back();
    }
  }

  const Expression& e_;
  std::vector<std::string> bound_;
};

}  // namespace

std::string_view to_string(Expression::Function function) {
  constexpr std::array<std::string_view, 15> names = {"abs", "sqrt", "exp", "expm1", "log", "log1p", "pow", "sin", "cos", "tanh", "softplus", "sigmoid", "floor", "min", "max"};
  return names[static_cast<std::size_t>(function)];
}

Place Expression::place(std::uint32_t i) const {
  const Node& n = node(i);
  return {place_.file, place_.line > 0 ? place_.line + n.line : 0, n.line == 0 && place_.column > 0 ? place_.column + n.column - 1 : n.column};
}

std::vector<std::pair<std::string, std::uint32_t>> Expression::uses() const { return NameCollector(*this).found; }

std::vector<std::pair<std::string, std::uint32_t>> Expression::names() const {
  std::vector<std::pair<std::string, std::uint32_t>> first;
  for (auto& use : uses())
    if (std::none_of(first.begin(), first.end(), [&](const auto& f) { return f.first == use.first; })) first.push_back(std::move(use));
  return first;
}

bool identical(const Expression& a, const Expression& b) { return identical(a, a.root(), b, b.root()); }

std::vector<SpecError> unknown_names(const Expression& expression, std::span<const std::string_view> known) {
  std::vector<SpecError> errors;
  for (const auto& [name, node] : expression.names())
    if (std::find(known.begin(), known.end(), name) == known.end())
      errors.push_back(SpecError({expression.place(node), "expression", "'" + name + "'", unknown_clause("name", name, known)}));
  return errors;
}

namespace expressions {

void fail(const Expression& e, std::uint32_t node, const std::string& why) {
  throw SpecError({e.place(node), "expression", "\"" + to_text(e, node) + "\"", why});
}

void fail_name(const Expression& e, std::uint32_t node, std::span<const std::string_view> known) {
  const Expression::Node& n = e.node(node);
  const bool array = n.op == Op::indexed;
  throw SpecError({e.place(node), "expression", "'" + n.name + (array ? "[...]'" : "'"), unknown_clause(array ? "indexed name" : "name", n.name, known)});
}

void fail_index(const Expression& e, std::uint32_t node, double index, double first, double last) {
  const auto whole = [](double x) { return std::to_string(static_cast<long long>(x)); };
  throw SpecError({e.place(node), "expression", e.node(node).name + "[" + whole(index) + "]",
                   last < first ? "there are no values" : "the index must be a whole number from " + whole(first) + " to " + whole(last)});
}

}  // namespace expressions

using Id = ExpressionBuilder::Id;

Id ExpressionBuilder::make(Op op, std::vector<Id> args, const std::string& name) {
  Node made;
  made.op = op;
  made.name = name;
  made.args = std::move(args);
  made.line = mark.line;
  made.column = mark.column;
  int deepest = 0;
  for (Id arg : made.args) deepest = std::max(deepest, depths_[arg]);
  nodes_.push_back(std::move(made));
  depths_.push_back(deepest + 1);
  return static_cast<Id>(nodes_.size() - 1);
}

Id ExpressionBuilder::number(double x) {
  if (std::signbit(x) && x != 0.0) return make(Op::negate, {number(-x)});
  const Id made = make(Op::number, {});
  nodes_[made].number = std::fabs(x);
  return made;
}

Id ExpressionBuilder::name(const std::string& name) { return make(Op::name, {}, name); }

Id ExpressionBuilder::call(Function function, std::vector<Id> args) {
  const Id made = make(Op::call, std::move(args));
  nodes_[made].function = function;
  return made;
}

Id ExpressionBuilder::power(Id base, Id exponent) {
  double value = 0.0;
  if (!is_number(exponent, value) || value != std::floor(value) || std::fabs(value) > 1e9) return make(Op::power, {base, exponent});
  const Id made = make(Op::integer_power, {base, exponent});
  nodes_[made].exponent = static_cast<int>(value);
  return made;
}

Id ExpressionBuilder::copy(const Expression& e, Id i, const std::string& from, const std::string& to) {
  const Node& n = e.node(i);
  std::vector<Id> args;
  const bool binds = n.op == Op::sum || n.op == Op::product;
  for (std::size_t k = 0; k < n.args.size(); ++k) {
    const bool hidden = binds && k + 1 == n.args.size() && n.name == from;
    args.push_back(copy(e, n.args[k], hidden ? std::string() : from, to));
  }
  const Mark before = mark;
  mark = {n.line, n.column};
  const Id made = make(n.op, std::move(args), n.op == Op::name && !from.empty() && n.name == from ? to : n.name);
  mark = before;
  nodes_[made].function = n.function;
  nodes_[made].number = n.number;
  nodes_[made].exponent = n.exponent;
  return made;
}

bool ExpressionBuilder::is_number(Id i, double& value) const {
  const Node& n = nodes_[i];
  const bool negative = n.op == Op::negate && nodes_[n.args[0]].op == Op::number;
  if (!negative && n.op != Op::number) return false;
  value = negative ? -nodes_[n.args[0]].number : n.number;
  return true;
}
bool ExpressionBuilder::is_number(Id i) const {
  double value = 0.0;
  return is_number(i, value);
}
bool ExpressionBuilder::is(Id i, double value) const {
  double x = 0.0;
  return is_number(i, x) && x == value;
}

namespace {

// A sum, product or quotient of numbers that is exact; a rounded one stays an operation, for intervals enclose it.
bool exact_sum(double a, double b, double& sum) {
  sum = a + b;
  const double part = sum - a;
  return std::isfinite(sum) && (a - (sum - part)) + (b - part) == 0.0;
}
bool exact_product(double a, double b, double& product) {
  product = a * b;
  return std::isfinite(product) && (product == 0.0 ? a == 0.0 || b == 0.0 : std::fabs(product) > 1e-250) && std::fma(a, b, -product) == 0.0;
}
bool exact_quotient(double a, double b, double& quotient) {
  quotient = a / b;
  return b != 0.0 && std::isfinite(quotient) && (a == 0.0 || (std::fabs(quotient) > 1e-250 && std::fabs(a) > 1e-250)) && std::fma(quotient, b, -a) == 0.0;
}

}  // namespace

Id ExpressionBuilder::plus(Id a, Id b) {
  double x = 0.0, y = 0.0, sum = 0.0;
  if (is(a, 0.0)) return b;
  if (is(b, 0.0)) return a;
  if (is_number(a, x) && is_number(b, y) && exact_sum(x, y, sum)) return number(sum);
  if (nodes_[b].op == Op::negate) return minus(a, nodes_[b].args[0]);
  return make(Op::add, {a, b});
}

Id ExpressionBuilder::minus(Id a, Id b) {
  double x = 0.0, y = 0.0, sum = 0.0;
  if (is(b, 0.0)) return a;
  if (is(a, 0.0)) return negative(b);
  if (is_number(a, x) && is_number(b, y) && exact_sum(x, -y, sum)) return number(sum);
  if (nodes_[b].op == Op::negate) return plus(a, nodes_[b].args[0]);
  return make(Op::subtract, {a, b});
}

Id ExpressionBuilder::negative(Id a) {
  double x = 0.0;
  if (is_number(a, x)) return number(-x);
  if (nodes_[a].op == Op::negate) return nodes_[a].args[0];
  return make(Op::negate, {a});
}

Id ExpressionBuilder::times(Id a, Id b) {
  double x = 0.0, y = 0.0, product = 0.0;
  if (is(a, 0.0) || is(b, 1.0)) return a;
  if (is(b, 0.0) || is(a, 1.0)) return b;
  if (is_number(a, x) && is_number(b, y) && exact_product(x, y, product)) return number(product);
  if (nodes_[a].op == Op::negate) return negative(times(nodes_[a].args[0], b));
  if (nodes_[b].op == Op::negate) return negative(times(a, nodes_[b].args[0]));
  if (is_number(b) && !is_number(a)) return times(b, a);
  // 2 (3 x) = 6 x
  const Node& right = nodes_[b];
  if (is_number(a, x) && right.op == Op::multiply && is_number(right.args[0], y) && exact_product(x, y, product)) {
    const Id rest = right.args[1];
    return times(number(product), rest);
  }
  return make(Op::multiply, {a, b});
}

Id ExpressionBuilder::over(Id a, Id b) {
  double x = 0.0, y = 0.0, quotient = 0.0;
  if (is(b, 1.0) || (is(a, 0.0) && !is(b, 0.0))) return a;
  if (is_number(a, x) && is_number(b, y) && exact_quotient(x, y, quotient)) return number(quotient);
  if (nodes_[a].op == Op::negate) return negative(over(nodes_[a].args[0], b));
  return make(Op::divide, {a, b});
}

Id ExpressionBuilder::raised(Id base, Id exponent) {
  if (is(exponent, 1.0)) return base;
  if (is(exponent, 0.0)) return number(1.0);
  return power(base, exponent);
}

Expression ExpressionBuilder::finish(Id root, std::string text, Place place) {
  Expression made;
  made.nodes_ = std::make_shared<const std::vector<Node>>(std::move(nodes_));
  made.root_ = root;
  made.place_ = std::move(place);
  made.text_ = std::move(text);
  return made;
}

Expression ExpressionBuilder::finish(Id root, const Expression& source) {
  Expression made = finish(root, "", source.place_);
  made.text_ = to_text(made);
  return made;
}

}  // namespace thalweg
