// What is known of a problem and of the noise of its oracle: constants with provenance and the region on which they hold.
// A fact that is not known is an unknown Constant (upper = infinity, estimated) or empty; it is never a guess.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include "lib/core/constant.hpp"
#include "lib/core/per_coordinate.hpp"

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

// f : R^d -> R. Flags are proved properties; false means "not claimed".
struct Facts {
  std::size_t dim = 0;
  bool smooth = false;   // |grad f(x) - grad f(y)| <= L |x - y| everywhere
  bool convex = false;
  bool pl = false;       // (1/2) |grad f|^2 >= mu_pl (f - f*), everywhere
  bool quadratic = false;

  Constant L;                                 // global Lipschitz constant of the gradient
  PerCoordinate<Constant> L_j;                // coordinate-wise
  Constant mu;                                // strong convexity; exact 0 when convex only
  Constant mu_pl;                             // best certified Polyak-Lojasiewicz constant
  Constant f_star;                            // infimum; a lower bound alone: lower finite, upper = infinity, trust proved
  Constant hess_at_min;                       // largest curvature at the minimiser
  std::optional<PerCoordinate<double>> minimiser;  // one minimiser, when there is one in closed form
  bool minimiser_unique = false;

  Constant sampling_variance;                 // E |g - grad f|^2 of a mini-batch oracle, a bound for all x
  Constant gradient_range;                    // one dimension: the derivative takes every value in (-range, range)

  Box region;                                 // where gradient_bound holds; everything: globally
  PerCoordinate<Constant> gradient_bound;     // G_j >= |grad_j f| on the region; empty: unknown
};

// Additive, unbiased noise xi with independent coordinates, its moments conditional on x.
struct NoiseFacts {
  PerCoordinate<Constant> variance;           // sigma_j^2
  PerCoordinate<Constant> third_moment;       // E xi_j^3
  PerCoordinate<Constant> bound;              // |xi_j| <= bound_j almost surely; upper = infinity: unbounded
  bool none = true;                           // the oracle is exact
  struct TwoPoint {
    Constant a, p, b;                         // a with probability p, -b otherwise
  };
  std::optional<TwoPoint> two_point;          // the same in every coordinate
};

}  // namespace thalweg
