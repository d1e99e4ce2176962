// Methods that need numbers of the whole vector or several gradients a step, transcribed from their sources in 50-digit decimal arithmetic over vectors.
// Nothing here calls the rules under test; each follows the lines of its paper, in their order.
#pragma once

#include <boost/multiprecision/cpp_dec_float.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace thalweg::oracle {

using Real = boost::multiprecision::cpp_dec_float_50;
using Vector = std::vector<Real>;

struct PhasedParameters {
  double beta1, beta2, eps, momentum, rho, offset, trust, b0, weight_decay;
};

// What a method keeps: vectors and numbers by name. step(x, gradient) makes one step of x; gradient(y) is asked for the gradient at y.
struct PhasedState {
  std::map<std::string, Vector> vectors;
  std::map<std::string, Real> numbers;
};
using PhasedTranscription = std::function<void(PhasedState&, const PhasedParameters&, const Real& eta, unsigned t, Vector& x, const std::function<Vector(const Vector&)>& gradient)>;

namespace phased_detail {

inline Real norm(const Vector& v) {
  Real sum = 0;
  for (const Real& a : v) sum += a * a;
  return sqrt(sum);
}
inline Vector& kept(PhasedState& s, const char* name, std::size_t d) {
  Vector& v = s.vectors[name];
  if (v.empty()) v.assign(d, Real(0));
  return v;
}
inline Vector with_l2(Vector g, const Vector& x, double w) {
  for (std::size_t j = 0; j < g.size(); ++j) g[j] += Real(w) * x[j];
  return g;
}

}  // namespace phased_detail

// By "method@preset".
inline const std::map<std::string, PhasedTranscription>& phased_transcriptions() {
  using namespace phased_detail;
  using State = PhasedState;
  using Parameters = PhasedParameters;
  using Gradient = std::function<Vector(const Vector&)>;
  // x_{t+1} = x_t - eta g + momentum (x_t - x_{t-1}), with x_{t-1} itself kept.
  const PhasedTranscription heavy_ball = [](State& s, const Parameters& k, const Real& eta, unsigned t, Vector& x, const Gradient& gradient) {
    const Vector g = with_l2(gradient(x), x, k.weight_decay);
    if (t == 1) s.vectors["before"] = x;
    Vector next = x;
    for (std::size_t j = 0; j < x.size(); ++j) next[j] = x[j] - eta * g[j] + Real(k.momentum) * (x[j] - s.vectors["before"][j]);
    s.vectors["before"] = x;
    x = next;
  };
  const PhasedTranscription extragradient = [](State&, const Parameters& k, const Real& eta, unsigned, Vector& x, const Gradient& gradient) {
    const Vector g = with_l2(gradient(x), x, k.weight_decay);
    Vector y = x;
    for (std::size_t j = 0; j < x.size(); ++j) y[j] = x[j] - eta * g[j];
    const Vector there = with_l2(gradient(y), y, k.weight_decay);
    for (std::size_t j = 0; j < x.size(); ++j) x[j] = x[j] - eta * there[j];
  };
  // Foret et al., Algorithm 1; Kwon et al., Algorithm 1: epsilon = rho T^2 g / |T g|.
  const auto sharpness_aware = [](bool adaptive, bool normalised) -> PhasedTranscription {
    return [=](State& s, const Parameters& k, const Real& eta, unsigned, Vector& x, const Gradient& gradient) {
      const Vector g = with_l2(gradient(x), x, k.weight_decay);
      Vector T(x.size(), Real(1)), Tg = g, y = x;
      for (std::size_t j = 0; j < x.size(); ++j) {
        if (adaptive) T[j] = abs(x[j]) + Real(k.offset);
        Tg[j] = T[j] * g[j];
      }
      const Real length = normalised ? norm(Tg) : Real(1);
      for (std::size_t j = 0; j < x.size(); ++j)
        if (length != 0) y[j] = x[j] + Real(k.rho) * T[j] * Tg[j] / length;
      const Vector there = with_l2(gradient(y), y, k.weight_decay);
      Vector& b = kept(s, "b", x.size());
      for (std::size_t j = 0; j < x.size(); ++j) {
        b[j] = Real(k.momentum) * b[j] + there[j];
        x[j] = x[j] - eta * b[j];
      }
    };
  };
  // Cutkosky & Mehta: m_1 = g_1, w_{t+1} = w_t - eta m_t / |m_t|.
  const PhasedTranscription normalised = [](State& s, const Parameters& k, const Real& eta, unsigned t, Vector& x, const Gradient& gradient) {
    const Vector g = with_l2(gradient(x), x, k.weight_decay);
    Vector& m = kept(s, "m", x.size());
    for (std::size_t j = 0; j < x.size(); ++j) m[j] = t == 1 ? g[j] : Real(Real(k.beta1) * m[j] + (1 - Real(k.beta1)) * g[j]);
    const Real length = norm(m);
    for (std::size_t j = 0; j < x.size(); ++j)
      if (length != 0) x[j] -= eta * m[j] / length;
  };
  // Ward, Wu & Bottou: b_{j+1}^2 = b_j^2 + |G_j|^2, x_{j+1} = x_j - eta / b_{j+1} G_j.
  const PhasedTranscription adagrad_norm = [](State& s, const Parameters& k, const Real& eta, unsigned t, Vector& x, const Gradient& gradient) {
    const Vector g = with_l2(gradient(x), x, k.weight_decay);
    if (t == 1) s.numbers["b"] = Real(k.b0);
    s.numbers["b"] = sqrt(s.numbers["b"] * s.numbers["b"] + norm(g) * norm(g));
    for (std::size_t j = 0; j < x.size(); ++j)
      if (s.numbers["b"] != 0) x[j] -= eta / s.numbers["b"] * g[j];
  };
  // You et al. 2020, Algorithm 2, phi(z) = z.
  const PhasedTranscription lamb = [](State& s, const Parameters& k, const Real& eta, unsigned t, Vector& x, const Gradient& gradient) {
    const Vector g = gradient(x);
    Vector &m = kept(s, "m", x.size()), &v = kept(s, "v", x.size());
    Vector update(x.size());
    for (std::size_t j = 0; j < x.size(); ++j) {
      m[j] = Real(k.beta1) * m[j] + (1 - Real(k.beta1)) * g[j];
      v[j] = Real(k.beta2) * v[j] + (1 - Real(k.beta2)) * g[j] * g[j];
      const Real m_hat = m[j] / (1 - pow(Real(k.beta1), static_cast<int>(t))), v_hat = v[j] / (1 - pow(Real(k.beta2), static_cast<int>(t)));
      update[j] = (m[j] == 0 ? Real(0) : Real(m_hat / (sqrt(v_hat) + Real(k.eps)))) + Real(k.weight_decay) * x[j];
    }
    const Real length = norm(x), step = norm(update), ratio = length == 0 || step == 0 ? Real(1) : Real(length / step);
    for (std::size_t j = 0; j < x.size(); ++j) x[j] -= eta * ratio * update[j];
  };
  // You, Gitman & Ginsburg 2017, Algorithm 1: v = m v + gamma lambda (g + beta w), w = w - v.
  const PhasedTranscription lars = [](State& s, const Parameters& k, const Real& eta, unsigned, Vector& x, const Gradient& gradient) {
    const Vector g = gradient(x);
    Vector& v = kept(s, "v", x.size());
    const Real length = norm(x), divisor = norm(g) + Real(k.weight_decay) * length;
    const Real lambda = length == 0 || divisor == 0 ? Real(1) : Real(Real(k.trust) * length / divisor);
    for (std::size_t j = 0; j < x.size(); ++j) {
      v[j] = Real(k.momentum) * v[j] + eta * lambda * (g[j] + Real(k.weight_decay) * x[j]);
      x[j] -= v[j];
    }
  };
  static const std::map<std::string, PhasedTranscription> all = {{"heavy-ball@paper", heavy_ball},
                                                                 {"extragradient@paper", extragradient},
                                                                 {"sam@paper", sharpness_aware(false, true)},
                                                                 {"sam@unnormalised", sharpness_aware(false, false)},
                                                                 {"asam@paper", sharpness_aware(true, true)},
                                                                 {"normalised-sgd@paper", normalised},
                                                                 {"adagrad-norm@paper", adagrad_norm},
                                                                 {"lamb@paper", lamb},
                                                                 {"lars@paper", lars}};
  return all;
}

}  // namespace thalweg::oracle
