// Memory of a device, and of the host where copies reach it: taken in one piece a run, shared among the runs in flight, kept for those that follow.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

namespace thalweg::device {

// An array within an arena.
template <class V>
struct Span {
  V* data = nullptr;
  std::size_t size = 0;
  std::size_t bytes() const { return size * sizeof(V); }
};

// Hands out one piece of memory from its start on; without memory it counts what would be needed.
class Arena {
 public:
  Arena() = default;
  explicit Arena(void* memory) : memory_(static_cast<std::byte*>(memory)) {}
  template <class V>
  Span<V> array(std::size_t count) {
    const Span<V> found{memory_ == nullptr || count == 0 ? nullptr : reinterpret_cast<V*>(memory_ + used_), count};
    used_ += (count * sizeof(V) + alignment - 1) / alignment * alignment;
    return found;
  }
  std::size_t used() const { return used_; }

 private:
  static constexpr std::size_t alignment = 256;
  std::byte* memory_ = nullptr;
  std::size_t used_ = 0;
};

// Pieces of memory for the runs in flight. One that finds too little free waits for others to end; pieces that came back are used again.
class Pool {
 public:
  struct Source {
    std::function<std::size_t()> free;        // bytes that can be had now
    std::function<void*(std::size_t)> take;   // EnvironmentError where there is none
    std::function<void(void*)> give;
  };
  explicit Pool(Source source) : source_(std::move(source)) {}
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // What a run alone may have.
  std::size_t whole();

  class Piece {
   public:
    Piece(Pool& pool, std::size_t bytes);
    ~Piece();
    Piece(const Piece&) = delete;
    Piece& operator=(const Piece&) = delete;
    void* memory() const { return memory_; }

   private:
    Pool& pool_;
    void* memory_;
    std::size_t bytes_;
  };

 private:
  struct Kept {
    void* memory;
    std::size_t bytes;
  };
  Kept take(std::size_t bytes);
  void give(Kept piece);
  void release_kept();
  std::size_t measured();

  Source source_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Kept> kept_;
  std::size_t lent_ = 0, held_ = 0, whole_ = 0;  // bytes: with runs, kept, of all that there is
};

}  // namespace thalweg::device
