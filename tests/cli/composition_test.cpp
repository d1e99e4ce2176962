// A problem inside transformations wherever the program takes the id of one: show, certify, falsify, trace, a study and its store.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"

namespace thalweg::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

TEST(CompositionVerbs, TakeATextWhereAnIdStands) {
  TemporaryFolder folder;
  const Answer show = run_program(folder, "show 'rotate(shift(pl-sine, by=0.5), seed=7)' --problem-set dim=4 --json");
  ASSERT_EQ(show.code, 0) << show.err;
  const json shown = json::parse(show.out);
  EXPECT_EQ(shown["id"], "rotate");
  EXPECT_EQ(shown["instance"], "rotate(shift(pl-sine(dim=4, scale=1, start=3, region=4), by=0.5), seed=7)");
  // What a record of the problem is called can be given back.
  EXPECT_EQ(json::parse(run_program(folder, "show '" + shown["instance"].get<std::string>() + "' --json").out)["facts"], shown["facts"]);

  const Answer certify = run_program(folder, "certify 'condition(pl-sine(dim=2), by=[0.5, 1])' --constant mu_pl --json");
  ASSERT_EQ(certify.code, 0) << certify.err;
  EXPECT_NEAR(json::parse(certify.out)["lower"].get<double>(), 0.25 * 0.175530985879, 1e-9);
  EXPECT_EQ(run_program(folder, "falsify 'rotate(pl-sine(dim=10))' --claim L=7.6").code, 1);
  EXPECT_EQ(run_program(folder, "falsify 'rotate(pl-sine(dim=10))' --claim L=8.1 --budget 2000").code, 0);
  const Answer trace = run_program(folder, "trace sgd --problem 'scale(quadratic(spectrum=[1, 2], start=1), by=0.5)' --steps 1 --set eta=0.5");
  ASSERT_EQ(trace.code, 0) << trace.err;
  EXPECT_THAT(trace.out, HasSubstr("\n1,0.5,0.75,0.5,0.5,1,")) << "x - 0.5 * (0.5, 1) from (1, 1)";
  EXPECT_EQ(run_program(folder, "sharpness --problem 'reflect(quadratic(dim=4))' --method sgd --set eta=0.1 --steps 50").code, 0);
}

TEST(CompositionVerbs, StandInAStudyAndAreFoundAgain) {
  TemporaryFolder folder;
  write_file(folder / "study.toml",
             "id = \"turned\"\n[[block]]\nproblem = [{ id = \"rotate(quadratic, seed=7)\", dim = 10 }, { id = 'rotate(formula(\"sum(x[i]^4)\", dim=3))' }, { id = \"sum(pl-sine, shift(quadratic))\", dim = 3 }]\n"
             "method = [\"sgd\", \"adam\"]\neta = 0.01\nT = 50\nreplicas = 4\nnoise = { id = \"gaussian\", sigma = 0.1 }\nrecord = [\"f_gap\"]\n");
  const Answer first = run_program(folder, "run study.toml --out store");
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("6 cells, 6 run"));
  EXPECT_THAT(run_program(folder, "run study.toml --out store").out, HasSubstr("0 run, 6 found"));
  EXPECT_THAT(run_program(folder, "export store").out, HasSubstr("rotate(quadratic(dim=10, "));
}

TEST(CompositionVerbs, WrongTextsAreOneLine) {
  TemporaryFolder folder;
  for (const auto& [command, word] : {std::pair{"trace sgd --problem 'rotate(pl-sine'", "at character 15"}, {"certify 'rotat(pl-sine)' --constant L", "did you mean 'rotate'?"}, {"show rotate --problem-set dim=3", "is for a problem; 'rotate' is none"},
                                      {"falsify rotate --claim L=1", "write the problem inside, as in rotate(pl-sine)"}, {"trace sgd --problem 'rotate(linear)'", "has no infimum but on its box"}}) {
    const Answer answer = run_program(folder, command);
    EXPECT_EQ(answer.code, 2) << command;
    EXPECT_THAT(answer.err, HasSubstr(word)) << command;
    EXPECT_EQ(std::count(answer.err.begin(), answer.err.end(), '\n'), 1) << answer.err;
  }
}

}  // namespace
}  // namespace thalweg::test
