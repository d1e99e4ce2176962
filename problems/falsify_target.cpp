#include "problems/falsify_target.hpp"

#include <algorithm>
#include <cmath>

#include "lib/core/check.hpp"
#include "lib/core/draw.hpp"
#include "problems/certify_box.hpp"

namespace thalweg::falsification {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::size_t lanczos_steps = 12;

double dot(const Point& a, const Point& b) {
  double sum = 0.0;
  for (std::size_t j = 0; j < a.size(); ++j) sum += a[j] * b[j];
  return sum;
}
double finite_or(double value, double otherwise) { return std::isfinite(value) ? value : otherwise; }

std::vector<Interval> points(const Point& x) {
  std::vector<Interval> out;
  out.reserve(x.size());
  for (double xj : x) out.emplace_back(xj);
  return out;
}

// A box of a few ulp about x, inside the region: what holds on all of it is no matter of one side of a kink.
std::vector<Interval> small_box(const CountedProblem& f, const Point& x) {
  std::vector<Interval> out;
  out.reserve(x.size());
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double reach = 0x1p-44 * std::fabs(x[j]) + 1e-290;
    out.emplace_back(std::max(x[j] - reach, f.lower(j)), std::min(x[j] + reach, f.upper(j)));
  }
  return out;
}

// The extreme Ritz pair of H(x) by Lanczos with full orthogonalisation. sign +1: largest, -1: least, 0: largest in size.
struct Ritz {
  double value = 0.0;
  Point vector;
};
Ritz extreme_ritz(CountedProblem& f, const Point& x, Point start, int sign) {
  const std::size_t n = x.size(), most = std::min(n, lanczos_steps);
  std::vector<Point> basis;
  std::vector<double> diagonal, off;
  Point w(n);
  double size = std::sqrt(dot(start, start));
  for (std::size_t k = 0; k < most && size > 0.0 && std::isfinite(size); ++k) {
    for (double& s : start) s /= size;
    basis.push_back(start);
    f.product(x, start, w);
    diagonal.push_back(dot(start, w));
    const double scale = std::sqrt(dot(w, w));
    for (int pass = 0; pass < 2; ++pass)
      for (const Point& q : basis) {
        const double c = dot(q, w);
        for (std::size_t j = 0; j < n; ++j) w[j] -= c * q[j];
      }
    size = std::sqrt(dot(w, w));
    if (!(size > 1e-12 * scale)) break;
    off.push_back(size);
    start = w;
  }
  const std::size_t m = diagonal.size();
  if (m == 0) return {};
  std::vector<double> t(m * m, 0.0), value, q;
  for (std::size_t k = 0; k < m; ++k) {
    t[k * m + k] = diagonal[k];
    if (k + 1 < m) t[k * m + k + 1] = t[(k + 1) * m + k] = off[k];
  }
  if (!std::all_of(t.begin(), t.end(), [](double entry) { return std::isfinite(entry); })) return {};
  approximate_eigen(t, m, value, q);
  const auto wanted = [&](double a) { return sign == 0 ? std::fabs(a) : sign * a; };
  std::size_t best = 0;
  for (std::size_t k = 1; k < m; ++k)
    if (wanted(value[k]) > wanted(value[best])) best = k;
  Ritz out{value[best], Point(n, 0.0)};
  for (std::size_t k = 0; k < m; ++k)
    for (std::size_t j = 0; j < n; ++j) out.vector[j] += q[k * m + best] * basis[k][j];
  return out;
}

}  // namespace

// ---- the problem

CountedProblem::CountedProblem(const Problem& problem, const Box& region, std::uint64_t budget) : problem_(problem), boxes_(problem), budget_(budget) {
  if (region.everything()) return;
  lower_ = region.lower.values();
  upper_ = region.upper.values();
}

void CountedProblem::move_inside(Point& x) const {
  for (std::size_t j = 0; j < lower_.size(); ++j) x[j] = std::clamp(x[j], lower_[j], upper_[j]);
}

// ---- the score

Target::Group Target::group_of(ClaimedConstant kind) {
  switch (kind) {
    case ClaimedConstant::f_star: return Group::value;
    case ClaimedConstant::G_j: return Group::slope;
    case ClaimedConstant::L_j: return Group::entry;
    case ClaimedConstant::mu_pl: return Group::pl;
    default: return Group::curvature;
  }
}

Target::Target(CountedProblem& f, const ConstantClaim& claim, std::uint64_t seed) : f_(f), claim_(claim), group_(group_of(claim.kind)), seed_(seed), g_(f.dim()), h_(f.dim()) {
  const double least = claim.kind == ClaimedConstant::convex ? 0.0 : claim.kind == ClaimedConstant::weak_convexity ? -claim.value : claim.value;
  limit_ = of_most() ? least : claim.kind == ClaimedConstant::f_star ? offset() - least : -least;
}

double Target::offset() const { return claim_.kind == ClaimedConstant::f_star ? finite_or(f_.problem().facts.f_star.upper, 0.0) : 0.0; }

Look Target::look(const Point& x, const Look* before) {
  switch (group_) {
    case Group::value: return {finite_or(-f_.value(x), -infinity), 0, {}};
    case Group::slope: return steepest(x);
    case Group::entry: return largest_entry(x);
    case Group::curvature: return extreme_curvature(x, before);
    case Group::pl: return {pl_score(x), 0, {}};
  }
  return {};
}

Look Target::steepest(const Point& x) {
  f_.gradient(x, g_);
  Look best;
  const std::size_t first = claim_.coordinate.value_or(0), end = claim_.coordinate ? first + 1 : x.size();
  for (std::size_t j = first; j < end; ++j)
    if (std::isfinite(g_[j]) && std::fabs(g_[j]) > best.score) best = {std::fabs(g_[j]), j, {}};
  return best;
}

Look Target::largest_entry(const Point& x) {
  Look best;
  const std::size_t first = claim_.coordinate.value_or(0), end = claim_.coordinate ? first + 1 : x.size();
  const bool diagonal = f_.over_boxes().separable();
  Point unit(x.size(), diagonal ? 1.0 : 0.0);
  if (diagonal) f_.product(x, unit, h_);
  for (std::size_t j = first; j < end; ++j) {
    if (!diagonal) {
      unit[j] = 1.0;
      f_.product(x, unit, h_);
      unit[j] = 0.0;
    }
    if (std::isfinite(h_[j]) && std::fabs(h_[j]) > best.score) best = {std::fabs(h_[j]), j, {}};
  }
  return best;
}

Look Target::extreme_curvature(const Point& x, const Look* before) {
  const std::size_t n = x.size();
  Look best;
  if (f_.over_boxes().separable()) {
    f_.product(x, Point(n, 1.0), h_);
    for (std::size_t j = 0; j < n; ++j)
      if (std::isfinite(h_[j]) && signed_score(h_[j]) > best.score) best = {signed_score(h_[j]), j, {}};
    best.direction.assign(n, 0.0);
    best.direction[best.coordinate] = 1.0;
    return best;
  }
  Point start(n);
  const DrawKey key = draw_key(seed_, f_.problem().instance);
  for (std::size_t j = 0; j < n; ++j) start[j] = draw_normal(key, Stream::probe, 0, 0, j) * (before != nullptr && !before->direction.empty() ? 1e-3 : 1.0);
  if (before != nullptr && !before->direction.empty())
    for (std::size_t j = 0; j < n; ++j) start[j] += before->direction[j];
  Ritz ritz = extreme_ritz(f_, x, std::move(start), of_most() ? 0 : -1);
  if (ritz.vector.empty()) return best;
  return {signed_score(ritz.value), 0, std::move(ritz.vector)};
}

double Target::pl_score(const Point& x) {
  const double value = f_.value(x);
  double gap = value;
  if (!std::isfinite(f_.problem().facts.f_star.upper)) {
    if (value < lowest_) {
      lowest_ = value;
      lowest_point_ = x;
    }
    gap = value - lowest_;
  }
  if (!(gap > 0.0) || !std::isfinite(gap)) return -infinity;
  f_.gradient(x, g_);
  return finite_or(-dot(g_, g_) / (2.0 * gap), -infinity);
}

double Target::score_of(const Point& x, const Look& before) {
  switch (group_) {
    case Group::value:
    case Group::pl: return look(x).score;
    case Group::slope: f_.gradient(x, g_); return finite_or(std::fabs(g_[before.coordinate]), -infinity);
    case Group::entry: {
      Point unit(x.size(), 0.0);
      unit[before.coordinate] = 1.0;
      f_.product(x, unit, h_);
      return finite_or(std::fabs(h_[before.coordinate]), -infinity);
    }
    case Group::curvature:
      if (before.direction.empty()) return -infinity;
      f_.product(x, before.direction, h_);
      return finite_or(signed_score(dot(before.direction, h_) / dot(before.direction, before.direction)), -infinity);
  }
  return -infinity;
}

void Target::ascent(const Point& x, const Look& at, Point& direction) {
  const std::size_t n = x.size();
  direction.assign(n, 0.0);
  switch (group_) {
    case Group::value:
      f_.gradient(x, direction);
      for (double& d : direction) d = -d;
      break;
    case Group::slope: {
      f_.gradient(x, g_);
      Point unit(n, 0.0);
      unit[at.coordinate] = std::copysign(1.0, g_[at.coordinate]);
      f_.product(x, unit, direction);
      break;
    }
    case Group::pl: {
      const double value = f_.value(x), gap = std::isfinite(f_.problem().facts.f_star.upper) ? value : value - lowest_;
      if (!(gap > 0.0)) break;
      f_.gradient(x, g_);
      f_.product(x, g_, h_);
      const double half = dot(g_, g_) / (2.0 * gap * gap);
      for (std::size_t j = 0; j < n; ++j) direction[j] = half * g_[j] - h_[j] / gap;  // -grad rho
      break;
    }
    case Group::entry:
    case Group::curvature: {  // d/dx v'H(x)v = d/dt H(x + t v) v
      Point v = at.direction, ahead = x, behind = x, after(n), before(n);
      if (group_ == Group::entry) {
        v.assign(n, 0.0);
        v[at.coordinate] = 1.0;
      }
      if (v.empty()) break;
      double size = 1e-3;
      for (double xj : x) size = std::max(size, std::fabs(xj));
      const double t = 1e-4 * size;
      for (std::size_t j = 0; j < n; ++j) {
        ahead[j] += t * v[j];
        behind[j] -= t * v[j];
      }
      f_.product(ahead, v, after);
      f_.product(behind, v, before);
      const double here = 0.5 * (dot(v, after) + dot(v, before)), sign = of_most() ? std::copysign(1.0, here) : -1.0;
      for (std::size_t j = 0; j < n; ++j) direction[j] = sign * (after[j] - before[j]) / (2.0 * t);
      break;
    }
  }
  for (double& d : direction) d = finite_or(d, 0.0);
}

double Target::pair_score(const Point& x, const Point& gx, const Point& y, const Point& gy, std::size_t j) const {
  if (group_ == Group::entry) return finite_or(std::fabs((gy[j] - gx[j]) / (y[j] - x[j])), -infinity);
  double squares = 0.0, change = 0.0, along = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double s = y[i] - x[i], c = gy[i] - gx[i];
    squares += s * s;
    change += c * c;
    along += s * c;
  }
  if (!(squares > 0.0)) return -infinity;
  return finite_or(of_most() ? std::sqrt(change / squares) : -along / squares, -infinity);
}

// ---- proofs

bool Target::contradicts(const Interval& ratio) const {
  if (of_most()) return ratio.lower() > claim_.value;
  const double least = claim_.kind == ClaimedConstant::convex ? 0.0 : claim_.kind == ClaimedConstant::weak_convexity ? -claim_.value : claim_.value;
  return ratio.upper() < least;
}

std::optional<Counterexample> Target::proof(const Point& x, const Look& look) {
  switch (group_) {
    case Group::value: return value_proof(x);
    case Group::slope: return slope_proof(x, look.coordinate);
    case Group::pl: return pl_proof(x);
    case Group::entry:
    case Group::curvature: return curvature_proof(x, look);
  }
  return std::nullopt;
}

std::optional<Counterexample> Target::value_proof(const Point& x) {
  f_.count(1);
  const std::vector<Interval> at = points(x);
  const Constant& f_star = f_.problem().facts.f_star;
  Interval value = f_.over_boxes().value(at);
  if (std::isfinite(f_star.upper)) value += Interval(f_star.lower, f_star.upper);
  if (!contradicts(value)) return std::nullopt;
  return Counterexample{Counterexample::Kind::point, x, {}, 0, value};
}

std::optional<Counterexample> Target::slope_proof(const Point& x, std::size_t j) {
  f_.count(1);
  const std::vector<Interval> at = points(x);
  std::vector<Interval> g(x.size());
  f_.over_boxes().gradient(at, g);
  const Interval size = m::abs(g[j]);
  if (!contradicts(size)) return std::nullopt;
  return Counterexample{Counterexample::Kind::point, x, {}, j, size};
}

std::optional<Counterexample> Target::pl_proof(const Point& x) {
  f_.count(2);
  const std::vector<Interval> at = points(x);
  std::vector<Interval> g(x.size());
  f_.over_boxes().gradient(at, g);
  Interval square(0.0), gap = f_.over_boxes().value(at);
  for (const Interval& gj : g) square += m::sqr(gj);
  const bool known = std::isfinite(f_.problem().facts.f_star.upper);
  if (!known) {
    const std::vector<Interval> lowest = points(lowest_point_);
    gap -= f_.over_boxes().value(lowest);
  }
  if (!(gap.lower() > 0.0)) return std::nullopt;
  const Interval ratio = square / (Interval(2.0) * gap);
  if (!contradicts(ratio)) return std::nullopt;
  if (known) return Counterexample{Counterexample::Kind::point, x, {}, 0, ratio};
  return Counterexample{Counterexample::Kind::pair, x, lowest_point_, 0, ratio};
}

// H_jj, or v'H v / v'v, on a small box about x; where a kink of the gradient passes, the mean over a short way along v.
std::optional<Counterexample> Target::curvature_proof(const Point& x, const Look& look) {
  Point v = look.direction;
  if (group_ == Group::entry) {
    v.assign(x.size(), 0.0);
    v[look.coordinate] = 1.0;
  }
  if (v.empty()) return std::nullopt;
  f_.count(1);
  const std::vector<Interval> box = small_box(f_, x), along = points(v);
  std::vector<Interval> image(x.size());
  f_.over_boxes().product(box, along, image);
  Interval ratio(0.0), squares(0.0);
  for (std::size_t j = 0; j < x.size(); ++j) {
    ratio += along[j] * image[j];
    squares += m::sqr(along[j]);
  }
  ratio = ratio / squares;
  if (of_most()) ratio = m::abs(ratio);
  if (!by_pairs_alone() && contradicts(ratio))
    return Counterexample{group_ == Group::entry ? Counterexample::Kind::point : Counterexample::Kind::direction, x, group_ == Group::entry ? Point{} : v, look.coordinate, ratio};
  double size = 1e-3;
  for (double xj : x) size = std::max(size, std::fabs(xj));
  for (double h : {1e-5, 1e-4, 1e-3}) {
    Point ahead = x, behind = x;
    for (std::size_t j = 0; j < x.size(); ++j) {
      ahead[j] += h * size * v[j];
      behind[j] -= h * size * v[j];
    }
    f_.move_inside(ahead);
    f_.move_inside(behind);
    if (auto found = pair_proof(ahead, behind, look.coordinate)) return found;
  }
  return std::nullopt;
}

std::optional<Counterexample> Target::pair_proof(const Point& x, const Point& y, std::size_t j) {
  f_.count(2);
  const std::vector<Interval> at = points(x), other = points(y);
  std::vector<Interval> gx(x.size()), gy(x.size());
  f_.over_boxes().gradient(at, gx);
  f_.over_boxes().gradient(other, gy);
  Interval ratio(0.0), squares(0.0);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (group_ == Group::entry && i != j && x[i] != y[i]) return std::nullopt;
    const Interval s = at[i] - other[i], change = gx[i] - gy[i];
    squares += m::sqr(s);
    ratio += of_most() ? m::sqr(change) : s * change;
  }
  if (group_ == Group::entry) ratio = m::sqr(gx[j] - gy[j]);
  if (!(squares.lower() > 0.0)) return std::nullopt;
  ratio = of_most() ? m::sqrt(ratio / squares) : ratio / squares;
  if (!contradicts(ratio)) return std::nullopt;
  return Counterexample{Counterexample::Kind::pair, x, y, j, ratio};
}

}  // namespace thalweg::falsification
