// thalweg replay: the rule alone between the file and the answer, in a form that other programs read. What it refuses: refusals_test.cpp.
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
    if (method_entry(definition).value || method_entry(definition).exact || method_entry(definition).remembers) {  // gradients alone are not enough
      const Answer refused = run_program(folder, "replay " + name + " --grads g.csv");
      EXPECT_EQ(refused.code, 2);
      EXPECT_NE(refused.err.find(method_entry(definition).value ? "takes f(x) - f*" : method_entry(definition).remembers ? "a gradient of each sample" : "gradient of f itself"), std::string::npos) << refused.err;
      return;
    }
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

TEST(Replay, TheShapeIsThatOfTheMatrix) {
  const TemporaryFolder folder;
  write_file(folder / "g.csv", "1,2,3,4,5,6\n-1,0.5,2,0,1,-3\n");
  const Answer shaped = run_program(folder, "replay muon@polar --grads g.csv --shape 2x3 --set momentum=0 --set eta=1"), tall = run_program(folder, "replay muon@polar --grads g.csv --shape 3x2 --set momentum=0 --set eta=1");
  ASSERT_EQ(shaped.code, 0) << shaped.err;
  EXPECT_EQ(shaped.out, run_program(folder, "replay 'muon@polar(columns=3)' --grads g.csv --set momentum=0 --set eta=1").out);
  EXPECT_NE(shaped.out, tall.out);
  const auto rows = table(shaped.out);
  double x[6];  // minus the polar factor: orthonormal rows
  for (std::size_t j = 0; j < 6; ++j) x[j] = std::stod(rows[2][j + 1]);
  EXPECT_NEAR(x[0] * x[0] + x[1] * x[1] + x[2] * x[2], 1.0, 1e-14);
  EXPECT_NEAR(x[0] * x[3] + x[1] * x[4] + x[2] * x[5], 0.0, 1e-14);
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

}  // namespace
}  // namespace thalweg
