// A search for a point that contradicts a claimed constant. What it finds is a theorem; what it does not find proves nothing.
//
// A claim is falsified by
//   L             v'H(x)v / v'v beyond [-L, L] on a small box about x, or |grad f(x) - grad f(y)| > L |x - y|
//   L_j           H_jj(x) beyond [-L_j, L_j] likewise, or |grad_j f(x) - grad_j f(y)| > L_j |x_j - y_j|, y = x elsewhere
//   G_j           |grad_j f(x)| > G_j
//   mu, convex, weak_convexity rho   v'H(x)v / v'v < mu, 0, -rho likewise, or (grad f(x) - grad f(y))'(x - y) < mu |x - y|^2
//   mu_pl         |grad f(x)|^2 / (2 (f(x) - f*)) < mu_pl; where f* is not known f(x) - f(y) at the best y stands for the gap, which is no less
//   f_star        f(x) < f_star
// each verified by interval arithmetic.
//
// The search is multi-start. Starts: reference points plus patterns (corners, single coordinates, 0 1 0 1 ..., 0 1 2 3 ..., normal, every coordinate with a
// size of its own) at log-uniform scales, and iterates of gradient descent and of an Adam-like method from them. From the best of a batch: ascent of
// the ratio by conjugate gradients, which needs the derivatives
//   of |g|^2 / (2 f):  H g / f - |g|^2 g / (2 f^2);   of |g_j|: row j of H;   of v'H(x)v at fixed v:  (H(x + t v) - H(x - t v)) v / (2 t),
// v being the extreme Ritz vector of a few Lanczos steps (one product with 1 for a sum over coordinates, whose Hessian is diagonal); replacement of single
// coordinates; compass search. Thin layers and kinks are found by halving: of a pair of points one half has a ratio of differences that is no less.
// An evaluation is one value, gradient or Hessian product at a point, in double or in intervals. Draws are functions of seed and problem: the answer too.
// Source: C. Lanczos, J. Res. NBS 45, 1950; E. Polak, G. Ribiere, RIRO 3, 1969; T. G. Kolda, R. M. Lewis, V. Torczon, SIAM Review 45, 2003 (compass search).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/core/interval.hpp"
#include "problems/problem.hpp"

namespace thalweg {

enum class ClaimedConstant { L, L_j, G_j, mu, mu_pl, f_star, convex, weak_convexity };

struct ConstantClaim {
  ClaimedConstant kind = ClaimedConstant::L;
  double value = 0.0;                     // not of convex
  std::optional<std::size_t> coordinate;  // of L_j and G_j; none: every coordinate
};
// "L=4", "L_3=2", "convex". The second reads what the first writes; SpecError names --claim.
std::string text(const ConstantClaim& claim);
ConstantClaim constant_claim(const std::string& text);

struct Hunt {
  Box region;                      // points stay inside, and in the problem's box where f* is that of the box; everything: that box, the problem's region for G_j, else R^d
  std::uint64_t budget = 1000000;  // evaluations
  std::uint64_t seed = 1;
};

struct Counterexample {
  enum class Kind { point, direction, pair };
  Kind kind;
  std::vector<double> x;
  std::vector<double> other;  // direction v or second point y
  std::size_t coordinate;     // of L_j and G_j
  Interval ratio;             // encloses what the claim bounds, there; no value in it obeys the claim
};

struct Falsification {
  std::optional<Counterexample> witness;
  double best;             // the ratio nearest to contradiction that was seen, not verified
  std::vector<double> at;  // where
  std::uint64_t evaluations;
  Box region;              // where the search was
  bool falsified() const { return witness.has_value(); }
};

// SpecError where the claim cannot be judged: no formula over intervals, a coordinate that is not there, another number of sides.
Falsification falsify(const Problem& problem, const ConstantClaim& claim, const Hunt& hunt = {});

}  // namespace thalweg
