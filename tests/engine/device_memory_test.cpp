// The pool that runs on a device share their memory through: what is kept, what is waited for, and what is left after a refusal.
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <map>
#include <optional>
#include <thread>

#include "lib/core/check.hpp"
#include "lib/engine/cuda/memory.hpp"

namespace thalweg::device {
namespace {

// Of `size` bytes, of which others may take some.
class Memory {
 public:
  explicit Memory(std::size_t size) : free_(size) {}
  Pool::Source source() {
    return {[this] { return free_; }, [this](std::size_t bytes) { return take(bytes); }, [this](void* piece) { give(piece); }};
  }
  std::size_t taken = 0;  // pieces, so far
  std::size_t free() const { return free_; }
  void others_take(std::size_t bytes) { free_ -= bytes; }

 private:
  void* take(std::size_t bytes) {
    if (bytes > free_) throw EnvironmentError("no memory left");
    free_ -= bytes;
    void* piece = reinterpret_cast<void*>(++taken);
    pieces_[piece] = bytes;
    return piece;
  }
  void give(void* piece) {
    ASSERT_EQ(pieces_.count(piece), 1u);
    free_ += pieces_[piece];
    pieces_.erase(piece);
  }
  std::size_t free_;
  std::map<void*, std::size_t> pieces_;
};

void* lent(Pool& pool, std::size_t bytes) { return Pool::Piece(pool, bytes).memory(); }

TEST(DeviceMemory, KeepsWhatComesBackForRunsOfAboutThatSize) {
  Memory memory(1000);
  {
    Pool pool(memory.source());
    void* const first = lent(pool, 100);
    EXPECT_EQ(lent(pool, 100), first);
    EXPECT_EQ(lent(pool, 50), first);
    EXPECT_EQ(memory.taken, 1u);
    EXPECT_NE(lent(pool, 40), first) << "a small run would hold much more than it needs";
    EXPECT_NE(lent(pool, 101), first);
    EXPECT_EQ(memory.taken, 3u);
    EXPECT_EQ(pool.whole(), 1000u) << "what is kept can be had";
  }
  EXPECT_EQ(memory.free(), 1000u);
}

TEST(DeviceMemory, GivesUpWhatIsKeptWhereARunNeedsMore) {
  Memory memory(1000);
  Pool pool(memory.source());
  lent(pool, 100);
  lent(pool, 300);
  lent(pool, 700);
  EXPECT_EQ(memory.free(), 300u);
  lent(pool, 1000);
  EXPECT_EQ(pool.whole(), 1000u);
  EXPECT_EQ(memory.free(), 0u);
  lent(pool, 10);
  EXPECT_EQ(memory.free(), 990u);
  memory.others_take(500);
  EXPECT_EQ(pool.whole(), 500u) << "others use the device too";
}

TEST(DeviceMemory, TheWholeIsWhatARunAloneMayHave) {
  Memory memory(1000);
  Pool pool(memory.source());
  const Pool::Piece piece(pool, 600);
  EXPECT_EQ(pool.whole(), 1000u);
}

TEST(DeviceMemory, ARefusalLeavesThePoolAsItWas) {
  Memory memory(1000);
  Pool pool(memory.source());
  EXPECT_THROW(lent(pool, 1001), EnvironmentError);
  const Pool::Piece first(pool, 400);
  memory.others_take(500);
  EXPECT_THROW(lent(pool, 500), EnvironmentError);
  EXPECT_NO_THROW(lent(pool, 100));
  EXPECT_EQ(pool.whole(), 1000u);
}

TEST(DeviceMemory, WhatIsKeptMakesUpForWhatOthersTook) {
  Memory memory(1000);
  Pool pool(memory.source());
  const Pool::Piece piece(pool, 400);
  lent(pool, 300);
  memory.others_take(300);
  EXPECT_EQ(memory.free(), 0u);
  EXPECT_NO_THROW(lent(pool, 120)) << "too little for the piece that is kept";
  EXPECT_EQ(memory.free(), 180u);
}

// A wait without an end ends the program.
TEST(DeviceMemory, WhoFindsTooLittleWaitsForTheOthers) {
  Memory memory(1000);
  Pool pool(memory.source());
  std::optional<Pool::Piece> first;
  first.emplace(pool, 600);
  std::promise<void> got, also;
  std::thread second([&] {
    const Pool::Piece piece(pool, 700);
    got.set_value();
  });
  std::thread third([&] {
    const Pool::Piece piece(pool, 800);
    also.set_value();
  });
  std::future<void> of_second = got.get_future(), of_third = also.get_future();
  EXPECT_EQ(of_second.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
  EXPECT_EQ(of_third.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
  EXPECT_NO_THROW(lent(pool, 400)) << "this one fits beside the first";
  first.reset();
  ASSERT_EQ(of_second.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  ASSERT_EQ(of_third.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  second.join();
  third.join();
  EXPECT_EQ(pool.whole(), 1000u);
}

// What comes back may be enough for one that waits behind another.
TEST(DeviceMemory, WhoWaitsForMuchHoldsUpNobodyElse) {
  Memory memory(1000);
  Pool pool(memory.source());
  std::optional<Pool::Piece> first, second;
  first.emplace(pool, 500);
  second.emplace(pool, 400);
  std::promise<void> got_much, got_little;
  std::thread much([&] {
    const Pool::Piece piece(pool, 800);
    got_much.set_value();
  });
  std::future<void> of_much = got_much.get_future(), of_little = got_little.get_future();
  EXPECT_EQ(of_much.wait_for(std::chrono::milliseconds(100)), std::future_status::timeout);
  std::thread little([&] {
    const Pool::Piece piece(pool, 300);
    got_little.set_value();
  });
  EXPECT_EQ(of_little.wait_for(std::chrono::milliseconds(100)), std::future_status::timeout);
  second.reset();
  EXPECT_EQ(of_little.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  first.reset();
  ASSERT_EQ(of_much.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  ASSERT_EQ(of_little.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  much.join();
  little.join();
}

}  // namespace
}  // namespace thalweg::device
