// An objective given as text:  f(x) = sum of terms, e.g.  sum((x[i]^2 - 1)^2) + 0.1*x[0]*x[1].
//
// The text is parsed once (lib/core/expression.hpp; x[0] ... x[d-1] are the coordinates, d their number, sum((...)) runs over the coordinates with the
// index i or j, declared constants have their names) and written out as a list of terms. A term is a straight line of operations over one running index
// i = low ... high, each x[] in it at an index stride i + offset; a sum at the outside of the text is such a term, inner sums are written out. Values,
// packs, duals and intervals run the same operations in the same order. The gradient is reverse-mode differentiation of each term:
//   v_k = op(v_a, v_b) forward;  adj_a += adj_k d op / d v_a, adj_b += adj_k d op / d v_b backward, from adj = 1 at the last one;
// so it costs a small multiple of the value, and Hessian products come from running it over duals. What no coordinate reaches has no adjoint. At a kink the branch that evaluation takes counts
// (abs'(0) = 1; min and max of equal values: of the last), as in lib/core/dual.hpp.
// Source: A. Griewank, A. Walther, Evaluating Derivatives, 2nd ed. 2008, section 3.2 (reverse mode).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <type_traits>

#include "lib/core/expression_evaluation.hpp"
#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct Formula {
  static constexpr Entry entry{"formula", "Objective given as text", "its own text"};
  static constexpr std::string_view formula = "f(x) = the text";
  static constexpr bool by_text = true;     // built by make_formula, not by id
  static constexpr std::size_t most_steps = 768;  // operations of a term: both passes stand on the stack

  enum class Op : std::uint8_t { constant, coordinate, index, add, subtract, multiply, divide, negate, power, whole_power, call_one, call_two, choose };
  // What the backward pass does with an operand's adjoint: nothing where the operand is constant or the step does not count, else sets it or adds to it.
  enum class Into : std::uint8_t { nothing, set, add };
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
    bool counts = false;  // some coordinate reaches it, and it reaches the result
    Into into_a = Into::nothing, into_b = Into::nothing, into_c = Into::nothing, into_e = Into::nothing;
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
    R v[room<R>];
    for (std::size_t k = 0; k < term_count; ++k) {
      const Term& term = terms[k];
      const std::size_t stride = together<R>(term);
      constants(term, stride, v);
      each_block(term, stride, [&](std::int64_t i, std::size_t n) {
        forward(term, i, n, stride, x, v);
        const R* last = v + (term.size - 1) * stride;
        for (std::size_t j = 0; j < n; ++j) sum.add(last[j]);
      });
    }
    return sum.total();
  }

  template <class R>
  void gradient(View<const R> x, View<R> g) const {
    for (std::size_t j = 0; j < size; ++j) g[j] = R(0.0);
    R v[room<R>], adjoint[room<R>];
    for (std::size_t k = 0; k < term_count; ++k) {
      const Term& term = terms[k];
      const std::size_t stride = together<R>(term);
      constants(term, stride, v);
      each_block(term, stride, [&](std::int64_t i, std::size_t n) {
        forward(term, i, n, stride, x, v);
        for (std::size_t j = 0; j < n; ++j) adjoint[(term.size - 1) * stride + j] = R(1.0);
        backward(term, i, n, stride, v, adjoint, g);
      });
    }
  }

  // Parses and writes out; f is the text less `infimum`. constants: names besides x and d. SpecErrors carry `place`, the place of the text's first character.
  static Built<Formula> build(const std::string& text, std::size_t dim, const std::map<std::string, double>& constants, double infimum, const Place& place);
  static std::vector<Parameter> parameters() { return {}; }

 private:
  // Each operation is done for `together` values of the running index at once, so that choosing what to do is paid once for them. The same for every
  // scalar that runs (the order in which a gradient is added up depends on it); intervals, which cost something to make, go one by one.
  static constexpr std::size_t most_together = 15;  // odd, so that steps do not lie a power of two apart
  template <class R>
  static constexpr std::size_t room = std::is_trivially_default_constructible_v<R> ? 4100 : most_steps;
  template <class R>
  static std::size_t together(const Term& term) {
    if constexpr (!std::is_trivially_default_constructible_v<R>) return 1;
    const auto values = static_cast<std::size_t>(term.high - term.low) + 1;
    const std::size_t most = term.size > room<R> / most_together ? room<R> / term.size : most_together;
    return values < most ? values : most;
  }
  template <class Visit>
  static void each_block(const Term& term, std::size_t stride, Visit visit) {
    for (std::int64_t i = term.low; i <= term.high; i += static_cast<std::int64_t>(stride))
      visit(i, static_cast<std::size_t>(term.high - i) < stride ? static_cast<std::size_t>(term.high - i) + 1 : stride);
  }

  template <class R>
  static R number(const Step& step) {
    return step.is_pi ? expressions::pi<R>() : expressions::literal<R>(step.number);
  }
  static std::size_t at(const Step& step, std::int64_t i) { return static_cast<std::size_t>(step.stride * i + step.offset); }

  // Constants stand through all blocks of a term.
  template <class R>
  static void constants(const Term& term, std::size_t stride, R* v) {
    for (std::size_t s = 0; s < term.size; ++s) {
      if (term.steps[s].op != Op::constant) continue;
      const R c = number<R>(term.steps[s]);
      for (std::size_t j = 0; j < stride; ++j) v[s * stride + j] = c;
    }
  }

  template <class R>
  static void forward(const Term& term, std::int64_t first, std::size_t n, std::size_t stride, View<const R> x, R* v) {
    for (std::size_t s = 0; s < term.size; ++s) {
      const Step& step = term.steps[s];
      R* const y = v + s * stride;
      const R *const a = v + step.a * stride, *const b = v + step.b * stride, *const c = v + step.c * stride, *const e = v + step.e * stride;
      const auto each = [&](auto f) {
        for (std::size_t j = 0; j < n; ++j) y[j] = f(j);
      };
      const auto index = [&](std::size_t j) { return first + static_cast<std::int64_t>(j); };
      switch (step.op) {
        case Op::constant: break;
        case Op::coordinate: each([&](std::size_t j) { return x[at(step, index(j))]; }); break;
        case Op::index: each([&](std::size_t j) { return expressions::literal<R>(static_cast<double>(step.stride * index(j) + step.offset)); }); break;
        case Op::add: each([&](std::size_t j) { return a[j] + b[j]; }); break;
        case Op::subtract: each([&](std::size_t j) { return a[j] - b[j]; }); break;
        case Op::multiply: each([&](std::size_t j) { return a[j] * b[j]; }); break;
        case Op::divide: each([&](std::size_t j) { return a[j] / b[j]; }); break;
        case Op::negate: each([&](std::size_t j) { return -a[j]; }); break;
        case Op::power: each([&](std::size_t j) { return m::pow(a[j], b[j]); }); break;
        case Op::whole_power:
          if (step.exponent == 2) each([&](std::size_t j) { return m::sqr(a[j]); });
          else each([&](std::size_t j) { return expressions::whole_power(a[j], step.exponent); });
          break;
        case Op::call_one: each([&](std::size_t j) { return expressions::call(step.function, a[j]); }); break;
        case Op::call_two: each([&](std::size_t j) { return expressions::call(step.function, a[j], b[j]); }); break;
        case Op::choose: each([&](std::size_t j) { return m::select(expressions::compare(step.compare, a[j], b[j]), c[j], e[j]); }); break;
      }
    }
  }

  template <class R>
  static void backward(const Term& term, std::int64_t first, std::size_t n, std::size_t stride, const R* v, R* adjoint, View<R> g) {
    const R one = R(1.0), zero = R(0.0);
    for (std::size_t s = term.size; s-- > 0;) {
      const Step& step = term.steps[s];
      if (!step.counts) continue;
      const R *const bar = adjoint + s * stride, *const y = v + s * stride, *const u = v + step.a * stride, *const w = v + step.b * stride;
      const auto into = [&](Into how, std::size_t operand, auto slope_at) {
        R* const to = adjoint + operand * stride;
        if (how == Into::set)
          for (std::size_t j = 0; j < n; ++j) to[j] = slope_at(j);
        else if (how == Into::add)
          for (std::size_t j = 0; j < n; ++j) to[j] = to[j] + slope_at(j);
      };
      const auto a = [&](auto slope_at) { into(step.into_a, step.a, slope_at); };
      const auto b = [&](auto slope_at) { into(step.into_b, step.b, slope_at); };
      const auto power = [&] {
        a([&](std::size_t j) { return m::select(w[j] == zero, zero, bar[j] * w[j] * m::pow(u[j], w[j] - one)); });
        b([&](std::size_t j) { return m::select(u[j] == zero, zero, bar[j] * y[j] * m::log(u[j])); });
      };
      switch (step.op) {
        case Op::constant:
        case Op::index: break;
        case Op::coordinate:
          for (std::size_t j = 0; j < n; ++j) {
            R& slope_of = g[at(step, first + static_cast<std::int64_t>(j))];
            slope_of = slope_of + bar[j];
          }
          break;
        case Op::add:
          a([&](std::size_t j) { return bar[j]; });
          b([&](std::size_t j) { return bar[j]; });
          break;
        case Op::subtract:
          a([&](std::size_t j) { return bar[j]; });
          b([&](std::size_t j) { return -bar[j]; });
          break;
        case Op::multiply:
          a([&](std::size_t j) { return bar[j] * w[j]; });
          b([&](std::size_t j) { return bar[j] * u[j]; });
          break;
        case Op::divide:
          a([&](std::size_t j) { return bar[j] / w[j]; });
          b([&](std::size_t j) { return -(bar[j] * y[j] / w[j]); });
          break;
        case Op::negate: a([&](std::size_t j) { return -bar[j]; }); break;
        case Op::power: power(); break;
        case Op::whole_power:
          if (step.exponent == 2) a([&](std::size_t j) { return bar[j] * (u[j] + u[j]); });
          else a([&](std::size_t j) { return bar[j] * expressions::literal<R>(step.exponent) * expressions::whole_power(u[j], step.exponent - 1); });
          break;
        case Op::call_one: a([&](std::size_t j) { return bar[j] * slope(step.function, u[j], y[j]); }); break;
        case Op::call_two:
          if (step.function == Expression::Function::pow) {
            power();
          } else {
            const auto takes_first = [&](std::size_t j) { return step.function == Expression::Function::min ? u[j] < w[j] : u[j] > w[j]; };
            a([&](std::size_t j) { return m::select(takes_first(j), bar[j], zero); });
            b([&](std::size_t j) { return m::select(takes_first(j), zero, bar[j]); });
          }
          break;
        case Op::choose: {
          const auto yes = [&](std::size_t j) { return expressions::compare(step.compare, u[j], w[j]); };
          into(step.into_c, step.c, [&](std::size_t j) { return m::select(yes(j), bar[j], zero); });
          into(step.into_e, step.e, [&](std::size_t j) { return m::select(yes(j), zero, bar[j]); });
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
