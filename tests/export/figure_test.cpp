// Figures: the spec reads back to the same bits, bad specs are named, drawing gives the same bytes twice and says what is missing.
#include "notebooks-export/figure.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>

#include "lib/core/check.hpp"
#include "notebooks-export/render.hpp"
#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

Figure example() {
  Figure figure;
  figure.id = "example";
  figure.study_hash = "s";
  figure.store_hash = "t";
  figure.code = "c";
  for (const char* title : {"One", "Two"}) {
    Panel panel;
    panel.title = title;
    panel.x_label = "step $t$";
    panel.y_label = "$f - f^\\star$";
    panel.y_limits = {1e-3, 10.0};
    panel.trivial = 2.0;
    for (const char* method : {"adam", "samsgrad", "a-method-of-ones-own"}) {
      Series measured{method, "", Role::measured, {}, {}, {}, {}}, bound{method, "G", Role::bound, {}, {}, {}, {}}, vacuous{method, "A", Role::vacuous, {}, {}, {}, {}};
      for (int t = 1; t <= 1024; t *= 2) {
        for (Series* series : {&measured, &bound, &vacuous}) series->x.push_back(t);
        measured.y.push_back(1.0 / std::sqrt(t));
        measured.lower.push_back(0.9 / std::sqrt(t));
        measured.upper.push_back(1.1 / std::sqrt(t));
        bound.y.push_back(3.0 / std::sqrt(t));
        vacuous.y.push_back(5.0);
      }
      panel.series.insert(panel.series.end(), {measured, bound, vacuous});
    }
    figure.panels.push_back(panel);
  }
  return figure;
}

TEST(Figure, ReadsBackToTheSameBits) {
  Figure figure = example();
  figure.panels[0].series[0].y[0] = 0.1 + 0.2;
  figure.panels[0].series[0].y[1] = 0x1p-1074;
  const std::string json = to_json(figure);
  const Figure back = figure_from_json(json, "example.json");
  EXPECT_EQ(to_json(back), json);
  EXPECT_EQ(back.panels[0].series[0].y, figure.panels[0].series[0].y);
  EXPECT_EQ(back.panels[1].y_limits, figure.panels[1].y_limits);
}

TEST(Figure, WritesWhatIsNotFiniteAsNull) {
  Figure figure = example();
  figure.panels[0].series[0].y[0] = std::numeric_limits<double>::infinity();
  figure.panels[0].series[0].y[1] = std::nan("");
  const Figure back = figure_from_json(to_json(figure), "example.json");
  EXPECT_TRUE(std::isnan(back.panels[0].series[0].y[0]) && std::isnan(back.panels[0].series[0].y[1]));
}

TEST(Figure, NamesWhatIsWrongByItsPointer) {
  const std::string good = to_json(example());
  const auto refusal = [&](const std::string& from, const std::string& to) {
    std::string bad = good;
    const std::size_t at = bad.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    bad.replace(at, from.size(), to);
    try {
      figure_from_json(bad, "bad.json");
    } catch (const SpecError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  const auto has = [](const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; };
  std::string said = refusal("\"width\": 7.0", "\"width\": \"wide\"");
  EXPECT_TRUE(has(said, "bad.json") && has(said, "/width") && has(said, "wide")) << said;
  said = refusal("\"width\": 7.0", "\"width\": -1");
  EXPECT_TRUE(has(said, "/width")) << said;
  said = refusal("\"role\": \"bound\"", "\"role\": \"bond\"");
  EXPECT_TRUE(has(said, "/panels/0/series/1/role") && has(said, "bond")) << said;
  said = refusal("thalweg.figure/1", "thalweg.figure/2");
  EXPECT_TRUE(has(said, "/schema")) << said;
  said = refusal("\"title\": \"One\"", "\"name\": \"One\"");
  EXPECT_TRUE(has(said, "/panels/0/title") && has(said, "missing")) << said;
  said = refusal("{", "[");
  EXPECT_TRUE(has(said, "not valid JSON")) << said;
}

TEST(Drawing, GivesThreeFilesAndTheSameBytesTwice) {
  if (const Availability now = drawing_availability(); !now.available) GTEST_SKIP() << now.reason;
  TemporaryFolder folder;
  const auto first = render(example(), folder / "one/example", {"svg", "pdf", "png"});
  const auto second = render(example(), folder / "two/example", {"svg", "pdf", "png"});
  ASSERT_EQ(first.size(), 4u);
  EXPECT_EQ(read_file(folder / "one/example.svg").substr(0, 5), "<?xml");
  EXPECT_EQ(read_file(folder / "one/example.pdf").substr(0, 5), "%PDF-");
  EXPECT_EQ(read_file(folder / "one/example.png").substr(1, 3), "PNG");
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_TRUE(read_file(first[i]) == read_file(second[i])) << first[i];
  EXPECT_NE(read_file(folder / "one/example.svg").find("study s, store t, code c"), std::string::npos);
}

TEST(Drawing, NamesThePackageThatIsMissing) {
  setenv("THALWEG_PYTHON", "/bin/false", 1);
  const Availability now = drawing_availability();
  EXPECT_FALSE(now.available);
  EXPECT_NE(now.reason.find("python3-matplotlib"), std::string::npos) << now.reason;
  TemporaryFolder folder;
  EXPECT_THROW(render(example(), folder / "example", {"svg"}), EnvironmentError);
  EXPECT_TRUE(std::filesystem::exists(folder / "example.json")) << "the data are kept";
  unsetenv("THALWEG_PYTHON");
}

}  // namespace
}  // namespace thalweg
