// The verbs on right input: exit codes, what stands on standard output, JSON, the same numbers for every instruction set and thread count.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "lib/engine/isa.hpp"
#include "lib/optimizers/definition.hpp"
#include "notebooks-export/definition_json.hpp"
#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

using nlohmann::json;

TEST(Verify, ATightTheoremIsAttainedAndItsStoreIsWritten) {
  TemporaryFolder folder;
  const Answer answer = run_program(folder, "verify r-1-gd-convex --out store --json");
  ASSERT_EQ(answer.code, 0) << answer.err;
  const json root = json::parse(answer.out);
  EXPECT_EQ(root["schema"], "thalweg.verify/1");
  ASSERT_FALSE(root["results"].empty());
  for (const json& result : root["results"]) {
    for (const char* key : {"theorem", "status", "expect", "problem", "noise", "method", "definition", "hyper", "horizon", "replicas", "metric", "assumptions", "measured", "bound",
                            "trivial", "ratio", "verdict", "reason"})
      EXPECT_TRUE(result.contains(key)) << key;
    for (const char* key : {"estimate", "lower", "upper", "level", "how"}) EXPECT_TRUE(result["measured"].contains(key)) << key;
    EXPECT_EQ(result["verdict"], "holds");
    EXPECT_NEAR(result["ratio"].get<double>(), 1.0, 1e-9);
  }
  EXPECT_EQ(root["counts"]["holds"], root["results"].size());
  for (const char* key : {"study", "study_hash", "store_hash", "code", "level"}) EXPECT_TRUE(root["provenance"].contains(key)) << key;
  EXPECT_TRUE(std::filesystem::exists(folder / "store/store.sqlite"));
}

TEST(Help, IsAVerbToo) {
  TemporaryFolder folder;
  const Answer all = run_program(folder, "help"), of_verify = run_program(folder, "help verify");
  EXPECT_EQ(all.code, 0) << all.err;
  EXPECT_EQ(all.out, run_program(folder, "--help").out);
  EXPECT_EQ(of_verify.code, 0) << of_verify.err;
  EXPECT_EQ(of_verify.out, run_program(folder, "verify --help").out);
  EXPECT_EQ(run_program(folder, "help verfy").code, 2);
}

// The limit that the program gives itself, as the system has it while the program waits for its input.
TEST(Memory, IsLimitedToWhatIsFree) {
  TemporaryFolder folder;
  write_file(folder / "wait.sh",
             "cd '" + folder.path().string() + "'; mkfifo input\n'" + THALWEG_BINARY_DIR + "/bin/thalweg' replay adam --grads - < input > out &\nexec 3> input\n"
             "for i in $(seq 100); do grep 'Max data size' /proc/$!/limits > limits; grep -q 'size  *[0-9]' limits && break; sleep 0.1; done\n"
             "echo 1 >&3; exec 3>&-; wait\n");
  ASSERT_EQ(std::system(("bash '" + (folder / "wait.sh") + "'").c_str()), 0);
  std::istringstream limits(read_file(folder / "limits"));
  std::string word;
  double bytes = 0.0;
  limits >> word >> word >> word >> bytes;
  EXPECT_GT(bytes, 0x1p26) << limits.str();
  EXPECT_NE(read_file(folder / "out").find("1"), std::string::npos);
}

// More than there is: one line before anything is touched.
TEST(Memory, IsAskedForBeforeAnythingRuns) {
  TemporaryFolder folder;
  write_file(folder / "study.toml", "id = \"large\"\n[[block]]\nproblem = { id = \"cosine\", dim = 10 }\nnoise = { id = \"gaussian\", sigma = 1.0 }\nmethod = [\"sgd\", \"adam\"]\neta = 0.01\nT = 1000\nrecord = [\"f_gap\"]\ntheorems = [\"r-11-sgd-nonconvex\"]\n");
  for (const char* verb : {"run", "verify", "compare"}) {
    const Answer answer = run_program(folder, std::string(verb) + " study.toml --replicas 2147483648");
    EXPECT_EQ(answer.code, 4) << verb << answer.err;
    EXPECT_NE(answer.err.find("GiB of memory and"), std::string::npos) << verb << ": " << answer.err;
  }
}

TEST(Verify, AControlIsCaughtOnItsOwnInstance) {
  TemporaryFolder folder;
  for (const char* control : {"r-1-wrong-constant", "r-5-polyak-tuning", "r-14-liu-gao-yin-one-limit", "theorem-a-on-adam", "theorem-a-on-sadam", "theorem-g-quarter-floor"}) {
    const Answer answer = run_program(folder, std::string("verify ") + control + " --json");
    EXPECT_EQ(answer.code, 0) << control << answer.err;
    for (const json& result : json::parse(answer.out)["results"]) EXPECT_EQ(result["verdict"], "violated") << control;
  }
}

TEST(Verify, AFalseTheoremOfOnesOwnIsViolatedAndSoIsTheExitCode) {
  TemporaryFolder folder;
  const std::string card =
      "id = \"too-good\"\nstatement = \"false\"\nmethods = [\"gd\"]\nrequires = [\"smooth\", \"convex\", \"deterministic\", \"constant-step\"]\nmetric = \"f_gap\"\n"
      "[bound]\nvalue = \"L*R^2/(8*T*L*eta + 2)\"\n"
      "[[witness]]\nproblem = { id = \"huber\", dim = 1, L = 1.0, tau = \"1/(2*T + 1)\", start = 1.0 }\nmethod = \"sgd\"\neta = \"1/L\"\nT = 10\n";
  write_file(folder / "elsewhere/too-good.toml", card);
  const Answer answer = run_program(folder, "verify elsewhere/too-good.toml");
  EXPECT_EQ(answer.code, 1) << answer.err;
  EXPECT_NE(answer.out.find("violated"), std::string::npos);
  EXPECT_EQ(answer.out.find('\033'), std::string::npos) << "no escape codes without a terminal";
}

TEST(Run, GivesTheSameRecordsForEveryInstructionSetAndThreadCount) {
  TemporaryFolder folder;
  write_file(folder / "study.toml",
             "id = \"same\"\n[[block]]\nproblem = [{ id = \"log-cosh\", dim = 3 }, { id = \"pl-sine\", dim = 3 }]\nnoise = { id = \"gaussian\", sigma = 0.2 }\n"
             "method = [\"sadam\", \"padam\", \"amsgrad\"]\neta = \"0.1/sqrt(t)\"\nT = 200\nreplicas = 21\nrecord = [\"f_gap\", \"v1\", \"rate_percentiles\"]\n");
  ASSERT_EQ(run_program(folder, "run study.toml --out best --threads 2").code, 0);
  const std::string expected = run_program(folder, "export best").out;
  EXPECT_GT(expected.size(), 10000u);
  for (const char* isa : {"v2", "v3"}) {
    if (!supported(isa == std::string("v2") ? Isa::v2 : Isa::v3)) continue;
    ASSERT_EQ(run_program(folder, std::string("run study.toml --threads 1 --isa ") + isa + " --out " + isa).code, 0);
    EXPECT_TRUE(run_program(folder, std::string("export ") + isa).out == expected) << isa;
  }
}

TEST(List, EveryCatalogueIsAnArrayOfEntries) {
  TemporaryFolder folder;
  for (const char* what : {"methods", "problems", "transformations", "noises", "theorems", "studies", "figures", "predicates"}) {
    const Answer answer = run_program(folder, std::string("list ") + what + " --json");
    ASSERT_EQ(answer.code, 0) << what << answer.err;
    const json all = json::parse(answer.out);
    ASSERT_TRUE(all.is_array() && !all.empty()) << what;
    std::set<std::string> ids;
    for (const json& entry : all) {
      for (const char* key : {"id", "name", "source"}) EXPECT_TRUE(entry.contains(key) && entry[key].is_string() && !entry[key].get<std::string>().empty()) << what << key;
      EXPECT_TRUE(ids.insert(entry["id"]).second) << entry["id"];
    }
    EXPECT_EQ(run_program(folder, std::string("list ") + what).code, 0);
  }
}

TEST(Show, KnowsEveryListedEntry) {
  TemporaryFolder folder;
  for (const char* what : {"methods", "problems", "transformations", "noises", "theorems", "studies"}) {
    for (const json& entry : json::parse(run_program(folder, std::string("list ") + what + " --json").out)) {
      const std::string id = entry["id"];
      if (id == "fashion-logistic") continue;  // needs the data package
      const Answer answer = run_program(folder, "show " + id);
      EXPECT_EQ(answer.code, 0) << id << answer.err;
      EXPECT_GT(answer.out.size(), 50u) << id;
      EXPECT_EQ(run_program(folder, "show " + id + " --json").code, 0) << id;
    }
  }
}

// Every problem with its facts; what --with, --dim and --condition leave has what they ask for, and nothing that has it is left out.
TEST(List, ProblemsAreNarrowedByTheirFacts) {
  TemporaryFolder folder;
  std::set<std::string> expected;
  std::size_t rows = 0;
  for (const json& row : json::parse(run_program(folder, "list problems --json --dim 16").out)) {
    ++rows;
    EXPECT_EQ(row["facts"]["dim"], 16) << row["id"];
    const std::vector<std::string> properties = row["facts"]["properties"];
    const auto has = [&](const char* name) { return std::find(properties.begin(), properties.end(), name) != properties.end(); };
    EXPECT_NE(has("convex"), has("nonconvex")) << row["id"];
    EXPECT_NE(has("separable"), has("coupled")) << row["id"];
    EXPECT_NE(has("differentiable"), has("non-smooth")) << row["id"];
    const json& constants = row["facts"]["constants"];
    EXPECT_TRUE(!has("smooth") || constants.contains("L")) << row["id"];
    if (!has("pl") || !has("smooth")) continue;
    if (constants["L"]["upper"].get<double>() <= 46.0 * constants[has("strongly-convex") ? "mu" : "mu_pl"]["lower"].get<double>()) expected.insert(row["id"].get<std::string>());
  }
  EXPECT_GT(rows, 15U);
  EXPECT_TRUE(expected.contains("pl-sine") && expected.contains("quadratic"));
  std::set<std::string> found;
  for (const json& row : json::parse(run_program(folder, "list problems --json --with pl,smooth --dim 16 --condition 46").out)) found.insert(row["id"].get<std::string>());
  EXPECT_EQ(found, expected);
  EXPECT_EQ(run_program(folder, "list problems --with pl,nonconvex --dim 100 --condition 1e4").out.substr(0, 7), "pl-sine");
}

TEST(List, AMethodHasItsFamilyPresetsStateAndTheorems) {
  TemporaryFolder folder;
  const json all = json::parse(run_program(folder, "list methods --json").out);
  ASSERT_EQ(all.size(), methods().size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const MethodEntry& entry = methods()[i];
    EXPECT_EQ(all[i]["id"], entry.id);
    EXPECT_EQ(all[i]["family"], entry.family);
    EXPECT_EQ(all[i]["state"], json(entry.state));
    ASSERT_EQ(all[i]["presets"].size(), entry.presets.size()) << entry.id;
    for (const json& preset : all[i]["presets"])
      for (const char* key : {"id", "source", "version"}) EXPECT_TRUE(preset[key].is_string()) << entry.id << " " << key;
    for (const json& theorem : all[i]["theorems"]) EXPECT_EQ(run_program(folder, "show " + theorem.get<std::string>()).code, 0);
  }
}

// Every definition: the JSON form is a definition that reads back, and says which presets are the same.
TEST(Show, AMethodAsJsonReadsBackToTheDefinition) {
  TemporaryFolder folder;
  for (const MethodEntry& entry : methods())
    for (const Preset& preset : entry.presets) {
      const std::string name = std::string(entry.id) + "@" + std::string(preset.id);
      const Answer answer = run_program(folder, "show " + name + " --json");
      ASSERT_EQ(answer.code, 0) << answer.err;
      const Definition back = definition_from_json(answer.out, "show");
      EXPECT_EQ(back, define(name)) << name;
      EXPECT_EQ(back.preset, preset.id);
      const json root = json::parse(answer.out);
      for (const json& one : root["presets"])
        EXPECT_EQ(one["equal"].get<bool>(), define(std::string(entry.id) + "@" + one["id"].get<std::string>()) == define(name)) << name << one["id"];
    }
  EXPECT_EQ(definition_from_json(run_program(folder, "show 'adam@seed(beta1=0.3, eps=1e-4)' --json").out, "show"), define("adam@seed(beta1=0.3, eps=1e-4)"));
}

TEST(Show, SaysBoundsLimitTheoremsAndEqualPresets) {
  TemporaryFolder folder;
  const json root = json::parse(run_program(folder, "show adam@torch --json").out);
  EXPECT_EQ(root["rate"]["mu1"]["text"], "1/(G + eps)");
  EXPECT_EQ(root["rate"]["mu2"]["latex"], "\\frac{1}{\\left(1 - \\beta_1\\right) \\varepsilon}");
  EXPECT_NEAR(root["rate"]["mu2"]["value"].get<double>(), 1e9, 1e-3);
  EXPECT_EQ(root["stability_limit"]["text"], "2*(1 + beta1)/(1 - beta1)");
  EXPECT_NEAR(root["stability_limit"]["value"].get<double>(), 38.0, 1e-12);
  EXPECT_EQ(root["equal_presets"], (std::vector<std::string>{"paper", "torch", "optax"}));
  EXPECT_EQ(root["presets"][2]["same_as"], json({"eps-hat", "ensmallen"}));
  EXPECT_TRUE(json::parse(run_program(folder, "show sam --json").out)["stability_limit"].is_null());
  const std::string plain = run_program(folder, "show adam@eps-hat").out;
  for (const char* word : {"mu1 = inf over t of sqrt(1 - beta2^t)/((1 - beta1^t)*(sqrt(1 - beta2^t)*G + eps))", "* authors-code", "* eps-hat", "; equal to authors-code", "(torch 2.15.0); equal to paper", "2*(1 + beta1)/(1 - beta1) = 38", "theorem    theorem-g "})
    EXPECT_NE(plain.find(word), std::string::npos) << word << " is not in: " << plain;
}

// A theorem about a form of step speaks of the definitions that have it, and of no other.
TEST(Show, PrintsTheWeightsOfACard) {
  const TemporaryFolder folder;
  const Answer answer = run_program(folder, "show r-16-adam-momentum");
  EXPECT_NE(answer.out.find("weights    1 - beta1^(T - t + 1), t = 1, ..., T\n"), std::string::npos) << answer.out;
  write_file(folder / "mine.toml", "id = \"mine\"\nstatement = \"s\"\nmetric = \"f_passage\"\nlevel = \"Delta/100\"\n[bound]\nvalue = \"1e6\"\n");
  EXPECT_NE(run_program(folder, "show mine.toml").out.find("level      Delta/100\n"), std::string::npos);
}

TEST(Show, TheoremsAreThoseWhoseDemandsTheDefinitionMeets) {
  TemporaryFolder folder;
  const auto speaks = [&](const std::string& definition, const std::string& theorem) {
    const json theorems = json::parse(run_program(folder, "show '" + definition + "' --json").out)["theorems"];
    return std::find(theorems.begin(), theorems.end(), theorem) != theorems.end();
  };
  EXPECT_TRUE(speaks("amsgrad", "theorem-a"));
  EXPECT_FALSE(speaks("adam", "theorem-a")) << "its A-LR is not monotone";
  EXPECT_FALSE(speaks("amsgrad(correction=inside)", "theorem-a"));
  EXPECT_TRUE(speaks("adam", "theorem-g"));
  EXPECT_FALSE(speaks("adam(eps=0)", "theorem-g")) << "its A-LR has no upper bound";
  EXPECT_FALSE(speaks("adam(weight_decay=0.1)", "theorem-g"));
  EXPECT_TRUE(speaks("sgd", "r-1-gd-convex"));
  EXPECT_FALSE(speaks("sgd", "r-1-wrong-constant")) << "a control is no theorem";
  EXPECT_FALSE(speaks("sam", "theorem-g"));
  EXPECT_TRUE(speaks("rmsprop", "theorem-h"));
  EXPECT_FALSE(speaks("adagrad", "theorem-h")) << "its A-LR has no positive lower bound";
}

TEST(Sharpness, MeasuresWithAnIntervalThatIsCertified) {
  TemporaryFolder folder;
  const Answer answer = run_program(folder, "sharpness --problem pl-sine --problem-set dim=3 --method adam --set eta=0.01 --replicas 2 --json");
  ASSERT_EQ(answer.code, 0) << answer.err;
  const json root = json::parse(answer.out);
  EXPECT_EQ(root["schema"], "thalweg.sharpness/1");
  ASSERT_EQ(root["minima"].size(), 2u);
  for (const json& minimum : root["minima"])
    for (const json& m : minimum["measurements"]) {
      for (const char* key : {"probe", "value", "lower", "upper", "level", "how", "semantics", "products", "seconds", "converged", "certified", "reason"}) EXPECT_TRUE(m.contains(key)) << key;
      EXPECT_TRUE(m["converged"].get<bool>() && m["certified"].get<bool>());
      EXPECT_LE(m["lower"].get<double>(), m["value"].get<double>());
      EXPECT_GE(m["upper"].get<double>(), m["value"].get<double>());
      if (m["probe"] == "lambda_max") {
        EXPECT_NEAR(m["value"].get<double>(), 8.0, 1e-6);
      }
    }
}

TEST(Sharpness, OfARunThatDivergedDoesNotConverge) {
  TemporaryFolder folder;
  EXPECT_EQ(run_program(folder, "sharpness --problem quadratic --method sgd --set eta=100 --steps 500").code, 3);
}

// 2 (1 + beta1) / (1 - beta1) for an average, 2 (1 + momentum) for a sum, nothing where the step is of another form or decays.
TEST(Sharpness, StatesTheLimitOfStabilityOfTheForm) {
  TemporaryFolder folder;
  const auto limit = [&](const std::string& method) {
    return nlohmann::json::parse(run_program(folder, "sharpness --problem quadratic --method '" + method + "' --set eta=0.01 --steps 5 --json").out)["stability_limit"];
  };
  EXPECT_NEAR(limit("sgd").get<double>(), 200.0, 1e-9);
  EXPECT_NEAR(limit("ema-momentum(beta1=0.5)").get<double>(), 600.0, 1e-9);
  EXPECT_NEAR(limit("momentum(momentum=0.5)").get<double>(), 300.0, 1e-9);
  for (const char* other : {"sam", "lion", "momentum(dampening=0.5)", "adamw(weight_decay=0.1)"}) EXPECT_TRUE(limit(other).is_null()) << other;
}

TEST(Doctor, SaysWhatWorksAndWhyNot) {
  TemporaryFolder folder;
  const json root = json::parse(run_program(folder, "doctor --json").out);
  EXPECT_EQ(root["schema"], "thalweg.doctor/1");
  for (const json& check : root["checks"]) EXPECT_FALSE(check["says"].get<std::string>().empty());
}

TEST(Program, EveryVerbHasHelpWithAnExample) {
  TemporaryFolder folder;
  for (const char* verb : {"verify", "run", "figures", "list", "show", "doctor", "sharpness", "export", "replay", "trace", "diff", "bench", "pages", "compare", "calibrate"}) {
    const Answer answer = run_program(folder, std::string(verb) + " --help");
    EXPECT_EQ(answer.code, 0) << verb;
    EXPECT_NE(answer.out.find("Example"), std::string::npos) << verb;
  }
}

TEST(Program, AClosedPipeIsNoCrash) {
  TemporaryFolder folder;
  const Answer answer = run_program(folder, "list theorems --json | head -n 1 > /dev/null; true");
  EXPECT_EQ(answer.code, 0);
  EXPECT_EQ(answer.err.find("terminate"), std::string::npos) << answer.err;
}

}  // namespace
}  // namespace thalweg
