// Problems written as text: what is read, what it becomes, and what is said of texts that are wrong.
#include "problems/composition.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "tests/problems/transformed_cases.hpp"

namespace thalweg::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string error_of(const std::string& text, const Parameters& given = {}, const Texts& texts = {}) {
  try {
    make_problem(text, given, texts);
  } catch (const SpecError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Composition, ItsCanonicalTextGivesTheSameProblem) {
  for (const Transcribed& f : transcribed()) {
    const Problem p = make_problem(f.text), again = make_problem(p.text);
    EXPECT_EQ(again.text, p.text);
    EXPECT_EQ(again.instance, p.instance);
    const std::vector<double> start = p.start.values();
    EXPECT_EQ(again.value(start), p.value(start)) << p.text;
  }
  for (const Family& family : problem_families()) {
    if (takes_text(family.entry.id, "file") || family.entry.id == "fashion-logistic") continue;
    const Problem p = make_problem(family.entry.id);
    EXPECT_EQ(make_problem(p.text).text, p.text);
    EXPECT_EQ(make_problem(p.text).instance, p.instance) << "the text of a family alone is that family";
  }
  EXPECT_EQ(make_problem("rotate(formula(\"sum(a*x[i]^4)\", dim=3, a=2))").text, make_problem("rotate(\"sum(a*x[i]^4)\")", {{"dim", {3}}, {"a", {2}}}).text);
}

TEST(Composition, DifferentTextsAreDifferentInstances) {
  std::set<std::uint64_t> seen;
  for (const char* text : {"rotate(pl-sine, seed=1)", "rotate(pl-sine, seed=2)", "rotate(pl-sine(dim=3), seed=1)", "shift(pl-sine)", "shift(shift(pl-sine))", "sum(pl-sine, quadratic)", "sum(quadratic, pl-sine)", "pl-sine"})
    EXPECT_TRUE(seen.insert(make_problem(text).instance).second) << text;
}

TEST(Composition, ParametersBesideItBelongToTheFamiliesInside) {
  EXPECT_EQ(make_problem("rotate(shift(pl-sine, by=0.5), seed=7)", {{"dim", {12}}}).text, make_problem("rotate(shift(pl-sine(dim=12), by=0.5), seed=7)").text);
  EXPECT_EQ(make_problem("sum(pl-sine, quadratic(L=4))", {{"dim", {6}}, {"scale", {2}}}).text, make_problem("sum(pl-sine(dim=6, scale=2), quadratic(dim=6, L=4))").text);
  EXPECT_EQ(make_problem("pl-sine(dim=3)", {{"scale", {2}}}).text, make_problem("pl-sine", {{"dim", {3}}, {"scale", {2}}}).text);
  EXPECT_EQ(make_problem("\"sum(x[i]^2)\"", {{"dim", {3}}}).text, make_formula("sum(x[i]^2)", {{"dim", {3}}}).text);
  EXPECT_THAT(error_of("rotate(pl-sine(dim=3))", {{"dim", {4}}}), AllOf(HasSubstr("dim = 4"), HasSubstr("given twice")));
  EXPECT_THAT(error_of("rotate(pl-sine)", {{"dims", {4}}}), AllOf(HasSubstr("dims"), HasSubstr("did you mean 'dim'")));
  EXPECT_THAT(error_of("rotate(pl-sine)", {{"seed", {4}}}), HasSubstr("unknown parameter of 'pl-sine'")) << "a transformation's own stand in the text";
}

TEST(Composition, FilesBelongToTheFamiliesInside) {
  const std::filesystem::path file = std::filesystem::temp_directory_path() / "thalweg-composition.csv";
  std::ofstream(file) << "1,2,3\n2,1,0\n4,4,1\n0,1,5\n";
  EXPECT_TRUE(takes_text("rotate(least-squares)", "file"));
  EXPECT_FALSE(takes_text("rotate(pl-sine)", "file"));
  const Problem p = make_problem("rotate(least-squares, seed=2)", {{"batch", {2}}}, {{"file", file.string()}}), inside = make_problem("least-squares", {{"batch", {2}}}, {{"file", file.string()}});
  EXPECT_EQ(p.dim(), inside.dim());
  EXPECT_TRUE(p.objective.sampled);
  EXPECT_EQ(number(p.parameters, "batch"), 2.0) << "what theorem cards read";
  EXPECT_THAT(p.text, AllOf(HasSubstr("rotate(least-squares(file=thalweg-composition.csv, "), HasSubstr("data="), HasSubstr("batch=2")));
  EXPECT_THAT(error_of("rotate(pl-sine)", {}, {{"file", file.string()}}), HasSubstr("is a parameter of no family"));
  // Another path to the same data is the same problem.
  const std::filesystem::path copy = std::filesystem::temp_directory_path() / "thalweg-composition-copy.csv";
  std::filesystem::copy_file(file, copy, std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(make_problem("rotate(least-squares, seed=2)", {{"batch", {2}}}, {{"file", copy.string()}}).instance, p.instance);
  std::filesystem::remove(file);
  std::filesystem::remove(copy);
}

TEST(Composition, SaysWhatIsWrongWithAText) {
  EXPECT_THAT(error_of("rotate(pl-sine"), AllOf(HasSubstr("at character 15"), HasSubstr("expected ',' or ')'"), HasSubstr("the form is")));
  EXPECT_THAT(error_of("rotate(pl-sine) x"), HasSubstr("at character 17: nothing more is expected"));
  EXPECT_THAT(error_of("rotate(pl-sine, seed=)"), HasSubstr("expected a number"));
  EXPECT_THAT(error_of("rotate(pl-sine, seed=nan)"), HasSubstr("expected a number"));
  EXPECT_THAT(error_of("shift(pl-sine, by=[1, 2)"), HasSubstr("expected ',' or ']'"));
  EXPECT_THAT(error_of("shift(pl-sine, by=1, by=2)"), HasSubstr("'by' is given twice"));
  EXPECT_THAT(error_of("rotate()"), HasSubstr("expected a problem or the name of a parameter"));
  EXPECT_THAT(error_of("rotate(seed=7)"), AllOf(HasSubstr("at character 1"), HasSubstr("stands around one problem, not 0")));
  EXPECT_THAT(error_of("sum(pl-sine)"), HasSubstr("sum stands around 2 problems, not 1"));
  EXPECT_THAT(error_of("rotate(pl-sine, pl-sine)"), HasSubstr("not 2"));
  EXPECT_THAT(error_of("rotat(pl-sine)"), AllOf(HasSubstr("unknown transformation"), HasSubstr("did you mean 'rotate'?")));
  EXPECT_THAT(error_of("rotate(pl-sin)"), AllOf(HasSubstr("pl-sin"), HasSubstr("did you mean 'pl-sine'?")));
  EXPECT_THAT(error_of("rotate(pl-sine, sed=7)"), AllOf(HasSubstr("unknown parameter of 'rotate'"), HasSubstr("did you mean 'seed'?")));
  EXPECT_THAT(error_of("rotate(pl-sine, seed=0.5)"), HasSubstr("must be an integer"));
  EXPECT_THAT(error_of("scale(pl-sine, by=0)"), HasSubstr("must be a number from"));
  EXPECT_THAT(error_of("shift(pl-sine(dim=3), by=[1, 2])"), HasSubstr("must be one number or a list of 3, one per coordinate"));
  EXPECT_THAT(error_of("rotate"), HasSubstr("is a transformation: write the problem inside, as in rotate(pl-sine)"));
  EXPECT_THAT(error_of("rotate(\"x[0]^2)"), HasSubstr("no closing quote"));
  EXPECT_THAT(error_of("rotate(\"x[0]^^2\")"), HasSubstr("formula"));
  EXPECT_THAT(error_of("compose(pl-sine(dim=3), matrix=[1, 2])"), HasSubstr("must be the rows of a matrix: 3 of them"));
  EXPECT_THAT(error_of("compose(pl-sine(dim=3))"), HasSubstr("must be the rows of a matrix"));
  EXPECT_THAT(error_of("restrict(pl-sine, lower=1, upper=1)"), HasSubstr("must be below upper = 1"));
  EXPECT_THAT(error_of("sum(pl-sine(dim=3), quadratic(dim=4))"), HasSubstr("must be of problems of one dimension, not 3 and 4"));
  EXPECT_THAT(error_of("sum(ridge(batch=2), ridge(batch=2))"), HasSubstr("a mini-batch oracle in one of its problems at most"));
  EXPECT_THAT(error_of("rotate(linear)"), HasSubstr("has no infimum but on its box"));
  std::string deep = "pl-sine";
  for (int i = 0; i < 40; ++i) deep = "shift(" + deep + ")";
  EXPECT_THAT(error_of(deep), HasSubstr("more than 32 problems inside each other"));
}

TEST(Composition, ListsEveryTransformationWithItsRules) {
  EXPECT_GE(transformations().size(), 10U);
  std::set<std::string_view> ids;
  for (const TransformationEntry& one : transformations()) {
    EXPECT_TRUE(ids.insert(one.family.entry.id).second);
    EXPECT_FALSE(one.family.entry.name.empty() || one.family.entry.source.empty() || one.rules.empty()) << one.family.entry.id;
    EXPECT_EQ(find_transformation(one.family.entry.id)->family.entry.id, one.family.entry.id);
    for (const Family& family : problem_families()) EXPECT_NE(family.entry.id, one.family.entry.id) << "one name, one meaning";
  }
  EXPECT_EQ(find_transformation("pl-sine"), nullptr);
}

}  // namespace
}  // namespace thalweg::test
