#include "analysis/stats/calibration.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/stats/betting.hpp"
#include "lib/core/check.hpp"
#include "lib/core/draw.hpp"
#include "lib/engine/parallel.hpp"

namespace thalweg {

namespace {

constexpr double root3 = 1.7320508075688772, root_e = 1.6487212707001282;
constexpr std::array<Law, 8> all_laws = {{
    {"two-point, p = 0.5", LawKind::two_point, 0.5, 0.5, 0.5, Range{0.0, 1.0}},
    {"uniform", LawKind::uniform, 0.0, 0.5, 0.28867513459481287, Range{0.0, 1.0}},
    {"normal", LawKind::normal, 0.0, 1.0, 1.0, std::nullopt},
    {"exponential", LawKind::exponential, 0.0, 1.0, 1.0, std::nullopt},
    {"t with 3 degrees", LawKind::student3, 0.0, 1.0, root3, std::nullopt},
    {"lognormal", LawKind::lognormal, 0.0, root_e, 2.1611974158950877, std::nullopt},  // variance (e - 1) e
    {"two-point, p = 0.05", LawKind::two_point, 0.05, 0.05, 0.21794494717703367, Range{0.0, 1.0}},
    {"two-point, p = 0.9", LawKind::two_point, 0.9, 0.9, 0.3, Range{0.0, 1.0}},
}};

// Variates of one kind, one after the other.
template <DrawKind kind>
class Variates {
 public:
  Variates(DrawKey key, std::uint64_t repetition) : key_(key), repetition_(repetition) {}
  double next() {
    if (used_ == Source::per_block) {
      Source::block(key_, Stream::resampling, repetition_ & 0xffffffffU, repetition_ >> 32U, block_++, values_);
      used_ = 0;
    }
    return values_[used_++];
  }

 private:
  using Source = Draws<kind, double>;
  DrawKey key_;
  std::uint64_t repetition_, block_ = 0;
  std::size_t used_ = Source::per_block;
  double values_[Source::per_block];
};

constexpr std::size_t looks_in_rounds = 4;

Estimate interval_of(IntervalKind kind, const Law& law, std::span<const double> values, double level) {
  switch (kind) {
    case IntervalKind::betting: return betting_interval(values, *law.range, level);
    case IntervalKind::empirical_bernstein: return empirical_bernstein_interval(values, *law.range, level);
    case IntervalKind::skewness_corrected: return skewness_corrected_interval(values, level);
    case IntervalKind::betting_in_rounds: return estimate_at_a_look(values, law.range, level, looks_in_rounds);
    case IntervalKind::skewness_in_rounds: return estimate_at_a_look(values, std::nullopt, level, looks_in_rounds);
  }
  return {};
}

// Repetitions in pieces of a size that does not depend on the threads: sums of widths are then the same for any number of them.
constexpr std::uint64_t piece = 64;

}  // namespace

std::span<const Law> laws() { return all_laws; }

void draw_values(const Law& law, std::uint64_t seed, std::uint64_t repetition, std::span<double> out) {
  const DrawKey key = draw_key(seed, 0x63616c69U + static_cast<std::uint64_t>(law.kind));
  Variates<DrawKind::uniform> uniform(key, repetition);
  Variates<DrawKind::normal> normal(key, repetition);
  for (double& x : out) {
    switch (law.kind) {
      case LawKind::two_point: x = uniform.next() < law.p ? 1.0 : 0.0; break;
      case LawKind::uniform: x = uniform.next(); break;
      case LawKind::normal: x = 1.0 + normal.next(); break;
      case LawKind::exponential: x = -std::log(uniform.next()); break;
      case LawKind::student3: {  // normal / sqrt(chi-square / 3), the four normals of a block
        const double z = normal.next(), a = normal.next(), b = normal.next(), c = normal.next();
        x = 1.0 + z / std::sqrt((a * a + b * b + c * c) / 3.0);
        break;
      }
      case LawKind::lognormal: x = std::exp(normal.next()); break;
    }
  }
}

std::string_view to_string(IntervalKind kind) {
  switch (kind) {
    case IntervalKind::betting: return "betting";
    case IntervalKind::empirical_bernstein: return "empirical Bernstein";
    case IntervalKind::skewness_corrected: return "skewness-corrected t";
    case IntervalKind::betting_in_rounds: return "betting, 4 rounds";
    case IntervalKind::skewness_in_rounds: return "skewness-corrected t, 4 rounds";
  }
  return "";
}

bool speaks_of(IntervalKind kind, const Law& law) {
  return law.range || kind == IntervalKind::skewness_corrected || kind == IntervalKind::skewness_in_rounds;
}

ErrorRates error_rates(const Law& law, IntervalKind kind, std::size_t replicas, double level, std::uint64_t repetitions, std::uint64_t seed, std::size_t threads) {
  THALWEG_EXPECTS(replicas >= 2 && speaks_of(kind, law));
  const bool in_rounds = kind == IntervalKind::betting_in_rounds || kind == IntervalKind::skewness_in_rounds;
  const std::size_t most = in_rounds ? replicas << (looks_in_rounds - 1) : replicas;
  std::vector<ErrorRates> parts((repetitions + piece - 1) / piece);
  run_in_parallel(threads, parts.size(), [&](std::size_t part) {
    ErrorRates& rates = parts[part];
    std::vector<double> values(most);
    for (std::uint64_t r = part * piece; r < std::min(repetitions, (part + 1) * piece); ++r) {
      draw_values(law, seed, r, values);
      bool above = false, below = false, doubtful = false;
      double width = 0.0;
      for (std::size_t n = replicas; n <= most; n *= 2) {
        const Estimate estimate = interval_of(kind, law, std::span(values).first(n), level);
        above = above || estimate.lower > law.mean;
        below = below || estimate.upper < law.mean;
        doubtful = !estimate.doubt.empty();
        width = estimate.upper - estimate.lower;
      }
      ++rates.repetitions;
      rates.violated += above ? 1U : 0U;
      rates.holds += below ? 1U : 0U;
      rates.missed += above || below ? 1U : 0U;
      rates.doubtful += doubtful ? 1U : 0U;
      if (!doubtful) rates.width += width;
    }
  });
  ErrorRates all;
  for (const ErrorRates& part : parts) {
    all.repetitions += part.repetitions;
    all.violated += part.violated;
    all.holds += part.holds;
    all.missed += part.missed;
    all.doubtful += part.doubtful;
    all.width += part.width;
  }
  if (all.repetitions > all.doubtful) all.width /= static_cast<double>(all.repetitions - all.doubtful);
  return all;
}

namespace {

// When each repetition is first decided; `most` + 1: never.
Power power_of_betting(const Law& law, double bound, double level, std::size_t most, std::uint64_t repetitions, std::uint64_t seed, std::size_t threads) {
  std::vector<std::size_t> first(repetitions);
  const Range range = *law.range;
  const double m = (bound - range.lower) / (range.upper - range.lower), enough = 2.0 / level;
  run_in_parallel(threads, repetitions, [&](std::size_t r) {
    std::vector<double> z(most);
    // Most repetitions need far fewer: the number is doubled until one is decided, and bets never look ahead.
    for (std::size_t n = std::min<std::size_t>(most, 1024);; n = std::min(most, 2 * n)) {
      const std::span<double> part = std::span(z).first(n);
      draw_values(law, seed, r, part);
      for (double& x : part) x = (x - range.lower) / (range.upper - range.lower);
      const auto seen = first_rejection(part, plug_in_bets(part, level), m, enough);
      first[r] = seen.value_or(most + 1);
      if (seen || n == most) return;
    }
  });
  std::sort(first.begin(), first.end());
  const auto at = [&](double share) {
    const std::size_t n = first[static_cast<std::size_t>(std::ceil(share * static_cast<double>(repetitions))) - 1];
    return n <= most ? std::optional(n) : std::nullopt;
  };
  return {at(0.5), at(0.9)};
}

Power power_of_looks(const Law& law, double bound, IntervalKind kind, double level, std::size_t most, std::uint64_t repetitions, std::uint64_t seed, std::size_t threads) {
  Power power;
  for (std::size_t k = 0; !power.nine_tenths; ++k) {
    const auto n = static_cast<std::size_t>(16.0 * std::exp2(0.5 * static_cast<double>(k)));
    if (n > most) break;
    // Half a standard error is never seen by half of the repetitions: no need to look.
    if ((law.mean - bound) * std::sqrt(static_cast<double>(n)) < 0.5 * law.deviation) continue;
    std::vector<unsigned char> seen(repetitions);
    run_in_parallel(threads, repetitions, [&](std::size_t r) {
      std::vector<double> values(n);
      draw_values(law, seed, r, values);
      seen[r] = interval_of(kind, law, values, level).lower > bound ? 1 : 0;
    });
    const double share = static_cast<double>(std::count(seen.begin(), seen.end(), 1)) / static_cast<double>(repetitions);
    if (!power.half && share >= 0.5) power.half = n;
    if (share >= 0.9) power.nine_tenths = n;
  }
  return power;
}

}  // namespace

Power replicas_to_see(const Law& law, double violation, IntervalKind kind, double level, std::size_t most, std::uint64_t repetitions, std::uint64_t seed, std::size_t threads) {
  THALWEG_EXPECTS(violation > 0.0 && repetitions > 0 && speaks_of(kind, law));
  const double bound = law.mean / (1.0 + violation);
  if (kind == IntervalKind::betting) return power_of_betting(law, bound, level, most, repetitions, seed, threads);
  return power_of_looks(law, bound, kind, level, most, repetitions, seed, threads);
}

}  // namespace thalweg
