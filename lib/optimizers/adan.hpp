// Adan: averages of the gradient, of its differences and of the square of their sum.
//   d_t = g_t - g_{t-1}, d_1 = 0
//   m_t = beta1 m_{t-1} + (1 - beta1) g_t,   n_t = beta2 n_{t-1} + (1 - beta2) d_t,   v_t = beta3 v_{t-1} + (1 - beta3) (g_t + k d_t)^2
//   x_{t+1} = x_t - eta (m^_t + k n^_t) / (sqrt(v^_t) + eps)        or / sqrt(v^_t + eps): eps_placement
// correction = none     m^ = m and so on                            inside: divided by 1 - beta^t, each with its own beta
// initial = zero        m_0 = n_0 = v_0 = 0                         first-gradient: m_1 = g_1, v_1 = g_1^2, n_2 = d_2
// Source: Xie et al. 2022 (arXiv:2208.06677), Algorithm 1, which writes 1 - beta for every beta here, so that its look-ahead k = 1 - beta2 there is beta2
// here; its restarts are left out. The authors' code corrects, starts from zero and has eps outside the root. optax writes the betas as here and
// k = 1 - beta2 nevertheless, 0.08 in place of 0.92: another algorithm (look_ahead).
// Decay in the paper divides by 1 + eta w; here it is that of all methods (decay.hpp). The weights contain t: no A-LR is stated.
#pragma once

#include "lib/core/elementary_parts.hpp"
#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/ema.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

struct Adan {
  struct Hyper {
    double beta1 = 0.98, beta2 = 0.92, beta3 = 0.99, eps = 1e-8, look_ahead = 0.92, look_ahead_rest = 0.0;
    std::uint64_t corrected = 0, eps_inside = 1, first_gradient = 1;
  };
  struct Step {
    double beta1, one_minus_beta1, beta2, one_minus_beta2, beta3, one_minus_beta3, eps_inside, eps_outside;
    double look_ahead, look_ahead_rest;  // k, and what its rounding lost
    double m_hat, n_hat, v_hat;  // 1 / (1 - beta1^t), k / (1 - beta2^t), 1 / (1 - beta3^t); uncorrected 1, k, 1
    double has_previous;         // 0 at t = 1, else 1
  };
  template <class R>
  struct Slots {
    R m, n, v, g_previous;
  };

  static Step at(const Hyper& hyper, std::uint64_t t) {
    const bool corrected = hyper.corrected != 0, inside = hyper.eps_inside != 0, start = hyper.first_gradient != 0;
    const double beta1 = start && t == 1 ? 0.0 : hyper.beta1, beta2 = start && t <= 2 ? 0.0 : hyper.beta2, beta3 = start && t == 1 ? 0.0 : hyper.beta3;
    const auto hat = [&](double beta) { return corrected ? 1.0 / unbias(beta, t) : 1.0; };
    return {beta1, 1.0 - beta1, beta2, 1.0 - beta2, beta3, 1.0 - beta3, inside ? hyper.eps : 0.0, inside ? 0.0 : hyper.eps, hyper.look_ahead, hyper.look_ahead_rest,
            hat(hyper.beta1), corrected ? hyper.look_ahead / unbias(hyper.beta2, t) : hyper.look_ahead, hat(hyper.beta3), t == 1 ? 0.0 : 1.0};
  }
  static Slots<double> initial(const Hyper&) { return {}; }
  template <class R>
  THALWEG_HD static R apply(R g, R, Slots<R>& slots, const Step& step) {
    const elementary::Two<R> d = elementary::two_sum(g, -slots.g_previous);  // g_t - g_{t-1} exactly: g + k d may cancel
    const R difference = R(step.has_previous) * d.hi, lost = R(step.has_previous) * d.lo;
    const R ahead = m::fma(R(step.look_ahead), difference, g) + m::fma(R(step.look_ahead), lost, R(step.look_ahead_rest) * difference);
    slots.g_previous = g;
    slots.m = ema(slots.m, step.beta1, step.one_minus_beta1, g);
    slots.n = ema(slots.n, step.beta2, step.one_minus_beta2, difference);
    slots.v = ema(slots.v, step.beta3, step.one_minus_beta3, m::sqr(ahead));
    const R above = m::fma(R(step.n_hat), slots.n, R(step.m_hat) * slots.m);
    return m::select(above == R(0.0), R(0.0), above / (m::sqrt(m::fma(R(step.v_hat), slots.v, R(step.eps_inside))) + R(step.eps_outside)));
  }
};

struct AdanMethod {
  using Rules = TypeList<Adan>;
  static MethodEntry entry() {
    return {{"adan", "Adan", "Xie et al. 2022 (arXiv:2208.06677), Algorithm 1"},
            "adaptive",
            {fields::beta1(0.98),
             {"beta2", "coefficient of the moving average of differences of gradients", 0.92, fields::below_one},
             {"beta3", "coefficient of the moving average of squares", 0.99, fields::below_one},
             fields::eps()},
            {{"look_ahead", "k, the weight of differences: beta2, the coefficient of their average, or one-minus-beta2", {"beta2", "one-minus-beta2"}},
             {"correction", "bias correction: none, or inside, of all three averages", {"none", "inside"}},
             {"eps_placement", "inside the root, sqrt(v + eps), or outside, sqrt(v) + eps", {"inside", "outside"}},
             {"initial", "of the averages: those of the first gradient, or zero", {"first-gradient", "zero"}}},
            {{"paper",
              "Xie et al. 2022 (arXiv:2208.06677), Algorithm 1 without restarts, betas as 1 - beta: no corrections. Not re-opened: the lines as the documentation of "
              "brainpy.optim.Adan quotes them, m_0 = g_0, v_1 = g_1 - g_0 and n_0 = g_0^2 from memory",
              {}},
             {"authors-code",
              "sail-sg/Adan, adan.py, _single_tensor_adan, commit 2c65bea, without clipping",
              {{"correction", "inside"}, {"eps_placement", "outside"}, {"initial", "zero"}},
              "commit 2c65bea"},
             {"pytorch-optimizer",
              "pytorch_optimizer/optimizer/adan.py, Adan._step_per_param: k = beta2 = 0.92, as in the paper",
              {{"correction", "inside"}, {"eps_placement", "outside"}, {"initial", "zero"}},
              "pytorch_optimizer 4.1.0"},
             {"optax",
              "optax/_src/transform.py, scale_by_adan with eps_root=0: k = 1 - b2 = 0.08, which is not the paper's",
              {{"look_ahead", "one-minus-beta2"}, {"correction", "inside"}, {"eps_placement", "outside"}, {"initial", "zero"}},
              "optax 0.2.8"}},
            {"m", "n", "v", "g_previous"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    const double beta2 = d.number("beta2");
    const elementary::Two<double> k = d.choice("look_ahead") == "beta2" ? elementary::Two<double>{beta2, 0.0} : elementary::two_sum(1.0, -beta2);
    return make.template rule<Adan>({d.number("beta1"), beta2, d.number("beta3"), d.number("eps"), k.hi, k.lo, d.choice("correction") == "inside" ? 1U : 0U,
                                     d.choice("eps_placement") == "inside" ? 1U : 0U, d.choice("initial") == "first-gradient" ? 1U : 0U});
  }
  static Update update(const Definition& d) {
    const std::string k = d.choice("look_ahead") == "beta2" ? "beta2" : "(1 - beta2)";
    const bool corrected = d.choice("correction") == "inside", inside = d.choice("eps_placement") == "inside", start = d.choice("initial") == "first-gradient";
    const std::string v = corrected ? "v/(1 - beta3^t)" : "v";
    const auto from = [&](const char* condition, const std::string& value, const std::string& average) { return start ? std::string("if(") + condition + ", " + value + ", " + average + ")" : average; };
    return {{"d", "if(t == 1, 0, g - g_previous)"},
            {"g_previous", "g"},
            {"m", from("t == 1", "g", "beta1*m + (1 - beta1)*g")},
            {"n", from("t == 2", "d", "beta2*n + (1 - beta2)*d")},
            {"v", from("t == 1", "g^2", "beta3*v + (1 - beta3)*(g + " + k + "*d)^2")},
            {"u", corrected ? "m/(1 - beta1^t) + " + k + "*n/(1 - beta2^t)" : "m + " + k + "*n"},
            {"x", "x - eta*if(u == 0, 0, u/" + (inside ? "sqrt(" + v + " + eps)" : "(sqrt(" + v + ") + eps)") + ")"}};
  }
  static Numerator numerator(const Definition&) { return Numerator::other; }
};

}  // namespace thalweg
