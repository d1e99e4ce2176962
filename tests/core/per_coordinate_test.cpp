#include "lib/core/per_coordinate.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace thalweg {
namespace {

using Numbers = PerCoordinate<double>;

TEST(PerCoordinate, KeepsOneOfEqualValues) {
  const Numbers filled(1000, 3.0), listed(std::vector<double>(1000, 3.0));
  for (const Numbers& values : {filled, listed}) {
    EXPECT_EQ(values.size(), 1000U);
    EXPECT_EQ(values.stored().size(), 1U);
    EXPECT_EQ(values.multiplicity(), 1000U);
    EXPECT_EQ(values[0], 3.0);
    EXPECT_EQ(values[999], 3.0);
    EXPECT_EQ(values.values(), std::vector<double>(1000, 3.0));
    EXPECT_TRUE(values.coefficients().alike());
  }
  EXPECT_EQ(filled, listed);
}

TEST(PerCoordinate, EqualMeansToTheBit) {
  EXPECT_EQ(Numbers({0.0, -0.0}).stored().size(), 2U);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(Numbers({nan, nan}).stored().size(), 1U);
  EXPECT_EQ(Numbers({1.0, 1.0, 2.0}).stored().size(), 3U);
}

TEST(PerCoordinate, OfNoCoordinates) {
  const Numbers none, zero(0, 1.0);
  EXPECT_TRUE(none.empty() && zero.empty() && none == zero);
  EXPECT_EQ(none.multiplicity(), 0U);
  EXPECT_TRUE(none.coefficients().empty());
  EXPECT_TRUE(none.values().empty() && zero.values().empty());
}

TEST(PerCoordinate, SettingOneLeavesTheOthers) {
  Numbers values(3, 1.0);
  values.set(1, 5.0);
  EXPECT_EQ(values, (Numbers{1.0, 5.0, 1.0}));
  values.set(0, 2.0);
  EXPECT_EQ(values.values(), (std::vector<double>{2.0, 5.0, 1.0}));
  const Coefficients rest = values.coefficients().from(1);
  EXPECT_EQ(rest.size(), 2U);
  EXPECT_EQ(rest[0], 5.0);
  EXPECT_EQ(Numbers(3, 4.0).coefficients().from(2)[0], 4.0);
  EXPECT_EQ(Numbers(3, 4.0).coefficients().from(2).size(), 1U);
}

TEST(PerCoordinate, MapsOncePerStoredValue) {
  int calls = 0;
  const auto doubled = [&](double x) { return ++calls, 2.0 * x; };
  EXPECT_EQ(Numbers(1000, 3.0).map(doubled), Numbers(1000, 6.0));
  EXPECT_EQ(calls, 1);
  const Numbers alike(3, 1.0), listed{1.0, 2.0, 3.0};
  const auto difference = [](double a, double b) { return a - b; };
  EXPECT_EQ(alike.zip(listed, difference), (Numbers{0.0, -1.0, -2.0}));
  EXPECT_EQ(listed.zip(alike, difference), (Numbers{0.0, 1.0, 2.0}));
  EXPECT_EQ(alike.zip(alike, difference).stored().size(), 1U);
}

}  // namespace
}  // namespace thalweg
