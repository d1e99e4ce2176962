// Branin's function less its minimum 10 / (8 pi) = 0.397887...:  f(x, y) = (y - b x^2 + c x - 6)^2 + 2 s cos^2(x / 2),
//   b = 5.1 / (4 pi^2), c = 5 / pi, s = 10 (1 - 1 / (8 pi)), doubles next to these.
//
// That is (y - b x^2 + c x - 6)^2 + s cos x + 10 - 10 / (8 pi): the cosine is at least -1, and where it is the square can be made 0. So the minimum is 0
// exactly, at x an odd multiple of pi and y = b x^2 - c x + 6, three of which lie in the region; none is a double, so that no minimiser is stated, but the distance
// to the nearest is. Not smooth everywhere.
// Source: F. H. Branin, IBM J. Res. Dev. 16, 1972; L. C. W. Dixon, G. P. Szegoe, Towards Global Optimisation 2, 1978.
#pragma once

#include <cmath>
#include <limits>

#include "problems/build.hpp"

namespace thalweg {

struct Branin {
  static constexpr Entry entry{"branin", "Branin's function", "Branin 1972; Dixon & Szegoe 1978"};
  static constexpr std::string_view formula = "f(x, y) = (y - b x^2 + c x - 6)^2 + s (1 + cos x),  b = 5.1 / (4 pi^2),  c = 5 / pi,  s = 10 (1 - 1 / (8 pi));  10 / (8 pi) = 0.397887... less than the source's";
  static constexpr double pi = 0x1.921fb54442d18p+1, b = 5.1 / (4.0 * pi * pi), c = 5.0 / pi, s = 10.0 * (1.0 - 1.0 / (8.0 * pi));

  std::size_t dim() const { return 2; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    return m::sqr(rest(x)) + R(2.0 * s) * m::sqr(m::cos(R(0.5) * x[0]));
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    const R twice = R(2.0) * rest(x);
    g[0] = twice * (R(c) - R(2.0 * b) * x[0]) - R(s) * m::sin(x[0]);
    g[1] = twice;
  }

  static std::vector<Parameter> parameters() { return {listed_start_parameter("first iterate; default: 2.5, 7.5")}; }
  static Built<Branin> build(const Parameters& values) {
    Facts facts;
    facts.dim = 2;
    facts.f_star = exact(0.0);
    facts.minimisers = "x an odd multiple of pi, y = b x^2 - c x + 6; in the region, rounded, (-3.141593, 12.275), (3.141593, 2.275), (9.424778, 2.475)";
    facts.distance = distance;
    facts.region = {{-5.0, 0.0}, {10.0, 15.0}};  // where the source looks at it
    return {Branin{}, nullptr, facts, start_or(values, {2.5, 7.5}, 2), {}};
  }

  // To the nearest minimiser: from the odd multiples of pi around x outwards, until they are further away than the best.
  static double distance(View<const double> x) {
    const double middle = std::floor(x[0] / (2.0 * pi)), infinity = std::numeric_limits<double>::infinity();
    if (!(std::fabs(middle) < 1e6)) return infinity;
    double best = infinity;
    for (const double step : {-1.0, 1.0})
      for (double k = step > 0.0 ? middle + 1.0 : middle;; k += step) {
        const double at = (2.0 * k + 1.0) * pi, across = at - x[0];
        if (std::fabs(across) >= best) break;
        const double along = (x[1] - 6.0) + at * (c - b * at);
        best = std::min(best, m::sqrt(m::sqr(across) + m::sqr(along)));
      }
    return best;
  }

 private:
  template <class R>
  THALWEG_HD static R rest(View<const R> x) {
    return (x[1] - R(6.0)) + x[0] * (R(c) - R(b) * x[0]);
  }
};

}  // namespace thalweg
