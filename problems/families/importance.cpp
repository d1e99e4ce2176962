#include "problems/families/importance.hpp"

#include <algorithm>
#include <cmath>

#include "problems/enclose.hpp"

namespace thalweg {

namespace {

Batches batches_of(const Parameters& values) {
  const std::size_t order = count(values, "order");
  Batches out{count(values, "batch"), order == 1 || order == 2, order == 2};
  if (const auto noise = values.find("label_noise"); noise != values.end() && !noise->second.empty()) out.label_noise = noise->second.front();
  return out;
}

std::vector<double> shares_of(double order, const Dataset& data) {
  if (order != order_of_lengths && order != order_of_smoothness) return {};
  std::vector<double> size(data.samples), shares(data.samples);
  double total = 0.0;
  for (std::size_t i = 0; i < data.samples; ++i) {
    double squares = 0.0;
    for (std::size_t k = 0; k < data.features; ++k) squares += m::sqr(data.design[i * data.features + k]);
    total += size[i] = order == order_of_lengths ? std::sqrt(squares) : squares;
  }
  if (!(total > 0.0)) throw SpecError({Place{}, "order", written(order), "needs a row of the data that is not 0"});
  double left = 0x1p32;
  std::size_t largest = 0;
  for (std::size_t i = 0; i < data.samples; ++i) {
    if (size[i] > size[largest]) largest = i;
    shares[i] = size[i] == 0.0 ? 0.0 : std::max(1.0, std::floor(0x1p32 * (size[i] / total)));
    left -= shares[i];
  }
  shares[largest] += left;  // what rounding left over, or took too much: at most one for each sample
  THALWEG_EXPECTS(shares[largest] >= 1.0);
  return shares;
}

}  // namespace

Interval Sampling::weight(std::size_t i) const {
  if (shares.empty()) return Interval(1.0);
  return shares[i] > 0.0 ? Interval(0x1p32) / (Interval(static_cast<double>(shares.size())) * Interval(shares[i])) : Interval(0.0);
}

const char* Sampling::draws() const { return shares.empty() ? "draws with replacement" : "draws by importance"; }

Sampling sampling_of(const Parameters& values, const Dataset& data) { return {batches_of(values), shares_of(number(values, "order"), data)}; }

Batches kept(const Sampling& sampling, Storage& storage) {
  Batches batches = sampling.batches;
  if (sampling.shares.empty()) return batches;
  const std::size_t n = sampling.shares.size();
  std::vector<double> ends(n), weights(n, 0.0);
  double end = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    ends[i] = end += sampling.shares[i];
    if (sampling.shares[i] > 0.0) weights[i] = 0x1p32 / (static_cast<double>(n) * sampling.shares[i]);
  }
  batches.ends = storage.keep(std::move(ends)).data();
  batches.weights = storage.keep(std::move(weights)).data();
  return batches;
}

SlopeBounds slope_bounds(const Dataset& data, const Interval& steepest, const Sampling& sampling, const std::string& source) {
  const Interval n(static_cast<double>(data.samples)), b(static_cast<double>(sampling.batches.size));
  std::vector<Interval> weights;
  for (std::size_t i = 0; i < data.samples; ++i) weights.push_back(sampling.weight(i));
  SlopeBounds out;
  Interval squares(0.0);  // sum_i w_i |a_i|^2
  for (std::size_t k = 0; k < data.features; ++k) {
    Interval sum(0.0), most(0.0);
    for (std::size_t i = 0; i < data.samples; ++i) {
      const Interval size(std::fabs(data.design[i * data.features + k]));
      sum += size;
      most = m::max(most, weights[i] * size);
      squares += weights[i] * m::sqr(size);
    }
    out.gradient.push_back(proved(0.0, (steepest * (sampling.batches.size > 0 ? most : sum / n)).upper(), source));
  }
  if (sampling.batches.size == 0) out.variance = exact(0.0, "full batch");
  else if (!sampling.batches.shuffled) out.variance = proved(0.0, (m::sqr(steepest) * squares / n / b).upper(), source + ", " + sampling.draws());
  return out;
}

}  // namespace thalweg
