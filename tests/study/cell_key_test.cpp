// The key of a cell: what determines its numbers enters it, and nothing else does.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "analysis/study/study.hpp"

namespace thalweg {
namespace {

std::string key_with(const std::string& from = "", const std::string& to = "", const Changes& changes = {}) {
  std::string text = R"toml(id = "mine"
title = "a title"
level = 1e-3
[[block]]
name = "only"
class = "nonconvex"
problem = { id = "log-cosh", dim = 2, start = 1.0 }
noise = { id = "two-point", a = 0.5, p = 0.5 }
method = "adam"
set = { beta1 = 0.5 }
eta = "0.1"
T = 20
seed = 3
replicas = 64
records = 8
record = ["f_gap"]
theorems = ["first"]
)toml";
  if (!from.empty()) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
  }
  static const std::vector<Card> cards = [] {
    const auto card = [](const std::string& id, const std::string& metric) {
      return parse_card("id = \"" + id + "\"\nstatement = \"s\"\nmetric = \"" + metric + "\"\n[bound]\nvalue = \"1\"\n", id + ".toml");
    };
    return std::vector<Card>{card("first", "f_gap"), card("second", "f_gap"), card("another-metric", "dist_sq")};
  }();
  const std::vector<Cell> cells = expand(parse_study(text, "mine.toml"), cards, changes);
  EXPECT_EQ(cells.size(), 1u);
  return cells.front().key;
}

TEST(CellKey, DependsOnEverythingThatDeterminesTheNumbers) {
  std::map<std::string, std::string> seen = {{key_with(), "as it stands"}};
  for (const auto& [from, to] : {std::pair{"log-cosh", "cosine"},
                                 {"dim = 2", "dim = 3"},
                                 {"start = 1.0", "start = 1.5"},
                                 {"a = 0.5", "a = 0.25"},
                                 {"p = 0.5", "p = 0.25"},
                                 {"two-point\", a = 0.5, p = 0.5", "gaussian\""},
                                 {"\"adam\"", "\"sadam\""},
                                 {"\"adam\"", "\"adam@seed\""},
                                 {"beta1 = 0.5", "beta1 = 0.25"},
                                 {"\"0.1\"", "\"0.2\""},
                                 {"\"0.1\"", "\"0.1/t\""},
                                 {"T = 20", "T = 21"},
                                 {"seed = 3", "seed = 4"},
                                 {"replicas = 64", "replicas = 65"},
                                 {"records = 8", "records = 3"},
                                 {"[\"f_gap\"]", "[\"f_gap\", \"grad_sq\"]"},
                                 {"[\"f_gap\"]", "[\"f_gap\", \"rate_percentiles\"]"},
                                 {"[\"f_gap\"]", "[\"f_gap\", \"v1\"]"},
                                 {"\"first\"", "\"another-metric\""},
                                 {"seed = 3", "seed = 3\nbox = true"}}) {
    const auto [place, fresh] = seen.emplace(key_with(from, to), to);
    EXPECT_TRUE(fresh) << to << " gives the key of " << place->second;
  }
}

TEST(CellKey, IsThatOfTheNumbersAndNotOfTheirNames) {
  for (const auto& [from, to] : {std::pair{"a title", "another title"},
                                 {"level = 1e-3", "level = 1e-2"},
                                 {"\"only\"", "\"other\""},
                                 {"nonconvex", "convex"},
                                 {"id = \"mine\"", "id = \"yours\""},
                                 {"\"0.1\"", "\"0.10\""},
                                 {"\"first\"", "\"first\", \"second\""},
                                 {"\"adam\"", "\"adam@paper\""}})
    EXPECT_EQ(key_with(from, to), key_with()) << to;
}

TEST(CellKey, FollowsWhatTheCommandLineChanges) {
  Changes seed, replicas, eta, set;
  seed.seed = 4;
  replicas.replicas = 65;
  eta.eta = "0.2";
  set.set = {{"beta1", 0.25}};
  EXPECT_EQ(key_with("", "", seed), key_with("seed = 3", "seed = 4"));
  EXPECT_EQ(key_with("", "", replicas), key_with("replicas = 64", "replicas = 65"));
  EXPECT_EQ(key_with("", "", eta), key_with("\"0.1\"", "\"0.2\""));
  EXPECT_EQ(key_with("", "", set), key_with("beta1 = 0.5", "beta1 = 0.25"));
}

}  // namespace
}  // namespace thalweg
