#include "problems/certify.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>

namespace thalweg {

namespace {

struct Piece {
  Interval x;
  double lower;
  bool operator<(const Piece& other) const { return lower > other.lower; }  // the queue's top is the least bound
};

// Best-first subdivision over one queue.
class Search {
 public:
  Search(const Enclosure& g, double tolerance) : g_(g), tolerance_(tolerance) {}

  void add(const Interval& x) {
    ++pieces_;
    const Dual<Interval> whole = g_(x);
    double lower = whole.value.lower();
    const Interval slope = whole.derivative;
    if (slope.lower() >= 0.0) {
      lower = std::max(lower, seen(x.lower()));
    } else if (slope.upper() <= 0.0) {
      lower = std::max(lower, seen(x.upper()));
    } else {
      const double c = x.mid();
      const double centre = seen(c);
      if (slope.bounded()) lower = std::max(lower, (Interval(centre) + slope * (x - Interval(c))).lower());
    }
    if (!(lower <= best_ - tolerance_)) {
      settled_ = std::min(settled_, lower);
    } else {
      queue_.push({x, lower});
    }
  }

  Extreme run(std::size_t most) {
    while (!queue_.empty()) {
      const Piece piece = queue_.top();
      if (piece.lower > best_ - tolerance_ || pieces_ >= most) break;
      queue_.pop();
      const double c = piece.x.mid();
      if (!(piece.x.lower() < c && c < piece.x.upper())) {  // too small to halve
        settled_ = std::min(settled_, piece.lower);
        continue;
      }
      add({piece.x.lower(), c});
      add({c, piece.x.upper()});
    }
    const double open = queue_.empty() ? std::numeric_limits<double>::infinity() : queue_.top().lower;
    const double lower = std::min({settled_, open, best_});
    return {lower, best_, at_, pieces_, best_ - lower <= tolerance_};
  }

 private:
  // A rigorous lower bound of g(c); its upper bound updates the best value.
  double seen(double c) {
    const Interval y = g_(Interval(c)).value;
    if (y.upper() < best_) {
      best_ = y.upper();
      at_ = c;
    }
    return y.lower();
  }

  const Enclosure& g_;
  double tolerance_;
  std::priority_queue<Piece> queue_;
  double best_ = std::numeric_limits<double>::infinity();
  double settled_ = std::numeric_limits<double>::infinity();
  double at_ = std::numeric_limits<double>::quiet_NaN();
  std::size_t pieces_ = 0;
};

}  // namespace

Extreme infimum(const Enclosure& g, const std::vector<Interval>& domain, double tolerance, std::size_t most_pieces) {
  Search search(g, tolerance);
  for (const Interval& x : domain) search.add(x);
  return search.run(most_pieces);
}

Extreme supremum(const Enclosure& g, const std::vector<Interval>& domain, double tolerance, std::size_t most_pieces) {
  const Enclosure negated = [&g](const Interval& x) { return -g(x); };
  const Extreme e = infimum(negated, domain, tolerance, most_pieces);
  return {-e.upper, -e.lower, e.at, e.pieces, e.converged};
}

Constant certified_magnitude(const Enclosure& g, const Interval& domain, double relative_tolerance) {
  const double size = g(domain).value.magnitude();
  const double tolerance = std::isfinite(size) ? relative_tolerance * size : relative_tolerance;
  const Extreme above = supremum(g, {domain}, tolerance);
  const Extreme below = infimum(g, {domain}, tolerance);
  return proved(std::max({above.lower, -below.upper, 0.0}), std::max(above.upper, -below.lower), "interval subdivision");
}

Constant certified_pl_constant(const TermEnclosures& f, const TailBound& tail, double tolerance) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const Enclosure rho = [&f](const Interval& x) {
    const Dual<Interval> slope = f.slope_and_curvature(x);
    const Dual<Interval> value(f.value(x), slope.value);
    Dual<Interval> ratio = m::sqr(slope) / (value + value);
    // The same derivative with its factor rho' = f' (2 f f'' - f'^2) / (2 f^2): its sign survives where f' is small.
    const Interval factored =
        slope.value * (Interval(2.0) * value.value * slope.derivative - m::sqr(slope.value)) / (Interval(2.0) * m::sqr(value.value));
    ratio.derivative = intersect(ratio.derivative, factored);
    return ratio;
  };
  const double at_zero = f.curvature(Interval(0.0)).upper();  // rho tends to it
  if (!(at_zero > 0.0)) return {};

  // The tail must lie above what the rest can reach, else it would decide.
  double far = 1.0;
  while (far < 1e6 && !(tail(far) > std::min(at_zero, rho(Interval(far)).value.upper()))) far *= 1.25;
  const double beyond = tail(far);
  if (!(beyond > 0.0)) return {};

  // The largest interval about 0 on which the second derivative's range keeps rho away from the smallest value seen elsewhere.
  double elsewhere = at_zero;
  for (int i = 1; i <= 64; ++i) {
    for (double x : {far * i / 64.0, -far * i / 64.0}) elsewhere = std::min(elsewhere, rho(Interval(x)).value.upper());
  }
  double near = far;
  double near_lower = -infinity;
  for (int halving = 0; halving < 200; ++halving, near *= 0.5) {
    const Interval h = f.curvature({-near, near});
    if (h.lower() > 0.0) {
      near_lower = (m::sqr(Interval(h.lower())) / Interval(h.upper())).lower();
      if (near_lower >= elsewhere || near_lower >= at_zero - tolerance) break;
    }
  }
  if (!(near_lower > 0.0)) return {};

  const Extreme middle = infimum(rho, {{-far, -near}, {near, far}}, tolerance);
  const double upper = std::min(middle.upper, at_zero);
  const double lower = std::min({middle.lower, near_lower, beyond});
  if (!(lower > 0.0)) return {};
  return proved(lower, upper, "interval subdivision of f'^2 / (2 (f - f*))");
}

}  // namespace thalweg
