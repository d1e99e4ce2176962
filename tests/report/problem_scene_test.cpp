// What pictures of problems show, where it is known from the definition; and what is said of constants.
#include "analysis/report/problem_scene.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "analysis/report/problem_facts.hpp"
#include "analysis/report/problem_picture.hpp"
#include "problems/package.hpp"

namespace thalweg {
namespace {

const Family& family(std::string_view id) {
  for (const Family& one : problem_families())
    if (one.entry.id == id) return one;
  throw std::runtime_error("no family " + std::string(id));
}

TEST(ProblemScene, AnInstanceWithTwoCoordinatesIsFoundWhereThereIsOne) {
  for (const char* id : {"pl-sine", "quadratic", "rosenbrock", "huber", "matrix-factorisation", "tanh-network"}) EXPECT_EQ(pictured_instance(family(id)).dim(), 2u) << id;
  EXPECT_EQ(pictured_instance(family("wood")).text, make_problem("wood").text);
}

TEST(ProblemScene, AQuadraticHasItsCurvatureAndRatioAlongAnEigenvector) {
  const Section section = section_of(make_problem("quadratic", {{"spectrum", {3.0, 3.0}}, {"start", {2.0, 1.0}}}));
  EXPECT_TRUE(section.from_minimiser);
  EXPECT_NEAR(section.start, std::sqrt(5.0), 1e-15);
  EXPECT_LT(section.s.front(), 0.0);
  EXPECT_GT(section.s.back(), section.start);
  for (std::size_t k = 0; k < section.s.size(); ++k) {
    EXPECT_NEAR(section.curvature[k], 3.0, 1e-12);
    EXPECT_NEAR(section.value[k], 1.5 * section.s[k] * section.s[k], 1e-12);
    if (std::fabs(section.s[k]) > 1e-6) {
      EXPECT_NEAR(section.ratio[k], 3.0, 1e-12);
    }
  }
}

TEST(ProblemScene, NothingThatIsShownContradictsWhatIsDeclared) {
  for (const Family& one : problem_families()) {
    if (needs_package(one.entry.id)) continue;
    const Problem problem = pictured_instance(one);
    const Facts& f = problem.facts;
    const Section section = section_of(problem);
    const double slack = 1e-9;
    for (std::size_t k = 0; k < section.s.size(); ++k) {
      if (infimum_known(f)) {
        EXPECT_GE(section.value[k], -slack) << one.entry.id << " at " << section.s[k];
      }
      if (f.smooth) {
        EXPECT_LE(std::fabs(section.curvature[k]), f.L.upper * (1.0 + slack) + slack) << one.entry.id << " at " << section.s[k];
      }
      if (f.on_region.L.known() && section.in_region[k]) {
        EXPECT_LE(std::fabs(section.curvature[k]), f.on_region.L.upper * (1.0 + slack) + slack) << one.entry.id << " at " << section.s[k];
      }
      if (f.convex) {
        EXPECT_GE(section.curvature[k], f.mu.lower * (1.0 - slack) - slack) << one.entry.id << " at " << section.s[k];
      }
      if (f.pl && std::isfinite(section.ratio[k])) {
        EXPECT_GE(section.ratio[k], f.mu_pl.lower * (1.0 - 1e-6)) << one.entry.id << " at " << section.s[k];
      }
    }
  }
}

TEST(ProblemScene, WithoutAMinimiserTheSectionFallsFromTheStart) {
  const Problem problem = make_problem("softplus-sum", {{"dim", {2.0}}});
  ASSERT_FALSE(problem.facts.minimiser.has_value());
  const Section section = section_of(problem);
  EXPECT_FALSE(section.from_minimiser);
  EXPECT_EQ(section.start, 0.0);
  EXPECT_LT(section.value.back(), section.value.front());
}

TEST(ProblemScene, ASectionOnABoxStaysInIt) {
  const Problem problem = make_problem("linear", {{"dim", {2.0}}});
  ASSERT_TRUE(problem.facts.on_box);
  const Section section = section_of(problem);
  for (double s : section.s)
    for (double x : section.at(s)) EXPECT_LE(std::fabs(x), 1.0 + 1e-12);
  EXPECT_NEAR(descend(problem).points.back()[0], -1.0, 1e-15);
}

TEST(ProblemScene, DescentFallsAtEveryStepAndEndsAtTheMinimiser) {
  const Problem quadratic = make_problem("quadratic", {{"dim", {2.0}}});
  const Descent steady = descend(quadratic);
  EXPECT_EQ(steady.step, 0.1);
  EXPECT_NEAR(steady.points.back()[0], 0.0, 1e-6);
  const Problem rosenbrock = make_problem("rosenbrock");
  const Descent searched = descend(rosenbrock);
  EXPECT_EQ(searched.step, 0.0);
  double last = std::numeric_limits<double>::infinity();
  for (const auto& x : searched.points) {
    const double f = rosenbrock.value({x.data(), 2});
    EXPECT_LT(f, last);
    last = f;
  }
}

TEST(ProblemScene, TheWindowHoldsStartAndMinimiser) {
  for (const Family& one : problem_families()) {
    if (needs_package(one.entry.id)) continue;
    const Problem problem = pictured_instance(one);
    if (problem.dim() != 2) continue;
    const Window window = window_of(problem, descend(problem));
    const auto holds = [&](const PerCoordinate<double>& x) { return x[0] >= window.left && x[0] <= window.right && x[1] >= window.bottom && x[1] <= window.top; };
    EXPECT_TRUE(holds(problem.start)) << one.entry.id;
    if (problem.facts.minimiser) {
      EXPECT_TRUE(holds(*problem.facts.minimiser)) << one.entry.id;
    }
  }
}

// Of functions of which nothing is known but the text.
TEST(ProblemPicture, IsWholeWithoutInfimumAndWhereValuesAreNotFinite) {
  struct Case {
    const char* text;
    std::vector<double> start;
    std::size_t panels;
  };
  for (const Case& one : {Case{"sum(x[i]^2) + 3", {1.0, 2.0, 3.0}, 2}, Case{"x[0]^4 - x[1]", {0.5, 1.0}, 3}, Case{"log(x[0]) + x[1]^2", {0.1, 0.5}, 3}, Case{"exp(300 * x[0])", {2.0}, 2}, Case{"0 * x[0]", {0.0}, 2}}) {
    const Problem problem = make_formula(one.text, {{"dim", {static_cast<double>(one.start.size())}}, {"start", one.start}});
    const std::string picture = problem_picture(problem);
    EXPECT_TRUE(picture.starts_with("<svg") && picture.ends_with("</svg>\n")) << one.text;
    std::size_t frames = 0;
    for (std::size_t at = picture.find("class=\"frame\""); at != std::string::npos; at = picture.find("class=\"frame\"", at + 1)) ++frames;
    EXPECT_EQ(frames, one.panels) << one.text;
    for (const char* word : {"nan", "inf"}) EXPECT_EQ(picture.find(word), std::string::npos) << one.text << " has " << word;
    EXPECT_EQ(picture.find("f - f*"), std::string::npos) << one.text;
    EXPECT_LT(picture.size(), 60000u) << one.text;
  }
}

TEST(ProblemPicture, DrawsTheDeclaredConstants) {
  const std::string picture = problem_picture(make_problem("pl-sine", {{"dim", {2.0}}}));
  for (const char* text : {">dashed: L = 8, exact<", ">dotted: -rho = -4, exact<", ">dotted: mu_pl = 0.175531, proved<", ">contours of f - f*<"}) EXPECT_NE(picture.find(text), std::string::npos) << text;
}

TEST(ProblemFacts, ValuesAreRoundedOutwards) {
  EXPECT_EQ(value_text({}), "unknown");
  EXPECT_EQ(value_text(exact(0.1)), "0.1");
  EXPECT_EQ(value_text(proved(0.17553098587, 0.17553098588, "")), "0.175531");
  EXPECT_EQ(value_text(proved(1.00000049, 2.00000051, "")), "[1, 2.00001]");
  EXPECT_EQ(value_text(proved(1.23456789, 2.0, "")), "[1.23456, 2]");
  EXPECT_EQ(value_text(proved(0.03985216, 1.0, "")), "[0.0398521, 1]");
  EXPECT_EQ(value_text(proved(9.9999999e-7, 123456789.0, "")), "[9.9999e-07, 1.23457e+08]");
  EXPECT_EQ(value_text(proved(-1.00001645, -0.99999928, "")), "[-1.00002, -0.999999]");
  EXPECT_EQ(value_text(proved(2.0, std::numeric_limits<double>::infinity(), "")), "at least 2");
}

TEST(ProblemFacts, RegionsAreWrittenAsProducts) {
  EXPECT_EQ(region_text(cube(3, 2.0)), "[-2, 2]^3");
  EXPECT_EQ(region_text({{-5.0, 0.0}, {10.0, 15.0}}), "[-5, 10] x [0, 15]");
}

TEST(ProblemFacts, EveryProblemHasAKindAndTheFirstThatHolds) {
  EXPECT_EQ(kind_of(make_problem("quadratic")), "strongly convex");
  EXPECT_EQ(kind_of(make_problem("singular-least-squares")), "convex, Polyak-Lojasiewicz");
  EXPECT_EQ(kind_of(make_problem("huber")), "convex");
  EXPECT_EQ(kind_of(make_problem("absolute")), "convex, with kinks");
  EXPECT_EQ(kind_of(make_problem("pl-sine")), "Polyak-Lojasiewicz");
  EXPECT_EQ(kind_of(make_problem("rosenbrock")), "nonconvex");
  EXPECT_EQ(kind_of(make_problem("relu-network")), "nonconvex, with kinks");
}

TEST(ProblemFacts, WhatIsNotProvedIsNamed) {
  Facts facts = make_problem("pl-sine").facts;
  EXPECT_TRUE(constants_without_proof(facts).empty());
  facts.L.trust = Trust::estimated;
  facts.on_region.L = {};
  facts.mu_pl = {};
  EXPECT_EQ(constants_without_proof(facts), (std::vector<std::string>{"L", "mu_pl"}));
}

TEST(ProblemFacts, OnlyTheDataOfAPackageMayBeMissing) {
  EXPECT_TRUE(needs_package("fashion-logistic"));
  EXPECT_FALSE(needs_package("pl-sine"));
}

}  // namespace
}  // namespace thalweg
