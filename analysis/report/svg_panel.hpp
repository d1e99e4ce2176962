// A panel of a hand-written SVG picture: a frame with two axes, ticks and labels, and curves in it. The same text on every machine: no function of the C
// library decides a digit.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace thalweg {

struct Axis {
  double low = 0.0, high = 1.0;  // low < high; logarithmic: both positive
  bool logarithmic = false;
  std::string label;

  double position(double value) const;  // 0 at low, 1 at high
  std::vector<double> ticks() const;
};
// A linear axis that shows all of the values with a margin; those that are not finite do not count.
Axis linear_axis(const std::vector<double>& values, std::string label);
// A logarithmic one of the positive values, down to `depth` times the largest.
Axis logarithmic_axis(const std::vector<double>& values, double depth, std::string label);

double decimal_logarithm(double x);
double power_of_ten(int exponent);  // correctly rounded; |exponent| <= 300

// How wide a margin the panel needs for its ticks and labels.
inline constexpr double panel_left = 58.0, panel_right = 14.0, panel_above = 52.0, panel_below = 42.0;

struct SvgPanel {
  double width, height;  // of the frame
  Axis x, y;
  std::string title;
  std::vector<std::string> notes;  // at most two lines below the title

  double across(double value) const;  // pixels from the left edge, kept within +-2000
  double down(double value) const;
  // A curve through the points, broken where one is not finite.
  std::string curve(const std::vector<double>& xs, const std::vector<double>& ys) const;
  // Attributes of a path.
  std::string path(const std::string& d, std::string_view attributes) const;
  std::string cross(double at_x, double at_y) const;   // marks a minimiser
  std::string ring(double at_x, double at_y) const;    // marks a start
  // The panel with its upper left corner, margins included, at (left, top); `inside` is clipped to the frame (by "#frame", of the document), `over` is not.
  std::string text(double left, double top, const std::string& inside, const std::string& over) const;
};

// "&", "<" and ">" as entities.
std::string svg_text(std::string_view text);

}  // namespace thalweg
