// Building by name: canonical texts, instances, completion of parameters, errors that name the field, the value and what is allowed.
#include "problems/problem.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <set>

#include "lib/core/check.hpp"

namespace thalweg {
namespace {

using ::testing::HasSubstr;

std::string error_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const SpecError& error) {
    return error.what();
  }
  return "no error";
}
std::string problem_error(const char* id, const Parameters& p) {
  return error_of([&] { make_problem(id, p); });
}
std::string noise_error(const char* id, std::size_t dim, const Parameters& p) {
  return error_of([&] { make_noise(id, dim, p); });
}

TEST(Problem, CanonicalTextHoldsAllParametersInOrder) {
  EXPECT_EQ(make_problem("cosine").text, "cosine(dim=10, scale=1, start=2)");
  EXPECT_EQ(make_problem("cosine", {{"start", {0.1}}, {"dim", {2}}}).text, "cosine(dim=2, scale=1, start=0.1)");
  EXPECT_EQ(make_problem("quadratic", {{"spectrum", {1.0, 2.0, 5.0}}}).text,
            "quadratic(dim=3, mu=1, L=5, spectrum=[1, 2, 5], start=1, region=2, box=4)");
  EXPECT_EQ(make_noise("two-point", 3, {{"p", {0.5}}}).text, "two-point(a=1, p=0.5)");
  EXPECT_EQ(make_noise("none", 3).text, "none");
}

TEST(Problem, InstanceIsAStableFunctionOfTheText) {
  // FNV-1a of the text, by an independent computation: it enters the draws, so that it may never change.
  EXPECT_EQ(make_problem("cosine").instance, [] {
    std::uint64_t h = 14695981039346656037ULL;
    for (const char c : std::string("cosine(dim=10, scale=1, start=2)")) h = (h ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return h;
  }());
  std::set<std::uint64_t> seen;
  for (double dim : {1.0, 2.0, 3.0}) seen.insert(make_problem("cosine", {{"dim", {dim}}}).instance);
  EXPECT_EQ(seen.size(), 3U);
}

TEST(Problem, ListWithOneValuePerCoordinateGivesTheDimension) {
  EXPECT_EQ(make_problem("log-cosh", {{"scale", {1.0, 2.0}}}).dim(), 2U);
  EXPECT_EQ(make_problem("pl-sine", {{"start", {1.0, 2.0, 3.0}}}).dim(), 3U);
  EXPECT_EQ(make_problem("singular-least-squares", {{"spectrum", {1.0, 2.0, 3.0}}}).facts.L.upper, 3.0);
}

TEST(Problem, QuadraticInOneDimensionHasOneEigenvalue) {
  const Problem p = make_problem("quadratic", {{"dim", {1}}, {"L", {3.0}}});
  EXPECT_EQ(p.facts.mu.lower, 3.0);
  EXPECT_EQ(p.facts.L.upper, 3.0);
  EXPECT_THAT(problem_error("quadratic", {{"dim", {1}}, {"L", {3.0}}, {"mu", {2.0}}}), HasSubstr("must be equal when dim = 1"));
}

TEST(Problem, GeometricSpectrumReachesBothEndsExactly) {
  const Problem p = make_problem("quadratic", {{"dim", {7}}, {"mu", {0.3}}, {"L", {1.7}}});
  EXPECT_EQ(p.facts.mu.lower, 0.3);
  EXPECT_EQ(p.facts.L.upper, 1.7);
  EXPECT_EQ(p.facts.mu.trust, Trust::exact);
  for (std::size_t j = 1; j < 6; ++j) EXPECT_NEAR(p.facts.L_j[j].upper / p.facts.L_j[j - 1].upper, std::pow(1.7 / 0.3, 1.0 / 6.0), 1e-13);
}

TEST(Problem, HuberAttainsTheTightBoundOfGradientDescent) {
  // L R^2 / (4 N + 2) with tau = R / (2 N + 1), step 1 / L.
  const int N = 10;
  const double L = 2.0, R = 1.5;
  const Problem p = make_problem("huber", {{"L", {L}}, {"tau", {R / (2 * N + 1)}}, {"start", {R}}});
  std::vector<double> x = p.start.values(), g(1);
  for (int k = 0; k < N; ++k) {
    p.gradient(x, g);
    x[0] -= g[0] / L;
  }
  EXPECT_NEAR(p.value(x) / (L * R * R / (4 * N + 2)), 1.0, 1e-9);
}

TEST(Problem, FactsOfTheWitnessOfPropositionN) {
  const Problem p = make_problem("log-cosh", {{"scale", {1.01}}});
  EXPECT_EQ(p.facts.gradient_range.lower, 1.01);
  EXPECT_EQ(p.facts.gradient_range.trust, Trust::exact);
  const Noise noise = make_noise("two-point", 1, {{"a", {7.0 / 3.0}}, {"p", {0.3}}});
  ASSERT_TRUE(noise.facts.two_point.has_value());
  EXPECT_NEAR(noise.facts.two_point->b.upper, 1.0, 1e-7);
  EXPECT_FALSE(make_problem("log-cosh", {{"dim", {2}}}).facts.gradient_range.known());
}

TEST(Problem, UnknownNamesGetTheNearestValidOne) {
  EXPECT_THAT(problem_error("pl-sin", {}), HasSubstr("did you mean 'pl-sine'?"));
  EXPECT_THAT(noise_error("guassian", 1, {}), HasSubstr("did you mean 'gaussian'?"));
  EXPECT_THAT(problem_error("huber", {{"taw", {1.0}}}), HasSubstr("taw = 1: unknown parameter of 'huber'; did you mean 'tau'?"));
}

TEST(Problem, ValuesOutsideTheirRangeAreRefusedWithFieldValueAndRange) {
  const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
  EXPECT_THAT(problem_error("huber", {{"tau", {-1.0}}}), HasSubstr("tau = -1: must be a number from 1e-100 to 1e+100"));
  EXPECT_THAT(problem_error("huber", {{"L", {0.0}}}), HasSubstr("L = 0: must be"));
  EXPECT_THAT(problem_error("huber", {{"L", {nan}}}), HasSubstr("L = nan: must be"));
  EXPECT_THAT(problem_error("huber", {{"start", {infinity}}}), HasSubstr("start = inf: must be"));
  EXPECT_THAT(problem_error("huber", {{"L", {}}}), HasSubstr("at least one number"));
  EXPECT_THAT(problem_error("quadratic", {{"dim", {2.5}}}), HasSubstr("dim = 2.5: must be an integer from 1 to"));
  EXPECT_THAT(problem_error("quadratic", {{"dim", {0.0}}}), HasSubstr("dim = 0: must be an integer"));
  EXPECT_THAT(problem_error("quadratic", {{"mu", {1.0, 2.0}}}), HasSubstr("mu = [1, 2]: must be one number, not a list"));
  EXPECT_THAT(problem_error("quadratic", {{"mu", {3.0}}, {"L", {2.0}}}), HasSubstr("must be at most L"));
  EXPECT_THAT(problem_error("quadratic", {{"dim", {3}}, {"spectrum", {1.0, 2.0}}}), HasSubstr("must be one number or a list of 3"));
  EXPECT_THAT(problem_error("cosine", {{"scale", {1.0, 2.0}}, {"start", {1.0, 2.0, 3.0}}}), HasSubstr("a list of 2"));
  EXPECT_THAT(problem_error("quadratic", {{"spectrum", {1.0, 2.0}}, {"L", {5.0}}}), HasSubstr("contradicts the given spectrum"));
  EXPECT_THAT(problem_error("singular-least-squares", {{"dim", {12}}}), HasSubstr("dim = 12: must be a power of two"));
  EXPECT_THAT(problem_error("singular-least-squares", {{"dim", {8}}, {"rank", {8}}}), HasSubstr("rank = 8: must be below dim"));
  EXPECT_THAT(problem_error("powell-singular", {{"dim", {6}}}), HasSubstr("dim = 6: must be a multiple of 4"));
  EXPECT_THAT(problem_error("nesterov-worst", {{"dim", {3}}, {"chain", {4}}}), HasSubstr("chain = 4: must be at most dim = 3"));
  EXPECT_THAT(problem_error("nesterov-worst-strong", {{"mu", {1.0}}}), HasSubstr("mu = 1: must be below L = 1"));
  EXPECT_THAT(problem_error("rotated-quadratic", {{"mu", {20.0}}}), HasSubstr("mu = 20: must be at most L = 10"));
  EXPECT_THAT(problem_error("beale", {{"start", {1.0, 2.0, 3.0}}}), HasSubstr("start = [1, 2, 3]: must be one number or a list of 2"));
  EXPECT_THAT(problem_error("matrix-factorisation", {{"rank", {5}}}), HasSubstr("rank = 5: must be at most rows and columns"));
  EXPECT_THAT(problem_error("symmetric-factorisation", {{"rank", {5}}}), HasSubstr("rank = 5: must be at most size"));
  EXPECT_THAT(problem_error("fashion-logistic", {{"samples", {70000}}}), HasSubstr("samples = 70000: must be an integer from 1 to 60000"));
  EXPECT_THAT(noise_error("gaussian", 2, {{"sigma", {-0.1}}}), HasSubstr("sigma = -0.1: must be"));
  EXPECT_THAT(noise_error("gaussian", 2, {{"sigma", {1.0, 2.0, 3.0}}}), HasSubstr("a list of 2"));
  EXPECT_THAT(noise_error("two-point", 2, {{"p", {1.0}}}), HasSubstr("p = 1: must be"));
  EXPECT_THAT(noise_error("none", 2, {{"sigma", {1.0}}}), HasSubstr("unknown parameter of 'none'"));
}

TEST(Problem, EveryFamilyHasASourceAndDocumentedParametersInRange) {
  std::set<std::string_view> ids;
  for (const auto* families : {&problem_families(), &noise_families()}) {
    for (const Family& family : *families) {
      EXPECT_TRUE(ids.insert(family.entry.id).second) << family.entry.id;
      EXPECT_FALSE(family.entry.name.empty());
      EXPECT_FALSE(family.entry.source.empty());
      for (const Parameter& parameter : family.parameters) {
        EXPECT_FALSE(parameter.meaning.empty()) << family.entry.id;
        for (double value : parameter.initial)
          EXPECT_TRUE(parameter.lower <= value && value <= parameter.upper) << family.entry.id << " " << parameter.name;
      }
    }
  }
}

}  // namespace
}  // namespace thalweg
