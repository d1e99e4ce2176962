// Statistical checks of the variates, shared by the fast and the slow set, which differ in the number of draws.
// Draws are fixed by their seeds, so a check passes or fails for good; "false alarm" is the probability that a perfect source would fail it,
// over the choice of the seed. Every single comparison below has a false-alarm rate of about 1e-7 (six_sigma: 2e-9), so that a file of a few
// hundred stays below 1e-4.
#pragma once

#include <gtest/gtest.h>

#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "lib/core/draw.hpp"

namespace thalweg::draw_statistics {

using Word = std::uint64_t;
constexpr double false_alarm = 1e-7;
constexpr double six_sigma = 6.0;

// Counts in cells against probabilities: chi-square over cells merged to an expectation of at least 30, and the largest distance of the
// distribution functions at cell ends, whose tail is at most 2 exp(-2 n d^2) (Dvoretzky, Kiefer, Wolfowitz; Massart 1990).
inline void expect_counts(const std::vector<Word>& counts, const std::vector<double>& probabilities, const std::string& what) {
  double n = 0.0;
  for (Word c : counts) n += static_cast<double>(c);
  double chi = 0.0, expected = 0.0, observed = 0.0, distance = 0.0, difference = 0.0;
  int cells = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    expected += n * probabilities[i];
    observed += static_cast<double>(counts[i]);
    difference += static_cast<double>(counts[i]) / n - probabilities[i];
    distance = std::max(distance, std::fabs(difference));
    if (expected >= 30.0) {
      chi += (observed - expected) * (observed - expected) / expected;
      expected = observed = 0.0;
      ++cells;
    }
  }
  const boost::math::chi_squared law(cells - 1);
  EXPECT_LT(chi, boost::math::quantile(boost::math::complement(law, false_alarm))) << what << ", " << cells << " cells";
  EXPECT_GT(chi, boost::math::quantile(law, false_alarm)) << what << ": too even, " << cells << " cells";
  EXPECT_LT(distance * std::sqrt(n), std::sqrt(std::log(2.0 / false_alarm) / 2.0)) << what;
}
inline void expect_equal_counts(const std::vector<Word>& counts, const std::string& what) {
  expect_counts(counts, std::vector<double>(counts.size(), 1.0 / static_cast<double>(counts.size())), what);
}

// A mean of n independent terms against its expectation, given the variance of a term.
inline void expect_mean(double sum, double n, double mean, double variance, const std::string& what) {
  EXPECT_LT(std::fabs(sum / n - mean), six_sigma * std::sqrt(variance / n)) << what;
}

inline double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

// Calls visit(variate) for n variates spread over replicas, steps and coordinates.
template <DrawKind kind, class R, class Visit>
void each(Word n, Word seed, Visit visit) {
  using Source = Draws<kind, R>;
  const DrawKey key = draw_key(seed, 17);
  constexpr Word blocks = 32, steps = 64;
  for (Word i = 0; i < n / Source::per_block; ++i) {
    R out[Source::per_block];
    Source::block(key, Stream::noise, i / (blocks * steps), 1 + i / blocks % steps, i % blocks, out);
    for (R x : out) visit(static_cast<double>(x));
  }
}

template <class R>
void check_normals(Word n) {
  constexpr int per_unit = 512;
  constexpr double range = 7.6;
  std::vector<Word> counts(static_cast<std::size_t>(2.0 * range * per_unit) + 1, 0);
  double power[9] = {};
  each<DrawKind::normal, R>(n, 1, [&](double x) {
    ++counts[static_cast<std::size_t>((x + range) * per_unit)];
    double p = 1.0;
    for (double& sum : power) {
      sum += p;
      p *= x;
    }
  });
  std::vector<double> probabilities(counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double low = static_cast<double>(i) / per_unit - range;
    probabilities[i] = low < 0.0 ? normal_cdf(low + 1.0 / per_unit) - normal_cdf(low) : normal_cdf(-low) - normal_cdf(-low - 1.0 / per_unit);
  }
  expect_counts(counts, probabilities, "normal");
  const double even[9] = {1, 1, 3, 15, 105, 945, 10395, 135135, 2027025};  // E x^(2k)
  for (int k = 1; k <= 8; ++k) {
    const double mean = k % 2 == 0 ? even[k / 2] : 0.0;
    expect_mean(power[k], power[0], mean, even[k] - mean * mean, "normal, power " + std::to_string(k));
  }
}

template <class R>
void check_uniforms(Word n) {
  std::vector<Word> coarse(1024, 0), low(256, 0);
  double sum = 0.0, squares = 0.0, count = 0.0;
  each<DrawKind::uniform, R>(n, 2, [&](double u) {
    ++coarse[static_cast<std::size_t>(u * 1024.0)];
    ++low[static_cast<std::size_t>(std::ldexp(u, std::is_same_v<R, double> ? 52 : 23)) % 256];  // the last eight of the 52 or 23 bits
    sum += u;
    squares += u * u;
    count += 1.0;
  });
  expect_equal_counts(coarse, "uniform");
  expect_equal_counts(low, "uniform, last bits");
  expect_mean(sum, count, 0.5, 1.0 / 12.0, "uniform, mean");
  expect_mean(squares, count, 1.0 / 3.0, 1.0 / 5.0 - 1.0 / 9.0, "uniform, square");
}

template <class R>
void check_bits(Word n) {
  std::vector<double> ones(32, 0.0);
  std::vector<Word> bytes(1024, 0), two_point(2, 0);
  const std::uint32_t below = threshold(0.3);
  double count = 0.0;
  each<DrawKind::bits, R>(n, 3, [&](double value) {
    const Word w = static_cast<Word>(value);
    for (std::size_t b = 0; b < 32; ++b) ones[b] += static_cast<double>(w >> b & 1U);
    for (std::size_t b = 0; b < 4; ++b) ++bytes[256 * b + (w >> 8 * b & 255U)];
    ++two_point[value < below ? 0 : 1];
    count += 1.0;
  });
  constexpr std::size_t unkept = std::is_same_v<R, double> ? 0 : 8;  // bits that float drops
  for (std::size_t b = unkept; b < 32; ++b) expect_mean(ones[b], count, 0.5, 0.25, "bit " + std::to_string(b));
  for (std::size_t b = unkept / 8; b < 4; ++b) {
    expect_equal_counts(std::vector<Word>(bytes.begin() + 256 * b, bytes.begin() + 256 * (b + 1)), "byte " + std::to_string(b));
  }
  const double p = rounded_probability(below);
  expect_mean(static_cast<double>(two_point[0]), count, p, p * (1.0 - p), "two-point");
}

template <class R>
void check_signs(Word n) {
  double sum = 0.0, pairs = 0.0, last = 0.0, count = 0.0;
  each<DrawKind::sign, R>(n, 4, [&](double s) {
    EXPECT_TRUE(s == 1.0 || s == -1.0);
    sum += s;
    pairs += s * last;
    last = s;
    count += 1.0;
  });
  expect_mean(sum, count, 0.0, 1.0, "sign");
  expect_mean(pairs, count, 0.0, 1.0, "neighbouring signs");
}

inline void check_indices(Word n) {
  const DrawKey key = draw_key(5, 17);
  for (Word size : {Word{3}, Word{10}, Word{1000}, Word{60000}}) {
    std::vector<Word> counts(size, 0);
    for (Word i = 0; i < n; ++i) ++counts[draw_index(key, Stream::minibatch, i / 4096, 1 + i / 64 % 64, i % 64, size)];
    expect_equal_counts(counts, "index below " + std::to_string(size));
  }
}

// x and y: standard normal variates at i = 0, 1, ..., supposed to be independent. Products, products of squares, and an 8 x 8 table.
inline void expect_independent(Word n, const std::function<double(Word)>& x, const std::function<double(Word)>& y, const std::string& what) {
  double products = 0.0, squares = 0.0;
  std::vector<Word> table(64, 0);
  const auto cell = [](double v) { return std::min<std::size_t>(7, static_cast<std::size_t>(8.0 * normal_cdf(v))); };
  for (Word i = 0; i < n; ++i) {
    const double a = x(i), b = y(i);
    products += a * b;
    squares += (a * a - 1.0) * (b * b - 1.0);
    ++table[8 * cell(a) + cell(b)];
  }
  const double count = static_cast<double>(n);
  expect_mean(products, count, 0.0, 1.0, what);
  expect_mean(squares, count, 0.0, 4.0, what + ", squares");
  expect_equal_counts(table, what + ", table");
}

// Variates that differ in one argument only, at spread values of the others.
template <class R>
void check_independence(Word n) {
  struct Point {
    Word seed = 1, instance = 2, replica, step, index;
    Stream stream = Stream::noise;
    double operator()() const { return static_cast<double>(draw<DrawKind::normal, R>(draw_key(seed, instance), stream, replica, step, index)); }
  };
  const auto at = [](Word i) { return Point{.replica = i / 4096, .step = 2 * (i / 64 % 64), .index = 16 * (i % 64)}; };
  const auto compare = [&](const std::string& what, const std::function<void(Point&)>& change) {
    expect_independent(n, [&](Word i) { return at(i)(); }, [&](Word i) {
      Point p = at(i);
      change(p);
      return p();
    }, what);
  };
  for (Word lag : {1, 2, 3, 4, 8}) compare("coordinates at lag " + std::to_string(lag), [lag](Point& p) { p.index += lag; });
  compare("neighbouring steps", [](Point& p) { p.step += 1; });
  compare("steps 2^32 apart", [](Point& p) { p.step += Word{1} << 32; });
  compare("neighbouring replicas", [](Point& p) { p.replica += 1000003; });
  compare("replicas at bit 31", [](Point& p) { p.replica ^= Word{1} << 31; });
  compare("streams", [](Point& p) { p.stream = Stream::minibatch; });
  compare("neighbouring seeds", [](Point& p) { p.seed += 1; });
  compare("neighbouring instances", [](Point& p) { p.instance += 1; });
}

}  // namespace thalweg::draw_statistics
