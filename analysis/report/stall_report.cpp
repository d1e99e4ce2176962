#include "analysis/report/stall_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/stats/moments.hpp"
#include "analysis/study/stall.hpp"
#include "lib/core/check.hpp"

namespace thalweg {

std::vector<PlainTable> stall_floor(const std::vector<Recorded>& records, const std::vector<Card>&, double level) {
  PlainTable table{"stall", "E |f'|^2 of the second half, extrapolated to eta = 0, against u*^2 of Proposition N", {"method", "a", "eps or beta", "u*^2", "extrapolated", "ratio", "at the largest eta"}, {}, {}};
  std::map<std::string, std::map<double, const Recorded*, std::greater<>>> settings;
  std::vector<std::string> order;
  for (const Recorded& recorded : records) {
    const std::string key = recorded.cell.setting.noise.text + text(recorded.cell.setting.definition);
    if (!settings.contains(key)) order.push_back(key);
    settings[key][recorded.cell.setting.eta.front()] = &recorded;
  }
  const double each = simultaneous_level(level, order.size());
  std::size_t inside = 0;
  double worst = 0.0, bias = 0.0;
  for (const std::string& key : order) {
    std::vector<std::vector<double>> tails;
    std::vector<double> etas;
    for (const auto& [eta, recorded] : settings[key]) {
      tails.push_back(tail_mean(*recorded, Metric::mean_grad_sq));
      etas.push_back(eta);
    }
    if (tails.size() != 3 || std::fabs(etas[0] / etas[1] - 2.0) > 1e-9 || std::fabs(etas[1] / etas[2] - 2.0) > 1e-9)
      throw SpecError({{}, "eta", "", "the study of the stall floor has three steps, each half of the one before; --set eta does not apply"});
    const Setting& setting = settings[key].begin()->second->cell.setting;
    const auto& noise = *setting.noise.facts.two_point;
    const double u = stall_gradient(setting.definition, noise.a.upper, noise.p.upper, noise.b.upper);
    const Estimate limit = estimate_mean(extrapolated(tails[0], tails[1], tails[2]), std::nullopt, each);
    Estimate ratio = limit;
    for (double* end : {&ratio.value, &ratio.lower, &ratio.upper}) *end /= u * u;
    const double coarse = moments_of(tails[0]).mean();
    table.rows.push_back({setting.definition.method, number_text(noise.a.upper), number_text(setting.definition.number(setting.definition.has("eps") ? "eps" : "beta")), u * u, limit, ratio, coarse / (u * u)});
    inside += std::isfinite(ratio.lower) && std::isfinite(ratio.upper) && ratio.lower <= 1.0 && ratio.upper >= 1.0 ? 1 : 0;
    worst = std::max(worst, std::fabs(ratio.value - 1.0));
    bias = std::max(bias, std::fabs(coarse / (u * u) - 1.0));
  }
  table.sentences.push_back(fmt::format("{} of {} simultaneous {:g} % intervals contain the value of Proposition N; the largest departure after extrapolation is {} %, before it, at the largest step, {} %.", inside, order.size(), 100.0 * (1.0 - level), number_text(100.0 * worst, 2),
                                        number_text(100.0 * bias, 2)));
  table.sentences.push_back(inside == order.size() ? "Adam and Sadam without the maximum stall where Proposition N says, not at a stationary point." : "At some settings the extrapolated floor is not shown to be that of Proposition N.");
  return {table};
}

std::vector<PlainTable> stall_law_table(const std::vector<Recorded>& records, const std::vector<Card>&, double) {
  const std::vector<StallRoot> roots = stall_roots(records);
  PlainTable table{"stall-law", "Zero of the mean update against kappa mu3 D'(s) / (2 s D(s)): measured / predicted, by beta2", {"definition", "skewness", "beta1"}, {}, {}};
  std::vector<double> columns;
  for (const StallRoot& root : roots)
    if (std::find(columns.begin(), columns.end(), root.beta2) == columns.end()) columns.push_back(root.beta2);
  std::sort(columns.begin(), columns.end());
  for (const double beta2 : columns) table.columns.push_back(fmt::format("beta2 = {:g}", beta2));
  table.columns.insert(table.columns.end(), {"slope in 1 - beta2", "intercept"});
  struct Line {
    std::string definition;
    double p, beta1;
  };
  std::vector<Line> families;
  for (const StallRoot& root : roots)
    if (std::none_of(families.begin(), families.end(), [&](const Line& f) { return f.definition == root.definition && f.p == root.p && f.beta1 == root.beta1; })) families.push_back({root.definition, root.p, root.beta1});
  std::size_t tested = 0, agree = 0, linear = 0;
  double worst = 0.0, widest = 0.0, widest_error = 0.0;
  std::map<double, std::pair<double, double>> sizes;  // beta2: sum of squares of deviations less their variance, count
  for (const Line& family : families) {
    std::vector<double> x, y, error;
    std::vector<TableEntry> row = {family.definition, number_text((1.0 - 2.0 * family.p) / std::sqrt(family.p * (1.0 - family.p)), 3), number_text(family.beta1)};
    for (const double beta2 : columns) {
      const auto root = std::find_if(roots.begin(), roots.end(), [&](const StallRoot& r) { return r.definition == family.definition && r.p == family.p && r.beta1 == family.beta1 && r.beta2 == beta2; });
      THALWEG_EXPECTS(root != roots.end());
      row.emplace_back(fmt::format("{:.4f} +- {:.4f}", root->measured / root->predicted, root->deviation_error()));
      x.push_back(1.0 - beta2);
      y.push_back(root->deviation());
      error.push_back(root->deviation_error());
      sizes[beta2].first += root->deviation() * root->deviation() - root->deviation_error() * root->deviation_error();
      sizes[beta2].second += 1.0;
      if (beta2 < 0.99) continue;
      ++tested;
      agree += root->agrees() ? 1 : 0;
      worst = std::max(worst, std::fabs(root->deviation()));
    }
    // deviation = c0 + c1 (1 - beta2) + c2 (1 - beta2)^2 + c3 (...)^3: linear means c0 = 0.
    const PolynomialFit with = fit_polynomial(x, y, error, 0, 4), through = fit_polynomial(x, y, error, 1, 3);
    linear += std::fabs(with.coefficients[0]) <= 3.0 * with.errors[0] ? 1 : 0;
    if (std::fabs(with.coefficients[0]) > std::fabs(widest)) {
      widest = with.coefficients[0];
      widest_error = with.errors[0];
    }
    row.emplace_back(fmt::format("{:+.2f} +- {:.2f}", through.coefficients[0], through.errors[0]));
    row.emplace_back(fmt::format("{:+.4f} +- {:.4f}", with.coefficients[0], with.errors[0]));
    table.rows.push_back(std::move(row));
  }
  table.sentences.push_back(fmt::format("beta2 >= 0.99: {} of {} settings lie within 5 % or three standard errors, whichever is larger; the largest departure is {} %.", agree, tested, number_text(100.0 * worst, 2)));
  table.sentences.push_back(fmt::format("The departure is a polynomial in 1 - beta2 without constant term: {} of {} intercepts lie within three standard errors of 0 (the largest is {:+.4f} +- {:.4f}).", linear, families.size(), widest, widest_error));
  const auto size = [&](double beta2) { return std::sqrt(std::max(0.0, sizes.at(beta2).first / sizes.at(beta2).second)); };
  if (sizes.contains(0.9) && sizes.contains(0.99) && size(0.99) > 0.0)
    table.sentences.push_back(fmt::format("Its root mean square, noise taken off, falls from {} % at beta2 = 0.9 to {} % at 0.99: a factor {} for a factor 10 in 1 - beta2.", number_text(100.0 * size(0.9), 3), number_text(100.0 * size(0.99), 3), number_text(size(0.9) / size(0.99), 3)));
  table.sentences.push_back(agree == tested && linear == families.size() ? "The law holds to first order in 1 - beta2." : "At some settings the law is not confirmed.");
  return {table};
}

}  // namespace thalweg
