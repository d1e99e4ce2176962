// Views, host and device, that never own. A view of n consecutive values is pointer and length; indexing is unchecked in release builds.
#pragma once

#include <concepts>
#include <cstddef>
#include <type_traits>

#include "lib/core/host_device.hpp"

namespace thalweg {

template <class T>
class View {
 public:
  THALWEG_HD constexpr View() = default;
  THALWEG_HD constexpr View(T* data, std::size_t size) : data_(data), size_(size) {}

  // A view of mutable values converts to a view of constant ones, and any contiguous container to a view of its values.
  template <class U>
    requires std::is_convertible_v<U (*)[], T (*)[]>
  THALWEG_HD constexpr View(View<U> other) : data_(other.data()), size_(other.size()) {}
  template <class C>
    requires requires(C& c) { { c.data() } -> std::convertible_to<T*>; { c.size() } -> std::convertible_to<std::size_t>; }
  constexpr View(C& container) : data_(container.data()), size_(container.size()) {}

  THALWEG_HD constexpr T& operator[](std::size_t i) const { return data_[i]; }
  // An index that stands for several coordinates (lib/core/pack.hpp) reads their values.
  template <class J>
    requires requires(const J& j, T* p) { j.load(p); }
  constexpr auto operator[](const J& j) const { return j.load(data_); }
  THALWEG_HD constexpr T* data() const { return data_; }
  THALWEG_HD constexpr std::size_t size() const { return size_; }
  THALWEG_HD constexpr T* begin() const { return data_; }
  THALWEG_HD constexpr T* end() const { return data_ + size_; }
  THALWEG_HD constexpr View subview(std::size_t offset, std::size_t count) const { return {data_ + offset, count}; }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

// Constants of a formula, one for each of n coordinates, of which there is only one in memory when all are equal.
class Coefficients {
 public:
  THALWEG_HD constexpr Coefficients() = default;
  THALWEG_HD constexpr Coefficients(const double* data, std::size_t size, bool alike) : data_(data), size_(size), mask_(alike ? 0 : ~std::size_t{0}) {}

  THALWEG_HD constexpr double operator[](std::size_t j) const { return data_[j & mask_]; }
  template <class J>
    requires requires(const J& j, const double* p) { j.spread(p); }
  constexpr auto operator[](const J& j) const { return mask_ == 0 ? j.spread(data_) : j.load(data_); }
  THALWEG_HD constexpr std::size_t size() const { return size_; }
  THALWEG_HD constexpr bool empty() const { return size_ == 0; }
  THALWEG_HD constexpr bool alike() const { return mask_ == 0; }
  // Those of coordinates first, first + 1, ...
  THALWEG_HD constexpr Coefficients from(std::size_t first) const { return {data_ + (first & mask_), size_ - first, alike()}; }

 private:
  const double* data_ = nullptr;
  std::size_t size_ = 0, mask_ = 0;
};

}  // namespace thalweg
