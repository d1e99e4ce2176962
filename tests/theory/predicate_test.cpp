// A table of settings against predicates: what is a fact, what may be observed along a run, what is neither.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "analysis/theory/predicate.hpp"

namespace thalweg {
namespace {

struct Description {
  std::string problem = "cosine";
  Parameters parameters = {};
  std::string method = "sgd";
  Overrides overrides = {};
  std::string noise = "none";
  Parameters noise_parameters = {};
  bool box = false;
  std::vector<double> eta = {0.1, 0.1, 0.1};
};

Setting setting_of(const Description& described) {
  Setting setting;
  setting.problem = make_problem(described.problem, described.parameters);
  setting.noise = make_noise(described.noise, setting.problem.dim(), described.noise_parameters);
  setting.definition = define(described.method, described.overrides);
  setting.eta = described.eta;
  setting.start = setting.problem.start;
  if (described.box) setting.box = setting.problem.box;
  return setting;
}

bool certain(const std::string& predicate, const Setting& setting) {
  const Predicate* found = find_predicate(predicate);
  EXPECT_NE(found, nullptr) << predicate;
  return found != nullptr && found->certain(setting);
}
bool observable(const std::string& predicate, const Setting& setting) {
  const Predicate* found = find_predicate(predicate);
  return found != nullptr && found->observable != nullptr && found->observable(setting);
}

struct Row {
  std::string what;
  Description setting;
  std::vector<std::string> yes, no;
};

const Parameters two_point = {{"a", {0.5}}, {"p", {0.3}}};

const std::vector<Row> table = {
    // ---- problems
    {"sum of cosines", {.problem = "cosine"}, {"smooth", "smooth-on-region", "bounded-gradient", "minimiser-known", "strict-minimiser", "unbiased", "deterministic"}, {"convex", "strongly-convex", "pl"}},
    {"quadratic", {.problem = "quadratic"}, {"smooth", "convex", "strongly-convex", "pl", "minimiser-known", "strict-minimiser", "quadratic"}, {"bounded-gradient", "lipschitz"}},
    {"weighted l1 norm", {.problem = "absolute"}, {"convex", "lipschitz", "minimiser-known"}, {"smooth", "strongly-convex", "quadratic"}},
    {"log cosh", {.problem = "log-cosh", .parameters = {{"dim", {1}}}}, {"smooth", "convex", "bounded-gradient", "one-dimensional", "strict-minimiser"}, {"strongly-convex", "pl"}},
    {"log cosh in five dimensions", {.problem = "log-cosh", .parameters = {{"dim", {5}}}}, {"convex", "lipschitz"}, {"one-dimensional", "quadratic"}},
    {"Huber", {.problem = "huber"}, {"smooth", "convex", "bounded-gradient", "minimiser-known"}, {"strongly-convex"}},
    {"l1 norm", {.problem = "absolute"}, {"separable", "subgradient-bounded"}, {"smooth", "smooth-on-region", "quadratic"}},
    {"largest coordinate", {.problem = "max-norm"}, {"convex", "subgradient-bounded"}, {"smooth", "separable"}},
    {"quadratic and its region", {.problem = "quadratic"}, {"quadratic", "separable"}, {"subgradient-bounded"}},
    {"quadratic kept in its region", {.problem = "quadratic", .parameters = {{"box", {1.0}}, {"start", {0.25}}, {"region", {2.0}}}, .box = true}, {"subgradient-bounded"}, {}},
    {"SAM", {.method = "sam"}, {"ascent-normalised"}, {"ascent-plain", "decoupled-decay", "polar-average"}},
    {"SAM along the gradient", {.method = "sam@unnormalised"}, {"ascent-plain"}, {"ascent-normalised"}},
    {"normalised SGD", {.method = "normalised-sgd"}, {}, {"average-from-zero"}},
    {"normalised SGD from zero", {.method = "normalised-sgd(initial=zero)"}, {"average-from-zero"}, {}},
    {"Lion", {.method = "lion"}, {"decoupled-decay", "average-from-zero"}, {"ascent-normalised"}},
    {"Lion with L2 decay", {.method = "lion(decay=l2)"}, {}, {"decoupled-decay"}},
    {"Muon", {.method = "muon(nesterov=no, scale=none)"}, {}, {"polar-average"}},
    {"Muon with its look ahead", {.method = "muon@polar"}, {}, {"polar-average"}},
    {"Muon by the polar factor", {.method = "muon@polar(nesterov=no, scale=none)"}, {"polar-average"}, {}},
    {"chain of Huber functions", {.problem = "huber-chain"}, {"smooth", "convex", "bounded-gradient"}, {"strongly-convex"}},
    {"x^2 + 3 sin^2 x", {.problem = "pl-sine"}, {"smooth", "pl", "minimiser-known"}, {"convex", "bounded-gradient"}},
    {"log(1 + x^2)", {.problem = "log-one-plus-square"}, {"smooth", "bounded-gradient"}, {"convex", "pl"}},
    {"singular least squares", {.problem = "singular-least-squares"}, {"smooth", "convex", "pl"}, {"strongly-convex", "strict-minimiser"}},
    // ---- noise and boxes
    {"Gaussian noise", {.noise = "gaussian", .noise_parameters = {{"sigma", {0.3}}}}, {"unbiased", "additive-noise", "lipschitz"}, {"bounded-gradient", "deterministic", "two-point-noise"}},
    {"noise that grows with the gradient", {.noise = "multiplicative"}, {"unbiased", "relative-error"}, {"additive-noise"}},
    {"noise that grows, and does not vanish", {.noise = "affine"}, {"unbiased"}, {"additive-noise", "relative-error"}},
    {"x^4 kept in its region", {.problem = "power", .parameters = {{"exponent", {4.0}}, {"start", {0.5}}, {"box", {1.0}}, {"region", {2.0}}}, .box = true}, {"smooth-on-region"}, {"smooth"}},
    {"x^4 on its way", {.problem = "power", .parameters = {{"exponent", {4.0}}, {"start", {0.5}}}}, {}, {"smooth", "smooth-on-region"}},
    {"noise with a bias", {.noise = "clipped"}, {}, {"additive-noise", "unbiased"}},
    {"two-point noise", {.noise = "two-point", .noise_parameters = two_point}, {"bounded-gradient", "two-point-noise", "unbiased"}, {"deterministic"}},
    {"no noise", {}, {"deterministic", "unbiased", "additive-noise"}, {"two-point-noise"}},
    {"mini-batches with replacement", {.problem = "least-squares", .parameters = {{"batch", {4}}}}, {"unbiased", "strongly-convex", "strict-minimiser", "quadratic"}, {"deterministic", "bounded-gradient", "additive-noise"}},
    {"mini-batches without replacement", {.problem = "least-squares", .parameters = {{"batch", {4}}, {"order", {1}}}}, {}, {"unbiased", "deterministic"}},
    {"losses with bounded slopes", {.problem = "logistic-regression", .parameters = {{"batch", {4}}}}, {"convex", "bounded-gradient", "unbiased"}, {"strongly-convex", "minimiser-known"}},
    {"no box", {}, {"unconstrained"}, {"boxed"}},
    {"a box", {.problem = "log-cosh", .box = true}, {"boxed", "bounded-gradient"}, {"unconstrained"}},
    {"a box inside the region", {.problem = "quadratic", .parameters = {{"region", {2.0}}, {"box", {4.0}}, {"start", {1.0}}}, .box = true}, {"boxed", "bounded-gradient"}, {}},
    {"a box larger than the region", {.problem = "quadratic", .parameters = {{"region", {2.0}}, {"box", {4.1}}, {"start", {1.0}}}, .box = true}, {"boxed"}, {"bounded-gradient"}},
    {"a start outside the box", {.problem = "quadratic", .parameters = {{"region", {2.0}}, {"box", {4.0}}, {"start", {2.5}}}, .box = true}, {}, {"boxed", "bounded-gradient", "unconstrained"}},
    // ---- steps
    {"constant steps", {}, {"constant-step", "non-increasing-step"}, {}},
    {"decreasing steps", {.eta = {0.3, 0.2, 0.1}}, {"non-increasing-step"}, {"constant-step"}},
    {"a step that is longer than the one before", {.eta = {0.3, 0.1, 0.2}}, {}, {"constant-step", "non-increasing-step"}},
    // ---- methods
    {"sgd", {.method = "sgd"}, {"momentum-free", "no-decay", "monotone-rate", "predictable-rate", "bounded-rate", "uncorrected", "without-maximum"}, {"momentum", "lipschitz-denominator", "memoryless-rate", "fading-rate-memory"}},
    {"sgd with weight decay", {.method = "sgd", .overrides = {{"weight_decay", 1e-4}}}, {}, {"no-decay"}},
    {"heavy ball", {.method = "momentum", .overrides = {{"momentum", 0.9}}}, {}, {"ema", "momentum-free"}},
    {"averaged momentum", {.method = "ema-momentum", .overrides = {{"beta1", 0.5}}}, {"ema", "momentum", "monotone-rate"}, {"momentum-free"}},
    {"averaged momentum of nothing", {.method = "ema-momentum", .overrides = {{"beta1", 0.0}}}, {"ema", "momentum-free"}, {"momentum"}},
    {"adam@paper", {.method = "adam@paper"}, {"ema", "momentum", "bounded-rate", "no-decay", "fading-rate-memory", "without-maximum"}, {"monotone-rate", "uncorrected", "lipschitz-denominator", "predictable-rate", "memoryless-rate"}},
    {"adam@seed", {.method = "adam@seed"}, {"ema", "uncorrected", "lipschitz-denominator", "bounded-rate", "without-maximum"}, {"monotone-rate", "predictable-rate"}},
    {"adam@seed without memory", {.method = "adam@seed", .overrides = {{"beta1", 0.0}, {"beta2", 0.0}}}, {"memoryless-rate", "momentum-free", "fading-rate-memory"}, {"momentum"}},
    {"adam@paper without memory", {.method = "adam@paper", .overrides = {{"beta1", 0.0}, {"beta2", 0.0}}}, {"momentum-free"}, {"memoryless-rate"}},
    {"adam@defossez", {.method = "adam@defossez"}, {"eps-inside-root", "root-correction", "ema", "without-maximum"}, {"uncorrected", "lipschitz-denominator"}},
    {"adam@inside-root", {.method = "adam@inside-root"}, {"eps-inside-root", "uncorrected"}, {"root-correction"}},
    {"adagrad", {.method = "adagrad"}, {"momentum-free"}, {"eps-inside-root", "root-correction"}},
    {"adagrad@optax", {.method = "adagrad@optax"}, {"eps-inside-root", "momentum-free"}, {"root-correction"}},
    {"adam@seed with eps = 0", {.method = "adam@seed", .overrides = {{"eps", 0.0}}}, {"ema"}, {"bounded-rate"}},
    {"adam@seed with weight decay", {.method = "adam@seed", .overrides = {{"weight_decay", 0.01}}}, {"ema"}, {"no-decay"}},
    {"amsgrad@seed", {.method = "amsgrad@seed", .overrides = {{"beta1", 0.5}}}, {"monotone-rate", "ema", "momentum", "uncorrected", "lipschitz-denominator", "bounded-rate"}, {"without-maximum", "fading-rate-memory", "memoryless-rate", "predictable-rate", "momentum-free"}},
    {"amsgrad@authors-code", {.method = "amsgrad@authors-code"}, {"ema", "bounded-rate"}, {"monotone-rate", "uncorrected", "lipschitz-denominator", "without-maximum"}},
    {"amsgrad@seed without memory", {.method = "amsgrad@seed", .overrides = {{"beta1", 0.0}, {"beta2", 0.0}}}, {"monotone-rate", "momentum-free"}, {"memoryless-rate"}},
    {"adabound", {.method = "adabound"}, {"ema", "bounded-rate", "uncorrected"}, {"fading-rate-memory", "monotone-rate", "lipschitz-denominator"}},
    {"yogi without memory", {.method = "yogi", .overrides = {{"beta2", 0.0}}}, {"bounded-rate"}, {"fading-rate-memory", "memoryless-rate"}},
    {"sadam@seed", {.method = "sadam@seed"}, {"ema", "lipschitz-denominator", "bounded-rate", "fading-rate-memory"}, {"monotone-rate", "eps-inside-root", "root-correction"}},
    {"samsgrad@seed", {.method = "samsgrad@seed"}, {"monotone-rate", "lipschitz-denominator", "bounded-rate"}, {"without-maximum"}},
    {"padam@seed", {.method = "padam@seed"}, {"ema", "bounded-rate", "without-maximum"}, {"monotone-rate", "lipschitz-denominator"}},
    {"pamsgrad@seed", {.method = "pamsgrad@seed"}, {"ema", "monotone-rate", "bounded-rate"}, {"lipschitz-denominator", "without-maximum"}},
    {"decorrelated-adam", {.method = "decorrelated-adam"}, {"predictable-rate", "momentum-free", "bounded-rate", "uncorrected", "without-maximum"}, {"monotone-rate", "lipschitz-denominator", "momentum"}},
};

TEST(Predicates, AnswerFromFacts) {
  std::size_t answers = 0;
  std::set<std::string> seen_true, seen_false;
  for (const Row& row : table) {
    const Setting setting = setting_of(row.setting);
    for (const std::string& id : row.yes) EXPECT_TRUE(certain(id, setting)) << row.what << " is " << id;
    for (const std::string& id : row.no) EXPECT_FALSE(certain(id, setting)) << row.what << " is not " << id;
    answers += row.yes.size() + row.no.size();
    seen_true.insert(row.yes.begin(), row.yes.end());
    seen_false.insert(row.no.begin(), row.no.end());
  }
  EXPECT_GE(answers, 100U);
  for (const Predicate& predicate : predicates()) {
    EXPECT_TRUE(seen_true.contains(std::string(predicate.id))) << predicate.id << " is never true in the table";
    EXPECT_TRUE(seen_false.contains(std::string(predicate.id)) || predicate.id == "smooth" || predicate.id == "unbiased" || predicate.id == "minimiser-known")
        << predicate.id << " is never false in the table";
  }
}

TEST(Predicates, LeaveTheRegionOfABoundToTheRunOnlyWhereItCanBeWatched) {
  const Setting bounded_noise = setting_of({.problem = "quadratic", .noise = "two-point", .noise_parameters = two_point});
  EXPECT_FALSE(certain("bounded-gradient", bounded_noise));
  EXPECT_TRUE(observable("bounded-gradient", bounded_noise));
  const Setting gaussian = setting_of({.problem = "quadratic", .noise = "gaussian"});
  EXPECT_FALSE(observable("bounded-gradient", gaussian)) << "no run shows an almost-sure bound that does not exist";
  EXPECT_FALSE(observable("convex", bounded_noise));
}

TEST(Predicates, ClaimNoMinimiserThatTheFactsDoNotName) {
  Setting setting = setting_of({.problem = "quadratic"});
  setting.problem.facts.minimiser.reset();
  for (const char* id : {"minimiser-known", "strict-minimiser"}) EXPECT_FALSE(certain(id, setting)) << id;
  setting.problem.facts.smooth = false;
  EXPECT_FALSE(certain("smooth", setting));
}

TEST(Predicates, ABiasedOracleIsNotUnbiased) {
  for (const char* noise : {"none", "gaussian", "student-t", "alpha-stable", "sparse"}) EXPECT_TRUE(certain("unbiased", setting_of({.noise = noise}))) << noise;
  for (const char* noise : {"biased", "clipped"}) EXPECT_FALSE(certain("unbiased", setting_of({.noise = noise}))) << noise;
}

TEST(Predicates, AskTheDefinitionNotTheName) {
  // The same method by two presets, the same preset by two fields.
  EXPECT_NE(certain("uncorrected", setting_of({.method = "adam@paper"})), certain("uncorrected", setting_of({.method = "adam@seed"})));
  EXPECT_NE(certain("monotone-rate", setting_of({.method = "samsgrad@seed"})), certain("monotone-rate", setting_of({.method = "samsgrad@authors-code"})));
  EXPECT_TRUE(certain("lipschitz-denominator", setting_of({.method = "padam@seed", .overrides = {{"p", 0.5}}}))) << "(s + eps)^1";
}

TEST(Predicates, HaveUniqueIdsMeaningsAndReasons) {
  std::set<std::string_view> ids;
  for (const Predicate& predicate : predicates()) {
    EXPECT_TRUE(ids.insert(predicate.id).second) << predicate.id;
    EXPECT_FALSE(predicate.meaning.empty()) << predicate.id;
    EXPECT_FALSE(predicate.failure.empty()) << predicate.id;
    EXPECT_NE(predicate.certain, nullptr) << predicate.id;
    EXPECT_EQ(find_predicate(predicate.id), &predicate);
  }
  EXPECT_EQ(find_predicate("no-such-predicate"), nullptr);
}

}  // namespace
}  // namespace thalweg
