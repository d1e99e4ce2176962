// Additive noise models: g_j = grad_j f(x) + xi_j with E xi_j = 0, the coordinates independent of each other and of x.
//
// A model is a functor: `randomness` names the kind of variate and perturb(j, w) turns the variate w of coordinate j into xi_j.
//   none       xi = 0.
//   gaussian   xi_j = sigma_j w, w standard normal as lib/core/draw.hpp defines it: symmetric, variance 1 within 3e-10 (float: 1e-7). That |w| <= 7.54
//              is a property of the generator, not of the model, and no bound is claimed.
//   two-point  xi_j = a with probability p, -b otherwise; p is rounded to a multiple of 2^-24 (the event w < k = 2^32 p for 32 random bits w) and
//              b = p a / (1 - p), so that E xi = 0 up to the rounding of b (2^-53 b). Skewed for p != 1/2: E xi^2 = a b and
//              E xi^3 = a b (a - b).
// Moments are enclosures of the values that the implemented variate has.
#pragma once

#include "lib/core/draw.hpp"
#include "problems/build.hpp"

namespace thalweg {

template <class N>
struct BuiltNoise {
  N functor;
  std::shared_ptr<const Storage> storage;  // may be null
  NoiseFacts facts;
};

struct NoNoise {
  static constexpr Entry entry{"none", "Exact gradient", "definition"};
  static constexpr DrawKind randomness = DrawKind::none;

  template <class R, class J>
  THALWEG_HD R perturb(J, R) const {
    return R(0.0);
  }

  static std::vector<Parameter> parameters() { return {}; }
  static BuiltNoise<NoNoise> build(const Parameters&, std::size_t dim) {
    NoiseFacts facts;
    facts.variance = facts.third_moment = facts.bound = PerCoordinate<Constant>(dim, exact(0.0));
    return {{}, nullptr, facts};
  }
};

struct GaussianNoise {
  static constexpr Entry entry{"gaussian", "Gaussian noise", "definition; variates: lib/core/draw.hpp"};
  static constexpr DrawKind randomness = DrawKind::normal;

  Coefficients sigma;

  template <class R, class J>
  THALWEG_HD R perturb(J j, R w) const {
    return R(sigma[j]) * w;
  }

  static std::vector<Parameter> parameters() {
    return {{"sigma", {1.0}, 1e-100, 1e100, false, "standard deviation", Shape::per_coordinate}};
  }
  static BuiltNoise<GaussianNoise> build(const Parameters& values, std::size_t dim);
};

struct TwoPointNoise {
  static constexpr Entry entry{"two-point", "Skewed two-point noise", "definition: a with probability p, else -p a / (1 - p)"};
  static constexpr DrawKind randomness = DrawKind::bits;

  double limit;  // k: the event is w < k
  double a;
  double b;

  template <class R, class J>
  THALWEG_HD R perturb(J, R w) const {
    return m::select(w < R(limit), R(a), R(-b));
  }

  static std::vector<Parameter> parameters() {
    return {{"a", {1.0}, 1e-100, 1e100, false, "the value taken with probability p"},
            {"p", {0.25}, 0x1p-24, 1.0 - 0x1p-24, false, "probability of a, rounded to a multiple of 2^-24"}};
  }
  static BuiltNoise<TwoPointNoise> build(const Parameters& values, std::size_t dim);
};

}  // namespace thalweg
