// The triple momentum method: for smooth strongly convex functions, with the fastest known rate of its kind. The engine's x is y_t, where the gradient is
// taken; out is what theorems speak of.
//   xi_{t+1} = xi_t + b (xi_t - xi_{t-1}) - (1 + r) eta g(y_t)         xi_1 = xi_0 = y_1
//   y_{t+1}  = xi_{t+1} + c (xi_{t+1} - xi_t)
//   out_{t+1} = xi_{t+1} + d (xi_{t+1} - xi_t)
//   r = 1 - sqrt(q),   b = r^2 / (2 - r),   c = r^2 / ((1 + r) (2 - r)),   d = r^2 / (1 - r^2),   q = mu / L,   eta = 1 / L
// |out_t - x*| shrinks by r a step. q = 1: r = 0, gradient descent.
// Source: Van Scoy, Freeman & Lynch 2018, IEEE Control Systems Letters 2(1), equations (1) and Theorem 1.
#pragma once

#include "lib/core/scalar_num.hpp"
#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct TripleMomentum {
  static constexpr unsigned calls = 1;
  static constexpr bool same_sample = true;
  static constexpr std::size_t sums = 0;
  static constexpr std::size_t reported = 2;  // out
  struct Hyper {
    double q = 0.01;
  };
  struct Step {
    double b, c, d, steps;  // steps: 1 + r
    bool first;
  };
  template <class R>
  struct Slots {
    R xi, move, out;  // move: xi_t - xi_{t-1}
  };

  static Step at(const Hyper& hyper, std::uint64_t t, unsigned) {
    const double root = m::sqrt(hyper.q), r = 1.0 - root, square = r * r;
    return {square / (1.0 + root), square / ((1.0 + r) * (1.0 + root)), square / (root * (1.0 + r)), 1.0 + r, t == 1};  // 2 - r = 1 + sqrt(q), 1 - r = sqrt(q)
  }
  static Slots<double> initial(const Hyper&) { return {0.0, 0.0, 0.0}; }
  template <class R>
  THALWEG_HD static R move(R g, R y, Slots<R>& slots, const Step& step, R eta, const R*) {
    const R from = step.first ? y : slots.xi;
    slots.move = m::fma(R(-step.steps) * eta, g, R(step.b) * slots.move);
    slots.xi = from + slots.move;
    slots.out = m::fma(R(step.d), slots.move, slots.xi);
    return m::fma(R(step.c), slots.move, slots.xi);
  }
};

struct TripleMomentumMethod {
  using Rules = TypeList<TripleMomentum>;
  static MethodEntry entry() {
    return {{"triple-momentum", "Triple momentum", "Van Scoy, Freeman & Lynch 2018, equations (1)"},
            "plain and momentum",
            {{"q", "mu / L, the inverse of the condition number", 0.01, {0.0, 1.0, false, true, "must be a number in (0, 1]"}}},
            {},
            {{"paper", "Van Scoy, Freeman & Lynch 2018, equations (1) and Theorem 1, eta = 1 / L", {}}},
            {"xi", "move", "out"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<TripleMomentum>({d.number("q")});
  }
  static Update update(const Definition&) {
    return {{"r", "1 - sqrt(q)"},
            {"move", "r^2/(2 - r)*move - (1 + r)*eta*g"},
            {"xi", "if(t == 1, x, xi) + move"},
            {"out", "xi + r^2/(1 - r^2)*move"},
            {"x", "xi + r^2/((1 + r)*(2 - r))*move"}};
  }
};

}  // namespace thalweg
