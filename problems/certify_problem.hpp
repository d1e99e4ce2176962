// A constant of a problem, enclosed: on all of R^d where that can be, else on a region.
//
// A sum over coordinates is taken apart into functions of one variable: L, L_j, G_j, weak convexity and mu are the greatest (least) over its terms, and so is
// the PL constant ((1/2) sum (f_j')^2 >= sum mu_j f_j), where a region holds the minimiser; the infimum is the sum of theirs. On the whole line the two outer pieces [-inf, -r] and [r, inf] are
// evaluated as they are: where that bound is no better than what the piece between reaches, the extreme is global. The PL constant has three parts
// (problems/certify.hpp) and needs the family's tail bound there.
// Any other function is subdivided over a region (problems/certify_box.hpp). Its PL constant is the infimum of |grad f|^2 / (2 (f - f*)), where a piece has the
// greater of three lower bounds: the ratio's intervals, its mean-value form, and least curvature m of the box that joins the piece to the minimiser: on
// a convex set that holds the minimiser, strong convexity with m gives PL with m (Y. Nesterov, Introductory Lectures, 2004, (2.1.19)).
// Source: as there.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/core/facts.hpp"
#include "problems/problem.hpp"

namespace thalweg {

enum class ConstantName { L, L_j, G_j, mu, mu_pl, f_star, weak_convexity };
constexpr std::array<std::string_view, 7> constant_names = {"L", "L_j", "G_j", "mu", "mu_pl", "f_star", "weak_convexity"};
constexpr std::string_view to_string(ConstantName name) { return constant_names[static_cast<std::size_t>(name)]; }

struct Inquiry {
  ConstantName constant = ConstantName::L;
  std::optional<std::size_t> coordinate;  // of L_j and G_j; none: the greatest over all coordinates
  Box region;                             // everything: R^d, or the problem's region where nothing is known beyond
  std::optional<double> tolerance;        // relative to the size of the values met; none: 1e-9 for sums over coordinates, else 1e-3
  std::size_t most_pieces = 200000;
};

struct Certificate {
  double lower, upper;
  std::vector<double> at;  // where the best value was seen; may be empty
  std::size_t pieces;      // work: intervals or boxes looked at
  bool converged;          // to the tolerance
  std::string how;
  Box region;              // everything: R^d
  Constant declared;       // what the problem states on this set or on a larger one; unknown: nothing
  bool contradicted;       // no value is inside both
};

// SpecError where the question makes no sense: another number of sides, a coordinate that is not there, kinks, no region where one is needed.
Certificate certify(const Problem& problem, const Inquiry& inquiry);

}  // namespace thalweg
