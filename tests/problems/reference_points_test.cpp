// Values at points that the literature states, and at points where an exchange of coordinates would show.
#include <gtest/gtest.h>

#include <cmath>

#include "problems/problem.hpp"

namespace thalweg::test {
namespace {

struct Reference {
  std::string id;
  Parameters parameters;
  std::vector<double> x;
  double value;
  double shift = 0.0;  // the source's f* where that is not 0
};

// More, Garbow & Hillstrom 1981 (starting values of problems 1, 5, 13, 14); Jamil & Yang 2013 (Booth, Himmelblau, Branin); chains, Zakharov, Griewank and Levy by
// hand from the definitions.
const std::vector<Reference> references = {
    {"rosenbrock", {}, {-1.2, 1.0}, 24.2},
    {"rosenbrock", {}, {0.0, 0.0}, 1.0},
    {"rosenbrock", {{"dim", {4}}}, {0.0, 1.0, 0.0, 1.0}, 302.0},    // 100 + 1, 100 + 0, 100 + 1
    {"rosenbrock", {{"dim", {4}}}, {0.0, 1.0, 2.0, 3.0}, 101.0 + 100.0 + 101.0},
    {"beale", {}, {1.0, 1.0}, 14.203125},
    {"beale", {}, {0.0, 0.0}, 14.203125},
    {"beale", {}, {1.0, 2.0}, 2.5 * 2.5 + 5.25 * 5.25 + 9.625 * 9.625},
    {"himmelblau", {}, {0.0, 0.0}, 170.0},
    {"himmelblau", {}, {1.0, 1.0}, 106.0},
    {"himmelblau", {}, {-2.805118086952745, 3.131312518250573}, 0.0},
    {"himmelblau", {}, {-3.779310253377747, -3.283185991286170}, 0.0},
    {"himmelblau", {}, {3.584428340330492, -1.848126526964404}, 0.0},
    {"booth", {}, {0.0, 0.0}, 74.0},
    {"booth", {}, {1.0, 0.0}, 45.0},
    {"branin", {}, {-3.141592653589793, 12.275}, 0.397887357729738, 0.397887357729738},
    {"branin", {}, {3.141592653589793, 2.275}, 0.397887357729738, 0.397887357729738},
    {"branin", {}, {9.42477796076938, 2.475}, 0.397887357729738, 0.397887357729738},
    {"branin", {}, {0.0, 0.0}, 55.602112642270262, 0.397887357729738},  // 36 + 10 (1 - 1 / (8 pi)) + 10
    {"powell-singular", {}, {3.0, -1.0, 0.0, 1.0}, 215.0},
    {"powell-singular", {{"dim", {8}}}, {3.0, -1.0, 0.0, 1.0, 0.0, 1.0, 2.0, 3.0}, 215.0 + 100.0 + 5.0 + 81.0 + 810.0},
    {"wood", {}, {-3.0, -1.0, -3.0, -1.0}, 19192.0},
    {"wood", {}, {0.0, 1.0, 2.0, 3.0}, 100.0 + 1.0 + 90.0 + 1.0 + 40.0 + 0.4},
    {"zakharov", {}, {0.0, 1.0, 2.0, 3.0}, 14.0 + 100.0 + 10000.0},
    {"ackley", {}, {1.0, 1.0}, 3.6253849384403627},  // 20 - 20 exp(-1/5)
    {"griewank", {{"dim", {2}}}, {3.141592653589793, 0.0}, 2.002467401100272},  // pi^2 / 4000 + 2
    {"levy", {}, {1.0, 5.0}, 1.0},   // u = (0, 1)
    {"levy", {}, {5.0, 1.0}, 1.0 + 10.0 * 0.7080734182735712},  // u = (1, 0): 1 + 10 sin^2 1
    {"hyperbola", {}, {2.0, 3.0}, 12.5},
    {"linear-chain", {{"dim", {3}}}, {1.0, 2.0, 3.0}, 12.5},
    {"sphere", {{"dim", {3}}}, {0.0, 1.0, 2.0}, 4.0},
    {"strict-saddle", {{"dim", {3}}}, {0.0, -1.0, -1.0}, 0.25},
    {"flat-saddle", {}, {0.0, 0.0}, 1.0 / 12.0},
    {"monkey-saddle", {}, {0.0, 0.0}, 0.25},
    {"monkey-saddle", {}, {1.0, 0.0}, 2.0},
    {"monkey-saddle", {}, {0.5, 0.8660254037844386}, 0.0},
    {"two-basins", {}, {-1.0, 0.0}, 0.0},
    {"two-basins", {{"dim", {3}}}, {0.0, 1.0, 2.0}, 2.75 * (0.125 + 2.5)},
    {"valley", {{"dim", {3}}}, {0.0, 1.0, 2.0}, 2.5},
    {"sine-ridge", {{"dim", {2}}}, {1.0, -1.0}, 2.0},
    {"rotated-quadratic", {{"dim", {4}}, {"mu", {1.0}}, {"L", {8.0}}}, {0.5, -0.5, -0.5, -0.5}, 0.5},  // H e_1
    {"rotated-quadratic", {{"dim", {4}}, {"mu", {1.0}}, {"L", {8.0}}}, {-0.5, -0.5, -0.5, 0.5}, 4.0},  // H e_4
};

std::vector<double> product(const Problem& p, const std::vector<double>& x, const std::vector<double>& v) {
  std::vector<double> out(p.dim());
  p.hessian_product(x, v, out);
  return out;
}
double distance(const Problem& p, const std::vector<double>& x) { return p.facts.distance(x); }

TEST(ReferencePoints, HaveTheirValues) {
  for (const Reference& r : references) {
    const Problem p = make_problem(r.id, r.parameters);
    EXPECT_NEAR(p.value(r.x) + r.shift, r.value, 1e-13 * (1.0 + std::fabs(r.value))) << p.text << " at " << r.x[0];
  }
}

// (L / 4)(T x . x / 2 - x_1), as Nesterov writes it, less its value at the minimiser: -(L / 8)(1 - 1 / (k + 1)).
TEST(ReferencePoints, NesterovsFunctionIsTheOneOfTheBook) {
  const Problem p = make_problem("nesterov-worst", {{"dim", {4}}, {"chain", {3}}, {"L", {2.0}}});
  const std::vector<double> x = {0.3, -0.7, 1.1, 5.0};
  const double links = x[0] * x[0] + (x[0] - x[1]) * (x[0] - x[1]) + (x[1] - x[2]) * (x[1] - x[2]) + x[2] * x[2];
  EXPECT_NEAR(p.value(x), 0.5 * (0.5 * links - x[0]) + 0.25 * 0.75, 1e-15);

  const Problem strong = make_problem("nesterov-worst-strong", {{"dim", {3}}, {"L", {2.0}}, {"mu", {0.5}}});
  const std::vector<double> zero(3, 0.0);
  std::vector<double> g(3);
  strong.gradient(zero, g);  // at 0 that of the linear term: -(L - mu) / 4 along axis 1
  EXPECT_NEAR(g[0], -0.375, 1e-15);
  for (std::size_t j : {1U, 2U}) EXPECT_NEAR(g[j], 0.0, 1e-15);
}

TEST(ReferencePoints, CurvaturesAtTheMinimaOfTwoBasinsAndAlongTheValleyAreThoseChosen) {
  const Problem basins = make_problem("two-basins", {{"dim", {2}}, {"flat", {0.5}}, {"sharp", {3.0}}});
  const Problem valley = make_problem("valley", {{"dim", {2}}, {"flat", {0.5}}, {"sharp", {3.0}}});
  for (const auto& [side, curvature] : {std::pair{-1.0, 0.5}, std::pair{1.0, 3.0}}) {
    for (const std::vector<double>& v : {std::vector<double>{1.0, 0.0}, std::vector<double>{0.0, 1.0}}) {
      const std::vector<double> out = product(basins, {side, 0.0}, v);
      EXPECT_EQ(out[0], curvature * v[0]);
      EXPECT_EQ(out[1], curvature * v[1]);
    }
  }
  for (const double t : {0.0, 0.4, 1.5, -2.0}) {
    EXPECT_NEAR(product(valley, {t, 0.0}, {0.0, 1.0})[1], 0.5 + 2.5 * std::sin(t) * std::sin(t), 1e-14);
  }
}

TEST(ReferencePoints, DistancesAreThoseToTheNearestMinimiser) {
  EXPECT_DOUBLE_EQ(distance(make_problem("sphere", {{"dim", {2}}}), {3.0, 4.0}), 4.0);
  EXPECT_DOUBLE_EQ(distance(make_problem("two-basins"), {-4.0, 4.0}), 5.0);
  EXPECT_DOUBLE_EQ(distance(make_problem("valley", {{"dim", {3}}}), {7.0, 3.0, 4.0}), 5.0);
  EXPECT_DOUBLE_EQ(distance(make_problem("nesterov-worst", {{"dim", {2}}, {"chain", {1}}}), {2.5, 9.0}), 2.0);
}

}  // namespace
}  // namespace thalweg::test
