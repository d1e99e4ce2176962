// What every kernel source shares: the packs of its instruction set and the name of its table.
// Included only by files named *_kernels.cpp, which are compiled once per instruction set with THALWEG_ISA = v2, v3, v4.
#pragma once

#include <cstddef>
#include <type_traits>

#include "lib/core/elementary.hpp"
#include "lib/core/pack.hpp"
#include "lib/core/sum.hpp"
#include "lib/core/type_list.hpp"
#include "lib/core/view.hpp"
#include "lib/engine/launch.hpp"

// The one global symbol of a kernel source: thalweg_<file name>_<isa>.
#define THALWEG_TABLE_JOIN(name, isa) thalweg_##name##_##isa
#define THALWEG_TABLE_EXPAND(name, isa) THALWEG_TABLE_JOIN(name, isa)
#define THALWEG_TABLE(name) THALWEG_TABLE_EXPAND(name, THALWEG_ISA)

namespace thalweg::cpu {

template <class T>
constexpr std::size_t lanes = lanes_of<T>(Isa::THALWEG_ISA);
template <class T>
using Lanes = Pack<T, lanes<T>>;

// A value of R at p: R is a pack or its scalar.
template <class R>
inline R load(const typename Num<R>::Value* p) {
  if constexpr (std::is_floating_point_v<R>) return *p;
  else return R::load(p);
}
template <class R>
inline void store(const R& value, typename Num<R>::Value* p) {
  if constexpr (std::is_floating_point_v<R>) *p = value;
  else value.store(p);
}

// Lanes as doubles.
template <class T, std::size_t N>
inline void store_wide(const Pack<T, N>& value, double* p) {
  if constexpr (std::is_same_v<T, double>) value.store(p);
  else converted<double>(value).store(p);
}

// Lanes are coordinates: visit.template operator()<R>(j, i) for the packs of coordinates first ... first + count - 1, then for the rest one by one; j
// is the index of the coordinate or of the coordinates, i its place in arrays that begin with coordinate `first`.
template <class T, class Visit>
inline void along(std::size_t first, std::size_t count, Visit&& visit) {
  constexpr std::size_t W = lanes<T>;
  std::size_t i = 0;
  for (; i + W <= count; i += W) visit.template operator()<Lanes<T>>(Coordinates<W>{first + i}, i);
  for (; i < count; ++i) visit.template operator()<T>(first + i, i);
}

// The rows of a catalogue: Kernels<A, T>::record() for each A of the list.
template <template <class> class K, template <class, class> class Kernels, class List>
struct Rows;
template <template <class> class K, template <class, class> class Kernels, class... A>
struct Rows<K, Kernels, TypeList<A...>> {
  static constexpr K<double> f64[] = {Kernels<A, double>::record()...};
  static constexpr K<float> f32[] = {Kernels<A, float>::record()...};
  static constexpr KernelRows<K> rows{f64, f32, sizeof...(A)};
};

}  // namespace thalweg::cpu
