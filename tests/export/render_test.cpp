// Drawing at the edges: values that are not finite or not positive, text that is no mathematics, files that cannot be written.
#include "notebooks-export/render.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "lib/core/check.hpp"
#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

Figure with_values(std::vector<double> y) {
  Figure figure;
  figure.id = "edge";
  figure.panels.resize(1);
  Series series{"adam", "G", Role::bound, {}, std::move(y), {}, {}};
  for (std::size_t i = 0; i < series.y.size(); ++i) series.x.push_back(static_cast<double>(i + 1));
  Series measured = series;
  measured.role = Role::measured;
  measured.lower = measured.upper = measured.y;
  figure.panels[0].series = {series, measured};
  return figure;
}

std::string failure_of(const Figure& figure, const std::filesystem::path& stem) {
  try {
    render(figure, stem, {"svg"});
  } catch (const EnvironmentError& error) {
    return error.what();
  }
  return "";
}

TEST(DrawingEdges, ValuesThatHaveNoPlaceOnTheAxesAreLeftOut) {
  if (const Availability now = drawing_availability(); !now.available) GTEST_SKIP() << now.reason;
  TemporaryFolder folder;
  const double infinity = std::numeric_limits<double>::infinity();
  int number = 0;
  for (const std::vector<double>& y : {std::vector<double>{1.0, infinity, 0.5}, {1.0, std::nan(""), 0.5}, {1.0, 0.0, 0.5}, {1.0, -1.0, 0.5}, {std::nan(""), std::nan("")}, {0.0, 0.0}, {1e-300, 1e300}, {}}) {
    const std::string stem = "f" + std::to_string(number++);
    EXPECT_EQ(failure_of(with_values(y), folder.path() / stem), "") << stem;
    EXPECT_GT(read_file(folder / (stem + ".svg")).size(), 1000u) << stem;
  }
}

TEST(DrawingEdges, APanelWithoutSeriesIsDrawn) {
  if (const Availability now = drawing_availability(); !now.available) GTEST_SKIP() << now.reason;
  TemporaryFolder folder;
  Figure figure;
  figure.id = "empty";
  figure.panels.resize(1);
  EXPECT_EQ(failure_of(figure, folder.path() / "empty"), "");
}

TEST(DrawingEdges, AFileThatCannotBeWrittenIsNamedInOneLine) {
  TemporaryFolder folder;
  write_file(folder / "file", "x");
  std::string said = failure_of(with_values({1.0, 2.0}), folder.path() / "file/figure");
  EXPECT_NE(said.find("file/figure.json: cannot be written"), std::string::npos) << said;
  if (const Availability now = drawing_availability(); !now.available) GTEST_SKIP() << now.reason;
  std::filesystem::create_directories(folder / "figure.svg");
  said = failure_of(with_values({1.0, 2.0}), folder.path() / "figure");
  EXPECT_NE(said.find("figure.svg"), std::string::npos) << said;
  EXPECT_EQ(said.find('\n'), std::string::npos) << said;
}

TEST(DrawingEdges, LimitsThatAreNotFiniteAreNone) {
  Figure figure = with_values({1.0});
  figure.panels[0].y_limits = {0.0, std::numeric_limits<double>::infinity()};
  figure.panels[0].trivial = std::numeric_limits<double>::infinity();
  const Figure back = figure_from_json(to_json(figure), "figure.json");
  EXPECT_FALSE(back.panels[0].y_limits.has_value());
  EXPECT_FALSE(back.panels[0].trivial.has_value());
}

TEST(FigureSpec, WhatIsNoObjectIsRefusedWithItsPointer) {
  for (const auto& [json, pointer] : {std::pair{"[]", "/"}, {"3", "/"}, {"{}", "/schema"}}) {
    try {
      figure_from_json(json, "bad.json");
      ADD_FAILURE() << json;
    } catch (const SpecError& error) {
      EXPECT_NE(std::string(error.what()).find(pointer), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find("bad.json"), std::string::npos) << error.what();
    }
  }
}

TEST(FigureSpec, SeriesOfUnequalLengthAreRefused) {
  for (const auto& [member, pointer] : {std::pair{&Series::y, "/panels/0/series/0/y"}, {&Series::lower, "/panels/0/series/0/lower"}, {&Series::upper, "/panels/0/series/0/upper"}}) {
    Figure figure = with_values({1.0, 2.0});
    (figure.panels[0].series[0].*member).push_back(1.0);
    try {
      figure_from_json(to_json(figure), "bad.json");
      ADD_FAILURE() << pointer;
    } catch (const SpecError& error) {
      EXPECT_NE(std::string(error.what()).find(pointer), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace thalweg
