// thalweg certify and falsify: enclosures and witnesses as the program prints them, and its exit codes.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

using Json = nlohmann::json;

Json answer_of(const TemporaryFolder& folder, const std::string& arguments, int code) {
  const Answer answer = run_program(folder, arguments + " --json");
  EXPECT_EQ(answer.code, code) << arguments << answer.err;
  EXPECT_EQ(answer.err, "");
  return Json::parse(answer.out);
}

TEST(Certify, EnclosesThePlConstantOfPlSineEverywhereInATenthOfASecond) {
  const TemporaryFolder folder;
  const Json root = answer_of(folder, "certify pl-sine --constant mu_pl", 0);
  EXPECT_EQ(root["schema"], "thalweg.certify/1");
  EXPECT_TRUE(root["region"].is_null());
  EXPECT_LE(root["lower"].get<double>(), 0.175530985879);
  EXPECT_GE(root["upper"].get<double>(), 0.175530985879);
  EXPECT_LE(root["upper"].get<double>() - root["lower"].get<double>(), 1e-9);
  EXPECT_LT(root["seconds"].get<double>(), 0.1);
  EXPECT_GT(root["pieces"].get<int>(), 10);
  EXPECT_TRUE(root["converged"].get<bool>());
  EXPECT_FALSE(root["contradicted"].get<bool>());
  EXPECT_EQ(root["declared"]["trust"], "proved");
}

TEST(Certify, RegionsAreCubesOrBoxes) {
  const TemporaryFolder folder;
  const Json cube = answer_of(folder, "certify power --dim 2 --constant L --region 3", 0);  // 3 r^2
  EXPECT_EQ(cube["region"], Json::parse(R"({"lower": -3.0, "upper": 3.0})"));
  EXPECT_NEAR(cube["upper"].get<double>(), 27.0, 1e-7);
  EXPECT_TRUE(cube["declared"].is_null()) << "what is declared is that of the problem's own region, which is smaller";
  const Json box = answer_of(folder, "certify power --dim 2 --constant L_j --coordinate 1 --region=-3,0:3,1", 0);
  EXPECT_NEAR(box["upper"].get<double>(), 3.0, 1e-8);
  EXPECT_EQ(box["coordinate"], 1);
  EXPECT_EQ(box["region"]["lower"], Json::parse("[-3.0, 0.0]"));
  const Json own = answer_of(folder, "certify double-well --dim 1 --constant L", 0);  // its region [-2, 4]: 3 4^2 - 1
  EXPECT_NEAR(own["upper"].get<double>(), 47.0, 1e-6);
  EXPECT_FALSE(own["declared"].is_null());
}

TEST(Certify, WhatDoesNotReachTheToleranceIsPrintedWithExitCodeThree) {
  const TemporaryFolder folder;
  const Json root = answer_of(folder, "certify huber-chain --dim 3 --constant mu_pl --region 3 --pieces 50", 3);
  EXPECT_FALSE(root["converged"].get<bool>());
  EXPECT_LT(root["lower"].get<double>(), root["upper"].get<double>());
  const Answer text = run_program(folder, "certify huber-chain --dim 3 --constant mu_pl --region 3 --pieces 50");
  EXPECT_NE(text.out.find("not converged"), std::string::npos) << text.out;
}

TEST(Falsify, PrintsAWitnessWithExitCodeOne) {
  const TemporaryFolder folder;
  const Json root = answer_of(folder, "falsify pl-sine --dim 2 --claim L=7.6 --claim L=8 --claim mu_pl=0.185 --budget 20000 --seed 3", 1);
  EXPECT_EQ(root["schema"], "thalweg.falsify/1");
  EXPECT_EQ(root["seed"], 3);
  const Json& L = root["claims"][0];
  EXPECT_EQ(L["claim"], "L=7.6");
  EXPECT_TRUE(L["falsified"].get<bool>());
  const double x = L["witness"]["x"][0], y = L["witness"]["x"][1], v0 = L["witness"]["v"][0], v1 = L["witness"]["v"][1];
  const double curvature = (v0 * v0 * (2.0 + 6.0 * std::cos(2.0 * x)) + v1 * v1 * (2.0 + 6.0 * std::cos(2.0 * y))) / (v0 * v0 + v1 * v1);
  EXPECT_NEAR(L["witness"]["lower"].get<double>(), curvature, 1e-6);
  EXPECT_GT(curvature, 7.6);
  EXPECT_FALSE(root["claims"][1]["falsified"].get<bool>());
  EXPECT_TRUE(root["claims"][1]["witness"].is_null());
  EXPECT_NEAR(root["claims"][1]["best"].get<double>(), 8.0, 1e-6);
  EXPECT_GE(root["claims"][1]["evaluations"].get<int>(), 20000);
  EXPECT_LT(root["claims"][2]["witness"]["upper"].get<double>(), 0.185);
  EXPECT_EQ(answer_of(folder, "falsify pl-sine --dim 2 --claim L=7.6 --claim L=8 --claim mu_pl=0.185 --budget 20000 --seed 3", 1), root) << "one seed, one answer";
}

TEST(Falsify, TrueClaimsLeaveExitCodeZero) {
  const TemporaryFolder folder;
  const Answer answer = run_program(folder, "falsify huber-chain --dim 10 --claim convex --claim G_3=2 --claim L=4 --claim f_star=0 --budget 5000");
  EXPECT_EQ(answer.code, 0) << answer.out << answer.err;
  EXPECT_NE(answer.out.find("G_3=2: not falsified; largest ratio found 2 after 5"), std::string::npos) << answer.out;
  EXPECT_EQ(run_program(folder, "falsify huber-chain --dim 10 --claim G_3=1.9").code, 1);
  EXPECT_EQ(run_program(folder, "falsify huber-chain --dim 10 --claim G_3=1.9 --region 0.4 --budget 5000").code, 0) << "there |grad_3| <= 4 times 0.4";
}

}  // namespace
}  // namespace thalweg
