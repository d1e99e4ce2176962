// Rules by which facts go from a problem to one that is made from it. Each is a theorem; what none gives is left unknown.
//
// Under  F(x) = f(A x + b)  with s |v| <= |A v| <= S |v| (one to one) and s |h| <= |A'h| (onto):
//   L          <= S^2 L;  >= s^2 L where A is onto: H = A'H_f A, and v = A^+ u has |v| <= |u| / s. The same for weak convexity and curvature at the minimiser
//   mu         >= s^2 mu where A is one to one; <= S^2 mu where it is onto; 0 of a convex f otherwise
//   mu_pl      >= s^2 mu_pl where A is onto: |A'g|^2 >= s^2 |g|^2, and the infimum is the same; <= S^2 mu_pl, for f is F at y = A x and |g|^2 >= |A'g|^2 / S^2
//   growth, error bound   between s^2 and S^2 times, where A is onto: s dist(x, X*) <= dist(A x, Y*) <= S dist(x, X*), since x + A^+(y* - A x - b) is in X*
//   M          between s^3 (onto) and S^3 times;  E |A'e|^2 <= S^2 E |e|^2
//   convex, quasi-convex, quadratic, smooth, differentiable stay; so does the exponent of Kurdyka and Lojasiewicz where A is onto
// Source: H. Karimi, J. Nutini, M. Schmidt, arXiv:1608.04636, section 2.3; Y. Nesterov, Introductory Lectures on Convex Optimization, 2004, section 2.1;
// R. A. Horn, C. R. Johnson, Matrix Analysis, 2nd ed. 2013, section 7.3 (singular values).
#pragma once

#include <functional>
#include <string>

#include "lib/core/facts.hpp"
#include "lib/core/interval.hpp"
#include "problems/transformation.hpp"

namespace thalweg {

// c times a number that lies in `factor` >= 0: exact stays exact where the product is representable, an estimate stays an estimate.
Constant times(const Constant& c, const Interval& factor);
PerCoordinate<Constant> times(const PerCoordinate<Constant>& c, const Interval& factor);
// a + b, the less trusted of both; a bound where an end is missing.
Constant sum_of(const Constant& a, const Constant& b);
// At most c's upper end, at least `lower`, where c has one.
Constant at_most(const Constant& c, double lower, std::string source);
// A constant with ends of which the upper may be infinite; unknown where neither says anything. An estimate stays one.
Constant between(double lower, double upper, Trust trust, std::string source);
// The same where both ends are known to say something.
Constant ranged(double lower, double upper, Trust trust, std::string source);

struct SingularValues {
  Interval least, most;     // enclosures of s and S
  bool onto, one_to_one;
};
// Without L_j, minimiser, region and what holds there.
Facts under_linear_map(const Facts& f, std::size_t dim, const SingularValues& A, const std::string& source);

// Of a square A that is orthogonal up to rounding: with the minimiser where it is 0, and f's region and box. `point` gives A x.
using PointMap = std::function<void(View<const double> x, View<double> y)>;
struct Placed {
  Facts facts;
  PerCoordinate<double> start;
  Box box;
};
Placed under_rotation(const Problem& f, const SingularValues& A, const PointMap& point, const std::string& source);

// What a problem at hand does not have yet, by intervals over its own formula: L_j of a linear map, G_j on the region, lower ends.
// columns: of A, as enclosures; empty: no linear map, or too large.
void add_coordinate_bounds(Problem& F, const Problem& f, const std::vector<std::vector<Interval>>& columns);
void add_gradient_bounds(Problem& F);
// L and L_j are at least what the Hessian has at the minimiser.
void sharpen_by_curvature(Problem& F);

// A box moved or stretched by an increasing map of each coordinate; inward: no point of the new box is mapped outside the old one.
Box mapped_inward(const Box& box, const std::function<Interval(std::size_t, double)>& end);

// Transformations that only make sense for an infimum over all of R^d. SpecError names the one that was refused.
void refuse_box_minima(const Problem& f, std::string_view transformation);

}  // namespace thalweg
