// Products of rows of data with matrices of weights, for losses of several classes, over any scalar: with packs, whose lanes are replicas, each product is one of
// small matrices for all replicas at once.
//
//   scores   z[s][c] = sum_k a[s][k] w[k][c]       by fused multiply-adds, feature after feature
//   back     g[k][c] += sum_s a[s][k] r[s][c]      by fused multiply-adds, sample after sample
// Tiles of samples and columns are kept in registers; no number depends on how they are cut, since every one has a chain of its own in a fixed order. Samples come in
// blocks of at most `most_block`, so that the weights are read once a block.
//
// Softmax with cross entropy, u_c = z_c - z_y for the own class y, M = max(0, max_c u_c):
//   loss    M + log1p(expm1(-M) + sum_{c /= y} exp(u_c - M))
//   slopes  r_c = exp(u_c - M) / S for c /= y, r_y = -sum_{c /= y} exp(u_c - M) / S,  S = exp(-M) + sum_{c /= y} exp(u_c - M)
// which is relatively accurate where the loss is small. About scores with the probabilities p_c, for changes t of them (s_c = t_c - sum_e p_e t_e):
//   change of the loss less its linear part    log1p(B),  B = sum_c p_c (e^(s_c) - 1 - s_c)
//   change of the slopes                       p_c (e^(s_c) - 1 - B) / (1 + B)
// and where s_c > 600 the same divided by e^(max s).
#pragma once

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <vector>

#include "lib/core/elementary.hpp"
#include "lib/core/pack.hpp"

namespace thalweg::classed {

constexpr std::size_t most_block = 16;
constexpr std::size_t most_rows = register_bytes == 64 ? 4 : 2;  // of a tile: as many accumulators as there are registers for
// Of rows with so many features: a block of rows fits the cache.
inline std::size_t block_of(std::size_t features) { return std::clamp<std::size_t>(4096 / (features + 1), 1, most_block); }

// Rows of samples that are the same in all lanes.
template <class R>
struct CommonRows {
  const double* const* row;
  R at(std::size_t s, std::size_t k) const { return R(row[s][k]); }
};
// Rows of numbers of each lane.
template <class R>
struct OwnRows {
  const R* first;
  std::size_t length;
  R at(std::size_t s, std::size_t k) const { return first[s * length + k]; }
};

template <std::size_t S, std::size_t N, class R, class Rows>
inline void score_tile(const Rows& a, std::size_t s, std::size_t features, std::size_t columns, const R* w, R* z) {
  R sum[S][N];
  for (std::size_t i = 0; i < S; ++i)
    for (std::size_t c = 0; c < N; ++c) sum[i][c] = a.at(s + i, 0) * w[c];
  for (std::size_t k = 1; k < features; ++k) {
    R weight[N];
    for (std::size_t c = 0; c < N; ++c) weight[c] = w[k * columns + c];
    for (std::size_t i = 0; i < S; ++i) {
      const R x = a.at(s + i, k);
      for (std::size_t c = 0; c < N; ++c) sum[i][c] = m::fma(x, weight[c], sum[i][c]);
    }
  }
  for (std::size_t i = 0; i < S; ++i)
    for (std::size_t c = 0; c < N; ++c) z[(s + i) * columns + c] = sum[i][c];
}
template <std::size_t N, class R, class Rows>
inline void score_columns(const Rows& a, std::size_t samples, std::size_t features, std::size_t columns, const R* w, R* z) {
  std::size_t s = 0;
  for (; s + most_rows <= samples; s += most_rows) score_tile<most_rows, N>(a, s, features, columns, w, z);
  for (; s < samples; ++s) score_tile<1, N>(a, s, features, columns, w, z);
}
template <class R, class Rows>
void scores(const Rows& a, std::size_t samples, std::size_t features, std::size_t columns, const R* w, R* z) {
  std::size_t c = 0;
  for (; c + 4 <= columns; c += 4) score_columns<4>(a, samples, features, columns, w + c, z + c);
  if (c + 2 <= columns) score_columns<2>(a, samples, features, columns, w + c, z + c), c += 2;
  if (c < columns) score_columns<1>(a, samples, features, columns, w + c, z + c);
}

template <std::size_t K, std::size_t N, class R, class Rows>
inline void back_tile(const Rows& a, std::size_t samples, std::size_t k, std::size_t columns, const R* r, R* g) {
  R sum[K][N];
  for (std::size_t i = 0; i < K; ++i)
    for (std::size_t c = 0; c < N; ++c) sum[i][c] = g[(k + i) * columns + c];
  for (std::size_t s = 0; s < samples; ++s) {
    R slope[N];
    for (std::size_t c = 0; c < N; ++c) slope[c] = r[s * columns + c];
    for (std::size_t i = 0; i < K; ++i) {
      const R x = a.at(s, k + i);
      for (std::size_t c = 0; c < N; ++c) sum[i][c] = m::fma(x, slope[c], sum[i][c]);
    }
  }
  for (std::size_t i = 0; i < K; ++i)
    for (std::size_t c = 0; c < N; ++c) g[(k + i) * columns + c] = sum[i][c];
}
template <std::size_t N, class R, class Rows>
inline void back_columns(const Rows& a, std::size_t samples, std::size_t features, std::size_t columns, const R* r, R* g) {
  std::size_t k = 0;
  for (; k + most_rows <= features; k += most_rows) back_tile<most_rows, N>(a, samples, k, columns, r, g);
  for (; k < features; ++k) back_tile<1, N>(a, samples, k, columns, r, g);
}
template <class R, class Rows>
void back(const Rows& a, std::size_t samples, std::size_t features, std::size_t columns, const R* r, R* g) {
  std::size_t c = 0;
  for (; c + 4 <= columns; c += 4) back_columns<4>(a, samples, features, columns, r + c, g + c);
  if (c + 2 <= columns) back_columns<2>(a, samples, features, columns, r + c, g + c), c += 2;
  if (c < columns) back_columns<1>(a, samples, features, columns, r + c, g + c);
}

// Whether c is the label, which lanes may have of their own.
template <class R>
inline auto is_class(const R& label, std::size_t c) {
  return m::abs(label - R(static_cast<double>(c))) < R(0.5);
}
// z_c becomes exp(z_c - z_y - M), 0 for c = y; returns M, and their sum in `others`.
template <class R>
inline R relative_weights(R* z, std::size_t classes, const R& label, R& others) {
  R own = z[0], most(0.0);
  for (std::size_t c = 1; c < classes; ++c) own = m::select(is_class(label, c), z[c], own);
  for (std::size_t c = 0; c < classes; ++c) most = m::max(z[c] - own, most);
  others = R(0.0);
  for (std::size_t c = 0; c < classes; ++c) {
    z[c] = m::select(is_class(label, c), R(0.0), m::exp(z[c] - own - most));
    others = others + z[c];
  }
  return most;
}
// The loss of the scores z, which are used up.
template <class R>
inline R loss(R* z, std::size_t classes, const R& label) {
  R others;
  const R most = relative_weights(z, classes, label, others);
  return most + m::log1p(m::expm1(-most) + others);
}
// Scores become slopes.
template <class R>
inline void slopes(R* z, std::size_t classes, const R& label) {
  R others;
  const R most = relative_weights(z, classes, label, others), total = m::exp(-most) + others;
  for (std::size_t c = 0; c < classes; ++c) z[c] = m::select(is_class(label, c), -others, z[c]) / total;
}

// e^s - 1 - s: near 0 its series, of which the next term is below 2^-55 of it.
template <class R>
inline R exp_rest(const R& s) {
  R sum(0.0);
  for (double k = 16.0; k > 2.5; k -= 1.0) sum = (sum + R(1.0)) * s / R(k);
  return m::select(m::abs(s) < R(0.5), R(0.5) * m::sqr(s) * (R(1.0) + sum), m::expm1(s) - s);
}
constexpr double far_change = 600.0;
// t becomes s; returns its maximum, `rest` is B.
template <class R>
inline R about_mean(R* t, std::size_t classes, const double* p, R& rest) {
  R mean = R(p[0]) * t[0];
  for (std::size_t c = 1; c < classes; ++c) mean = mean + R(p[c]) * t[c];
  rest = R(0.0);
  R most = t[0] - mean;
  for (std::size_t c = 0; c < classes; ++c) {
    t[c] = t[c] - mean;
    most = m::max(t[c], most);
    rest = rest + R(p[c]) * exp_rest(t[c]);
  }
  return most;
}
template <class R>
inline R scaled_total(const R* s, std::size_t classes, const double* p, const R& most) {
  R total(0.0);
  for (std::size_t c = 0; c < classes; ++c) total = total + R(p[c]) * m::exp(s[c] - most);
  return total;
}
template <class R>
inline R loss_change(R* t, std::size_t classes, const double* p) {
  R rest;
  const R most = about_mean(t, classes, p, rest);
  return m::select(most < R(far_change), m::log1p(rest), most + m::log(scaled_total(t, classes, p, most)));
}
template <class R>
inline void slope_changes(R* t, std::size_t classes, const double* p) {
  R rest;
  const R most = about_mean(t, classes, p, rest), total = scaled_total(t, classes, p, most);
  for (std::size_t c = 0; c < classes; ++c)
    t[c] = R(p[c]) * m::select(most < R(far_change), (m::expm1(t[c]) - rest) / (R(1.0) + rest), m::exp(t[c] - most) / total - R(1.0));
}

}  // namespace thalweg::classed
