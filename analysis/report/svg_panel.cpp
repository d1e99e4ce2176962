#include "analysis/report/svg_panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "lib/core/check.hpp"
#include "lib/core/scalar_num.hpp"

namespace thalweg {

namespace {

constexpr double ln_ten = 2.302585092994045684;

// Of 1, 2 and 5 times a power of ten the one that gives at most `most` steps.
double tick_step(double length, double most) {
  int exponent = static_cast<int>(std::floor(decimal_logarithm(length / most))) - 1;
  for (;; ++exponent)
    for (double mantissa : {1.0, 2.0, 5.0})
      if (length <= most * mantissa * power_of_ten(exponent)) return mantissa * power_of_ten(exponent);
}

std::vector<double> linear_ticks(double low, double high) {
  const double step = tick_step(high - low, 6.0);
  std::vector<double> all;
  for (double k = std::ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k += 1.0) all.push_back(k * step + 0.0);  // no -0
  return all;
}

std::vector<double> logarithmic_ticks(double low, double high) {
  const double decades = decimal_logarithm(high / low);
  const int first = static_cast<int>(std::floor(decimal_logarithm(low))) - 1, last = static_cast<int>(std::ceil(decimal_logarithm(high))) + 1;
  const int stride = std::max(1, static_cast<int>(std::ceil(decades / 7.0)));
  std::vector<double> all;
  for (int k = first; k <= last; ++k)
    for (double mantissa : {1.0, 2.0, 5.0}) {
      if (mantissa > 1.0 ? decades > 2.2 : (k % stride) != 0) continue;
      const double value = mantissa * power_of_ten(k);
      if (value >= low && value <= high) all.push_back(value);
    }
  return all;
}

}  // namespace

double decimal_logarithm(double x) { return m::log(x) / ln_ten; }

double power_of_ten(int exponent) {
  THALWEG_EXPECTS(exponent >= -300 && exponent <= 300);
  const std::string text = fmt::format("1e{}", exponent);
  double value = 0.0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

double Axis::position(double value) const {
  if (!logarithmic) return (value - low) / (high - low);
  return value > 0.0 ? m::log(value / low) / m::log(high / low) : -std::numeric_limits<double>::infinity();
}

std::vector<double> Axis::ticks() const { return logarithmic ? logarithmic_ticks(low, high) : linear_ticks(low, high); }

Axis linear_axis(const std::vector<double>& values, std::string label) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (double value : values)
    if (std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
  if (!(low <= high)) low = 0.0, high = 1.0;
  const double size = std::max(std::fabs(low), std::fabs(high));
  const double margin = high - low > 1e-9 * size ? 0.06 * (high - low) : size > 0.0 ? 0.5 * size : 1.0;
  return {low - margin, high + margin, false, std::move(label)};
}

Axis logarithmic_axis(const std::vector<double>& values, double depth, std::string label) {
  double low = std::numeric_limits<double>::infinity(), high = 0.0;
  for (double value : values)
    if (std::isfinite(value) && value > 0.0) low = std::min(low, value), high = std::max(high, value);
  if (!(high > 0.0)) low = high = 1.0;
  low = std::max(low, depth * high);
  const double margin = high > 3.0 * low ? 1.8 : 4.0;  // a constant too lies between two ticks
  return {low / margin, high * margin, true, std::move(label)};
}

double SvgPanel::across(double value) const { return std::clamp(x.position(value) * width, -2000.0, 2000.0); }
double SvgPanel::down(double value) const { return std::clamp((1.0 - y.position(value)) * height, -2000.0, 2000.0); }

std::string SvgPanel::curve(const std::vector<double>& xs, const std::vector<double>& ys) const {
  std::string all;
  bool drawing = false;
  for (std::size_t k = 0; k < xs.size(); ++k) {
    const bool whole = std::isfinite(xs[k]) && std::isfinite(ys[k]);
    if (whole) all += fmt::format("{}{:.1f} {:.1f}", drawing ? "L" : "M", across(xs[k]), down(ys[k]));
    drawing = whole;
  }
  return all;
}

std::string SvgPanel::path(const std::string& d, std::string_view attributes) const { return d.empty() ? "" : fmt::format("<path {} d=\"{}\"/>\n", attributes, d); }

std::string SvgPanel::cross(double at_x, double at_y) const {
  const std::string d = fmt::format("M{:.1f} {:.1f}h10m-5 -5v10", across(at_x) - 5.0, down(at_y));
  return path(d, "stroke=\"#ffffff\" stroke-width=\"4.5\"") + path(d, "stroke=\"#000000\" stroke-width=\"1.8\"");
}

std::string SvgPanel::ring(double at_x, double at_y) const {
  return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\" fill=\"#ffffff\" stroke=\"#000000\" stroke-width=\"1.4\"/>\n", across(at_x), down(at_y));
}

std::string SvgPanel::text(double left, double top, const std::string& inside, const std::string& over) const {
  std::string out = fmt::format("<g transform=\"translate({:.0f} {:.0f})\">\n<text class=\"name\" x=\"0\" y=\"{}\">{}</text>\n", left + panel_left, top + panel_above, notes.size() > 1 ? -36 : notes.empty() ? -9 : -23, svg_text(title));
  for (std::size_t k = 0; k < notes.size(); ++k) out += fmt::format("<text class=\"note\" x=\"0\" y=\"{}\">{}</text>\n", k + 1 == notes.size() ? -8 : -21, svg_text(notes[k]));
  out += "<g clip-path=\"url(#frame)\">\n" + inside + "</g>\n";
  std::string marks;
  for (double tick : x.ticks()) {
    marks += fmt::format("M{:.1f} {:.0f}v4", across(tick), height);
    out += fmt::format("<text class=\"tick\" text-anchor=\"middle\" x=\"{:.1f}\" y=\"{:.0f}\">{:g}</text>\n", across(tick), height + 16.0, tick);
  }
  for (double tick : y.ticks()) {
    marks += fmt::format("M0 {:.1f}h-4", down(tick));
    out += fmt::format("<text class=\"tick\" text-anchor=\"end\" x=\"-7\" y=\"{:.1f}\">{:g}</text>\n", down(tick) + 3.5, tick);
  }
  out += path(marks, "stroke=\"#555555\" stroke-width=\"0.8\"") + fmt::format("<rect class=\"frame\" width=\"{:.0f}\" height=\"{:.0f}\"/>\n", width, height);
  out += fmt::format("<text class=\"tick\" text-anchor=\"middle\" x=\"{:.0f}\" y=\"{:.0f}\">{}</text>\n", 0.5 * width, height + 32.0, svg_text(x.label));
  if (!y.label.empty()) out += fmt::format("<text class=\"tick\" text-anchor=\"middle\" transform=\"translate(-38 {:.0f}) rotate(-90)\">{}</text>\n", 0.5 * height, svg_text(y.label));
  return out + over + "</g>\n";
}

std::string svg_text(std::string_view text) {
  std::string out;
  for (char c : text) out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  return out;
}

}  // namespace thalweg
