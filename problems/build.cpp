#include "problems/build.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "lib/core/draw.hpp"
#include "lib/core/elementary.hpp"
#include "problems/enclose.hpp"

namespace thalweg {

PerCoordinate<double> spread(const Parameters& values, std::string_view name, std::size_t n) {
  const std::vector<double>& given = list(values, name);
  THALWEG_EXPECTS(given.size() == 1 || given.size() == n);
  return given.size() == n ? PerCoordinate<double>(given) : PerCoordinate<double>(n, given.front());
}

PerCoordinate<double> geometric(double first, double last, std::size_t n) {
  if (first == last) return PerCoordinate<double>(n, last);
  std::vector<double> out(n, last);
  if (n < 2) return out;
  const double ratio = m::log(last / first) / static_cast<double>(n - 1);
  out.front() = first;
  for (std::size_t i = 1; i + 1 < n; ++i)
    out[i] = std::clamp(first * m::exp(ratio * static_cast<double>(i)), std::min(first, last), std::max(first, last));
  return out;
}

std::string written(double value) {
  std::array<char, 32> text;
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

std::string written(const std::vector<double>& values) {
  if (values.size() == 1) return written(values.front());
  std::string text = "[";
  for (std::size_t i = 0; i < values.size(); ++i) text += (i == 0 ? "" : ", ") + written(values[i]);
  return text + "]";
}

Parameter dim_parameter(double initial, double most) { return {"dim", {initial}, 1.0, most, true, "number of coordinates"}; }
Parameter scale_parameter(std::string_view meaning) { return {"scale", {1.0}, 1e-100, 1e100, false, meaning, Shape::per_coordinate}; }
Parameter start_parameter(double initial) { return {"start", {initial}, -1e100, 1e100, false, "first iterate", Shape::per_coordinate}; }
Parameter region_parameter(double initial) {
  return {"region", {initial}, 1e-100, 1e100, false, "half-width of the cube about the minimiser on which constants hold that do not hold everywhere"};
}
Parameter box_parameter(double initial) {
  return {"box", {initial}, 1e-100, 1e100, false, "side D_inf of the cube about 0 to which a boxed run clips its iterates"};
}

Parameter listed_start_parameter(std::string_view meaning) { return {"start", {}, -1e100, 1e100, false, meaning, Shape::per_coordinate}; }
PerCoordinate<double> start_or(const Parameters& values, const std::vector<double>& repeated, std::size_t n) {
  const std::vector<double>& given = list(values, "start");
  if (given.size() > 1 && given.size() != n)
    throw SpecError({Place{}, "start", written(given), "must be one number or a list of " + std::to_string(n) + ", one per coordinate"});
  if (!given.empty()) return spread(values, "start", n);
  std::vector<double> start(n);
  for (std::size_t j = 0; j < n; ++j) start[j] = repeated[j % repeated.size()];
  return start;
}
Parameter seed_parameter() { return {"seed", {1.0}, 0.0, 1e9, true, "of the planted data"}; }

std::vector<double> planted_normals(const Parameters& values, std::uint64_t which, std::size_t n) {
  const DrawKey key = draw_key(static_cast<std::uint64_t>(number(values, "seed")), which);
  std::vector<double> out(n);
  for (std::size_t i = 0; i < n; ++i) out[i] = std::floor(256.0 * draw_normal(key, Stream::instance, 0, 0, i) + 0.5) / 256.0;
  return out;
}

PerCoordinate<double> drawn_start(const Parameters& values, std::size_t n) {
  constexpr std::uint64_t of_starts = 1000;
  std::vector<double> start = planted_normals(values, of_starts, n);
  for (double& x : start) x *= number(values, "start");
  return start;
}

Constant product(double a, double b, std::string source) {
  if (a == 0.0 || b == 0.0) return exact(0.0, std::move(source));
  const double rounded = a * b;
  // Below 2^-960 the error of the product may itself be lost.
  if (std::fma(a, b, -rounded) == 0.0 && std::fabs(rounded) > 0x1p-960 && std::isfinite(rounded)) return exact(rounded, std::move(source));
  return enclosed(Interval(a) * Interval(b), std::move(source));
}

Constant quotient(double a, double b, std::string source) {
  const double rounded = a / b;
  if (std::fma(rounded, b, -a) == 0.0 && std::isfinite(rounded) && std::fabs(rounded) > 0x1p-960 && std::fabs(a) > 0x1p-960) return exact(rounded, std::move(source));
  return enclosed(Interval(a) / Interval(b), std::move(source));
}

Constant scaled(const Constant& c, double a) {
  if (!c.known()) return c;
  if (c.trust == Trust::exact) return product(a, c.lower, c.source);
  return enclosed(Interval(a) * interval_of(c), c.source);
}

Constant rounded(double value, std::string source) { return enclosed(Interval(value) * Interval(1.0 - 2e-15, 1.0 + 2e-15), std::move(source)); }

PerCoordinate<Constant> products(const PerCoordinate<double>& a, double b, const std::string& source) {
  return a.map([&](double x) { return product(x, b, source); });
}

namespace {

template <class Pick>
Constant extreme(const PerCoordinate<Constant>& constants, Pick pick) {
  THALWEG_EXPECTS(!constants.empty());
  Constant out = constants.front();
  for (const Constant& c : constants.stored()) {
    out.lower = pick(out.lower, c.lower);
    out.upper = pick(out.upper, c.upper);
    out.trust = std::max(out.trust, c.trust);
  }
  if (out.trust == Trust::proved && out.lower == out.upper) out.trust = Trust::exact;  // the one that decides was
  return out;
}

}  // namespace

Constant largest(const PerCoordinate<Constant>& constants) {
  return extreme(constants, [](double a, double b) { return std::max(a, b); });
}
Constant smallest(const PerCoordinate<Constant>& constants) {
  return extreme(constants, [](double a, double b) { return std::min(a, b); });
}

Facts facts_with_minimiser_zero(std::size_t dim) {
  Facts facts;
  facts.dim = dim;
  facts.smooth = true;
  facts.f_star = exact(0.0);
  facts.minimiser = PerCoordinate<double>(dim, 0.0);
  return facts;
}

Facts facts_with_minimiser(PerCoordinate<double> minimiser, double region) {
  Facts facts;
  facts.dim = minimiser.size();
  facts.f_star = exact(0.0);
  facts.minimiser = std::move(minimiser);
  facts.region = cube(facts.dim, region);
  return facts;
}

}  // namespace thalweg
