// RAdam: Adam whose step is rectified by r_t for the few gradients its second moment has seen; before there are enough, that moment is left out.
//   m_t, v_t as in Adam;   rho = 2 / (1 - beta2) - 1,   rho_t = rho - 2 t beta2^t / (1 - beta2^t)
//   where rho_t > threshold:   r_t = sqrt((rho_t - 4) (rho_t - 2) rho / ((rho - 4) (rho - 2) rho_t))
//                              x_{t+1} = x_t - eta r_t m^_t / (sqrt(v^_t) + eps)
//   else                       x_{t+1} = x_t - eta m^_t
// Source: Liu et al. 2019 (arXiv:1908.03265), Algorithm 2, threshold 4 and no eps (eps = 0 here). torch takes (sqrt(v_t) + eps) / sqrt(1 - beta2^t):
// correction = outer. torch rectifies where rho_t > 5, optax where rho_t >= 5: the same but for a tie, which rounding would decide.
#pragma once

#include "lib/core/elementary_parts.hpp"
#include "lib/optimizers/adaptive.hpp"
#include "lib/optimizers/adaptive_family.hpp"

namespace thalweg {

// rho_t - 4 of the arXiv paper, without cancellation. Up to t = 64 from sums of positive terms,
//   rho_t = 1 + 2 sum_{i=1}^{t-1} beta2^i S_{t-i} / S_t,   S_k = 1 + beta2 + ... + beta2^(k-1),
// in numbers of two doubles, so that the difference keeps its digits where rho_t comes near to 4. Beyond, rho_t is not near 4 unless its limit
// (1 + beta2) / (1 - beta2) is: then from the limit, whose distance to 4 is (5 beta2 - 3) / (1 - beta2). Else, with z = (1 - beta2) / (1 + beta2),
// 1 / z = rho, and L = -log beta2 = 2 atanh z,
//   rho_t = (1 / z - 2 / L) + 2 t f(y),   f(y) = 1 / y - 1 / (e^y - 1),   y = t L,
// both brackets by series where they cancel.
namespace radam {

using Pair = elementary::Two<double>;

inline Pair plus(const Pair& a, const Pair& b) {
  const Pair s = elementary::two_sum(a.hi, b.hi);
  return elementary::quick_two_sum(s.hi, s.lo + (a.lo + b.lo));
}
inline Pair times(const Pair& a, const Pair& b) {
  const Pair p = elementary::two_product(a.hi, b.hi);
  return elementary::quick_two_sum(p.hi, m::fma(a.hi, b.lo, m::fma(a.lo, b.hi, p.lo)));
}
inline Pair over(const Pair& a, const Pair& b) {
  const double q = a.hi / b.hi;
  const Pair rest = plus(a, times({-q, 0.0}, b));
  return elementary::quick_two_sum(q, (rest.hi + rest.lo) / b.hi);
}

constexpr std::uint64_t summed = 64;

inline double excess_by_sums(double beta2, std::uint64_t t) {
  Pair sums[summed + 1] = {{0.0, 0.0}}, power{1.0, 0.0}, total{0.0, 0.0};
  for (std::uint64_t k = 1; k <= t; ++k) {
    sums[k] = plus(sums[k - 1], power);
    power = times(power, {beta2, 0.0});
  }
  power = {beta2, 0.0};
  for (std::uint64_t i = 1; i < t; ++i) {
    total = plus(total, times(power, sums[t - i]));
    power = times(power, {beta2, 0.0});
  }
  const Pair excess = plus(times({2.0, 0.0}, over(total, sums[t])), {-3.0, 0.0});
  return excess.hi + excess.lo;
}

inline double sample_length(double beta2, double t) {
  const double z = (1.0 - beta2) / (1.0 + beta2);
  const double L = -m::log1p(-(1.0 - beta2)), y = t * L;
  if (y >= 2.0) return 1.0 / z - 2.0 * t / m::expm1(y);
  double rest;  // 1 / z - 1 / atanh z = z (1/3 + z^2/5 + ...) / (1 + z^2/3 + ...)
  if (z > 0.25) {
    rest = 1.0 / z - 2.0 / L;
  } else {
    double over = 0.0;
    for (int k = 14; k >= 1; --k) over = m::fma(over, z * z, 1.0 / (2.0 * k + 1.0));
    rest = z * over / (1.0 + z * z * over);
  }
  // f(y) = 1/2 - sum_k B_2k / (2k)! y^(2k-1), with B_2k / (2k)! = 2 (-1)^(k+1) zeta(2k) / (2 pi)^(2k).
  constexpr double coefficients[] = {1.0 / 12.0, -1.0 / 720.0, 1.0 / 30240.0, -1.0 / 1209600.0, 1.0 / 47900160.0, -691.0 / 1307674368000.0, 1.0 / 74724249600.0,
                                     -3.3896802963225828668e-13, 8.5860620562778445641e-15, -2.1748686985580618730e-16, 5.5090028283602295152e-18,
                                     -1.3954464685812523341e-19, 3.5347070396294674717e-21, -8.9535174270375468504e-23, 2.2679524523376830603e-24};
  double sum = 0.0;
  for (int k = 14; k >= 0; --k) sum = m::fma(sum, y * y, coefficients[k]);
  return rest + 2.0 * t * (0.5 - y * sum);
}

inline double excess(double beta2, std::uint64_t step) {
  const auto t = static_cast<double>(step);
  if (step <= summed) return excess_by_sums(beta2, step);
  if (beta2 < 0.75) {
    const double power = m::pow(beta2, t);
    return m::fma(5.0, beta2, -3.0) / (1.0 - beta2) - 2.0 * t * power / (1.0 - power);
  }
  return sample_length(beta2, t) - 4.0;
}

}  // namespace radam

struct Radam {
  using Family = Adaptive<RootPlusEps, Latest>;
  struct Hyper {
    Family::Hyper family;
    double threshold = 5.0;
  };
  struct Step {
    Family::Step family;  // its outer factor times r_t, or 1 / (1 - beta1^t) alone
    bool rectified;
  };
  template <class R>
  using Slots = Family::Slots<R>;

  static Step at(const Hyper& hyper, std::uint64_t t) {
    Step step{Family::at(hyper.family, t), false};
    const double beta2 = hyper.family.beta2, excess = radam::excess(beta2, t), rho = 4.0 + excess;
    step.rectified = excess > hyper.threshold - 4.0;
    if (step.rectified) {  // (rho_inf - 4) (1 - beta2) = 5 beta2 - 3, and so on
      step.family.outer *= m::sqrt(excess * (2.0 + excess) / rho * ((1.0 + beta2) * (1.0 - beta2) / (m::fma(5.0, beta2, -3.0) * m::fma(3.0, beta2, -1.0))));
    } else {
      step.family.outer = 1.0 / unbias(hyper.family.beta1, t);
    }
    return step;
  }
  static Slots<double> initial(const Hyper&) { return {}; }
  template <class R>
  THALWEG_HD static R rate(const Slots<R>& slots, const Step& step) {
    return step.rectified ? Family::rate<R>(slots, step.family) : R(step.family.outer);
  }
  template <class R>
  THALWEG_HD static R numerator(R u, const Slots<R>& slots) {
    return Family::numerator<R>(u, slots);
  }
  template <class R>
  THALWEG_HD static R apply(R u, R, Slots<R>& slots, const Step& step) {
    slots.m = ema(slots.m, step.family.beta1, step.family.one_minus_beta1, u);
    slots.v = ema(slots.v, step.family.beta2, step.family.one_minus_beta2, m::sqr(u));
    return m::select(slots.m == R(0.0), R(0.0), rate(slots, step) * slots.m);  // 0 also where the A-LR is infinite
  }
};

struct RadamMethod {
  using Rules = TypeList<Radam>;
  static MethodEntry entry() {
    return {{"radam", "RAdam", "Liu et al. 2019 (arXiv:1908.03265), Algorithm 2"},
            "adaptive",
            {fields::beta1(),
             fields::beta2(),
             fields::eps(),
             {"threshold", "rho_t above which the second moment is used", 4.0, {4.0, fields::infinity, true, false, "must be a finite number >= 4"}}},
            {{"correction", "of v: inside, sqrt(v/(1 - beta2^t)) + eps, or outer, (sqrt(v) + eps)/sqrt(1 - beta2^t)", {"inside", "outer"}}},
            {{"paper", "Liu et al. 2019 (arXiv:1908.03265), Algorithm 2 (there with eps = 0)", {}},
             {"torch", "torch/optim/radam.py, _single_tensor_radam", {{"threshold", "5"}, {"correction", "outer"}}, "torch 2.15.0"},
             {"optax", "optax/_src/transform.py, scale_by_radam with eps_root=0", {{"threshold", "5"}}, "optax 0.2.8"}},
            {"m", "v"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<Radam>({adaptive_family::hyper<Radam::Family>(d, RootPlusEps{d.number("eps")}), d.number("threshold")});
  }
  static Update update(const Definition& d) {
    const bool outer = d.choice("correction") == "outer";
    return {{"m", "beta1*m + (1 - beta1)*g"},
            {"v", "beta2*v + (1 - beta2)*g^2"},
            {"rho", "2/(1 - beta2) - 1"},
            {"rho_t", "rho - 2*t*beta2^t/(1 - beta2^t)"},
            {"A", std::string("if(rho_t > threshold, sqrt((rho_t - 4)*(rho_t - 2)*rho/((rho - 4)*(rho - 2)*rho_t))/(") +
                      (outer ? "(sqrt(v) + eps)/sqrt(1 - beta2^t)" : "sqrt(v/(1 - beta2^t)) + eps") + "), 1)"},
            {"x", "x - eta*if(m == 0, 0, A*m/(1 - beta1^t))"}};
  }
  // r_t <= 1, and the corrections are at most 1 / (1 - beta1).
  static RateFacts rate(const Definition& d, double) {
    const double eps = d.number("eps");
    return {.least = 0.0, .largest = (eps < 1.0 ? 1.0 / eps : 1.0) / (1.0 - d.number("beta1")), .corrected = true, .tight = false,
            .how = "r_t <= 1, and the corrections are at most 1 / (1 - beta1); a bound, not an extreme; not monotone",
            .least_formula = "0", .largest_formula = "max(1, 1/eps)/(1 - beta1)"};
  }
};

}  // namespace thalweg
