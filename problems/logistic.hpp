// Multinomial logistic regression on Fashion-MNIST, full batch or mini-batch.
//
//   f(x) = (1/n) sum_i [ log sum_c exp(z_ic) - z_i,y_i ],   z_ic = sum_k a_ik x_{10 k + c},
// a_ik = pixel k of image i / 255 for k < 784 and a constant feature 1; coordinate j = 10 k + c (feature k, class c). With the
// probabilities p_ic = softmax(z_i)_c:   d f / d x_{kc} = (1/n) sum_i a_ik (p_ic - [y_i = c]). Convex, not strongly (adding the same to all
// classes changes nothing). Facts and their proofs: logistic.cpp.
//
// The oracle with batch = b > 0: the mean over b samples drawn with replacement, index i of the batch from draw i of Stream::minibatch.
// With batch = 0 it is the exact gradient.
//
// Layout: samples in blocks of 1024, bytes, feature after feature ([block][feature][1024], zero padded), so that lanes are samples. Every
// (i, c) accumulates over k in order; every (k, c) adds sample i of a block to slot i mod 16 by a fused multiply-add, the slots are folded
// pairwise and the blocks combined as a binary tree (lib/core/sum.hpp): no result depends on the width of a pack. Full gradient: 4 n d
// multiply-adds.
// Source: C. M. Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3.4; the data: arXiv:1708.07747.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "lib/core/draw.hpp"
#include "lib/core/elementary.hpp"
#include "lib/core/pack.hpp"
#include "lib/core/sum.hpp"
#include "problems/build.hpp"

namespace thalweg {

namespace logistic {

constexpr std::size_t classes = 10;
constexpr std::size_t block = sum_block;
// Doubles in the widest vector register of the instruction set this is compiled for.
constexpr std::size_t native_lanes = __BIGGEST_ALIGNMENT__ / sizeof(double);
constexpr double pixel = 1.0 / 255.0;

// S samples of one feature as doubles.
template <std::size_t S>
inline Pack<double, S> widened(const std::uint8_t* p) {
  const auto words = __builtin_convertvector((Pack<std::uint8_t, S>::load(p).v), typename Pack<std::int32_t, S>::Vector);
  return Pack<double, S>::of(__builtin_convertvector(words, typename Pack<double, S>::Vector));
}

// Some samples, at most a block: bytes [feature][stride], padded with zero columns to a multiple of 16.
struct Samples {
  const std::uint8_t* bytes;
  const double* labels;
  std::size_t stride;
  std::size_t count;
  std::size_t padded() const { return (count + sum_slots - 1) / sum_slots * sum_slots; }
};

// z[c][i] = sum_k bytes_ki w_kc, without the factor 1/255.
template <std::size_t S>
void scores(const Samples& s, std::size_t features, const double* w, double* z) {
  using P = Pack<double, S>;
  constexpr std::size_t packs = S >= 8 ? 2 : 1;  // as many accumulators as there are registers for
  for (std::size_t i = 0; i < s.padded(); i += packs * S) {
    P sum[classes][packs];
    for (auto& row : sum)
      for (P& p : row) p = P(0.0);
    for (std::size_t k = 0; k < features; ++k) {
      P a[packs];
      for (std::size_t q = 0; q < packs; ++q) a[q] = widened<S>(s.bytes + k * s.stride + i + q * S);
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
template <std::size_t S>
void softmax(const Samples& s, double* z, double* loss) {
  using P = Pack<double, S>;
  for (std::size_t i = 0; i < s.padded(); i += S) {
    P score[classes];
    for (std::size_t c = 0; c < classes; ++c) score[c] = P::load(z + c * block + i) * P(pixel);
    P most = score[0];
    for (std::size_t c = 1; c < classes; ++c) most = m::max(score[c], most);
    const P label = P::load(s.labels + i);
    P own(0.0), total(0.0);
    for (std::size_t c = 0; c < classes; ++c) {
      const P shifted = score[c] - most;
      own = m::select(label == P(static_cast<double>(c)), shifted, own);
      score[c] = m::exp(shifted);
      total = total + score[c];
    }
    if (loss != nullptr) (m::log(total) - own).store(loss + i);
    for (std::size_t c = 0; c < classes; ++c) (score[c] / total).store(z + c * block + i);
  }
}

// out[k][c] = sum_i bytes_ki r_ci, over one block.
template <std::size_t S>
void back(const Samples& s, std::size_t features, const double* r, double* out) {
  using P = Pack<double, S>;
  constexpr std::size_t packs = sum_slots / S;                    // one register for each S slots
  constexpr std::size_t together = S >= 8 ? 10 : S >= 4 ? 2 : 1;  // classes at a time
  for (std::size_t k = 0; k < features; ++k) {
    const std::uint8_t* bytes = s.bytes + k * s.stride;
    for (std::size_t first = 0; first < classes; first += together) {
      P slot[together][packs];
      for (auto& row : slot)
        for (P& p : row) p = P(0.0);
      for (std::size_t i = 0; i < s.padded(); i += sum_slots) {
        P a[packs];
        for (std::size_t q = 0; q < packs; ++q) a[q] = widened<S>(bytes + i + q * S);
#pragma GCC unroll 10
        for (std::size_t c = 0; c < together; ++c) {
#pragma GCC unroll 8
          for (std::size_t q = 0; q < packs; ++q) slot[c][q] = m::fma(a[q], P::load(r + (first + c) * block + i + q * S), slot[c][q]);
        }
      }
      for (std::size_t c = 0; c < together; ++c) {
        double slots[sum_slots];
        for (std::size_t q = 0; q < packs; ++q) slot[c][q].store(slots + q * S);
        out[k * classes + first + c] = fold_slots(slots);
      }
    }
  }
}

// Block sums of vectors combined as SumTree combines numbers.
class VectorTree {
 public:
  void add(std::vector<double> sum) {
    std::size_t level = 0;
    for (std::size_t b = blocks_; (b & 1U) != 0; b >>= 1U) join(waiting_[level++], sum);
    if (level == waiting_.size()) waiting_.emplace_back();
    waiting_[level] = std::move(sum);
    ++blocks_;
  }
  std::vector<double> total() const {
    std::vector<double> sum;
    for (std::size_t level = 0; level < waiting_.size(); ++level) {
      if ((blocks_ >> level & 1U) == 0) continue;
      if (sum.empty()) {
        sum = waiting_[level];
      } else {
        join(waiting_[level], sum);
      }
    }
    return sum;
  }

 private:
  static void join(const std::vector<double>& left, std::vector<double>& sum) {
    for (std::size_t j = 0; j < sum.size(); ++j) sum[j] = left[j] + sum[j];
  }
  std::vector<std::vector<double>> waiting_;
  std::size_t blocks_ = 0;
};

}  // namespace logistic

struct FashionLogistic {
  static constexpr Entry entry{"fashion-logistic", "Multinomial logistic regression on Fashion-MNIST",
                               "Bishop 2006, section 4.3.4; arXiv:1708.07747"};

  const std::uint8_t* blocks;  // [block][feature][1024]
  const std::uint8_t* rows;    // [sample][feature]
  const double* labels;        // [sample], padded to whole blocks
  std::size_t samples;
  std::size_t features;  // the constant one included
  std::size_t batch;     // 0: full

  std::size_t dim() const { return features * logistic::classes; }
  bool sampled() const { return batch > 0; }

  template <std::size_t W>
  void value_lanes(const double* x, double* f) const {
    each_lane<W>(
        x, [&](std::size_t lane, const double* w) { f[lane] = value_at(w); }, [&](std::size_t lane) { f[lane] = f[0]; });
  }
  template <std::size_t W>
  void gradient_lanes(const double* x, double* g) const {
    each_lane<W>(
        x, [&](std::size_t lane, const double* w) { scatter<W>(gradient_at(w), lane, g); },
        [&](std::size_t lane) {
          for (std::size_t j = 0; j < dim(); ++j) g[j * W + lane] = g[j * W];
        });
  }
  template <std::size_t W>
  void sample_lanes(const DrawKey& key, const std::uint64_t* replica, std::uint64_t step, const double* x, double* g) const {
    std::vector<double> w(dim());
    for (std::size_t lane = 0; lane < W; ++lane) {
      for (std::size_t j = 0; j < dim(); ++j) w[j] = x[j * W + lane];
      scatter<W>(sampled_gradient_at(key, replica[lane], step, w.data()), lane, g);
    }
  }
  // Hessian times v: with u = A v, r_ic = p_ic (u_ic - sum_e p_ie u_ie), the product is A' r / n.
  void product(const double* x, const double* v, double* out) const;

  static std::vector<Parameter> parameters();
  static Built<FashionLogistic> build(const Parameters& values);

 private:
  static constexpr std::size_t S = logistic::native_lanes;

  // visit(lane, x of the lane); a lane with the point of lane 0 only copies its result: replicas of an exact method stay together.
  template <std::size_t W, class Visit, class Copy>
  void each_lane(const double* x, Visit visit, Copy copy) const {
    std::vector<double> w(dim());
    for (std::size_t lane = 0; lane < W; ++lane) {
      bool same = lane > 0;
      for (std::size_t j = 0; same && j < dim(); ++j) same = std::memcmp(x + j * W, x + j * W + lane, sizeof(double)) == 0;
      if (same) {
        copy(lane);
        continue;
      }
      for (std::size_t j = 0; j < dim(); ++j) w[j] = x[j * W + lane];
      visit(lane, w.data());
    }
  }
  template <std::size_t W>
  void scatter(const std::vector<double>& from, std::size_t lane, double* g) const {
    for (std::size_t j = 0; j < dim(); ++j) g[j * W + lane] = from[j];
  }

  std::size_t block_count() const { return (samples + logistic::block - 1) / logistic::block; }
  logistic::Samples samples_of(std::size_t b) const {
    const std::size_t first = b * logistic::block;
    return {blocks + first * features, labels + first, logistic::block,
            samples - first < logistic::block ? samples - first : logistic::block};
  }

  double value_at(const double* w) const;
  std::vector<double> gradient_at(const double* w) const;
  std::vector<double> sampled_gradient_at(const DrawKey& key, std::uint64_t replica, std::uint64_t step, const double* w) const;
  // The sum over one block's samples of a_i (p_i - y_i), times 255. z: [classes][1024], scratch.
  std::vector<double> block_gradient(const logistic::Samples& s, const double* w, std::vector<double>& z) const;
  static std::vector<double> scaled(std::vector<double> sum, double factor) {
    for (double& s : sum) s = s * factor;
    return sum;
  }
};

inline double FashionLogistic::value_at(const double* w) const {
  std::vector<double> z(logistic::classes * logistic::block), loss(logistic::block);
  LaneSum<Pack<double, S>> sum;
  for (std::size_t b = 0; b < block_count(); ++b) {
    const logistic::Samples s = samples_of(b);
    logistic::scores<S>(s, features, w, z.data());
    logistic::softmax<S>(s, z.data(), loss.data());
    std::size_t i = 0;
    for (; i + S <= s.count; i += S) sum.add(Pack<double, S>::load(loss.data() + i));
    for (; i < s.count; ++i) sum.add_last(loss[i]);
  }
  return sum.total() / static_cast<double>(samples);
}

inline std::vector<double> FashionLogistic::block_gradient(const logistic::Samples& s, const double* w, std::vector<double>& z) const {
  logistic::scores<S>(s, features, w, z.data());
  logistic::softmax<S>(s, z.data(), nullptr);
  for (std::size_t i = 0; i < s.count; ++i) {
    double& own = z[static_cast<std::size_t>(s.labels[i]) * logistic::block + i];
    own = own - 1.0;
  }
  std::vector<double> sum(dim());
  logistic::back<S>(s, features, z.data(), sum.data());
  return sum;
}

inline std::vector<double> FashionLogistic::gradient_at(const double* w) const {
  std::vector<double> z(logistic::classes * logistic::block);
  logistic::VectorTree tree;
  for (std::size_t b = 0; b < block_count(); ++b) tree.add(block_gradient(samples_of(b), w, z));
  return scaled(tree.total(), logistic::pixel / static_cast<double>(samples));
}

inline std::vector<double> FashionLogistic::sampled_gradient_at(const DrawKey& key, std::uint64_t replica, std::uint64_t step,
                                                                const double* w) const {
  std::vector<double> z(logistic::classes * logistic::block), label(logistic::block);
  std::vector<std::uint8_t> bytes;
  logistic::VectorTree tree;
  for (std::size_t first = 0; first < batch; first += logistic::block) {
    logistic::Samples s{nullptr, label.data(), 0, batch - first < logistic::block ? batch - first : logistic::block};
    s.stride = s.padded();
    bytes.assign(features * s.stride, 0);
    for (std::size_t i = 0; i < s.count; ++i) {
      const std::size_t chosen = draw_index(key, Stream::minibatch, replica, step, first + i, samples);
      label[i] = labels[chosen];
      const std::uint8_t* row = rows + chosen * features;
      for (std::size_t k = 0; k < features; ++k) bytes[k * s.stride + i] = row[k];
    }
    s.bytes = bytes.data();
    tree.add(block_gradient(s, w, z));
  }
  return scaled(tree.total(), logistic::pixel / static_cast<double>(batch));
}

inline void FashionLogistic::product(const double* x, const double* v, double* out) const {
  using logistic::block;
  using logistic::classes;
  std::vector<double> p(classes * block), u(classes * block), sum(dim());
  logistic::VectorTree tree;
  for (std::size_t b = 0; b < block_count(); ++b) {
    const logistic::Samples s = samples_of(b);
    logistic::scores<S>(s, features, x, p.data());
    logistic::softmax<S>(s, p.data(), nullptr);
    logistic::scores<S>(s, features, v, u.data());
    for (std::size_t i = 0; i < s.count; ++i) {
      double mean = 0.0;
      for (std::size_t c = 0; c < classes; ++c) mean = mean + p[c * block + i] * u[c * block + i];
      for (std::size_t c = 0; c < classes; ++c) p[c * block + i] = p[c * block + i] * (u[c * block + i] - mean);
    }
    logistic::back<S>(s, features, p.data(), sum.data());
    tree.add(sum);
  }
  const std::vector<double> total = scaled(tree.total(), logistic::pixel * logistic::pixel / static_cast<double>(samples));
  std::memcpy(out, total.data(), total.size() * sizeof(double));
}

}  // namespace thalweg
