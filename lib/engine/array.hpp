// Memory for n values, aligned to a cache line and zero. A large array is mapped, so that a page lies where it is first touched, on huge pages where
// the system has them. EnvironmentError when there is not enough memory.
#pragma once

#include <cstddef>
#include <utility>

namespace thalweg {

namespace array_detail {
void* allocate(std::size_t bytes);
void release(void* data, std::size_t bytes) noexcept;
std::size_t taken(std::size_t bytes);  // what an allocation of so many bytes takes
}  // namespace array_detail

template <class T>
class Array {
 public:
  Array() = default;
  explicit Array(std::size_t count) : data_(static_cast<T*>(array_detail::allocate(count * sizeof(T)))), size_(count) {}
  ~Array() { array_detail::release(data_, size_ * sizeof(T)); }
  Array(Array&& other) noexcept : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Array& operator=(Array&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }

  static std::size_t bytes(std::size_t count) { return array_detail::taken(count * sizeof(T)); }

  T* data() { return data_; }
  const T* data() const { return data_; }
  std::size_t size() const { return size_; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace thalweg
