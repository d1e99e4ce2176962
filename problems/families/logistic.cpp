// Building the logistic regression: layout of the data, and its certified constants.
//
// L: the Hessian is (1/n) sum_i (diag p_i - p_i p_i') kron a_i a_i' <= (1/2) (I - 11'/10) kron M with M = A'A/n (D. Boehning, Ann. Inst.
//   Statist. Math. 44, 1992), so L <= lambda_max(M) / 2. M is nonnegative, hence lambda_max(M) <= max_k (M v)_k / v_k for every positive v
//   (Collatz and Wielandt: R. S. Varga, Matrix Iterative Analysis, theorem 2.2). v comes from power iterations and is rounded up to
//   integers up to 2^20: then 255^2 n M v is a vector of integers below 2^63 and is computed exactly. At x = 0 the Hessian is
//   (1/10) (I - 11'/10) kron M, so L >= v'Mv / (10 v'v).
//
// L_kc: the diagonal entry is (1/n) sum_i a_ik^2 p (1 - p) <= (1/4) mean_i a_ik^2.
//
// G_kc: |p - y| <= 1, so every sampled gradient has |g_kc| <= max_i a_ik; the full one lies between -mean_i a_ik [y_i = c] and
//   mean_i a_ik [y_i != c].
//
// sigma^2: |p - y|^2 <= 2, so E |g_i - grad f|^2 <= E |g_i|^2 <= 2 mean_i |a_i|^2 for one sample, divided by b for a batch drawn with
//   replacement.
#include "problems/families/logistic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "problems/data/idx.hpp"
#include "problems/enclose.hpp"

namespace thalweg {

namespace {

using logistic::block;
using logistic::classes;

constexpr std::size_t most_pixels = 2000;  // so that 255^2 n M v stays below 2^63 for 60000 samples

struct Data {
  std::vector<std::uint8_t> blocks, rows;
  std::vector<double> labels;
  std::size_t samples, features;
};

std::shared_ptr<const Data> laid_out(const ImageSet& set) {
  auto data = std::make_shared<Data>();
  data->samples = set.count;
  data->features = set.pixels + 1;
  const std::size_t n = set.count, features = data->features, blocks = (n + block - 1) / block;
  data->rows.resize(n * features);
  data->blocks.resize(blocks * block * features);
  data->labels.resize(blocks * block);
  for (std::size_t i = 0; i < n; ++i) {
    std::uint8_t* row = data->rows.data() + i * features;
    std::copy_n(set.images.data() + i * set.pixels, set.pixels, row);
    row[set.pixels] = 255;  // the constant feature 1
    data->labels[i] = set.labels[i];
    std::uint8_t* column = data->blocks.data() + i / block * block * features + i % block;
    for (std::size_t k = 0; k < features; ++k) column[k * block] = row[k];
  }
  return data;
}

// B'B v with B the bytes, over any scalar in which it does not overflow.
template <class T>
std::vector<T> gram_times(const Data& data, const std::vector<T>& v, T* square = nullptr) {
  std::vector<T> out(data.features, T(0));
  for (std::size_t i = 0; i < data.samples; ++i) {
    const std::uint8_t* row = data.rows.data() + i * data.features;
    T dot = 0;
    for (std::size_t k = 0; k < data.features; ++k) dot += static_cast<T>(row[k]) * v[k];
    for (std::size_t k = 0; k < data.features; ++k) out[k] += static_cast<T>(row[k]) * dot;
  }
  if (square != nullptr) {
    *square = 0;
    for (std::size_t k = 0; k < data.features; ++k) *square += v[k] * out[k];
  }
  return out;
}

// Nearly the Perron vector, scaled to a largest entry of 2^20 and rounded up to positive integers.
std::vector<std::uint64_t> perron_vector(const Data& data) {
  std::vector<float> v(data.features, 1.0F);
  for (int iteration = 0; iteration < 30; ++iteration) {
    v = gram_times(data, v);
    const float most = *std::max_element(v.begin(), v.end());
    for (float& x : v) x /= most;
  }
  std::vector<std::uint64_t> out(v.size());
  for (std::size_t k = 0; k < v.size(); ++k)
    out[k] = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(std::ldexp(v[k], 20))));
  return out;
}

// The exact number of an integer below 2^63, which a double may not hold.
Interval enclosure(std::uint64_t integer) {
  const auto high = static_cast<double>(integer >> 32U), low = static_cast<double>(integer & 0xffffffffU);
  return Interval(high * 0x1p32) + Interval(low);
}

Constant certified_smoothness(const Data& data) {
  const std::vector<std::uint64_t> v = perron_vector(data);
  const std::vector<std::uint64_t> product = gram_times(data, v);
  double most = 0.0;
  Interval top(0.0), bottom(0.0);  // v'B'Bv and v'v
  for (std::size_t k = 0; k < v.size(); ++k) {
    most = std::max(most, (enclosure(product[k]) / enclosure(v[k])).upper());
    top += enclosure(v[k]) * enclosure(product[k]);
    bottom += m::sqr(enclosure(v[k]));
  }
  const Interval n(static_cast<double>(data.samples)), unit = n * Interval(255.0 * 255.0);
  return proved((top / (bottom * unit * Interval(10.0))).lower(), (Interval(most) / (Interval(2.0) * unit)).upper(),
                "Boehning 1992 with Collatz-Wielandt");
}

// Integer sums over the samples of each feature.
struct Columns {
  std::vector<std::uint64_t> square, most;
  std::vector<std::uint64_t> by_class;  // [feature][class]: sum of bytes over the samples of a class
  std::vector<std::uint64_t> all;
};

Columns column_sums(const Data& data) {
  const std::size_t features = data.features;
  Columns sums{std::vector<std::uint64_t>(features), std::vector<std::uint64_t>(features), std::vector<std::uint64_t>(features * classes),
               std::vector<std::uint64_t>(features)};
  for (std::size_t i = 0; i < data.samples; ++i) {
    const auto label = static_cast<std::size_t>(data.labels[i]);
    for (std::size_t k = 0; k < features; ++k) {
      const std::uint64_t byte = data.rows[i * features + k];
      sums.square[k] += byte * byte;
      sums.most[k] = std::max(sums.most[k], byte);
      sums.by_class[k * classes + label] += byte;
      sums.all[k] += byte;
    }
  }
  return sums;
}

void add_coordinate_bounds(const Data& data, std::size_t batch, Facts& facts) {
  const Columns sums = column_sums(data);
  const Interval n(static_cast<double>(data.samples)), byte(255.0);
  std::vector<Constant> smoothness, bounds;
  Interval norm(0.0);  // mean_i |a_i|^2
  for (std::size_t k = 0; k < data.features; ++k) {
    const Interval square = enclosure(sums.square[k]) / (n * m::sqr(byte));
    norm += square;
    for (std::size_t c = 0; c < classes; ++c) {
      smoothness.push_back(proved(0.0, (Interval(0.25) * square).upper(), "p (1 - p) <= 1/4"));
      const std::uint64_t own = sums.by_class[k * classes + c];
      const Interval bound = batch > 0 ? enclosure(sums.most[k]) / byte : enclosure(std::max(own, sums.all[k] - own)) / (n * byte);
      bounds.push_back(proved(0.0, bound.upper(), "|p - y| <= 1"));
    }
  }
  facts.L_j = std::move(smoothness);
  facts.gradient_bound = std::move(bounds);
  facts.sampling_variance = exact(0.0, "full batch");
  if (batch > 0)
    facts.sampling_variance =
        proved(0.0, (Interval(2.0) * norm / Interval(static_cast<double>(batch))).upper(), "|p - y|^2 <= 2, draws with replacement");
}

}  // namespace

std::vector<Parameter> FashionLogistic::parameters() {
  return {
      {"samples", {10000}, 1, 60000, true, "images: the first of the 10000 test images, or of the training images when more are asked for"},
      {"batch", {0}, 0, 60000, true, "samples of a mini-batch, drawn with replacement; 0: full batch"}};
}

Built<FashionLogistic> FashionLogistic::build(const Parameters& values) {
  const ImageSet set = fashion_mnist(count(values, "samples"));
  if (set.pixels > most_pixels)
    throw SpecError({Place{}, "pixels of an image", std::to_string(set.pixels), "must be at most " + std::to_string(most_pixels)});
  const std::shared_ptr<const Data> data = laid_out(set);
  const std::size_t batch = count(values, "batch");
  const FashionLogistic functor{data->blocks.data(), data->rows.data(), data->labels.data(), data->samples, data->features, batch};

  Facts facts;
  facts.dim = functor.dim();
  facts.smooth = facts.convex = true;
  facts.L = certified_smoothness(*data);
  facts.mu = exact(0.0, "the same added to all classes changes nothing");
  facts.f_star = {0.0, std::numeric_limits<double>::infinity(), Trust::proved, "losses are positive; only this lower bound is known"};
  add_coordinate_bounds(*data, batch, facts);
  auto storage = std::make_shared<Storage>();
  storage->keep(data);
  return {functor, storage, facts, std::vector<double>(functor.dim(), 0.0), {}};
}

}  // namespace thalweg
