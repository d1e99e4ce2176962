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

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Interval shifted(double by, const Interval& u) { return by == 0.0 ? u : Interval(by) + u; }

// rho at c + u, and its derivative.
Enclosure ratio_about(double c, bool stationary, const TermEnclosures& f) {
  return [c, stationary, &f](const Interval& u) {
    const Interval x = shifted(c, u);
    const Dual<Interval> slope = f.slope_and_curvature(x);
    const Dual<Interval> value(f.value(x), slope.value);
    Dual<Interval> ratio = m::sqr(slope) / (value + value);
    // The same derivative with its factor rho' = f' (2 f f'' - f'^2) / (2 f^2): its sign survives where f' is small.
    const Interval factored =
        slope.value * (Interval(2.0) * value.value * slope.derivative - m::sqr(slope.value)) / (Interval(2.0) * m::sqr(value.value));
    ratio.derivative = intersect(ratio.derivative, factored);
    if (stationary && c != 0.0) {  // near c the formula has lost digits: f' = u h1, f = u^2 h2 / 2 with h1, h2 in f'' between
      const Interval h = f.curvature(shifted(c, hull(u, Interval(0.0))));
      if (h.lower() > 0.0) ratio.value = intersect(ratio.value, m::sqr(h) / h);
    }
    return ratio;
  };
}

// The largest half-width on which the second derivative's range keeps rho away from the smallest value seen elsewhere, and the bound there.
struct NearPart {
  double width = 0.0, lower = infinity;
};
NearPart near_part(const TermEnclosures& f, double c, const Interval& domain, double elsewhere, double at_minimum, double far, double tolerance) {
  NearPart near{far, -infinity};
  for (int halving = 0; halving < 200; ++halving, near.width *= 0.5) {
    const Interval h = f.curvature(shifted(c, intersect({-near.width, near.width}, domain)));
    if (h.lower() > 0.0) {
      near.lower = (m::sqr(Interval(h.lower())) / Interval(h.upper())).lower();
      if (near.lower >= elsewhere || near.lower >= at_minimum - tolerance) break;
    }
  }
  return near;
}

}  // namespace

Extreme pl_constant(const TermEnclosures& f, const PlDomain& of, double tolerance, std::size_t most_pieces) {
  const double c = of.minimiser.value_or(0.0);
  const bool bounded = of.points.bounded();
  const Interval domain = bounded ? of.points - Interval(c) : Interval::whole();
  const bool holds_minimiser = of.minimiser && domain.contains(0.0) && f.slope(Interval(c)).contains(0.0);
  const Enclosure rho = ratio_about(c, holds_minimiser, f);
  const Extreme nothing{0.0, infinity, c, 0, false};
  const Interval curvature = holds_minimiser ? f.curvature(Interval(c)) : Interval::whole();
  const double at_minimum = curvature.lower() > 0.0 ? curvature.upper() : infinity;  // rho tends to it; of a flat minimum nothing is known

  // The tail must lie above what the rest can reach, else it would decide.
  double far = bounded ? domain.magnitude() : 1.0, beyond = infinity;
  if (!bounded) {
    while (far < 1e6 && !(of.tail(far) > std::min(at_minimum, rho(Interval(far)).value.upper()))) far *= 1.25;
    beyond = of.tail(far);
    if (!(beyond > 0.0)) return nothing;
  }

  NearPart near;
  if (holds_minimiser) {
    double elsewhere = at_minimum;
    for (int i = 1; i <= 64; ++i)
      for (double u : {far * i / 64.0, -far * i / 64.0})
        if (domain.contains(u)) elsewhere = std::min(elsewhere, rho(Interval(u)).value.upper());
    near = near_part(f, c, domain, elsewhere, at_minimum, far, tolerance);
    if (!(near.lower > 0.0)) near.lower = 0.0;
  }

  std::vector<Interval> pieces;
  const double low = std::max(-far, domain.lower()), high = std::min(far, domain.upper());
  if (holds_minimiser) {
    if (low < -near.width) pieces.emplace_back(low, -near.width);
    if (high > near.width) pieces.emplace_back(near.width, high);
  } else {
    pieces.emplace_back(low, high);
  }
  Extreme middle{infinity, infinity, 0.0, 0, true};
  if (!pieces.empty()) middle = infimum(rho, pieces, tolerance, most_pieces);
  const double upper = std::min(middle.upper, at_minimum), lower = std::max(0.0, std::min({middle.lower, near.lower, beyond}));
  return {lower, upper, middle.upper <= at_minimum ? c + middle.at : c, middle.pieces, upper - lower <= tolerance};
}

Constant certified_pl_constant(const TermEnclosures& f, const TailBound& tail, double tolerance) {
  const Extreme e = pl_constant(f, {0.0, Interval::whole(), tail}, tolerance);
  if (!(e.lower > 0.0)) return {};
  return proved(e.lower, e.upper, "interval subdivision of f'^2 / (2 (f - f*))");
}

}  // namespace thalweg
