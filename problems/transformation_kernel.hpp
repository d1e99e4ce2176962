// The kernel records of transformed objectives (problems/transformation.hpp), for one instruction set and one scalar type.
//
// A kernel calls the inner one of the same instruction set a group of replicas at a time, in memory that a thread keeps from call to call. Lanes that are
// coordinates go through a map of single coordinates where the inner problem has them; a sum of two problems' block sums is not the sum of their totals to
// the bit, so whatever changes the value itself is evaluated with lanes that are replicas, or at one point.
#pragma once

#include <algorithm>
#include <type_traits>
#include <vector>

#include "lib/engine/array.hpp"
#include "lib/engine/cpu/kernel.hpp"
#include "problems/transformation.hpp"

namespace thalweg::cpu {

// Memory for the values between two kernels. Transformations inside each other are deeper and deeper in one stack.
template <class T>
class Room {
 public:
  explicit Room(std::size_t count) : mine_(stack().take(count)) {}
  ~Room() { --stack().depth; }
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;
  T* data() { return mine_; }

 private:
  struct Stack {
    std::vector<Array<T>> rooms;
    std::size_t depth = 0;
    T* take(std::size_t count) {
      if (depth == rooms.size()) rooms.emplace_back();
      if (rooms[depth].size() < count) rooms[depth] = Array<T>(count);
      return rooms[depth++].data();
    }
  };
  static Stack& stack() {
    thread_local Stack mine;
    return mine;
  }

  T* mine_;
};

// Along: the record of a map of single coordinates whose inner problem is a sum over coordinates.
template <class Map, bool along_coordinates>
struct Mapped {};

template <class M, class T>
struct TransformationKernels;

template <class Map, bool along_coordinates, class T>
struct TransformationKernels<Mapped<Map, along_coordinates>, T> {
  using F = Transformed<Map>;
  static const F& functor(const void* objective) { return *static_cast<const F*>(objective); }
  static const ObjectiveKernel<T>& kernel(const Operand& operand) { return *operand.kernel.template of<T>(Isa::THALWEG_ISA); }

  // Of W replicas, or of one: a pack or its scalar.
  template <std::size_t W>
  using Lane = std::conditional_t<W == 1, T, Lanes<T>>;
  template <std::size_t W>
  static View<const Lane<W>> values(const T* x, std::size_t n) {
    return {reinterpret_cast<const Lane<W>*>(x), n};
  }
  template <std::size_t W>
  static View<Lane<W>> values(T* x, std::size_t n) {
    return {reinterpret_cast<Lane<W>*>(x), n};
  }

  template <std::size_t W>
  static void inner_value(const Operand& f, const T* x, double* out) {
    if constexpr (W == 1) *out = kernel(f).point_value(f.functor, x);
    else kernel(f).value(f.functor, x, out, {f.dim, 1});
  }
  // point: where a sample is asked for and the inner problem has an oracle of its own; null: the gradient.
  template <std::size_t W>
  static void inner_gradient(const Operand& f, const DrawPoint* point, const T* x, T* g) {
    if (point != nullptr && f.sampled) {
      if constexpr (W == 1) kernel(f).point_sample(f.functor, *point, x, g);
      else kernel(f).sample(f.functor, *point, x, g, {f.dim, 1});
    } else {
      if constexpr (W == 1) kernel(f).point_gradient(f.functor, x, g);
      else kernel(f).gradient(f.functor, x, g, {f.dim, 1});
    }
  }

  // Values are numbers of type T.
  static double narrow(T value) { return static_cast<double>(value); }

  template <std::size_t W>
  static void value_at(const F& f, const T* x, double* out) {
    using R = Lane<W>;
    if constexpr (ArgumentMap<Map>) {
      Room<T> y(f.inner->dim * W);
      map_point<R>(f.map, values<W>(x, f.size), values<W>(y.data(), f.inner->dim));
      inner_value<W>(*f.inner, y.data(), out);
    } else if constexpr (FactorMap<Map>) {
      inner_value<W>(*f.inner, x, out);
      for (std::size_t lane = 0; lane < W; ++lane) out[lane] = narrow(T(f.map.factor()) * T(out[lane]));
    } else {
      double other[W];
      inner_value<W>(*f.inner, x, out);
      if constexpr (SecondProblem<Map>) inner_value<W>(*f.map.second, x, other);
      else added<W>(f, values<W>(x, f.size), other);
      for (std::size_t lane = 0; lane < W; ++lane) out[lane] = narrow(T(out[lane]) + T(other[lane]));
    }
  }
  template <std::size_t W>
  static void added(const F& f, View<const Lane<W>> x, double* out) {
    Sum<Lane<W>> sum;
    for (std::size_t j = 0; j < f.size; ++j) sum.add(f.map.template term<Lane<W>>(j, x[j]));
    if constexpr (W == 1) *out = static_cast<double>(sum.total());
    else store_wide(sum.total(), out);
  }

  template <std::size_t W>
  static void gradient_at(const F& f, const DrawPoint* point, const T* x, T* g) {
    using R = Lane<W>;
    const View<R> out = values<W>(g, f.size);
    if constexpr (ArgumentMap<Map>) {
      Room<T> y(f.inner->dim * W), h(f.inner->dim * W);
      map_point<R>(f.map, values<W>(x, f.size), values<W>(y.data(), f.inner->dim));
      inner_gradient<W>(*f.inner, point, y.data(), h.data());
      map_back<R>(f.map, View<const R>(values<W>(h.data(), f.inner->dim)), out);
    } else {
      inner_gradient<W>(*f.inner, point, x, g);
      if constexpr (FactorMap<Map>) {
        for (std::size_t j = 0; j < f.size; ++j) out[j] = R(f.map.factor()) * out[j];
      } else if constexpr (AddedTerms<Map>) {
        const View<const R> at = values<W>(x, f.size);
        for (std::size_t j = 0; j < f.size; ++j) out[j] = out[j] + f.map.template slope<R>(j, at[j]);
      } else {
        Room<T> h(f.size * W);
        inner_gradient<W>(*f.map.second, point, x, h.data());
        const View<R> second = values<W>(h.data(), f.size);
        for (std::size_t j = 0; j < f.size; ++j) out[j] = out[j] + second[j];
      }
    }
  }

  static constexpr std::size_t W = lanes<T>;
  static void value(const void* objective, const T* x, double* out, TileShape shape) {
    for (std::size_t n = 0; n < shape.groups; ++n) value_at<W>(functor(objective), x + n * shape.dim * W, out + n * W);
  }
  static void gradient(const void* objective, const T* x, T* g, TileShape shape) {
    for (std::size_t n = 0; n < shape.groups; ++n) gradient_at<W>(functor(objective), nullptr, x + n * shape.dim * W, g + n * shape.dim * W);
  }
  static void sample(const void* objective, const DrawPoint& point, const T* x, T* g, TileShape shape) {
    for (std::size_t n = 0; n < shape.groups; ++n) {
      const DrawPoint group{point.key, point.replica + n * W, point.step};
      gradient_at<W>(functor(objective), &group, x + n * shape.dim * W, g + n * shape.dim * W);
    }
  }

  // y of coordinates first ... first + count - 1, count <= sum_block.
  static void stretch(const F& f, std::size_t first, std::size_t count, const T* x, T* y) {
    along<T>(first, count, [&]<class R>(auto j, std::size_t i) { store<R>(f.map.template argument<R>(j, load<R>(x + i)), y + i); });
  }
  static T terms(const void* objective, std::size_t first, std::size_t count, const T* x) {
    const F& f = functor(objective);
    alignas(64) T y[sum_block];
    stretch(f, first, count, x, y);
    return kernel(*f.inner).terms(f.inner->functor, first, count, y);
  }
  static void slopes(const void* objective, std::size_t first, std::size_t count, const T* x, T* g) {
    const F& f = functor(objective);
    alignas(64) T y[sum_block];
    for (std::size_t done = 0; done < count; done += sum_block) {
      const std::size_t now = std::min(sum_block, count - done);
      stretch(f, first + done, now, x + done, y);
      kernel(*f.inner).slopes(f.inner->functor, first + done, now, y, g + done);
      along<T>(first + done, now, [&]<class R>(auto j, std::size_t i) { store<R>(f.map.template factor<R>(j) * load<R>(g + done + i), g + done + i); });
    }
  }

  static double point_value(const void* objective, const T* x) {
    double out = 0.0;
    value_at<1>(functor(objective), x, &out);
    return out;
  }
  static void point_gradient(const void* objective, const T* x, T* g) { gradient_at<1>(functor(objective), nullptr, x, g); }
  static void point_sample(const void* objective, const DrawPoint& point, const T* x, T* g) { gradient_at<1>(functor(objective), &point, x, g); }

  // A'H(y)A v;  c H v;  (H + D) v;  the sum of two.
  static void point_product(const void* objective, const T* x, const T* v, T* out) {
    const F& f = functor(objective);
    const Operand& inner = *f.inner;
    if constexpr (ArgumentMap<Map>) {
      Room<T> y(inner.dim), w(inner.dim), h(inner.dim);
      map_point<T>(f.map, values<1>(x, f.size), values<1>(y.data(), inner.dim));
      map_direction<T>(f.map, values<1>(v, f.size), values<1>(w.data(), inner.dim));
      kernel(inner).point_product(inner.functor, y.data(), w.data(), h.data());
      map_back<T>(f.map, View<const T>(h.data(), inner.dim), values<1>(out, f.size));
    } else {
      kernel(inner).point_product(inner.functor, x, v, out);
      if constexpr (FactorMap<Map>) {
        for (std::size_t j = 0; j < f.size; ++j) out[j] = T(f.map.factor()) * out[j];
      } else if constexpr (AddedTerms<Map>) {
        for (std::size_t j = 0; j < f.size; ++j) out[j] = out[j] + f.map.template curvature<T>(j) * v[j];
      } else {
        Room<T> h(f.size);
        kernel(*f.map.second).point_product(f.map.second->functor, x, v, h.data());
        for (std::size_t j = 0; j < f.size; ++j) out[j] = out[j] + h.data()[j];
      }
    }
  }

  static constexpr ObjectiveKernel<T> record() {
    ObjectiveKernel<T> made{};
    made.value = value, made.gradient = gradient, made.sample = sample;
    made.point_value = point_value, made.point_gradient = point_gradient, made.point_sample = point_sample;
    if constexpr (along_coordinates && CoordinateMap<Map>) made.terms = terms, made.slopes = slopes;
    if constexpr (std::is_same_v<T, double>) made.point_product = point_product;
    return made;
  }
};

// The records of a catalogue's maps: first those without lanes along coordinates, then those with them.
template <class List>
struct MappedRows;
template <class... A>
struct MappedRows<TypeList<A...>> {
  using All = TypeList<Mapped<typename A::Map, false>..., Mapped<typename A::Map, true>...>;
};

}  // namespace thalweg::cpu
