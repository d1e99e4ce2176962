// thalweg replay: the rule alone between the file and the answer, in a form that other programs read; 40 kinds of bad input, one clear line each.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "lib/engine/step.hpp"
#include "lib/optimizers/definition.hpp"
#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

std::vector<std::vector<std::string>> table(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    rows.emplace_back();
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(cell);
  }
  return rows;
}

TEST(Replay, PrintsTheIteratesOfAlgorithmOne) {
  const TemporaryFolder folder;
  write_file(folder / "g.csv", "1,-2\n0.5,0\n-1e-3,4\n");
  const Answer answer = run_program(folder, "replay adam --grads g.csv --x0 1,2 --set lr=0.1 --set eps=1e-3");
  ASSERT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(answer.err, "");
  const auto rows = table(answer.out);
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_EQ(answer.out.substr(0, answer.out.find('\n')), "step,x_0,x_1");
  EXPECT_EQ(rows[1], (std::vector<std::string>{"0", "1", "2"}));
  const double gradients[2][3] = {{1.0, 0.5, -1e-3}, {-2.0, 0.0, 4.0}};
  for (std::size_t j = 0; j < 2; ++j) {
    long double m = 0.0L, v = 0.0L, x = j == 0 ? 1.0L : 2.0L;
    for (int t = 1; t <= 3; ++t) {
      const long double g = gradients[j][t - 1];
      m = 0.9L * m + 0.1L * g;
      v = 0.999L * v + 0.001L * g * g;
      x -= 0.1L * (m / (1.0L - std::pow(0.9L, t))) / (std::sqrt(v / (1.0L - std::pow(0.999L, t))) + 1e-3L);
      EXPECT_EQ(rows[t + 1][0], std::to_string(t));
      EXPECT_NEAR(std::stod(rows[t + 1][j + 1]), static_cast<double>(x), 1e-14) << "step " << t << ", coordinate " << j;
    }
  }
}

// Every preset, both precisions: the bits of the library's own step, printed so that they read back; the state with the names that the catalogue gives.
TEST(Replay, GivesTheBitsOfTheLibraryForEveryPreset) {
  const TemporaryFolder folder;
  std::string csv = "alpha,beta,gamma\n";
  std::vector<std::vector<double>> gradients;
  for (int t = 0; t < 12; ++t) {
    gradients.push_back({std::sin(3.0 * t), t % 3 == 0 ? 0.0 : std::exp(0.5 * t), -1e-6 * t});
    char line[128];
    std::snprintf(line, sizeof line, "%.17g, %.17g ,%.17g\r\n", gradients.back()[0], gradients.back()[1], gradients.back()[2]);
    csv += line;
  }
  write_file(folder / "g.csv", csv);
  const auto check = [&]<class T>(const std::string& name, const std::string& precision, T) {
    const Definition definition = define(name);
    Stepper<T> stepper(rule_instance(definition), 3);
    const auto& state = method_entry(definition).state;
    ASSERT_EQ(stepper.slots(), state.size()) << name << ": the state is as declared";
    const Answer answer = run_program(folder, "replay " + name + " --grads g.csv --x0 0.5 --set eta=0.1 --state --precision " + precision);
    ASSERT_EQ(answer.code, 0) << answer.err;
    const auto rows = table(answer.out);
    const std::size_t calls = method_entry(definition).calls, steps = 12 / calls;
    ASSERT_EQ(rows.size(), 2 + steps) << name;
    ASSERT_EQ(rows[0].size(), 1 + 3 * (1 + state.size())) << name;
    if (!state.empty()) { EXPECT_EQ(rows[0][4], std::string(state[0]) + "_0"); }
    std::vector<T> x(3, T(0.5)), g(3);
    for (std::size_t t = 1; t <= steps; ++t) {
      for (std::size_t call = 0; call < calls; ++call) {
        for (std::size_t j = 0; j < 3; ++j) g[j] = static_cast<T>(gradients[(t - 1) * calls + call][j]);
        EXPECT_TRUE(stepper.step(0.1, g.data(), x.data()));
      }
      for (std::size_t j = 0; j < 3; ++j) {
        EXPECT_EQ(std::stod(rows[t + 1][j + 1]), static_cast<double>(x[j])) << name << " step " << t;
        for (std::size_t k = 0; k < state.size(); ++k)
          EXPECT_EQ(std::stod(rows[t + 1][4 + 3 * k + j]), static_cast<double>(stepper.state(k, j))) << name << " " << state[k] << " step " << t;
      }
    }
  };
  for (const MethodEntry& entry : methods())
    for (const Preset& preset : entry.presets) {
      check(std::string(entry.id) + "@" + std::string(preset.id), "double", 0.0);
      check(std::string(entry.id) + "@" + std::string(preset.id), "float", 0.0F);
    }
}

TEST(Replay, ANumberIsTheStepSizeToTheBit) {
  const TemporaryFolder folder;
  write_file(folder / "g.csv", "0.1\n0.2\n0.3\n");
  const Answer answer = run_program(folder, "replay sgd --grads g.csv --set eta=0.1 --x0 1");
  ASSERT_EQ(answer.code, 0) << answer.err;
  double x = 1.0;
  const auto rows = table(answer.out);
  for (std::size_t t = 1; t <= 3; ++t) {
    x = std::fma(-0.1, t == 1 ? 0.1 : t == 2 ? 0.2 : 0.3, x);
    EXPECT_EQ(std::stod(rows[t + 1][1]), x);
  }
}

TEST(Replay, AScheduleIsAnExpressionInTheStep) {
  const TemporaryFolder folder;
  write_file(folder / "g.csv", "1\n1\n1\n1\n");
  const auto rows = table(run_program(folder, "replay sgd --grads g.csv --schedule '1 / sqrt(t) + (T - 4)'").out);
  ASSERT_EQ(rows.size(), 6U);
  double x = 0.0;
  for (std::size_t t = 1; t <= 4; ++t) EXPECT_NEAR(std::stod(rows[t + 1][1]), x -= 1.0 / std::sqrt(static_cast<double>(t)), 1e-14);
}

TEST(Replay, PrintsEveryKthStepAndTheLast) {
  const TemporaryFolder folder;
  std::string csv;
  for (int t = 0; t < 25; ++t) csv += "1\n";
  write_file(folder / "g.csv", csv);
  const auto rows = table(run_program(folder, "replay momentum --grads g.csv --every 10").out);
  std::vector<std::string> steps;
  for (const auto& row : rows) steps.push_back(row[0]);
  EXPECT_EQ(steps, (std::vector<std::string>{"step", "0", "10", "20", "25"}));
}

TEST(Replay, SpeaksJson) {
  const TemporaryFolder folder;
  write_file(folder / "g.csv", "x\n1\n2\n");
  const Answer answer = run_program(folder, "replay momentum --grads g.csv --json --state --set momentum=0.5 --set eta=1");
  ASSERT_EQ(answer.code, 0) << answer.err;
  const auto root = nlohmann::json::parse(answer.out);
  EXPECT_EQ(root["schema"], "thalweg.replay/1");
  EXPECT_EQ(root["definition"], "momentum(momentum=0.5, dampening=0, weight_decay=0, nesterov=no, first_step=dampened, decay=l2)");
  EXPECT_EQ(root["steps"], (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(root["x"], (std::vector<std::vector<double>>{{0.0}, {-1.0}, {-3.5}}));
  EXPECT_EQ(root["state"]["b"], (std::vector<std::vector<double>>{{0.0}, {1.0}, {2.5}}));
  EXPECT_EQ(root["ending"], "all rows");
}

TEST(Replay, SaysWhereTheIterateIsNotFiniteAndKeepsTheRowsUpToThere) {
  const TemporaryFolder folder;
  write_file(folder / "g.csv", "1\n1e308\n1\n1\n");
  const Answer answer = run_program(folder, "replay sgd --grads g.csv --set eta=1e10");
  EXPECT_EQ(answer.code, 3);
  EXPECT_EQ(table(answer.out).size(), 4U);
  EXPECT_NE(answer.err.find("after step 2"), std::string::npos) << answer.err;
}

struct Bad {
  std::string name, csv, arguments;
  std::vector<std::string> said;
};

TEST(Replay, BadInputGetsOneClearLine) {
  const std::string good = "1,2\n3,4\n";
  const std::vector<Bad> cases = {
      {"ragged row", "1,2\n3\n", "", {"g.csv:2", "1 number", "must have 2"}},
      {"longer row", "1,2\n3,4,5\n", "", {"g.csv:2", "3 numbers", "must have 2"}},
      {"row unlike the header", "a,b,c\n1,2\n", "", {"g.csv:2", "2 numbers", "must have 3", "header"}},
      {"trailing comma", "1,2\n3,4,\n", "", {"g.csv:2", "3 numbers"}},
      {"text", "1,2\n3,four\n", "", {"g.csv:2", "column 2", "'four'", "must be a number"}},
      {"text in the first row", "1,two\n3,4\n", "", {"g.csv:1", "column 2", "'two'"}},
      {"second header", "a,b\nc,d\n1,2\n", "", {"g.csv:2", "column 1", "'c'"}},
      {"empty cell", "1,2\n,4\n", "", {"g.csv:2", "column 1", "''"}},
      {"NaN", "1,2\nnan,4\n", "", {"g.csv:2", "column 1", "nan", "finite"}},
      {"infinity", "1,2\n3,-inf\n", "", {"g.csv:2", "column 2", "-inf", "finite"}},
      {"overflow", "1,2\n3,1e999\n", "", {"g.csv:2", "1e999", "finite"}},
      {"beyond a float", "1,2\n3,1e39\n", "--precision float", {"g.csv:2", "1e39", "range of a float"}},
      {"hexadecimal", "1,2\n3,0x10\n", "", {"g.csv:2", "0x10"}},
      {"two numbers in a cell", "1,2\n3,4 5\n", "", {"g.csv:2", "'4 5'"}},
      {"semicolons", "1;2\n3;4\n", "", {"g.csv:2", "'3;4'"}},
      {"quotes", "1,2\n\"3\",4\n", "", {"g.csv:2", "column 1"}},
      {"empty row inside", "1,2\n\n3,4\n", "", {"g.csv:2", "is empty"}},
      {"empty file", "", "", {"g.csv", "holds no row of numbers"}},
      {"only blank lines", "\n\n \n", "", {"g.csv", "holds no row of numbers"}},
      {"only a header", "a,b\n", "", {"g.csv", "holds no row of numbers"}},
      {"no such file", good, "--grads missing.csv", {"--grads"}},
      {"start of another length", good, "--x0 1,2,3", {"--x0", "1,2,3", "2"}},
      {"start that is text", good, "--x0 1,b", {"--x0", "'b'"}},
      {"start that is NaN", good, "--x0 nan", {"--x0", "nan", "finite"}},
      {"start with an empty part", good, "--x0 1,", {"--x0", "finite"}},
      {"unknown field", good, "--set beta9=0.5", {"beta9", "unknown field"}},
      {"misspelt field", good, "--set ebs=0.5", {"ebs", "did you mean 'eps'"}},
      {"field of another method", good, "--set p=0.5", {"p", "not a field of this method"}},
      {"beta1 = 1", good, "--set beta1=1", {"beta1", "1", "[0, 1)"}},
      {"negative beta2", good, "--set b2=-0.1", {"beta2", "-0.1", "[0, 1)"}},
      {"negative eps", good, "--set eps=-1e-8", {"eps", "-1e-8", ">= 0"}},
      {"eps that is text", good, "--set eps=small", {"eps", "small"}},
      {"eps that is NaN", good, "--set eps=nan", {"eps", "nan"}},
      {"no equals sign", good, "--set eps", {"--set", "eps"}},
      {"unknown choice", good, "--set eps_placement=insde", {"eps_placement", "insde", "inside"}},
      {"choice that is fixed", good, "--set denominator=softplus", {"denominator", "fixed by the method"}},
      {"negative step size", good, "--set eta=-1", {"eta", "-1"}},
      {"step size that is no expression", good, "--set 'eta=1 +'", {"eta"}},
      {"unknown name in the schedule", good, "--schedule '1 / sqrt(n)'", {"n"}},
      {"step size given twice", good, "--set lr=1 --schedule 1", {"lr", "twice"}},
      {"every 0", good, "--every 0", {"--every"}},
      {"unknown precision", good, "--precision half", {"--precision", "half"}},
  };
  for (const Bad& bad : cases) {
    const TemporaryFolder folder;
    write_file(folder / "g.csv", bad.csv);
    const bool file = bad.arguments.find("--grads") == std::string::npos;
    const Answer answer = run_program(folder, "replay adam " + std::string(file ? "--grads g.csv " : "") + bad.arguments);
    EXPECT_EQ(answer.code, 2) << bad.name << ": " << answer.out;
    EXPECT_EQ(answer.out, "") << bad.name;
    for (const std::string& word : bad.said) EXPECT_NE(answer.err.find(word), std::string::npos) << bad.name << " says: " << answer.err;
    EXPECT_LE(std::count(answer.err.begin(), answer.err.end(), '\n'), 2) << bad.name << " says: " << answer.err;
  }
  for (const auto& [method, word] : {std::pair{"adm", "did you mean 'adam'"}, std::pair{"adam@keros", "unknown preset"}, std::pair{"adam(", "closing"}, std::pair{"sadam@inside-root", "unknown preset"}}) {
    const TemporaryFolder folder;
    write_file(folder / "g.csv", good);
    const Answer answer = run_program(folder, "replay '" + std::string(method) + "' --grads g.csv");
    EXPECT_EQ(answer.code, 2) << method;
    EXPECT_NE(answer.err.find(word), std::string::npos) << answer.err;
  }
}

}  // namespace
}  // namespace thalweg
