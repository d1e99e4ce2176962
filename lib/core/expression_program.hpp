// An expression compiled for many evaluations: names are resolved to slots once, equal sub-expressions are computed once, nothing is looked up
// or allocated on the way. The same operations in the same order as Evaluator: the same bits.
//
//   const Program<double> schedule(expression, {"t", "T"});
//   auto workspace = schedule.workspace();                     // one per thread
//   const double step = schedule.evaluate({values}, workspace);
//
// Registers hold values of R, conditions and whole numbers (indices and limits, which are doubles that hold integers). A sum is a loop.
// Both values of an if and both sides of and / or are computed only where the condition is not certain.
#pragma once

#include <algorithm>
#include <array>

#include "lib/core/expression.hpp"

namespace thalweg {

template <class R>
class Program {
 public:
  using Mask = typename Num<R>::Mask;
  // values[0] is name[first].
  struct Array {
    std::span<const R> values;
    int first = 0;
  };
  // In the order of the names and the arrays given to the constructor; coordinates: first and last index of sums over coordinates.
  struct Inputs {
    std::span<const R> values;
    std::span<const Array> arrays = {};
    std::pair<double, double> coordinates = {0.0, -1.0};
  };
  struct Workspace {
    struct Flag {
      Mask value;
    };
    std::vector<R> values;
    std::vector<Flag> flags;
    std::vector<double> wholes;
  };

  // A name that is neither among names nor, with an index, among arrays is a SpecError.
  Program(const Expression& expression, const std::vector<std::string>& names, const std::vector<std::string>& arrays = {})
      : e_(expression), names_(names.begin(), names.end()), arrays_(arrays.begin(), arrays.end()) {
    condition_ = e_.is_condition();
    scopes_.emplace_back();
    result_ = condition_ ? flag(e_.root()) : value(e_.root());
    scopes_.clear();
    known_.clear();
  }

  Workspace workspace() const { return {start_, std::vector<typename Workspace::Flag>(flags_), wholes_}; }
  std::size_t size() const { return code_.size(); }

  R evaluate(const Inputs& inputs, Workspace& w) const {
    THALWEG_EXPECTS(!condition_);
    run(inputs, w);
    return w.values[result_];
  }
  Mask condition(const Inputs& inputs, Workspace& w) const {
    THALWEG_EXPECTS(condition_);
    run(inputs, w);
    return w.flags[result_].value;
  }

 private:
  using Op = Expression::Op;
  using Function = Expression::Function;
  using Decided = expressions::Decided;
  enum class Code : std::uint8_t {
    load, element, add, subtract, multiply, divide, negate, power, whole_power, call_one, call_two, copy, choose, from_flag, from_whole,
    compare, not_zero, conjunction, disjunction, negation, copy_flag, skip_if_no, skip_if_yes,
    to_whole, whole_add, whole_subtract, whole_multiply, whole_negate, coordinate_first, coordinate_last, loop, next
  };
  // to = code(a, b, c); what a, b, c are depends on the code: registers, a slot, a target of a jump, an exponent.
  struct Instruction {
    Code code;
    std::uint8_t kind = 0;  // a Function or an Op
    std::uint32_t to = 0, a = 0, b = 0, c = 0;
    std::uint32_t node = 0;
  };

  // ---- compiling

  // Instructions that were emitted with the same operands and whose result still stands are not emitted again. What a loop or a branch has
  // emitted is forgotten where it ends.
  std::uint32_t emit(Instruction i, std::uint32_t (Program::*fresh)()) {
    const Key key = {static_cast<std::uint32_t>(i.code), i.kind, i.a, i.b, i.c};
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
    i.to = (this->*fresh)();
    code_.push_back(i);
    known_.emplace(key, i.to);
    scopes_.back().push_back(key);
    return i.to;
  }
  std::uint32_t push(Instruction i) {
    code_.push_back(i);
    return static_cast<std::uint32_t>(code_.size() - 1);
  }
  std::uint32_t here() const { return static_cast<std::uint32_t>(code_.size()); }
  void leave_scope() {
    for (const Key& key : scopes_.back()) known_.erase(key);
    scopes_.pop_back();
  }
  std::uint32_t new_value() {
    start_.push_back(expressions::literal<R>(0.0));
    return static_cast<std::uint32_t>(start_.size() - 1);
  }
  std::uint32_t new_flag() { return flags_++; }
  std::uint32_t new_whole() {
    wholes_.push_back(0.0);
    return static_cast<std::uint32_t>(wholes_.size() - 1);
  }
  std::uint32_t constant(const R& x) {
    const std::uint32_t made = new_value();
    start_[made] = x;
    return made;
  }
  std::uint32_t whole_constant(double x) {
    const std::uint32_t made = new_whole();
    wholes_[made] = x;
    return made;
  }
  std::uint32_t literal(double x) {
    const auto [at, fresh] = literals_.try_emplace(x, 0);
    if (fresh) at->second = constant(expressions::literal<R>(x));
    return at->second;
  }

  std::uint32_t emit_value(Code code, std::uint32_t node, std::uint32_t a, std::uint32_t b = 0, std::uint32_t c = 0, std::uint8_t kind = 0) {
    return emit({code, kind, 0, a, b, c, node}, &Program::new_value);
  }
  std::uint32_t emit_flag(Code code, std::uint32_t node, std::uint32_t a, std::uint32_t b = 0, std::uint8_t kind = 0) {
    return emit({code, kind, 0, a, b, 0, node}, &Program::new_flag);
  }
  std::uint32_t emit_whole(Code code, std::uint32_t node, std::uint32_t a, std::uint32_t b = 0) {
    return emit({code, 0, 0, a, b, 0, node}, &Program::new_whole);
  }

  std::uint32_t slot(const std::vector<std::string>& names, std::uint32_t i) const {
    for (std::size_t k = 0; k < names.size(); ++k)
      if (names[k] == e_.node(i).name) return static_cast<std::uint32_t>(k);
    const std::vector<std::string_view> known(names.begin(), names.end());
    expressions::fail_name(e_, i, known);
  }
  // The register of the index of that name, if one is bound.
  const std::uint32_t* bound(const std::string& name) const {
    for (auto it = indices_.rbegin(); it != indices_.rend(); ++it)
      if (it->first == name) return &it->second;
    return nullptr;
  }

  std::uint32_t value(std::uint32_t i) {
    const Expression::Node& n = e_.node(i);
    const auto two = [&](Code code) {
      const std::uint32_t left = value(n.args[0]);
      return emit_value(code, i, left, value(n.args[1]));
    };
    switch (n.op) {
      case Op::number: return literal(n.number);
      case Op::pi: return pi_ ? *pi_ : *(pi_ = constant(expressions::pi<R>()));
      case Op::name:
        if (const std::uint32_t* index = bound(n.name)) return emit_value(Code::from_whole, i, *index);
        return emit_value(Code::load, i, slot(names_, i));
      case Op::indexed: {
        const std::uint32_t array = slot(arrays_, i);
        return emit_value(Code::element, i, array, whole(n.args[0]));
      }
      case Op::add: return two(Code::add);
      case Op::subtract: return two(Code::subtract);
      case Op::multiply: return two(Code::multiply);
      case Op::divide: return two(Code::divide);
      case Op::power: return two(Code::power);
      case Op::negate: return emit_value(Code::negate, i, value(n.args[0]));
      case Op::integer_power: {
        const std::uint32_t power = emit_value(Code::whole_power, i, value(n.args[0]), static_cast<std::uint32_t>(n.exponent < 0 ? -n.exponent : n.exponent));
        return n.exponent < 0 ? emit_value(Code::divide, i, literal(1.0), power) : power;
      }
      case Op::call: return call(n, i);
      case Op::conditional: return conditional(n, i);
      case Op::sum:
      case Op::product: return repeated(n, i);
      default: return emit_value(Code::from_flag, i, flag(i));
    }
  }

  std::uint32_t call(const Expression::Node& n, std::uint32_t i) {
    const auto function = static_cast<std::uint8_t>(n.function);
    std::uint32_t result = value(n.args[0]);
    if (n.args.size() == 1) return emit_value(Code::call_one, i, result, 0, 0, function);
    for (std::size_t k = 1; k < n.args.size(); ++k) result = emit_value(Code::call_two, i, result, value(n.args[k]), 0, function);
    return result;
  }

  std::uint32_t conditional(const Expression::Node& n, std::uint32_t i) {
    const std::uint32_t c = flag(n.args[0]);
    const std::uint32_t to_no = push({Code::skip_if_no, 0, 0, c, 0, 0, i});
    scopes_.emplace_back();
    const std::uint32_t yes = value(n.args[1]);
    leave_scope();
    code_[to_no].b = here();
    const std::uint32_t to_end = push({Code::skip_if_yes, 0, 0, c, 0, 0, i});
    scopes_.emplace_back();
    const std::uint32_t no = value(n.args[2]);
    leave_scope();
    code_[to_end].b = here();
    return emit_value(Code::choose, i, c, yes, no);
  }

  std::uint32_t repeated(const Expression::Node& n, std::uint32_t i) {
    std::uint32_t low, high;
    if (n.args.size() == 1) {
      low = emit_whole(Code::coordinate_first, i, 0);
      high = emit_whole(Code::coordinate_last, i, 0);
    } else {
      low = whole(n.args[0]);
      high = whole(n.args[1]);
    }
    const std::uint32_t total = new_value(), index = new_whole();
    push({Code::copy, 0, total, literal(n.op == Op::sum ? 0.0 : 1.0), 0, 0, i});
    const std::uint32_t begin = push({Code::loop, 0, index, low, high, 0, i});
    scopes_.emplace_back();
    indices_.emplace_back(n.name, index);
    const std::uint32_t term = value(n.args.back());
    indices_.pop_back();
    leave_scope();
    push({n.op == Op::sum ? Code::add : Code::multiply, 0, total, total, term, 0, i});
    push({Code::next, 0, index, high, begin + 1, 0, i});
    code_[begin].c = here();
    return total;
  }

  std::uint32_t flag(std::uint32_t i) {
    const Expression::Node& n = e_.node(i);
    switch (n.op) {
      case Op::logical_and:
      case Op::logical_or: return joined(n, i);
      case Op::logical_not: return emit_flag(Code::negation, i, flag(n.args[0]));
      case Op::less:
      case Op::less_equal:
      case Op::greater:
      case Op::greater_equal:
      case Op::equal: {
        const std::uint32_t left = value(n.args[0]);
        return emit_flag(Code::compare, i, left, value(n.args[1]), static_cast<std::uint8_t>(n.op));
      }
      default: return emit_flag(Code::not_zero, i, value(i));
    }
  }
  std::uint32_t joined(const Expression::Node& n, std::uint32_t i) {
    const bool both = n.op == Op::logical_and;
    const std::uint32_t result = new_flag(), left = flag(n.args[0]);
    push({Code::copy_flag, 0, result, left, 0, 0, i});
    const std::uint32_t jump = push({both ? Code::skip_if_no : Code::skip_if_yes, 0, 0, left, 0, 0, i});
    scopes_.emplace_back();
    const std::uint32_t right = flag(n.args[1]);
    leave_scope();
    push({both ? Code::conjunction : Code::disjunction, 0, result, left, right, 0, i});
    code_[jump].b = here();
    return result;
  }

  // Indices and limits: integer arithmetic of literals and indices stays among the whole numbers; anything else is a value that must be one.
  std::uint32_t whole(std::uint32_t i) {
    const Expression::Node& n = e_.node(i);
    const auto two = [&](Code code) {
      const std::uint32_t left = whole(n.args[0]);
      return emit_whole(code, i, left, whole(n.args[1]));
    };
    if (n.op == Op::name)
      if (const std::uint32_t* index = bound(n.name)) return *index;
    if (is_whole(i)) {
      switch (n.op) {
        case Op::number: return whole_constant(n.number);
        case Op::add: return two(Code::whole_add);
        case Op::subtract: return two(Code::whole_subtract);
        case Op::multiply: return two(Code::whole_multiply);
        case Op::negate: return emit_whole(Code::whole_negate, i, whole(n.args[0]));
        default: break;
      }
    }
    return emit_whole(Code::to_whole, i, value(i));
  }
  bool is_whole(std::uint32_t i) const {
    const Expression::Node& n = e_.node(i);
    switch (n.op) {
      case Op::number: return n.number == std::floor(n.number) && n.number <= 0x1p53;
      case Op::name: return bound(n.name) != nullptr;
      case Op::add:
      case Op::subtract:
      case Op::multiply:
      case Op::negate: return std::all_of(n.args.begin(), n.args.end(), [&](std::uint32_t arg) { return is_whole(arg); });
      default: return false;
    }
  }

  // ---- running

  void run(const Inputs& in, Workspace& w) const {
    THALWEG_EXPECTS(in.values.size() >= names_.size() && in.arrays.size() >= arrays_.size());
    R* const v = w.values.data();
    typename Workspace::Flag* const f = w.flags.data();
    double* const k = w.wholes.data();
    const Instruction* const code = code_.data();
    const std::size_t end = code_.size();
    for (std::size_t at = 0; at < end; ++at) {
      const Instruction& i = code[at];
      switch (i.code) {
        case Code::load: v[i.to] = in.values[i.a]; break;
        case Code::element: v[i.to] = element(in.arrays[i.a], k[i.b], i.node); break;
        case Code::add: v[i.to] = v[i.a] + v[i.b]; break;
        case Code::subtract: v[i.to] = v[i.a] - v[i.b]; break;
        case Code::multiply: v[i.to] = v[i.a] * v[i.b]; break;
        case Code::divide: v[i.to] = v[i.a] / v[i.b]; break;
        case Code::negate: v[i.to] = -v[i.a]; break;
        case Code::power: v[i.to] = m::pow(v[i.a], v[i.b]); break;
        case Code::whole_power: v[i.to] = i.b == 2 ? m::sqr(v[i.a]) : expressions::whole_power(v[i.a], static_cast<int>(i.b)); break;
        case Code::call_one: v[i.to] = expressions::call(static_cast<Function>(i.kind), v[i.a]); break;
        case Code::call_two: v[i.to] = expressions::call(static_cast<Function>(i.kind), v[i.a], v[i.b]); break;
        case Code::copy: v[i.to] = v[i.a]; break;
        case Code::choose: v[i.to] = m::select(f[i.a].value, v[i.b], v[i.c]); break;
        case Code::from_flag: v[i.to] = m::select(f[i.a].value, expressions::literal<R>(1.0), expressions::literal<R>(0.0)); break;
        case Code::from_whole: v[i.to] = expressions::literal<R>(k[i.a]); break;
        case Code::compare: f[i.to].value = expressions::compare(static_cast<Op>(i.kind), v[i.a], v[i.b]); break;
        case Code::not_zero: f[i.to].value = !(v[i.a] == expressions::literal<R>(0.0)); break;
        case Code::conjunction: f[i.to].value = f[i.a].value && f[i.b].value; break;
        case Code::disjunction: f[i.to].value = f[i.a].value || f[i.b].value; break;
        case Code::negation: f[i.to].value = !f[i.a].value; break;
        case Code::copy_flag: f[i.to] = f[i.a]; break;
        case Code::skip_if_no:
          if (expressions::decided(f[i.a].value) == Decided::no) at = i.b - 1;
          break;
        case Code::skip_if_yes:
          if (expressions::decided(f[i.a].value) == Decided::yes) at = i.b - 1;
          break;
        case Code::to_whole: k[i.to] = to_whole(v[i.a], i.node); break;
        case Code::whole_add: k[i.to] = k[i.a] + k[i.b]; break;
        case Code::whole_subtract: k[i.to] = k[i.a] - k[i.b]; break;
        case Code::whole_multiply: k[i.to] = k[i.a] * k[i.b]; break;
        case Code::whole_negate: k[i.to] = -k[i.a]; break;
        case Code::coordinate_first: k[i.to] = in.coordinates.first; break;
        case Code::coordinate_last: k[i.to] = in.coordinates.second; break;
        case Code::loop:
          check_limits(k[i.a], k[i.b], i.node);
          k[i.to] = k[i.a];
          if (k[i.a] > k[i.b]) at = i.c - 1;
          break;
        case Code::next:
          k[i.to] += 1.0;
          if (k[i.to] <= k[i.a]) at = i.b - 1;
          break;
      }
    }
  }

  const R& element(const Array& array, double index, std::uint32_t node) const {
    const double last = array.first + static_cast<double>(array.values.size()) - 1.0;
    if (!(index >= array.first && index <= last)) expressions::fail_index(e_, node, index, array.first, last);
    return array.values[static_cast<std::size_t>(index - array.first)];
  }
  double to_whole(const R& x, std::uint32_t node) const {
    const std::optional<double> found = expressions::whole(x);
    if (!found) expressions::fail(e_, node, "an index and the limits of a sum must be whole numbers");
    return *found;
  }
  void check_limits(double low, double high, std::uint32_t node) const {
    if (!(std::fabs(low) <= expressions::widest_limit && std::fabs(high) <= expressions::widest_limit))
      expressions::fail(e_, node, "the limits must lie within 1e8");
  }

  using Key = std::array<std::uint32_t, 5>;
  Expression e_;
  std::vector<std::string> names_, arrays_;
  bool condition_ = false;
  std::uint32_t result_ = 0;
  std::vector<Instruction> code_;
  std::vector<R> start_;        // values before a run: constants stand in registers
  std::vector<double> wholes_;  // likewise
  std::uint32_t flags_ = 0;
  // while compiling
  std::map<Key, std::uint32_t> known_;
  std::vector<std::vector<Key>> scopes_;
  std::vector<std::pair<std::string, std::uint32_t>> indices_;
  std::map<double, std::uint32_t> literals_;
  std::optional<std::uint32_t> pi_;
};

}  // namespace thalweg
