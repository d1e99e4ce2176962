// The adaptive family: moving averages of the gradient and of its square, and an A-LR that divides by a function of the latter.
//   m_t = beta1 m_{t-1} + (1 - beta1) g_t        v_t = beta2 v_{t-1} + (1 - beta2) g_t^2        m_0 = v_0 = 0
//   A_t = a_t / D(sqrt(c_t w_t))                 u_t = A_t m_t
// w_t is v_t, its running maximum, or v_{t-1} (second_moment.hpp); D is one of denominator.hpp; a_t and c_t are the bias corrections:
//   none     a_t = 1                                      c_t = 1
//   inside   a_t = 1 / (1 - beta1^t)                      c_t = 1 / (1 - beta2^t)     Kingma & Ba 2015, Algorithm 1
//   outer    a_t = sqrt(1 - beta2^t) / (1 - beta1^t)      c_t = 1                     Kingma & Ba 2015, end of section 2 ("eps-hat")
//   second   a_t = sqrt(1 - beta2^t)                      c_t = 1                     Defossez et al. 2020, section 2
// so that the A-LR carries them and the numerator is m_t. They are numbers of the step, made on the host; a coordinate costs one division.
// Where D = 0 (eps = 0 and w_t = 0) the A-LR is infinite: the update is 0 if m_t = 0 and is not finite otherwise. Beyond |g| = 1e154 the
// square overflows and the A-LR is 0.
#pragma once

#include <cstdint>

#include "lib/optimizers/denominator.hpp"
#include "lib/optimizers/ema.hpp"
#include "lib/optimizers/rule.hpp"
#include "lib/optimizers/second_moment.hpp"

namespace thalweg {

enum class Correction : std::uint64_t { none, inside, outer, second };  // as wide as a double: Hyper has no padding

template <class Denominator, class SecondMoment>
struct Adaptive {
  struct Hyper {
    double beta1 = 0.9, beta2 = 0.999;
    Denominator denominator;
    Correction correction = Correction::none;
  };
  struct Step {
    double beta1, one_minus_beta1, beta2, one_minus_beta2;
    Denominator denominator;
    double inner;  // c_t
    double outer;  // a_t unit(D)
  };
  template <class R>
  using Slots = typename SecondMoment::template Slots<R>;

  static Step at(const Hyper& hyper, std::uint64_t t) {
    double a = 1.0, c = 1.0;
    if (hyper.correction == Correction::inside) {
      a = 1.0 / unbias(hyper.beta1, t);
      c = 1.0 / unbias(hyper.beta2, t);
    } else if (hyper.correction == Correction::outer) {
      a = m::sqrt(unbias(hyper.beta2, t)) / unbias(hyper.beta1, t);
    } else if (hyper.correction == Correction::second) {
      a = m::sqrt(unbias(hyper.beta2, t));
    }
    return {hyper.beta1, 1.0 - hyper.beta1, hyper.beta2, 1.0 - hyper.beta2, hyper.denominator, c, a * hyper.denominator.unit()};
  }
  static Slots<double> initial(const Hyper&) { return {}; }

  template <class R>
  THALWEG_HD static R rate(const Slots<R>& slots, const Step& step) {
    return R(step.outer) / step.denominator.template shape<R>(SecondMoment::of(slots, R(step.inner)));
  }
  template <class R>
  THALWEG_HD static R numerator(R, const Slots<R>& slots) {
    return slots.m;
  }
  template <class R>
  THALWEG_HD static R apply(R u, R, Slots<R>& slots, const Step& step) {
    slots.m = ema(slots.m, step.beta1, step.one_minus_beta1, u);
    SecondMoment::enter(slots, ema(slots.v, step.beta2, step.one_minus_beta2, m::sqr(u)), R(step.inner));
    return m::select(slots.m == R(0.0), R(0.0), rate(slots, step) * slots.m);  // 0 also where the A-LR is infinite
  }
};

}  // namespace thalweg
