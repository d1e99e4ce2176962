// Bad input gets one clear line that names the field, the value and what is allowed, with the right exit code, and nothing already computed is lost.
#include <gtest/gtest.h>

#include <zlib.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

// A study that is right; the cases change one thing.
constexpr const char* good_study = R"(id = "small"
[[block]]
name = "one"
problem = { id = "cosine", dim = 2, start = 2.0 }
noise = { id = "two-point", a = 0.3, p = 0.3 }
method = "amsgrad@seed"
set = { beta1 = 0.5, eps = 1.0 }
eta = "0.1"
T = 50
replicas = 16
theorems = ["theorem-g"]
)";

constexpr const char* good_card = R"toml(id = "my-bound"
statement = "f is small"
requires = ["smooth"]
metric = "mean_grad_sq"
[bound]
value = "Delta / (eta * T)"
[[witness]]
problem = { id = "cosine", dim = 2 }
method = "sgd"
eta = "0.1"
T = 10
)toml";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

struct Case {
  std::string what;
  std::string file;                  // written as case.toml when not empty
  std::string arguments;
  int code;
  std::vector<std::string> says;     // each must stand in the message
};

class BadInput : public testing::TestWithParam<Case> {};

TEST_P(BadInput, IsAnsweredByOneClearLine) {
  const Case& bad = GetParam();
  TemporaryFolder folder;
  if (!bad.file.empty()) write_file(folder / "case.toml", bad.file);
  const Answer answer = run_program(folder, bad.arguments);
  EXPECT_EQ(answer.code, bad.code) << answer.err;
  for (const std::string& word : bad.says) EXPECT_NE(answer.err.find(word), std::string::npos) << "'" << word << "' is not in: " << answer.err;
  EXPECT_TRUE(answer.out.empty()) << answer.out;
  const auto lines = std::count(answer.err.begin(), answer.err.end(), '\n');
  EXPECT_LE(lines, 2) << answer.err;  // CLI11 adds a line that points to --help
  EXPECT_EQ(answer.err.find("terminate called"), std::string::npos);
}

Case study(std::string what, const std::string& from, const std::string& to, std::vector<std::string> says) {
  says.push_back("case.toml");
  return {std::move(what), replaced(good_study, from, to), "run case.toml", 2, std::move(says)};
}
Case card(std::string what, const std::string& from, const std::string& to, std::vector<std::string> says) {
  says.push_back("case.toml");
  return {std::move(what), replaced(good_card, from, to), "verify case.toml", 2, std::move(says)};
}
Case line(std::string what, std::string arguments, std::vector<std::string> says, int code = 2) { return {std::move(what), "", std::move(arguments), code, std::move(says)}; }

INSTANTIATE_TEST_SUITE_P(
    CommandLine, BadInput,
    testing::Values(
        line("no verb", "", {"subcommand"}), line("unknown verb", "verfy", {"verfy"}), line("unknown option", "verify --fast", {"--fast"}),
        line("unknown theorem", "verify theorem-gg", {"theorem-gg", "did you mean 'theorem-g'"}),
        line("unknown study", "run seed-claim", {"seed-claim", "did you mean 'seed-claims'"}),
        line("theorem where a study is wanted", "run theorem-g", {"theorem-g", "not a study"}),
        line("two studies", "verify seed-claims seed-claims", {"not both"}), line("missing file", "verify nowhere.toml", {"nowhere.toml", "cannot be read"}),
        line("folder as a file", "verify ./", {"folder"}), line("unknown list", "list methodz", {"methodz", "methods"}),
        line("unknown entry", "show adamm", {"adamm", "did you mean"}), line("unknown preset", "show adam@sed", {"sed", "seed"}),
        line("bad isa", "verify theorem-g --isa v9", {"v9", "v4"}), line("zero threads", "verify theorem-g --threads 0", {"--threads"}),
        line("negative replicas", "verify theorem-g --replicas -4", {"--replicas"}), line("text for a seed", "verify theorem-g --seed one", {"--seed", "one"}),
        line("set without a value", "verify theorem-g --set beta1", {"--set", "beta1", "name=value"}),
        line("set an unknown name", "verify theorem-g --set beta9=0.5", {"beta9", "did you mean"}),
        line("set text", "verify theorem-g --set beta1=half", {"beta1", "half", "number"}), line("set NaN", "verify theorem-g --set beta1=nan", {"beta1", "nan"}),
        line("beta1 = 1", "verify theorem-g --set beta1=1", {"beta1", "1", "[0, 1)"}), line("negative eps", "verify theorem-g --set eps=-1e-8", {"eps", "-1e-08"}),
        line("negative eta", "verify theorem-h --set eta=-0.1", {"eta", "-0.1"}), line("eta that is no expression", "verify theorem-h --set 'eta=0.1*'", {"eta"}),
        line("p beyond one half", "verify theorem-g --set p=0.7", {"p", "0.7"}), line("no cuda here", "verify theorem-h --engine cuda", {"CUDA"}, 4),
        line("figures of no store", "figures nowhere", {"nowhere", "no store"}), line("export of no store", "export nowhere", {"nowhere", "no store"}),
        line("sharpness of an unknown problem", "sharpness --problem pl-sin", {"pl-sin", "did you mean 'pl-sine'"}),
        line("sharpness with an unknown method", "sharpness --method sadamm", {"sadamm", "did you mean 'sadam'"}),
        line("sharpness with a parameter that is not there", "sharpness --problem-set dimm=3", {"dimm", "dim"}),
        line("sharpness with a fraction of a dimension", "sharpness --problem-set dim=2.5", {"dim", "2.5"}),
        line("sharpness with a field of another method", "sharpness --method sadam --set eps=1", {"eps", "sadam"}),
        line("sharpness without steps", "sharpness --steps 0", {"--steps"}), line("no name for the store", "verify theorem-h --out ''", {"--out", "must name a folder"}),
        line("field that no method of the theorem has", "verify r-1-gd-convex --set beta=2", {"--set beta", "no method of 'r-1-gd-convex'"}),
        line("the same theorem twice", "verify theorem-g theorem-g", {"theorem-g", "named twice"}), line("level above one half", "sharpness --level 0.9", {"--level"})),
    [](const auto& one) { return "n" + std::to_string(one.index); });

INSTANTIATE_TEST_SUITE_P(
    Studies, BadInput,
    testing::Values(
        study("misspelt key", "replicas =", "replicsa =", {"replicsa", "did you mean 'replicas'", ":10"}),
        study("no problem", "problem = { id = \"cosine\", dim = 2, start = 2.0 }\n", "", {"problem", "missing"}),
        study("no method", "method = \"amsgrad@seed\"\n", "", {"method", "missing"}), study("no eta", "eta = \"0.1\"\n", "", {"eta", "missing"}),
        study("no horizon", "T = 50\n", "", {"T", "missing"}), study("unknown problem", "\"cosine\"", "\"cosin\"", {"cosin", "did you mean 'cosine'", ":4"}),
        study("unknown noise", "two-point", "two-pont", {"two-pont", "did you mean 'two-point'"}), study("unknown method", "amsgrad@seed", "amsgrd@seed", {"amsgrd", "did you mean 'amsgrad'"}),
        study("unknown theorem", "theorem-g", "theorem-q", {"theorem-q", "unknown theorem"}), study("horizon zero", "T = 50", "T = 0", {"T", "0", "positive"}),
        study("endless horizon", "T = 50", "T = 1000000000000", {"T", "1000000000000", "at most 2^30"}),
        study("fractional horizon", "T = 50", "T = 50.5", {"T", "50.5", "whole"}), study("negative replicas", "replicas = 16", "replicas = -1", {"replicas", "-1", "positive"}),
        study("text for replicas", "replicas = 16", "replicas = \"many\"", {"replicas", "many"}), study("NaN parameter", "a = 0.3", "a = nan", {"a", "nan"}),
        study("probability 1", "p = 0.3", "p = 1.0", {"p", "1"}), study("dimension zero", "dim = 2", "dim = 0", {"dim", "0"}),
        study("unknown parameter", "dim = 2", "dimension = 2", {"dimension", "dim"}), study("beta1 = 1", "beta1 = 0.5", "beta1 = 1.0", {"beta1", "1"}),
        study("field of no method", "eps = 1.0", "beta = 1.0", {"beta", "no method"}), study("eta in set", "eps = 1.0", "eta = 1.0", {"eta"}),
        study("eta with an unknown name", "eta = \"0.1\"", "eta = \"0.1 / LL\"", {"LL"}), study("eta with a missing bracket", "eta = \"0.1\"", "eta = \"0.1 / (L\"", {"eta"}),
        study("level", "id = \"small\"", "id = \"small\"\nlevel = 2.0", {"level", "2"}), study("no TOML", "id = \"small\"", "id = ", {"not valid TOML", ":1"}),
        study("id that is a path", "id = \"small\"", "id = \"../small\"", {"../small", "kebab-case", ":1"}),
        study("no values for a field", "beta1 = 0.5", "beta1 = []", {"beta1", "at least one", ":7"}),
        study("figure without blocks", "theorems = [\"theorem-g\"]\n", "theorems = [\"theorem-g\"]\n[[figure]]\nid = \"bounds\"\n", {"blocks", "one panel each"}),
        study("id of another type", "id = \"small\"", "id = 3", {"id", "3", "text"})),
    [](const auto& one) { return "n" + std::to_string(one.index); });

INSTANTIATE_TEST_SUITE_P(
    Cards, BadInput,
    testing::Values(
        card("unknown predicate", "smooth", "smoth", {"smoth", "did you mean 'smooth'"}), card("unknown metric", "mean_grad_sq", "mean_grad", {"mean_grad", "mean_grad_sq"}),
        card("unknown name in the bound", "Delta / (eta", "Delat / (eta", {"Delat", "did you mean 'Delta'"}), card("missing bracket", "(eta * T)", "(eta * T", {":6", "to close"}),
        card("misspelt key", "statement", "statment", {"statment", "did you mean 'statement'"}), card("no bound", "[bound]\nvalue = \"Delta / (eta * T)\"\n", "[bound]\n", {"value"}),
        card("division by zero", "(eta * T)", "(eta - eta)", {"my-bound", "zero"}), card("id with spaces", "my-bound", "My Bound", {"My Bound", "kebab-case"})),
    [](const auto& one) { return "n" + std::to_string(one.index); });

TEST(BadFiles, OutputBelowARegularFileIsAnEnvironmentError) {
  TemporaryFolder folder;
  write_file(folder / "file", "text");
  const Answer answer = run_program(folder, "verify r-1-gd-convex --out file/below");
  EXPECT_EQ(answer.code, 4);
  EXPECT_NE(answer.err.find("file/below"), std::string::npos) << answer.err;
}

TEST(BadFiles, AFileThatIsNoStoreIsNamed) {
  TemporaryFolder folder;
  write_file(folder / "store/store.sqlite", "this is not a database, but long enough to look like a file with something in it");
  const Answer answer = run_program(folder, "export store");
  EXPECT_EQ(answer.code, 2);
  EXPECT_NE(answer.err.find("not a store"), std::string::npos) << answer.err;
}

TEST(BadFiles, AnUnreadableStudyIsNamed) {
  TemporaryFolder folder;
  write_file(folder / "case.toml", "");
  const Answer answer = run_program(folder, "verify case.toml");
  EXPECT_EQ(answer.code, 2);
  EXPECT_NE(answer.err.find("case.toml"), std::string::npos) << answer.err;
}

// A file-size limit stands for a full disk: exit 4, one line, and the cells that were finished are still there and are not run again.
TEST(BadFiles, AFullDiskLosesNothingFinished) {
  TemporaryFolder folder;
  std::string text = good_study;
  text = replaced(text, "T = 50", "T = [50, 60, 70, 80, 90, 100, 110, 120]");
  text = replaced(text, "replicas = 16", "replicas = 400");
  write_file(folder / "case.toml", text);
  const Answer full = run_program(folder, "run case.toml --out store --threads 1", "ulimit -f 440;");
  EXPECT_EQ(full.code, 4) << full.err;
  EXPECT_NE(full.err.find("kept"), std::string::npos) << full.err;
  const Answer again = run_program(folder, "run case.toml --out store --json");
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(again.out.find("\"skipped\": 0,"), std::string::npos) << again.out;
  const Answer whole = run_program(folder, "run case.toml --out fresh");
  EXPECT_EQ(whole.code, 0);
  EXPECT_EQ(run_program(folder, "export store").out, run_program(folder, "export fresh").out);
}

TEST(BadFiles, TruncatedImagesAreNamed) {
  TemporaryFolder folder;
  const std::string images = folder / "t10k-images-idx3-ubyte.gz", labels = folder / "t10k-labels-idx1-ubyte.gz";
  for (const std::string& file : {images, labels}) {
    gzFile out = gzopen(file.c_str(), "wb");
    const unsigned char header[16] = {0, 0, 8, 3, 0, 0, 39, 16, 0, 0, 0, 28, 0, 0, 0, 28};
    gzwrite(out, header, 16);
    gzclose(out);
  }
  const Answer answer = run_program(folder, "sharpness --problem fashion-logistic --steps 1", "export THALWEG_DATA='" + folder.path().string() + "';");
  EXPECT_NE(answer.code, 0);
  EXPECT_NE(answer.err.find("idx"), std::string::npos) << answer.err;
}

}  // namespace
}  // namespace thalweg
