// Rank-deficient least squares:  f(x) = 1/2 |A x|^2 with a Hessian A'A whose spectrum is exact by construction.
//
// A has r < d rows sqrt(c_i) h_i with h_i the first rows of the d x d Hadamard matrix of Sylvester (d a power of two, entries
// (-1)^popcount(i & j)), so f(x) = 1/2 sum_{i<r} c_i (h_i . x)^2. The h_i are orthogonal with |h_i|^2 = d, hence A'A has the eigenvalues
// lambda_i = d c_i (an exact product: d is a power of two) and 0, d - r times. Convex, coupled in every pair of coordinates, not strongly
// convex; PL with the smallest nonzero eigenvalue, exactly; the minimisers are the null space of A.
// (A'A)_jk = t_{j xor k} with t_m = sum_i c_i (-1)^popcount(i & m): every diagonal entry is L_j = sum c_i, every row has the same absolute sum,
// and sup |grad_j f| over the cube of half-width R is R sum_m |t_m|.
// Gradient by the fast Walsh-Hadamard transform in place: d log2 d additions, twice.
// Source: PL of least squares: H. Karimi, J. Nutini, M. Schmidt, arXiv:1608.04636, section 2.3; J. J. Sylvester, Phil. Mag. 34, 1867.
#pragma once

#include <algorithm>
#include <bit>

#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct SingularLeastSquares {
  static constexpr Entry entry{"singular-least-squares", "Rank-deficient least squares", "Karimi, Nutini & Schmidt 2016, section 2.3"};

  View<const double> weight;  // c_i, r of them
  std::size_t size;           // d

  std::size_t dim() const { return size; }
  template <class R>
  THALWEG_HD R value(View<const R> x) const {
    Sum<R> sum;
    for (std::size_t i = 0; i < weight.size(); ++i) {
      Sum<R> row;  // h_i . x
      for (std::size_t j = 0; j < size; ++j) row.add(odd(i & j) ? -x[j] : x[j]);
      sum.add(R(0.5 * weight[i]) * m::sqr(row.total()));
    }
    return sum.total();
  }
  template <class R>
  THALWEG_HD void gradient(View<const R> x, View<R> g) const {
    for (std::size_t j = 0; j < size; ++j) g[j] = x[j];
    transform(g);
    for (std::size_t i = 0; i < size; ++i) g[i] = i < weight.size() ? R(weight[i]) * g[i] : R(0.0);
    transform(g);
  }

  // g becomes H g, H the Hadamard matrix.
  template <class R>
  THALWEG_HD static void transform(View<R> g) {
    for (std::size_t half = 1; half < g.size(); half *= 2) {
      for (std::size_t block = 0; block < g.size(); block += 2 * half) {
        for (std::size_t j = block; j < block + half; ++j) {
          const R a = g[j], b = g[j + half];
          g[j] = a + b;
          g[j + half] = a - b;
        }
      }
    }
  }

  static std::vector<Parameter> parameters() {
    return {{"dim", {16}, 2, 4096, true, "number of coordinates, a power of two"},
            {"rank", {8}, 1, 4095, true, "number of nonzero eigenvalues, below dim; default: 8, or dim / 2 where that is less"},
            {"mu", {1.0}, 1e-100, 1e100, false, "smallest nonzero eigenvalue"},
            {"L", {10.0}, 1e-100, 1e100, false, "largest eigenvalue"},
            {"spectrum", {}, 1e-100, 1e100, false, "the rank nonzero eigenvalues; default: geometric from mu to L", Shape::list},
            {"start", {}, -1e100, 1e100, false, "first iterate; default: 2 / j in coordinate j = 1, 2, ...", Shape::per_coordinate},
            region_parameter(4.0),
            box_parameter(8.0)};
  }

  // A given spectrum fixes rank, mu and L.
  static void complete(Parameters& values, const Parameters& given) {
    const std::vector<double>& spectrum = list(values, "spectrum");
    const bool one = spectrum.empty() && count(values, "rank") == 1;
    if (spectrum.empty() && !one) {
      if (!given.contains("rank")) values.find("rank")->second = {static_cast<double>(std::min<std::size_t>(8, count(values, "dim") / 2))};
      return;
    }
    const double low = one ? number(values, given.contains("mu") && !given.contains("L") ? "mu" : "L") : *std::min_element(spectrum.begin(), spectrum.end());
    const double high = one ? low : *std::max_element(spectrum.begin(), spectrum.end());
    const double rank = one ? 1.0 : static_cast<double>(spectrum.size());
    for (const auto& [name, value] : {std::pair{"rank", rank}, std::pair{"mu", low}, std::pair{"L", high}}) {
      if (given.contains(name) && number(values, name) != value)
        throw SpecError({Place{}, name, std::to_string(number(values, name)), one ? "mu and L must be equal when rank = 1" : "contradicts the given spectrum; leave it out"});
      values.find(name)->second = {value};
    }
  }

  static Built<SingularLeastSquares> build(const Parameters& values) {
    const std::size_t d = count(values, "dim"), rank = count(values, "rank");
    const double mu = number(values, "mu"), L = number(values, "L");
    if (!std::has_single_bit(d)) throw SpecError({Place{}, "dim", std::to_string(d), "must be a power of two"});
    if (rank >= d) throw SpecError({Place{}, "rank", std::to_string(rank), "must be below dim = " + std::to_string(d)});
    if (mu > L) throw SpecError({Place{}, "mu", std::to_string(mu), "must be at most L = " + std::to_string(L)});
    const std::vector<double> lambda = list(values, "spectrum").empty() ? geometric(mu, L, rank) : list(values, "spectrum");
    std::vector<double> weight(rank);
    for (std::size_t i = 0; i < rank; ++i) weight[i] = lambda[i] / static_cast<double>(d);

    Facts facts = facts_with_minimiser_zero(d);
    facts.convex = facts.pl = facts.quadratic = true;
    const std::vector<Constant> eigenvalues = products(lambda, 1.0);
    facts.L = facts.hess_at_min = largest(eigenvalues);
    facts.mu = exact(0.0, "rank below dimension");
    facts.mu_pl = smallest(eigenvalues);
    facts.mu_pl.source = "smallest nonzero eigenvalue";
    add_coordinate_bounds(weight, d, number(values, "region"), facts);

    std::vector<double> start(d);
    for (std::size_t j = 0; j < d; ++j) start[j] = 2.0 / static_cast<double>(j + 1);
    if (!list(values, "start").empty()) start = spread(values, "start", d);
    auto storage = std::make_shared<Storage>();
    const SingularLeastSquares functor{storage->keep(weight), d};
    return {functor, storage, facts, start, box_of_side(d, number(values, "box"))};
  }

 private:
  THALWEG_HD static bool odd(std::size_t bits) { return (std::popcount(bits) & 1) != 0; }

  static void add_coordinate_bounds(const std::vector<double>& weight, std::size_t d, double region, Facts& facts) {
    std::vector<Interval> t(d, Interval(0.0));
    for (std::size_t i = 0; i < weight.size(); ++i) t[i] = Interval(weight[i]);
    transform(View<Interval>(t.data(), d));
    Interval row(0.0);
    for (const Interval& entry : t) row += m::abs(entry);
    facts.L_j.assign(d, enclosed(t[0], "diagonal of A'A"));
    facts.region = cube(d, region);
    facts.gradient_bound.assign(d, enclosed(Interval(region) * row, "row sums of |A'A|"));
  }
};

}  // namespace thalweg
