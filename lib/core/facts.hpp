// What is known of a problem and of the noise of its oracle: constants with provenance and the region on which they hold.
// A fact that is not known is an unknown Constant (upper = infinity, estimated) or empty; it is never a guess.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <string>

#include "lib/core/constant.hpp"
#include "lib/core/per_coordinate.hpp"
#include "lib/core/view.hpp"

namespace thalweg {

// A box prod_j [lower_j, upper_j]. No values: all of R^d.
struct Box {
  PerCoordinate<double> lower;
  PerCoordinate<double> upper;

  bool everything() const { return lower.empty(); }
  friend bool operator==(const Box&, const Box&) = default;
};

inline Box cube(std::size_t dim, double half_width) {
  return {PerCoordinate<double>(dim, -half_width), PerCoordinate<double>(dim, half_width)};
}

// f : R^d -> R. Flags are proved properties; false means "not claimed". What a family leaves open and its other facts imply is filled in when the
// problem is built (problems/implied.hpp).
struct Facts {
  std::size_t dim = 0;
  bool smooth = false;        // |grad f(x) - grad f(y)| <= L |x - y| everywhere
  bool convex = false;
  bool quasi_convex = false;  // sublevel sets are convex
  bool pl = false;            // (1/2) |grad f|^2 >= mu_pl (f - f*), everywhere
  bool quadratic = false;
  bool on_box = false;        // f* and the minimiser are those of the problem's box, without which f has no infimum
  bool declared = false;      // flags and constants are the word of whoever gave the function
  bool differentiable = true; // false: where f has kinks the gradient is one subgradient (of Clarke)

  Constant L;                                 // global Lipschitz constant of the gradient
  PerCoordinate<Constant> L_j;                // coordinate-wise
  Constant lipschitz;                         // |f(x) - f(y)| <= M |x - y|, where it is known to be less than the root of the sum of G_j^2
  Constant mu;                                // strong convexity; exact 0 when convex only
  Constant mu_pl;                             // best certified Polyak-Lojasiewicz constant
  Constant f_star;                            // infimum; a lower bound alone: lower finite, upper = infinity, trust proved
  Constant hess_at_min;                       // largest curvature at the minimiser
  Constant weak_convexity;                    // least rho >= 0 such that f + (rho / 2) |x|^2 is convex
  Constant quadratic_growth;                  // f - f* >= (q / 2) dist(x, X*)^2
  Constant error_bound;                       // |grad f| >= e dist(x, X*)
  Constant hessian_lipschitz;                 // |H(x) - H(y)| <= M |x - y|
  Constant kl_exponent;                       // theta in [0, 1): |grad f| >= c (f - f*)^theta near the minimisers, c > 0

  std::optional<PerCoordinate<double>> minimiser;  // one minimiser, when there is one in closed form
  bool minimiser_unique = false;
  std::string minimisers;                     // all of them, in words, where they are more than one: "the hyperbola u v = 1"
  std::function<double(View<const double>)> distance;  // dist(x, X*) up to rounding, where they are more than one and it is known

  Constant sampling_variance;                 // E |g - grad f|^2 of a mini-batch oracle, a bound for all x
  Constant variance_at_minimiser;             // the same at the minimiser alone
  bool independent_batches = true;            // false: mini-batches without replacement, which depend on those before and are biased given them
  Constant gradient_range;                    // one dimension: the derivative takes every value in (-range, range)

  Box region;                                 // where gradient_bound and the constants of `on_region` hold; everything: globally
  PerCoordinate<Constant> gradient_bound;     // G_j >= |grad_j f| on the region; empty: unknown
  // Constants that a function may have on the region alone: L and L_j of a function that is not smooth everywhere, the least curvature, and mu_pl for the
  // points of the region with f* of all of R^d.
  struct OnRegion {
    Constant L, least_curvature, mu_pl;
    PerCoordinate<Constant> L_j;
  } on_region;
};

// Additive noise xi: the sampled gradient is g + xi. Unless said otherwise coordinate j of xi is a function of the draws of j and of g_j = grad_j f(x) alone.
// Moments are conditional on x, and hold for every x.
struct NoiseFacts {
  PerCoordinate<Constant> variance;           // Var xi_j; upper = infinity: it grows with the gradient (growth), or has no bound
  PerCoordinate<Constant> third_moment;       // E (xi_j - E xi_j)^3
  PerCoordinate<Constant> bound;              // |xi_j| <= bound_j almost surely; upper = infinity: unbounded
  bool none = true;                           // the oracle is exact
  bool unbiased = true;                       // E xi = 0
  bool symmetric = false;                     // xi and -xi have the same law
  bool independent = true;                    // the coordinates of xi, of each other given x
  struct Growth {
    PerCoordinate<Constant> base;             // Var xi_j = base_j + factor g_j^2
    Constant factor;
  };
  std::optional<Growth> growth;
  double moments = std::numeric_limits<double>::infinity();  // E |xi_j|^p of the law is finite for p below this
  std::function<double(double g)> bias;       // E xi_j where grad_j f = g; empty: 0
  struct TwoPoint {
    Constant a, p, b;                         // a with probability p, -b otherwise
  };
  std::optional<TwoPoint> two_point;          // the same in every coordinate
};

}  // namespace thalweg
