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
// The products and their fixed order: problems/families/logistic_kernel.hpp. In float the arithmetic is float's; the value is widened at the end.
// Source: C. M. Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3.4; the data: arXiv:1708.07747.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "lib/core/draw.hpp"
#include "problems/build.hpp"
#include "problems/families/logistic_kernel.hpp"

namespace thalweg {

struct FashionLogistic {
  static constexpr Entry entry{"fashion-logistic", "Multinomial logistic regression on Fashion-MNIST",
                               "Bishop 2006, section 4.3.4; arXiv:1708.07747"};
  static constexpr std::string_view formula = "f(x) = (1/n) sum_i [log sum_c exp(z_ic) - z_i,y_i],  z_ic = sum_k a_ik x_{10 k + c}";
  static constexpr bool of_package = true;

  const std::uint8_t* blocks;  // [block][feature][1024]
  const std::uint8_t* rows;    // [sample][feature]
  const double* labels;        // [sample], padded to whole blocks
  std::size_t samples;
  std::size_t features;  // the constant one included
  std::size_t batch;     // 0: full

  std::size_t dim() const { return features * logistic::classes; }
  bool sampled() const { return batch > 0; }

  template <std::size_t W, class T>
  void value_lanes(const T* x, double* f) const {
    each_lane<W>(
        x, [&](std::size_t lane, const T* w) { f[lane] = value_at(w); }, [&](std::size_t lane) { f[lane] = f[0]; });
  }
  template <std::size_t W, class T>
  void gradient_lanes(const T* x, T* g) const {
    each_lane<W>(
        x, [&](std::size_t lane, const T* w) { scatter<W>(gradient_at(w), lane, g); },
        [&](std::size_t lane) {
          for (std::size_t j = 0; j < dim(); ++j) g[j * W + lane] = g[j * W];
        });
  }
  template <std::size_t W, class T>
  void sample_lanes(const DrawKey& key, const std::uint64_t* replica, std::uint64_t step, const T* x, T* g) const {
    std::vector<T>& points = logistic::scratch<T>().w;
    points.resize(W * dim());
    logistic::lanes_to_rows<W>(x, dim(), points.data());
    for (std::size_t lane = 0; lane < W; ++lane) {
      T* mine = points.data() + lane * dim();
      const std::vector<T>& gradient = sampled_gradient_at(key, replica[lane], step, mine);
      std::copy(gradient.begin(), gradient.end(), mine);
    }
    logistic::rows_to_lanes<W>(points.data(), dim(), g);
  }
  // Hessian times v: with u = A v, r_ic = p_ic (u_ic - sum_e p_ie u_ie), the product is A' r / n.
  void product(const double* x, const double* v, double* out) const;

  static std::vector<Parameter> parameters();
  static Built<FashionLogistic> build(const Parameters& values);

 private:
  // visit(lane, x of the lane); a lane with the point of lane 0 only copies its result: replicas of an exact method stay together.
  template <std::size_t W, class T, class Visit, class Copy>
  void each_lane(const T* x, Visit visit, Copy copy) const {
    std::vector<T>& w = logistic::scratch<T>().w;
    w.resize(dim());
    for (std::size_t lane = 0; lane < W; ++lane) {
      bool same = lane > 0;
      for (std::size_t j = 0; same && j < dim(); ++j) same = std::memcmp(x + j * W, x + j * W + lane, sizeof(T)) == 0;
      if (same) {
        copy(lane);
        continue;
      }
      for (std::size_t j = 0; j < dim(); ++j) w[j] = x[j * W + lane];
      visit(lane, w.data());
    }
  }
  template <std::size_t W, class T>
  void scatter(const std::vector<T>& from, std::size_t lane, T* g) const {
    for (std::size_t j = 0; j < dim(); ++j) g[j * W + lane] = from[j];
  }

  std::size_t block_count() const { return (samples + logistic::block - 1) / logistic::block; }
  logistic::Samples samples_of(std::size_t b) const {
    const std::size_t first = b * logistic::block;
    return {blocks + first * features, labels + first, logistic::block,
            samples - first < logistic::block ? samples - first : logistic::block};
  }

  template <class T>
  double value_at(const T* w) const;
  // Both return memory of the thread's scratch.
  template <class T>
  const std::vector<T>& gradient_at(const T* w) const;
  template <class T>
  const std::vector<T>& sampled_gradient_at(const DrawKey& key, std::uint64_t replica, std::uint64_t step, const T* w) const;
  // Adds the sum over one block's samples of a_i (p_i - y_i), times 255, to the tree.
  template <class T>
  void add_block(const logistic::Samples& s, const T* w, logistic::Scratch<T>& scratch) const;
};

template <class T>
double FashionLogistic::value_at(const T* w) const {
  using P = logistic::Native<T>;
  logistic::Scratch<T>& scratch = logistic::scratch<T>();
  LaneSum<P> sum;
  for (std::size_t b = 0; b < block_count(); ++b) {
    const logistic::Samples s = samples_of(b);
    logistic::scores<T>(s, features, w, scratch.z.data());
    logistic::softmax<T>(s, scratch.z.data(), scratch.loss.data());
    std::size_t i = 0;
    for (; i + P::lanes <= s.count; i += P::lanes) sum.add(P::load(scratch.loss.data() + i));
    for (; i < s.count; ++i) sum.add_last(scratch.loss[i]);
  }
  return static_cast<double>(sum.total() / static_cast<T>(samples));
}

template <class T>
void FashionLogistic::add_block(const logistic::Samples& s, const T* w, logistic::Scratch<T>& scratch) const {
  logistic::scores<T>(s, features, w, scratch.z.data());
  logistic::softmax<T>(s, scratch.z.data(), nullptr);
  for (std::size_t i = 0; i < s.count; ++i) {
    T& own = scratch.z[static_cast<std::size_t>(s.labels[i]) * logistic::block + i];
    own = own - T(1);
  }
  scratch.sum.resize(dim());
  logistic::back<T>(s, features, scratch.z.data(), scratch.sum.data());
  scratch.tree.add(scratch.sum);
}

template <class T>
const std::vector<T>& FashionLogistic::gradient_at(const T* w) const {
  logistic::Scratch<T>& scratch = logistic::scratch<T>();
  scratch.tree.reset();
  for (std::size_t b = 0; b < block_count(); ++b) add_block<T>(samples_of(b), w, scratch);
  scratch.tree.total(static_cast<T>(1.0 / 255.0 / static_cast<double>(samples)), scratch.sum);
  return scratch.sum;
}

template <class T>
const std::vector<T>& FashionLogistic::sampled_gradient_at(const DrawKey& key, std::uint64_t replica, std::uint64_t step, const T* w) const {
  logistic::Scratch<T>& scratch = logistic::scratch<T>();
  scratch.tree.reset();
  for (std::size_t first = 0; first < batch; first += logistic::block) {
    logistic::Samples s{nullptr, scratch.label.data(), 0, batch - first < logistic::block ? batch - first : logistic::block};
    s.stride = s.padded();
    scratch.bytes.resize(features * logistic::block);
    const std::uint8_t* chosen[logistic::block];
    for (std::size_t i = 0; i < s.count; ++i) {
      const std::size_t index = draw_index(key, Stream::minibatch, replica, step, first + i, samples);
      scratch.label[i] = labels[index];
      chosen[i] = rows + index * features;
    }
    logistic::gather(features, s.count, s.stride, [&](std::size_t i) { return chosen[i]; }, scratch.bytes.data());
    s.bytes = scratch.bytes.data();
    add_block<T>(s, w, scratch);
  }
  scratch.tree.total(static_cast<T>(1.0 / 255.0 / static_cast<double>(batch)), scratch.sum);
  return scratch.sum;
}

inline void FashionLogistic::product(const double* x, const double* v, double* out) const {
  using logistic::block;
  using logistic::classes;
  std::vector<double> p(classes * block), u(classes * block), sum(dim());
  logistic::VectorTree<double> tree;
  for (std::size_t b = 0; b < block_count(); ++b) {
    const logistic::Samples s = samples_of(b);
    logistic::scores<double>(s, features, x, p.data());
    logistic::softmax<double>(s, p.data(), nullptr);
    logistic::scores<double>(s, features, v, u.data());
    for (std::size_t i = 0; i < s.count; ++i) {
      double mean = 0.0;
      for (std::size_t c = 0; c < classes; ++c) mean = mean + p[c * block + i] * u[c * block + i];
      for (std::size_t c = 0; c < classes; ++c) p[c * block + i] = p[c * block + i] * (u[c * block + i] - mean);
    }
    sum.resize(dim());
    logistic::back<double>(s, features, p.data(), sum.data());
    tree.add(sum);
  }
  tree.total(1.0 / 255.0 * (1.0 / 255.0) / static_cast<double>(samples), sum);
  std::memcpy(out, sum.data(), sum.size() * sizeof(double));
}

}  // namespace thalweg
