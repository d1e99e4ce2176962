// On the cube of half-width B |y_i| is at most Y = B sum_j |H_ij|, at a corner, so that the largest curvature is max_i w_i (3 Y^2 - r_i^2), or 1 where that is less; the
// least is -1, at 0. H is orthogonal but for the rounding of its factor, which moves an eigenvalue by less than 2^-40 of the largest.
#include "problems/families/orthogonal_tensor.hpp"

#include <algorithm>
#include <cmath>

#include "problems/enclose.hpp"

namespace thalweg {

namespace {

void add_constants_on_region(const OrthogonalTensor& f, double half_width, const Interval& at_zero, Facts& facts) {
  const std::size_t n = f.dim(), stored = f.weight.alike() ? 1 : n;
  const Interval factor(f.H.factor()), own = Interval(1.0) - factor, others(static_cast<double>(n - 1));
  const Interval reach = Interval(half_width) * (m::abs(own) + others * factor), slack(0x1p-40);
  std::vector<Interval> curvature(stored);  // sup |term''|
  Interval largest = at_zero, sum(0.0);
  for (std::size_t i = 0; i < stored; ++i) {
    curvature[i] = m::max(Interval(f.weight[i]) * (Interval(3.0) * m::sqr(reach) - m::sqr(Interval(f.root[i]))), at_zero);
    largest = m::max(largest, curvature[i]);
    sum += stored == 1 ? Interval(static_cast<double>(n)) * curvature[i] : curvature[i];
  }
  facts.on_region.L = proved((largest * (Interval(1.0) - slack) - slack).lower(), (largest * (Interval(1.0) + slack)).upper(), "curvature of a term at a corner");
  facts.on_region.least_curvature = proved(-at_zero.upper(), -at_zero.lower(), "curvature at 0, with the rounding of r_i and H");
  // sum_i H_ij^2 times these
  std::vector<Constant> along;
  for (std::size_t j = 0; j < stored; ++j)
    along.push_back(proved(0.0, (m::sqr(factor) * sum + (m::sqr(own) - m::sqr(factor)) * curvature[j]).upper(), "bound by the curvatures of the terms"));
  if (stored == 1) facts.on_region.L_j = {n, along.front()};
  else facts.on_region.L_j = std::move(along);
}

}  // namespace

Built<OrthogonalTensor> OrthogonalTensor::build(const Parameters& values) {
  const std::size_t n = count(values, "dim");
  const PerCoordinate<double> weight = spread(values, "weight", n), root = weight.map([](double w) { return 1.0 / std::sqrt(w); });
  auto storage = std::make_shared<Storage>();
  const OrthogonalTensor functor{storage->keep_coefficients(weight), storage->keep_coefficients(root), {n}};

  // w_i r_i^2, nearly 1; between the extremes of them times the eigenvalues of H'H, of which one may not be 1.
  Interval size(1.0);
  for (std::size_t j = 0; j < weight.stored().size(); ++j) {
    const Interval one = Interval(weight.stored()[j]) * m::sqr(Interval(root.stored()[j]));
    size = Interval(std::min(size.lower(), one.lower()), std::max(size.upper(), one.upper()));
  }
  const Interval diagonal = m::sqr(Interval(1.0) - Interval(functor.H.factor()) * Interval(static_cast<double>(n)));
  const Interval curvature = size * Interval(std::min(1.0, diagonal.lower()), std::max(1.0, diagonal.upper()));

  Facts facts;
  facts.dim = n;
  facts.f_star = exact(0.0);
  facts.minimisers = "(H x)_i = 1 / sqrt(w_i) or -1 / sqrt(w_i), each";
  facts.distance = [functor, storage](View<const double> x) {
    const double shift = functor.H.shift(x);
    Sum<double> sum;
    for (std::size_t j = 0; j < x.size(); ++j) sum.add(m::sqr(std::fabs(x[j] - shift) - functor.root[j]));
    return std::sqrt(sum.total());
  };
  facts.hess_at_min = enclosed(Interval(2.0) * curvature, "2 w_i r_i^2 with the rounding of r_i and H");
  facts.weak_convexity = enclosed(curvature, "curvature -w_i r_i^2 at 0, with the rounding of r_i and H");
  facts.kl_exponent = exact(0.5, "strict minima");
  facts.region = cube(n, number(values, "region"));
  add_constants_on_region(functor, number(values, "region"), curvature, facts);
  return {functor, storage, facts, start_or(values, {0.5, 0.25}, n), {}};
}

}  // namespace thalweg
