// From a study to its cells: how many, with which values, and what the command line changes.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "analysis/study/study.hpp"
#include "lib/core/check.hpp"
#include "tests/problems/data/text_files.hpp"

namespace thalweg {
namespace {

std::vector<Cell> cells_of(const std::string& block, const Changes& changes = {}, const std::vector<Card>& cards = {}) {
  return expand(parse_study("id = \"mine\"\n[[block]]\nname = \"b\"\n" + block, "mine.toml"), cards, changes);
}

std::string refusal(const std::string& block, const Changes& changes = {}) {
  try {
    cells_of(block, changes);
  } catch (const SpecError& error) {
    return error.what();
  }
  return "accepted";
}

constexpr const char* plain = "problem = \"cosine\"\nmethod = \"adam\"\neta = \"0.1\"\nT = 100\n";

TEST(Expansion, IsEveryCombination) {
  const std::vector<Cell> cells = cells_of(R"toml(
problem = [{ id = "cosine", dim = 2 }, { id = "log-cosh", dim = 2 }]
noise = ["none", { id = "gaussian", sigma = 0.5 }]
method = ["adam", "amsgrad", "samsgrad"]
set = { beta1 = [0.0, 0.5, 0.9] }
eta = ["0.1", "0.1/sqrt(t)"]
T = [10, 20]
replicas = 8
)toml");
  EXPECT_EQ(cells.size(), 2u * 2u * 3u * 3u * 2u * 2u);
  std::set<std::string> keys;
  for (const Cell& cell : cells) keys.insert(cell.key);
  EXPECT_EQ(keys.size(), cells.size());
}

TEST(Expansion, VariesAFieldOnlyForTheMethodsThatHaveIt) {
  const std::vector<Cell> cells = cells_of("problem = \"cosine\"\nmethod = [\"adam\", \"sadam\", \"sgd\"]\nset = { beta = [1.0, 2.0, 4.0], eps = [0.5, 0.25] }\neta = \"0.1\"\nT = 10\n");
  const auto count = [&](std::string_view method) { return std::count_if(cells.begin(), cells.end(), [&](const Cell& c) { return c.setting.definition.method == method; }); };
  EXPECT_EQ(count("adam"), 2);
  EXPECT_EQ(count("sadam"), 3);
  EXPECT_EQ(count("sgd"), 1);
}

TEST(Expansion, RunsOneReplicaWhereNothingIsRandom) {
  const std::vector<Cell> cells = cells_of("problem = \"cosine\"\nnoise = [\"none\", { id = \"gaussian\", sigma = 1.0 }]\nmethod = \"sgd\"\neta = \"0.1\"\nT = 10\nreplicas = 77\n");
  ASSERT_EQ(cells.size(), 2u);
  EXPECT_EQ(cells[0].replicas, 1u);
  EXPECT_EQ(cells[1].replicas, 77u);
}

TEST(Expansion, AnEmptyListOfTheoremsIsNoneAndNoListIsAll) {
  const Card card = parse_card("id = \"any\"\nstatement = \"s\"\nmetric = \"mean_grad_sq\"\n[bound]\nvalue = \"1\"\n", "any.toml");
  EXPECT_EQ(cells_of(plain, {}, {card}).front().cards.size(), 1u);
  EXPECT_TRUE(cells_of(std::string(plain) + "theorems = []\n", {}, {card}).front().cards.empty());
}

TEST(Expansion, RecordsLogSpacedStepsThatEndAtTheHorizon) {
  for (const char* lines : {"T = 1\n", "T = 2\n", "T = 7\nrecords = 24\n", "T = 1000\nrecords = 1\n", "T = 1000\nrecords = 2\n", "T = 100000\nrecords = 24\n"}) {
    const Cell cell = cells_of(std::string("problem = \"cosine\"\nmethod = \"sgd\"\neta = \"0.1\"\n") + lines).front();
    const std::vector<std::uint64_t>& steps = cell.record_steps;
    ASSERT_FALSE(steps.empty());
    EXPECT_EQ(steps.back(), cell.setting.horizon()) << lines;
    EXPECT_GE(steps.front(), 1u);
    EXPECT_TRUE(std::is_sorted(steps.begin(), steps.end(), std::less_equal<>())) << lines;
    EXPECT_LE(steps.size(), 24u);
  }
  const std::vector<std::uint64_t> steps = cells_of("problem = \"cosine\"\nmethod = \"sgd\"\neta = \"0.1\"\nT = 1000000\nrecords = 7\n").front().record_steps;
  EXPECT_EQ(steps, (std::vector<std::uint64_t>{1, 10, 100, 1000, 10000, 100000, 1000000}));
}

TEST(Expansion, EvaluatesStepsAndParameters) {
  const std::vector<Cell> cells = cells_of("problem = { id = \"cosine\", dim = 3, start = \"2/T\" }\nmethod = \"sgd\"\neta = [\"c/t\", \"0.5/L\"]\nT = [4, 8]\n"
                                           "theorems = []\n",
                                           [] {
                                             Changes changes;
                                             changes.eta = "0.5/(L*t)";
                                             return changes;
                                           }());
  ASSERT_EQ(cells.size(), 2u);
  EXPECT_EQ(cells[0].setting.start, std::vector<double>(3, 0.5));
  EXPECT_EQ(cells[1].setting.start, std::vector<double>(3, 0.25));
  EXPECT_EQ(cells[1].setting.eta.size(), 8u);
  EXPECT_DOUBLE_EQ(cells[1].setting.eta[3], 0.5 / (cells[1].setting.problem.facts.L.upper * 4.0));
}

TEST(Expansion, ClipsToTheBoxOnlyWhenAsked) {
  const std::string block = "problem = \"log-cosh\"\nmethod = \"sgd\"\neta = \"0.1\"\nT = 10\n";
  EXPECT_TRUE(cells_of(block).front().setting.box.everything());
  const Cell boxed = cells_of(block + "box = true\n").front();
  EXPECT_EQ(boxed.setting.box, boxed.setting.problem.box);
  EXPECT_FALSE(boxed.setting.box.everything());
}

TEST(Expansion, TakesTheCardsNamedOrAllButControls) {
  const auto card = [](const std::string& id, const std::string& head) {
    return parse_card("id = \"" + id + "\"\nstatement = \"s\"\nmetric = \"f_gap\"\n" + head + "[bound]\nvalue = \"1\"\n", id + ".toml");
  };
  const std::vector<Card> cards = {card("first", ""), card("control", "expect = \"violated\"\n"), card("second", "")};
  const auto ids = [](const Cell& cell) {
    std::vector<std::string> all;
    for (const Card* one : cell.cards) all.push_back(one->id);
    return all;
  };
  EXPECT_EQ(ids(cells_of(plain, {}, cards).front()), (std::vector<std::string>{"first", "second"}));
  EXPECT_EQ(ids(cells_of(std::string(plain) + "theorems = [\"control\"]\n", {}, cards).front()), (std::vector<std::string>{"control"}));
}

TEST(Expansion, QuickRunsAnEighthAndNeverNothing) {
  Changes quick;
  quick.quick = true;
  const std::string block = "problem = \"cosine\"\nnoise = { id = \"gaussian\", sigma = 1.0 }\nmethod = \"sgd\"\neta = \"0.1\"\n";
  const Cell large = cells_of(block + "T = 800\nreplicas = 1024\n", quick).front();
  EXPECT_EQ(large.setting.horizon(), 100u);
  EXPECT_EQ(large.replicas, 128u);
  const Cell small = cells_of(block + "T = 3\nreplicas = 4\n", quick).front();
  EXPECT_EQ(small.setting.horizon(), 1u);
  EXPECT_EQ(small.replicas, 4u) << "quick is never more work";
}

TEST(Expansion, TheCommandLineSetsAFieldInEveryBlockThatHasIt) {
  const Study study = parse_study("id = \"mine\"\n[[block]]\nproblem = \"cosine\"\nmethod = \"adam\"\nset = { beta1 = [0.1, 0.2] }\neta = \"0.1\"\nT = 10\n"
                                  "[[block]]\nproblem = \"cosine\"\nmethod = \"sgd\"\neta = \"0.1\"\nT = 10\n",
                                  "mine.toml");
  Changes changes;
  changes.set = {{"beta1", 0.5}};
  const std::vector<Cell> cells = expand(study, {}, changes);
  ASSERT_EQ(cells.size(), 2u) << "one value takes the place of two; the other block is as it was";
  EXPECT_EQ(cells[0].setting.definition.numbers.at("beta1"), 0.5);
  EXPECT_EQ(cells[1].key, expand(study, {})[2].key);
  changes.set = {{"beta", 2.0}};
  try {
    expand(study, {}, changes);
    ADD_FAILURE() << "accepted";
  } catch (const SpecError& error) {
    EXPECT_NE(std::string(error.what()).find("--set beta"), std::string::npos) << error.what();
  }
}

TEST(Expansion, FilesOfDataAreFoundFromTheFolderOfTheStudy) {
  const test::TextFolder folder;
  folder.write("points.csv", "1,2,3\n4,5,6\n7,8,10\n-1,0,2\n");
  const auto expanded = [&](const std::string& problem) {
    const std::string toml = "id = \"mine\"\n[[block]]\nproblem = " + problem + "\nmethod = \"sgd\"\neta = \"0.1 / L\"\nT = 10\n";
    return expand(parse_study(toml, folder.path() / "mine.toml"), {});
  };
  const std::vector<Cell> cells = expanded(R"({ id = "least-squares", file = "points.csv", batch = 8 })");
  ASSERT_EQ(cells.size(), 1u);
  EXPECT_EQ(cells[0].setting.problem.dim(), 2u);
  EXPECT_GT(cells[0].replicas, 1u) << "mini-batches are random";
  EXPECT_NE(cells[0].setting.problem.text.find("file=points.csv"), std::string::npos) << cells[0].setting.problem.text;
  const auto refusal = [&](const std::string& problem) { return test::refused([&] { expanded(problem); }); };
  EXPECT_NE(refusal(R"({ id = "least-squares", file = 3 })").find("mine.toml:3"), std::string::npos);
  EXPECT_NE(refusal(R"({ id = "least-squares", file = "absent.csv" })").find("absent.csv: cannot be opened"), std::string::npos);
  folder.write("points.csv", "1,x\n");
  EXPECT_NE(refusal(R"({ id = "least-squares", file = "points.csv" })").find("points.csv:1:3: column 2 = 'x'"), std::string::npos);
}

TEST(Expansion, ErrorsCarryThePlaceOfWhatIsWrong) {
  for (const auto& [block, words] : {std::pair{"problem = \"cosine\"\nmethod = \"sgd\"\nset = { beta = 1.0 }\neta = \"0.1\"\nT = 10\n", "no method of block 'b'"},
                                     {"problem = { id = \"cosine\", dim = 0 }\nmethod = \"sgd\"\neta = \"0.1\"\nT = 10\n", "dim"},
                                     {"problem = \"cosine\"\nmethod = \"sgd\"\neta = \"-0.1\"\nT = 10\n", "eta"},
                                     {"problem = \"cosine\"\nmethod = \"sgd\"\neta = \"0.1/(t-3)\"\nT = 10\n", "eta"},
                                     {"problem = { id = \"cosine\", start = \"2/U\" }\nmethod = \"sgd\"\neta = \"0.1\"\nT = 10\n", "U"},
                                     {"problem = \"cosine\"\nmethod = \"sgd\"\neta = \"0.1\"\nT = 10\ntheorems = [\"none-such\"]\n", "unknown theorem"},
                                     {"problem = \"log-one-plus-square\"\nmethod = \"adamm\"\neta = \"0.1\"\nT = 10\n", "did you mean 'adam'"}}) {
    const std::string said = refusal(block);
    EXPECT_NE(said.find("mine.toml:"), std::string::npos) << said;
    EXPECT_NE(said.find(words), std::string::npos) << said;
  }
}

}  // namespace
}  // namespace thalweg
