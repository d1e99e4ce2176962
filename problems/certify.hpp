// Certified extremes of functions of one variable: enclosures that are theorems, from interval arithmetic and derivatives.
//
// Infimum. Best-first subdivision (branch and bound): the piece with the least lower bound is halved until that bound is within the
// tolerance of the least value seen. The lower bound of g over X with midpoint c is the larger of the interval evaluation g(X) and the
// mean-value form g(c) + g'(X) (X - c); where 0 is not in g'(X), g is monotone and its end suffices.
//
// Polyak-Lojasiewicz constant of f: R -> R with f(0) = f* = 0 the minimum: mu = inf over x != 0 of rho(x) = f'(x)^2 / (2 f(x)).
// Three parts:
//   near    |x| <= near: f'(x) = x h1 and f(x) = x^2 h2 / 2 with h1, h2 in H = f''([-near, near]), so rho >= min H^2 / max H
//           when H > 0; and rho(x) -> f''(0) as x -> 0.
//   tail    |x| >= far: a lower bound of rho on the whole tail, which the family proves.
//   middle  the infimum above applied to rho, with the derivative of rho from f, f', f''.
// Source: R. E. Moore, R. B. Kearfott, M. J. Cloud, Introduction to Interval Analysis, 2009, chapters 5 and 6; the constant: H. Karimi, J.
// Nutini, M. Schmidt, arXiv:1608.04636.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "lib/core/constant.hpp"
#include "lib/core/dual.hpp"
#include "lib/core/interval.hpp"
#include "problems/watched.hpp"

namespace thalweg {

// g and its derivative over an interval.
using Enclosure = std::function<Dual<Interval>(const Interval&)>;

struct Extreme {
  double lower, upper;  // the infimum (or supremum) lies between
  double at;            // where the best value was seen
  std::size_t pieces;   // work: intervals looked at
  bool converged;       // upper - lower <= tolerance
};

// The infimum of g over a union of bounded intervals. Tolerance is absolute.
Extreme infimum(const Enclosure& g, const std::vector<Interval>& domain, double tolerance, std::size_t most_pieces = 200000);
Extreme supremum(const Enclosure& g, const std::vector<Interval>& domain, double tolerance, std::size_t most_pieces = 200000);
// sup |g| over an interval.
Constant certified_magnitude(const Enclosure& g, const Interval& domain, double relative_tolerance = 1e-12);

// f, f' and f'' over an interval. The second of a pair is the derivative of the first, and all numbers where the formula has a kink inside the interval.
struct TermEnclosures {
  std::function<Interval(const Interval&)> value, slope, curvature;
  Enclosure slope_and_curvature, curvature_and_third;
};

// Of term j of a separable functor.
template <class F>
TermEnclosures enclosures_of(const F& f, std::size_t j) {
  using D = Dual<Interval>;
  using W = Dual<Watched>;
  using WW = Dual<W>;
  const auto pair = [](const Watched& value, const Watched& derivative) { return D(value.x, derivative.undecided ? Interval::whole() : derivative.x); };
  return {
      [f, j](const Interval& x) { return f.template term<Interval>(j, x); },
      [f, j](const Interval& x) { return f.template slope<Interval>(j, x); },
      [f, j](const Interval& x) { return f.template slope<D>(j, variable(x)).derivative; },
      [f, j, pair](const Interval& x) {
        const W y = f.template slope<W>(j, variable(Watched(x)));
        return pair(y.value, y.derivative);
      },
      [f, j, pair](const Interval& x) {
        const WW y = f.template slope<WW>(j, WW(variable(Watched(x)), W(Watched(1.0))));
        return pair(y.value.derivative, y.derivative.derivative);
      },
  };
}

// A lower bound of rho(x) over all |x| >= r.
using TailBound = std::function<double(double r)>;

// The infimum of rho over a domain, with the minimiser where it may be: near part, middle and, where the domain is the whole line, tail (which must be
// given then). A bounded domain needs no tail. The result is >= 0; `converged`: to the tolerance, which is absolute.
struct PlDomain {
  std::optional<double> minimiser;  // f is 0 there, exactly; where f' encloses 0 there it is 0 too
  Interval points = Interval::whole();
  TailBound tail;          // of a minimiser 0
};
Extreme pl_constant(const TermEnclosures& f, const PlDomain& domain, double tolerance, std::size_t most_pieces = 200000);

// The Polyak-Lojasiewicz constant. Not known (upper = infinity, estimated) when f is not PL or the certificate was not reached.
Constant certified_pl_constant(const TermEnclosures& f, const TailBound& tail, double tolerance = 1e-12);

}  // namespace thalweg
