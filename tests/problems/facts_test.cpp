// Declared constants against random probes: none is contradicted, and each is found false when it is planted false.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "tests/problems/synthetic.hpp"

namespace thalweg::test {
namespace {

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0.0;
  for (std::size_t j = 0; j < a.size(); ++j) sum += a[j] * b[j];
  return sum;
}
std::vector<double> minus(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> out(a.size());
  for (std::size_t j = 0; j < a.size(); ++j) out[j] = a[j] - b[j];
  return out;
}
double norm(const std::vector<double>& a) { return std::sqrt(dot(a, a)); }

// The name of a fact that the probes contradict, or nothing. Rounding of a difference of gradients is below 1e-9 of it for |x - y| >= 1e-4
// |x|.
class Prober {
 public:
  Prober(const Problem& problem, const Facts& facts) : p_(problem), facts_(facts), random_(problem.instance) {}

  std::string contradicted(int probes) {
    if (const std::string at_minimum = minimum(); !at_minimum.empty()) return at_minimum;
    for (int i = 0; i < probes; ++i) {
      const std::vector<double> x = probe_point(random_, p_.dim(), 1e-3, 1e3), y = neighbour(x);
      const std::vector<double> gx = gradient(x);
      if (const std::string bad = pair(x, gx, y); !bad.empty()) return bad;
      const double fx = p_.value(x);
      if (!facts_.on_box && fx < 0.0) return "f_star";
      if (facts_.pl && 0.5 * dot(gx, gx) < facts_.mu_pl.lower * fx * (1.0 - slack)) return "mu_pl";
      if (!facts_.gradient_bound.empty() && exceeds(gradient(in_region()))) return "G_j";
    }
    return "";
  }

 private:
  static constexpr double slack = 1e-9;

  std::vector<double> gradient(const std::vector<double>& x) const {
    std::vector<double> g(p_.dim());
    p_.gradient(x, g);
    return g;
  }
  std::vector<double> neighbour(const std::vector<double>& x) {
    std::uniform_real_distribution<double> unit(0.0, 1.0);
    const double size = (1e-3 + norm(x)) * std::pow(10.0, -3.0 + 4.0 * unit(random_));
    std::vector<double> y = probe_point(random_, p_.dim(), 0.5 * size, size);
    for (std::size_t j = 0; j < y.size(); ++j) y[j] += x[j];
    return y;
  }
  std::vector<double> in_region() {
    if (facts_.region.everything()) return probe_point(random_, p_.dim(), 1.0, 1e3);
    std::vector<double> x = probe_point(random_, p_.dim(), 1e-3, 1.0);
    for (std::size_t j = 0; j < x.size(); ++j) {
      const double low = facts_.region.lower[j], high = facts_.region.upper[j];
      x[j] = std::clamp(0.5 * (low + high) + 0.5 * (high - low) * x[j], low, high);
    }
    return x;
  }
  bool exceeds(const std::vector<double>& g) const {
    for (std::size_t j = 0; j < g.size(); ++j)
      if (std::fabs(g[j]) > facts_.gradient_bound[j].upper * (1.0 + slack)) return true;
    return false;
  }
  std::string pair(const std::vector<double>& x, const std::vector<double>& gx, const std::vector<double>& y) {
    const std::vector<double> s = minus(y, x), change = minus(gradient(y), gx);
    const double length = norm(s);
    if (length == 0.0) return "";
    const double rounding = 1e-15 * (norm(gx) + norm(change));
    if (facts_.smooth && norm(change) > facts_.L.upper * length * (1.0 + slack) + rounding) return "L";
    if (facts_.mu.known() && dot(change, s) < facts_.mu.lower * length * length * (1.0 - slack) - 1e-12 * (norm(gx) + norm(change)) * length - 1e-12 * facts_.mu.lower * length * norm(y))
      return "mu";
    std::vector<double> middle(x.size());
    for (std::size_t j = 0; j < x.size(); ++j) middle[j] = 0.5 * (x[j] + y[j]);
    const double fx = p_.value(x), fy = p_.value(y);
    if (facts_.convex && p_.value(middle) > 0.5 * (fx + fy) + slack * (std::fabs(fx) + std::fabs(fy)) + 1e-300) return "convex";
    // Along one coordinate.
    if (!facts_.smooth) return "";
    const std::size_t j = random_() % x.size();
    std::vector<double> along = x;
    along[j] = y[j];
    const double step = std::fabs(along[j] - x[j]);
    if (step > 1e-4 * norm(x) && std::fabs(gradient(along)[j] - gx[j]) > facts_.L_j[j].upper * step * (1.0 + slack) + rounding) return "L_j";
    return "";
  }
  std::string minimum() {
    if (!facts_.minimiser) return "";
    const std::vector<double> x = facts_.minimiser->values();
    if (p_.value(x) != 0.0) return "minimiser";
    if (!facts_.hess_at_min.known()) return "";
    // The power method, which the semidefinite Hessian of a minimiser draws to its largest eigenvalue; begun again now and then.
    std::vector<double> v(p_.dim()), hv(p_.dim());
    for (int i = 0; i < 400; ++i) {
      if (i % 100 == 0) v = probe_point(random_, p_.dim(), 0.5, 1.0);
      p_.hessian_product(x, v, hv);
      if (dot(v, hv) > facts_.hess_at_min.upper * dot(v, v) * (1.0 + slack)) return "hess_at_min";
      const double size = norm(hv);
      if (size == 0.0) continue;
      for (std::size_t j = 0; j < v.size(); ++j) v[j] = hv[j] / size;
    }
    return "";
  }

  const Problem& p_;
  const Facts& facts_;
  std::mt19937_64 random_;
};

TEST(Facts, AreNotContradictedByOneHundredThousandProbes) {
  for (const Case& c : synthetic_cases()) {
    const Problem p = make_problem(c.id, c.parameters);
    EXPECT_EQ(Prober(p, p.facts).contradicted(100000), "") << p.text;
  }
}

TEST(Facts, PlantedFalseAreFoundFalse) {
  const auto shrink = [](Constant& k, double factor) { k.lower *= factor, k.upper *= factor; };
  const auto shrink_last = [&](PerCoordinate<Constant>& all) {
    Constant last = all.back();
    shrink(last, 0.9);
    all.set(all.size() - 1, last);
  };
  struct Plant {
    std::string name;
    std::function<bool(Facts&)> plant;  // false: not applicable
  };
  // A constant of which only a bound is known need not be attained.
  const auto tight = [](const Constant& k) { return k.lower > 0.0 && k.upper <= 1.01 * k.lower; };
  const std::vector<Plant> plants = {
      {"L", [&](Facts& f) { return f.smooth && tight(f.L) && (shrink(f.L, 0.9), true); }},
      {"L_j", [&](Facts& f) { return f.smooth && tight(f.L_j.back()) && (shrink_last(f.L_j), true); }},
      {"mu", [&](Facts& f) { return shrink(f.mu, 1.1), f.mu.lower > 0.0; }},
      {"mu", [&](Facts& f) { return f.mu = exact(0.05), f.convex && f.smooth && !f.pl; }},
      {"mu_pl", [&](Facts& f) { return f.mu_pl.upper <= 1.01 * f.mu_pl.lower && (shrink(f.mu_pl, 1.05), f.pl); }},
      {"G_j", [&](Facts& f) { return !f.gradient_bound.empty() && tight(f.gradient_bound.back()) && (shrink_last(f.gradient_bound), true); }},
      {"convex", [&](Facts& f) { return f.convex ? false : (f.convex = true); }},
      {"hess_at_min", [&](Facts& f) { return shrink(f.hess_at_min, 0.9), f.minimiser && f.hess_at_min.known() && f.hess_at_min.lower > 0.0; }},
      {"minimiser", [&](Facts& f) {  // off every line of minimisers that is likely to be stated
         for (std::size_t j = 0; f.minimiser && j < f.minimiser->size(); ++j) f.minimiser->set(j, (*f.minimiser)[j] - 1e-3 * static_cast<double>(j + 1));
         return f.minimiser.has_value();
       }},
  };
  for (const Case& c : synthetic_cases()) {
    const Problem p = make_problem(c.id, c.parameters);
    for (const Plant& plant : plants) {
      Facts facts = p.facts;
      if (!plant.plant(facts)) continue;
      EXPECT_EQ(Prober(p, facts).contradicted(100000), plant.name) << p.text;
    }
  }
}

TEST(Facts, AreEnclosuresWithASource) {
  for (const Case& c : synthetic_cases()) {
    const Problem p = make_problem(c.id, c.parameters);
    std::vector<Constant> all = {p.facts.L, p.facts.mu, p.facts.mu_pl, p.facts.f_star, p.facts.hess_at_min};
    all.insert(all.end(), p.facts.L_j.begin(), p.facts.L_j.end());
    all.insert(all.end(), p.facts.gradient_bound.begin(), p.facts.gradient_bound.end());
    EXPECT_EQ(p.facts.L_j.size(), p.facts.smooth ? p.dim() : 0U);
    EXPECT_EQ(p.facts.on_region.L_j.size(), p.facts.on_region.L.known() ? p.dim() : 0U);
    EXPECT_TRUE(p.facts.gradient_bound.empty() || p.facts.gradient_bound.size() == p.dim());
    for (const Constant& k : all) {
      if (!k.known()) continue;
      EXPECT_LE(k.lower, k.upper) << p.text;
      EXPECT_FALSE(k.source.empty()) << p.text;
      EXPECT_NE(k.trust, Trust::estimated) << p.text;
      EXPECT_EQ(k.trust == Trust::exact, k.lower == k.upper) << p.text << " " << k.source;
      if (k.source != "strong convexity" && k.source.find("on the region") == std::string::npos && k.source.find("bound") == std::string::npos) {
        EXPECT_LE(k.upper - k.lower, 1e-10 * k.upper) << p.text << " " << k.source << ": a closed form is enclosed tightly";
      }
    }
  }
}

TEST(Facts, ChainHasTheLargestEigenvalueOfSecondDifferences) {
  // Attained by the eigenvector x_j = (-1)^j sin-like; here by power iteration on the product at 0.
  const Problem p = make_problem("huber-chain", {{"dim", {9}}, {"L", {1.5}}});
  std::vector<double> v(9), hv(9);
  for (std::size_t j = 0; j < 9; ++j) v[j] = j % 2 == 0 ? 1.0 : -1.0;
  double ratio = 0.0;
  for (int i = 0; i < 3000; ++i) {
    const std::vector<double> minimiser = p.facts.minimiser->values();
    p.hessian_product(minimiser, v, hv);
    ratio = norm(hv) / norm(v);
    const double size = norm(hv);
    for (std::size_t j = 0; j < 9; ++j) v[j] = hv[j] / size;
  }
  EXPECT_NEAR(ratio, p.facts.L.upper, 1e-10);
}

}  // namespace
}  // namespace thalweg::test
