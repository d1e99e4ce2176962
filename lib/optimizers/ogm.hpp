// The optimised gradient method: the fastest first-order method for smooth convex functions in the worst case, exactly. The engine's x is y_t, where the
// gradient is taken.
//   z_{t+1} = y_t - eta g(y_t)
//   y_{t+1} = z_{t+1} + (theta_t - 1) / theta_{t+1} (z_{t+1} - z_t) + theta_t / theta_{t+1} (z_{t+1} - y_t)        z_1 = y_1, theta_1 = 1
//   theta_{t+1} = (1 + sqrt(1 + 4 theta_t^2)) / 2;   at the last step, t = horizon:   (1 + sqrt(1 + 8 theta_t^2)) / 2
// Known of convex f with eta = 1 / L, horizon = T:   f(y_{T+1}) - f* <= L |x_1 - x*|^2 / (2 theta_{T+1}^2),   attained. horizon = 0: no step is the last.
// Source: Kim & Fessler 2016 (arXiv:1406.5468), Algorithm OGM1 and Theorem 2; Drori & Teboulle 2014.
#pragma once

#include "lib/optimizers/nesterov.hpp"

namespace thalweg {

struct Ogm {
  static constexpr unsigned calls = 1;
  static constexpr bool same_sample = true;
  static constexpr std::size_t sums = 0;
  struct Hyper {
    double horizon = 0.0;
  };
  struct Step {
    double weight;  // of theta^2
    bool first;
  };
  template <class R>
  struct Slots {
    R z, theta;
  };

  static Step at(const Hyper& hyper, std::uint64_t t, unsigned) { return {static_cast<double>(t) == hyper.horizon ? 8.0 : 4.0, t == 1}; }
  static Slots<double> initial(const Hyper&) { return {0.0, 1.0}; }
  template <class R>
  THALWEG_HD static R move(R g, R y, Slots<R>& slots, const Step& step, R eta, const R*) {
    const R before = step.first ? y : slots.z, theta = slots.theta;
    slots.z = m::fma(-eta, g, y);
    slots.theta = next_theta(theta, step.weight);
    const R ahead = m::fma((theta - R(1.0)) / slots.theta, slots.z - before, slots.z);
    return m::fma(theta / slots.theta, slots.z - y, ahead);
  }
};

struct OgmMethod {
  using Rules = TypeList<Ogm>;
  static MethodEntry entry() {
    return {{"ogm", "Optimised gradient method", "Kim & Fessler 2016 (arXiv:1406.5468), OGM1"},
            "plain and momentum",
            {{"horizon", "the step that is known to be the last; 0: none", 0.0, {0.0, 0x1p53, true, true, "must be a number of steps, or 0"}}},
            {},
            {{"paper", "Kim & Fessler 2016 (arXiv:1406.5468), OGM1", {}}},
            {"z", "theta"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<Ogm>({d.number("horizon")});
  }
  static Update update(const Definition&) {
    return {{"before", "if(t == 1, x, z)"},
            {"theta_before", "theta"},
            {"z", "x - eta*g"},
            {"theta", "(1 + sqrt(1 + if(t == horizon, 8, 4)*theta^2))/2"},
            {"x", "z + (theta_before - 1)/theta*(z - before) + theta_before/theta*(z - x)"}};
  }
};

}  // namespace thalweg
