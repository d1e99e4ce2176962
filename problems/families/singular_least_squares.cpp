#include "problems/families/singular_least_squares.hpp"

#include <algorithm>
#include <bit>

#include "problems/enclose.hpp"

namespace thalweg {

namespace {

void add_coordinate_bounds(const std::vector<double>& weight, std::size_t d, double region, Facts& facts) {
  std::vector<Interval> t(d, Interval(0.0));
  for (std::size_t i = 0; i < weight.size(); ++i) t[i] = Interval(weight[i]);
  SingularLeastSquares::transform(View<Interval>(t.data(), d));
  Interval row(0.0);
  for (const Interval& entry : t) row += m::abs(entry);
  facts.L_j = {d, enclosed(t[0], "diagonal of A'A")};
  facts.region = cube(d, region);
  facts.gradient_bound = {d, enclosed(Interval(region) * row, "row sums of |A'A|")};
}

}  // namespace

void SingularLeastSquares::complete(Parameters& values, const Parameters& given) {
  const std::vector<double>& spectrum = list(values, "spectrum");
  const bool one = spectrum.empty() && count(values, "rank") == 1;
  if (spectrum.empty() && !one) {
    if (!given.contains("rank")) values.find("rank")->second = {static_cast<double>(std::min<std::size_t>(8, count(values, "dim") / 2))};
    return;
  }
  const double low =
      one ? number(values, given.contains("mu") && !given.contains("L") ? "mu" : "L") : *std::min_element(spectrum.begin(), spectrum.end());
  const double high = one ? low : *std::max_element(spectrum.begin(), spectrum.end());
  const double rank = one ? 1.0 : static_cast<double>(spectrum.size());
  for (const auto& [name, value] : {std::pair{"rank", rank}, std::pair{"mu", low}, std::pair{"L", high}}) {
    if (given.contains(name) && number(values, name) != value)
      throw SpecError({Place{}, name, written(number(values, name)),
                       one ? "mu and L must be equal when rank = 1" : "contradicts the given spectrum; leave it out"});
    values.find(name)->second = {value};
  }
}

Built<SingularLeastSquares> SingularLeastSquares::build(const Parameters& values) {
  const std::size_t d = count(values, "dim"), rank = count(values, "rank");
  const double mu = number(values, "mu"), L = number(values, "L");
  if (!std::has_single_bit(d)) throw SpecError({Place{}, "dim", std::to_string(d), "must be a power of two"});
  if (rank >= d) throw SpecError({Place{}, "rank", std::to_string(rank), "must be below dim = " + std::to_string(d)});
  if (mu > L) throw SpecError({Place{}, "mu", written(mu), "must be at most L = " + written(L)});
  const PerCoordinate<double> lambda = list(values, "spectrum").empty() ? geometric(mu, L, rank) : PerCoordinate<double>(list(values, "spectrum"));
  std::vector<double> weight(rank);
  for (std::size_t i = 0; i < rank; ++i) weight[i] = lambda[i] / static_cast<double>(d);

  Facts facts = facts_with_minimiser_zero(d);
  facts.convex = facts.pl = facts.quadratic = true;
  const PerCoordinate<Constant> eigenvalues = products(lambda, 1.0);
  facts.L = facts.hess_at_min = largest(eigenvalues);
  facts.mu = exact(0.0, "rank below dimension");
  facts.mu_pl = smallest(eigenvalues);
  facts.mu_pl.source = "smallest nonzero eigenvalue";
  add_coordinate_bounds(weight, d, number(values, "region"), facts);

  std::vector<double> falling(d);
  for (std::size_t j = 0; j < d; ++j) falling[j] = 2.0 / static_cast<double>(j + 1);
  const PerCoordinate<double> start = list(values, "start").empty() ? PerCoordinate<double>(falling) : spread(values, "start", d);
  auto storage = std::make_shared<Storage>();
  const SingularLeastSquares functor{storage->keep(weight), d};
  return {functor, storage, facts, start, box_of_side(d, number(values, "box"))};
}

}  // namespace thalweg
