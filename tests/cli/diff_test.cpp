// thalweg diff: fields, the step at which two definitions part, the line that does it; tables of several.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

using nlohmann::json;

json diffed(const std::string& arguments, const std::string& csv = "") {
  const TemporaryFolder folder;
  write_file(folder / "g.csv", csv);
  const Answer answer = run_program(folder, "diff --json " + arguments);
  EXPECT_EQ(answer.code, 0) << answer.err;
  return json::parse(answer.out);
}

TEST(Diff, NamesTheFieldThePartingStepAndTheLine) {
  const json root = diffed("adam@seed adam@inside-root --schedule 0.1 --grads g.csv", "0\n0\n1e-3\n1\n");
  EXPECT_EQ(root["schema"], "thalweg.diff/1");
  ASSERT_EQ(root["fields"].size(), 1U);
  EXPECT_EQ(root["fields"][0], json({{"field", "eps_placement"}, {"values", {"outside", "inside"}}}));
  EXPECT_EQ(root["step"], 3) << "zeros move neither";
  EXPECT_NEAR(root["x"][0].get<double>(), -0.1 * 1e-4 / (std::sqrt(1e-9) + 1e-8), 1e-12);
  EXPECT_NEAR(root["x"][1].get<double>(), -0.1 * 1e-4 / std::sqrt(1e-9 + 1e-8), 1e-12);
  EXPECT_EQ(root["gradient"], 1e-3);
  EXPECT_EQ(root["cause"], "the last line, with which x is updated");
  ASSERT_EQ(root["lines"].back()["variable"], "x");
  for (std::size_t k = 0; k < 2; ++k) EXPECT_NEAR(root["lines"].back()["values"][k].get<double>(), root["x"][k].get<double>(), 1e-15) << "the lines are those of this step";
}

TEST(Diff, NamesTheFirstLineThatGivesAnotherValue) {
  const json root = diffed("adam@seed 'adam@seed(beta2=0.99)' --grads g.csv", "1\n1\n");
  EXPECT_EQ(root["step"], 1);
  EXPECT_EQ(root["cause"], "the line of v");
  for (const json& line : root["lines"])
    if (line["variable"] == "v") {
      EXPECT_NEAR(line["values"][0].get<double>(), 1e-3, 1e-17);
      EXPECT_NEAR(line["values"][1].get<double>(), 1e-2, 1e-16);
    }
  EXPECT_EQ(diffed("sadam adam@seed --grads g.csv", "1\n1\n")["cause"], "D of sadam, which the other lacks");
}

// The state counts, not only the step: the maximum of AMSGrad parts from Adam when the second moment first falls.
TEST(Diff, FindsPartingsThatComeLate) {
  const json root = diffed("adam@seed amsgrad@seed --grads g.csv", "1\n2\n3\n0.001\n4\n");
  EXPECT_EQ(root["step"], 4);
  EXPECT_EQ(root["coordinate"], 0);
  const json second = diffed("adam@seed amsgrad@seed --grads g.csv", "1,3\n2,2\n3,2\n4,0\n5,0\n");
  EXPECT_EQ(second["step"], 4);
  EXPECT_EQ(second["coordinate"], 1);
}

TEST(Diff, EqualDefinitionsNeverPartAndDifferentOnesAreToldApart) {
  EXPECT_TRUE(diffed("adam@torch adam@optax")["step"].is_null());
  EXPECT_TRUE(diffed("padam@seed adam@seed --set p=0.5")["step"].is_null()) << "a limit: not one definition, but one update";
  EXPECT_TRUE(diffed("adam adam@eps-hat --set eps=0")["step"].is_null()) << "equal but for rounding";
  for (const char* pair : {"adam adam@seed", "adam adam@eps-hat", "adam@seed adam@inside-root", "amsgrad adam@seed", "amsgrad@torch adam@torch", "adagrad@torch adagrad@optax",
                           "'adam@seed(eps=1e-8)' 'adam@seed(eps=1e-9)'", "sadam samsgrad", "adamax adam", "momentum ema-momentum"})
    EXPECT_GT(diffed(pair)["apart"].get<double>(), 0.05) << pair;
}

// f = 1e-3 x^2 / 2 from 1 with step 1e-3 and eps 1e-4, a thousand steps: three readings of "Adam with eps = 1e-4" end apart.
TEST(Diff, ThreeReadingsOfEpsilon) {
  const std::string problem = " --problem quadratic --problem-set dim=1 --problem-set mu=1e-3 --problem-set L=1e-3 --set eps=1e-4";
  const json a = diffed("adam adam@eps-hat" + problem), b = diffed("adam adam@inside-root" + problem);
  EXPECT_NEAR(a["final_x"][0].get<double>(), 0.3134, 1e-4);
  EXPECT_NEAR(a["final_x"][1].get<double>(), 0.3594, 1e-4);
  EXPECT_NEAR(b["final_x"][1].get<double>(), 0.9057, 1e-4);
}

TEST(Diff, ComparesSeveralDefinitionsAndSeveralEpsilonsOnOneProblem) {
  const json root = diffed("adam sadam --set eps=1e-8,1e-2 --noise gaussian --problem pl-sine --problem-set dim=3 --steps 200");
  EXPECT_EQ(root["problem"], "pl-sine(dim=3, scale=1, start=3, region=4)");
  EXPECT_EQ(root["steps"], (std::vector<int>{2, 20, 200}));
  ASSERT_EQ(root["results"].size(), 3U);
  for (const json& row : root["results"]) {
    EXPECT_EQ(row["diverged"], 0);
    EXPECT_GT(row["f_gap"][0].get<double>(), row["f_gap"][2].get<double>());
  }
}

TEST(Diff, BadInputGetsOneClearLine) {
  struct Bad {
    std::string arguments;
    std::vector<std::string> said;
  };
  const std::vector<Bad> cases = {{"adam", {"one definition"}},
                                  {"adam adm", {"did you mean 'adam'"}},
                                  {"adam adam@sed", {"did you mean 'seed'"}},
                                  {"adam sgd --set p=0.1", {"--set p", "none of the methods"}},
                                  {"adam sgd --set eps=1e-8,x", {"eps", "x"}},
                                  {"adam sgd --set eps=1e-8,", {"eps"}},
                                  {"adam sgd --set lr=1", {"--schedule"}},
                                  {"adam sgd --grads g.csv --problem cosine", {"exclude"}},
                                  {"adam sgd --grads missing.csv", {"missing.csv"}},
                                  {"adam sgd momentum --grads g.csv", {"two definitions"}},
                                  {"adam sgd --problem cosin", {"did you mean 'cosine'"}},
                                  {"adam sgd --problem cosine --problem-set dim=0", {"dim", "0"}},
                                  {"adam sgd --problem-set dim=2", {"needs --problem"}},
                                  {"adam sgd --schedule -1", {"--schedule"}},
                                  {"adam sgd --steps 0 --problem cosine", {"--steps"}}};
  for (const Bad& bad : cases) {
    const TemporaryFolder folder;
    write_file(folder / "g.csv", "1\n2\n");
    const Answer answer = run_program(folder, "diff " + bad.arguments);
    EXPECT_EQ(answer.code, 2) << bad.arguments << ": " << answer.out;
    EXPECT_EQ(answer.out, "") << bad.arguments;
    for (const std::string& word : bad.said) EXPECT_NE(answer.err.find(word), std::string::npos) << bad.arguments << " says: " << answer.err;
  }
}

// A method that takes its gradients elsewhere: the lines with g_y and with norms are evaluated; listed gradients cannot tell it from its like.
TEST(Diff, KnowsMethodsWithSeveralCallsAndNorms) {
  const TemporaryFolder folder;
  const Answer apart = run_program(folder, "diff sgd extragradient --problem quadratic");
  ASSERT_EQ(apart.code, 0) << apart.err;
  EXPECT_NE(apart.out.find("they part at step 1"), std::string::npos) << apart.out;
  const Answer norms = run_program(folder, "diff adagrad-norm sgd");
  ASSERT_EQ(norms.code, 0) << norms.err;
  EXPECT_NE(norms.out.find("v of adagrad-norm"), std::string::npos) << norms.out;
  const Answer alike = run_program(folder, "diff sam asam");
  ASSERT_EQ(alike.code, 0) << alike.err;
  EXPECT_NE(alike.out.find("--problem tells apart"), std::string::npos) << alike.out;
  EXPECT_NE(run_program(folder, "diff sam asam --problem pl-sine").out.find("they part at step 1"), std::string::npos);
}

// Where the iterate is not the point of the next gradient, the iterates are compared. Nesterov's z_3 is still that of gradient descent, while y_3 is ahead of it
// and z_4 is made there; theta_1 = 1, theta_2 = (1 + sqrt 5) / 2, theta_3 follows.
TEST(Diff, ComparesTheIteratesThatMethodsReport) {
  const json nesterov = diffed("sgd nesterov --problem quadratic --problem-set dim=1 --problem-set L=1 --problem-set mu=1 --problem-set start=1 --schedule 0.1 --steps 5");
  EXPECT_EQ(nesterov["iterates"], json({"x", "z"}));
  EXPECT_EQ(nesterov["step"], 3);
  const double theta2 = (1.0 + std::sqrt(5.0)) / 2.0, theta3 = (1.0 + std::sqrt(1.0 + 4.0 * theta2 * theta2)) / 2.0, y3 = 0.81 + (theta2 - 1.0) / theta3 * (0.81 - 0.9);
  EXPECT_NEAR(nesterov["x"][0].get<double>(), 0.729, 1e-15);
  EXPECT_NEAR(nesterov["x"][1].get<double>(), 0.9 * y3, 1e-15);
  EXPECT_EQ(nesterov["lines"].back()["variable"], "iterate");
  EXPECT_NEAR(nesterov["lines"].back()["values"][1].get<double>(), 0.9 * y3, 1e-15);
  // The mean of iterates parts from the last at once that there are two: x_2 = -0.1, x_3 = -0.2 and their mean.
  const json average = diffed("sgd averaged-sgd --grads g.csv --schedule 0.1", "1\n1\n1\n");
  EXPECT_EQ(average["step"], 2);
  EXPECT_NEAR(average["x"][0].get<double>(), -0.2, 1e-15);
  EXPECT_NEAR(average["x"][1].get<double>(), -0.15, 1e-15);
  EXPECT_EQ(average["cause"], "the last line, with which the iterates are made");
  const json same = diffed("sgd momentum --grads g.csv --schedule 0.1", "1\n1\n");
  EXPECT_EQ(same["iterates"], json({"x", "x"}));
}

// Gradients alone do not make this step: nothing is said to be the same.
TEST(Diff, RefusesWhatNeedsTheFunction) {
  const TemporaryFolder folder;
  const Answer answer = run_program(folder, "diff polyak-step sgd");
  EXPECT_EQ(answer.code, 2);
  EXPECT_NE(answer.err.find("takes f(x) - f*"), std::string::npos) << answer.err;
  EXPECT_EQ(run_program(folder, "diff polyak-step sgd adam --problem quadratic").code, 0);
}

}  // namespace
}  // namespace thalweg
