// Certified extremes over boxes of several variables: the Lipschitz constants and the bounds of the gradient of any problem on a region.
//
// Best-first subdivision as in problems/certify.hpp, of boxes along their widest side (relative to the region). A piece's bound comes from the interval
// Hessian H = C + E over it (C the midpoints, |E_ij| <= Delta_ij):
//   lambda_max(H) <= lambda_max(C) + rho,  lambda_min(H) >= lambda_min(C) - rho,  rho = max_i sum_j Delta_ij
// (Weyl; rho bounds the spectral norm of a symmetric matrix), with the eigenvalues of C enclosed by B = Q' C Q in interval arithmetic for an approximate
// eigenbasis Q: lambda(C) in [min, max] of Gershgorin's discs of B divided by 1 -+ |Q'Q - I|_inf. The best value seen is lambda(H) at midpoints, by the
// Rayleigh quotient of the approximate eigenvector, in intervals.
// A sum over coordinates is treated coordinate by coordinate in one variable.
// Source: J. Rohn, "Bounds on eigenvalues of interval matrices", ZAMM 78, 1998 (S1049-S1050); R. E. Moore, R. B. Kearfott, M. J. Cloud, Introduction to
// Interval Analysis, 2009.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "lib/core/facts.hpp"
#include "problems/certify.hpp"
#include "problems/enclosure.hpp"

namespace thalweg {

using IntervalBox = std::vector<Interval>;

// g over a box: an enclosure of its range, and of its value at one point inside.
struct BoxValue {
  double upper;    // g <= upper on the box
  double seen;     // g >= seen somewhere in the box
};
// The supremum of g over a box. Stops when upper - lower <= tolerance max(|lower|, |upper|), or after so many pieces.
struct BoxExtreme {
  double lower, upper;
  std::vector<double> at;  // midpoint of the piece where the best value was seen
  std::size_t pieces;
  bool converged;
};
BoxExtreme supremum_over(const std::function<BoxValue(const IntervalBox&)>& g, const IntervalBox& region, double relative_tolerance, std::size_t most_pieces);

IntervalBox intervals(const Box& box);

// The eigenvalues of a symmetric matrix and its eigenvectors in the columns of q, approximately (cyclic Jacobi).
void approximate_eigen(std::vector<double> a, std::size_t n, std::vector<double>& value, std::vector<double>& q);

// An enclosure of the eigenvalues of every symmetric matrix inside a symmetric interval matrix (n x n, row by row).
struct Spectrum {
  Interval least, largest;           // enclosures of the extreme eigenvalues' range: all matrices have them inside
  std::vector<double> least_vector, largest_vector;  // approximate eigenvectors of the midpoint matrix
};
Spectrum spectrum_over(const std::vector<Interval>& matrix, std::size_t n);

// On a region: sup |H|_2 (the Lipschitz constant of the gradient on the box), inf lambda_min(H), sup |H_jj|, sup |grad_j f|. Of a sum over coordinates
// whose coordinates are alike the region may have one side, which stands for all.
struct Effort {
  double relative_tolerance = 1e-6;
  std::size_t most_pieces = 200000;
};
BoxExtreme lipschitz_on(const OverBoxes& f, const IntervalBox& region, const Effort& effort);
BoxExtreme least_curvature_on(const OverBoxes& f, const IntervalBox& region, const Effort& effort);  // lower and upper of the infimum
BoxExtreme curvature_on(const OverBoxes& f, std::size_t j, const IntervalBox& region, const Effort& effort);
BoxExtreme slope_on(const OverBoxes& f, std::size_t j, const IntervalBox& region, const Effort& effort, bool kinks = false);  // kinks: the slope may jump

}  // namespace thalweg
