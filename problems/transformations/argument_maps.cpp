// The facts of problems whose argument is mapped: shift, condition, rotate, reflect, compose.
#include <algorithm>
#include <bit>
#include <cmath>

#include "lib/core/draw.hpp"
#include "problems/carried_facts.hpp"
#include "problems/certify_box.hpp"
#include "problems/enclose.hpp"
#include "problems/enclosure.hpp"
#include "problems/transformation_catalogue.hpp"

namespace thalweg {

namespace {

char exact_sum(double a, double b) {
  const Interval sum = Interval(a) + Interval(b);
  return sum.lower() == sum.upper() ? 1 : 0;
}

// The image of a minimiser under x_j -> preimage(j, m_j), where every preimage is exact.
template <class Exact, class Preimage>
std::optional<PerCoordinate<double>> preimage_of(const std::optional<PerCoordinate<double>>& m, const PerCoordinate<double>& by, Exact is_exact, Preimage preimage) {
  if (!m) return std::nullopt;
  const PerCoordinate<char> fits = m->zip(by, is_exact);
  if (!std::all_of(fits.stored().begin(), fits.stored().end(), [](char fit) { return fit != 0; })) return std::nullopt;
  return m->zip(by, preimage);
}

Box mapped(const Box& box, const PerCoordinate<double>& by, double (*end)(double, double)) {
  if (box.everything()) return {};
  return {box.lower.zip(by, end), box.upper.zip(by, end)};
}

// Whether all terms of a sum over coordinates are the same function.
bool alike_terms(const Problem& p) {
  const auto scale = p.parameters.find("scale");
  return OverBoxes(p).separable() && scale != p.parameters.end() && scale->second.size() == 1;
}

// Of suprema over a region that was rounded inward, by less than 1e-12 of them: the extreme point may be just outside.
PerCoordinate<Constant> relaxed(const PerCoordinate<Constant>& bounds) {
  return bounds.map([](const Constant& c) { return ranged(c.lower * (1.0 - 1e-12), c.upper, c.trust, c.source); });
}

Interval about(double from, double to) { return hull(Interval(from), Interval(to)); }

}  // namespace

Transformation<Shift::Map> Shift::build(const Parameters& values, const std::vector<Problem>& inner) {
  const Problem& f = inner.front();
  refuse_box_minima(f, entry.id);
  const PerCoordinate<double> by = spread(values, "by", f.dim());
  auto storage = std::make_shared<Storage>();
  Transformation<Map> out{{storage->keep_coefficients(by)}, storage, f.facts, {}, {}};
  const auto moved = [](double x, double s) { return x + s; };
  out.start = f.start.zip(by, moved);
  out.box = mapped(f.box, by, moved);
  out.facts.region = mapped_inward(f.facts.region, [&](std::size_t j, double end) { return Interval(end) + Interval(by[j]); });
  if (by.stored().size() == 1 && f.facts.region.lower.stored().size() == 1 && !f.facts.region.everything())
    out.facts.region = {PerCoordinate<double>(f.dim(), out.facts.region.lower.front()), PerCoordinate<double>(f.dim(), out.facts.region.upper.front())};
  if (!f.facts.region.everything()) {
    const PerCoordinate<char> exact = f.facts.region.lower.zip(by, exact_sum).zip(f.facts.region.upper.zip(by, exact_sum), [](char a, char b) { return static_cast<char>(a & b); });
    if (!std::all_of(exact.stored().begin(), exact.stored().end(), [](char fit) { return fit != 0; })) {
      out.facts.gradient_bound = relaxed(f.facts.gradient_bound);
      out.facts.on_region = {};
    }
  }
  out.facts.minimiser = preimage_of(f.facts.minimiser, by, exact_sum, moved);
  if (!out.facts.minimiser && f.facts.minimiser) out.facts.minimisers = "moved by s, which is no exact sum: " + (f.facts.minimisers.empty() ? "the minimiser inside" : f.facts.minimisers);
  else if (!f.facts.minimisers.empty()) out.facts.minimisers = "moved by s: " + f.facts.minimisers;
  const auto back = [s = by.values()](View<const double> x) {
    std::vector<double> y(x.size());
    for (std::size_t j = 0; j < x.size(); ++j) y[j] = x[j] - s[j];
    return y;
  };
  if (f.facts.distance) {
    out.facts.distance = [back, inside = f.facts.distance](View<const double> x) { return inside(View<const double>(back(x).data(), x.size())); };
  } else if (f.facts.minimiser && f.facts.minimiser_unique && !out.facts.minimiser) {
    out.facts.distance = [back, m = f.facts.minimiser->values()](View<const double> x) {
      const std::vector<double> y = back(x);
      Sum<double> squares;
      for (std::size_t j = 0; j < y.size(); ++j) squares.add(m::sqr(y[j] - m[j]));
      return m::sqrt(squares.total());
    };
  }
  if (!out.facts.minimiser) out.facts.minimiser_unique = false;
  out.alike = by.stored().size() == 1;
  return out;
}

Transformation<Condition::Map> Condition::build(const Parameters& values, const std::vector<Problem>& inner) {
  const Problem& f = inner.front();
  refuse_box_minima(f, entry.id);
  const std::size_t n = f.dim();
  const bool listed = !list(values, "by").empty();
  if (static_cast<double>(n) > most_listed_coordinates) throw SpecError({Place{}, "condition", std::to_string(n), "of at most " + written(most_listed_coordinates) + " coordinates"});
  const PerCoordinate<double> d = listed ? spread(values, "by", n) : geometric(number(values, "least"), number(values, "most"), n);
  const auto [least, most] = std::minmax_element(d.stored().begin(), d.stored().end());
  auto storage = std::make_shared<Storage>();
  Transformation<Map> out{{storage->keep_coefficients(d)}, storage, under_linear_map(f.facts, n, {Interval(*least), Interval(*most), true, true}, "D between d_min and d_max"), {}, {}};
  const auto divided = [](double x, double by) { return x / by; };
  out.start = f.start.zip(d, divided);
  out.box = mapped(f.box, d, divided);

  Facts& F = out.facts;
  const auto square = [](double x) { return m::sqr(Interval(x)); };
  const auto by_squares = [&](const PerCoordinate<Constant>& c) {
    return c.zip(d, [&](const Constant& one, double dj) { return one.trust == Trust::exact && std::fma(dj, dj, -(dj * dj)) == 0.0 ? times(one, Interval(dj * dj)) : times(one, square(dj)); });
  };
  if (!f.facts.L_j.empty()) F.L_j = by_squares(f.facts.L_j);
  if (OverBoxes(f).separable() && !F.L_j.empty()) F.L = largest(F.L_j);  // |H| = max |H_jj|
  if (f.facts.quadratic && f.facts.convex && OverBoxes(f).separable() && !F.L_j.empty()) {
    F.hess_at_min = F.L;
    F.mu = smallest(F.L_j);
    if (f.facts.pl && f.facts.mu.lower > 0.0) F.mu_pl = F.mu;
  } else if (alike_terms(f)) {
    if (f.facts.mu.known()) F.mu = times(f.facts.mu, square(*least));
    if (f.facts.pl) F.mu_pl = times(f.facts.mu_pl, square(*least));
    F.weak_convexity = times(f.facts.weak_convexity, square(*most));
    if (f.facts.hess_at_min.known()) F.hess_at_min = times(f.facts.hess_at_min, square(*most));
  }
  F.region = mapped_inward(f.facts.region, [&](std::size_t j, double end) { return Interval(end) / Interval(d[j]); });
  if (!f.facts.gradient_bound.empty()) {
    F.gradient_bound = relaxed(f.facts.gradient_bound.zip(d, [](const Constant& c, double dj) { return times(c, Interval(dj)); }));
  }
  F.minimiser = preimage_of(
      f.facts.minimiser, d, [](double m, double by) { return static_cast<char>(m == 0.0 || (std::fma(m / by, by, -m) == 0.0 && std::fabs(m) > 1e-200)); }, divided);
  F.minimiser_unique = F.minimiser && f.facts.minimiser_unique;
  if (!f.facts.minimisers.empty()) F.minimisers = "x with D x there: " + f.facts.minimisers;
  out.alike = false;
  return out;
}

namespace {

PointMap keeping(const std::shared_ptr<Storage>& storage, auto map) {
  return [storage, map](View<const double> x, View<double> y) { map.template argument<double>(x, y); };
}

}  // namespace

Transformation<Rotate::Map> Rotate::build(const Parameters& values, const std::vector<Problem>& inner) {
  const Problem& f = inner.front();
  refuse_box_minima(f, entry.id);
  const std::size_t n = f.dim();
  if (static_cast<double>(n) > most_listed_coordinates) throw SpecError({Place{}, "rotate", std::to_string(n), "of at most " + written(most_listed_coordinates) + " coordinates"});
  const auto signs = [&](std::uint64_t which) {
    const DrawKey key = draw_key(static_cast<std::uint64_t>(number(values, "seed")), which);
    std::vector<double> out(n);
    for (std::size_t j = 0; j < n; ++j) out[j] = draw_sign(key, Stream::instance, 0, 0, j);
    return out;
  };
  std::vector<double> u = planted_normals(values, 2003, n);
  double squares = 0.0;  // of multiples of 2^-8: exact
  for (double x : u) squares += x * x;
  if (squares == 0.0) u.front() = squares = 1.0;
  auto storage = std::make_shared<Storage>();
  const std::size_t block = std::bit_floor(n);
  const double c = 1.0 / std::sqrt(static_cast<double>(block)), r = 2.0 / squares;
  const Map map{storage->keep(signs(2001)), storage->keep(signs(2002)), storage->keep(u), block, c, r};

  const Interval mixing = hull(Interval(1.0), Interval(c) * m::sqrt(Interval(static_cast<double>(block))));
  Interval size = hull(Interval(1.0), m::abs(Interval(1.0) - Interval(r) * Interval(squares)));
  if (block > 1)
    for (int i = 0; i < (block < n ? 4 : 2); ++i) size = size * mixing;
  Placed placed = under_rotation(f, {Interval(size.lower()), Interval(size.upper()), true, true}, keeping(storage, map), "orthogonal transformation");
  return {map, storage, std::move(placed.facts), std::move(placed.start), std::move(placed.box)};
}

Transformation<Reflect::Map> Reflect::build(const Parameters&, const std::vector<Problem>& inner) {
  const Problem& f = inner.front();
  refuse_box_minima(f, entry.id);
  auto storage = std::make_shared<Storage>();
  const Map map{{f.dim()}};
  Interval size(1.0);  // |1 - r d|
  if (!std::has_single_bit(f.dim())) size = hull(size, m::abs(Interval(1.0) - Interval(map.H.factor()) * Interval(static_cast<double>(f.dim()))));
  Placed placed = under_rotation(f, {Interval(size.lower()), Interval(size.upper()), true, true}, keeping(storage, map), "orthogonal transformation");
  return {map, storage, std::move(placed.facts), std::move(placed.start), std::move(placed.box)};
}

namespace {

// The eigenvalues of B B' for rows of B, as square roots.
Interval singular_values(const std::vector<double>& b, std::size_t rows, std::size_t length, std::size_t row_step, std::size_t step) {
  std::vector<Interval> gram(rows * rows);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t k = 0; k <= i; ++k) {
      Interval sum(0.0);
      for (std::size_t j = 0; j < length; ++j) sum += i == k ? m::sqr(Interval(b[i * row_step + j * step])) : Interval(b[i * row_step + j * step]) * Interval(b[k * row_step + j * step]);
      gram[i * rows + k] = gram[k * rows + i] = sum;
    }
  const Spectrum spectrum = spectrum_over(gram, rows);
  return about(m::sqrt(Interval(std::max(0.0, spectrum.least.lower()))).lower(), m::sqrt(Interval(std::max(0.0, spectrum.largest.upper()))).upper());
}

}  // namespace

Transformation<Compose::Map> Compose::build(const Parameters& values, const std::vector<Problem>& inner) {
  const Problem& f = inner.front();
  refuse_box_minima(f, entry.id);
  const std::vector<double>& A = list(values, "matrix");
  const std::size_t rows = f.dim(), n = A.size() / rows;
  if (A.empty() || A.size() % rows != 0 || n > most_columns || rows > most_columns)
    throw SpecError({Place{}, "matrix", A.empty() ? "" : std::to_string(A.size()) + " numbers",
                     "must be the rows of a matrix: " + std::to_string(rows) + " of them, one for each coordinate inside (at most 64), of at most 64 numbers each"});
  const std::vector<double>& start = list(values, "start");
  if (start.size() != 1 && start.size() != n) throw SpecError({Place{}, "start", written(start), "must be one number or a list of " + std::to_string(n) + ", one per column of the matrix"});
  auto storage = std::make_shared<Storage>();
  const Map map{storage->keep(A), rows};

  // The smaller Gram matrix has the singular values without the zeros that a rectangle must have.
  const Interval size = n >= rows ? singular_values(A, rows, n, n, 1) : singular_values(A, n, rows, 1, n);
  const bool full = size.lower() > 0.0;
  const SingularValues singular{Interval(size.lower()), Interval(size.upper()), full && n >= rows, full && n <= rows};
  Transformation<Map> out{map, storage, under_linear_map(f.facts, n, singular, "singular values of A"), start.size() == n ? PerCoordinate<double>(start) : PerCoordinate<double>(n, start.front()), {}};
  Facts& F = out.facts;
  F.region = cube(n, number(values, "region"));
  const bool zero = f.facts.minimiser && std::all_of(f.facts.minimiser->stored().begin(), f.facts.minimiser->stored().end(), [](double m) { return m == 0.0; });
  if (zero) {
    F.minimiser = PerCoordinate<double>(n, 0.0);
    F.minimiser_unique = f.facts.minimiser_unique && singular.one_to_one;
    if (!singular.onto) F.f_star = f.facts.f_star;
    if (!F.minimiser_unique && singular.onto) F.minimisers = "all x with A x " + (f.facts.minimisers.empty() ? std::string("at the minimiser inside") : "there: " + f.facts.minimisers);
  }
  return out;
}

}  // namespace thalweg
