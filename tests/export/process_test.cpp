// Programs that are run: what they said, what is passed to them untouched, and that none is waited for beyond its limit.
#include "notebooks-export/process.hpp"

#include <gtest/gtest.h>

namespace thalweg {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

double seconds_of(const std::vector<std::string>& words, milliseconds limit, ProcessAnswer& answer) {
  const auto start = std::chrono::steady_clock::now();
  answer = run_process(words, {}, limit);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

TEST(Process, GivesTheStatusAndWhatWasSaid) {
  const ProcessAnswer answer = run_process({"sh", "-c", "echo answer; echo complaint >&2; exit 3"}, {}, seconds(60));
  EXPECT_TRUE(answer.started);
  EXPECT_FALSE(answer.timed_out);
  EXPECT_EQ(answer.code, 3);
  EXPECT_EQ(answer.complaint, "complaint\n");
}

TEST(Process, PassesWordsAndVariablesUntouched) {
  const std::string hard = "a b\"c'd $HOME `ls` \\ *\n;";
  const ProcessAnswer answer = run_process({"sh", "-c", "printf '%s|%s|%s' \"$1\" \"$2\" \"$HARD\" >&2", "sh", hard, ""}, {{"HARD", hard}}, seconds(60));
  EXPECT_EQ(answer.complaint, hard + "||" + hard);
}

TEST(Process, AProgramThatDoesNotExistIsSaidToBeMissing) {
  const ProcessAnswer answer = run_process({"/nowhere/program"}, {}, seconds(60));
  EXPECT_FALSE(answer.started);
  EXPECT_EQ(answer.complaint, "No such file or directory");
}

TEST(Process, IsKilledAtItsLimit) {
  ProcessAnswer answer;
  EXPECT_LT(seconds_of({"sleep", "300"}, milliseconds(200), answer), 60.0);
  EXPECT_TRUE(answer.timed_out);
  EXPECT_EQ(answer.code, 128 + 9);
}

TEST(Process, IsNotWaitedForAfterItEndedWhenSomethingItStartedLivesOn) {
  ProcessAnswer answer;
  EXPECT_LT(seconds_of({"sh", "-c", "sleep 100 & echo said >&2; exit 0"}, seconds(90), answer), 45.0);
  EXPECT_FALSE(answer.timed_out);
  EXPECT_EQ(answer.code, 0);
  EXPECT_EQ(answer.complaint, "said\n");
}

TEST(Process, KeepsTheEndOfALongComplaint) {
  const ProcessAnswer answer = run_process({"sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x >&2; echo end >&2"}, {}, seconds(60));
  EXPECT_EQ(answer.code, 0);
  EXPECT_LE(answer.complaint.size(), 65536u);
  EXPECT_EQ(last_line(answer.complaint.substr(answer.complaint.size() - 8)), "xxxxend");
}

TEST(Process, TheLastLineIsTheLastThatIsNotBlank) {
  EXPECT_EQ(last_line("Traceback\n  somewhere\nValueError: no\n\n \n"), "ValueError: no");
  EXPECT_EQ(last_line("one"), "one");
  EXPECT_EQ(last_line(" \n\n"), "");
  EXPECT_EQ(last_line(""), "");
}

}  // namespace
}  // namespace thalweg
