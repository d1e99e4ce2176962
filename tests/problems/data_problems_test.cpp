// Families on data: what a file makes of a problem, minimisers against the normal equations in 800 digits, mini-batches by enumeration.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "tests/problems/data/idx_files.hpp"
#include "tests/problems/data/text_files.hpp"
#include "tests/problems/data_rows.hpp"
#include "tests/problems/synthetic.hpp"

namespace thalweg::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// The solution of A x = b by elimination, A symmetric and positive definite.
Point solved(std::vector<Point> A, Point b) {
  const std::size_t d = b.size();
  for (std::size_t i = 0; i < d; ++i)
    for (std::size_t j = i + 1; j < d; ++j) {
      const Big factor = A[j][i] / A[i][i];
      for (std::size_t k = i; k < d; ++k) A[j][k] -= factor * A[i][k];
      b[j] -= factor * b[i];
    }
  for (std::size_t i = d; i-- > 0;) {
    for (std::size_t k = i + 1; k < d; ++k) b[i] -= A[i][k] * b[k];
    b[i] /= A[i][i];
  }
  return b;
}
Big squares_at(const std::vector<Row>& rows, double lambda, const Point& x) {
  Big sum = 0, size = 0;
  for (const Row& row : rows) {
    Big r = -Big(row.b);
    for (std::size_t k = 0; k < x.size(); ++k) r += Big(row.a[k]) * x[k];
    sum += r * r;
  }
  for (const Big& xk : x) size += xk * xk;
  return sum / (2 * rows.size()) + Big(lambda) / 2 * size;
}
Point minimiser_of(const std::vector<Row>& rows, double lambda) {
  const std::size_t d = rows.front().a.size();
  std::vector<Point> A(d, Point(d, Big(0)));
  Point b(d, Big(0));
  for (const Row& row : rows)
    for (std::size_t j = 0; j < d; ++j) {
      b[j] += Big(row.a[j]) * row.b / rows.size();
      for (std::size_t k = 0; k < d; ++k) A[j][k] += Big(row.a[j]) * row.a[k] / rows.size();
    }
  for (std::size_t j = 0; j < d; ++j) A[j][j] += lambda;
  return solved(A, b);
}

TEST(DataProblem, TextHasNameAndDigestAndTheInstanceIsOfTheData) {
  const TextFolder folder;
  const std::string text = csv_of(some_rows(10, 2, 1));
  const std::string a = folder.write("points.csv", text), b = folder.write("copy.csv", text), other = folder.write("other.csv", csv_of(some_rows(10, 2, 2)));
  const auto made = [](const std::string& file, double batch) { return make_problem("least-squares", {{"batch", {batch}}}, {{"file", file}}); };
  const Problem p = made(a, 3);
  EXPECT_THAT(p.text, AllOf(HasSubstr("least-squares(file=points.csv, "), HasSubstr("batch=3"), HasSubstr("data=")));
  EXPECT_EQ(p.text.find('/'), std::string::npos) << p.text;
  EXPECT_EQ(p.text.find("samples"), std::string::npos) << p.text;
  EXPECT_EQ(p.instance, made(b, 3).instance);
  EXPECT_NE(p.instance, made(other, 3).instance);
  EXPECT_NE(p.instance, made(a, 4).instance);
  EXPECT_EQ(p.dim(), 2u);
  EXPECT_TRUE(p.box.everything());
  EXPECT_TRUE(takes_text("least-squares", "file"));
  EXPECT_FALSE(takes_text("least-squares", "batch"));
  EXPECT_FALSE(takes_text("cosine", "file"));
}

TEST(DataProblem, RefusalsSayWhatIsAllowed) {
  const TextFolder folder;
  const std::string file = folder.write("points.csv", csv_of(some_rows(10, 2, 1)));
  const auto refusal = [](std::string_view id, const Parameters& values, const Texts& texts = {}) { return refused([&] { make_problem(id, values, texts); }); };
  EXPECT_THAT(refusal("ridge", {{"samples", {8}}}, {{"file", file}}), HasSubstr("samples = 8: is for the synthetic design"));
  EXPECT_THAT(refusal("ridge", {{"noise", {8}}}, {{"file", file}}), HasSubstr("noise = 8: is for the synthetic design"));
  EXPECT_THAT(refusal("robust-regression", {{"order", {5}}, {"batch", {2}}}), HasSubstr("must be an integer from 0 to 4"));
  EXPECT_THAT(refusal("support-vector", {{"order", {4}}, {"batch", {2}}}), HasSubstr("must be an integer from 0 to 3"));
  EXPECT_THAT(refusal("least-squares", {{"label_noise", {1}}}), HasSubstr("give batch too"));
  EXPECT_THAT(refusal("ridge", {{"label", {1}}}), HasSubstr("label = 1: is for the data of a file"));
  EXPECT_THAT(refusal("ridge", {}, {{"labels", file}}), HasSubstr("give file too"));
  EXPECT_THAT(refusal("ridge", {}, {{"fil", file}}), HasSubstr("unknown parameter of 'ridge'; did you mean 'file'?"));
  EXPECT_THAT(refusal("ridge", {}, {{"batch", "8"}}), HasSubstr("batch = '8': must be a number, not a text"));
  EXPECT_THAT(refusal("ridge", {{"file", {8}}}), HasSubstr("file = 8: must be a text"));
  EXPECT_THAT(refusal("ridge", {}, {{"file", ""}}), HasSubstr("must not be empty"));
  EXPECT_THAT(refusal("cosine", {}, {{"file", file}}), HasSubstr("unknown parameter of 'cosine' (known: dim"));
  EXPECT_THAT(refusal("ridge", {{"order", {1}}}), HasSubstr("give batch too"));
  EXPECT_THAT(refusal("ridge", {{"samples", {7}}}), HasSubstr("samples = 7: must be even"));
  EXPECT_THAT(refusal("ridge", {{"power", {1}}, {"condition", {4}}}), HasSubstr("contradicts power"));
  EXPECT_THAT(refusal("ridge", {{"start", {1, 2, 3}}}, {{"file", file}}), HasSubstr("must be one number or a list of 2"));
  EXPECT_THAT(refusal("ridge", {}, {{"file", "absent.csv"}}), HasSubstr("environment: absent.csv"));
  EXPECT_THAT(refusal("logistic-regression", {}, {{"file", file}}), AllOf(HasSubstr("target of row 1"), HasSubstr("must be 0 or 1, or -1 or 1")));
  EXPECT_THAT(refusal("logistic-regression", {}, {{"file", folder.write("one.csv", "1,1\n2,1\n")}}), HasSubstr("there is only one"));
  EXPECT_THAT(refusal("logistic-regression", {}, {{"file", folder.write("mixed.csv", "1,1\n2,0\n2,-1\n")}}), HasSubstr("target of row 2 = 0"));
}

TEST(DataProblem, ClassesAreNamedByTheirTargetsOrSigns) {
  const TextFolder folder;
  const auto value = [&](const std::string& text, const Parameters& values) {
    const Problem p = make_problem("logistic-regression", values, {{"file", folder.write("c.csv", text)}});
    const std::vector<double> x(p.dim(), 0.7);
    return p.value(x);
  };
  const double expected = value("1,1\n2,0\n-3,1\n", {});
  EXPECT_NEAR(expected, (std::log1p(std::exp(-0.7)) + std::log1p(std::exp(1.4)) + std::log1p(std::exp(2.1))) / 3, 1e-15);
  EXPECT_EQ(value("1,1\n2,-1\n-3,1\n", {}), expected);
  EXPECT_EQ(value("1,7\n2,3\n-3,9\n", {{"positive", {7, 9}}}), expected);
}

TEST(DataProblem, LeastSquaresOfAFileHaveTheMinimumOfTheNormalEquations) {
  const TextFolder folder;
  for (const double lambda : {0.0, 0.3})
    for (const std::size_t d : {std::size_t{1}, std::size_t{4}}) {
      const std::vector<Row> rows = some_rows(30, d, 5);
      const Texts texts = {{"file", folder.write("points.csv", csv_of(rows))}};
      const Problem p = lambda > 0.0 ? make_problem("ridge", {{"lambda", {lambda}}, {"batch", {4}}}, texts) : make_problem("least-squares", {{"batch", {4}}}, texts);
      const Point best = minimiser_of(rows, lambda);
      const Big f_star = squares_at(rows, lambda, best);
      EXPECT_LE(Big(p.facts.f_star.lower), f_star);
      EXPECT_GE(Big(p.facts.f_star.upper), f_star);
      EXPECT_LE(p.facts.f_star.upper - p.facts.f_star.lower, 1e-12 * p.facts.f_star.upper);
      EXPECT_EQ(p.facts.f_star.trust, Trust::proved);
      // Far off, near, and at the double next to the minimiser, where f - f* is below 1e-31.
      for (const double size : {10.0, 1e-3, 1e-9, 0.0}) {
        std::vector<double> x = some_point(d, size, 3);
        for (std::size_t k = 0; k < d; ++k) x[k] += static_cast<double>(best[k]);
        const Big truth = squares_at(rows, lambda, Point(x.begin(), x.end())) - f_star;
        EXPECT_LT(abs(Big(p.value(x)) - truth), Big(1e-13) * truth + Big(1e-45)) << p.text << " " << size;
      }
      // E |g - grad f|^2 at the minimiser.
      Big variance = 0;
      for (const Row& row : rows) {
        Big r = -Big(row.b), norm = 0;
        for (std::size_t k = 0; k < d; ++k) r += Big(row.a[k]) * best[k];
        for (std::size_t k = 0; k < d; ++k) norm += (Big(row.a[k]) * r + Big(lambda) * best[k]) * (Big(row.a[k]) * r + Big(lambda) * best[k]);
        variance += norm / (4 * rows.size());
      }
      EXPECT_LE(Big(p.facts.variance_at_minimiser.lower), variance);
      EXPECT_GE(Big(p.facts.variance_at_minimiser.upper), variance);
      EXPECT_LE(p.facts.variance_at_minimiser.upper - p.facts.variance_at_minimiser.lower, 1e-9 * p.facts.variance_at_minimiser.upper);
      EXPECT_FALSE(p.facts.sampling_variance.known()) << "it grows with the distance to the minimiser";
    }
}

TEST(DataProblem, WhereTheDataDoNotDetermineTheMinimiserValuesAreThoseOfFItself) {
  const TextFolder folder;
  for (const std::string text : {"1,1,2\n2,2,3\n-1,-1,1\n", "1,2,3\n"}) {
    const Problem p = make_problem("least-squares", {}, {{"file", folder.write("singular.csv", text)}});
    EXPECT_EQ(p.facts.f_star.lower, 0.0);
    EXPECT_EQ(p.facts.f_star.upper, std::numeric_limits<double>::infinity());
    EXPECT_LE(p.facts.mu.lower, 0.0);
    EXPECT_FALSE(p.facts.pl);
    const std::vector<double> zero(2, 0.0);
    EXPECT_NEAR(p.value(zero), text.size() > 8 ? 14.0 / 6.0 : 4.5, 1e-15);
  }
}

TEST(DataProblem, RidgeLogisticRegressionIsMeasuredFromItsMinimum) {
  const TextFolder folder;
  const std::vector<Row> rows = some_rows(40, 3, 9, true);
  const double lambda = 0.01;
  const Problem p = make_problem("logistic-regression", {{"lambda", {lambda}}, {"batch", {2}}}, {{"file", folder.write("c.csv", csv_of(rows))}});
  const LinearModel<LogisticLoss>& f = model_of<LogisticLoss>(p);
  ASSERT_TRUE(f.loss.centred);
  const auto loss = [&](const Point& x, Point* g) {
    Big sum = 0;
    if (g != nullptr) g->assign(3, Big(0));
    for (const Row& row : rows) {
      Big z = 0;
      for (std::size_t k = 0; k < 3; ++k) z += Big(row.a[k]) * x[k];
      const Big sign = row.b > 0.0 ? 1 : -1, slope = -sign / (1 + exp(sign * z));
      sum += softplus_of(-sign * z) / rows.size();
      for (std::size_t k = 0; k < 3 && g != nullptr; ++k) (*g)[k] += slope * row.a[k] / rows.size();
    }
    for (std::size_t k = 0; k < 3; ++k) {
      sum += Big(lambda) / 2 * x[k] * x[k];
      if (g != nullptr) (*g)[k] += Big(lambda) * x[k];
    }
    return sum;
  };
  const Point best(f.centre.begin(), f.centre.end());
  Point g;
  const Big at_best = loss(best, &g);
  for (const Big& gk : g) EXPECT_LT(abs(gk), 1e-14);
  EXPECT_LE(Big(p.facts.f_star.lower), at_best);
  EXPECT_GE(Big(p.facts.f_star.upper), at_best - Big(1e-26));
  EXPECT_LE(p.facts.f_star.upper - p.facts.f_star.lower, 1e-12);
  for (const double size : {20.0, 1.0, 1e-3, 1e-6}) {
    std::vector<double> x = some_point(3, size, 4);
    for (std::size_t k = 0; k < 3; ++k) x[k] += f.centre[k];
    Big truth = loss(Point(x.begin(), x.end()), nullptr) - at_best;
    for (std::size_t k = 0; k < 3; ++k) truth -= g[k] * (Big(x[k]) - best[k]);
    EXPECT_LT(abs(Big(p.value(x)) - truth), Big(1e-12) * truth) << size;
  }
}

// The sample of one row, for every row, by steps of batches of one.
template <class Loss>
std::vector<std::vector<double>> samples_of_each(const Problem& one, const std::vector<double>& x) {
  const LinearModel<Loss>& f = model_of<Loss>(one);
  const DrawKey key = draw_key(4, one.instance);
  std::vector<std::vector<double>> each(f.design.samples);
  std::size_t left = each.size();
  const std::uint64_t replica = 2;
  for (std::uint64_t t = 1; left > 0; ++t) {
    std::vector<double>& g = each[f.chosen(key, replica, t, 0)];
    if (!g.empty()) continue;
    g.resize(one.dim());
    one.objective.kernel.of<double>(best_isa())->point_sample(one.objective.functor.get(), {key, &replica, t}, x.data(), g.data());
    --left;
  }
  return each;
}

template <class Loss>
void expect_unbiased(const std::string& id, Parameters values, const std::vector<double>& x) {
  values["batch"] = {1};
  const Problem one = make_problem(id, values);
  const std::size_t d = one.dim();
  const std::vector<std::vector<double>> each = samples_of_each<Loss>(one, x);
  std::vector<double> g(d);
  one.gradient(x, g);
  double variance = 0.0, size = 0.0;
  for (std::size_t k = 0; k < d; ++k) {
    double mean = 0.0, most = 0.0;
    for (const auto& sample : each) mean += sample[k] / static_cast<double>(each.size()), most = std::max(most, std::fabs(sample[k]));
    for (const auto& sample : each) variance += (sample[k] - g[k]) * (sample[k] - g[k]) / static_cast<double>(each.size());
    EXPECT_NEAR(mean, g[k], 1e-14 * (most + 1e-3)) << one.text << " " << k;
    size = std::max(size, most);
    if (!one.facts.gradient_bound.empty()) { EXPECT_LE(most, one.facts.gradient_bound[k].upper * (1 + 1e-14)); }
  }
  if (one.facts.sampling_variance.known()) { EXPECT_LE(variance, one.facts.sampling_variance.upper * (1 + 1e-12)) << one.text; }
  if (one.facts.variance_at_minimiser.known() && one.value(x) < 1e-25) { EXPECT_NEAR(variance, one.facts.variance_at_minimiser.upper, 1e-10 * variance) << one.text; }

  values["batch"] = {5};
  const Problem five = make_problem(id, values);
  const DrawKey key = draw_key(4, five.instance);
  const std::uint64_t replica = 7;
  std::vector<double> sample(d);
  five.objective.kernel.of<double>(best_isa())->point_sample(five.objective.functor.get(), {key, &replica, 11}, x.data(), sample.data());
  for (std::size_t k = 0; k < d; ++k) {
    double mean = 0.0;
    for (std::size_t b = 0; b < 5; ++b) {
      EXPECT_EQ(model_of<Loss>(five).chosen(key, replica, 11, b), draw_index(key, Stream::minibatch, replica, 11, b, each.size()));
      mean += each[model_of<Loss>(five).chosen(key, replica, 11, b)][k] / 5.0;
    }
    EXPECT_NEAR(sample[k], mean, 1e-14 * (size + 1e-3)) << five.text;
  }
}

TEST(DataProblem, MiniBatchesAreUnbiasedByEnumeration) {
  const Parameters design = {{"samples", {12}}, {"dim", {3}}};
  const auto with = [&](const char* name, double value) { Parameters p = design; return p[name] = {value}, p; };
  for (const double size : {0.0, 0.5, 30.0}) {
    const std::vector<double> x = some_point(3, size, 8);
    expect_unbiased<LeastSquaresLoss>("least-squares", design, x);
    expect_unbiased<RidgeLoss>("ridge", design, x);
    expect_unbiased<LogisticLoss>("logistic-regression", design, x);
    expect_unbiased<LogisticLoss>("logistic-regression", with("lambda", 0.2), x);
    expect_unbiased<RobustLoss>("robust-regression", design, x);
    expect_unbiased<RobustLoss>("robust-regression", with("loss", 1.0), x);
  }
  const Problem squares = make_problem("least-squares", design), ridge = make_problem("ridge", design), logistic = make_problem("logistic-regression", with("lambda", 0.2));
  expect_unbiased<LeastSquaresLoss>("least-squares", design, squares.facts.minimiser->values());
  const auto centre = [](const auto& f) { return std::vector<double>(f.centre.begin(), f.centre.end()); };
  expect_unbiased<RidgeLoss>("ridge", design, centre(model_of<RidgeLoss>(ridge)));
  expect_unbiased<LogisticLoss>("logistic-regression", with("lambda", 0.2), centre(model_of<LogisticLoss>(logistic)));
}

TEST(DataProblem, ShuffledIndicesArePermutationsThatDifferByEpochAndReplica) {
  const DrawKey key = draw_key(1, 2);
  for (std::uint64_t n = 1; n < 70; ++n)
    for (std::uint64_t epoch = 0; epoch < 3; ++epoch) {
      std::set<std::uint64_t> seen;
      for (std::uint64_t i = 0; i < n; ++i) seen.insert(shuffled_index(key, 3, epoch, i, n));
      EXPECT_EQ(seen.size(), n);
      EXPECT_LT(*seen.rbegin(), n);
    }
  const auto permutation = [&](std::uint64_t replica, std::uint64_t epoch) {
    std::vector<std::uint64_t> all;
    for (std::uint64_t i = 0; i < 1000; ++i) all.push_back(shuffled_index(key, replica, epoch, i, 1000));
    return all;
  };
  EXPECT_NE(permutation(0, 0), permutation(0, 1));
  EXPECT_NE(permutation(0, 0), permutation(1, 0));
  EXPECT_EQ(permutation(0, 5), permutation(0, 5));
}

// Over 20000 epochs of five: each of 25 (position, index) pairs within 6 standard errors of 1/5; false alarm below 25 * 2e-9.
TEST(DataProblem, EveryIndexStandsAtEveryPlaceEquallyOften) {
  const DrawKey key = draw_key(9, 9);
  std::vector<double> counts(25, 0.0);
  for (std::uint64_t epoch = 0; epoch < 20000; ++epoch)
    for (std::uint64_t i = 0; i < 5; ++i) ++counts[i * 5 + shuffled_index(key, 0, epoch, i, 5)];
  for (double c : counts) EXPECT_NEAR(c, 4000.0, 6.0 * std::sqrt(20000 * 0.16));
}

TEST(DataProblem, AnEpochWithoutReplacementSumsToTheFullGradient) {
  const Problem p = make_problem("ridge", {{"samples", {12}}, {"dim", {3}}, {"batch", {4}}, {"order", {1}}});
  EXPECT_FALSE(p.facts.independent_batches);
  EXPECT_FALSE(p.facts.sampling_variance.known());
  const std::vector<double> x = some_point(3, 2.0, 8);
  std::vector<double> g(3), sample(3);
  p.gradient(x, g);
  const std::uint64_t replica = 1;
  for (std::uint64_t epoch = 0; epoch < 4; ++epoch) {
    std::vector<double> mean(3, 0.0);
    for (std::uint64_t t = 1; t <= 3; ++t) {
      p.objective.kernel.of<double>(best_isa())->point_sample(p.objective.functor.get(), {draw_key(1, p.instance), &replica, 3 * epoch + t}, x.data(), sample.data());
      for (std::size_t k = 0; k < 3; ++k) mean[k] += sample[k] / 3.0;
    }
    for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(mean[k], g[k], 1e-14 * 10.0);
  }
}

// One permutation for all epochs: the second epoch's batches are the first's, another replica has others, and each epoch has every sample once.
TEST(DataProblem, ASingleShuffleRepeatsItsEpoch) {
  const Problem p = make_problem("ridge", {{"samples", {24}}, {"dim", {3}}, {"batch", {4}}, {"order", {2}}}), again = make_problem("ridge", {{"samples", {24}}, {"dim", {3}}, {"batch", {4}}, {"order", {1}}});
  const LinearModel<RidgeLoss>&f = model_of<RidgeLoss>(p), &reshuffled = model_of<RidgeLoss>(again);
  const DrawKey key = draw_key(3, p.instance);
  std::set<std::size_t> seen;
  bool others = false, new_order = false;
  for (std::uint64_t step = 1; step <= 6; ++step)
    for (std::size_t k = 0; k < 4; ++k) {
      const std::size_t i = f.chosen(key, 5, step, k);
      EXPECT_TRUE(seen.insert(i).second) << "once an epoch";
      EXPECT_EQ(f.chosen(key, 5, step + 6, k), i) << "the next epoch";
      EXPECT_EQ(f.chosen(key, 5, step + 600, k), i) << "an epoch far on";
      others = others || f.chosen(key, 6, step, k) != i;
      new_order = new_order || reshuffled.chosen(key, 5, step + 6, k) != reshuffled.chosen(key, 5, step, k);
    }
  EXPECT_EQ(seen.size(), 24U);
  EXPECT_TRUE(others && new_order);
  EXPECT_FALSE(p.facts.independent_batches);
}

// With probabilities in proportion to |a_i| or |a_i|^2: the shares are those, the weighted sample is unbiased, has the variance that is stated at the minimiser and stays
// within the bounds elsewhere, by enumeration over all samples; and the draws have these probabilities (a chi-squared sum over 20 samples above 60 comes with
// probability 4e-6).
template <class Loss>
void expect_importance(const std::string& id, Parameters values, double order) {
  const std::size_t n = 20, d = 3;
  values["samples"] = {20}, values["dim"] = {3}, values["condition"] = {100}, values["batch"] = {1};
  const Problem uniform = make_problem(id, values);
  values["order"] = {order};
  const Problem p = make_problem(id, values);
  const LinearModel<Loss>& f = model_of<Loss>(p);
  EXPECT_EQ(p.objective.memory, 0U) << "a gradient that is kept has no weight";
  std::vector<double> size(n);
  double total = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < d; ++k) size[i] += f.design.row(i)[k] * f.design.row(i)[k];
    total += size[i] = order == 3.0 ? std::sqrt(size[i]) : size[i];
  }
  for (const std::vector<double>& x : {some_point(d, 2.0, 8), std::vector<double>(f.centre.begin(), f.centre.end())}) {
    std::vector<double> mean(d, 0.0), full(d);
    p.gradient(x, full);
    double variance = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      const double p_i = (f.batches.ends[i] - (i == 0 ? 0.0 : f.batches.ends[i - 1])) / 0x1p32;
      EXPECT_NEAR(p_i, size[i] / total, 1e-8);
      EXPECT_NEAR(f.batches.weights[i], 1.0 / (20.0 * p_i), 1e-12 / p_i);
      double t = 0.0;
      for (std::size_t k = 0; k < d; ++k) t += f.design.row(i)[k] * (x[k] - f.centre[k] - f.rest[k]);
      const double slope = f.batches.weights[i] * (f.loss.template slope<double>(i, t) + f.loss.at_centre(i));
      for (std::size_t k = 0; k < d; ++k) {
        const double g = f.design.row(i)[k] * slope + f.lambda * x[k];
        mean[k] += p_i * g;
        variance += p_i * (g - full[k]) * (g - full[k]);
        if (!p.facts.gradient_bound.empty()) { EXPECT_LE(std::fabs(g), p.facts.gradient_bound[k].upper * (1.0 + 1e-12)) << id; }
      }
    }
    for (std::size_t k = 0; k < d; ++k) EXPECT_NEAR(mean[k], full[k], 1e-12 * (1.0 + std::fabs(full[k])));
    if (p.facts.sampling_variance.known()) { EXPECT_LE(variance, p.facts.sampling_variance.upper) << id; }
    if (x[0] == f.centre[0] && p.facts.variance_at_minimiser.known()) {
      EXPECT_NEAR(p.facts.variance_at_minimiser.upper, variance, 1e-8 * variance) << id;
      EXPECT_NE(p.facts.variance_at_minimiser.upper, uniform.facts.variance_at_minimiser.upper);
    }
  }
  // A word of the counter for each draw.
  std::vector<double> times(n, 0.0);
  const int draws = 20000;
  for (int t = 1; t <= draws; ++t) times[f.chosen(draw_key(4, 9), 2, static_cast<std::uint64_t>(t), 0)] += 1.0;
  double chi = 0.0;
  for (std::size_t i = 0; i < n; ++i) chi += (times[i] - draws * size[i] / total) * (times[i] - draws * size[i] / total) / (draws * size[i] / total);
  EXPECT_LT(chi, 60.0) << id;
  EXPECT_GT(chi, 1.0);
}
TEST(DataProblem, ImportanceSamplingIsUnbiasedAndHasTheStatedVariance) {
  for (const double order : {3.0, 4.0}) {
    expect_importance<LeastSquaresLoss>("least-squares", {}, order);
    expect_importance<RidgeLoss>("ridge", {}, order);
    expect_importance<LogisticLoss>("logistic-regression", {}, order);
    expect_importance<LogisticLoss>("logistic-regression", {{"lambda", {0.1}}}, order);
    expect_importance<RobustLoss>("robust-regression", {{"width", {0.3}}}, order);
    expect_importance<RobustLoss>("robust-regression", {{"loss", {1.0}}}, order);
  }
  expect_importance<HingeLoss>("support-vector", {{"lambda", {0.0}}}, 3.0);
}

// The bound of the variance is least for |a_i| (that of |a_i|^2 is the uniform one), and with |a_i|^2 all weighted losses are equally smooth: w_i |a_i|^2 is their mean.
TEST(DataProblem, EachImportanceHasWhatItIsFor) {
  const auto made = [](double order) { return make_problem("logistic-regression", {{"samples", {30}}, {"dim", {3}}, {"condition", {100}}, {"batch", {1}}, {"order", {order}}}); };
  const Problem uniform = made(0), lengths = made(3), smoothness = made(4);
  EXPECT_LT(lengths.facts.sampling_variance.upper, 0.99 * uniform.facts.sampling_variance.upper);
  EXPECT_NEAR(smoothness.facts.sampling_variance.upper, uniform.facts.sampling_variance.upper, 1e-6 * uniform.facts.sampling_variance.upper);
  const LinearModel<LogisticLoss>& f = model_of<LogisticLoss>(smoothness);
  std::vector<double> square(30, 0.0);
  double mean = 0.0;
  for (std::size_t i = 0; i < 30; ++i) {
    for (std::size_t k = 0; k < 3; ++k) square[i] += f.design.row(i)[k] * f.design.row(i)[k];
    mean += square[i] / 30.0;
  }
  for (std::size_t i = 0; i < 30; ++i) EXPECT_NEAR(f.batches.weights[i] * square[i], mean, 1e-5 * mean);
}

// The kernel's sample is the batch mean of w_i a_i (slope_i - tau z_b) over the indices that it says it chose, for every order; z_b is draw 2^30 + b.
TEST(DataProblem, SampleIsWhatItsOracleSays) {
  for (const double order : {0.0, 1.0, 2.0, 3.0, 4.0}) {
    const Problem p = make_problem("ridge", {{"samples", {24}}, {"dim", {3}}, {"condition", {100}}, {"batch", {4}}, {"order", {order}}, {"label_noise", {0.5}}});
    const LinearModel<RidgeLoss>& f = model_of<RidgeLoss>(p);
    const std::vector<double> x = some_point(3, 2.0, 5);
    const DrawKey key = draw_key(3, p.instance);
    const std::uint64_t replica = 5;
    std::vector<double> g(3);
    for (std::uint64_t step : {1, 2, 7, 40}) {
      p.objective.kernel.of<double>(best_isa())->point_sample(p.objective.functor.get(), {key, &replica, step}, x.data(), g.data());
      std::vector<double> sum(3, 0.0);
      for (std::size_t b = 0; b < 4; ++b) {
        const std::size_t i = f.chosen(key, replica, step, b);
        double t = 0.0;
        for (std::size_t k = 0; k < 3; ++k) t += f.design.row(i)[k] * (x[k] - f.centre[k] - f.rest[k]);
        const double z = draw_normal(key, Stream::minibatch, replica, step, (std::uint64_t{1} << 30U) + b);
        const double slope = (f.loss.slope<double>(i, t) + f.loss.at_centre(i) - 0.5 * z) * (order >= 3.0 ? f.batches.weights[i] : 1.0);
        for (std::size_t k = 0; k < 3; ++k) sum[k] += f.design.row(i)[k] * slope / 4.0;
      }
      for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(g[k], sum[k] + f.lambda * x[k], 1e-13 * (1.0 + std::fabs(sum[k]))) << order;
    }
  }
}

// A fresh error in every target: the mean over draws is the mean without, the variance at the minimiser has tau^2 mean |a_i|^2 / b more (20000 draws: the
// mean is within 5 deviations, the variance within 10 %; false alarms below 1e-5).
TEST(DataProblem, LabelNoiseAddsItsVariance) {
  const Parameters plain = {{"samples", {30}}, {"dim", {4}}, {"batch", {3}}};
  Parameters noisy = plain;
  noisy["label_noise"] = {2.0};
  const Problem p = make_problem("least-squares", noisy), without = make_problem("least-squares", plain);
  const LinearModel<LeastSquaresLoss>& f = model_of<LeastSquaresLoss>(p);
  double rows = 0.0;
  for (std::size_t i = 0; i < 30; ++i)
    for (std::size_t k = 0; k < 4; ++k) rows += f.design.row(i)[k] * f.design.row(i)[k] / 30.0;
  EXPECT_NEAR(p.facts.variance_at_minimiser.upper, without.facts.variance_at_minimiser.upper + 4.0 * rows / 3.0, 1e-9 * rows);
  const std::vector<double> x = p.facts.minimiser->values();
  std::vector<double> g(4), sum(4, 0.0);
  double squares = 0.0;
  const int draws = 20000;
  const ObjectiveKernel<double>& kernel = *p.objective.kernel.of<double>(best_isa());
  const std::uint64_t replica = 7;
  for (int t = 1; t <= draws; ++t) {
    kernel.point_sample(p.objective.functor.get(), {draw_key(1, 2), &replica, static_cast<std::uint64_t>(t)}, x.data(), g.data());
    for (std::size_t k = 0; k < 4; ++k) sum[k] += g[k], squares += g[k] * g[k];
  }
  const double variance = p.facts.variance_at_minimiser.upper;
  EXPECT_NEAR(squares / draws, variance, 0.1 * variance);
  for (double s : sum) EXPECT_LT(std::fabs(s / draws), 5.0 * std::sqrt(variance / draws));
}

// Hinge losses: a sample's slope is -s a where the margin is below 1, and 0 beyond.
TEST(DataProblem, SupportVectorSamplesAreSubgradients) {
  const Problem p = make_problem("support-vector", {{"samples", {16}}, {"dim", {3}}, {"lambda", {0.0}}, {"batch", {1}}});
  const LinearModel<HingeLoss>& f = model_of<HingeLoss>(p);
  EXPECT_FALSE(p.facts.differentiable);
  std::size_t flat = 0;
  for (unsigned seed = 0; seed < 40; ++seed) {
    const std::vector<double> x = some_point(3, 3.0, seed), y = some_point(3, 3.0, seed + 100);
    for (std::size_t i = 0; i < 16; ++i) {
      double at_x = 0.0, at_y = 0.0;
      for (std::size_t k = 0; k < 3; ++k) at_x += f.design.row(i)[k] * x[k], at_y += f.design.row(i)[k] * y[k];
      const double slope = f.loss.slope<double>(i, at_x);
      flat += slope == 0.0;
      EXPECT_GE(f.loss.value<double>(i, at_y), f.loss.value<double>(i, at_x) + slope * (at_y - at_x) - 1e-12) << "below the function everywhere";
    }
  }
  EXPECT_GT(flat, 50U);
}

TEST(DataProblem, SamplesHaveTheSameBitsInAllLanesAndInstructionSets) {
  for (const char* id : {"least-squares", "ridge", "logistic-regression", "robust-regression"})
    for (const double order : {0.0, 1.0, 2.0, 3.0, 4.0}) {
      const Problem p = make_problem(id, {{"samples", {50}}, {"dim", {7}}, {"batch", {9}}, {"order", {order}}});
      expect_same_samples<double>(p);
      expect_same_samples<float>(p);
    }
}

TEST(DataProblem, ConstantsOfManyFeaturesEncloseThoseOfTheGramMatrix) {
  const std::size_t d = 80;
  const Problem p = make_problem("least-squares", {{"samples", {200}}, {"dim", {static_cast<double>(d)}}, {"condition", {100}}}), small = make_problem("ridge", {{"samples", {200}}, {"dim", {80}}});
  const std::vector<double> zero(d, 0.0);
  std::vector<double> v(d, 1.0), hv(d);
  double top = 0.0;
  for (int i = 0; i < 3000; ++i) {
    p.hessian_product(zero, v, hv);
    double size = 0.0;
    for (double x : hv) size += x * x;
    top = std::sqrt(size);
    for (std::size_t k = 0; k < d; ++k) v[k] = hv[k] / top;
  }
  EXPECT_LE(p.facts.L.lower, top * (1 + 1e-12));
  EXPECT_GE(p.facts.L.upper, top);
  EXPECT_GE(p.facts.L.lower, 0.5 * top);
  EXPECT_EQ(p.facts.mu.lower, 0.0);
  EXPECT_EQ(small.facts.f_star.upper, std::numeric_limits<double>::infinity()) << "no minimiser is certified above 64 features";
  EXPECT_GE(small.facts.mu.lower, 0.1);
}

TEST(DataProblem, ImagesMakeAClassificationProblem) {
  const DataFolder folder;
  folder.images({4, 1, 2}, {0, 255, 51, 0, 9, 9, 200, 100}, {3, 4, 3, 5});
  const Problem p = make_problem("logistic-regression", {{"positive", {3}}, {"constant", {1}}, {"lambda", {0.1}}}, {{"file", (folder.path() / "t10k-images-idx3-ubyte.gz").string()}});
  EXPECT_EQ(p.dim(), 3u);
  EXPECT_LT(p.facts.f_star.upper, std::log(2.0));
}

}  // namespace
}  // namespace thalweg::test
