// What the families on a data set share: losses of a linear model, full batch or mini-batch.
//
//   f(x) = (1/n) sum_i loss_i(a_i . x) + (lambda/2) |x|^2,   a_i the rows of the design A (n x d)
// Where the minimiser x* is known (a double and a rest for each coordinate, "centred"), values are f - f*, written with t_i = a_i . (x - x*) as
//   (1/n) sum_i [loss_i(z_i + t_i) - loss_i(z_i) - loss_i'(z_i) t_i] + (lambda/2) |x - x*|^2,   z_i = a_i . x*
// (the gradient at x* is 0), and the gradient as (1/n) sum_i a_i [loss_i'(z_i + t_i) - loss_i'(z_i)] + lambda (x - x*): both are accurate relatively
// near x*. Elsewhere x* = 0 stands for it, z_i = 0, and they are f and its gradient themselves.
//
// The oracle with batch = b > 0: the mean of a_i loss_i' over b samples, plus lambda x; which samples: problems/families/batches.hpp. order = 0 draws them with
// replacement, 1 without, 2 from one permutation; with order = 3 the probabilities are proportional to |a_i|, with order = 4 to |a_i|^2
// (problems/families/importance.hpp). With batch = 0 it is the exact gradient. Label noise of standard deviation tau adds a fresh tau z, z normal, to the target of
// each sample that is drawn, which moves the slope of a squared loss by -tau z. In float the arithmetic is float's.
//
// A gradient kept of sample i (lib/optimizers/rule_instance.hpp) is the number loss_i'(a_i . x) of a_i loss_i'; lambda x, alike for all, is not kept.
//
// A loss is a functor over any scalar, with the data of sample i behind pointers:
//   template <class R> R value(std::size_t i, R t) const;   the bracket above
//   template <class R> R slope(std::size_t i, R t) const;   its derivative
//   double at_centre(std::size_t i) const;                  loss_i'(z_i) where centred, else 0
//   static Built<LinearModel<Loss>> build(...), parameters(), complete(...), entry   as of every family
// Cost: 4 n d a gradient, 4 b d a sample.
// Source: Z. Li, T. Wang, S. Arora, ICLR 2022 (label noise); the orders: problems/families/batches.hpp.
#pragma once

#include <cstdint>
#include <vector>

#include "lib/core/draw.hpp"
#include "lib/core/elementary.hpp"
#include "lib/core/sum.hpp"
#include "problems/build.hpp"
#include "problems/families/batches.hpp"

namespace thalweg {

// Rows of numbers.
struct DesignView {
  const double* rows = nullptr;  // [sample][feature]
  std::size_t samples = 0;
  std::size_t features = 0;
  const double* row(std::size_t i) const { return rows + i * features; }
};

template <class Loss>
struct LinearModel {
  static constexpr Entry entry = Loss::entry;
  static constexpr std::string_view formula = Loss::formula;

  DesignView design;
  View<const double> centre, rest;  // x* = centre + rest; zeros where it is not known
  double lambda;
  Batches batches;
  Loss loss;

  std::size_t dim() const { return design.features; }
  bool sampled() const { return batches.size > 0; }

  template <class R>
  R value(View<const R> x) const {
    Sum<R> sum;
    for (std::size_t i = 0; i < design.samples; ++i) sum.add(loss.template value<R>(i, score<R>(i, x)));
    const R mean = sum.total() / R(static_cast<double>(design.samples));
    if (lambda == 0.0) return mean;
    Sum<R> squares;
    for (std::size_t k = 0; k < dim(); ++k) squares.add(m::sqr(shifted<R>(k, x)));
    return mean + R(0.5 * lambda) * squares.total();
  }
  template <class R>
  void gradient(View<const R> x, View<R> g) const {
    for (std::size_t k = 0; k < dim(); ++k) g[k] = R(0.0);
    for (std::size_t i = 0; i < design.samples; ++i) {
      const double* a = design.row(i);
      const R slope = loss.template slope<R>(i, score<R>(i, x));
      for (std::size_t k = 0; k < dim(); ++k) g[k] = m::fma(R(a[k]), slope, g[k]);
    }
    const R n = R(static_cast<double>(design.samples));
    for (std::size_t k = 0; k < dim(); ++k) g[k] = lambda == 0.0 ? g[k] / n : g[k] / n + R(lambda) * shifted<R>(k, x);
  }
  template <std::size_t W, class T>
  void sample_lanes(const DrawKey& key, const std::uint64_t* replica, std::uint64_t step, const T* x, T* g) const {
    thread_local std::vector<T> point, sum;
    point.resize(dim());
    sum.resize(dim());
    for (std::size_t lane = 0; lane < W; ++lane) {
      for (std::size_t k = 0; k < dim(); ++k) point[k] = x[k * W + lane];
      sample_at<T>(key, replica[lane], step, point.data(), sum.data());
      for (std::size_t k = 0; k < dim(); ++k) g[k * W + lane] = sum[k];
    }
  }
  // None where the batch weighs its samples or adds noise to their targets: what is kept would be another gradient.
  std::size_t memory() const { return sampled() && batches.weights == nullptr && batches.label_noise == 0.0 ? design.samples : 0; }
  template <std::size_t W, class T>
  void recall_lanes(Asked asked, const DrawKey& key, const std::uint64_t* replica, std::uint64_t step, const T* x, T* memory, T* g) const {
    thread_local std::vector<T> point, sum;
    point.resize(dim());
    sum.resize(dim());
    for (std::size_t lane = 0; lane < W; ++lane) {
      for (std::size_t k = 0; k < dim(); ++k) point[k] = x[k * W + lane];
      recall_at<T>(asked, key, replica[lane], step, point.data(), memory + lane * design.samples, sum.data());
      for (std::size_t k = 0; k < dim(); ++k) g[k * W + lane] = sum[k];
    }
  }
  // The sample that stands at place k of the batch of a step.
  std::size_t chosen(const DrawKey& key, std::uint64_t replica, std::uint64_t step, std::size_t k) const {
    return batches.chosen(key, replica, step, k, design.samples);
  }

  static std::vector<Parameter> parameters() { return Loss::parameters(); }
  static void complete(Parameters& values, const Parameters& given, const Texts& texts) { Loss::complete(values, given, texts); }
  static Built<LinearModel> build(const Parameters& values, const Texts& texts) { return Loss::build(values, texts); }

 private:
  static constexpr std::uint64_t first_label = std::uint64_t{1} << 30U;        // the draws of labels lie behind those of samples

  template <class R>
  R shifted(std::size_t k, View<const R> x) const {
    return (x[k] - R(centre[k])) - R(rest[k]);
  }
  template <class R>
  R score(std::size_t i, View<const R> x) const {
    const double* a = design.row(i);
    Sum<R> sum;
    for (std::size_t k = 0; k < dim(); ++k) sum.add(R(a[k]) * shifted<R>(k, x));
    return sum.total();
  }
  template <class T>
  void sample_at(const DrawKey& key, std::uint64_t replica, std::uint64_t step, const T* x, T* g) const {
    for (std::size_t k = 0; k < dim(); ++k) g[k] = T(0);
    for (std::size_t b = 0; b < batches.size; ++b) {
      const std::size_t i = chosen(key, replica, step, b);
      const double* a = design.row(i);
      T slope = slope_at<T>(i, x);
      if (batches.label_noise != 0.0) slope = slope - T(batches.label_noise * draw_normal(key, Stream::minibatch, replica, step, first_label + b));
      if (batches.weights != nullptr) slope = T(batches.weights[i]) * slope;
      for (std::size_t k = 0; k < dim(); ++k) g[k] = m::fma(T(a[k]), slope, g[k]);
    }
    const T size(static_cast<T>(batches.size));
    for (std::size_t k = 0; k < dim(); ++k) g[k] = lambda == 0.0 ? g[k] / size : g[k] / size + T(lambda) * x[k];
  }
  template <class T>
  T slope_at(std::size_t i, const T* x) const {
    return loss.template slope<T>(i, score<T>(i, View<const T>(x, dim()))) + T(loss.at_centre(i));
  }
  template <class T>
  void recall_at(Asked asked, const DrawKey& key, std::uint64_t replica, std::uint64_t step, const T* x, T* memory, T* g) const {
    for (std::size_t k = 0; k < dim(); ++k) g[k] = T(0);
    const std::size_t count = asked == Asked::filled ? design.samples : batches.size;
    for (std::size_t b = 0; b < count; ++b) {
      const std::size_t i = asked == Asked::filled ? b : chosen(key, replica, step, b);
      const double* a = design.row(i);
      T number = memory[i];
      if (asked != Asked::recalled) {  // the second time that the batch has a sample there is no change
        memory[i] = slope_at<T>(i, x);
        number = memory[i] - number;
      }
      for (std::size_t k = 0; k < dim(); ++k) g[k] = m::fma(T(a[k]), number, g[k]);
    }
    const T of(static_cast<T>(asked == Asked::recalled ? batches.size : design.samples));
    for (std::size_t k = 0; k < dim(); ++k) g[k] = g[k] / of;
  }
};

}  // namespace thalweg
