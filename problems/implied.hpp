// Facts that follow from other facts, and constants on a region by intervals: what make_problem adds to what a family states.
//
//   convex                      quasi-convex, weak convexity 0
//   smooth                      weak convexity at most L (f + (L/2)|x|^2 is convex)
//   strongly convex with mu     PL with mu_pl >= mu
//   PL with mu_pl               |grad f| >= mu_pl dist (error bound), f - f* >= (mu_pl / 2) dist^2 (quadratic growth), Kurdyka-Lojasiewicz exponent 1/2;
//                               where f is smooth none of the two constants exceeds L
//   minimiser                   of a coupled f: lambda_max(H) there by intervals; 0 < lambda_min(H) at the only minimiser: exponent 1/2
//   region                      sup |H|, inf lambda_min, sup |H_jj|, sup |grad_j f| over the region by subdivision (problems/certify_box.hpp), with a small
//                               budget: `thalweg certify` narrows them. Where f is smooth everywhere only what the family left open; of a quadratic sup |grad_j f| from
//                               its rows, without subdivision.
// Source: H. Karimi, J. Nutini, M. Schmidt, arXiv:1608.04636, Theorem 2 and its proof.
#pragma once

namespace thalweg {

struct Problem;

void add_implied_facts(Problem& problem);

}  // namespace thalweg
