#include <Random123/philox.h>

#include <random>

#include "tests/bench/draw_reference.hpp"

namespace thalweg::bench {
namespace {

template <class T>
void add_normals(T* out, std::size_t count) {
  static std::mt19937_64 generator(1);
  static std::normal_distribution<T> normal;
  for (std::size_t i = 0; i < count; ++i) out[i] += normal(generator);
}

}  // namespace

void reference_words(std::uint64_t step, std::uint32_t* out, std::size_t count) {
  const r123::Philox4x32 philox;
  for (std::size_t i = 0; i + 4 <= count; i += 4) {
    const auto block = philox({{static_cast<std::uint32_t>(i / 4), static_cast<std::uint32_t>(step), 0U, 0U}}, {{1U, 2U}});
    for (std::size_t w = 0; w < 4; ++w) out[i + w] += block[w];
  }
}
void reference_normals(double* out, std::size_t count) { add_normals(out, count); }
void reference_normals(float* out, std::size_t count) { add_normals(out, count); }

}  // namespace thalweg::bench
