// thalweg trace: the trajectory is the engine's to the bit, every column is what its name says, and it reads back.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "analysis/theory/setting.hpp"
#include "lib/engine/engine.hpp"
#include "lib/optimizers/definition.hpp"
#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

// Rows of cells under the names of their columns; an empty cell is NaN.
struct Sheet {
  std::vector<std::string> names;
  std::vector<std::vector<double>> rows;

  bool has(const std::string& name) const { return std::find(names.begin(), names.end(), name) != names.end(); }
  double at(std::size_t row, const std::string& name) const {
    const auto found = std::find(names.begin(), names.end(), name);
    EXPECT_NE(found, names.end()) << name;
    return found == names.end() ? none : rows.at(row).at(static_cast<std::size_t>(found - names.begin()));
  }
};

Sheet sheet(const std::string& text) {
  Sheet all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> cells(1);
    for (char c : line) {
      if (c == ',') cells.emplace_back();
      else cells.back() += c;
    }
    if (all.names.empty()) {
      all.names = cells;
      continue;
    }
    all.rows.emplace_back();
    for (const std::string& cell : cells) all.rows.back().push_back(cell.empty() ? none : std::stod(cell));
  }
  return all;
}

Sheet traced(const TemporaryFolder& folder, const std::string& arguments) {
  const Answer answer = run_program(folder, "trace " + arguments);
  EXPECT_EQ(answer.code, 0) << arguments << answer.err;
  EXPECT_EQ(answer.err, "");
  return sheet(answer.out);
}

// x_{T+1} and A_T by the engine, of replica 0 of several.
Trajectories engine_run(const std::string& problem, const Parameters& parameters, const std::string& noise, const std::string& method, double eta, std::size_t steps, std::uint64_t seed) {
  Setting setting;
  setting.problem = make_problem(problem, parameters);
  setting.noise = make_noise(noise, setting.problem.dim());
  setting.definition = define(method);
  setting.start = setting.problem.start;
  setting.eta.assign(steps, eta);
  Batch batch = batch_of(setting, 5, seed);
  batch.keep_final = true;
  return cpu_engine()->run(batch);
}

TEST(Trace, GivesTheIteratesOfTheEngineForEveryMethod) {
  const TemporaryFolder folder;
  const std::size_t dim = 5;
  for (const MethodEntry& entry : methods()) {
    const std::string id(entry.id);
    if (entry.remembers) continue;  // on finite sums, below
    for (const auto& [problem, noise] : {std::pair{"quadratic", "gaussian"}, {"pl-sine", "two-point"}, {"pl-sine", "delayed"}, {"pl-sine", "rotated-gaussian"}, {"huber-chain", "none"}}) {
      const Sheet found = traced(folder, id + " --problem " + problem + " --problem-set dim=5 --noise " + noise + " --steps 20 --seed 7 --set eta=0.01");
      ASSERT_EQ(found.rows.size(), 21U);
      for (const std::size_t steps : {1U, 2U, 9U, 20U}) {
        const Trajectories expected = engine_run(problem, {{"dim", {double(dim)}}}, noise, id, 0.01, steps, 7);
        for (std::size_t j = 0; j < dim; ++j) {
          ASSERT_EQ(found.at(steps, std::string(entry.reported) + "_" + std::to_string(j)), expected.final_x[j]) << id << " on " << problem << ", step " << steps;
          EXPECT_EQ(found.has("rate_0"), !expected.final_rate.empty()) << id;
          if (!expected.final_rate.empty()) { ASSERT_EQ(found.at(steps, "rate_" + std::to_string(j)), expected.final_rate[j]) << id << ", step " << steps; }
        }
      }
    }
  }
}

TEST(Trace, FollowsMiniBatchesAsTheEngineDoes) {
  const TemporaryFolder folder;
  const Answer shown = run_program(folder, "trace sgd --problem fashion-logistic --steps 1");
  if (shown.code == 4) GTEST_SKIP() << shown.err;
  ASSERT_EQ(shown.code, 0) << shown.err;
  for (const std::string method : {"adam", "svrg(period=2)"}) {
    const Sheet found = traced(folder, "'" + method + "' --problem fashion-logistic --steps 3 --set eta=0.01 --seed 3");
    const Trajectories expected = engine_run("fashion-logistic", {}, "none", method, 0.01, 3, 3);
    for (std::size_t j = 0; j < 785 && found.has("x_" + std::to_string(j)); j += 7) ASSERT_EQ(found.at(3, "x_" + std::to_string(j)), expected.final_x[j]) << method << ", " << j;
  }
  // At the anchor the two samples cancel to the bit: with one for every step it is descent along the full gradient.
  const Trajectories anchored = engine_run("fashion-logistic", {}, "none", "svrg(period=1)", 0.01, 2, 3), full = engine_run("fashion-logistic", {{"batch", {0}}}, "none", "sgd", 0.01, 2, 3);
  for (std::size_t j = 0; j < 785; ++j) ASSERT_EQ(anchored.final_x[j], full.final_x[j]) << j;
}

TEST(Trace, KeepsTheGradientsOfSamplesAsTheEngineDoes) {
  const TemporaryFolder folder;
  for (const std::string problem : {"least-squares", "ridge"}) {
    const Sheet found = traced(folder, "saga --problem " + problem + " --problem-set dim=3 --problem-set samples=6 --problem-set batch=2 --noise none --steps 20 --seed 7 --set eta=0.01");
    const Trajectories expected = engine_run(problem, {{"dim", {3}}, {"samples", {6}}, {"batch", {2}}}, "none", "saga", 0.01, 20, 7);
    for (std::size_t j = 0; j < 3; ++j) ASSERT_EQ(found.at(20, "x_" + std::to_string(j)), expected.final_x[j]) << problem;
    EXPECT_TRUE(found.has("g_y3_0"));
    // The estimate of the first step is the full gradient, and the mean that of the first point until samples are renewed.
    for (std::size_t j = 0; j < 3; ++j) EXPECT_NEAR(found.at(1, "v_" + std::to_string(j)), found.at(1, "g_y_" + std::to_string(j)), 1e-15);
  }
}

TEST(Trace, ReadsAProblemFromAFile) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "points.csv") << "1,0,1\n0,2,2\n1,1,3\n";
  const Sheet found = traced(folder, "sgd --problem least-squares --problem-set file='" + (folder.path() / "points.csv").string() + "' --noise none --set eta=0.1 --steps 1");
  // grad f(0) = -A'b / n = -(4, 7) / 3
  EXPECT_NEAR(found.at(1, "x_0"), 0.4 / 3.0, 1e-15);
  EXPECT_NEAR(found.at(1, "x_1"), 0.7 / 3.0, 1e-15);
  const Answer absent = run_program(folder, "trace sgd --problem least-squares --problem-set file=absent.csv --steps 1");
  EXPECT_EQ(absent.code, 4) << absent.err;
  const Answer mixed = run_program(folder, "trace sgd --problem least-squares --problem-set file=absent.csv --problem-set dim=3 --steps 1");
  EXPECT_EQ(mixed.code, 2) << mixed.err;
  EXPECT_NE(mixed.err.find("dim = 3: is for the synthetic design"), std::string::npos) << mixed.err;
}

TEST(Trace, EveryColumnIsWhatItsNameSays) {
  const TemporaryFolder folder;
  const Sheet found = traced(folder, "adam@seed --problem quadratic --problem-set dim=1 --problem-set L=3 --problem-set mu=3 --noise gaussian --start 2 --set beta1=0.5 --set eps=0.25 --schedule '0.1 / t' --steps 6");
  EXPECT_EQ(found.names, (std::vector<std::string>{"step", "eta", "x_0", "g_0", "m_0", "v_0", "rate_0", "update_0"}));
  EXPECT_EQ(found.at(0, "x_0"), 2.0);
  EXPECT_EQ(found.at(0, "m_0"), 0.0);
  for (const char* name : {"eta", "g_0", "rate_0", "update_0"}) EXPECT_TRUE(std::isnan(found.at(0, name))) << name;
  bool noisy = false;
  for (std::size_t t = 1; t <= 6; ++t) {
    const double g = found.at(t, "g_0"), m = found.at(t, "m_0"), v = found.at(t, "v_0");
    noisy = noisy || std::fabs(g - 3.0 * found.at(t - 1, "x_0")) > 1e-3;
    EXPECT_NEAR(found.at(t, "eta"), 0.1 / static_cast<double>(t), 1e-15);
    EXPECT_NEAR(m, 0.5 * found.at(t - 1, "m_0") + 0.5 * g, 1e-14);
    EXPECT_NEAR(v, 0.999 * found.at(t - 1, "v_0") + 0.001 * g * g, 1e-14);
    EXPECT_NEAR(found.at(t, "rate_0"), 1.0 / (std::sqrt(v) + 0.25), 1e-12);
    EXPECT_EQ(found.at(t, "update_0"), found.at(t - 1, "x_0") - found.at(t, "x_0"));
    EXPECT_NEAR(found.at(t, "update_0"), found.at(t, "eta") * m / (std::sqrt(v) + 0.25), 1e-14);
  }
  EXPECT_TRUE(noisy) << "the gradient is the oracle's, noise included";
}

TEST(Trace, OfSeveralCallsShowsWhereEachGradientIsTaken) {
  const TemporaryFolder folder;
  const Sheet found = traced(folder, "sam --problem quadratic --problem-set dim=1 --problem-set L=3 --problem-set mu=3 --start 2 --set rho=0.5 --set eta=0.1 --steps 1");
  EXPECT_EQ(found.at(1, "g_0"), 6.0);
  EXPECT_EQ(found.at(1, "y_0"), 2.5);
  EXPECT_EQ(found.at(1, "g_y_0"), 7.5);
  EXPECT_FALSE(found.has("rate_0"));
  EXPECT_NEAR(found.at(1, "x_0"), 2.0 - 0.75, 1e-15);
}

// What was traced, replayed: the gradients lead to the same iterates.
TEST(Trace, ItsGradientsReplayToTheSameIterates) {
  const TemporaryFolder folder;
  const Sheet found = traced(folder, "samsgrad --problem log-cosh --problem-set dim=2 --noise gaussian --steps 15 --set eta=0.03");
  std::string csv;
  for (std::size_t t = 1; t <= 15; ++t) {
    char line[80];
    std::snprintf(line, sizeof line, "%.17g,%.17g\n", found.at(t, "g_0"), found.at(t, "g_1"));
    csv += line;
  }
  write_file(folder / "g.csv", csv);
  char start[64];
  std::snprintf(start, sizeof start, "%.17g,%.17g", found.at(0, "x_0"), found.at(0, "x_1"));
  const Sheet again = sheet(run_program(folder, std::string("replay samsgrad --grads g.csv --set eta=0.03 --x0 ") + start).out);
  for (std::size_t t = 0; t <= 15; ++t)
    for (const char* x : {"x_0", "x_1"}) EXPECT_EQ(found.at(t, x), again.at(t, x)) << t;
}

TEST(Trace, PrintsEveryKthStepAndTheLastAsJsonToo) {
  const TemporaryFolder folder;
  const std::string arguments = "momentum --problem quadratic --problem-set dim=2 --steps 25 --every 10";
  const Sheet found = traced(folder, arguments);
  ASSERT_EQ(found.rows.size(), 4U);
  EXPECT_EQ(found.at(3, "step"), 25.0);
  const Answer answer = run_program(folder, "trace " + arguments + " --json");
  const auto root = nlohmann::json::parse(answer.out);
  EXPECT_EQ(root["schema"], "thalweg.trace/1");
  EXPECT_EQ(root["steps"], (std::vector<int>{0, 10, 20, 25}));
  EXPECT_TRUE(root["eta"][0].is_null() && root["columns"]["g"][0][0].is_null());
  EXPECT_EQ(root["columns"]["x"][3][1].get<double>(), found.at(3, "x_1"));
  EXPECT_EQ(root["columns"]["b"][2][0].get<double>(), found.at(2, "b_0"));
  EXPECT_EQ(root["ending"], "all steps");
}

TEST(Trace, SaysWhereTheIterateIsNotFinite) {
  const TemporaryFolder folder;
  const Answer answer = run_program(folder, "trace sgd --problem quadratic --problem-set dim=1 --set eta=1e200 --steps 9");
  EXPECT_EQ(answer.code, 3);
  EXPECT_NE(answer.err.find("is not finite"), std::string::npos) << answer.err;
  EXPECT_LT(sheet(answer.out).rows.size(), 9U);
  EXPECT_GT(sheet(answer.out).rows.size(), 1U);
}

}  // namespace
}  // namespace thalweg
