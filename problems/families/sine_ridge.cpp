#include "problems/families/sine_ridge.hpp"

#include <algorithm>

#include "problems/certify.hpp"
#include "problems/enclose.hpp"

namespace thalweg {

namespace {

// psi of the header as a sum of one term.
struct Ripple {
  double k, A;
  template <class R, class J>
  R term(J, R t) const {
    return R(0.5 * k) * m::sqr(t) + R(A) * m::sqr(m::sin(t));
  }
  template <class R, class J>
  R slope(J, R t) const {
    return R(k) * t + R(A) * m::sin(R(2.0) * t);
  }
};

// Unknown where the certificate is not reached.
Constant pl_constant_along(double k, double A) {
  const auto tail = [=](double r) {
    if (r <= 1.5 * A / k) return 0.0;
    const Interval R(r), K(k), a(A);
    return (m::sqr(K * R - a) / (K * m::sqr(R) + Interval(2.0) * a)).lower();
  };
  return certified_pl_constant(enclosures_of(Ripple{k, A}, 0), tail);
}

}  // namespace

Built<SineRidge> SineRidge::build(const Parameters& values) {
  const std::size_t n = count(values, "dim");
  const double k = number(values, "k"), A = number(values, "height");
  const Interval d(static_cast<double>(n)), swing = Interval(2.0 * A), K(k);

  Facts facts = facts_with_minimiser_zero(n);
  facts.minimiser_unique = true;
  facts.L = facts.hess_at_min = enclosed(d * (K + swing), "d (k + 2 A), at 0");
  facts.L_j = {n, enclosed(K * d + swing, "k d + 2 A, at 0")};
  facts.weak_convexity = enclosed(d * m::max(Interval(0.0), swing - K), "d (2 A - k)");
  if (2.0 * A < k) {
    facts.convex = true;
    facts.mu = enclosed(d * (K - swing), "d (k - 2 A)");
  }
  const Constant along = pl_constant_along(k, A);
  if (along.known()) {
    facts.pl = true;
    facts.mu_pl = enclosed(d * (n == 1 ? interval_of(along) : m::min(interval_of(along), K)), along.source);
  }
  facts.region = cube(n, number(values, "region"));
  return {SineRidge{n, k, A}, nullptr, facts, spread(values, "start", n), {}};
}

}  // namespace thalweg
