// The denominators D of the adaptive family, as functions of the second moment v = s^2. All are increasing in s >= 0.
//   RootPlusEps      D = s + eps                        1-Lipschitz in s, D >= s
//   RootOfSum        D = sqrt(v + eps)                  1-Lipschitz in s, D >= s
//   Power            D = (s + eps)^(2 p)                neither, unless p = 1/2
//   PowerOfSum       D = (v + eps)^p                    neither, unless p = 1/2
//   SoftplusOfRoot   D = log(1 + e^(beta s)) / beta     1-Lipschitz in s, D >= s;  D(0) = log 2 / beta
// A denominator states shape(v) and unit() with D = shape / unit, so that an A-LR costs one division: 1 / D = unit / shape.
#pragma once

#include "lib/core/num.hpp"

namespace thalweg {

struct RootPlusEps {
  double eps = 1e-8;

  template <class R>
  THALWEG_HD R shape(const R& v) const {
    return m::sqrt(v) + R(eps);
  }
  THALWEG_HD double unit() const { return 1.0; }
};

struct RootOfSum {
  double eps = 1e-8;

  template <class R>
  THALWEG_HD R shape(const R& v) const {
    return m::sqrt(v + R(eps));
  }
  THALWEG_HD double unit() const { return 1.0; }
};

struct Power {
  double p = 0.125, eps = 1e-8;

  template <class R>
  THALWEG_HD R shape(const R& v) const {
    return m::pow(m::sqrt(v) + R(eps), R(2.0 * p));
  }
  THALWEG_HD double unit() const { return 1.0; }
};

struct PowerOfSum {
  double p = 0.125, eps = 1e-8;

  template <class R>
  THALWEG_HD R shape(const R& v) const {
    return m::pow(v + R(eps), R(p));
  }
  THALWEG_HD double unit() const { return 1.0; }
};

struct SoftplusOfRoot {
  double beta = 50.0;

  template <class R>
  THALWEG_HD R shape(const R& v) const {
    return m::softplus(R(beta) * m::sqrt(v));
  }
  THALWEG_HD double unit() const { return beta; }
};

}  // namespace thalweg
