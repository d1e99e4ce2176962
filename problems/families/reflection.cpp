#include "problems/families/reflection.hpp"

#include <algorithm>
#include <bit>

#include "problems/enclose.hpp"

namespace thalweg {

namespace {

bool orthogonal(const Reflection& H) { return std::has_single_bit(H.size); }
// The squared singular values of H: 1 and (1 - r d)^2.
Interval squares(const Reflection& H) {
  if (orthogonal(H)) return Interval(1.0);
  return hull(Interval(1.0), m::sqr(Interval(1.0) - Interval(H.factor()) * Interval(static_cast<double>(H.size))));
}

}  // namespace

Constant reflected_least(const Reflection& H, const Constant& c) {
  return orthogonal(H) ? c : enclosed(interval_of(c) * squares(H), c.source);
}

ReflectedFacts reflected(const Reflection& H, const PerCoordinate<double>& curvature) {
  const std::string source = "orthogonal transformation";
  const auto [least, most] = std::minmax_element(curvature.stored().begin(), curvature.stored().end());
  ReflectedFacts out;
  out.L = reflected_least(H, exact(*most, source));
  out.least = reflected_least(H, exact(*least, source));
  const Interval r(H.factor()), off = m::sqr(r), on = m::sqr(Interval(1.0) - r);
  Interval all(0.0);
  for (double c : curvature) all += Interval(c);
  out.L_j = curvature.map([&](double c) { return enclosed(Interval(c) * on + (all - Interval(c)) * off, "diagonal of H' C H"); });
  return out;
}

}  // namespace thalweg
