// Windows of steps: every number that is due has a column of its own, windows follow each other without a gap, and end where they must.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <set>

#include "lib/engine/window.hpp"

namespace thalweg {
namespace {

using DueAt = std::function<Due(std::uint64_t)>;

Due due_of(std::initializer_list<Measure> measures) {
  Due due;
  for (Measure measure : measures) due.insert(measure);
  return due;
}

Due always(std::uint64_t) { return due_of({Measure::value_before, Measure::gradient_before}); }
Due now_and_then(std::uint64_t t) {
  Due due;
  if (t % 7 == 0) due = due_of({Measure::value_before, Measure::value_after, Measure::rates, Measure::momentum, Measure::extremes});
  if (t % 3 == 0) due.insert(Measure::gradient_before);
  if (t % 50 == 0) due.insert(Measure::percentiles);
  return due;
}
Due never(std::uint64_t) { return {}; }

std::set<std::uint32_t> columns_in(const WindowStep& step) {
  std::set<std::uint32_t> columns;
  for (const Reduced& r : reduced)
    for (std::size_t k = 0; step.due.has(r.measure) && k < results_of(r.reduction); ++k) columns.insert(step.column[static_cast<std::size_t>(next(r.first, k))]);
  for (const auto& [measure, quantity] : valued)
    if (step.due.has(measure)) columns.insert(step.column[static_cast<std::size_t>(quantity)]);
  return columns;
}

TEST(Windows, FollowEachOtherAndGiveEachNumberAColumn) {
  for (const DueAt& due : {DueAt(always), DueAt(now_and_then), DueAt(never)})
    for (std::uint64_t horizon : {1, 2, 63, 64, 65, 129, 200})
      for (std::size_t room : {std::size_t{0}, std::size_t{100}, std::size_t{1000}, std::size_t{1} << 30U}) {
        const Windows<DueAt> windows(horizon, 8, room, due);
        std::size_t most = 1;
        std::vector<WindowStep> steps;
        for (std::uint64_t t = 1; t <= horizon + 1; t += steps.size()) {
          const std::size_t used = windows.open(t, steps);
          ASSERT_GE(steps.size(), 1u);
          EXPECT_LE(steps.size(), longest_window);
          most = std::max(most, used);
          EXPECT_LE(t + steps.size() - 1, t == horizon + 1 ? t : horizon) << "what follows the last step is a window of its own";
          std::set<std::uint32_t> columns;
          std::size_t before_last = 0;
          for (std::size_t k = 0; k < steps.size(); ++k) {
            EXPECT_EQ(columns_of(steps[k].due), columns_of(due(t + k)));
            before_last = columns.size();
            columns.merge(columns_in(steps[k]));
            EXPECT_EQ(columns.size(), before_last + columns_of(steps[k].due)) << "step " << t + k << " shares a column";
            EXPECT_TRUE(k + 1 == steps.size() || !steps[k].due.has(Measure::percentiles)) << "step " << t + k;
          }
          EXPECT_EQ(columns.size(), used);
          EXPECT_TRUE(columns.empty() || *columns.rbegin() == used - 1);
          EXPECT_TRUE(steps.size() == 1 || before_last * 8 <= room);
        }
        EXPECT_EQ(windows.most_columns(), most);
      }
}

TEST(Windows, AreAsLongAsTheyMayBe) {
  std::vector<WindowStep> steps;
  Windows<DueAt>(1000, 8, std::size_t{1} << 30U, always).open(1, steps);
  EXPECT_EQ(steps.size(), longest_window);
  Windows<DueAt>(1000, 8, 160, always).open(1, steps);  // two columns a step
  EXPECT_EQ(steps.size(), 10u);
  Windows<DueAt>(1000, 8, 159, always).open(1, steps);
  EXPECT_EQ(steps.size(), 9u);
  Windows<DueAt>(1000, 8, 0, never).open(1, steps);
  EXPECT_EQ(steps.size(), longest_window) << "nothing takes no room";
}

// Room that was measured where more was due, and at other steps.
TEST(Windows, TakeNoMoreColumnsThanAllowed) {
  const std::uint64_t horizon = 200;
  for (std::size_t room : {std::size_t{0}, std::size_t{100}, std::size_t{1000}}) {
    const auto more = [](std::uint64_t t) {
      Due due = now_and_then(t);
      due.insert(Measure::gradient_before);
      return due;
    };
    const std::size_t most = Windows<DueAt>(horizon, 8, room, more).most_columns();
    const Windows<DueAt> windows(horizon, 8, room, now_and_then);
    std::vector<WindowStep> steps;
    for (std::uint64_t t = 1; t <= horizon; t += steps.size()) EXPECT_LE(windows.open(t, steps, most), most) << "from step " << t;
  }
  std::vector<WindowStep> steps;
  EXPECT_EQ(Windows<DueAt>(horizon, 8, std::size_t{1} << 30U, always).open(1, steps, 7), 6u);
  EXPECT_EQ(Windows<DueAt>(horizon, 8, std::size_t{1} << 30U, always).open(1, steps, 8), 8u);
}

}  // namespace
}  // namespace thalweg
