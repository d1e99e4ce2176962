// A functor on a device: what it points to, and what it does not.
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "lib/engine/cuda/functor.hpp"

namespace thalweg::device {
namespace {

struct Pointing {
  const double *start, *inside, *end, *last, *second, *nothing, *elsewhere;
  std::size_t count;
  double number;
};

class Relocated : public testing::Test {
 protected:
  Pointing on_device() const {
    const FunctorBytes made{&functor, sizeof functor, {{first.data(), first.size()}, {second.data(), second.size()}}};
    Arena count;
    PlacedFunctor(count, made);
    std::vector<std::byte> memory(count.used());
    Arena arena(memory.data());
    const PlacedFunctor placed(arena, made);
    Pointing there;
    const std::vector<std::byte> bytes = relocated(made, placed);
    EXPECT_EQ(bytes.size(), sizeof there);
    std::memcpy(static_cast<void*>(&there), bytes.data(), sizeof there);
    start = placed.arrays[0].data;
    start_of_second = placed.arrays[1].data;
    return there;
  }
  std::vector<double> first = std::vector<double>(40), second = std::vector<double>(7);
  double other = 0.0;
  Pointing functor{first.data(), first.data() + 17, first.data() + 40, first.data() + 39, second.data() + 1, nullptr, &other, 40, 0.5};
  mutable double *start = nullptr, *start_of_second = nullptr;
};

TEST_F(Relocated, AnAddressWithinAnArrayIsTheSamePlaceOfItsCopy) {
  const Pointing there = on_device();
  EXPECT_EQ(there.start, start);
  EXPECT_EQ(there.inside, start + 17);
  EXPECT_EQ(there.last, start + 39);
  EXPECT_EQ(there.end, start + 40);
  EXPECT_EQ(there.second, start_of_second + 1);
}

TEST_F(Relocated, WhatIsNoAddressOfAnArrayStaysAsItIs) {
  const Pointing there = on_device();
  EXPECT_EQ(there.nothing, nullptr);
  EXPECT_EQ(there.elsewhere, &other);
  EXPECT_EQ(there.count, 40u);
  EXPECT_EQ(there.number, 0.5);
}

// Two arrays side by side: where one ends the other starts.
TEST_F(Relocated, AnEndThatIsAStartIsTheStart) {
  std::vector<double> both(10);
  const double* held[] = {both.data() + 4, both.data() + 10};
  const FunctorBytes made{held, sizeof held, {{both.data(), 4}, {both.data() + 4, 6}}};
  Arena count;
  PlacedFunctor(count, made);
  std::vector<std::byte> memory(count.used());
  Arena arena(memory.data());
  const PlacedFunctor placed(arena, made);
  const double* there[2];
  std::memcpy(there, relocated(made, placed).data(), sizeof there);
  EXPECT_EQ(there[0], placed.arrays[1].data);
  EXPECT_EQ(there[1], placed.arrays[1].data + 6);
}

TEST_F(Relocated, AFunctorWithoutBytesOrArraysIsNothing) { EXPECT_TRUE(relocated({}, {}).empty()); }

}  // namespace
}  // namespace thalweg::device
