// Methods that need numbers of the whole vector or several gradients a step, transcribed from their sources in 50-digit decimal arithmetic over vectors.
// Nothing here calls the rules under test; each follows the lines of its paper, in their order.
#pragma once

#include <algorithm>
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
  double q = 0.01, r = 0, horizon = 0, from = 0, power = 0, period = 5, alpha = 0.5, clip = 1, c = 1, largest = 0, columns = 1, steps = 5;
  static constexpr double gap = 0.3;  // f(x) - f*, where a method takes it
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

using Matrix = std::vector<Vector>;
inline Matrix transposed(const Matrix& a) {
  Matrix t(a.front().size(), Vector(a.size()));
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < a[i].size(); ++j) t[j][i] = a[i][j];
  return t;
}
inline Matrix product(const Matrix& a, const Matrix& b) {
  Matrix c(a.size(), Vector(b.front().size(), Real(0)));
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < c[i].size(); ++j)
      for (std::size_t k = 0; k < b.size(); ++k) c[i][j] += a[i][k] * b[k][j];
  return c;
}
inline Matrix combined(const Real& p, const Matrix& a, const Real& q, const Matrix& b) {
  Matrix c = a;
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < a[i].size(); ++j) c[i][j] = p * a[i][j] + q * b[i][j];
  return c;
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
  // Goujaud et al.: x_{t+1} = x_t - alpha_t grad f(x_t) + beta_t (x_t - x_{t-1}), alpha_t = 1/(L (t + 2)), beta_t = t/(t + 2), t from 0.
  const PhasedTranscription varying = [](State& s, const Parameters& k, const Real& eta, unsigned step, Vector& x, const Gradient& gradient) {
    const Vector g = with_l2(gradient(x), x, k.weight_decay);
    const Real t = step - 1;
    if (step == 1) s.vectors["before"] = x;
    Vector next = x;
    for (std::size_t j = 0; j < x.size(); ++j) next[j] = x[j] - eta / (t + 2) * g[j] + t / (t + 2) * (x[j] - s.vectors["before"][j]);
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
  // Beck & Teboulle, (4.1)-(4.3) with g = 0: x_k = y_k - grad / L, t_{k+1} = (1 + sqrt(1 + 4 t_k^2)) / 2, y_{k+1} = x_k + (t_k - 1) / t_{k+1} (x_k - x_{k-1}).
  const PhasedTranscription fista = [](State& s, const Parameters& k, const Real& eta, unsigned step, Vector& y, const Gradient& gradient) {
    const Vector g = with_l2(gradient(y), y, k.weight_decay);
    if (step == 1) {
      s.vectors["z"] = y;
      s.numbers["t"] = 1;
    }
    Vector x = y;
    for (std::size_t j = 0; j < y.size(); ++j) x[j] = y[j] - eta * g[j];
    const Real t = s.numbers["t"], next = (1 + sqrt(1 + 4 * t * t)) / 2;
    for (std::size_t j = 0; j < y.size(); ++j) y[j] = x[j] + (t - 1) / next * (x[j] - s.vectors["z"][j]);
    s.vectors["z"] = x;
    s.numbers["t"] = next;
  };
  // Nesterov 2004, (2.2.11): y_{k+1} = x_{k+1} + (sqrt L - sqrt mu) / (sqrt L + sqrt mu) (x_{k+1} - x_k), with L = 1, mu = q.
  const PhasedTranscription constant = [](State& s, const Parameters& k, const Real& eta, unsigned step, Vector& y, const Gradient& gradient) {
    const Vector g = with_l2(gradient(y), y, k.weight_decay);
    if (step == 1) s.vectors["z"] = y;
    const Real b = (1 - sqrt(Real(k.q))) / (1 + sqrt(Real(k.q)));
    for (std::size_t j = 0; j < y.size(); ++j) {
      const Real x = y[j] - eta * g[j];
      y[j] = x + b * (x - s.vectors["z"][j]);
      s.vectors["z"][j] = x;
    }
  };
  // Su, Boyd & Candes, (1): x_k = y_{k-1} - s grad f(y_{k-1}), y_k = x_k + (k - 1)/(k + 2) (x_k - x_{k-1}), y_0 = x_0.
  const PhasedTranscription simple = [](State& s, const Parameters& k, const Real& eta, unsigned step, Vector& y, const Gradient& gradient) {
    const Vector g = with_l2(gradient(y), y, k.weight_decay);
    if (step == 1) s.vectors["z"] = y;
    const Real b = Real(step - 1) / Real(step + 2);
    for (std::size_t j = 0; j < y.size(); ++j) {
      const Real x = y[j] - eta * g[j];
      y[j] = x + b * (x - s.vectors["z"][j]);
      s.vectors["z"][j] = x;
    }
  };
  // Kim & Fessler, OGM1: y_{i+1} = x_i - grad / L, x_{i+1} = y_{i+1} + (th_i - 1) / th_{i+1} (y_{i+1} - y_i) + th_i / th_{i+1} (y_{i+1} - x_i).
  const PhasedTranscription optimised = [](State& s, const Parameters& k, const Real& eta, unsigned step, Vector& x, const Gradient& gradient) {
    const Vector g = with_l2(gradient(x), x, k.weight_decay);
    if (step == 1) {
      s.vectors["y"] = x;
      s.numbers["theta"] = 1;
    }
    const Real theta = s.numbers["theta"], next = step == k.horizon ? Real((1 + sqrt(1 + 8 * theta * theta)) / 2) : Real((1 + sqrt(1 + 4 * theta * theta)) / 2);
    for (std::size_t j = 0; j < x.size(); ++j) {
      const Real y = x[j] - eta * g[j];
      x[j] = y + (theta - 1) / next * (y - s.vectors["y"][j]) + theta / next * (y - x[j]);
      s.vectors["y"][j] = y;
    }
    s.numbers["theta"] = next;
  };
  // Van Scoy, Freeman & Lynch: alpha = (1 + rho) / L, beta = rho^2 / (2 - rho), gamma = rho^2 / ((1 + rho)(2 - rho)), delta = rho^2 / (1 - rho^2),
  // rho = 1 - 1 / sqrt(kappa); xi_{k+1} = (1 + beta) xi_k - beta xi_{k-1} - alpha grad(y_k), y = (1 + gamma) xi_k - gamma xi_{k-1}, x = (1 + delta) xi_k - delta xi_{k-1}.
  const PhasedTranscription triple = [](State& s, const Parameters& k, const Real& eta, unsigned step, Vector& y, const Gradient& gradient) {
    const Vector g = with_l2(gradient(y), y, k.weight_decay);
    if (step == 1) s.vectors["now"] = s.vectors["before"] = s.vectors["out"] = y;
    const Real kappa = 1 / Real(k.q), rho = 1 - 1 / sqrt(kappa), a = (1 + rho) * eta, b = rho * rho / (2 - rho), c = rho * rho / ((1 + rho) * (2 - rho)), d = rho * rho / (1 - rho * rho);
    for (std::size_t j = 0; j < y.size(); ++j) {
      Real &now = s.vectors["now"][j], &before = s.vectors["before"][j];
      const Real next = (1 + b) * now - b * before - a * g[j];
      y[j] = (1 + c) * next - c * now;
      s.vectors["out"][j] = (1 + d) * next - d * now;
      before = now;
      now = next;
    }
  };
  // Shamir & Zhang: xbar_t = (1 - (eta + 1) / (t + eta)) xbar_{t-1} + (eta + 1) / (t + eta) x_t; torch: mu = 1 / max(1, step - t0).
  const PhasedTranscription averaged = [](State& s, const Parameters& k, const Real& eta, unsigned t, Vector& x, const Gradient& gradient) {
    const Vector g = with_l2(gradient(x), x, k.weight_decay);
    Vector& mean = kept(s, "average", x.size());
    const Real after = Real(t) - Real(k.from);
    for (std::size_t j = 0; j < x.size(); ++j) {
      x[j] -= eta * g[j];
      mean[j] = after <= 1 ? x[j] : Real((1 - (Real(k.power) + 1) / (after + Real(k.power))) * mean[j] + (Real(k.power) + 1) / (after + Real(k.power)) * x[j]);
    }
  };
  // Defazio et al.: y = (1 - beta) z + beta x, z = z - gamma grad(y), x = (1 - c) x + c z with c = gamma^2 / sum gamma^2; Algorithm 1 with Adam's denominator.
  // keras: weight = 1 / step. Authors' code: lr_max = max(lr, lr_max), weight = t^r lr_max^2.
  enum class Weights { paper, keras, code };
  const auto schedule_free = [](bool adam, Weights weights = Weights::paper) -> PhasedTranscription {
    return [=](State& s, const Parameters& k, const Real& eta, unsigned t, Vector& y, const Gradient& gradient) {
      Vector g = gradient(y);
      if (!adam) g = with_l2(g, y, k.weight_decay);
      if (t == 1) s.vectors["z"] = s.vectors["average"] = y;
      Vector& v = kept(s, "v", y.size());
      Real &largest = s.numbers["lr_max"], &sum = s.numbers["weights"];
      if (eta > largest) largest = eta;
      const Real lr = weights == Weights::code ? largest : eta, weight = pow(Real(t), Real(k.r)) * (weights == Weights::keras ? Real(1) : Real(lr * lr));
      sum += weight;
      const Real c = weight / sum;
      for (std::size_t j = 0; j < y.size(); ++j) {
        Real update = g[j];
        if (adam) {
          v[j] = Real(k.beta2) * v[j] + (1 - Real(k.beta2)) * g[j] * g[j];
          update = (g[j] == 0 ? Real(0) : Real(g[j] / (sqrt(v[j] / (1 - pow(Real(k.beta2), static_cast<int>(t)))) + Real(k.eps)))) + Real(k.weight_decay) * y[j];
        }
        Real &z = s.vectors["z"][j], &x = s.vectors["average"][j];
        z = z - eta * update;
        x = (1 - c) * x + c * z;
        y[j] = (1 - Real(k.beta1)) * z + Real(k.beta1) * x;
      }
    };
  };
  // Zhang et al., Algorithm 1: k inner steps from phi, then phi = phi + alpha (theta_k - phi).
  const auto lookahead = [](bool adam) -> PhasedTranscription {
    return [=](State& s, const Parameters& k, const Real& eta, unsigned t, Vector& x, const Gradient& gradient) {
      const Vector g = with_l2(gradient(x), x, k.weight_decay);
      if (t == 1) s.vectors["slow"] = x;
      Vector &m = kept(s, "m", x.size()), &v = kept(s, "v", x.size());
      for (std::size_t j = 0; j < x.size(); ++j) {
        if (adam) {
          m[j] = Real(k.beta1) * m[j] + (1 - Real(k.beta1)) * g[j];
          v[j] = Real(k.beta2) * v[j] + (1 - Real(k.beta2)) * g[j] * g[j];
          const Real m_hat = m[j] / (1 - pow(Real(k.beta1), static_cast<int>(t))), v_hat = v[j] / (1 - pow(Real(k.beta2), static_cast<int>(t)));
          if (m[j] != 0) x[j] -= eta * m_hat / (sqrt(v_hat) + Real(k.eps));
        } else {
          m[j] = Real(k.momentum) * m[j] + g[j];
          x[j] -= eta * m[j];
        }
      }
      if (t % static_cast<unsigned>(k.period) != 0) return;
      for (std::size_t j = 0; j < x.size(); ++j) x[j] = s.vectors["slow"][j] = s.vectors["slow"][j] + Real(k.alpha) * (x[j] - s.vectors["slow"][j]);
    };
  };
  // Pascanu et al., Algorithm 1: if |g| > threshold, g = threshold / |g| g. torch: clip_coef = max_norm / (total_norm + 1e-6), at most 1.
  const PhasedTranscription clipped = [](State& s, const Parameters& k, const Real& eta, unsigned, Vector& x, const Gradient& gradient) {
    const Vector g = with_l2(gradient(x), x, k.weight_decay);
    Vector& b = kept(s, "b", x.size());
    const Real length = norm(g) + Real(k.eps), coefficient = length == 0 || Real(k.clip) / length > 1 ? Real(1) : Real(Real(k.clip) / length);
    for (std::size_t j = 0; j < x.size(); ++j) {
      b[j] = Real(k.momentum) * b[j] + coefficient * g[j];
      x[j] -= eta * b[j];
    }
  };
  // Defazio, Bach & Lacoste-Julien, section 2, equation (1). The oracle gives the sampled f'_j(x), at the first step the mean of all f'_i(phi_i^0), then that of the
  // f'_j(phi_j), and how much the mean of the table changes by step 2 of theirs; decay is a regulariser outside the table.
  const PhasedTranscription saga = [](State& s, const Parameters& k, const Real& eta, unsigned t, Vector& x, const Gradient& gradient) {
    const Vector at_x = with_l2(gradient(x), x, k.weight_decay), all = gradient(x), at_phi = gradient(x), change = gradient(x);
    Vector& mean = kept(s, "mean", x.size());
    if (t == 1) mean = all;
    for (std::size_t j = 0; j < x.size(); ++j) {
      x[j] = x[j] - eta * (at_x[j] - at_phi[j] + mean[j]);
      mean[j] += change[j];
    }
  };
  // Hazan & Kakade, Algorithm 1: eta_t = h_t / |grad|^2; Loizou et al.: min{(f - f*) / (c |grad|^2), gamma_b}.
  const PhasedTranscription polyak = [](State&, const Parameters& k, const Real& eta, unsigned, Vector& x, const Gradient& gradient) {
    const Vector g = with_l2(gradient(x), x, k.weight_decay);
    const Real square = norm(g) * norm(g);
    if (square == 0) return;
    Real step = Real(Parameters::gap) / (Real(k.c) * square);
    if (k.largest > 0 && step > k.largest) step = k.largest;
    for (std::size_t j = 0; j < x.size(); ++j) x[j] -= eta * step * g[j];
  };
  // muon.py: momentum.lerp_(grad, 1 - beta), update = grad.lerp_(momentum, beta); X = G, transposed where rows > columns; X / (norm + 1e-7);
  // A = X X^T, B = b A + c A A, X = a X + B X; update *= max(1, rows / columns)^0.5; p.mul_(1 - lr wd).add_(update, -lr).
  // torch: norm.clamp(min=eps). Moonlight: buf.mul_(momentum).add_(g), g + momentum buf; 0.2 sqrt(max(A, B)).
  // The polar factor: 400 times X (3 I - X^T X) / 2, which leaves singular values below 1e-60 of the largest, or none.
  struct MuonForm {
    bool at_least = false, sum = false, match_adam = false, polar = false;
  };
  const auto muon = [](MuonForm form) -> PhasedTranscription {
    return [=](State& s, const Parameters& k, const Real& eta, unsigned, Vector& x, const Gradient& gradient) {
      const Vector g = gradient(x);
      Vector& buf = kept(s, "m", x.size());
      const std::size_t columns = static_cast<std::size_t>(k.columns), rows = x.size() / columns;
      const Real beta(k.momentum);
      Matrix G(rows, Vector(columns));
      for (std::size_t j = 0; j < x.size(); ++j) {
        buf[j] = beta * buf[j] + (form.sum ? Real(1) : Real(1 - beta)) * g[j];
        G[j / columns][j % columns] = form.sum ? Real(g[j] + beta * buf[j]) : Real((1 - beta) * g[j] + beta * buf[j]);
      }
      Real square = 0;
      for (const Vector& row : G)
        for (const Real& entry : row) square += entry * entry;
      const Real length = sqrt(square), eps = form.polar ? Real(0) : Real(k.eps), divisor = form.at_least ? (length > eps ? length : eps) : Real(length + eps);
      Matrix X = rows > columns ? transposed(G) : G;
      for (Vector& row : X)
        for (Real& entry : row)
          if (entry != 0) entry /= divisor;
      if (form.polar) {
        for (int step = 0; step < 400; ++step) X = combined(Real(1.5), X, Real(-0.5), product(product(X, transposed(X)), X));
      } else {
        for (int step = 0; step < static_cast<int>(k.steps); ++step) {
          const Matrix A = product(X, transposed(X)), B = combined(Real(-4.7750), A, Real(2.0315), product(A, A));
          X = combined(Real(3.4445), X, Real(1), product(B, X));
        }
      }
      if (rows > columns) X = transposed(X);
      const Real ratio = Real(rows) / Real(columns), scale = form.match_adam ? Real(Real(0.2) * sqrt(Real(std::max(rows, columns)))) : ratio > 1 ? Real(sqrt(ratio)) : Real(1);
      for (std::size_t j = 0; j < x.size(); ++j) x[j] = x[j] * (1 - eta * Real(k.weight_decay)) - eta * scale * X[j / columns][j % columns];
    };
  };
  // Johnson & Zhang: w~ = the last w, mu~ = the full gradient there, for t = 1, ..., m: w_t = w_{t-1} - eta (grad_i(w_{t-1}) - grad_i(w~) + mu~). Asked in the
  // rule's order, what is not wanted too.
  const PhasedTranscription svrg = [](State& s, const Parameters& k, const Real& eta, unsigned t, Vector& x, const Gradient& gradient) {
    const Vector sample = with_l2(gradient(x), x, k.weight_decay), full = with_l2(gradient(x), x, k.weight_decay);
    if ((t - 1) % static_cast<unsigned>(k.period) == 0) {
      s.vectors["w"] = x;
      s.vectors["mu"] = full;
    }
    const Vector w = s.vectors["w"], there = with_l2(gradient(w), w, k.weight_decay);
    for (std::size_t j = 0; j < x.size(); ++j) x[j] -= eta * (sample[j] - there[j] + s.vectors["mu"][j]);
  };
  static const std::map<std::string, PhasedTranscription> all = {{"heavy-ball@paper", heavy_ball},
                                                                 {"heavy-ball-varying@paper", varying},
                                                                 {"extragradient@paper", extragradient},
                                                                 {"sam@paper", sharpness_aware(false, true)},
                                                                 {"sam@unnormalised", sharpness_aware(false, false)},
                                                                 {"asam@paper", sharpness_aware(true, true)},
                                                                 {"normalised-sgd@paper", normalised},
                                                                 {"adagrad-norm@paper", adagrad_norm},
                                                                 {"lamb@paper", lamb},
                                                                 {"lars@paper", lars},
                                                                 {"nesterov@paper", fista},
                                                                 {"nesterov-simple@paper", simple},
                                                                 {"nesterov-sc@paper", constant},
                                                                 {"ogm@paper", optimised},
                                                                 {"triple-momentum@paper", triple},
                                                                 {"averaged-sgd@paper", averaged},
                                                                 {"averaged-sgd@polynomial", averaged},
                                                                 {"averaged-sgd@torch", averaged},
                                                                 {"schedule-free-sgd@paper", schedule_free(false)},
                                                                 {"schedule-free-adamw@paper", schedule_free(true)},
                                                                 {"schedule-free-adamw@keras", schedule_free(true, Weights::keras)},
                                                                 {"schedule-free-sgd@authors-code", schedule_free(false, Weights::code)},
                                                                 {"schedule-free-adamw@authors-code", schedule_free(true, Weights::code)},
                                                                 {"lookahead-sgd@paper", lookahead(false)},
                                                                 {"lookahead-adam@paper", lookahead(true)},
                                                                 {"clipped-sgd@paper", clipped},
                                                                 {"clipped-sgd@torch", clipped},
                                                                 {"polyak-step@paper", polyak},
                                                                 {"polyak-step@sps-max", polyak},
                                                                 {"muon@paper", muon({})},
                                                                 {"muon@torch", muon({.at_least = true})},
                                                                 {"muon@moonshot", muon({.sum = true, .match_adam = true})},
                                                                 {"muon@polar", muon({.polar = true})},
                                                                 {"svrg@paper", svrg},
                                                                 {"saga@paper", saga}};
  return all;
}

}  // namespace thalweg::oracle
