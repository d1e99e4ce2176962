#include "problems/families/nesterov_worst.hpp"

#include <cmath>

#include "lib/core/elementary.hpp"
#include "problems/enclose.hpp"

namespace thalweg {

namespace {

Facts facts_of(const FixedChain& f, const std::vector<double>& minimiser, double region) {
  const std::size_t n = f.size, k = f.chain;
  const Interval angle = Interval::pi() / Interval(2.0 * static_cast<double>(k + 1)), quarter(f.quarter), mu(f.mu);
  const auto curvature = [&](const Interval& half_eigenvalue) { return Interval(4.0) * quarter * half_eigenvalue + mu; };
  const std::string source = "eigenvalues of tridiag(-1, 2, -1)";

  Facts facts = facts_with_minimiser_zero(n);
  facts.minimiser = PerCoordinate<double>(minimiser);
  facts.convex = facts.pl = facts.quadratic = true;
  facts.minimiser_unique = k == n;
  facts.L = facts.hess_at_min = enclosed(curvature(m::sqr(m::cos(angle))), source);
  facts.mu_pl = enclosed(curvature(m::sqr(m::sin(angle))), source);
  facts.mu = k == n ? facts.mu_pl : exact(0.0, "coordinates that f does not depend on");
  facts.L_j = {n, enclosed(Interval(2.0) * quarter + mu, "diagonal of the Hessian")};
  for (std::size_t j = k; j < n; ++j) facts.L_j.set(j, exact(0.0));
  facts.region = cube(n, region);
  if (k == n) return facts;
  facts.minimisers = "all points with these first " + std::to_string(k) + " coordinates";
  facts.distance = [first = std::vector<double>(minimiser.begin(), minimiser.begin() + static_cast<std::ptrdiff_t>(k))](View<const double> x) {
    double square = 0.0;
    for (std::size_t j = 0; j < first.size(); ++j) square += (x[j] - first[j]) * (x[j] - first[j]);
    return std::sqrt(square);
  };
  return facts;
}

template <class F>
Built<F> built(const Parameters& values, const std::vector<double>& minimiser, std::size_t chain, double mu) {
  const std::size_t n = minimiser.size();
  auto storage = std::make_shared<Storage>();
  const FixedChain f{storage->keep(minimiser), n, chain, 0.25 * (number(values, "L") - mu), mu};
  return {F{f}, storage, facts_of(f, minimiser, number(values, "region")), spread(values, "start", n), box_of_side(n, number(values, "box"))};
}

}  // namespace

void NesterovWorst::complete(Parameters& values, const Parameters& given) {
  if (!given.contains("chain")) values.find("chain")->second = list(values, "dim");
}

Built<NesterovWorst> NesterovWorst::build(const Parameters& values) {
  const std::size_t n = count(values, "dim"), k = count(values, "chain");
  if (k > n) throw SpecError({Place{}, "chain", std::to_string(k), "must be at most dim = " + std::to_string(n)});
  std::vector<double> minimiser(n, 0.0);
  for (std::size_t j = 0; j < k; ++j) minimiser[j] = static_cast<double>(k - j) / static_cast<double>(k + 1);  // 1 - (j + 1) / (k + 1)
  return built<NesterovWorst>(values, minimiser, k, 0.0);
}

Built<NesterovWorstStrong> NesterovWorstStrong::build(const Parameters& values) {
  const std::size_t n = count(values, "dim");
  const double mu = number(values, "mu"), L = number(values, "L");
  if (mu >= L) throw SpecError({Place{}, "mu", written(mu), "must be below L = " + written(L)});
  // q = exp(-2 r) with tanh r = sqrt(mu / L): x*_i = sinh(2 r (d + 1 - i)) / sinh(2 r (d + 1)).
  const double slope = m::sqrt(mu / L), rate = m::log1p(slope) - m::log1p(-slope), whole = rate * static_cast<double>(n + 1);
  std::vector<double> minimiser(n);
  for (std::size_t j = 0; j < n; ++j) {
    const double rest = rate * static_cast<double>(n - j);
    minimiser[j] = m::exp(rest - whole) * (m::expm1(-2.0 * rest) / m::expm1(-2.0 * whole));
  }
  return built<NesterovWorstStrong>(values, minimiser, n, mu);
}

}  // namespace thalweg
