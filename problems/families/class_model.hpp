// What the families of several classes share: softmax with cross entropy of the scores that a network gives a row of data, full batch or mini-batch.
//
//   f(x) = (1/n) sum_i [log sum_c exp(z_ic) - z_i,y_i] + (lambda/2) |x|^2,   z_i the scores of the network with weights x at the row a_i, y_i its class
// Where the minimiser x* is known (of a network that is linear in x), values are f - f* and the gradient is written about x*, as in linear_model.hpp and
// class_kernel.hpp: both are accurate relatively near x*. Elsewhere x* = 0 stands for it.
//
// The oracle with batch = b > 0: the mean of the gradients of b losses, plus lambda x; which samples: problems/families/batches.hpp. With batch = 0 it is the exact
// gradient. Sums over samples follow their order. In float the arithmetic is float's.
//
// A network is a functor over any scalar that works on a block of rows a (class_kernel.hpp):
//   std::size_t weights(std::size_t features, std::size_t classes) const;                         how many
//   void forward(a, samples, features, classes, const R* x, classed::Work<R>&, R* z) const;       scores, sample after sample
//   void backward(a, samples, features, classes, const R* x, classed::Work<R>&, const R* r, R* g) const;   adds the gradient of sum_sc r_sc z_sc at the same x
//   static constexpr bool linear;                      whether the scores are linear in x: then a gradient can be kept of each sample
//   static entry, formula, parameters(), complete(), build()   as of every family
#pragma once

#include "lib/core/draw.hpp"
#include "lib/core/pack.hpp"
#include "lib/core/sum.hpp"
#include "problems/families/class_kernel.hpp"
#include "problems/families/linear_model.hpp"

namespace thalweg {

namespace classed {

// Memory that a thread keeps from call to call.
template <class R>
struct Work {
  std::vector<R> z, label, weight, rows, shifted;
  std::vector<R> inner, outer;  // of a network: what it keeps from forward to backward
  const double* row[most_block];
};
template <class R>
Work<R>& work() {
  thread_local Work<R> mine;
  return mine;
}

}  // namespace classed

template <class Network>
struct ClassModel {
  static constexpr Entry entry = Network::entry;
  static constexpr std::string_view formula = Network::formula;

  DesignView design;
  const double* labels;
  std::size_t classes;
  View<const double> centre, rest;  // x* = centre + rest; empty where it is not known
  const double* probabilities;      // [sample][class] at x*
  double lambda;
  Batches batches;
  Network network;

  std::size_t dim() const { return network.weights(design.features, classes); }
  bool sampled() const { return batches.size > 0; }
  bool centred() const { return centre.size() > 0; }

  template <class R>
  R value(View<const R> x) const {
    classed::Work<R>& work = classed::work<R>();
    const R* point = shifted_point(x, work);
    Sum<R> sum;
    each_block(work, [&](std::size_t first, std::size_t count) {
      network.forward(classed::CommonRows<R>{work.row}, count, design.features, classes, point, work, work.z.data());
      for (std::size_t s = 0; s < count; ++s) {
        R* z = work.z.data() + s * classes;
        sum.add(centred() ? classed::loss_change(z, classes, probabilities + (first + s) * classes) : classed::loss(z, classes, R(labels[first + s])));
      }
    });
    const R mean = sum.total() / R(static_cast<double>(design.samples));
    if (lambda == 0.0) return mean;
    Sum<R> squares;
    for (std::size_t j = 0; j < x.size(); ++j) squares.add(m::sqr(point[j]));
    return mean + R(0.5 * lambda) * squares.total();
  }
  template <class R>
  void gradient(View<const R> x, View<R> g) const {
    classed::Work<R>& work = classed::work<R>();
    const R* point = shifted_point(x, work);
    for (std::size_t j = 0; j < x.size(); ++j) g[j] = R(0.0);
    each_block(work, [&](std::size_t first, std::size_t count) {
      const classed::CommonRows<R> rows{work.row};
      network.forward(rows, count, design.features, classes, point, work, work.z.data());
      for (std::size_t s = 0; s < count; ++s) {
        R* z = work.z.data() + s * classes;
        if (centred()) classed::slope_changes(z, classes, probabilities + (first + s) * classes);
        else classed::slopes(z, classes, R(labels[first + s]));
      }
      network.backward(rows, count, design.features, classes, point, work, work.z.data(), g.data());
    });
    const R n = R(static_cast<double>(design.samples));
    for (std::size_t j = 0; j < x.size(); ++j) g[j] = lambda == 0.0 ? g[j] / n : g[j] / n + R(lambda) * point[j];
  }
  // All W replicas at once, each with rows of its own.
  template <std::size_t W, class T>
  void sample_lanes(const DrawKey& key, const std::uint64_t* replica, std::uint64_t step, const T* x, T* g) const {
    using R = std::conditional_t<W == 1, T, Pack<T, W>>;
    classed::Work<R>& work = classed::work<R>();
    const R* point = reinterpret_cast<const R*>(x);
    R* out = reinterpret_cast<R*>(g);
    const std::size_t d = dim(), block = classed::block_of(design.features);
    make_room(work, block);
    work.rows.resize(block * design.features);
    for (std::size_t j = 0; j < d; ++j) out[j] = R(T(0));
    for (std::size_t first = 0; first < batches.size; first += block) {
      const std::size_t count = std::min(block, batches.size - first);
      for (std::size_t s = 0; s < count; ++s) gather<W, T>(key, replica, step, first + s, s, work);
      const classed::OwnRows<R> rows{work.rows.data(), design.features};
      network.forward(rows, count, design.features, classes, point, work, work.z.data());
      for (std::size_t s = 0; s < count; ++s) {
        R* z = work.z.data() + s * classes;
        classed::slopes(z, classes, work.label[s]);
        for (std::size_t c = 0; c < classes && batches.weights != nullptr; ++c) z[c] = work.weight[s] * z[c];
      }
      network.backward(rows, count, design.features, classes, point, work, work.z.data(), out);
    }
    const R size(static_cast<T>(batches.size)), pull(static_cast<T>(lambda));
    for (std::size_t j = 0; j < d; ++j) out[j] = lambda == 0.0 ? out[j] / size : out[j] / size + pull * point[j];
  }
  // Gradients kept of samples, of a network whose gradient is a_i times C slopes: these. None where the batch weighs its samples.
  std::size_t memory() const
    requires(Network::linear)
  {
    return sampled() && batches.weights == nullptr ? design.samples * classes : 0;
  }
  template <std::size_t W, class T>
    requires(Network::linear)
  void recall_lanes(Asked asked, const DrawKey& key, const std::uint64_t* replica, std::uint64_t step, const T* x, T* memory, T* g) const {
    thread_local std::vector<T> point, sum;
    point.resize(dim());
    sum.resize(dim());
    for (std::size_t lane = 0; lane < W; ++lane) {
      for (std::size_t j = 0; j < dim(); ++j) point[j] = x[j * W + lane];
      recall_at<T>(asked, key, replica[lane], step, point.data(), memory + lane * design.samples * classes, sum.data());
      for (std::size_t j = 0; j < dim(); ++j) g[j * W + lane] = sum[j];
    }
  }
  // The sample that stands at place k of the batch of a step.
  std::size_t chosen(const DrawKey& key, std::uint64_t replica, std::uint64_t step, std::size_t k) const { return batches.chosen(key, replica, step, k, design.samples); }

  static std::vector<Parameter> parameters() { return Network::parameters(); }
  static void complete(Parameters& values, const Parameters& given, const Texts& texts) { Network::complete(values, given, texts); }
  static Built<ClassModel> build(const Parameters& values, const Texts& texts) { return Network::build(values, texts); }

 private:
  template <class R>
  void make_room(classed::Work<R>& work, std::size_t block) const {
    work.z.resize(block * classes);
    work.label.resize(block);
    work.weight.resize(block);
  }
  // visit(first, count) for the blocks of samples, whose rows stand in the work's list.
  template <class R, class Visit>
  void each_block(classed::Work<R>& work, Visit&& visit) const {
    const std::size_t block = classed::block_of(design.features);
    make_room(work, block);
    for (std::size_t first = 0; first < design.samples; first += block) {
      const std::size_t count = std::min(block, design.samples - first);
      for (std::size_t s = 0; s < count; ++s) work.row[s] = design.row(first + s);
      visit(first, count);
    }
  }
  template <class T>
  void recall_at(Asked asked, const DrawKey& key, std::uint64_t replica, std::uint64_t step, const T* x, T* memory, T* g) const {
    classed::Work<T>& work = classed::work<T>();
    make_room(work, 1);
    T* z = work.z.data();
    for (std::size_t j = 0; j < dim(); ++j) g[j] = T(0);
    const std::size_t count = asked == Asked::filled ? design.samples : batches.size;
    for (std::size_t b = 0; b < count; ++b) {
      const std::size_t i = asked == Asked::filled ? b : chosen(key, replica, step, b);
      T* kept = memory + i * classes;
      work.row[0] = design.row(i);
      const classed::CommonRows<T> rows{work.row};
      if (asked == Asked::recalled) {
        std::copy(kept, kept + classes, z);
      } else {  // the second time that the batch has a sample there is no change
        network.forward(rows, 1, design.features, classes, x, work, z);
        classed::slopes(z, classes, T(static_cast<T>(labels[i])));
        for (std::size_t c = 0; c < classes; ++c) {
          const T before = kept[c];
          kept[c] = z[c];
          z[c] = z[c] - before;
        }
      }
      network.backward(rows, 1, design.features, classes, x, work, z, g);
    }
    const T of(static_cast<T>(asked == Asked::recalled ? batches.size : design.samples));
    for (std::size_t j = 0; j < dim(); ++j) g[j] = g[j] / of;
  }
  // x - x*, or x itself.
  template <class R>
  const R* shifted_point(View<const R> x, classed::Work<R>& work) const {
    if (!centred()) return x.data();
    work.shifted.resize(x.size());
    for (std::size_t j = 0; j < x.size(); ++j) work.shifted[j] = (x[j] - R(centre[j])) - R(rest[j]);
    return work.shifted.data();
  }
  // Sample k of the batch of each lane becomes row s.
  template <std::size_t W, class T, class R>
  void gather(const DrawKey& key, const std::uint64_t* replica, std::uint64_t step, std::size_t k, std::size_t s, classed::Work<R>& work) const {
    const double* row[W];
    T* label = reinterpret_cast<T*>(work.label.data() + s);
    T* weight = reinterpret_cast<T*>(work.weight.data() + s);
    for (std::size_t lane = 0; lane < W; ++lane) {
      const std::size_t i = chosen(key, replica[lane], step, k);
      row[lane] = design.row(i);
      label[lane] = static_cast<T>(labels[i]);
      weight[lane] = batches.weights == nullptr ? T(1) : static_cast<T>(batches.weights[i]);
    }
    T* to = reinterpret_cast<T*>(work.rows.data() + s * design.features);
    std::size_t from = 0;
    if constexpr (W > 1 && std::is_same_v<T, double> && W * sizeof(T) == register_bytes) {  // transposed in registers
      for (; from + W <= design.features; from += W) {
        R tile[W];
        for (std::size_t lane = 0; lane < W; ++lane) tile[lane] = R::load(row[lane] + from);
        interleave<W>(tile);
        for (std::size_t i = 0; i < W; ++i) tile[i].store(to + (from + i) * W);
      }
    }
    for (; from < design.features; ++from)
      for (std::size_t lane = 0; lane < W; ++lane) to[from * W + lane] = static_cast<T>(row[lane][from]);
  }
};

}  // namespace thalweg
