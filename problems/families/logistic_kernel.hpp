// The matrix products of logistic regression in a fixed order: scores Z = A W, softmax, and A' R, over samples of bytes and T = double or float.
//
// Lanes are samples. Samples come in blocks of at most 1024, feature after feature ([feature][stride] bytes, padded with zero columns to a multiple of
// 16). Every (sample, class) accumulates over features in order by fused multiply-adds; every (feature, class) adds sample i of a block to slot i mod 16
// by a fused multiply-add, the slots are folded pairwise and the blocks combined as a binary tree (lib/core/sum.hpp). No result depends on the width
// of a pack. A mini-batch is gathered by transpositions of 16 x 16 bytes. Cost: 4 n d multiply-adds and additions a gradient.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "lib/core/elementary.hpp"
#include "lib/core/pack.hpp"
#include "lib/core/sum.hpp"

namespace thalweg::logistic {

constexpr std::size_t classes = 10;
constexpr std::size_t block = sum_block;
// What fills the widest vector register of the instruction set this is compiled for.
template <class T>
constexpr std::size_t native_lanes = register_bytes / sizeof(T);
template <class T>
using Native = Pack<T, native_lanes<T>>;

// P::lanes samples of one feature. By instructions: the compiler takes bytes apart one by one.
template <class P>
inline P widened(const std::uint8_t* p) {
  using T = decltype(P{}[0]);
  constexpr std::size_t S = P::lanes;
  constexpr bool is_double = sizeof(T) == sizeof(double);
  if constexpr (S == 16) {
#ifdef __AVX512F__
    return P::of(_mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)))));
#endif
  } else if constexpr (S == 8) {
#ifdef __AVX2__
    const __m256i words = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
    if constexpr (!is_double) {
      return P::of(_mm256_cvtepi32_ps(words));
    } else {
#ifdef __AVX512F__
      return P::of(_mm512_cvtepi32_pd(words));
#endif
    }
#endif
  } else {
    int four = 0;
    std::memcpy(&four, p, S);
    const __m128i words = _mm_cvtepu8_epi32(_mm_cvtsi32_si128(four));
    if constexpr (!is_double) {
      return P::of(_mm_cvtepi32_ps(words));
    } else if constexpr (S == 2) {
      return P::of(_mm_cvtepi32_pd(words));
    } else {
#ifdef __AVX2__
      return P::of(_mm256_cvtepi32_pd(words));
#endif
    }
  }
}

// Some samples, at most a block: bytes [feature][stride].
struct Samples {
  const std::uint8_t* bytes;
  const double* labels;
  std::size_t stride;
  std::size_t count;
  std::size_t padded() const { return (count + sum_slots - 1) / sum_slots * sum_slots; }
};

// z[c][i] = sum_k bytes_ki w_kc, without the factor 1/255.
template <class T>
void scores(const Samples& s, std::size_t features, const T* w, T* z) {
  using P = Native<T>;
  constexpr std::size_t S = P::lanes;
  constexpr std::size_t packs = register_bytes == 64 && sum_slots / S >= 2 ? 2 : 1;  // as many accumulators as there are registers for
  for (std::size_t i = 0; i < s.padded(); i += packs * S) {
    P sum[classes][packs];
    for (auto& row : sum)
      for (P& p : row) p = P(0.0);
    for (std::size_t k = 0; k < features; ++k) {
      P a[packs];
      for (std::size_t q = 0; q < packs; ++q) a[q] = widened<P>(s.bytes + k * s.stride + i + q * S);
#pragma GCC unroll 10
      for (std::size_t c = 0; c < classes; ++c) {
        const P weight(w[k * classes + c]);
#pragma GCC unroll 2
        for (std::size_t q = 0; q < packs; ++q) sum[c][q] = m::fma(a[q], weight, sum[c][q]);
      }
    }
    for (std::size_t c = 0; c < classes; ++c)
      for (std::size_t q = 0; q < packs; ++q) sum[c][q].store(z + c * block + i + q * S);
  }
}

// z becomes the probabilities p; loss (when wanted) gets log sum exp z - z_y of each sample.
template <class T>
void softmax(const Samples& s, T* z, T* loss) {
  using P = Native<T>;
  for (std::size_t i = 0; i < s.padded(); i += P::lanes) {
    P score[classes];
    for (std::size_t c = 0; c < classes; ++c) score[c] = P::load(z + c * block + i) * P(1.0 / 255.0);
    P most = score[0];
    for (std::size_t c = 1; c < classes; ++c) most = m::max(score[c], most);
    const P label(Coordinates<P::lanes>{i}.load(s.labels));
    P own(0.0), total(0.0);
    for (std::size_t c = 0; c < classes; ++c) {
      const P shifted = score[c] - most;
      own = m::select(label == P(static_cast<T>(c)), shifted, own);
      score[c] = m::exp(shifted);
      total = total + score[c];
    }
    if (loss != nullptr) (m::log(total) - own).store(loss + i);
    for (std::size_t c = 0; c < classes; ++c) (score[c] / total).store(z + c * block + i);
  }
}

// out[k][c] = sum_i bytes_ki r_ci, over one block.
template <class T>
void back(const Samples& s, std::size_t features, const T* r, T* out) {
  using P = Native<T>;
  constexpr std::size_t S = P::lanes, packs = sum_slots / S;                  // one register for each S slots
  constexpr std::size_t together = register_bytes == 64 ? 10 : packs <= 4 ? 2 : 1;  // classes at a time
  constexpr std::size_t padded = (classes + S - 1) / S * S;
  P slots[padded];  // of each class, folded to one pack
  for (P& p : slots) p = P(0.0);
  for (std::size_t k = 0; k < features; ++k) {
    const std::uint8_t* bytes = s.bytes + k * s.stride;
    for (std::size_t first = 0; first < classes; first += together) {
      P slot[together][packs];
      for (auto& row : slot)
        for (P& p : row) p = P(0.0);
      for (std::size_t i = 0; i < s.padded(); i += sum_slots) {
        P a[packs];
        for (std::size_t q = 0; q < packs; ++q) a[q] = widened<P>(bytes + i + q * S);
#pragma GCC unroll 10
        for (std::size_t c = 0; c < together; ++c) {
#pragma GCC unroll 8
          for (std::size_t q = 0; q < packs; ++q) slot[c][q] = m::fma(a[q], P::load(r + (first + c) * block + i + q * S), slot[c][q]);
        }
      }
#pragma GCC unroll 10
      for (std::size_t c = 0; c < together; ++c) {
        for (std::size_t n = packs / 2; n > 0; n /= 2)
          for (std::size_t q = 0; q < n; ++q) slot[c][q] = slot[c][q] + slot[c][q + n];
        slots[first + c] = slot[c][0];
      }
    }
    T sums[padded];
    for (std::size_t c = 0; c < padded; c += S) folded_lanes(slots + c).store(sums + c);
    std::memcpy(out + k * classes, sums, classes * sizeof(T));
  }
}

// Rows of bytes, row(i) for sample i < s.count, into bytes [feature][stride]; columns beyond are zero.
template <class Row>
void gather(std::size_t features, std::size_t count, std::size_t stride, Row row, std::uint8_t* bytes) {
  using B = Pack<std::uint8_t, 16>;
  for (std::size_t i = 0; i < stride; i += 16) {
    const std::uint8_t* rows[16];
    for (std::size_t l = 0; l < 16; ++l) rows[l] = i + l < count ? row(i + l) : nullptr;
    std::size_t k = 0;
    for (; k + 16 <= features; k += 16) {
      B tile[16];
      for (std::size_t l = 0; l < 16; ++l) tile[l] = rows[l] != nullptr ? B::load(rows[l] + k) : B(std::uint8_t{0});
      interleave<16>(tile);
      for (std::size_t l = 0; l < 16; ++l) tile[l].store(bytes + (k + l) * stride + i);
    }
    for (; k < features; ++k)
      for (std::size_t l = 0; l < 16; ++l) bytes[k * stride + i + l] = rows[l] != nullptr ? rows[l][k] : std::uint8_t{0};
  }
}

// [n][W] to [W][n] and back.
template <std::size_t W, class T>
void lanes_to_rows(const T* lanes, std::size_t n, T* rows) {
  std::size_t j = 0;
  if constexpr (W > 1 && W * sizeof(T) == register_bytes) {
    for (; j + W <= n; j += W) {
      Pack<T, W> tile[W];
      for (std::size_t i = 0; i < W; ++i) tile[i] = Pack<T, W>::load(lanes + (j + i) * W);
      interleave<W>(tile);
      for (std::size_t l = 0; l < W; ++l) tile[l].store(rows + l * n + j);
    }
  }
  for (; j < n; ++j)
    for (std::size_t l = 0; l < W; ++l) rows[l * n + j] = lanes[j * W + l];
}
template <std::size_t W, class T>
void rows_to_lanes(const T* rows, std::size_t n, T* lanes) {
  std::size_t j = 0;
  if constexpr (W > 1 && W * sizeof(T) == register_bytes) {
    for (; j + W <= n; j += W) {
      Pack<T, W> tile[W];
      for (std::size_t l = 0; l < W; ++l) tile[l] = Pack<T, W>::load(rows + l * n + j);
      interleave<W>(tile);
      for (std::size_t i = 0; i < W; ++i) tile[i].store(lanes + (j + i) * W);
    }
  }
  for (; j < n; ++j)
    for (std::size_t l = 0; l < W; ++l) lanes[j * W + l] = rows[l * n + j];
}

// Block sums of vectors combined as SumTree combines numbers; its memory serves again after reset().
template <class T>
class VectorTree {
 public:
  void reset() { blocks_ = 0; }
  // Takes the values of sum; what it holds afterwards is of no meaning.
  void add(std::vector<T>& sum) {
    std::size_t level = 0;
    for (std::size_t b = blocks_; (b & 1U) != 0; b >>= 1U) join(waiting_[level++], sum);
    if (level == waiting_.size()) waiting_.emplace_back();
    waiting_[level].resize(sum.size());
    std::swap(waiting_[level], sum);
    ++blocks_;
  }
  // out = factor times the total.
  void total(T factor, std::vector<T>& sum) {
    bool begun = false;
    for (std::size_t level = 0; level < waiting_.size(); ++level) {
      if ((blocks_ >> level & 1U) == 0) continue;
      if (begun) {
        join(waiting_[level], sum);
      } else {
        sum.assign(waiting_[level].begin(), waiting_[level].end());
        begun = true;
      }
    }
    for (T& s : sum) s = s * factor;
  }

 private:
  static void join(const std::vector<T>& left, std::vector<T>& sum) {
    for (std::size_t j = 0; j < sum.size(); ++j) sum[j] = left[j] + sum[j];
  }
  std::vector<std::vector<T>> waiting_;
  std::size_t blocks_ = 0;
};

// Memory that a thread keeps from call to call.
template <class T>
struct Scratch {
  std::vector<T> w, z = std::vector<T>(classes * block), loss = std::vector<T>(block), sum;
  std::vector<double> label = std::vector<double>(block);
  std::vector<std::uint8_t> bytes;
  VectorTree<T> tree;
};
template <class T>
Scratch<T>& scratch() {
  thread_local Scratch<T> mine;
  return mine;
}

}  // namespace thalweg::logistic
