#include "problems/certify_box.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <queue>

#include "lib/core/check.hpp"

namespace thalweg {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Piece {
  IntervalBox box;
  double upper;
  bool operator<(const Piece& other) const { return upper < other.upper; }  // the queue's top has the greatest bound
};

// The side that is widest relative to the region's.
std::size_t widest(const IntervalBox& box, const IntervalBox& region) {
  std::size_t best = 0;
  double most = -1.0;
  for (std::size_t j = 0; j < box.size(); ++j) {
    const double whole = region[j].width(), part = whole > 0.0 ? box[j].width() / whole : 0.0;
    if (part > most) {
      most = part;
      best = j;
    }
  }
  return best;
}

// v'Hv / v'v over an interval matrix.
Interval quotient(const std::vector<Interval>& matrix, const std::vector<double>& v) {
  const std::size_t n = v.size();
  Interval above(0.0), below(0.0);
  for (std::size_t i = 0; i < n; ++i) {
    Interval row(0.0);
    for (std::size_t j = 0; j < n; ++j) row += matrix[i * n + j] * Interval(v[j]);
    above += Interval(v[i]) * row;
    below += m::sqr(Interval(v[i]));
  }
  return above / below;
}

IntervalBox middle(const IntervalBox& box) {
  IntervalBox out;
  out.reserve(box.size());
  for (const Interval& side : box) out.emplace_back(side.mid());
  return out;
}

BoxExtreme in_one_variable(const Extreme& e, std::size_t dim, std::size_t j) {
  std::vector<double> at(dim, 0.0);
  at[j] = e.at;
  return {e.lower, e.upper, at, e.pieces, e.converged};
}

// sup |g| of a function of one variable, g and its derivative given.
BoxExtreme magnitude(const Enclosure& g, const Interval& domain, std::size_t dim, std::size_t j, const Effort& effort) {
  const double size = g(domain).value.magnitude();
  const double tolerance = effort.relative_tolerance * (std::isfinite(size) ? size : 1.0);
  const Extreme above = supremum(g, {domain}, tolerance, effort.most_pieces), below = infimum(g, {domain}, tolerance, effort.most_pieces);
  const Extreme whole{std::max({above.lower, -below.upper, 0.0}), std::max(above.upper, -below.lower), above.lower >= -below.upper ? above.at : below.at,
                      above.pieces + below.pieces, above.converged && below.converged};
  return in_one_variable(whole, dim, j);
}

// Over all coordinates of a sum, the greater of two results.
BoxExtreme greater_of(const BoxExtreme& a, const BoxExtreme& b) {
  BoxExtreme out = b.lower > a.lower ? b : a;
  out.lower = std::max(a.lower, b.lower);
  out.upper = std::max(a.upper, b.upper);
  out.pieces = a.pieces + b.pieces;
  out.converged = a.converged && b.converged;
  return out;
}

BoxExtreme negated(BoxExtreme e) {
  std::swap(e.lower, e.upper);
  e.lower = 0.0 - e.lower;
  e.upper = 0.0 - e.upper;
  return e;
}

}  // namespace

void approximate_eigen(std::vector<double> a, std::size_t n, std::vector<double>& value, std::vector<double>& q) {
  q.assign(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) q[i * n + i] = 1.0;
  for (int sweep = 0; sweep < 40; ++sweep) {
    double off = 0.0, size = 0.0;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) (i == j ? size : off) += a[i * n + j] * a[i * n + j];
    if (!(off > 1e-30 * size)) break;
    for (std::size_t p = 0; p + 1 < n; ++p) {
      for (std::size_t r = p + 1; r < n; ++r) {
        if (a[p * n + r] == 0.0) continue;
        const double theta = (a[r * n + r] - a[p * n + p]) / (2.0 * a[p * n + r]);
        const double t = (theta >= 0.0 ? 1.0 : -1.0) / (std::fabs(theta) + std::sqrt(theta * theta + 1.0));
        const double c = 1.0 / std::sqrt(t * t + 1.0), s = t * c;
        for (std::size_t k = 0; k < n; ++k) {
          const double x = a[k * n + p], y = a[k * n + r];
          a[k * n + p] = c * x - s * y;
          a[k * n + r] = s * x + c * y;
        }
        for (std::size_t k = 0; k < n; ++k) {
          const double x = a[p * n + k], y = a[r * n + k];
          a[p * n + k] = c * x - s * y;
          a[r * n + k] = s * x + c * y;
        }
        for (std::size_t k = 0; k < n; ++k) {
          const double x = q[k * n + p], y = q[k * n + r];
          q[k * n + p] = c * x - s * y;
          q[k * n + r] = s * x + c * y;
        }
      }
    }
  }
  value.resize(n);
  for (std::size_t i = 0; i < n; ++i) value[i] = a[i * n + i];
}

IntervalBox intervals(const Box& box) {
  IntervalBox out;
  out.reserve(box.lower.size());
  for (std::size_t j = 0; j < box.lower.size(); ++j) out.emplace_back(box.lower[j], box.upper[j]);
  return out;
}

BoxExtreme supremum_over(const std::function<BoxValue(const IntervalBox&)>& g, const IntervalBox& region, double relative_tolerance, std::size_t most_pieces) {
  std::priority_queue<Piece> queue;
  BoxExtreme best{-infinity, -infinity, std::vector<double>(region.size(), 0.0), 0, false};
  double settled = -infinity;  // of pieces that are not looked at again
  // A bound that is infinite is none: parts of the box may have one.
  const auto close_to = [&](double upper) { return upper < infinity && upper <= best.lower + relative_tolerance * std::max(std::fabs(best.lower), std::fabs(upper)); };
  const auto look = [&](IntervalBox box) {
    ++best.pieces;
    const BoxValue value = g(box);
    if (value.seen > best.lower) {
      best.lower = value.seen;
      for (std::size_t j = 0; j < box.size(); ++j) best.at[j] = box[j].mid();
    }
    if (close_to(value.upper)) settled = std::max(settled, value.upper);
    else queue.push({std::move(box), value.upper});
  };
  look(region);
  while (!queue.empty() && best.pieces + 1 < most_pieces) {
    if (close_to(queue.top().upper)) break;
    const Piece piece = queue.top();
    queue.pop();
    const std::size_t j = widest(piece.box, region);
    const double c = piece.box[j].mid();
    if (!(piece.box[j].lower() < c && c < piece.box[j].upper())) {  // too small to halve
      settled = std::max(settled, piece.upper);
      continue;
    }
    for (const Interval& side : {Interval(piece.box[j].lower(), c), Interval(c, piece.box[j].upper())}) {
      IntervalBox half = piece.box;
      half[j] = side;
      look(std::move(half));
    }
  }
  best.upper = std::max({settled, best.lower, queue.empty() ? -infinity : queue.top().upper});
  best.converged = close_to(best.upper);
  return best;
}

Spectrum spectrum_over(const std::vector<Interval>& matrix, std::size_t n) {
  THALWEG_EXPECTS(matrix.size() == n * n && n > 0);
  Spectrum out;
  std::vector<double> centre(n * n);
  double radius = 0.0;
  bool finite = true;
  for (std::size_t i = 0; i < n; ++i) {
    double row = 0.0;
    for (std::size_t j = 0; j < n; ++j) {
      // Both triangles enclose the same number.
      const Interval& a = matrix[i * n + j];
      const Interval& b = matrix[j * n + i];
      const Interval entry(std::max(a.lower(), b.lower()), std::min(a.upper(), b.upper()));
      finite = finite && entry.bounded();
      centre[i * n + j] = entry.mid();
      row = outward::add_up(row, std::max(outward::add_up(entry.upper(), -centre[i * n + j]), outward::add_up(centre[i * n + j], -entry.lower())));
    }
    radius = std::max(radius, row);
  }
  std::vector<double> value, q;
  if (finite) approximate_eigen(centre, n, value, q);
  if (!finite || !std::isfinite(radius) || !std::all_of(value.begin(), value.end(), [](double v) { return std::isfinite(v); })) {
    out.least = out.largest = Interval::whole();
    out.least_vector = out.largest_vector = std::vector<double>(n, 1.0);
    return out;
  }
  // B = Q' C Q and Q'Q - I, enclosed.
  std::vector<Interval> half(n * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k < n; ++k) {
      Interval sum(0.0);
      for (std::size_t j = 0; j < n; ++j) sum += Interval(centre[i * n + j]) * Interval(q[j * n + k]);
      half[i * n + k] = sum;
    }
  double defect = 0.0, low = infinity, high = -infinity;
  for (std::size_t i = 0; i < n; ++i) {
    Interval diagonal(0.0);
    double off = 0.0, row = 0.0;
    for (std::size_t k = 0; k < n; ++k) {
      Interval b(0.0), gram(0.0);
      for (std::size_t j = 0; j < n; ++j) {
        b += Interval(q[j * n + i]) * half[j * n + k];
        gram += Interval(q[j * n + i]) * Interval(q[j * n + k]);
      }
      if (i == k) diagonal = b;
      else off = outward::add_up(off, b.magnitude());
      row = outward::add_up(row, (gram - Interval(i == k ? 1.0 : 0.0)).magnitude());
    }
    defect = std::max(defect, row);
    low = std::min(low, outward::add_down(diagonal.lower(), -off));
    high = std::max(high, outward::add_up(diagonal.upper(), off));
  }
  if (!(defect < 0.5)) {
    low = -infinity;
    high = infinity;
  }
  // y'By lies in [low, high] |y|^2, |x|^2 = y'(I + E)y in [1 - defect, 1 + defect] |y|^2.
  const Interval squares(1.0 - std::min(defect, 0.5), 1.0 + std::min(defect, 0.5));
  const Interval all = Interval(low, high) / squares, spread(-radius, radius);
  const std::size_t first = static_cast<std::size_t>(std::min_element(value.begin(), value.end()) - value.begin());
  const std::size_t last = static_cast<std::size_t>(std::max_element(value.begin(), value.end()) - value.begin());
  for (std::size_t j = 0; j < n; ++j) {
    out.least_vector.push_back(q[j * n + first]);
    out.largest_vector.push_back(q[j * n + last]);
  }
  // The extreme eigenvalues lie beyond the Rayleigh quotients.
  const Interval below = quotient(matrix, out.least_vector), above = quotient(matrix, out.largest_vector);
  const double bottom = (Interval(all.lower()) + spread).lower(), top = (Interval(all.upper()) + spread).upper();
  out.least = {bottom, std::max(bottom, below.upper())};
  out.largest = {std::min(top, above.lower()), top};
  return out;
}

BoxExtreme lipschitz_on(const OverBoxes& f, const IntervalBox& region, const Effort& effort) {
  const std::size_t n = f.dim();
  if (f.separable()) {
    BoxExtreme all{0.0, 0.0, std::vector<double>(n, 0.0), 0, true};
    for (std::size_t j = 0; j < region.size(); ++j) all = greater_of(all, curvature_on(f, j, region, effort));
    return all;
  }
  const auto norm = [](const Spectrum& s) {
    const double upper = std::max({s.largest.upper(), -s.least.lower(), 0.0});
    return BoxValue{upper, std::max({s.largest.lower(), -s.least.upper(), 0.0})};
  };
  return supremum_over(
      [&](const IntervalBox& box) {
        const double upper = norm(spectrum_over(f.hessian(box), n)).upper;
        const IntervalBox centre = middle(box);
        return BoxValue{upper, norm(spectrum_over(f.hessian(centre), n)).seen};
      },
      region, effort.relative_tolerance, effort.most_pieces);
}

BoxExtreme least_curvature_on(const OverBoxes& f, const IntervalBox& region, const Effort& effort) {
  const std::size_t n = f.dim();
  if (f.separable()) {
    BoxExtreme all{-infinity, -infinity, std::vector<double>(n, 0.0), 0, true};
    for (std::size_t j = 0; j < region.size(); ++j) {
      const Enclosure curvature = f.term(j).curvature_and_third;
      const double size = curvature(region[j]).value.magnitude();
      const Extreme e = infimum(curvature, {region[j]}, effort.relative_tolerance * (std::isfinite(size) ? size : 1.0), effort.most_pieces);
      all = greater_of(all, negated(in_one_variable(e, n, j)));
    }
    return negated(all);
  }
  return negated(supremum_over(
      [&](const IntervalBox& box) {
        const double upper = -spectrum_over(f.hessian(box), n).least.lower();
        const IntervalBox centre = middle(box);
        return BoxValue{upper, -spectrum_over(f.hessian(centre), n).least.upper()};
      },
      region, effort.relative_tolerance, effort.most_pieces));
}

BoxExtreme curvature_on(const OverBoxes& f, std::size_t j, const IntervalBox& region, const Effort& effort) {
  if (f.separable()) return magnitude(f.term(j).curvature_and_third, region[j], f.dim(), j, effort);
  std::vector<Interval> unit(f.dim()), column(f.dim());
  unit[j] = Interval(1.0);
  return supremum_over(
      [&](const IntervalBox& box) {
        f.product(box, unit, column);
        const double upper = column[j].magnitude();
        const IntervalBox centre = middle(box);
        f.product(centre, unit, column);
        return BoxValue{upper, std::max({column[j].lower(), -column[j].upper(), 0.0})};
      },
      region, effort.relative_tolerance, effort.most_pieces);
}

BoxExtreme slope_on(const OverBoxes& f, std::size_t j, const IntervalBox& region, const Effort& effort, bool kinks) {
  if (f.separable()) return magnitude(f.term(j).slope_and_curvature, region[j], f.dim(), j, effort);
  std::vector<Interval> g(f.dim()), unit(f.dim()), row(f.dim());
  unit[j] = Interval(1.0);
  return supremum_over(
      [&](const IntervalBox& box) {
        f.gradient(box, g);
        Interval whole = g[j];
        const IntervalBox centre = middle(box);
        f.gradient(centre, g);
        const Interval at = g[j];
        // The mean-value form: grad_j f(c) + row j of the Hessian over the box times (x - c).
        if (!kinks) {
          f.product(box, unit, row);
          Interval mean = at;
          for (std::size_t k = 0; k < box.size(); ++k) mean += row[k] * (box[k] - centre[k]);
          if (mean.bounded()) whole = intersect(whole, mean);
        }
        return BoxValue{whole.magnitude(), std::max({at.lower(), -at.upper(), 0.0})};
      },
      region, effort.relative_tolerance, effort.most_pieces);
}

}  // namespace thalweg
