// Strongly convex quadratic with a chosen spectrum, in its eigenbasis:  f(x) = 1/2 sum_j lambda_j x_j^2.
//
// L = max lambda_j and mu = mu_pl = min lambda_j exactly; G_j = lambda_j region on |x_j| <= region.
// The spectrum is given, or one of the kinds of spectra.hpp from mu to L.
// Source: definition; Y. Nesterov, Introductory Lectures on Convex Optimization, 2004, section 2.1.
#pragma once

#include <algorithm>

#include "problems/build.hpp"
#include "problems/families/spectra.hpp"

namespace thalweg {

struct Quadratic {
  static constexpr Entry entry{"quadratic", "Quadratic with a chosen spectrum", "Nesterov 2004, section 2.1"};
  static constexpr std::string_view formula = "f(x) = (1/2) sum_j lambda_j x_j^2";

  Coefficients spectrum;

  std::size_t dim() const { return spectrum.size(); }
  template <class R, class J>
  THALWEG_HD R term(J j, R x) const {
    return R(0.5) * R(spectrum[j]) * m::sqr(x);
  }
  template <class R, class J>
  THALWEG_HD R slope(J j, R x) const {
    return R(spectrum[j]) * x;
  }

  static std::vector<Parameter> parameters() {
    return {dim_parameter(10, most_listed_coordinates),
            {"mu", {1.0}, 1e-100, 1e100, false, "smallest eigenvalue"},
            {"L", {10.0}, 1e-100, 1e100, false, "largest eigenvalue"},
            {"spectrum", {}, 1e-100, 1e100, false, "eigenvalues; default: geometric from mu to L", Shape::per_coordinate},
            {"kind", {}, 0.0, 3.0, true, "eigenvalues from mu to L in another way: 0 uniform, 1 power law, 2 nine of ten small and few large, 3 spiked Wishart", Shape::list},
            start_parameter(1.0),
            region_parameter(2.0),
            box_parameter(4.0)};
  }

  // A given spectrum fixes mu and L; so does dim = 1, where they are one number.
  static void complete(Parameters& values, const Parameters& given) {
    const std::vector<double>& spectrum = list(values, "spectrum");
    const bool one = count(values, "dim") == 1;
    if (const std::vector<double>& kind = list(values, "kind"); !kind.empty() && (kind.size() > 1 || !spectrum.empty()))
      throw SpecError({Place{}, "kind", written(kind), kind.size() > 1 ? "must be one number" : "contradicts the given spectrum; leave one out"});
    if (spectrum.empty() && !one) return;
    double low = given.contains("mu") && !given.contains("L") ? number(values, "mu") : number(values, "L");
    double high = low;
    if (!spectrum.empty()) {
      low = *std::min_element(spectrum.begin(), spectrum.end());
      high = *std::max_element(spectrum.begin(), spectrum.end());
    }
    for (const auto& [name, value] : {std::pair{"mu", low}, std::pair{"L", high}}) {
      if (given.contains(name) && number(values, name) != value)
        throw SpecError({Place{}, name, written(number(values, name)),
                         spectrum.empty() ? "mu and L must be equal when dim = 1" : "contradicts the given spectrum; leave it out"});
      values.find(name)->second = {value};
    }
  }

  static Built<Quadratic> build(const Parameters& values) {
    const std::size_t n = count(values, "dim");
    const double mu = number(values, "mu"), L = number(values, "L"), region = number(values, "region");
    if (mu > L) throw SpecError({Place{}, "mu", written(mu), "must be at most L = " + written(L)});
    const PerCoordinate<double> lambda = !list(values, "spectrum").empty() ? spread(values, "spectrum", n)
                                         : list(values, "kind").empty()      ? geometric(mu, L, n)
                                                                             : PerCoordinate<double>(spectrum_of_kind(static_cast<SpectrumKind>(count(values, "kind")), mu, L, n));

    Facts facts = facts_with_minimiser_zero(n);
    facts.convex = facts.pl = facts.quadratic = facts.minimiser_unique = true;
    facts.L_j = products(lambda, 1.0);
    facts.L = facts.hess_at_min = largest(facts.L_j);
    facts.mu = facts.mu_pl = smallest(facts.L_j);
    facts.region = cube(n, region);
    facts.gradient_bound = products(lambda, region);

    auto storage = std::make_shared<Storage>();
    const Quadratic functor{storage->keep_coefficients(lambda)};
    return {functor, storage, facts, spread(values, "start", n), box_of_side(n, number(values, "box"))};
  }
};

}  // namespace thalweg
