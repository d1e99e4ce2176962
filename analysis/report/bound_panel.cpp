#include "analysis/report/bound_panel.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/theory/verdict.hpp"

namespace thalweg {

std::string short_label(const std::string& theorem) {
  if (!theorem.starts_with("theorem-")) return theorem;
  std::string label = theorem.substr(8);
  if (const std::size_t at = label.find("-prime"); at != std::string::npos) label.replace(at, 6, "'");
  if (const std::size_t at = label.find("-post-any"); at != std::string::npos) label.replace(at, 9, "-post");
  label[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(label[0])));
  if (const std::size_t at = label.find("-pl"); at != std::string::npos) label.replace(at, 3, "-PL");
  return label;
}

std::string axis_label(const std::string& metric) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 15> words = {{{"mean_grad_sq", "mean of $\\Vert\\nabla f(x_s)\\Vert^2$, $s \\leq t$"},
                                                                                   {"sampled_grad_sq", "mean of $\\Vert\\nabla f(x_s)\\Vert^2$, $s \\leq t$"},
                                                                                   {"mean_f_gap", "mean of $f(x_s) - f^\\star$, $s \\leq t$"},
                                                                                   {"f_gap", "$f(x_{t+1}) - f^\\star$"},
                                                                                   {"grad_sq", "$\\Vert\\nabla f(x_{t+1})\\Vert^2$"},
                                                                                   {"min_grad_sq", "least $\\Vert\\nabla f(x_s)\\Vert^2$, $s \\leq t + 1$"},
                                                                                   {"min_f_gap", "least $f(x_s) - f^\\star$, $s \\leq t + 1$"},
                                                                                   {"f_gap_average", "$f - f^\\star$ at the average of the iterates"},
                                                                                   {"dist_sq", "$\\Vert x_{t+1} - x^\\star\\Vert^2$"},
                                                                                   {"rate_max", "adaptive learning rate"},
                                                                                   {"rate_min", "adaptive learning rate"},
                                                                                   {"regret", "regret"},
                                                                                   {"mean_regret", "regret / $t$"},
                                                                                   {"mean_grad_l1", "mean of $\\Vert\\nabla f(x_s)\\Vert_1$, $s \\leq t$"},
                                                                                   {"mean_grad_norm", "mean of $\\Vert\\nabla f(x_s)\\Vert$, $s \\leq t$"}}};
  const auto found = std::find_if(words.begin(), words.end(), [&](const auto& one) { return one.first == metric; });
  return found == words.end() ? metric : std::string(found->second);
}

void BoundPanel::see(const Series& series) {
  for (double y : series.y) {
    if (!std::isfinite(y)) continue;
    all_positive_ = all_positive_ && y >= 0.0;
    if (y > 0.0) lowest_ = std::min(lowest_, y);
    highest_ = std::max(highest_, y);
  }
}

void BoundPanel::add(Series series) {
  see(series);
  panel_.series.push_back(std::move(series));
}

bool BoundPanel::add(const Cell& cell, const Card& card, const Trajectories& trajectories, bool measured, const std::string& label) {
  const std::string method = cell.setting.definition.method;
  const bool threshold = card.kind == Kind::threshold;
  Series curve{method, label, Role::measured, {}, {}, {}, {}}, bound{method, short_label(card.id), Role::bound, {}, {}, {}, {}};
  for (std::size_t row = 0; row < trajectories.steps.size(); ++row) {
    const Judgement judgement = judge(card, cell.setting, trajectories, row, level_);
    // A threshold speaks of the end alone; the way there is shown.
    if (judgement.verdict == Verdict::not_applicable && !threshold) continue;
    const auto t = static_cast<double>(trajectories.steps[row]);
    const auto metric = static_cast<Metric>(std::find(metric_names.begin(), metric_names.end(), card.metric) - metric_names.begin());
    curve.x.push_back(t);
    curve.y.push_back(threshold ? trajectories.at(metric, row, 0) : judgement.functional.value);
    if (!threshold) {
      curve.lower.push_back(judgement.functional.lower);
      curve.upper.push_back(judgement.functional.upper);
    }
    bound.x.push_back(t);
    bound.y.push_back(judgement.bound.upper());
    trivial_ = std::max(trivial_, judgement.trivial.upper());
    if (row + 1 == trajectories.steps.size() && judgement.verdict == Verdict::vacuous) bound.role = Role::vacuous;
  }
  if (curve.x.empty()) return false;
  panel_.y_label = axis_label(card.metric);
  if (threshold) floor_ = card.tolerance.value_or(1e-30);
  if (!measured) add(std::move(curve));
  if (threshold) return true;
  for (double y : bound.y) {
    all_positive_ = all_positive_ && y > 0.0;  // a bound of 0, such as that of a mean regret which vanishes, is seen on a linear axis alone
    if (std::isfinite(y)) highest_bound_ = std::max(highest_bound_, y);
  }
  panel_.series.push_back(std::move(bound));
  return true;
}

// A metric with a known trivial value ends a little above it: a bound beyond says nothing. Otherwise the bounds are shown.
Panel BoundPanel::panel(std::string title) && {
  panel_.title = std::move(title);
  panel_.log_y = all_positive_ && highest_ > 0.0;
  if (!panel_.log_y || !std::isfinite(lowest_)) return std::move(panel_);
  const bool known = std::isfinite(trivial_) && trivial_ > 0.0 && floor_ == 0.0;
  const double top = std::max(known ? trivial_ : highest_bound_, highest_), bottom = floor_ > 0.0 ? std::max(lowest_, 1e-6 * floor_) : lowest_;
  panel_.y_limits = {bottom / 3.0, 6.0 * top};
  if (known) panel_.trivial = trivial_;
  return std::move(panel_);
}

}  // namespace thalweg
