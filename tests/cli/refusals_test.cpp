// Bad gradients and bad definitions: each is answered by one line that names the field, the value given and what is allowed, and by exit code 2.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <ostream>
#include <string>
#include <vector>

#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

struct Refused {
  std::string what, csv, arguments;         // csv: g.csv in the working directory
  std::string field, value;                 // as they must stand in the line; a value may be empty
  std::vector<std::string> allowed;
};

const std::string good = "1,2\n3,4\n";
const std::string fed = "replay adam --grads g.csv ";

Refused rows(std::string what, std::string csv, std::string field, std::string value, std::vector<std::string> allowed, const std::string& more = "") {
  return {std::move(what), std::move(csv), fed + more, std::move(field), std::move(value), std::move(allowed)};
}
Refused options(std::string what, const std::string& more, std::string field, std::string value, std::vector<std::string> allowed) {
  return {std::move(what), good, fed + more, std::move(field), std::move(value), std::move(allowed)};
}
Refused line(std::string what, std::string arguments, std::string field, std::string value, std::vector<std::string> allowed) {
  return {std::move(what), good, std::move(arguments), std::move(field), std::move(value), std::move(allowed)};
}

void PrintTo(const Refused& bad, std::ostream* out) { *out << bad.arguments; }

class Refusal : public testing::TestWithParam<Refused> {};

TEST_P(Refusal, IsOneLineWithFieldValueAndWhatIsAllowed) {
  const Refused& bad = GetParam();
  const TemporaryFolder folder;
  write_file(folder / "g.csv", bad.csv);
  const Answer answer = run_program(folder, bad.arguments);
  EXPECT_EQ(answer.code, 2) << bad.what << ": " << answer.out << answer.err;
  EXPECT_EQ(answer.out, "") << bad.what;
  EXPECT_EQ(std::count(answer.err.begin(), answer.err.end(), '\n'), 1) << bad.what << ": " << answer.err;
  EXPECT_TRUE(answer.err.starts_with("thalweg: ") && answer.err.ends_with("\n")) << answer.err;
  EXPECT_NE(answer.err.find(bad.field), std::string::npos) << bad.what << ": no field '" << bad.field << "' in: " << answer.err;
  EXPECT_NE(answer.err.find(bad.value), std::string::npos) << bad.what << ": no value '" << bad.value << "' in: " << answer.err;
  for (const std::string& word : bad.allowed) EXPECT_NE(answer.err.find(word), std::string::npos) << bad.what << ": no '" << word << "' in: " << answer.err;
}

std::string name_of_case(const testing::TestParamInfo<Refused>& one) {
  std::string name = one.param.what;
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(
    Gradients, Refusal,
    testing::Values(
        rows("ragged row", "1,2\n3\n", "g.csv:2: row", "1 number", {"must have 2", "rows before it"}), rows("longer row", "1,2\n3,4,5\n", "g.csv:2: row", "3 numbers", {"must have 2"}),
        rows("row unlike the header", "a,b,c\n1,2\n", "g.csv:2: row", "2 numbers", {"must have 3", "header"}), rows("trailing comma", "1,2\n3,4,\n", "g.csv:2: row", "3 numbers", {"must have 2"}),
        rows("text", "1,2\n3,four\n", "g.csv:2: column 2", "'four'", {"must be a number"}), rows("text in the first row", "1,two\n3,4\n", "g.csv:1: column 2", "'two'", {"must be a number"}),
        rows("second header", "a,b\nc,d\n1,2\n", "g.csv:2: column 1", "'c'", {"must be a number"}), rows("empty cell", "1,2\n,4\n", "g.csv:2: column 1", "''", {"must be a number"}),
        rows("not a number", "1,2\nnan,4\n", "g.csv:2: column 1", "nan", {"must be a finite number"}), rows("infinity", "1,2\n3,-inf\n", "g.csv:2: column 2", "-inf", {"must be a finite number"}),
        rows("beyond a double", "1,2\n3,1e999\n", "g.csv:2: column 2", "1e999", {"must be a finite number"}),
        rows("beyond a float", "1,2\n3,1e39\n", "g.csv:2: column 2", "1e39", {"range of a float"}, "--precision float"), rows("hexadecimal", "1,2\n3,0x10\n", "g.csv:2: column 2", "'0x10'", {"must be a number"}),
        rows("two numbers in a cell", "1,2\n3,4 5\n", "g.csv:2: column 2", "'4 5'", {"must be a number"}), rows("semicolons", "1;2\n3;4\n", "g.csv:2: column 1", "'3;4'", {"must be a number", "separated by commas"}),
        rows("quotes", "1,2\n\"3\",4\n", "g.csv:2: column 1", "'\"3\"'", {"must be a number"}), rows("empty row inside", "1,2\n\n3,4\n", "g.csv:2: row", "", {"is empty", "0,0,..."}),
        rows("empty file", "", "--grads", "g.csv", {"holds no row of numbers", "one row a step"}), rows("only blank lines", "\n\n \n", "--grads", "g.csv", {"holds no row of numbers"}),
        rows("only a header", "a,b\n", "--grads", "g.csv", {"holds no row of numbers"}), line("no such file", "replay adam --grads missing.csv", "--grads", "missing.csv", {"cannot be read"}),
        line("a folder for a file", "replay adam --grads .", "--grads", ".", {"cannot be read"}), line("no gradients", "replay adam", "--grads", "", {"required"}),
        Refused{"the gradient of f among samples", "1,2\n", "replay svrg --grads g.csv", "method", "svrg", {"gradient of f itself", "thalweg trace and run"}},
        Refused{"a gradient of each sample", "1,2\n", "replay saga --grads g.csv", "method", "saga", {"keeps a gradient of each sample", "thalweg trace and run"}},
        Refused{"samples that are not there", "", "trace saga --problem pl-sine --steps 3", "method", "saga", {"pl-sine(", "keeps none", "least-squares"}},
        Refused{"samples of a past point", "", "trace saga --problem ridge --problem-set batch=2 --noise delayed --steps 3", "noise", "delayed(", {"answers about past points", "saga"}},
        Refused{"samples that are not drawn", "", "diff saga sgd adam --problem ridge", "method", "saga", {"draws none", "batch >= 1"}},
        Refused{"samples in a comparison by gradients", "", "diff saga sgd", "method", "saga", {"keeps a gradient of each sample"}},
        Refused{"a shape of another size", "1,2,3\n", "replay muon --grads g.csv --shape 2x3", "--shape", "2x3", {"has 6 entries", "3 columns"}},
        Refused{"a shape without a cross", "1,2,3\n", "replay muon --grads g.csv --shape 3", "--shape", "3", {"must be ROWSxCOLS"}},
        Refused{"a shape for single coordinates", "1,2,3\n", "replay adam --grads g.csv --shape 1x3", "--shape", "1x3", {"methods that take matrices"}},
        Refused{"columns that do not divide", "1,2,3\n", "replay muon --grads g.csv --set columns=2", "muon columns", "2", {"must divide the number of coordinates, 3"}},
        Refused{"an odd number of rows for two calls", "1,2\n3,4\n5,6\n", "replay sam --grads g.csv", "--grads", "g.csv", {"has 3 rows", "2 gradients a step"}},
        options("start of another length", "--x0 1,2,3", "--x0", "1,2,3", {"must be one number, or 2"}), options("start that is text", "--x0 1,b", "--x0", "'b'", {"no finite number", "a,b,..."}),
        options("start that is not a number", "--x0 nan", "--x0", "nan", {"no finite number"}), options("start with an empty part", "--x0 1,", "--x0", "''", {"no finite number"}),
        options("every 0", "--every 0", "--every = 0", "0", {"must be a whole number from 1 to"}), options("unknown precision", "--precision half", "--precision = half", "half", {"must be one of double, float"}),
        options("unknown option", "--schedul 1", "--schedul", "", {"unknown option", "did you mean '--schedule'", "replay --help"})),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    Schedules, Refusal,
    testing::Values(
        options("negative step size", "--set eta=-1", "--set eta", "-1", {"not negative"}), options("step size that is no expression", "--set 'eta=1 +'", "--set eta", "1 +", {"expected"}),
        options("missing bracket", "--schedule '0.1 / (t + 1'", "--schedule", "0.1 / (t + 1", {"to close"}), options("unknown name", "--schedule '1 / sqrt(n)'", "--schedule", "'n'", {"unknown name", "known here: T, beta1, beta2, d, eps, t"}),
        options("unknown function", "--schedule 'sqt(t)'", "--schedule", "sqt", {"did you mean 'sqrt'"}), options("division by zero", "--schedule '1 / (t - 1)'", "--schedule", "1 / (t - 1)", {"zero", "t = 1"}),
        options("negative later", "--schedule '1 - t'", "--schedule", "1 - t", {"not negative", "t = 2"}), options("a condition", "--schedule 't < 3'", "--schedule", "t < 3", {"must be a number, not a condition"}),
        options("nothing", "--schedule ' '", "--schedule", "", {"expected"}), options("infinite", "--schedule '1e999'", "--schedule", "1e999", {"range"}),
        options("given twice", "--set lr=1 --schedule 1", "--set lr", "1", {"given twice", "leave out one"}), options("constant of a problem where there is none", "--schedule '1 / L'", "--schedule", "'L'", {"unknown name", "known here"})),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    Definitions, Refusal,
    testing::Values(
        options("beta1 is 1", "--set beta1=1", "adam beta1", "1", {"[0, 1)"}), options("negative beta2", "--set b2=-0.1", "adam beta2", "-0.1", {"[0, 1)"}),
        options("negative eps", "--set eps=-1e-8", "adam eps", "-1e-8", {"must be a finite number >= 0"}), options("eps that is text", "--set eps=small", "adam eps", "small", {"must be a finite number >= 0"}),
        options("eps that is not a number", "--set eps=nan", "adam eps", "nan", {"must be a finite number >= 0"}), options("infinite eps", "--set eps=inf", "adam eps", "inf", {"must be a finite number >= 0"}),
        options("unknown field", "--set beta9=0.5", "adam beta9", "0.5", {"unknown field", "did you mean"}), options("misspelt field", "--set ebs=0.5", "adam ebs", "0.5", {"did you mean 'eps'"}),
        options("field of another method", "--set p=0.5", "adam p", "0.5", {"not a field of this method", "beta1, beta2, eps"}), options("no equals sign", "--set eps", "--set", "eps", {"name=value"}),
        options("no value", "--set eps=", "--set", "eps=", {"name=value"}), options("unknown choice", "--set eps_placement=insde", "adam eps_placement", "insde", {"did you mean 'inside'"}),
        options("choice that is fixed", "--set denominator=softplus", "adam denominator", "softplus", {"fixed by the method: root"}),
        line("misspelt method", "replay adm --grads g.csv", "method", "adm", {"did you mean 'adam'"}), line("method of no kind", "show 'zzz(beta1=0)'", "", "zzz", {"unknown"}),
        line("misspelt preset", "replay adam@tosch --grads g.csv", "adam preset", "tosch", {"did you mean 'torch'"}),
        line("preset of another method", "replay sadam@inside-root --grads g.csv", "sadam preset", "inside-root", {"known: paper, seed, authors-code"}),
        line("open bracket", "replay 'adam(eps=1' --grads g.csv", "method", "adam(eps=1", {"closing ')'"}), line("field without a value", "show 'adam(eps)'", "method", "adam(eps)", {"'eps' is not field=value"}),
        line("step size as a field", "show 'adam(lr=0.1)'", "adam eta", "0.1", {"is the step size", "schedule"}), line("p beyond one half", "show 'padam(p=0.6)'", "padam p", "0.6", {"(0, 1/2]"}),
        line("preset shown that is not there", "show adam@keras2", "adam preset", "keras2", {"known: paper"})),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    Traces, Refusal,
    testing::Values(
        line("no problem", "trace adam", "--problem", "", {"required"}), line("misspelt problem", "trace adam --problem pl-sin", "problem", "pl-sin", {"did you mean 'pl-sine'"}),
        line("misspelt noise", "trace adam --problem pl-sine --noise gausian", "noise", "gausian", {"did you mean 'gaussian'"}),
        line("misspelt method traced", "trace adm --problem pl-sine", "method", "adm", {"did you mean 'adam'"}), line("parameter that is not there", "trace adam --problem pl-sine --problem-set dimm=3", "dimm", "3", {"did you mean 'dim'"}),
        line("negative deviation", "trace adam --problem pl-sine --noise gaussian --noise-set sigma=-1", "sigma", "-1", {"must be a number from"}),
        line("start traced of another length", "trace adam --problem pl-sine --problem-set dim=2 --start 1,2,3", "--start", "1,2,3", {"must be one number, or 2", "coordinate"}),
        line("start traced that is text", "trace adam --problem pl-sine --start one", "--start", "'one'", {"no finite number"}),
        line("no steps", "trace adam --problem pl-sine --steps 0", "--steps = 0", "0", {"must be a whole number from 1 to"}), line("field traced out of range", "trace adam --problem pl-sine --set beta1=1", "adam beta1", "1", {"[0, 1)"}),
        line("schedule traced", "trace adam --problem pl-sine --schedule '1 / LL'", "--schedule", "'LL'", {"unknown name", "did you mean 'L'"}),
        line("seed that is text", "trace adam --problem pl-sine --seed one", "--seed = one", "one", {"must be a whole number from 0 to"})),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    Constants, Refusal,
    testing::Values(
        line("no constant", "certify pl-sine", "--constant", "", {"required"}), line("misspelt constant", "certify pl-sine --constant mu_p", "--constant = mu_p", "mu_p", {"must be one of L, L_j", "did you mean 'mu_pl'"}),
        line("misspelt problem certified", "certify pl-sin --constant L", "problem", "pl-sin", {"did you mean 'pl-sine'"}), line("no region where one is needed", "certify welsch --constant L", "--region", "", {"is needed", "half-width, or lower:upper"}),
        line("constant that kinks exclude", "certify hinge --constant L --region 1", "--constant", "L", {"kinks", "G_j and f_star"}),
        line("negative half width", "certify power --constant L --region=-1", "--region", "-1", {"half-width above 0"}), line("region that is no number", "certify power --constant L --region wide", "--region", "wide", {"half-width above 0", "lower:upper"}),
        line("region of nan", "certify power --constant L --region nan", "--region", "nan", {"half-width above 0"}), line("side of nan", "certify power --constant L --region=0:nan", "--region", "'nan'", {"no finite number"}),
        line("lower above upper", "certify power --constant L --region=2:1", "--region", "2:1", {"lower must be below upper"}), line("lower equal to upper", "falsify power --claim L=1 --region=1:1", "--region", "1:1", {"lower must be below upper"}),
        line("sides of another dimension", "certify power --dim 2 --constant L --region=0,0,0:1,1,1", "--region", "0,0,0", {"must be one number, or 2"}),
        line("dim twice", "certify power --dim 3 --problem-set dim=2 --constant L", "--dim", "3", {"contradicts --problem-set dim=2"}), line("dim 0", "falsify power --dim 0 --claim L=1", "--dim = 0", "0", {"must be a whole number from 1 to"}),
        line("coordinate beyond dim", "certify power --dim 2 --constant L_j --coordinate 2", "--coordinate", "2", {"must be below dim = 2"}), line("coordinate of a constant without", "certify power --constant mu --coordinate 0", "--coordinate", "0", {"L_j and G_j"}),
        line("tolerance nan", "certify power --constant L --tolerance nan", "--tolerance = nan", "nan", {"must be a number from"}), line("no pieces", "certify power --constant L --pieces 0", "--pieces = 0", "0", {"must be a whole number from 1 to"})),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    Claims, Refusal,
    testing::Values(
        line("no claim", "falsify pl-sine", "--claim", "", {"required"}), line("claim without a value", "falsify pl-sine --claim L", "--claim", "L", {"must be NAME=VALUE", "convex"}),
        line("claim with an empty value", "falsify pl-sine --claim L=", "--claim", "L=", {"must be NAME=VALUE"}), line("claim of text", "falsify pl-sine --claim L=four", "--claim L", "four", {"must be a finite number"}),
        line("claim of nan", "falsify pl-sine --claim mu_pl=nan", "--claim mu_pl", "nan", {"must be a finite number"}), line("claim of infinity", "falsify pl-sine --claim L=inf", "--claim L", "inf", {"must be a finite number"}),
        line("negative Lipschitz constant", "falsify pl-sine --claim L=-1", "--claim L", "-1", {"must be a finite number >= 0"}), line("misspelt claim", "falsify pl-sine --claim mu_p=1", "--claim", "mu_p=1", {"did you mean 'mu_pl'", "known: L, L_j"}),
        line("convex with a value", "falsify pl-sine --claim convex=1", "--claim", "convex=1", {"takes no value"}), line("claim of a coordinate that is not there", "falsify pl-sine --dim 3 --claim G_3=1", "--claim", "G_3=1", {"must be below dim = 3"}),
        line("region outside the box", "falsify linear --claim f_star=0 --region=2:3", "--region", "", {"no point of the problem's box"}),
        line("misspelt problem falsified", "falsify pl-sin --claim L=1", "problem", "pl-sin", {"did you mean 'pl-sine'"}), line("negative budget", "falsify pl-sine --claim L=1 --budget=-5", "--budget = -5", "-5", {"must be a whole number from 1 to"}),
        line("budget of text", "falsify pl-sine --claim L=1 --budget many", "--budget = many", "many", {"must be a whole number from 1 to"}), line("seed falsified that is text", "falsify pl-sine --claim L=1 --seed one", "--seed = one", "one", {"must be a whole number from 0 to"}),
        line("parameter falsified that is not there", "falsify pl-sine --claim L=1 --problem-set dimm=3", "dimm", "3", {"did you mean 'dim'"})),
    name_of_case);

}  // namespace
}  // namespace thalweg
