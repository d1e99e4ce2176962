// Nesterov's accelerated gradient: the gradient is taken ahead of the iterate, at y_t; the engine's x is y_t, and z_t is the iterate that theorems speak of.
//   z_{t+1} = y_t - eta g(y_t)
//   y_{t+1} = z_{t+1} + b_t (z_{t+1} - z_t)                        z_1 = y_1
// nesterov      b_t = (theta_t - 1) / theta_{t+1},  theta_1 = 1,  theta_{t+1} = (1 + sqrt(1 + 4 theta_t^2)) / 2
//               for convex f with eta = 1 / L:  f(z_{T+1}) - f* <= 2 L |x_1 - x*|^2 / (T + 1)^2
// nesterov-simple  b_t = (t - 1) / (t + 2):  f(z_{T+1}) - f* <= 2 L |x_1 - x*|^2 / (T^2 + 5 T + 6)
// nesterov-sc   b = (1 - sqrt(q)) / (1 + sqrt(q)),  q = mu / L, for strongly convex f
// The simple coefficients: Su, Boyd & Candes 2016 (arXiv:1503.01243), equation (1); their bound: Taylor, Hendrickx & Glineur 2017.
// Sources: Nesterov 1983; Beck & Teboulle 2009 (FISTA), equations (4.1)-(4.3) and Theorem 4.4; Nesterov 2004, scheme (2.2.11).
// Where the step size changes the displacement z_{t+1} - z_t keeps the old ones; momentum.hpp with its Nesterov flag is another method then.
#pragma once

#include "lib/core/scalar_num.hpp"
#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

// theta_{t+1} = (1 + sqrt(1 + weight theta_t^2)) / 2; ogm.hpp has another weight at its last step.
template <class R>
THALWEG_HD inline R next_theta(const R& theta, double weight = 4.0) {
  return R(0.5) * (R(1.0) + m::sqrt(m::fma(R(weight) * theta, theta, R(1.0))));
}

struct Nesterov {
  static constexpr unsigned calls = 1;
  static constexpr bool same_sample = true;
  static constexpr std::size_t sums = 0;
  static constexpr std::size_t reported = 0;  // z
  struct Hyper {};
  struct Step {
    bool first;
  };
  template <class R>
  struct Slots {
    R z, theta;
  };

  static Step at(const Hyper&, std::uint64_t t, unsigned) { return {t == 1}; }
  static Slots<double> initial(const Hyper&) { return {0.0, 1.0}; }
  template <class R>
  THALWEG_HD static R move(R g, R y, Slots<R>& slots, const Step& step, R eta, const R*) {
    const R before = step.first ? y : slots.z, theta = slots.theta;
    slots.z = m::fma(-eta, g, y);
    slots.theta = next_theta(theta);
    return m::fma((theta - R(1.0)) / slots.theta, slots.z - before, slots.z);
  }
};

struct NesterovConstant {
  static constexpr unsigned calls = 1;
  static constexpr bool same_sample = true;
  static constexpr std::size_t sums = 0;
  static constexpr std::size_t reported = 0;  // z
  struct Hyper {
    double q = 0.01;
  };
  struct Step {
    double b;
    bool first;
  };
  template <class R>
  struct Slots {
    R z;
  };

  static Step at(const Hyper& hyper, std::uint64_t t, unsigned) {
    const double root = m::sqrt(hyper.q);
    return {(1.0 - root) / (1.0 + root), t == 1};
  }
  static Slots<double> initial(const Hyper&) { return {0.0}; }
  template <class R>
  THALWEG_HD static R move(R g, R y, Slots<R>& slots, const Step& step, R eta, const R*) {
    const R before = step.first ? y : slots.z;
    slots.z = m::fma(-eta, g, y);
    return m::fma(R(step.b), slots.z - before, slots.z);
  }
};

struct NesterovSimple {
  static constexpr unsigned calls = 1;
  static constexpr bool same_sample = true;
  static constexpr std::size_t sums = 0;
  static constexpr std::size_t reported = 0;  // z
  struct Hyper {};
  struct Step {
    double b;
    bool first;
  };
  template <class R>
  struct Slots {
    R z;
  };

  static Step at(const Hyper&, std::uint64_t t, unsigned) {
    const double count = static_cast<double>(t);
    return {(count - 1.0) / (count + 2.0), t == 1};
  }
  static Slots<double> initial(const Hyper&) { return {0.0}; }
  template <class R>
  THALWEG_HD static R move(R g, R y, Slots<R>& slots, const Step& step, R eta, const R*) {
    const R before = step.first ? y : slots.z;
    slots.z = m::fma(-eta, g, y);
    return m::fma(R(step.b), slots.z - before, slots.z);
  }
};

struct NesterovMethod {
  using Rules = TypeList<Nesterov>;
  static MethodEntry entry() {
    return {{"nesterov", "Nesterov's accelerated gradient", "Nesterov 1983; Beck & Teboulle 2009 (FISTA), equations (4.1)-(4.3)"},
            "plain and momentum",
            {},
            {},
            {{"paper", "Beck & Teboulle 2009 (FISTA), equations (4.1)-(4.3), with g = 0", {}}},
            {"z", "theta"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition&, Make make) {
    return make.template rule<Nesterov>({});
  }
  static Update update(const Definition&) {
    return {{"before", "if(t == 1, x, z)"},
            {"theta_before", "theta"},
            {"z", "x - eta*g"},
            {"theta", "(1 + sqrt(1 + 4*theta^2))/2"},
            {"x", "z + (theta_before - 1)/theta*(z - before)"}};
  }
};

struct NesterovSimpleMethod {
  using Rules = TypeList<NesterovSimple>;
  static MethodEntry entry() {
    return {{"nesterov-simple", "Nesterov's accelerated gradient, simple coefficients", "Su, Boyd & Candes 2016 (arXiv:1503.01243), equation (1)"},
            "plain and momentum",
            {},
            {},
            {{"paper", "Su, Boyd & Candes 2016 (arXiv:1503.01243), equation (1). Not re-opened: as the software documentation of PEPit has the method", {}}},
            {"z"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition&, Make make) {
    return make.template rule<NesterovSimple>({});
  }
  static Update update(const Definition&) { return {{"before", "if(t == 1, x, z)"}, {"z", "x - eta*g"}, {"x", "z + (t - 1)/(t + 2)*(z - before)"}}; }
};

struct NesterovConstantMethod {
  using Rules = TypeList<NesterovConstant>;
  static MethodEntry entry() {
    return {{"nesterov-sc", "Nesterov's accelerated gradient, strongly convex", "Nesterov 2004, scheme (2.2.11)"},
            "plain and momentum",
            {{"q", "mu / L, the inverse of the condition number", 0.01, {0.0, 1.0, false, true, "must be a number in (0, 1]"}}},
            {},
            {{"paper", "Nesterov 2004, Introductory Lectures on Convex Optimization, scheme (2.2.11)", {}}},
            {"z"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<NesterovConstant>({d.number("q")});
  }
  static Update update(const Definition&) {
    return {{"before", "if(t == 1, x, z)"}, {"z", "x - eta*g"}, {"x", "z + (1 - sqrt(q))/(1 + sqrt(q))*(z - before)"}};
  }
};

}  // namespace thalweg
