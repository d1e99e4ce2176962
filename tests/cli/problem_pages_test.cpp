// thalweg pages docs/problems: what stands there is what the program writes now; every family has its page, and its picture is whole.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "analysis/report/problem_facts.hpp"
#include "problems/formula_text.hpp"
#include "problems/package.hpp"
#include "problems/problem.hpp"
#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

const std::filesystem::path committed = std::filesystem::path(THALWEG_SOURCE_DIR) / "docs/problems";

std::set<std::string> names_in(const std::filesystem::path& folder) {
  std::set<std::string> all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) all.insert(entry.path().filename().string());
  return all;
}

// As in a table.
std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) out += c == '|' ? "\\|" : std::string(1, c);
  return out;
}

// Why the text is no well-formed XML, of the kind that the program writes; empty: it is. No comments, sections or declarations.
std::string fault_of(const std::string& text) {
  std::vector<std::string> open;
  std::size_t at = 0;
  const auto is_entity = [&](std::size_t where) {
    for (const char* entity : {"&amp;", "&lt;", "&gt;", "&quot;"})
      if (text.compare(where, std::string(entity).size(), entity) == 0) return true;
    return false;
  };
  bool closed_all = false;
  while (at < text.size()) {
    if (text[at] != '<') {
      if (text[at] == '>' || (text[at] == '&' && !is_entity(at))) return "a bare " + std::string(1, text[at]);
      if (open.empty() && text[at] != '\n') return "text outside";
      ++at;
      continue;
    }
    if (closed_all) return "more than one root";
    std::size_t end = at + 1;
    bool quoted = false;
    while (end < text.size() && (quoted || text[end] != '>')) {
      if (text[end] == '"') quoted = !quoted;
      if (text[end] == '<' || (text[end] == '&' && !is_entity(end))) return "a bare character in a tag";
      ++end;
    }
    if (end == text.size()) return "a tag without end";
    const std::string inner = text.substr(at + 1, end - at - 1);
    const std::string name = inner.substr(0, inner.find_first_of(" /", 1));
    if (inner.starts_with("/")) {
      if (open.empty() || "/" + open.back() != inner) return "closes " + inner;
      open.pop_back();
    } else {
      // name="value" pairs: an even number of quotes, as many pairs as equal signs before a quote, no name twice.
      std::set<std::string> seen;
      for (std::size_t equal = inner.find("=\""); equal != std::string::npos; equal = inner.find("=\"", inner.find('"', equal + 2))) {
        const std::size_t space = inner.rfind(' ', equal);
        if (space == std::string::npos || !seen.insert(inner.substr(space + 1, equal - space - 1)).second) return "an attribute twice in " + name;
      }
      if (2 * seen.size() != static_cast<std::size_t>(std::count(inner.begin(), inner.end(), '"'))) return "quotes in " + name;
      if (!inner.ends_with("/")) open.push_back(name);
    }
    closed_all = open.empty();
    at = end + 1;
  }
  return open.empty() ? "" : "never closes " + open.back();
}

TEST(ProblemPages, OfTheTreeAreNotStale) {
  const TemporaryFolder folder;
  const Answer answer = run_program(folder, "pages written --of problems");
  ASSERT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(names_in(folder / "written"), names_in(committed)) << "write them again: thalweg pages docs/problems";
  for (const std::string& name : names_in(folder / "written"))
    EXPECT_TRUE(read_file(folder / ("written/" + name)) == read_file(committed / name)) << "docs/problems/" << name << " is stale: thalweg pages docs/problems";
}

TEST(ProblemPages, EveryFamilyHasOneWithItsParametersAndFacts) {
  const std::string index = read_file(committed / "index.md");
  std::size_t pages = 0, pictures = 0;
  for (const Family& family : problem_families()) {
    const std::string id(family.entry.id), page = read_file(committed / (id + ".md"));
    const auto expect = [&](const std::string& word) { EXPECT_NE(page.find(word), std::string::npos) << id << " lacks " << word; };
    EXPECT_NE(index.find("| [" + id + "](" + id + ".md) |"), std::string::npos) << id;
    expect("# " + std::string(family.entry.name));
    expect(std::string(family.entry.source));
    expect("\n    " + std::string(formula_text(id)) + "\n");
    for (const Parameter& parameter : family.parameters) expect("| `" + std::string(parameter.name) + "` | " + escaped(parameter.meaning));
    ++pages;
    EXPECT_EQ(std::filesystem::exists(committed / (id + ".svg")), !needs_package(id)) << id;
    if (needs_package(id)) continue;
    ++pictures;
    const Problem problem = make_problem(id);
    expect("`" + problem.text + "`");
    expect("](" + id + ".svg)");
    expect("## Minimisers");
    for (const auto& constants : {constants_of(problem.facts), constants_on_region(problem.facts)})
      for (const NamedConstant& named : constants)
        if (named.constant->known()) expect("| `" + std::string(named.name) + "` | " + value_text(*named.constant) + " | " + to_string(named.constant->trust) + " | " + escaped(named.constant->source));
    if (!problem.facts.region.everything()) expect("### On the region " + region_text(problem.facts.region));
  }
  EXPECT_EQ(names_in(committed).size(), 1 + pages + pictures);
}

TEST(ProblemPages, FormulasAreShownByTheProgramToo) {
  const TemporaryFolder folder;
  EXPECT_NE(run_program(folder, "show sphere").out.find("\nformula            f(x) = (|x|^2 - 1)^2 / 4\n"), std::string::npos);
  for (const std::string words : {"show sphere --json", "list problems --json"}) EXPECT_NE(run_program(folder, words).out.find("\"formula\": \"f(x) = (|x|^2 - 1)^2 / 4\""), std::string::npos) << words;
  EXPECT_EQ(formula_text("no-such-family"), "");
}

TEST(ProblemPages, TheIndexHasEveryNoise) {
  const std::string index = read_file(committed / "index.md");
  for (const Family& family : noise_families()) EXPECT_NE(index.find("| `" + std::string(family.entry.id) + "` | " + escaped(family.entry.name)), std::string::npos) << family.entry.id;
}

TEST(ProblemPages, PicturesAreWellFormedAndSmall) {
  for (const auto& entry : std::filesystem::directory_iterator(committed)) {
    if (entry.path().extension() != ".svg") continue;
    const std::string picture = read_file(entry.path()), id = entry.path().stem().string();
    EXPECT_EQ(fault_of(picture), "") << id;
    EXPECT_LT(picture.size(), 60000u) << id;
    EXPECT_NE(picture.find("<title>" + id + "</title>"), std::string::npos) << id;
    EXPECT_NE(picture.find(">curvature along the line</text>"), std::string::npos) << id;
    for (const char* word : {"nan", "inf"}) EXPECT_EQ(picture.find(word), std::string::npos) << id << " holds " << word;
  }
}

TEST(ProblemPages, TheTestOfXmlSeesWhatIsWrong) {
  EXPECT_EQ(fault_of("<svg a=\"1\">\n<g><path d=\"M0 0\"/></g>\n<text>a &lt; b</text></svg>\n"), "");
  for (const char* wrong : {"<svg><g></svg>", "<svg>a < b</svg>", "<svg>a & b</svg>", "<svg a=\"1\" a=\"2\"/>", "<svg a=\"1/>", "<svg>", "<svg/><svg/>", "text", "<svg>a > b</svg>"})
    EXPECT_NE(fault_of(wrong), "") << wrong;
}

TEST(ProblemPages, AFolderThatIsCalledProblemsIsForThemUnlessTold) {
  const TemporaryFolder folder;
  ASSERT_EQ(run_program(folder, "pages a/problems/").code, 0);
  EXPECT_TRUE(names_in(folder / "a/problems").contains("pl-sine.svg"));
  ASSERT_EQ(run_program(folder, "pages b/problems --of methods").code, 0);
  EXPECT_TRUE(names_in(folder / "b/problems").contains("adam.md"));
  const Answer answer = run_program(folder, "pages c --of noises");
  EXPECT_EQ(answer.code, 2) << answer.err;
  EXPECT_NE(answer.err.find("--of"), std::string::npos) << answer.err;
}

TEST(ProblemPages, WithoutAFolderBothStandBelowDocs) {
  const TemporaryFolder folder;
  ASSERT_EQ(run_program(folder, "pages").code, 0);
  EXPECT_TRUE(names_in(folder / "docs/methods").contains("README.md"));
  EXPECT_TRUE(names_in(folder / "docs/problems").contains("index.md"));
}

}  // namespace
}  // namespace thalweg
