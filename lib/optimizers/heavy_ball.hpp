// The heavy ball in the form in which Polyak wrote it: the displacement of the last step is kept, not a sum of gradients.
//   x_{t+1} = x_t - eta_t g_t + momentum (x_t - x_{t-1}),   x_0 = x_1
// With a constant step size these are the iterates of momentum.hpp; where eta changes from step to step they are not: there the buffer is multiplied by the
// new eta, here the displacement keeps the old ones.
// Source: Polyak 1964, equation (9).
// With coefficients that vary it is the running mean of gradient steps that are taken at the mean:
//   x_{t+1} = x_t - eta/(t + 1) g_t + (t - 1)/(t + 1) (x_t - x_{t-1}):    x_{t+1} is the mean of z_1, ..., z_{t+1},  z_{t+1} = z_t - eta g(x_t),  z_1 = x_1
// For convex f below f* + (L/2) |x - x*|^2 with eta = 1 / L:  f(x_{T+1}) - f* <= L |x_1 - x*|^2 / (2 (T + 1)), attained.
// Source: Goujaud, Taylor & Dieuleveut 2022 (arXiv:2205.15033), Theorems 2.3 and 2.4, with t counted from 1.
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct HeavyBall {
  static constexpr unsigned calls = 1;
  static constexpr bool same_sample = true;
  static constexpr std::size_t sums = 0;
  struct Hyper {
    double momentum = 0.9;
  };
  using Step = Hyper;
  template <class R>
  struct Slots {
    R move;  // x_t - x_{t-1}
  };

  static Step at(const Hyper& hyper, std::uint64_t, unsigned) { return hyper; }
  static Slots<double> initial(const Hyper&) { return {0.0}; }
  template <class R>
  THALWEG_HD static R move(R g, R x, Slots<R>& slots, const Step& step, R eta, const R*) {
    slots.move = m::fma(-eta, g, R(step.momentum) * slots.move);
    return x + slots.move;
  }
};

struct HeavyBallVarying {
  static constexpr unsigned calls = 1;
  static constexpr bool same_sample = true;
  static constexpr std::size_t sums = 0;
  struct Hyper {};
  struct Step {
    double share, momentum;
  };
  template <class R>
  struct Slots {
    R move;  // x_t - x_{t-1}
  };

  static Step at(const Hyper&, std::uint64_t t, unsigned) {
    const double count = static_cast<double>(t);
    return {1.0 / (count + 1.0), (count - 1.0) / (count + 1.0)};
  }
  static Slots<double> initial(const Hyper&) { return {0.0}; }
  template <class R>
  THALWEG_HD static R move(R g, R x, Slots<R>& slots, const Step& step, R eta, const R*) {
    slots.move = m::fma(R(-step.share) * eta, g, R(step.momentum) * slots.move);
    return x + slots.move;
  }
};

struct HeavyBallMethod {
  using Rules = TypeList<HeavyBall>;
  static MethodEntry entry() {
    return {{"heavy-ball", "Heavy ball", "Polyak 1964, equation (9)"}, "plain and momentum", {fields::momentum()}, {}, {{"paper", "Polyak 1964, equation (9)", {}}}, {"move"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<HeavyBall>({d.number("momentum")});
  }
  static Update update(const Definition&) { return {{"move", "momentum*move - eta*g"}, {"x", "x + move"}}; }
};

struct HeavyBallVaryingMethod {
  using Rules = TypeList<HeavyBallVarying>;
  static MethodEntry entry() {
    return {{"heavy-ball-varying", "Heavy ball with varying coefficients", "Goujaud, Taylor & Dieuleveut 2022 (arXiv:2205.15033)"},
            "plain and momentum",
            {},
            {},
            {{"paper", "Goujaud, Taylor & Dieuleveut 2022 (arXiv:2205.15033), Theorems 2.3 and 2.4, as the software documentation of PEPit quotes them", {}}},
            {"move"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition&, Make make) {
    return make.template rule<HeavyBallVarying>({});
  }
  static Update update(const Definition&) { return {{"move", "(t - 1)/(t + 1)*move - eta/(t + 1)*g"}, {"x", "x + move"}}; }
};

}  // namespace thalweg
