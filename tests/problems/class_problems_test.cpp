// Families of several classes on data: labels, minimisers against 800 digits, constants attacked, mini-batches by enumeration.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "lib/core/dual.hpp"
#include "tests/problems/data/idx_files.hpp"
#include "tests/problems/data/text_files.hpp"
#include "tests/problems/data_rows.hpp"
#include "tests/problems/synthetic.hpp"

namespace thalweg::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// Rows with the targets 3, 5 and 9, in turns where no score is largest.
std::vector<Row> rows_of_three(std::size_t n, std::size_t d, unsigned seed) {
  std::vector<Row> rows = some_rows(n, d, seed);
  const double names[] = {9.0, 3.0, 5.0};
  for (std::size_t i = 0; i < n; ++i) rows[i].b = names[rows[i].a[0] > 0.3 ? 0 : rows[i].a[0] < -0.4 ? 1 : i % 3];
  return rows;
}
double value_at(const Problem& p, double each) {
  const std::vector<double> x(p.dim(), each);
  return p.value(x);
}
std::vector<double> sample_of(const Problem& p, std::uint64_t replica, std::uint64_t step, const std::vector<double>& x) {
  std::vector<double> g(p.dim());
  p.objective.kernel.of<double>(best_isa())->point_sample(p.objective.functor.get(), {draw_key(4, p.instance), &replica, step}, x.data(), g.data());
  return g;
}

TEST(ClassLabels, AreTheDifferentTargetsInAscendingOrder) {
  const TextFolder folder;
  const auto labels = [&](const std::string& text) {
    const Problem p = make_problem("multinomial-regression", {}, {{"file", folder.write("c.csv", text)}});
    const ClassModel<LinearScores>& f = class_model_of<LinearScores>(p);
    EXPECT_EQ(p.dim(), f.design.features * f.classes);
    return std::vector<double>(f.labels, f.labels + f.design.samples);
  };
  EXPECT_EQ(labels("1,5\n2,3\n3,9\n4,5\n"), (std::vector<double>{1, 0, 2, 1}));
  EXPECT_EQ(labels("1,-1\n2,1\n"), (std::vector<double>{0, 1}));
  EXPECT_EQ(labels("1,2\n2,1\n3,0\n"), (std::vector<double>{2, 1, 0}));
}

TEST(ClassLabels, RefusalsSayWhatIsAllowed) {
  const TextFolder folder;
  const auto refusal = [&](const std::string& text, const Parameters& values = {}) {
    return refused([&] { make_problem("mlp-classifier", values, {{"file", folder.write("c.csv", text)}}); });
  };
  EXPECT_THAT(refusal("1,0\n2,1\n3,0.5\n"), AllOf(HasSubstr("c.csv"), HasSubstr("target of row 3 = 0.5: must be a whole number")));
  EXPECT_THAT(refusal("1,4\n2,4\n"), HasSubstr("targets = all 4: must be of two classes or more"));
  EXPECT_THAT(refusal("1,0\n2,1\n3,2\n", {{"classes", {4}}}), HasSubstr("classes = 4: must be 3, the number of different targets in"));
  EXPECT_EQ(refusal("1,0\n2,1\n3,2\n", {{"classes", {3}}}), "no error");
  std::string many;
  for (int i = 0; i < 257; ++i) many += "1," + std::to_string(i) + "\n";
  EXPECT_THAT(refusal(many), AllOf(HasSubstr("target of row 257 = 256"), HasSubstr("256")));
  EXPECT_THAT(refusal("1,0\n2,1\n", {{"features", {4}}}), HasSubstr("features = 4: is for the synthetic design"));
  EXPECT_THAT(refusal("1,0\n2,1\n", {{"order", {1}}}), HasSubstr("give batch too"));
  EXPECT_THAT(refused([] { make_problem("mlp-classifier", {{"order", {3}}, {"batch", {2}}}); }), HasSubstr("must be an integer from 0 to 2"));
  EXPECT_THAT(refused([] { make_problem("multinomial-regression", {{"classes", {2, 3}}}); }), HasSubstr("must be one number"));
  EXPECT_THAT(refused([] { make_problem("multinomial-regression", {{"classes", {1}}}); }), HasSubstr("classes"));
  EXPECT_THAT(refused([] { make_problem("mlp-classifier", {{"features", {1000}}, {"hidden", {1000}}}); }), HasSubstr("weights = 1003003: must be at most 1000000"));
  EXPECT_THAT(refused([] { make_problem("multinomial-regression", {{"features", {10000}}, {"classes", {101}}, {"samples", {2}}}); }), HasSubstr("weights = 1010000"));
  EXPECT_THAT(refused([] { make_problem("multinomial-regression", {{"start", {1, 2}}}); }), HasSubstr("must be one number or a list of 12"));
}

// Labels follow the softmax of the planted scores: shares of the classes against their mean probabilities (false alarm below 1e-6).
TEST(ClassLabels, OfASyntheticDesignFollowTheirLaw) {
  const std::size_t n = 20000, classes = 4;
  const Problem p = make_problem("multinomial-regression", {{"samples", {20000}}, {"features", {2}}, {"classes", {4}}, {"seed", {3}}});
  const ClassModel<LinearScores>& f = class_model_of<LinearScores>(p);
  std::vector<double> planted = planted_normals(p.parameters, 2, 2 * classes), share(classes, 0.0), mean(classes, 0.0);
  for (double& x : planted) x = std::clamp(x, -2.0, 2.0);
  for (std::size_t i = 0; i < n; ++i) {
    double total = 0.0;
    std::vector<double> weight(classes);
    for (std::size_t c = 0; c < classes; ++c) total += weight[c] = std::exp(f.design.row(i)[0] * planted[c] + f.design.row(i)[1] * planted[classes + c]);
    for (std::size_t c = 0; c < classes; ++c) mean[c] += weight[c] / total / n;
    share[static_cast<std::size_t>(f.labels[i])] += 1.0 / n;
  }
  for (std::size_t c = 0; c < classes; ++c) EXPECT_NEAR(share[c], mean[c], 5.0 * std::sqrt(0.25 / n));
}

TEST(MultinomialRegression, OfTwoClassesIsLogisticRegressionOfTheDifference) {
  const TextFolder folder;
  const Texts file = {{"file", folder.write("c.csv", csv_of(some_rows(25, 3, 4, true)))}};
  const Problem two = make_problem("multinomial-regression", {}, file), one = make_problem("logistic-regression", {}, file);
  for (unsigned seed = 0; seed < 20; ++seed) {
    const std::vector<double> x = some_point(6, 3.0, seed);
    std::vector<double> difference(3), g(6), h(3);
    for (std::size_t k = 0; k < 3; ++k) difference[k] = x[2 * k + 1] - x[2 * k];
    EXPECT_NEAR(two.value(x), one.value(difference), 1e-14 * (1.0 + one.value(difference)));
    two.gradient(x, g);
    one.gradient(difference, h);
    for (std::size_t k = 0; k < 3; ++k) {
      EXPECT_NEAR(g[2 * k + 1], h[k], 1e-14);
      EXPECT_NEAR(g[2 * k], -h[k], 1e-14);
    }
  }
  EXPECT_NEAR(two.facts.L.upper, 2.0 * one.facts.L.upper, 1e-12);
  EXPECT_NEAR(two.facts.L.lower, two.facts.L.upper, 1e-12) << "two classes: the bound is attained";
}

// The kernels of bytes and those of any numbers, on the same images.
TEST(MultinomialRegression, OfImagesIsTheRegressionOnFashionMnist) {
  const std::size_t n = 30, pixels = 12;
  std::mt19937_64 random(6);
  std::vector<std::uint8_t> bytes(n * pixels), labels(n);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  for (std::size_t i = 0; i < n; ++i) labels[i] = static_cast<std::uint8_t>(i % 10);
  const DataFolder folder;
  folder.images({n, 3, 4}, bytes, labels);
  const Problem fashion = make_problem("fashion-logistic", {{"samples", {static_cast<double>(n)}}, {"batch", {7}}});
  const Problem any = make_problem("multinomial-regression", {{"constant", {1}}, {"batch", {7}}}, {{"file", (folder.path() / "t10k-images-idx3-ubyte.gz").string()}});
  ASSERT_EQ(any.dim(), fashion.dim());
  const std::vector<double> x = some_point(any.dim(), 2.0, 5), v = some_point(any.dim(), 1.0, 6);
  EXPECT_NEAR(any.value(x), fashion.value(x), 1e-13 * any.value(x));
  std::vector<double> a(any.dim()), b(any.dim());
  any.gradient(x, a);
  fashion.gradient(x, b);
  for (std::size_t j = 0; j < a.size(); ++j) EXPECT_NEAR(a[j], b[j], 1e-14);
  any.hessian_product(x, v, a);
  fashion.hessian_product(x, v, b);
  for (std::size_t j = 0; j < a.size(); ++j) EXPECT_NEAR(a[j], b[j], 1e-13);
  EXPECT_NEAR(any.facts.sampling_variance.upper, fashion.facts.sampling_variance.upper, 1e-12);
  EXPECT_LE(any.facts.L.upper, fashion.facts.L.upper * (1.0 + 1e-12)) << "by eigenvalues, not by a bound of them";
  for (std::size_t j = 0; j < a.size(); ++j) EXPECT_NEAR(any.facts.gradient_bound[j].upper, fashion.facts.gradient_bound[j].upper, 1e-14);
}

TEST(MultinomialRegression, IsMeasuredFromItsMinimum) {
  const TextFolder folder;
  const double lambda = 0.02;
  const Problem p = make_problem("multinomial-regression", {{"lambda", {lambda}}, {"batch", {2}}}, {{"file", folder.write("c.csv", csv_of(rows_of_three(10, 3, 9)))}});
  const ClassModel<LinearScores>& f = class_model_of<LinearScores>(p);
  ASSERT_TRUE(f.centred());
  EXPECT_TRUE(p.facts.minimiser_unique);
  const auto loss = [&](const Point& x, Point* g) {
    Big sum = 0;
    if (g != nullptr) g->assign(9, Big(0));
    for (std::size_t i = 0; i < 10; ++i) {
      const std::vector<Sized> z = scores_of(f, i, x);
      const auto own = static_cast<std::size_t>(f.labels[i]);
      sum += class_loss(z, own) / 10;
      Big total = 0;
      for (const Sized& zc : z) total += exp(zc.value);
      for (std::size_t j = 0; j < 9 && g != nullptr; ++j) (*g)[j] += f.design.row(i)[j / 3] * (exp(z[j % 3].value) / total - (j % 3 == own ? 1 : 0)) / 10;
    }
    for (std::size_t j = 0; j < 9; ++j) {
      sum += Big(lambda) / 2 * x[j] * x[j];
      if (g != nullptr) (*g)[j] += Big(lambda) * x[j];
    }
    return sum;
  };
  const Point best(f.centre.begin(), f.centre.end());
  Point g;
  const Big at_best = loss(best, &g);
  for (const Big& gj : g) EXPECT_LT(abs(gj), 1e-14);
  EXPECT_LE(Big(p.facts.f_star.lower), at_best);
  EXPECT_GE(Big(p.facts.f_star.upper), at_best - Big(1e-26));
  EXPECT_LE(p.facts.f_star.upper - p.facts.f_star.lower, 1e-12);
  for (const double size : {20.0, 1.0, 1e-3, 1e-6}) {
    std::vector<double> x = some_point(9, size, 4);
    for (std::size_t j = 0; j < 9; ++j) x[j] += f.centre[j];
    Big truth = loss(Point(x.begin(), x.end()), nullptr) - at_best;
    for (std::size_t j = 0; j < 9; ++j) truth -= g[j] * (Big(x[j]) - best[j]);
    EXPECT_LT(abs(Big(p.value(x)) - truth), Big(1e-12) * truth) << size;
  }
  // Scores that change by more than e^x can hold.
  std::vector<double> far(9, 0.0);
  for (std::size_t j = 0; j < 9; ++j) far[j] = f.centre[j] + 3000.0 * (j % 3 == 1 ? 1.0 : 0.0);
  Big truth = loss(Point(far.begin(), far.end()), nullptr) - at_best;
  for (std::size_t j = 0; j < 9; ++j) truth -= g[j] * (Big(far[j]) - best[j]);
  EXPECT_LT(abs(Big(p.value(far)) - truth), Big(1e-12) * truth);
  std::vector<double> slope(9);
  Point exact;
  loss(Point(far.begin(), far.end()), &exact);
  p.gradient(far, slope);
  for (std::size_t j = 0; j < 9; ++j) EXPECT_NEAR(slope[j], static_cast<double>(exact[j]), 1e-11 * std::fabs(static_cast<double>(exact[j])) + 1e-14);
}

// The Hessian at 0 attains the lower end of L, and no Hessian is above the upper end; the same of the network on its region.
double largest_curvature(const Problem& p, const std::vector<double>& x) {
  std::vector<double> v = some_point(p.dim(), 1.0, 77), hv(p.dim());
  double top = 0.0;
  for (int i = 0; i < 500; ++i) {
    p.hessian_product(x, v, hv);
    double size = 0.0;
    for (double h : hv) size += h * h;
    top = std::sqrt(size);
    if (top == 0.0) break;
    for (std::size_t j = 0; j < v.size(); ++j) v[j] = hv[j] / top;
  }
  return top;
}
TEST(MultinomialRegression, SmoothnessIsBetweenItsBounds) {
  for (const double classes : {2.0, 3.0, 6.0}) {
    const Problem p = make_problem("multinomial-regression", {{"classes", {classes}}, {"samples", {20}}, {"features", {3}}});
    const std::vector<double> zero(p.dim(), 0.0);
    const double at_zero = largest_curvature(p, zero);
    EXPECT_NEAR(at_zero, p.facts.L.lower, 1e-9 * at_zero);
    std::vector<double> hv(p.dim()), e(p.dim(), 0.0);
    for (std::size_t j = 0; j < p.dim(); ++j) {
      e[j] = 1.0;
      p.hessian_product(zero, e, hv);
      EXPECT_NEAR(hv[j], p.facts.L_j[j].lower, 1e-12);
      e[j] = 0.0;
    }
    for (unsigned seed = 0; seed < 30; ++seed) EXPECT_LE(largest_curvature(p, some_point(p.dim(), 0.2 * seed, seed)), p.facts.L.upper);
  }
}
TEST(MlpClassifier, ConstantsOnTheRegionHold) {
  for (const double unit : {0.0, 1.0})
    for (const double lambda : {0.0, 0.3})
      for (const double batch : {0.0, 1.0}) {
        const Problem p = make_problem("mlp-classifier", {{"samples", {8}}, {"features", {2}}, {"hidden", {2}}, {"unit", {unit}}, {"lambda", {lambda}}, {"region", {1.5}}, {"batch", {batch}}});
        EXPECT_FALSE(p.facts.smooth);
        double closest = 0.0;
        for (unsigned seed = 0; seed < 60; ++seed) {
          std::vector<double> x = some_point(p.dim(), 1.5, seed), g(p.dim()), e(p.dim(), 0.0), he(p.dim());
          if (seed % 2 == 0)
            for (double& xj : x) xj = xj > 0.0 ? 1.5 : -1.5;  // corners are worst
          EXPECT_LE(largest_curvature(p, x), p.facts.on_region.L.upper);
          if (batch == 0.0) p.gradient(x, g);
          else g = sample_of(p, 1, seed + 1, x);
          for (std::size_t j = 0; j < p.dim(); ++j) {
            EXPECT_LE(std::fabs(g[j]), p.facts.gradient_bound[j].upper) << p.text << " " << j;
            closest = std::max(closest, std::fabs(g[j]) / p.facts.gradient_bound[j].upper);
            e[j] = 1.0;
            p.hessian_product(x, e, he);
            EXPECT_LE(std::fabs(he[j]), p.facts.on_region.L_j[j].upper) << p.text << " " << j;
            e[j] = 0.0;
          }
        }
        EXPECT_GT(closest, 0.3) << "bounds that say something";
      }
}
// Where the outer weights are large and opposite and both classes are alike, units in the middle: the curvature along W is |V|^2 / 2 times the mean square of the row.
TEST(MlpClassifier, SmoothnessOnTheRegionIsNearlyReached) {
  const double B = 20.0;
  const Problem p = make_problem("mlp-classifier", {{"samples", {30}}, {"features", {1}}, {"hidden", {2}}, {"classes", {2}}, {"region", {B}}});
  std::vector<double> x(p.dim(), 0.0), e(p.dim(), 0.0), he(p.dim());
  for (std::size_t h = 0; h < 2; ++h) x[2 + 2 * h] = B, x[3 + 2 * h] = -B;
  const double top = largest_curvature(p, x);
  EXPECT_LE(top, p.facts.on_region.L.upper);
  EXPECT_GE(top, 0.9 * p.facts.on_region.L.upper);
  e[0] = 1.0;
  p.hessian_product(x, e, he);
  EXPECT_LE(he[0], p.facts.on_region.L_j[0].upper);
  EXPECT_GE(he[0], 0.9 * p.facts.on_region.L_j[0].upper);
}

// Back-propagation against the derivative of the value by dual numbers, coordinate by coordinate.
template <class Network>
void expect_derivative(const Problem& p) {
  using D = Dual<double>;
  const std::vector<double> x = some_point(p.dim(), 1.0, 12);
  std::vector<double> g(p.dim());
  p.gradient(x, g);
  for (std::size_t j = 0; j < p.dim(); ++j) {
    std::vector<D> y;
    for (std::size_t k = 0; k < p.dim(); ++k) y.emplace_back(x[k], k == j ? 1.0 : 0.0);
    EXPECT_NEAR(g[j], class_model_of<Network>(p).template value<D>(View<const D>(y.data(), y.size())).derivative, 1e-14) << p.text << " " << j;
  }
}
TEST(ClassProblem, GradientIsTheDualPartOfTheValue) {
  for (const double lambda : {0.0, 0.3}) {
    const Parameters values = {{"samples", {19}}, {"features", {3}}, {"classes", {5}}, {"lambda", {lambda}}};
    expect_derivative<LinearScores>(make_problem("multinomial-regression", values));
    for (const double unit : {0.0, 1.0}) {
      Parameters network = values;
      network["unit"] = {unit};
      expect_derivative<HiddenScores>(make_problem("mlp-classifier", network));
    }
  }
}

// The sample of every row, by steps of batches of one.
template <class Network>
void expect_unbiased(const std::string& id, Parameters values, const std::vector<double>& x) {
  values["batch"] = {1};
  const Problem one = make_problem(id, values);
  const ClassModel<Network>& f = class_model_of<Network>(one);
  const std::size_t d = one.dim(), n = f.design.samples;
  const std::uint64_t replica = 2;
  std::vector<std::vector<double>> each(n);
  std::size_t left = n;
  for (std::uint64_t t = 1; left > 0; ++t) {
    std::vector<double>& g = each[f.chosen(draw_key(4, one.instance), replica, t, 0)];
    if (!g.empty()) continue;
    g = sample_of(one, replica, t, x);
    --left;
  }
  std::vector<double> full(d);
  one.gradient(x, full);
  std::vector<double> p(n, 1.0 / static_cast<double>(n));
  if (f.batches.ends != nullptr)
    for (std::size_t i = 0; i < n; ++i) p[i] = (f.batches.ends[i] - (i == 0 ? 0.0 : f.batches.ends[i - 1])) / 0x1p32;
  double variance = 0.0;
  for (std::size_t k = 0; k < d; ++k) {
    double mean = 0.0, most = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      mean += p[i] * each[i][k], most = std::max(most, std::fabs(each[i][k]));
      variance += p[i] * (each[i][k] - full[k]) * (each[i][k] - full[k]);
    }
    EXPECT_NEAR(mean, full[k], 1e-14 * (most + 1e-2)) << one.text << " " << k;
    if (!one.facts.gradient_bound.empty() && one.facts.region.everything()) { EXPECT_LE(most, one.facts.gradient_bound[k].upper * (1 + 1e-14)); }
  }
  if (one.facts.sampling_variance.known()) { EXPECT_LE(variance, one.facts.sampling_variance.upper) << one.text; }
  if (one.facts.variance_at_minimiser.known() && one.value(x) < 1e-25) { EXPECT_NEAR(variance, one.facts.variance_at_minimiser.upper, 1e-9 * variance) << one.text; }

  values["batch"] = {37};
  const Problem many = make_problem(id, values);
  const ClassModel<Network>& m = class_model_of<Network>(many);
  const std::vector<double> sample = sample_of(many, 7, 11, x);
  for (std::size_t k = 0; k < d; ++k) {
    double mean = 0.0, size = 1e-2;
    for (std::size_t b = 0; b < 37; ++b) {
      const double g = each[m.chosen(draw_key(4, many.instance), 7, 11, b)][k];
      mean += g / 37.0, size = std::max(size, std::fabs(g));
    }
    EXPECT_NEAR(sample[k], mean, 3e-14 * size) << many.text;
  }
}
TEST(ClassProblem, MiniBatchesAreUnbiasedByEnumeration) {
  const Parameters design = {{"samples", {12}}, {"features", {3}}};
  const auto with = [&](std::initializer_list<std::pair<const char*, double>> others) {
    Parameters p = design;
    for (const auto& [name, value] : others) p[name] = {value};
    return p;
  };
  for (const double order : {0.0, 3.0, 4.0}) {
    for (const double size : {0.0, 0.5, 30.0}) {
      expect_unbiased<LinearScores>("multinomial-regression", with({{"order", order}}), some_point(9, size, 8));
      expect_unbiased<LinearScores>("multinomial-regression", with({{"order", order}, {"lambda", 0.2}}), some_point(9, size, 8));
    }
    const Parameters ridge = with({{"order", order}, {"lambda", 0.2}, {"batch", 1.0}});
    const Problem p = make_problem("multinomial-regression", ridge);
    const ClassModel<LinearScores>& f = class_model_of<LinearScores>(p);
    EXPECT_TRUE(p.facts.variance_at_minimiser.known());
    expect_unbiased<LinearScores>("multinomial-regression", ridge, std::vector<double>(f.centre.begin(), f.centre.end()));
  }
  for (const double unit : {0.0, 1.0}) expect_unbiased<HiddenScores>("mlp-classifier", with({{"unit", unit}, {"lambda", 0.1}}), some_point(21, 1.0, 8));
}

TEST(ClassProblem, AnEpochWithoutReplacementSumsToTheFullGradient) {
  for (const char* id : {"multinomial-regression", "mlp-classifier"})
    for (const double order : {1.0, 2.0}) {
      const Problem p = make_problem(id, {{"samples", {12}}, {"features", {3}}, {"lambda", {0.1}}, {"batch", {4}}, {"order", {order}}});
      EXPECT_FALSE(p.facts.independent_batches);
      EXPECT_FALSE(p.facts.sampling_variance.known());
      EXPECT_FALSE(p.facts.variance_at_minimiser.known());
      const std::vector<double> x = some_point(p.dim(), 2.0, 8);
      std::vector<double> g(p.dim()), mean(p.dim(), 0.0), first;
      p.gradient(x, g);
      for (std::uint64_t t = 1; t <= 3; ++t) {
        const std::vector<double> sample = sample_of(p, 1, t, x);
        if (t == 1) first = sample;
        for (std::size_t k = 0; k < p.dim(); ++k) mean[k] += sample[k] / 3.0;
      }
      for (std::size_t k = 0; k < p.dim(); ++k) EXPECT_NEAR(mean[k], g[k], 1e-13);
      EXPECT_EQ(sample_of(p, 1, 4, x) == first, order == 2.0) << "a single shuffle repeats its epoch";
    }
}

// 2 tiles of four columns and rest, blocks that are not full, rows transposed and rest.
TEST(ClassProblem, SamplesHaveTheSameBitsInAllLanesAndInstructionSets) {
  for (const double classes : {2.0, 3.0, 7.0})
    for (const double order : {0.0, 1.0, 2.0}) {
      const Parameters values = {{"samples", {50}}, {"features", {21}}, {"classes", {classes}}, {"batch", {37}}, {"order", {order}}, {"lambda", {0.01}}};
      for (const Problem& p : {make_problem("multinomial-regression", values), make_problem("mlp-classifier", values)}) {
        expect_same_samples<double>(p);
        expect_same_samples<float>(p);
      }
    }
  const Problem weighted = make_problem("multinomial-regression", {{"samples", {50}}, {"features", {9}}, {"batch", {8}}, {"order", {4}}});
  expect_same_samples<double>(weighted);
  expect_same_samples<float>(weighted);
}

// Many features: blocks of one row. The sums over samples follow the samples all the same.
TEST(ClassProblem, NumbersDoNotDependOnHowBlocksAreCut) {
  const std::size_t n = 7, d = 5000, classes = 3;
  const Problem p = make_problem("multinomial-regression", {{"samples", {static_cast<double>(n)}}, {"features", {static_cast<double>(d)}}});
  const ClassModel<LinearScores>& f = class_model_of<LinearScores>(p);
  const std::vector<double> x = some_point(d * classes, 0.01, 5);
  std::vector<double> g(x.size()), expected(x.size(), 0.0);
  p.gradient(x, g);
  for (std::size_t i = 0; i < n; ++i) {
    double z[classes];
    for (std::size_t c = 0; c < classes; ++c) {
      z[c] = f.design.row(i)[0] * x[c];
      for (std::size_t k = 1; k < d; ++k) z[c] = std::fma(f.design.row(i)[k], x[k * classes + c], z[c]);
    }
    classed::slopes(z, classes, f.labels[i]);
    for (std::size_t j = 0; j < x.size(); ++j) expected[j] = std::fma(f.design.row(i)[j / classes], z[j % classes], expected[j]);
  }
  for (std::size_t j = 0; j < x.size(); ++j) ASSERT_EQ(g[j], expected[j] / 7.0);
}

TEST(ClassProblem, FilesOfEveryFormatGiveTheSameProblem) {
  const TextFolder folder;
  const std::string csv = folder.write("c.csv", "0,0.5,2\n1,0,0\n0.25,0,1\n"), svm = folder.write("c.libsvm", "2 2:0.5\n0 1:1\n1 1:0.25\n");
  for (const char* id : {"multinomial-regression", "mlp-classifier"}) {
    const Problem a = make_problem(id, {{"constant", {1}}}, {{"file", csv}}), b = make_problem(id, {{"constant", {1}}}, {{"file", svm}});
    EXPECT_EQ(a.instance, b.instance) << a.text << " " << b.text;
    EXPECT_EQ(value_at(a, 0.3), value_at(b, 0.3));
    EXPECT_TRUE(takes_text(id, "file"));
  }
  const DataFolder images;
  images.images({4, 1, 2}, {0, 255, 51, 0, 9, 9, 200, 100}, {3, 4, 3, 5});
  const Problem p = make_problem("mlp-classifier", {{"hidden", {5}}, {"constant", {1}}}, {{"file", (images.path() / "t10k-images-idx3-ubyte.gz").string()}});
  EXPECT_EQ(p.dim(), 3U * 5U + 6U * 3U);
  EXPECT_NE(p.start[0], p.start[1]);
  EXPECT_NE(make_problem("mlp-classifier", {{"seed", {2}}}, {{"file", csv}}).start[0], make_problem("mlp-classifier", {}, {{"file", csv}}).start[0]) << "the seed of the first iterate";
}

}  // namespace
}  // namespace thalweg::test
