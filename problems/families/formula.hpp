// An objective given as text:  f(x) = sum of terms, e.g.  sum((x[i]^2 - 1)^2) + 0.1*x[0]*x[1].
//
// The text is parsed once (lib/core/expression.hpp; x[0] ... x[d-1] are the coordinates, d their number, sum((...)) runs over the coordinates with the
// index i or j, declared constants have their names) and written out as a list of terms. A term is a straight line of operations over one running index
// i = low ... high, each x[] in it at an index stride i + offset; a sum at the outside of the text is such a term, inner sums are written out. Values,
// packs, duals and intervals run the same operations in the same order. The gradient is reverse-mode differentiation of each term:
//   v_k = op(v_a, v_b) forward;  adj_a += adj_k d op / d v_a, adj_b += adj_k d op / d v_b backward, from adj = 1 at the last one;
// so it costs a small multiple of the value, and Hessian products come from running it over duals. At a kink the branch that evaluation takes counts
// (abs'(0) = 1; min and max of equal values: of the last), as in lib/core/dual.hpp.
// Source: A. Griewank, A. Walther, Evaluating Derivatives, 2nd ed. 2008, section 3.2 (reverse mode).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "lib/core/expression_evaluation.hpp"
#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct Formula {
  static constexpr Entry entry{"formula", "Objective given as text", "its own text"};
  static constexpr bool by_text = true;     // built by make_formula, not by id
  static constexpr std::size_t most_steps = 768;  // operations of a term: both passes stand on the stack

  enum class Op : std::uint8_t { constant, coordinate, index, add, subtract, multiply, divide, negate, power, whole_power, call_one, call_two, choose };
  // to = op(a, b): numbers of earlier steps. choose: if (a compare b) c else e.
  struct Step {
    Op op = Op::constant;
    Expression::Function function = Expression::Function::abs;
    Expression::Op compare = Expression::Op::less;
    std::uint16_t a = 0, b = 0, c = 0, e = 0;
    std::int32_t exponent = 0;
    double number = 0.0;                // a constant; pi where the scalar has an enclosure of its own
    std::int64_t stride = 0, offset = 0;  // of an index
    bool is_pi = false;
  };
  struct Term {
    const Step* steps;
    std::size_t size;
    std::int64_t low, high;  // of the running index
  };

  const Term* terms;
  std::size_t term_count;
  std::size_t size;  // d

  std::size_t dim() const { return size; }

  template <class R>
  R value(View<const R> x) const {
    Sum<R> sum;
    R v[most_steps];
    for (std::size_t k = 0; k < term_count; ++k) {
      const Term& term = terms[k];
      for (std::int64_t i = term.low; i <= term.high; ++i) {
        forward(term, i, x, v);
        sum.add(v[term.size - 1]);
      }
    }
    return sum.total();
  }

  template <class R>
  void gradient(View<const R> x, View<R> g) const {
    for (std::size_t j = 0; j < size; ++j) g[j] = R(0.0);
    R v[most_steps], adjoint[most_steps];
    for (std::size_t k = 0; k < term_count; ++k) {
      const Term& term = terms[k];
      for (std::int64_t i = term.low; i <= term.high; ++i) {
        forward(term, i, x, v);
        for (std::size_t s = 0; s + 1 < term.size; ++s) adjoint[s] = R(0.0);
        adjoint[term.size - 1] = R(1.0);
        backward(term, i, v, adjoint, g);
      }
    }
  }

  // Parses and writes out; f is the text less `infimum`. constants: names besides x and d. SpecErrors carry `place`, the place of the text's first character.
  static Built<Formula> build(const std::string& text, std::size_t dim, const std::map<std::string, double>& constants, double infimum, const Place& place);
  static std::vector<Parameter> parameters() { return {}; }

 private:
  template <class R>
  static R number(const Step& step) {
    return step.is_pi ? expressions::pi<R>() : expressions::literal<R>(step.number);
  }
  static std::size_t at(const Step& step, std::int64_t i) { return static_cast<std::size_t>(step.stride * i + step.offset); }

  template <class R>
  static void forward(const Term& term, std::int64_t i, View<const R> x, R* v) {
    for (std::size_t s = 0; s < term.size; ++s) {
      const Step& step = term.steps[s];
      switch (step.op) {
        case Op::constant: v[s] = number<R>(step); break;
        case Op::coordinate: v[s] = x[at(step, i)]; break;
        case Op::index: v[s] = expressions::literal<R>(static_cast<double>(step.stride * i + step.offset)); break;
        case Op::add: v[s] = v[step.a] + v[step.b]; break;
        case Op::subtract: v[s] = v[step.a] - v[step.b]; break;
        case Op::multiply: v[s] = step.a == step.b ? m::sqr(v[step.a]) : v[step.a] * v[step.b]; break;
        case Op::divide: v[s] = v[step.a] / v[step.b]; break;
        case Op::negate: v[s] = -v[step.a]; break;
        case Op::power: v[s] = m::pow(v[step.a], v[step.b]); break;
        case Op::whole_power: v[s] = step.exponent == 2 ? m::sqr(v[step.a]) : expressions::whole_power(v[step.a], step.exponent); break;
        case Op::call_one: v[s] = expressions::call(step.function, v[step.a]); break;
        case Op::call_two: v[s] = expressions::call(step.function, v[step.a], v[step.b]); break;
        case Op::choose: v[s] = m::select(expressions::compare(step.compare, v[step.a], v[step.b]), v[step.c], v[step.e]); break;
      }
    }
  }

  template <class R>
  static void backward(const Term& term, std::int64_t i, const R* v, R* adjoint, View<R> g) {
    const R one = R(1.0), zero = R(0.0);
    for (std::size_t s = term.size; s-- > 0;) {
      const Step& step = term.steps[s];
      const R bar = adjoint[s];
      R& a = adjoint[step.a];
      R& b = adjoint[step.b];
      const R &u = v[step.a], &w = v[step.b];
      switch (step.op) {
        case Op::constant:
        case Op::index: break;
        case Op::coordinate: g[at(step, i)] = g[at(step, i)] + bar; break;
        case Op::add:
          a = a + bar;
          b = b + bar;
          break;
        case Op::subtract:
          a = a + bar;
          b = b - bar;
          break;
        case Op::multiply:
          a = a + bar * w;
          b = b + bar * u;
          break;
        case Op::divide:
          a = a + bar / w;
          b = b - bar * v[s] / w;
          break;
        case Op::negate: a = a - bar; break;
        case Op::power:
          a = a + m::select(w == zero, zero, bar * w * m::pow(u, w - one));
          b = b + m::select(u == zero, zero, bar * v[s] * m::log(u));
          break;
        case Op::whole_power:
          if (step.exponent > 0) a = a + bar * expressions::literal<R>(step.exponent) * expressions::whole_power(u, step.exponent - 1);
          break;
        case Op::call_one: a = a + bar * slope(step.function, u, v[s]); break;
        case Op::call_two: {
          if (step.function == Expression::Function::pow) {
            a = a + m::select(w == zero, zero, bar * w * m::pow(u, w - one));
            b = b + m::select(u == zero, zero, bar * v[s] * m::log(u));
          } else {
            const auto first = step.function == Expression::Function::min ? u < w : u > w;
            a = a + m::select(first, bar, zero);
            b = b + m::select(first, zero, bar);
          }
          break;
        }
        case Op::choose: {
          const auto yes = expressions::compare(step.compare, u, w);
          adjoint[step.c] = adjoint[step.c] + m::select(yes, bar, zero);
          adjoint[step.e] = adjoint[step.e] + m::select(yes, zero, bar);
          break;
        }
      }
    }
  }

  // d function / d u at u, where it is y.
  template <class R>
  static R slope(Expression::Function function, const R& u, const R& y) {
    using F = Expression::Function;
    const R one = R(1.0);
    switch (function) {
      case F::abs: return m::select(u < R(0.0), -one, one);
      case F::sqrt: return one / (y + y);
      case F::exp: return y;
      case F::expm1: return m::exp(u);
      case F::log: return one / u;
      case F::log1p: return one / (one + u);
      case F::sin: return m::cos(u);
      case F::cos: return -m::sin(u);
      case F::tanh: return one - m::sqr(y);
      case F::softplus: return m::sigmoid(u);
      case F::sigmoid: return y * m::sigmoid(-u);
      default: return R(0.0);  // floor
    }
  }
};

}  // namespace thalweg
