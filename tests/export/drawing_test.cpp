// Pictures can be read, and depend on nothing but their spec: not on the user's settings, not on what lies in the working directory.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "lib/core/check.hpp"
#include "notebooks-export/process.hpp"
#include "notebooks-export/render.hpp"
#include "tests/cli/program.hpp"
#include "tests/export/example_figure.hpp"

namespace thalweg {
namespace {

namespace fs = std::filesystem;

// What a reader of the figure could not read, one fault a line; empty when all is well.
std::string unreadable(const Figure& figure) {
  TemporaryFolder folder;
  write_file(folder / "figure.json", to_json(figure));
  static const std::string interpreter = drawing_interpreter();
  const std::string source = THALWEG_SOURCE_DIR;
  const ProcessAnswer answer = run_process({interpreter, source + "/tests/export/layout.py", folder / "figure.json"},
                                           {{"PYTHONPATH", source + "/notebooks-export/python"}, {"PYTHONDONTWRITEBYTECODE", "1"}}, std::chrono::minutes(5));
  if (answer.code != 0 && answer.complaint.empty()) return "layout.py ended with status " + std::to_string(answer.code);
  return answer.complaint;
}

class Drawing : public testing::Test {
 protected:
  void SetUp() override {
    static const Availability now = drawing_availability();  // asked once: it starts a Python
    if (!now.available) GTEST_SKIP() << now.reason;
  }
};

TEST_F(Drawing, NothingOverlapsOrLeavesThePageAcrossAPage) {
  EXPECT_EQ(unreadable(example_bounds_figure(false)), "");
  EXPECT_EQ(unreadable(example_bounds_figure(true)), "");
}

TEST_F(Drawing, NothingOverlapsOrLeavesThePageInAColumn) {
  for (std::size_t panel = 0; panel < 3; ++panel) {
    Figure figure = example_bounds_figure(true);
    figure.panels = {figure.panels[panel]};
    figure.width = 3.4;
    EXPECT_EQ(unreadable(figure), "") << panel;
  }
}

TEST_F(Drawing, PanelsInRowsHaveTheirCurvesNamed) {
  Figure figure = example_bounds_figure(true);
  figure.panels.push_back(figure.panels[0]);
  figure.columns = 2;
  figure.height = 5.5;
  for (const char* method : {"adam", "sadam"}) figure.panels[3].series.push_back(example_series(method, "largest", Role::measured, 1e4, 0.0, [&](double t) { return (method[0] == 'a' ? 0.3 : 0.9) + 1.0 / t; }));
  EXPECT_EQ(unreadable(figure), "");
  EXPECT_EQ(figure_from_json(to_json(figure), "f.json").columns, 2U);
}

// A curve that starts at the trivial value, as f - f* does: the name stands at the other end.
TEST_F(Drawing, TheNameOfTheTrivialValueGivesWayToACurve) {
  Figure figure = example_bounds_figure(false);
  figure.panels = {figure.panels[0]};
  figure.width = 4.4;
  const double trivial = *figure.panels[0].trivial;
  figure.panels[0].series.push_back(example_series("sgd", "", Role::measured, 1e4, 0.0, [&](double t) { return 1.1 * trivial / std::sqrt(t); }));
  EXPECT_EQ(unreadable(figure), "");
}

TEST_F(Drawing, BoundsBeyondTheAxisAndOnesOwnMethodsStillHaveTheirNames) {
  Figure figure = example_bounds_figure(true);
  figure.panels[0].y_limits = {0.02, 8.0};
  for (const char* method : {"padam", "a-method-of-ones-own"})  // one bound that ends between the others
    figure.panels[1].series.push_back(example_series(method, "H", Role::bound, 1e4, 0.0, [](double t) { return 0.72 + 2000.0 / t; }));
  EXPECT_EQ(unreadable(figure), "");
}

TEST_F(Drawing, TextThatDoesNotFitIsFound) {  // the check above can fail
  Figure figure = example_bounds_figure(false);
  figure.width = 2.0;
  EXPECT_NE(unreadable(figure).find("leaves the page"), std::string::npos);
  figure = example_bounds_figure(false);
  figure.panels[0].series.front().y.assign(figure.panels[0].series.front().y.size(), 1.2 * *figure.panels[0].trivial);
  EXPECT_NE(unreadable(figure).find("runs through 'trivial value'"), std::string::npos);
}

TEST_F(Drawing, TheUsersOwnSettingsChangeNothing) {
  TemporaryFolder folder;
  const Figure figure = example_bounds_figure(true);
  render(figure, folder / "plain", {"svg"});
  write_file(folder / "matplotlibrc", "font.size: 20\naxes.grid: True\nlines.markersize: 20\nlegend.frameon: True\nsvg.fonttype: none\n");
  setenv("MATPLOTLIBRC", (folder / "matplotlibrc").c_str(), 1);
  render(figure, folder / "settings", {"svg"});
  unsetenv("MATPLOTLIBRC");
  EXPECT_TRUE(read_file(folder / "plain.svg") == read_file(folder / "settings.svg"));
}

TEST_F(Drawing, NamesInTheWorkingDirectoryAreNeitherImportedNorTakenForOptions) {
  TemporaryFolder folder;
  write_file(folder / "json.py", "raise SystemExit('the wrong json')\n");
  write_file(folder / "thalweg/__init__.py", "raise SystemExit('the wrong thalweg')\n");
  const fs::path before = fs::current_path();
  fs::current_path(folder.path());
  std::string said;
  try {
    render(example_bounds_figure(false), "--help", {"png"});
  } catch (const EnvironmentError& error) {
    said = error.what();
  }
  fs::current_path(before);
  EXPECT_EQ(said, "");
  EXPECT_EQ(read_file(folder / "--help.png").substr(1, 3), "PNG");
}

TEST_F(Drawing, MathematicsThatCannotBeSetIsSaidInOneLine) {
  TemporaryFolder folder;
  Figure figure = example_bounds_figure(false);
  figure.panels[0].title = "$\\nosuchmacro{x}$";
  try {
    render(figure, folder / "figure", {"svg"});
    ADD_FAILURE() << "drawn";
  } catch (const EnvironmentError& error) {
    const std::string said = error.what();
    EXPECT_NE(said.find("nosuchmacro"), std::string::npos) << said;
    EXPECT_EQ(said.find('\n'), std::string::npos) << said;
  }
  EXPECT_FALSE(fs::exists(folder / "figure.svg"));
}

TEST(DrawingRequests, AnUnknownFormatIsRefusedBeforeAnythingIsWritten) {
  TemporaryFolder folder;
  try {
    render(example_bounds_figure(false), folder / "figure", {"svg", "pngg"});
    ADD_FAILURE() << "accepted";
  } catch (const SpecError& error) {
    EXPECT_NE(std::string(error.what()).find("pngg"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("did you mean 'png'"), std::string::npos) << error.what();
  }
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(DrawingRequests, AnInterpreterThatIsNotThereNamesThePackage) {
  TemporaryFolder folder;
  setenv("THALWEG_PYTHON", "/nowhere/python3", 1);
  const Availability now = drawing_availability();
  unsetenv("THALWEG_PYTHON");
  EXPECT_FALSE(now.available);
  EXPECT_NE(now.reason.find("/nowhere/python3"), std::string::npos) << now.reason;
  EXPECT_NE(now.reason.find("python3-matplotlib"), std::string::npos) << now.reason;
}

// Refusals of specs that read as JSON libraries' errors unless they are caught here.
std::string refusal(const std::string& json) {
  try {
    figure_from_json(json, "bad.json");
  } catch (const SpecError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(FigureSpecEdges, ANumberBeyondDoublesRangeIsRefused) {
  std::string json = to_json(example_bounds_figure(false));
  json.replace(json.find("7.0"), 3, "1e999");
  EXPECT_NE(refusal(json).find("not valid JSON"), std::string::npos) << refusal(json);
}

TEST(FigureSpecEdges, LimitsOfALogarithmicAxisArePositive) {
  Figure figure = example_bounds_figure(false);
  figure.panels[1].y_limits = {-1.0, 2.0};
  EXPECT_NE(refusal(to_json(figure)).find("/panels/1/y_limits"), std::string::npos) << refusal(to_json(figure));
  figure.panels[1].log_y = false;
  EXPECT_EQ(refusal(to_json(figure)), "accepted");
}

TEST(FigureSpecEdges, TextThatIsNotUtf8IsWrittenAsReplacementCharacters) {
  Figure figure = example_bounds_figure(false);
  figure.id = "caf\xe9";
  EXPECT_EQ(figure_from_json(to_json(figure), "figure.json").id, "caf\xef\xbf\xbd");
}

TEST(FigureSpecEdges, TheExampleReadsBackToTheSameText) {
  const std::string json = to_json(example_bounds_figure(true));
  EXPECT_EQ(to_json(figure_from_json(json, "figure.json")), json);
}

}  // namespace
}  // namespace thalweg
