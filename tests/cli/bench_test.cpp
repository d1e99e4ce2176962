// thalweg bench: what it prints is consistent with itself, and what it cannot measure it refuses in one clear line.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

using Json = nlohmann::json;

const std::string small = "bench --dim 10 --replicas 16 --steps 40 --seconds 0 --threads 1 ";

Json measured(const std::string& arguments) {
  TemporaryFolder folder;
  const Answer answer = run_program(folder, small + arguments + " --json");
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(answer.err, "") << "progress is for terminals";
  return Json::parse(answer.out);
}

TEST(Bench, SharesSumToOneAndTimesArePositive) {
  const Json root = measured("");
  EXPECT_EQ(root["schema"], "thalweg.bench/1");
  const double ns = root["ns_per_coordinate_step"];
  EXPECT_GT(ns, 0.0);
  double sum = 0.0;
  for (const char* part : {"draws", "gradient", "update", "record"}) {
    const double share = root["shares"][part];
    EXPECT_GE(share, 0.0) << part;
    sum += share;
  }
  EXPECT_EQ(root["shares"].size(), 4u);
  EXPECT_NEAR(sum, 1.0, 1e-9);
  EXPECT_NEAR(ns, 1e9 * root["seconds"].get<double>() / (10.0 * 16.0 * 40.0), 1e-6 * ns);
  EXPECT_GT(root["processor_ns_per_coordinate_step"].get<double>(), 0.0);
  EXPECT_LE(root["processor_ns_per_coordinate_step"].get<double>(), 1.2 * ns) << "one thread";
  EXPECT_LE(root["least_seconds"].get<double>(), root["seconds"].get<double>());
  EXPECT_GT(root["memory_bytes"].get<double>(), 10 * 16 * 8.0);
}

TEST(Bench, FractionIsTheFloorOverTheTime) {
  const Json root = measured("--method sadam --precision float");
  const Json& roof = root["roofline"];
  for (const char* rate : {"copy_bytes_per_second", "stream_bytes_per_second", "square_roots_per_second", "divisions_per_second", "working_set_bytes"})
    EXPECT_GT(roof[rate].get<double>(), 0.0) << rate;
  const double divider = 1e9 * (roof["per_coordinate"]["square_roots"].get<double>() / roof["square_roots_per_second"].get<double>() +
                                roof["per_coordinate"]["divisions"].get<double>() / roof["divisions_per_second"].get<double>());
  const double bytes = 4.0 * (roof["per_coordinate"]["values_read"].get<double>() + roof["per_coordinate"]["values_written"].get<double>());
  const double memory = 1e9 * bytes / roof["stream_bytes_per_second"].get<double>();
  EXPECT_NEAR(roof["floor_ns"].get<double>(), std::max(divider, memory), 1e-6 * divider);
  EXPECT_EQ(roof["limit"], divider >= memory ? "square roots and divisions" : "memory");
  EXPECT_NEAR(root["fraction"].get<double>(), std::max(divider, memory) / root["ns_per_coordinate_step"].get<double>(), 1e-9);
}

// Sadam: one root, and two divisions (that of the A-LR and that of softplus). Adam's traffic: g, x, m, v in; x, m, v out. sgd has neither root nor state.
TEST(Bench, OperationsOfAMethodAreCounted) {
  const Json sadam = measured("--method sadam")["roofline"]["per_coordinate"];
  EXPECT_EQ(sadam["square_roots"], 1);
  EXPECT_EQ(sadam["divisions"], 2);
  const Json adam = measured("--method adam")["roofline"]["per_coordinate"];
  EXPECT_EQ(adam, (Json{{"square_roots", 1}, {"divisions", 1}, {"values_read", 4}, {"values_written", 3}}));
  const Json sgd = measured("--method sgd")["roofline"]["per_coordinate"];
  EXPECT_EQ(sgd, (Json{{"square_roots", 0}, {"divisions", 0}, {"values_read", 2}, {"values_written", 1}}));
}

TEST(Bench, RunsWhatIsAskedFor) {
  const Json root = measured("--method amsgrad@seed --noise two-point --precision mixed --isa v2 --layout coordinates --records 7 --problem log-cosh");
  EXPECT_EQ(root["isa"], "v2");
  EXPECT_EQ(root["threads"], 1);
  EXPECT_EQ(root["precision"], "mixed");
  EXPECT_EQ(root["layout"], "coordinates");
  EXPECT_EQ(root["dim"], 10);
  EXPECT_EQ(root["replicas"], 16);
  EXPECT_EQ(root["steps"], 40);
  EXPECT_EQ(root["records"], 7);
  EXPECT_EQ(root["unfinished"], 0);
  EXPECT_NE(root["problem"].get<std::string>().find("log-cosh(dim=10"), std::string::npos);
  EXPECT_NE(root["noise"].get<std::string>().find("two-point"), std::string::npos);
  EXPECT_NE(root["definition"].get<std::string>().find("amsgrad"), std::string::npos);
  for (const char* field : {"processor", "hardware_threads", "system"}) EXPECT_TRUE(root["machine"].contains(field)) << field;
}

TEST(Bench, StatesTheCostOfEachMetricWhenAsked) {
  const Json root = measured("--metrics");
  std::vector<std::string> names;
  for (const Json& cost : root["metrics"]) {
    names.push_back(cost["metric"]);
    EXPECT_GT(cost["percent"].get<double>(), -100.0);
  }
  for (const char* name : {"f_gap", "grad_sq", "v1", "mean_f_gap", "percentiles", "audit"}) EXPECT_NE(std::find(names.begin(), names.end(), name), names.end()) << name;
  EXPECT_FALSE(measured("").contains("metrics"));
}

TEST(Bench, PrintsATableForPeople) {
  TemporaryFolder folder;
  const Answer answer = run_program(folder, small);
  EXPECT_EQ(answer.code, 0) << answer.err;
  for (const char* word : {"a coordinate-step", "draws", "gradient", "update", "record", "floor", "roots, divisions", "memory of the run"})
    EXPECT_NE(answer.out.find(word), std::string::npos) << word << " is not in\n" << answer.out;
}

struct Refusal {
  std::string arguments;
  int code;
  std::vector<std::string> says;
};
class BenchRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(BenchRefuses, InOneClearLine) {
  TemporaryFolder folder;
  const Answer answer = run_program(folder, "bench " + GetParam().arguments);
  EXPECT_EQ(answer.code, GetParam().code) << answer.err;
  for (const std::string& word : GetParam().says) EXPECT_NE(answer.err.find(word), std::string::npos) << "'" << word << "' is not in: " << answer.err;
  EXPECT_EQ(answer.out, "");
  EXPECT_LE(std::count(answer.err.begin(), answer.err.end(), '\n'), 2) << answer.err;  // CLI11 adds a line that points to --help
}

INSTANTIATE_TEST_SUITE_P(
    Input, BenchRefuses,
    testing::Values(Refusal{"--dim 0", 2, {"--dim", "0", "from 1 to"}}, Refusal{"--replicas 0", 2, {"--replicas", "0", "from 1 to"}}, Refusal{"--steps 0", 2, {"--steps", "0", "from 1 to"}},
                    Refusal{"--dim 1099511627776", 2, {"--dim", "1099511627776", "GiB", "are free"}},
                    Refusal{"--dim 10 --replicas 2147483648", 2, {"--replicas", "2147483648", "GiB", "are free"}},
                    Refusal{"--threads -1", 2, {"--threads", "-1"}}, Refusal{"--isa v9", 2, {"--isa", "v9", "v2, v3, v4"}}, Refusal{"--precision half", 2, {"--precision", "half", "mixed"}},
                    Refusal{"--layout rows", 2, {"--layout", "rows", "coordinates"}}, Refusal{"--problem pl-sin", 2, {"pl-sin", "did you mean 'pl-sine'"}},
                    Refusal{"--method adm", 2, {"adm", "did you mean 'adam'"}}, Refusal{"--noise gausian", 2, {"gausian", "did you mean 'gaussian'"}},
                    Refusal{"--method adam@torc", 2, {"torc"}}, Refusal{"--problem fashion-logistic --dim 10", 2, {"dim", "fashion-logistic"}},
                    Refusal{"--engine cuda", 4, {"CUDA"}}),
    [](const auto& one) { return "n" + std::to_string(one.index); });

}  // namespace
}  // namespace thalweg
