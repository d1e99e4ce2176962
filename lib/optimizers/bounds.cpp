#include "lib/optimizers/bounds.hpp"

#include <cmath>
#include <limits>
#include <queue>
#include <vector>

#include "lib/core/check.hpp"
#include "lib/core/expression.hpp"
#include "lib/optimizers/denominator.hpp"

namespace thalweg {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
const Interval one(1.0);
const Interval zero(0.0);

// Of the adaptive family, whose fields say everything; or with facts of its own; else the A-LR is 1.
bool of_the_family(const Definition& d) { return d.has("denominator"); }
bool with_own_facts(const Definition& d) { return method_entry(d).rate != nullptr; }

Interval widened(double value) {
  if (!(value < infinity)) return {std::numeric_limits<double>::max(), infinity};
  return Interval(value) * Interval(1.0 - 0x1p-48, 1.0 + 0x1p-48);
}

RateBounds own_bounds(const Definition& d, Interval G) {
  const auto rate = method_entry(d).rate;
  const RateFacts low = rate(d, G.upper()), high = rate(d, std::fmax(G.lower(), 0.0));
  RateBounds bounds;
  bounds.mu1 = {low.least > 0.0 ? widened(low.least).lower() : 0.0, high.least > 0.0 ? widened(high.least).upper() : 0.0};
  bounds.mu2 = widened(high.largest);
  if (!high.tight) {  // each extreme lies between the two
    bounds.mu1 = {bounds.mu1.lower(), bounds.mu2.upper()};
    bounds.mu2 = bounds.mu1;
  }
  bounds.tight = high.tight;
  bounds.monotone = high.monotone;
  bounds.how = high.how;
  bounds.mu1_formula = {std::string(high.least_formula)};
  bounds.mu2_formula = {std::string(high.largest_formula)};
  return bounds;
}

// D over intervals, by the very formulas of the rules.
template <class D>
Interval shape_over(const D& denominator, Interval s) {
  return denominator.template shape<Interval>(m::sqr(s)) / Interval(denominator.unit());
}

// D = shape / unit at s, and the parts as expressions in what s is written as; nothing written: s is 0.
struct AtRoot {
  Interval value;
  std::string unit, shape;

  // numerator / (divisor D), each of them "1" where there is none.
  std::string under(const std::string& numerator, const std::string& divisor) const {
    const std::string above = unit == "1" ? numerator : numerator == "1" ? unit : unit + "*" + numerator;
    return above + "/(" + (divisor == "1" ? shape : divisor + "*(" + shape + ")") + ")";
  }
};
AtRoot denominator_at(const Definition& d, Interval s, const std::string& written) {
  const std::string& kind = d.choice("denominator");
  const bool at_zero = written.empty();
  if (kind == "softplus") return {shape_over(SoftplusOfRoot{d.number("beta")}, s), "beta", at_zero ? "log(2)" : "softplus(beta*" + written + ")"};
  const bool inside = d.has("eps_placement") && d.choice("eps_placement") == "inside";
  if (kind == "power" && inside) return {shape_over(PowerOfSum{d.number("p"), d.number("eps")}, s), "1", at_zero ? "eps^p" : "((" + written + ")^2 + eps)^p"};
  if (kind == "power") return {shape_over(Power{d.number("p"), d.number("eps")}, s), "1", at_zero ? "eps^(2*p)" : "(" + written + " + eps)^(2*p)"};
  if (inside)
    return {shape_over(RootOfSum{d.number("eps")}, s), "1", at_zero ? "sqrt(eps)" : "sqrt((" + written + ")^2 + eps)"};
  return {shape_over(RootPlusEps{d.number("eps")}, s), "1", at_zero ? "eps" : written + " + eps"};
}

// 1 / x for x >= 0; for x = 0 the infinite value as [largest double, infinity].
Interval reciprocal(Interval x) {
  if (x.upper() == 0.0) return {std::numeric_limits<double>::max(), infinity};
  return one / x;
}

// 1 - beta^t for t in [1, infinity].
Interval unbias_over(double beta, double t) {
  if (beta == 0.0 || t == infinity) return one;
  return -m::expm1(Interval(t) * m::log1p(-(one - Interval(beta))));
}

// Infimum over t = 1, 2, ... of rising(t) falling(t), two positive monotone functions that also have a value at t = infinity.
// Branch and bound over blocks [a, b] of steps: there the product is at least rising(a) falling(b).
template <class Rising, class Falling>
Interval infimum(const Rising& rising, const Falling& falling) {
  struct Block {
    double a, b, least;
    bool operator<(const Block& other) const { return least > other.least; }  // the smallest bound on top
  };
  std::priority_queue<Block> open;
  double lower = infinity, upper = infinity;
  const auto look = [&](double t) {
    const Interval value = rising(t) * falling(t);
    lower = outward::lesser(lower, value.lower());
    upper = outward::lesser(upper, value.upper());
  };
  const auto push = [&](double a, double b) {
    look(a);
    if (b > a) open.push({a, b, (rising(a) * falling(b)).lower()});
  };
  for (int k = 0; k < 52; ++k) push(static_cast<double>(std::uint64_t{1} << k), static_cast<double>((std::uint64_t{1} << (k + 1)) - 1));
  push(0x1p52, infinity);
  look(infinity);
  constexpr double close = 1.0 - 0x1p-43;  // finer is below what the interval formulas resolve on a plateau
  for (int left = 20000; left > 0 && !open.empty() && open.top().least < upper * close; --left) {
    const Block block = open.top();
    if (block.b == infinity) break;
    open.pop();
    const double middle = block.a + static_cast<double>(static_cast<std::uint64_t>(block.b - block.a) / 2);
    push(block.a, middle);
    push(middle + 1.0, block.b);
  }
  if (!open.empty()) lower = outward::lesser(lower, open.top().least);
  return {lower, upper};
}

// Supremum over t of the outer factor h(t) = sqrt(1 - beta2^t) / (1 - beta1^t).
Interval outer_supremum(double beta1, double beta2) {
  const Interval least =
      infimum([&](double t) { return unbias_over(beta1, t); }, [&](double t) { return one / m::sqrt(unbias_over(beta2, t)); });
  return one / least;
}

// Least h(t) / D(sqrt(1 - beta2^t) G) over t: s / D(s G) increases with s for every D here, 1 / (1 - beta1^t) falls with t.
Interval outer_infimum(const Definition& d, double G) {
  const double beta1 = d.number("beta1"), beta2 = d.number("beta2");
  return infimum(
      [&](double t) {
        const Interval s = m::sqrt(unbias_over(beta2, t));
        return s * reciprocal(denominator(d, s * Interval(G)));
      },
      [&](double t) { return one / unbias_over(beta1, t); });
}

// The largest factor by which a correction multiplies 1 / D(0): its value, and numerator / divisor as expressions.
struct LargestCorrection {
  Interval value;
  std::string numerator, divisor;
  RateFormula::Over over;
};
LargestCorrection largest_correction(const Definition& d) {
  const std::string& correction = d.choice("correction");
  if (correction == "inside") return {one / (one - Interval(d.number("beta1"))), "1", "(1 - beta1)", RateFormula::Over::nothing};  // t = 1
  if (correction == "outer")
    return {outer_supremum(d.number("beta1"), d.number("beta2")), "sqrt(1 - beta2^t)", "(1 - beta1^t)", RateFormula::Over::largest};
  return {one, "1", "1", RateFormula::Over::nothing};
}

}  // namespace

Interval denominator(const Definition& d, Interval s) {
  THALWEG_EXPECTS(s.lower() >= 0.0);
  THALWEG_EXPECTS(!with_own_facts(d));
  THALWEG_EXPECTS(rated(d));
  return of_the_family(d) ? denominator_at(d, s, "").value : one;
}

std::string to_text(const RateFormula& formula) {
  if (formula.expression.empty()) return "not known";
  const std::string written = to_text(Expression::parse(formula.expression));
  return formula.over == RateFormula::Over::nothing ? written : (formula.over == RateFormula::Over::least ? "inf over t of " : "sup over t of ") + written;
}

std::string to_latex(const RateFormula& formula) {
  if (formula.expression.empty()) return "\\text{not known}";
  const std::string written = to_latex(Expression::parse(formula.expression));
  return formula.over == RateFormula::Over::nothing ? written : (formula.over == RateFormula::Over::least ? "\\inf_{t \\ge 1} " : "\\sup_{t \\ge 1} ") + written;
}

RateBounds rate_bounds(const Definition& d, Interval G) {
  if (!rated(d)) return {{0.0, 0.0}, {std::numeric_limits<double>::max(), infinity}, false, "the method states no A-LR"};
  if (with_own_facts(d)) return own_bounds(d, G);
  if (!of_the_family(d)) return {one, one, true, "the A-LR is 1", {"1"}, {"1"}};
  THALWEG_EXPECTS(G.upper() >= 0.0);
  const Interval bound = m::max(G, zero);
  const std::string& correction = d.choice("correction");
  const Properties known = properties(d);
  RateBounds bounds;
  bounds.monotone = known.monotone_rate;
  const AtRoot of_zero = denominator_at(d, zero, "");
  const Interval at_zero = reciprocal(of_zero.value);
  const LargestCorrection factor = largest_correction(d);
  bounds.mu2 = correction == "none" || at_zero.upper() == infinity ? at_zero : at_zero * factor.value;
  bounds.mu2_formula = {of_zero.under(factor.numerator, factor.divisor), factor.over};
  if (correction == "outer") {
    const double least = bound.upper() == infinity ? 0.0 : outer_infimum(d, bound.upper()).lower();
    bounds.mu1 = {least, outer_infimum(d, bound.lower()).upper()};
    bounds.mu1_formula = {denominator_at(d, zero, "sqrt(1 - beta2^t)*G").under("sqrt(1 - beta2^t)", "(1 - beta1^t)"), RateFormula::Over::least};
  } else if (correction == "second") {  // s / D(s G) increases with s, which is least at t = 1
    const Interval s = m::sqrt(one - Interval(d.number("beta2")));
    const AtRoot of_bound = denominator_at(d, s * bound, "sqrt(1 - beta2)*G");
    bounds.mu1 = s * reciprocal(of_bound.value);
    bounds.mu1_formula = {of_bound.under("sqrt(1 - beta2)", "1")};
  } else {
    const AtRoot of_bound = denominator_at(d, bound, "G");
    bounds.mu1 = reciprocal(of_bound.value);
    bounds.mu1_formula = {of_bound.under("1", "1")};
  }
  bounds.how = "0 <= v <= (1 - beta2^t) G^2 and D increasing";
  if (correction == "inside") bounds.how += "; the correction 1 / (1 - beta1^t) is largest at t = 1";
  if (correction == "second") bounds.how += "; the factor sqrt(1 - beta2^t) grows from t = 1 to 1";
  if (correction == "outer") bounds.how += "; extremes of sqrt(1 - beta2^t) / (1 - beta1^t) over all t by branch and bound";
  bounds.how += known.monotone_rate      ? "; monotone by the running maximum"
                : known.predictable_rate ? "; predictable: read from v_{t-1}"
                : known.has_max          ? "; not monotone: the correction moves"
                                         : "; not monotone";
  return bounds;
}

namespace {

Numerator numerator_of(const Definition& d) {
  if (method_entry(d).phased) return Numerator::other;
  if (const auto stated = method_entry(d).numerator) return stated(d);
  return d.has("beta1") ? Numerator::average : d.has("momentum") ? Numerator::buffer : Numerator::gradient;
}

}  // namespace

Properties properties(const Definition& d) {
  Properties p;
  p.decay = d.number("weight_decay") > 0.0;
  const Numerator made_of = numerator_of(d);
  p.ema_numerator = made_of == Numerator::average;
  p.beta1 = p.ema_numerator ? d.number("beta1") : 0.0;
  p.heavy_ball = made_of == Numerator::buffer ? d.number("momentum") : 0.0;
  p.momentum_free = made_of != Numerator::other && p.beta1 == 0.0 && p.heavy_ball == 0.0;
  if (!rated(d)) return p;
  p.adaptive = of_the_family(d) || with_own_facts(d);
  if (with_own_facts(d)) {
    const RateFacts facts = method_entry(d).rate(d, infinity);
    p.beta2 = d.has("beta2") ? d.number("beta2") : 0.0;
    p.corrected = facts.corrected;
    p.monotone_rate = p.has_max = facts.monotone;
    p.bounded_rate = facts.largest < infinity;
    p.forgets = facts.tight && !facts.monotone;
    return p;
  }
  if (!p.adaptive) {
    p.monotone_rate = p.predictable_rate = p.bounded_rate = true;
    return p;
  }
  const std::string& kind = d.choice("denominator");
  const std::string& moment = d.choice("second_moment");
  p.beta2 = d.number("beta2");
  p.corrected = d.choice("correction") != "none";
  p.has_max = moment == "running-maximum" || moment == "corrected-maximum";
  p.monotone_rate = p.has_max && (!p.corrected || (moment == "corrected-maximum" && d.choice("correction") == "inside"));  // 1 / (1 - beta1^t) falls
  p.forgets = !p.has_max;
  p.predictable_rate = moment == "previous";
  p.bounded_rate = denominator(d, zero).lower() > 0.0;
  p.lipschitz_denominator = !p.corrected && !p.predictable_rate && (kind != "power" || d.number("p") == 0.5);
  return p;
}

StabilityLimit stability_limit(const Definition& d) {
  const Properties known = properties(d);
  if (known.decay) return {};
  if (known.ema_numerator) return {2.0 * (1.0 + known.beta1) / (1.0 - known.beta1), "2*(1 + beta1)/(1 - beta1)"};
  if (known.heavy_ball > 0.0) return {2.0 * (1.0 + known.heavy_ball), "2*(1 + momentum)"};
  if (known.momentum_free) return {2.0, "2"};
  return {};
}

double rate_lipschitz(const Definition& d) {
  if (with_own_facts(d) || !rated(d)) return infinity;
  if (!of_the_family(d)) return 0.0;
  if (!properties(d).bounded_rate) return infinity;
  const std::string& kind = d.choice("denominator");
  const Interval mu2 = reciprocal(denominator(d, zero));
  Interval slope = m::sqr(mu2);  // |(1 / D)'| = D' / D^2, largest at 0 where D' = 1
  if (kind == "softplus") {
    slope = slope * Interval(0.5);  // D'(0) = 1 / 2
  } else if (kind == "power" && d.choice("eps_placement") == "inside") {
    // 2 p s (s^2 + eps)^(-p - 1) is largest at s^2 = eps / (1 + 2 p).
    const Interval p(d.number("p")), eps(d.number("eps")), at = eps / (one + Interval(2.0) * p);
    slope = Interval(2.0) * p * m::sqrt(at) * mu2 / (at + eps) * m::pow(eps / (at + eps), p);
  } else if (kind == "power") {
    const Interval p2 = Interval(2.0) * Interval(d.number("p"));
    slope = p2 * mu2 / Interval(d.number("eps"));  // 2 p (s + eps)^(-2 p - 1)
  } else if (d.has("eps_placement") && d.choice("eps_placement") == "inside") {
    slope = slope * (Interval(2.0) / (Interval(3.0) * m::sqrt(Interval(3.0))));  // s (s^2 + eps)^(-3/2) is largest at s^2 = eps / 2
  }
  Interval factor = largest_correction(d).value;
  // inside: s is divided by sqrt(1 - beta2^t) before D sees it, another factor, largest at t = 1.
  if (d.choice("correction") == "inside") factor = factor / m::sqrt(one - Interval(d.number("beta2")));
  return (factor * slope).upper();
}

}  // namespace thalweg
