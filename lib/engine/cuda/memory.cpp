#include "lib/engine/cuda/memory.hpp"

#include <algorithm>
#include <utility>

#include "lib/core/check.hpp"

namespace thalweg::device {

Pool::~Pool() { release_kept(); }

std::size_t Pool::whole() {
  const std::lock_guard lock(mutex_);
  return measured();
}

// Measured while no run has any: others use the device too.
std::size_t Pool::measured() {
  if (lent_ == 0) whole_ = source_.free() + held_;
  return whole_;
}

void Pool::release_kept() {
  for (const Kept& piece : kept_) source_.give(piece.memory);
  kept_.clear();
  held_ = 0;
}

Pool::Kept Pool::take(std::size_t bytes) {
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto fits = [&](const Kept& piece) { return piece.bytes >= bytes && piece.bytes / 2 <= bytes; };
    if (const auto found = std::find_if(kept_.begin(), kept_.end(), fits); found != kept_.end()) {
      const Kept piece = *found;
      kept_.erase(found);
      held_ -= piece.bytes;
      lent_ += piece.bytes;
      return piece;
    }
    const bool alone = lent_ == 0;
    if (lent_ + held_ + bytes > measured()) release_kept();
    if (alone || lent_ + bytes <= whole_) break;
    changed_.wait(lock);
  }
  void* memory = nullptr;
  try {
    memory = source_.take(bytes);
  } catch (const EnvironmentError&) {  // others took some since it was measured, or what is free lies in parts
    if (kept_.empty()) throw;
    release_kept();
    memory = source_.take(bytes);
  }
  lent_ += bytes;
  return {memory, bytes};
}

void Pool::give(Kept piece) {
  {
    const std::lock_guard lock(mutex_);
    lent_ -= piece.bytes;
    held_ += piece.bytes;
    kept_.push_back(piece);
  }
  changed_.notify_all();
}

Pool::Piece::Piece(Pool& pool, std::size_t bytes) : pool_(pool) {
  const Kept taken = pool.take(bytes);
  memory_ = taken.memory;
  bytes_ = taken.bytes;
}
Pool::Piece::~Piece() { pool_.give({memory_, bytes_}); }

}  // namespace thalweg::device
