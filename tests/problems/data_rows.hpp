// Rows of data for the tests of problems on data, and the comparison of samples over lanes and instruction sets.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "problems/build.hpp"

namespace thalweg::test {

struct Row {
  std::vector<double> a;
  double b;
};

inline std::vector<Row> some_rows(std::size_t n, std::size_t d, unsigned seed, bool classes = false) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> unit(-1.0, 1.0);
  std::vector<Row> rows(n);
  for (Row& row : rows) {
    double sum = 0.3;
    for (std::size_t k = 0; k < d; ++k) row.a.push_back(unit(random) * static_cast<double>(k + 1)), sum += row.a.back();
    row.b = classes ? (sum + unit(random) > 0.0 ? 1.0 : 0.0) : sum + unit(random);
  }
  return rows;
}
inline std::string csv_of(const std::vector<Row>& rows) {
  std::string text;
  for (const Row& row : rows) {
    for (double a : row.a) text += written(a) + ",";
    text += written(row.b) + "\n";
  }
  return text;
}
inline std::vector<double> some_point(std::size_t d, double size, unsigned seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> unit(-size, size);
  std::vector<double> x(d);
  for (double& xk : x) xk = unit(random);
  return x;
}

// Numbers aligned as an engine hands them to kernels.
template <class T>
class AlignedNumbers {
 public:
  explicit AlignedNumbers(std::size_t n) : lines_((n * sizeof(T) + 63) / 64) {}
  T* data() { return lines_.front().values; }
  T& operator[](std::size_t i) { return data()[i]; }

 private:
  struct alignas(64) Line {
    T values[64 / sizeof(T)];
  };
  std::vector<Line> lines_;
};

// The sample of each replica has the bits of a run of it alone, in every instruction set.
template <class T>
void expect_same_samples(const Problem& p) {
  const std::size_t d = p.dim();
  const std::vector<double> at = some_point(d, 2.0, 1);
  std::vector<T> first;
  for (const Isa isa : {Isa::v2, Isa::v3, Isa::v4}) {
    if (!supported(isa)) continue;
    const ObjectiveKernel<T>& kernel = *p.objective.kernel.of<T>(isa);
    const std::size_t W = lanes_of<T>(isa);
    std::vector<std::uint64_t> replica(W);
    AlignedNumbers<T> x(W * d), g(W * d);
    std::vector<T> point(d), alone(d);
    for (std::size_t l = 0; l < W; ++l) {
      replica[l] = 3 + l;
      for (std::size_t k = 0; k < d; ++k) x[k * W + l] = static_cast<T>(at[k]) + static_cast<T>(l);
    }
    kernel.sample(p.objective.functor.get(), {draw_key(8, p.instance), replica.data(), 7}, x.data(), g.data(), {d, 1});
    for (std::size_t l = 0; l < W; ++l) {
      for (std::size_t k = 0; k < d; ++k) point[k] = x[k * W + l];
      kernel.point_sample(p.objective.functor.get(), {draw_key(8, p.instance), &replica[l], 7}, point.data(), alone.data());
      for (std::size_t k = 0; k < d; ++k) ASSERT_EQ(g[k * W + l], alone[k]) << p.text;
      if (l == 1 && first.empty()) first = alone;
      if (l == 1) { ASSERT_EQ(std::memcmp(first.data(), alone.data(), d * sizeof(T)), 0) << p.text << " " << isa_names[static_cast<std::size_t>(isa)]; }
    }
  }
}

}  // namespace thalweg::test
