// Reductions over coordinates, for one instruction set. Each is stated once, as what one coordinate contributes, and serves both layouts.
#include <algorithm>
#include <limits>
#include <type_traits>
#include <utility>

#include "lib/engine/cpu/kernel.hpp"
#include "lib/engine/cpu/tables.hpp"

namespace {

using namespace thalweg;
using cpu::Lanes;
using cpu::lanes;
using cpu::Operands;

template <class R>
R operand(const void* p, std::size_t i) {
  return cpu::load<R>(static_cast<const typename Num<R>::Value*>(p) + i);
}

// What a contribution reads, in the layout of a call.
struct Reads {
  const Operands& o;
  template <class R>
  R a(std::size_t i) const { return operand<R>(o.a, i); }
  template <class R>
  R b(std::size_t i) const { return operand<R>(o.b, i); }
  template <class R, class J>
  R lower(J j) const { return R(o.lower[j]); }
  template <class R, class J>
  R upper(J j) const { return R(o.upper[j]); }
  double c() const { return o.c; }
};

// ---- the two layouts

template <class T, Reduction reduction>
struct Reduce {
  using L = Lanes<T>;
  static constexpr std::size_t W = lanes<T>;
  static constexpr bool sums = combining(reduction, 0) == Combining::sum;

  template <class Visit>
  static void over(TileShape shape, std::size_t n, Visit visit) {
    for (std::size_t j = 0; j < shape.dim; ++j) visit(j, (n * shape.dim + j) * W);
  }

  static void replicas(const Operands& o, TileShape shape, double* const* out) {
    using Sink = std::conditional_t<sums, Sum<L>, Greatest<L>>;
    for (std::size_t n = 0; n < shape.groups; ++n) {
      if constexpr (reduction == Reduction::extremes) {
        Range<L> range;
        over(shape, n, [&](std::size_t, std::size_t i) { range.add(operand<L>(o.a, i)); });
        cpu::store_wide(range.low(), out[0] + n * W);
        cpu::store_wide(range.high(), out[1] + n * W);
      } else if constexpr (results_of(reduction) == 3) {
        Sink s[3];
        over(shape, n, [&](std::size_t j, std::size_t i) { Contribution<reduction>::template add<L>(Reads{o}, j, i, s[0], s[1], s[2]); });
        for (std::size_t k = 0; k < 3; ++k) cpu::store_wide(s[k].total(), out[k] + n * W);
      } else {
        Sink s;
        over(shape, n, [&](std::size_t j, std::size_t i) { Contribution<reduction>::template add<L>(Reads{o}, j, i, s); });
        cpu::store_wide(s.total(), out[0] + n * W);
      }
    }
  }

  // A block sum takes packs and single values alike; the others are kept in two accumulators, one for the packs and one for the rest.
  struct GreatestOfBoth {
    Greatest<L> packs;
    Greatest<T> rest;
    void add(const L& x) { packs.add(x); }
    void add(T x) { rest.add(x); }
    T total() const {
      Greatest<T> all = rest;
      for (std::size_t l = 0; l < W; ++l) all.add(packs.value[l]);
      return all.total();
    }
  };

  static void block(const Operands& o, std::size_t first, std::size_t count, T* out) {
    using Sink = std::conditional_t<sums, BlockSum<L>, GreatestOfBoth>;
    if constexpr (reduction == Reduction::extremes) {
      Range<L> packs;
      Range<T> all;
      cpu::along<T>(first, count, [&]<class R>(auto, std::size_t i) {
        if constexpr (std::is_same_v<R, T>) all.add(operand<R>(o.a, i));
        else packs.add(operand<R>(o.a, i));
      });
      for (std::size_t l = 0; l < W && count >= W; ++l) {
        all.add(packs.low()[l]);
        all.add(packs.high()[l]);
      }
      out[0] = all.low();
      out[1] = all.high();
    } else if constexpr (results_of(reduction) == 3) {
      Sink s[3];
      cpu::along<T>(first, count, [&]<class R>(auto j, std::size_t i) { Contribution<reduction>::template add<R>(Reads{o}, j, i, s[0], s[1], s[2]); });
      for (std::size_t k = 0; k < 3; ++k) out[k] = s[k].total();
    } else {
      Sink s;
      cpu::along<T>(first, count, [&]<class R>(auto j, std::size_t i) { Contribution<reduction>::template add<R>(Reads{o}, j, i, s); });
      out[0] = s.total();
    }
  }
};

template <class T>
constexpr cpu::ReductionKernel<T> kernel() {
  cpu::ReductionKernel<T> made{};
  const auto enter = [&made]<Reduction... reduction>(std::integer_sequence<Reduction, reduction...>) {
    ((made.replicas[static_cast<std::size_t>(reduction)] = Reduce<T, reduction>::replicas,
      made.block[static_cast<std::size_t>(reduction)] = Reduce<T, reduction>::block),
     ...);
  };
  enter(std::integer_sequence<Reduction, Reduction::squares, Reduction::distance, Reduction::exceeds, Reduction::leaves, Reduction::path,
                              Reduction::momentum, Reduction::extremes, Reduction::absolute, Reduction::total, Reduction::difference, Reduction::inner, Reduction::roots,
                              Reduction::largest, Reduction::rises, Reduction::departure>());
  return made;
}

void widen_tile(const float* from, double* to, TileShape shape) {
  constexpr std::size_t wide = lanes<double>, narrow = lanes<float>;
  for (std::size_t n = 0; n < shape.groups; ++n)
    for (std::size_t j = 0; j < shape.dim; ++j) {
      const Halves<double, narrow> halves(converted<double>(Lanes<float>::load(from + (n * shape.dim + j) * narrow)));
      halves.low.store(to + ((2 * n) * shape.dim + j) * wide);
      halves.high.store(to + ((2 * n + 1) * shape.dim + j) * wide);
    }
}

void widen(const float* from, double* to, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<double>(from[i]);
}

}  // namespace

extern "C" const cpu::ReductionTable THALWEG_TABLE(reduction_kernels) = {kernel<double>(), kernel<float>(), widen_tile, widen};
