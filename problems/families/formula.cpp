#include "problems/families/formula.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "problems/regularity.hpp"

namespace thalweg {

namespace {

using Node = Expression::Node;
using EOp = Expression::Op;

// stride i + offset, i the running index of a term.
struct Affine {
  std::int64_t stride, offset;
};

struct Written {
  std::vector<Formula::Step> steps;
  std::int64_t low = 0, high = 0;
};

constexpr std::int64_t longest_sum = std::int64_t{1} << 30, most_written_out = 4096;

// The limits of an inner sum depend on the running index.
struct RunningLimit {};

// Writes the terms of one expression.
class Writer {
 public:
  Writer(const Expression& e, std::size_t dim, const std::map<std::string, double>& constants) : e_(e), dim_(static_cast<std::int64_t>(dim)), constants_(constants) {}

  std::vector<Written> terms() {
    collect(e_.root(), 1.0);
    return std::move(terms_);
  }

 private:
  [[noreturn]] void refuse(std::uint32_t i, const std::string& why) const { throw SpecError({e_.place(i), "objective", to_text(e_, i), why}); }

  // ---- the outside: sums of terms, each with a constant factor

  void collect(std::uint32_t i, double factor) {
    const Node& n = e_.node(i);
    if (n.op == EOp::add || n.op == EOp::subtract) {
      collect(n.args[0], factor);
      collect(n.args[1], n.op == EOp::add ? factor : -factor);
    } else if (n.op == EOp::negate) {
      collect(n.args[0], -factor);
    } else if (n.op == EOp::multiply && literal(n.args[0])) {
      collect(n.args[1], factor * *literal(n.args[0]));
    } else if (n.op == EOp::divide && literal(n.args[1]) && *literal(n.args[1]) != 0.0) {
      collect(n.args[0], factor / *literal(n.args[1]));
    } else if (n.op == EOp::sum) {
      const auto [low, high] = limits(n, i);
      if (low > high) return;
      const std::size_t outside = indices_.size();
      indices_.emplace_back(n.name, Affine{1, 0});
      try {
        term(n.args.back(), factor, low, high);
      } catch (const RunningLimit&) {  // a term for each value of the index
        indices_.resize(outside + 1, {"", Affine{0, 0}});
        if (high - low >= most_written_out) refuse(i, "holds a sum whose limits depend on its index, and has more than " + std::to_string(most_written_out) + " terms");
        for (std::int64_t k = low; k <= high; ++k) {
          indices_.back().second = {0, k};
          term(n.args.back(), factor, 0, 0);
        }
      }
      indices_.pop_back();
    } else {
      term(i, factor, 0, 0);
    }
  }

  std::optional<double> literal(std::uint32_t i) const {
    const Node& n = e_.node(i);
    if (n.op == EOp::number) return n.number;
    if (n.op == EOp::negate)
      if (const auto inner = literal(n.args[0])) return -*inner;
    return std::nullopt;
  }

  void term(std::uint32_t i, double factor, std::int64_t low, std::int64_t high) {
    now_ = {{}, low, high};
    known_.clear();
    std::uint16_t last = value(i);
    if (factor == -1.0) last = add({.op = Formula::Op::negate, .a = last}, i);
    else if (factor != 1.0) last = add({.op = Formula::Op::multiply, .a = constant(factor, i), .b = last}, i);
    if (last + 1U != now_.steps.size()) {  // an earlier step is the result: say it again at the end
      known_.clear();
      add({.op = Formula::Op::add, .a = last, .b = constant(0.0, i, true)}, i);
    }
    terms_.push_back(std::move(now_));
  }

  // ---- one term

  std::uint16_t add(Formula::Step step, std::uint32_t i, bool fresh = false) {
    const Key key = {static_cast<std::int64_t>(step.op), static_cast<std::int64_t>(step.function), static_cast<std::int64_t>(step.compare), step.a, step.b, step.c, step.e,
                     step.exponent, static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(step.number)), step.stride, step.offset, step.is_pi ? 1 : 0};
    if (!fresh)
      if (const auto found = known_.find(key); found != known_.end()) return found->second;
    if (now_.steps.size() >= Formula::most_steps)
      refuse(i, "makes a term of more than " + std::to_string(Formula::most_steps) + " operations when its inner sums are written out; sums at the outside have no such limit");
    now_.steps.push_back(step);
    const auto made = static_cast<std::uint16_t>(now_.steps.size() - 1);
    known_.emplace(key, made);
    return made;
  }
  std::uint16_t constant(double x, std::uint32_t i, bool fresh = false) { return add({.op = Formula::Op::constant, .number = x}, i, fresh); }
  std::uint16_t two(Formula::Op op, const Node& n, std::uint32_t i) {
    const std::uint16_t a = value(n.args[0]);
    const std::uint16_t b = value(n.args[1]);
    return add({.op = op, .a = a, .b = b}, i);
  }

  const Affine* bound(const std::string& name) const {
    for (auto it = indices_.rbegin(); it != indices_.rend(); ++it)
      if (it->first == name) return &it->second;
    return nullptr;
  }

  std::uint16_t value(std::uint32_t i) {
    const Node& n = e_.node(i);
    using Op = Formula::Op;
    switch (n.op) {
      case EOp::number: return constant(n.number, i);
      case EOp::pi: return add({.op = Op::constant, .number = 0x1.921fb54442d18p+1, .is_pi = true}, i);
      case EOp::name: return name(n, i);
      case EOp::indexed: return coordinate(n, i);
      case EOp::add: return two(Op::add, n, i);
      case EOp::subtract: return two(Op::subtract, n, i);
      case EOp::multiply: {
        const std::uint16_t a = value(n.args[0]);
        const std::uint16_t b = value(n.args[1]);
        if (a == b) return add({.op = Op::whole_power, .a = a, .exponent = 2}, i);
        return add({.op = Op::multiply, .a = a, .b = b}, i);
      }
      case EOp::divide: return two(Op::divide, n, i);
      case EOp::power: return two(Op::power, n, i);
      case EOp::negate: return add({.op = Op::negate, .a = value(n.args[0])}, i);
      case EOp::integer_power: {
        const std::uint16_t power = add({.op = Op::whole_power, .a = value(n.args[0]), .exponent = std::abs(n.exponent)}, i);
        if (n.exponent >= 0) return power;
        const std::uint16_t one = constant(1.0, i);
        return add({.op = Op::divide, .a = one, .b = power}, i);
      }
      case EOp::call: {
        std::uint16_t result = value(n.args[0]);
        if (n.args.size() == 1) return add({.op = Op::call_one, .function = n.function, .a = result}, i);
        for (std::size_t k = 1; k < n.args.size(); ++k) {
          const std::uint16_t next = value(n.args[k]);
          result = add({.op = Op::call_two, .function = n.function, .a = result, .b = next}, i);
        }
        return result;
      }
      case EOp::conditional: return conditional(n.args[0], n.args[1], n.args[2], i);
      case EOp::sum:
      case EOp::product: return written_out(n, i);
      default: refuse(i, "must be a number, not a condition");
    }
  }

  std::uint16_t name(const Node& n, std::uint32_t i) {
    if (const Affine* index = bound(n.name)) return add({.op = Formula::Op::index, .stride = index->stride, .offset = index->offset}, i);
    if (n.name == "d") return constant(static_cast<double>(dim_), i);
    const auto found = constants_.find(n.name);
    if (found != constants_.end()) return constant(found->second, i);
    if (n.name == "x") refuse(i, dim_ == 1 ? "is an array: write x[0]" : "is an array: write x[0] ... x[d-1], or x[i] inside a sum");
    std::vector<std::string_view> known = {"d"};
    for (const auto& [key, ignored] : constants_) known.push_back(key);
    for (const auto& [key, ignored] : indices_) known.push_back(key);
    refuse(i, unknown_clause("name", n.name, known));
  }

  std::uint16_t coordinate(const Node& n, std::uint32_t i) {
    if (n.name != "x") refuse(i, "is no array: the coordinates are x[0] ... x[" + std::to_string(dim_ - 1) + "]");
    const Affine at = affine(n.args[0]);
    for (const std::int64_t running : {now_.low, now_.high}) {
      const std::int64_t index = at.stride * running + at.offset;
      if (index < 0 || index >= dim_)
        refuse(i, "reaches x[" + std::to_string(index) + "]; the coordinates are x[0] ... x[" + std::to_string(dim_ - 1) + "]");
    }
    return add({.op = Formula::Op::coordinate, .stride = at.stride, .offset = at.offset}, i);
  }

  // An index or a limit: whole numbers, indices, d, and their sums, differences and products that stay linear in the running index.
  Affine affine(std::uint32_t i) {
    const Node& n = e_.node(i);
    switch (n.op) {
      case EOp::number:
        if (n.number == std::floor(n.number) && n.number < 0x1p40) return {0, static_cast<std::int64_t>(n.number)};
        break;
      case EOp::name:
        if (const Affine* index = bound(n.name)) return *index;
        if (n.name == "d") return {0, dim_};
        if (const auto found = constants_.find(n.name); found != constants_.end() && found->second == std::floor(found->second) && std::fabs(found->second) < 0x1p40)
          return {0, static_cast<std::int64_t>(found->second)};
        break;
      case EOp::negate: {
        const Affine a = affine(n.args[0]);
        return {-a.stride, -a.offset};
      }
      case EOp::add:
      case EOp::subtract: {
        const Affine a = affine(n.args[0]), b = affine(n.args[1]);
        const std::int64_t sign = n.op == EOp::add ? 1 : -1;
        return {a.stride + sign * b.stride, a.offset + sign * b.offset};
      }
      case EOp::multiply: {
        const Affine a = affine(n.args[0]), b = affine(n.args[1]);
        if (a.stride == 0) return {a.offset * b.stride, a.offset * b.offset};
        if (b.stride == 0) return {b.offset * a.stride, b.offset * a.offset};
        break;
      }
      default: break;
    }
    refuse(i, "must be a whole number, an index, d, or a sum, difference or multiple of those");
  }
  std::int64_t whole(std::uint32_t i) {
    const Affine a = affine(i);
    if (a.stride != 0) throw RunningLimit{};
    return a.offset;
  }
  std::pair<std::int64_t, std::int64_t> limits(const Node& n, std::uint32_t i) {
    if (n.args.size() == 1) return {0, dim_ - 1};
    const std::int64_t low = whole(n.args[0]), high = whole(n.args[1]);
    if (std::abs(low) > longest_sum || std::abs(high) > longest_sum) refuse(i, "limits must lie within 2^30");
    return {low, high};
  }

  std::uint16_t written_out(const Node& n, std::uint32_t i) {
    const auto [low, high] = limits(n, i);
    const bool sum = n.op == EOp::sum;
    if (low > high) return constant(sum ? 0.0 : 1.0, i);
    indices_.emplace_back(n.name, Affine{0, low});
    std::uint16_t result = value(n.args.back());
    for (std::int64_t k = low + 1; k <= high; ++k) {
      indices_.back().second.offset = k;
      const std::uint16_t next = value(n.args.back());
      result = add({.op = sum ? Formula::Op::add : Formula::Op::multiply, .a = result, .b = next}, i);
    }
    indices_.pop_back();
    return result;
  }

  // if(p and q, a, b) = if(p, if(q, a, b), b), if(p or q, a, b) = if(p, a, if(q, a, b)), if(not p, a, b) = if(p, b, a).
  std::uint16_t conditional(std::uint32_t condition, std::uint32_t yes, std::uint32_t no, std::uint32_t i) {
    return chosen(condition, value(yes), value(no), i);
  }
  std::uint16_t chosen(std::uint32_t condition, std::uint16_t yes, std::uint16_t no, std::uint32_t i) {
    const Node& n = e_.node(condition);
    switch (n.op) {
      case EOp::logical_and: return chosen(n.args[0], chosen(n.args[1], yes, no, i), no, i);
      case EOp::logical_or: return chosen(n.args[0], yes, chosen(n.args[1], yes, no, i), i);
      case EOp::logical_not: return chosen(n.args[0], no, yes, i);
      case EOp::less:
      case EOp::less_equal:
      case EOp::greater:
      case EOp::greater_equal:
      case EOp::equal: {
        const std::uint16_t a = value(n.args[0]);
        const std::uint16_t b = value(n.args[1]);
        return add({.op = Formula::Op::choose, .compare = n.op, .a = a, .b = b, .c = yes, .e = no}, i);
      }
      default: refuse(condition, "must be a comparison");
    }
  }

  using Key = std::array<std::int64_t, 12>;
  const Expression& e_;
  std::int64_t dim_;
  const std::map<std::string, double>& constants_;
  std::vector<Written> terms_;
  Written now_;
  std::map<Key, std::uint16_t> known_;
  std::vector<std::pair<std::string, Affine>> indices_;
};

// Which steps count, and what the backward pass does with the adjoints of their operands.
void plan_backward(std::vector<Formula::Step>& steps) {
  using Op = Formula::Op;
  using Into = Formula::Into;
  // Operands that a derivative goes to.
  const auto operands = [](Formula::Step& step) -> std::vector<std::pair<std::uint16_t, Into*>> {
    switch (step.op) {
      case Op::constant:
      case Op::index:
      case Op::coordinate: return {};
      case Op::negate: return {{step.a, &step.into_a}};
      case Op::whole_power:
        if (step.exponent == 0) return {};
        return {{step.a, &step.into_a}};
      case Op::call_one:
        if (step.function == Expression::Function::floor) return {};
        return {{step.a, &step.into_a}};
      case Op::choose: return {{step.c, &step.into_c}, {step.e, &step.into_e}};
      default: return {{step.a, &step.into_a}, {step.b, &step.into_b}};
    }
  };
  std::vector<bool> varies(steps.size()), reached(steps.size());
  for (std::size_t s = 0; s < steps.size(); ++s) {
    varies[s] = steps[s].op == Op::coordinate;
    for (const auto& [operand, into] : operands(steps[s])) varies[s] = varies[s] || varies[operand];
  }
  reached.back() = true;
  for (std::size_t s = steps.size(); s-- > 0;) {
    steps[s].counts = varies[s] && reached[s];
    if (!steps[s].counts) continue;
    for (const auto& [operand, into] : operands(steps[s])) {
      if (!varies[operand]) continue;
      *into = reached[operand] ? Into::add : Into::set;
      reached[operand] = true;
    }
  }
}

// What a functor points to.
struct Tables {
  std::vector<Written> written;
  std::vector<Formula::Term> terms;
};

}  // namespace

Built<Formula> Formula::build(const std::string& text, std::size_t dim, const std::map<std::string, double>& constants, double infimum, const Place& place) {
  const Expression expression = Expression::parse(text, place);
  if (expression.is_condition()) throw SpecError({place, "objective", text, "must be a number, not a condition"});
  auto tables = std::make_shared<Tables>();
  tables->written = Writer(expression, dim, constants).terms();
  if (infimum != 0.0) tables->written.push_back({{Step{.op = Op::constant, .number = -infimum}}, 0, 0});
  for (Written& w : tables->written) plan_backward(w.steps);
  for (const Written& w : tables->written) tables->terms.push_back({w.steps.data(), w.steps.size(), w.low, w.high});

  Facts facts;
  facts.dim = dim;
  facts.differentiable = regularity(expression) == Regularity::differentiable;
  auto storage = std::make_shared<Storage>();
  storage->keep(tables);
  const Formula functor{tables->terms.data(), tables->terms.size(), dim};
  return {functor, storage, facts, PerCoordinate<double>(dim, 0.0), {}};
}

}  // namespace thalweg
