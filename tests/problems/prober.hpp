// Facts against random probes of values, gradients and Hessian products.
#pragma once

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "tests/problems/synthetic.hpp"

namespace thalweg::test {

inline double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0.0;
  for (std::size_t j = 0; j < a.size(); ++j) sum += a[j] * b[j];
  return sum;
}
inline std::vector<double> minus(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> out(a.size());
  for (std::size_t j = 0; j < a.size(); ++j) out[j] = a[j] - b[j];
  return out;
}
inline double norm(const std::vector<double>& a) { return std::sqrt(dot(a, a)); }

// The name of a fact that the probes contradict, or nothing. Rounding of a difference of gradients is below 1e-9 of it for |x - y| >= 1e-4
// |x|.
class Prober {
 public:
  Prober(const Problem& problem, const Facts& facts) : p_(problem), facts_(facts), random_(problem.instance) {}

  std::string contradicted(int probes) {
    if (const std::string at_minimum = minimum(); !at_minimum.empty()) return at_minimum;
    for (int i = 0; i < probes; ++i) {
      const std::vector<double> x = probe_point(random_, p_.dim(), 1e-3, 1e3), y = neighbour(x);
      const std::vector<double> gx = gradient(x);
      if (const std::string bad = pair(x, gx, y); !bad.empty()) return bad;
      const double fx = p_.value(x);
      if (!facts_.on_box && fx < 0.0) return "f_star";
      // Where only a bound below the infimum is known, values are more than f - f*.
      if (facts_.pl && std::isfinite(facts_.f_star.upper) && 0.5 * dot(gx, gx) < facts_.mu_pl.lower * fx * (1.0 - slack)) return "mu_pl";
      if (!facts_.gradient_bound.empty() && exceeds(gradient(in_region()))) return "G_j";
    }
    return "";
  }

 private:
  static constexpr double slack = 1e-9;

  std::vector<double> gradient(const std::vector<double>& x) const {
    std::vector<double> g(p_.dim());
    p_.gradient(x, g);
    return g;
  }
  std::vector<double> neighbour(const std::vector<double>& x) {
    std::uniform_real_distribution<double> unit(0.0, 1.0);
    const double size = (1e-3 + norm(x)) * std::pow(10.0, -3.0 + 4.0 * unit(random_));
    std::vector<double> y = probe_point(random_, p_.dim(), 0.5 * size, size);
    for (std::size_t j = 0; j < y.size(); ++j) y[j] += x[j];
    return y;
  }
  std::vector<double> in_region() {
    if (facts_.region.everything()) return probe_point(random_, p_.dim(), 1.0, 1e3);
    std::vector<double> x = probe_point(random_, p_.dim(), 1e-3, 1.0);
    for (std::size_t j = 0; j < x.size(); ++j) {
      const double low = facts_.region.lower[j], high = facts_.region.upper[j];
      x[j] = std::clamp(0.5 * (low + high) + 0.5 * (high - low) * x[j], low, high);
    }
    return x;
  }
  bool exceeds(const std::vector<double>& g) const {
    for (std::size_t j = 0; j < g.size(); ++j)
      if (std::fabs(g[j]) > facts_.gradient_bound[j].upper * (1.0 + slack)) return true;
    return false;
  }
  std::string pair(const std::vector<double>& x, const std::vector<double>& gx, const std::vector<double>& y) {
    const std::vector<double> s = minus(y, x), change = minus(gradient(y), gx);
    const double length = norm(s);
    if (length == 0.0) return "";
    const double rounding = 1e-15 * (norm(gx) + norm(change));
    if (facts_.smooth && norm(change) > facts_.L.upper * length * (1.0 + slack) + rounding) return "L";
    if (facts_.mu.known() && dot(change, s) < facts_.mu.lower * length * length * (1.0 - slack) - 1e-12 * (norm(gx) + norm(change)) * length - 1e-12 * facts_.mu.lower * length * norm(y))
      return "mu";
    std::vector<double> middle(x.size());
    for (std::size_t j = 0; j < x.size(); ++j) middle[j] = 0.5 * (x[j] + y[j]);
    const double fx = p_.value(x), fy = p_.value(y);
    if (facts_.convex && p_.value(middle) > 0.5 * (fx + fy) + slack * (std::fabs(fx) + std::fabs(fy)) + 1e-300) return "convex";
    // Along one coordinate.
    if (!facts_.smooth) return "";
    const std::size_t j = random_() % x.size();
    std::vector<double> along = x;
    along[j] = y[j];
    const double step = std::fabs(along[j] - x[j]);
    if (step > 1e-4 * norm(x) && std::fabs(gradient(along)[j] - gx[j]) > facts_.L_j[j].upper * step * (1.0 + slack) + rounding) return "L_j";
    return "";
  }
  std::string minimum() {
    if (!facts_.minimiser) return "";
    const std::vector<double> x = facts_.minimiser->values();
    if (p_.value(x) != 0.0) return "minimiser";
    if (!facts_.hess_at_min.known()) return "";
    // The power method, which the semidefinite Hessian of a minimiser draws to its largest eigenvalue; begun again now and then.
    std::vector<double> v(p_.dim()), hv(p_.dim());
    for (int i = 0; i < 400; ++i) {
      if (i % 100 == 0) v = probe_point(random_, p_.dim(), 0.5, 1.0);
      p_.hessian_product(x, v, hv);
      if (dot(v, hv) > facts_.hess_at_min.upper * dot(v, v) * (1.0 + slack)) return "hess_at_min";
      const double size = norm(hv);
      if (size == 0.0) continue;
      for (std::size_t j = 0; j < v.size(); ++j) v[j] = hv[j] / size;
    }
    return "";
  }

  const Problem& p_;
  const Facts& facts_;
  std::mt19937_64 random_;
};

}  // namespace thalweg::test
