#include "analysis/study/stall.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <tuple>

#include "analysis/stats/moments.hpp"
#include "analysis/study/hash.hpp"
#include "lib/core/dual.hpp"
#include "lib/core/elementary.hpp"
#include "lib/optimizers/denominator.hpp"

namespace thalweg {

namespace {

// D and D' at s > 0, by the formulas of the rules: a denominator is a function of v = s^2.
Dual<double> denominator_at(const Definition& d, double s) {
  const Dual<double> v(s * s, 2.0 * s);
  const auto of = [&](const auto& rule) { return rule.template shape<Dual<double>>(v) / Dual<double>(rule.unit()); };
  const std::string& kind = d.choice("denominator");
  if (kind == "softplus") return of(SoftplusOfRoot{d.number("beta")});
  if (kind == "power") return of(Power{d.number("p"), d.number("eps")});
  if (d.has("eps_placement") && d.choice("eps_placement") == "inside") return of(RootOfSum{d.number("eps")});
  return of(RootPlusEps{d.number("eps")});
}

}  // namespace

double stall_gradient(const Definition& definition, double a, double p, double b) {
  THALWEG_EXPECTS(p > 0.0 && p < 0.5 && a > b && b > 0.0);
  const auto psi = [&](double s) { return s > 0.0 ? s / denominator_at(definition, s).value : 0.0; };
  double low = 0.0, high = b;
  for (int i = 0; i < 200 && std::nextafter(low, high) < high; ++i) {
    const double u = low + 0.5 * (high - low);
    (p * psi(u + a) - (1.0 - p) * psi(b - u) < 0.0 ? low : high) = u;
  }
  return 0.5 * (low + high);
}

double stall_law(const Definition& definition, double deviation, double third_moment) {
  const double beta1 = definition.number("beta1"), beta2 = definition.number("beta2");
  const double kappa = (1.0 - beta1) * (1.0 - beta2) / (1.0 - beta1 * beta2);
  const Dual<double> D = denominator_at(definition, deviation);
  return kappa * third_moment * D.derivative / (2.0 * deviation * D.value);
}

std::vector<double> tail_mean(const Recorded& recorded, Metric metric) {
  const std::vector<std::uint64_t>& steps = recorded.record.steps;
  std::size_t half = 0;
  while (half + 1 < steps.size() && 2 * steps[half + 1] <= steps.back()) ++half;
  THALWEG_EXPECTS(half + 1 < steps.size());
  const double begin = static_cast<double>(steps[half]), end = static_cast<double>(steps.back());
  std::vector<double> out;
  for (std::size_t r = 0; r < recorded.record.replicas; ++r)
    out.push_back((end * recorded.record.at(metric, steps.size() - 1, r) - begin * recorded.record.at(metric, half, r)) / (end - begin));
  return out;
}

std::vector<double> extrapolated(std::span<const double> at_h, std::span<const double> at_half, std::span<const double> at_quarter) {
  THALWEG_EXPECTS(at_h.size() == at_half.size() && at_h.size() == at_quarter.size());
  std::vector<double> out;
  for (std::size_t r = 0; r < at_h.size(); ++r) out.push_back((at_h[r] - 6.0 * at_half[r] + 8.0 * at_quarter[r]) / 3.0);
  return out;
}

std::string stall_law_study() {
  std::string out =
      "# Generated. The stall law to first order in 1 - beta2: mean updates at a gradient that stays, 0.8 and 1.2 times the one predicted.\n"
      "id = \"epsilon-stall-law\"\ntitle = \"The stall law of Adam and Sadam, first order in 1 - beta2\"\nseed = 1\nreplicas = 24\nrecords = 15\n";
  int number = 0;
  for (const double p : {0.1, 0.3})
    for (const double beta1 : {0.0, 0.9})
      for (const double beta2 : {0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999})
        for (const double eps : {0.1, 1.0})
          for (const bool softplus : {false, true}) {
            const double a = std::sqrt((1.0 - p) / p), b = p * a / (1.0 - p);
            const std::string field = softplus ? "beta" : "eps", method = softplus ? "sadam@seed" : "adam@seed";
            const double value = softplus ? std::numbers::ln2 / eps : eps;
            const double u = stall_law(define(method, {{"beta1", beta1}, {"beta2", beta2}, {field, value}}), 1.0, a * b * (a - b));
            const auto problem = [&](double factor) { return fmt::format("{{ id = \"linear\", dim = 32, scale = {} }}", shortest(factor * u)); };
            out += fmt::format("\n[[block]]\nname = \"setting-{}\"\nproblem = [{}, {}]\nnoise = {{ id = \"two-point\", a = {}, p = {} }}\nmethod = [\"{}\", \"ema-momentum\"]\n"
                               "set = {{ beta1 = {}, beta2 = {}, {} = {} }}\neta = 1\nT = 16384\ntheorems = []\nrecord = [\"f_gap\"]\n",
                               ++number, problem(0.8), problem(1.2), shortest(a), shortest(p), method, shortest(beta1), shortest(beta2), field, shortest(value));
          }
  return out;
}

bool StallRoot::agrees() const { return std::fabs(measured - predicted) <= std::max(0.05 * predicted, 3.0 * error); }

namespace {

// The mean of all updates of the second half, per replica and coordinate, divided by eta.
std::vector<double> mean_updates(const Recorded& recorded, double u) {
  const Trajectories& record = recorded.record;
  std::size_t half = 0;
  while (half + 1 < record.steps.size() && 2 * record.steps[half + 1] <= record.steps.back()) ++half;
  const double steps = static_cast<double>(record.steps.back() - record.steps[half]), dim = static_cast<double>(recorded.cell.setting.problem.dim());
  std::vector<double> out;
  for (std::size_t r = 0; r < record.replicas; ++r)
    out.push_back((record.at(Metric::f_gap, half, r) - record.at(Metric::f_gap, record.steps.size() - 1, r)) / (u * recorded.cell.setting.eta.front() * steps * dim));
  return out;
}

}  // namespace

std::vector<StallRoot> stall_roots(const std::vector<Recorded>& records) {
  struct Part {
    const Recorded *adaptive = nullptr, *control = nullptr;
  };
  std::vector<std::string> order;
  std::map<std::string, std::map<double, Part>> settings;  // block, u
  for (const Recorded& recorded : records) {
    const double u = recorded.cell.setting.problem.parameters.find("scale")->second.front();
    if (!settings.contains(recorded.cell.block)) order.push_back(recorded.cell.block);
    Part& part = settings[recorded.cell.block][u];
    (recorded.cell.setting.definition.has("denominator") ? part.adaptive : part.control) = &recorded;
  }
  std::vector<StallRoot> out;
  for (const std::string& block : order) {
    const auto& parts = settings[block];
    THALWEG_EXPECTS(parts.size() == 2);
    std::vector<double> u;
    std::vector<std::vector<double>> h;
    for (const auto& [gradient, part] : parts) {
      THALWEG_EXPECTS(part.adaptive != nullptr && part.control != nullptr);
      const double idle = 1.0 / denominator_at(part.adaptive->cell.setting.definition, std::sqrt(part.adaptive->cell.setting.noise.facts.variance[0].upper)).value;
      std::vector<double> mean = mean_updates(*part.adaptive, gradient);
      const std::vector<double> control = mean_updates(*part.control, gradient);
      for (std::size_t r = 0; r < mean.size(); ++r) mean[r] += idle * (gradient - control[r]);
      u.push_back(gradient);
      h.push_back(std::move(mean));
    }
    const double low = moments_of(h[0]).mean(), high = moments_of(h[1]).mean(), rise = high - low, length = u[1] - u[0];
    // root = u_0 - length low / rise; its derivatives by low and high.
    Moments linear;
    for (std::size_t r = 0; r < h[0].size(); ++r) linear.add(length * (low * h[1][r] - high * h[0][r]) / (rise * rise));
    const Setting& setting = parts.begin()->second.adaptive->cell.setting;
    const Definition& d = setting.definition;
    StallRoot root;
    root.definition = d.has("beta") ? fmt::format("sadam, beta = {:.4g}", d.number("beta")) : fmt::format("adam, eps = {:.4g}", d.number("eps"));
    root.p = setting.noise.parameters.find("p")->second.front();
    root.beta1 = d.number("beta1");
    root.beta2 = d.number("beta2");
    root.predicted = stall_law(d, std::sqrt(setting.noise.facts.variance[0].upper), setting.noise.facts.third_moment[0].upper);
    root.measured = u[0] - length * low / rise;
    root.error = linear.deviation() / std::sqrt(static_cast<double>(linear.count()));
    out.push_back(root);
  }
  return out;
}

PolynomialFit fit_polynomial(std::span<const double> x, std::span<const double> y, std::span<const double> error, int first, int terms) {
  THALWEG_EXPECTS(x.size() == y.size() && x.size() == error.size() && terms >= 1 && static_cast<int>(x.size()) >= terms);
  const auto n = static_cast<std::size_t>(terms);
  // Normal equations [A | b | identity], solved by elimination with the largest pivot: the inverse holds the variances.
  std::vector<std::vector<double>> m(n, std::vector<double>(2 * n + 1, 0.0));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double weight = 1.0 / (error[i] * error[i]);
    for (std::size_t j = 0; j < n; ++j) {
      const double basis = std::pow(x[i], first + static_cast<int>(j));
      for (std::size_t k = 0; k < n; ++k) m[j][k] += weight * basis * std::pow(x[i], first + static_cast<int>(k));
      m[j][n] += weight * basis * y[i];
    }
  }
  for (std::size_t j = 0; j < n; ++j) m[j][n + 1 + j] = 1.0;
  for (std::size_t j = 0; j < n; ++j) {
    std::size_t pivot = j;
    for (std::size_t i = j + 1; i < n; ++i)
      if (std::fabs(m[i][j]) > std::fabs(m[pivot][j])) pivot = i;
    std::swap(m[j], m[pivot]);
    for (std::size_t i = 0; i < n; ++i) {
      if (i == j) continue;
      const double factor = m[i][j] / m[j][j];
      for (std::size_t k = j; k < m[i].size(); ++k) m[i][k] -= factor * m[j][k];
    }
  }
  PolynomialFit fit;
  for (std::size_t j = 0; j < n; ++j) {
    fit.coefficients.push_back(m[j][n] / m[j][j]);
    fit.errors.push_back(std::sqrt(m[j][n + 1 + j] / m[j][j]));
  }
  return fit;
}

}  // namespace thalweg
