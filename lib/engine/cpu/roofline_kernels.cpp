// The roofs of one instruction set: lib/engine/cpu/roofline_tables.hpp.
#include "lib/core/type_list.hpp"
#include "lib/engine/cpu/kernel.hpp"
#include "lib/engine/cpu/roofline_tables.hpp"

namespace thalweg::cpu {

namespace {

// A store that goes past the caches, of one register.
template <class T>
inline void store_past_cache(const Lanes<T>& value, T* to) {
#if defined(__AVX512F__)
  _mm512_stream_si512(reinterpret_cast<__m512i*>(to), (__m512i)value.v);
#elif defined(__AVX__)
  _mm256_stream_si256(reinterpret_cast<__m256i*>(to), (__m256i)value.v);
#else
  _mm_stream_si128(reinterpret_cast<__m128i*>(to), (__m128i)value.v);
#endif
}

template <class T>
struct Roofs {
  using L = Lanes<T>;
  static constexpr std::size_t W = lanes<T>;
  static_assert(roofline_step % (4 * W) == 0);

  static void copy(const T* from, T* to, std::size_t count) {
    for (std::size_t i = 0; i < count; i += 4 * W)
      for (std::size_t k = 0; k < 4; ++k) L::load(from + i + k * W).store(to + i + k * W);
  }
  static void copy_past_cache(const T* from, T* to, std::size_t count) {
    for (std::size_t i = 0; i < count; i += 4 * W)
      for (std::size_t k = 0; k < 4; ++k) store_past_cache<T>(L::load(from + i + k * W), to + i + k * W);
    _mm_sfence();
  }
  static void streams(const T* g, T* x, T* m, T* v, std::size_t count) {
    const L b(T(0.9)), c(T(0.1)), minus_c(T(-0.1));
    for (std::size_t i = 0; i < count; i += W) {
      const L u = L::load(g + i), cu = c * u;
      const L first = m::fma(b, L::load(m + i), cu);
      first.store(m + i);
      m::fma(b, L::load(v + i), cu * u).store(v + i);
      m::fma(minus_c, first, L::load(x + i)).store(x + i);
    }
  }
  static void square_roots(const T* from, T* to, std::size_t count) {
    for (std::size_t i = 0; i < count; i += 4 * W)
      for (std::size_t k = 0; k < 4; ++k) m::sqrt(L::load(from + i + k * W)).store(to + i + k * W);
  }
  static void divisions(const T* from, T* to, std::size_t count) {
    const L one(T(1));
    for (std::size_t i = 0; i < count; i += 4 * W)
      for (std::size_t k = 0; k < 4; ++k) (one / L::load(from + i + k * W)).store(to + i + k * W);
  }
  static constexpr RooflineKernel<T> record() { return {copy, copy_past_cache, streams, square_roots, divisions}; }
};

}  // namespace

}  // namespace thalweg::cpu

extern "C" const thalweg::cpu::RooflineTable THALWEG_TABLE(roofline_kernels) = {thalweg::cpu::Roofs<double>::record(),
                                                                              thalweg::cpu::Roofs<float>::record()};
