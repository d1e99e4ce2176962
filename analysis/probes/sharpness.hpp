// Sharpness at a point: extreme eigenvalues of the Hessian, and of the Hessian preconditioned by a method's own A-LR.
//
//   lambda_max, lambda_min   algebraically largest and smallest eigenvalue of H = Hess f(x)
//   effective_sharpness      lambda_max(A^(1/2) H A^(1/2)), A = diag of the A-LR. The step eta is locally stable iff
//                            eta lambda < 2 (1 + beta1) / (1 - beta1)   (frozen preconditioner: Cohen et al. 2022, arXiv:2207.14484)
// Lower end of a largest eigenvalue: the Ritz value less rounding, rigorous. Upper end, in this order:
//   d <= 2000   inertia: c I - H is positive definite because a Cholesky factorisation of it, less an allowance for rounding, runs through
//               (S. M. Rump, BIT 46 (2006), Theorem 2.3); needs d products. Certified up to the rounding of the products, allowed for by 2^-40 |H|.
//   else        the problem's certified L (for effective sharpness L max_j A_j), when it is nearer than, or no worse than 1.001 times, the next
//   else        the random-start bound of Kuczynski and Wozniakowski with its level: not certified.
// The smallest eigenvalue likewise, from -H.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/probes/lanczos.hpp"
#include "analysis/probes/measurement.hpp"
#include "problems/problem.hpp"

namespace thalweg {

struct SharpnessRequest {
  LanczosOptions lanczos;
  std::size_t inertia_limit = 2000;   // largest dimension for the inertia bound
};

struct Spectrum {
  Measurement largest, smallest;
};

// Of the Hessian at x.
Spectrum hessian_extremes(const Problem& problem, std::span<const double> x, const SharpnessRequest& request = {});
// Of A^(1/2) H A^(1/2); rate: A_j > 0.
Measurement effective_sharpness(const Problem& problem, std::span<const double> x, std::span<const double> rate, const SharpnessRequest& request = {});

}  // namespace thalweg
