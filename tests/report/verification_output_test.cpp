// What a verification says: its JSON (docs/formats.md) and its table.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "analysis/report/verification.hpp"

namespace thalweg {
namespace {

using nlohmann::json;

Result made(const std::string& theorem, const std::string& method, Verdict verdict, double ratio = 0.5) {
  Result result;
  result.theorem = theorem;
  result.status = Status::proved;
  result.block = "b";
  result.condition = "convex";
  result.problem = "cosine(dim=2)";
  result.noise = "none";
  result.method = method;
  result.definition = method + "(eps=1)";
  result.eta = "0.1/sqrt(t)";
  result.cell = "abc";
  result.hyper = {{"eps", 1.0}, {"eta", 0.1}};
  result.horizon = 100;
  result.replicas = 8;
  result.metric = "f_gap";
  result.judgement.verdict = verdict;
  result.judgement.certified = true;
  result.judgement.reason = "because of " + theorem;
  result.judgement.measured.value = 0.5;
  result.judgement.measured.lower = 0.25;
  result.judgement.measured.upper = 0.75;
  result.judgement.measured.level = 1e-4;
  result.judgement.measured.how = "betting";
  result.judgement.bound = Interval(1.0, 1.5);
  result.judgement.trivial = Interval(2.0);
  result.judgement.ratio = ratio;
  return result;
}

Verification one_of_each() {
  Verification verification;
  for (Verdict verdict : {Verdict::holds, Verdict::violated, Verdict::vacuous, Verdict::undecided, Verdict::not_applicable})
    verification.results.push_back(made("theorem", "adam", verdict));
  verification.study = "mine";
  verification.study_hash = "1";
  verification.store_hash = "2";
  verification.code = "3";
  verification.comparisons = 7;
  return verification;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> all;
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

TEST(VerificationJson, HasEveryFieldOfEveryResult) {
  const json root = json::parse(to_json(one_of_each()));
  EXPECT_EQ(root["schema"], "thalweg.verify/1");
  ASSERT_EQ(root["results"].size(), 5u);
  for (const json& result : root["results"]) {
    for (const char* key : {"theorem", "status", "expect", "problem", "noise", "method", "definition", "hyper", "horizon", "replicas", "metric", "assumptions", "measured", "bound",
                            "trivial", "ratio", "verdict", "reason"})
      EXPECT_TRUE(result.contains(key)) << key;
    if (result["verdict"] == "not_applicable") {
      for (const char* key : {"measured", "bound", "trivial", "ratio"}) EXPECT_TRUE(result[key].is_null()) << "nothing was compared: " << key;
      continue;
    }
    EXPECT_EQ(result["measured"], json({{"estimate", 0.5}, {"lower", 0.25}, {"upper", 0.75}, {"level", 1e-4}, {"how", "betting"}}));
    EXPECT_EQ(result["bound"], json({{"lower", 1.0}, {"upper", 1.5}}));
    EXPECT_EQ(result["ratio"], 0.5);
    EXPECT_EQ(result["hyper"], json({{"eps", 1.0}, {"eta", 0.1}}));
    EXPECT_EQ(result["status"], "proved");
    EXPECT_EQ(result["expect"], "holds");
    EXPECT_EQ(result["assumptions"], "certified");
    EXPECT_EQ(result["horizon"], 100);
    EXPECT_EQ(result["replicas"], 8);
  }
  EXPECT_EQ(root["counts"], json({{"holds", 1}, {"violated", 1}, {"vacuous", 1}, {"undecided", 1}, {"not_applicable", 1}}));
  EXPECT_EQ(root["provenance"], json({{"study", "mine"}, {"study_hash", "1"}, {"store_hash", "2"}, {"code", "3"}, {"level", 1e-3}, {"comparisons", 7}}));
}

TEST(VerificationJson, CountsEveryVerdictEvenOfNoResults) {
  const json root = json::parse(to_json(Verification{}));
  EXPECT_TRUE(root["results"].is_array() && root["results"].empty());
  EXPECT_EQ(root["counts"].size(), 5u);
  for (const json& count : root["counts"]) EXPECT_EQ(count, 0);
}

TEST(VerificationJson, WhatIsNotFiniteIsNullAndTextIsEscaped) {
  Verification verification = one_of_each();
  Result& result = verification.results.front();
  result.judgement.measured.value = std::nan("");
  result.judgement.measured.upper = std::numeric_limits<double>::infinity();
  result.judgement.bound = Interval(0.0, std::numeric_limits<double>::infinity());
  result.judgement.ratio = std::nan("");
  result.judgement.reason = "a \"quoted\" \\ reason\nof two lines";
  result.judgement.certified = false;
  const json row = json::parse(to_json(verification))["results"][0];
  EXPECT_TRUE(row["measured"]["estimate"].is_null() && row["measured"]["upper"].is_null() && row["bound"]["upper"].is_null() && row["ratio"].is_null());
  EXPECT_EQ(row["measured"]["lower"], 0.25);
  EXPECT_EQ(row["reason"], result.judgement.reason);
  EXPECT_EQ(row["assumptions"], "observed");
}

TEST(VerificationTable, HasOneLineForATheoremAndMethodAndOneForEveryCellWhenAsked) {
  Verification verification;
  verification.results = {made("a", "adam", Verdict::holds, 0.1), made("a", "adam", Verdict::holds, 0.9), made("a", "sgd", Verdict::holds), made("b", "adam", Verdict::vacuous),
                          made("a", "adam", Verdict::holds, 0.4)};
  const std::vector<std::string> brief = lines_of(table(verification, false, 200)), full = lines_of(table(verification, true, 200));
  EXPECT_EQ(brief.size(), 1u + 3u + 2u) << "a head, the rows, an empty line and the tally";
  EXPECT_EQ(full.size(), 1u + 5u + 2u);
  EXPECT_NE(brief[1].find("0.9"), std::string::npos) << "of cells that hold, the nearest to its bound: " << brief[1];
  EXPECT_NE(brief.back().find("5 results: 4 hold, 0 violated, 1 vacuous, 0 undecided, 0 not applicable"), std::string::npos) << brief.back();
  for (const std::string& line : brief) EXPECT_EQ(line.find('\033'), std::string::npos);
}

TEST(VerificationTable, OfAControlShowsTheCellThatWasNotCaught) {
  Verification verification;
  for (Verdict verdict : {Verdict::violated, Verdict::holds, Verdict::violated}) {
    verification.results.push_back(made("control", "adam", verdict));
    verification.results.back().expect = Expectation::violated;
  }
  const std::string row = lines_of(table(verification, false, 200))[1];
  EXPECT_NE(row.find("  3  holds"), std::string::npos) << row;
  EXPECT_NE(row.find("control: "), std::string::npos) << row;
  EXPECT_NE(row.find("2 violated"), std::string::npos) << "what the other cells were: " << row;
}

TEST(VerificationTable, SaysWhichAssumptionsAreOnlyObserved) {
  Verification verification;
  verification.results = {made("a", "adam", Verdict::violated)};
  verification.results[0].judgement.certified = false;
  EXPECT_NE(table(verification, false, 200).find("violated (obs.)"), std::string::npos);
}

TEST(VerificationTable, KeepsToTheWidthOfTheTerminal) {
  Verification verification = one_of_each();
  for (Result& result : verification.results) result.judgement.reason = std::string(500, 'x');
  std::vector<std::string> lines = lines_of(table(verification, false, 180));
  EXPECT_LE(lines[1].size(), 180u);
  EXPECT_NE(lines[1].find("..."), std::string::npos);
}

}  // namespace
}  // namespace thalweg
