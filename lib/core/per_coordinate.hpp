// One value for each of n coordinates, of which there is only one in memory when all are equal: what is known of 10^8 alike coordinates is one number.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <type_traits>
#include <utility>
#include <vector>

#include "lib/core/view.hpp"

namespace thalweg {

template <class T>
class PerCoordinate {
 public:
  PerCoordinate() = default;
  // n times the same value.
  PerCoordinate(std::size_t n, T value) : size_(n), mask_(0) {
    if (n > 0) stored_.assign(1, std::move(value));
  }
  // Values given one by one; floating-point numbers that are equal to the bit become one.
  PerCoordinate(std::vector<T> values) : stored_(std::move(values)), size_(stored_.size()), mask_(~std::size_t{0}) {
    if constexpr (std::is_same_v<T, double>) {
      const auto bits = [](double v) { return std::bit_cast<std::uint64_t>(v); };
      if (size_ > 1 && std::all_of(stored_.begin(), stored_.end(), [&](double v) { return bits(v) == bits(stored_.front()); })) {
        stored_ = std::vector<T>{stored_.front()};
        mask_ = 0;
      }
    }
  }
  PerCoordinate(std::initializer_list<T> values) : PerCoordinate(std::vector<T>(values)) {}

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const T& operator[](std::size_t j) const { return stored_[j & mask_]; }
  const T& front() const { return stored_.front(); }
  const T& back() const { return stored_.back(); }

  // The values in memory, and the coordinates that each stands for.
  const std::vector<T>& stored() const { return stored_; }
  std::size_t multiplicity() const { return empty() ? 0 : size_ / stored_.size(); }
  // All of them, one after another.
  std::vector<T> values() const { return {begin(), end()}; }

  void set(std::size_t j, T value) {
    if (stored_.size() != size_) stored_.assign(size_, T(stored_.front()));
    mask_ = ~std::size_t{0};
    stored_[j] = std::move(value);
  }

  // f of each value; evaluated once where all are equal.
  template <class F>
  auto map(F f) const {
    using U = std::decay_t<decltype(f(std::declval<const T&>()))>;
    std::vector<U> mapped;
    mapped.reserve(stored_.size());
    for (const T& value : stored_) mapped.push_back(f(value));
    return PerCoordinate<U>::of_stored(std::move(mapped), size_);
  }
  // f of the values of two, coordinate by coordinate.
  template <class V, class F>
  auto zip(const PerCoordinate<V>& other, F f) const {
    using U = std::decay_t<decltype(f(std::declval<const T&>(), std::declval<const V&>()))>;
    std::vector<U> made;
    const std::size_t count = std::max(stored_.size(), other.stored().size());
    made.reserve(count);
    for (std::size_t j = 0; j < count; ++j) made.push_back(f((*this)[j], other[j]));
    return PerCoordinate<U>::of_stored(std::move(made), size_);
  }
  // `stored` has one value or n of them.
  static PerCoordinate of_stored(std::vector<T> stored, std::size_t n) {
    PerCoordinate out;
    out.mask_ = stored.size() == n ? ~std::size_t{0} : 0;
    out.stored_ = std::move(stored);
    out.size_ = n;
    return out;
  }

  // What a formula or a kernel reads; no longer valid when this changes or ends.
  Coefficients coefficients() const requires std::is_same_v<T, double> {
    return empty() ? Coefficients() : Coefficients(stored_.data(), size_, stored_.size() != size_);
  }

  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = const T*;
    using reference = const T&;
    Iterator() = default;
    Iterator(const PerCoordinate* of, std::size_t j) : of_(of), j_(j) {}
    const T& operator*() const { return (*of_)[j_]; }
    const T* operator->() const { return &(*of_)[j_]; }
    Iterator& operator++() { return ++j_, *this; }
    Iterator operator++(int) {
      Iterator before = *this;
      ++j_;
      return before;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const PerCoordinate* of_ = nullptr;
    std::size_t j_ = 0;
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size_}; }

  friend bool operator==(const PerCoordinate& a, const PerCoordinate& b) {
    return a.size_ == b.size_ && std::equal(a.begin(), a.end(), b.begin());
  }

 private:
  std::vector<T> stored_;
  std::size_t size_ = 0, mask_ = ~std::size_t{0};
};

}  // namespace thalweg
