#include "analysis/report/problem_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "analysis/report/contour_lines.hpp"
#include "analysis/report/problem_facts.hpp"
#include "analysis/report/problem_scene.hpp"
#include "analysis/report/svg_panel.hpp"

namespace thalweg {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
// Told apart by colour-blind readers (Okabe & Ito 2008), and in grey by their dashes.
constexpr std::string_view curve_style = "stroke=\"#0072b2\" stroke-width=\"1.7\"";
constexpr std::string_view dashed_style = "stroke=\"#d55e00\" stroke-width=\"1.4\" stroke-dasharray=\"8 4\"";
constexpr std::string_view dotted_style = "stroke=\"#007a59\" stroke-width=\"1.6\" stroke-dasharray=\"2 3\"";

struct Frame {
  double width, height;
};

// ---- contours

constexpr std::size_t cells_across = 144, cells_down = 117, most_levels = 13, most_contour_bytes = 36000;

Grid grid_of(const Problem& problem, const Window& window) {
  Grid grid{cells_across, cells_down, {}};
  for (std::size_t j = 0; j <= cells_down; ++j)
    for (std::size_t i = 0; i <= cells_across; ++i) {
      const std::array<double, 2> x = {window.left + (window.right - window.left) * (static_cast<double>(i) / cells_across),
                                       window.bottom + (window.top - window.bottom) * (static_cast<double>(j) / cells_down)};
      grid.values.push_back(problem.value({x.data(), 2}));
    }
  return grid;
}

// Without f*: what lies above the least value on the grid.
void shift_to_least(Grid& grid) {
  double least = std::numeric_limits<double>::infinity();
  for (double f : grid.values)
    if (std::isfinite(f)) least = std::min(least, f);
  for (double& f : grid.values) f -= least;
}

struct Levels {
  std::string_view digits;
  std::vector<double> values;
};

// digits times powers of ten between the smallest values (one in 400 is below the first level) and the largest.
Levels levels_of(const Grid& grid, std::string_view digits, std::span<const double> mantissas) {
  std::vector<double> sorted;
  for (double f : grid.values)
    if (std::isfinite(f) && f > 0.0) sorted.push_back(f);
  Levels levels{digits, {}};
  if (sorted.empty()) return levels;
  std::sort(sorted.begin(), sorted.end());
  const double high = sorted.back(), low = std::max(sorted[sorted.size() / 400], 1e-9 * high);
  for (int k = static_cast<int>(std::floor(decimal_logarithm(low))) - 1; k <= static_cast<int>(std::ceil(decimal_logarithm(high))) + 1; ++k)
    for (double mantissa : mantissas)
      if (const double level = mantissa * power_of_ten(k); level > low && level < high) levels.values.push_back(level);
  return levels;
}

using Place = std::array<double, 2>;  // tenths of a pixel

double off_chord(const Place& p, const Place& a, const Place& b) {
  const double dx = b[0] - a[0], dy = b[1] - a[1], length = std::sqrt(dx * dx + dy * dy);
  const double ox = p[0] - a[0], oy = p[1] - a[1];
  return length > 0.0 ? std::fabs(dx * oy - dy * ox) / length : std::sqrt(ox * ox + oy * oy);
}

// Marks the points between first and last without which the line would be off by more than a quarter of a pixel (Douglas & Peucker 1973).
void keep_bends(const std::vector<Place>& line, std::size_t first, std::size_t last, std::vector<bool>& kept) {
  double most = 2.5;
  std::size_t bend = first;
  for (std::size_t k = first + 1; k < last; ++k)
    if (const double off = off_chord(line[k], line[first], line[last]); off > most) most = off, bend = k;
  if (bend == first) return;
  kept[bend] = true;
  keep_bends(line, first, bend, kept);
  keep_bends(line, bend, last, kept);
}

// Each point as the difference to the one before.
std::string line_text(const GridLine& line, const Frame& frame) {
  std::vector<Place> places;
  for (const auto& p : line) places.push_back({std::round(10.0 * frame.width * (p[0] / cells_across)), std::round(10.0 * frame.height * (1.0 - p[1] / cells_down))});
  std::vector<bool> kept(places.size(), false);
  kept.front() = kept.back() = true;
  keep_bends(places, 0, places.size() - 1, kept);
  Place last = places.front();
  std::string all = fmt::format("M{:.0f} {:.0f}", last[0], last[1]);
  bool first = true;
  for (std::size_t k = 1; k < places.size(); ++k) {
    const double dx = places[k][0] - last[0], dy = places[k][1] - last[1];
    if (!kept[k] || (dx == 0.0 && dy == 0.0)) continue;
    all += fmt::format("{}{:.0f}{}{:.0f}", first ? "l" : dx < 0.0 ? "" : " ", dx, dy < 0.0 ? "" : " ", dy);
    first = false;
    last = places[k];
  }
  return first ? "" : all;
}

// From dark at the lowest level to light at the highest.
std::string shade(std::size_t k, std::size_t count) {
  const double s = count > 1 ? static_cast<double>(k) / static_cast<double>(count - 1) : 0.0;
  const auto mixed = [&](double dark, double light) { return std::lround(dark + s * (light - dark)); };
  return fmt::format("#{:02x}{:02x}{:02x}", mixed(8, 158), mixed(48, 202), mixed(107, 225));
}

std::string contours(const Grid& grid, const Levels& levels, const Frame& frame) {
  std::string all = "<g transform=\"scale(0.1)\" stroke-width=\"9\">\n";
  for (std::size_t k = 0; k < levels.values.size(); ++k) {
    std::string d;
    for (const GridLine& line : contour_lines(grid, levels.values[k])) d += line_text(line, frame);
    if (!d.empty()) all += fmt::format("<path stroke=\"{}\" d=\"{}\"/>\n", shade(k, levels.values.size()), d);
  }
  return all + "</g>\n";
}

// The finest of a few scales that neither crowds the picture nor the file.
Levels drawn_levels(const Grid& grid, const Frame& frame, std::string& text) {
  static constexpr std::array<double, 6> six = {1.0, 1.5, 2.0, 3.0, 5.0, 7.0};
  static constexpr std::array<double, 3> three = {1.0, 2.0, 5.0};
  static constexpr std::array<double, 2> two = {1.0, 3.0};
  static constexpr std::array<double, 1> one = {1.0};
  const std::array<std::pair<std::string_view, std::span<const double>>, 4> scales = {{{"1, 1.5, 2, 3, 5, 7", six}, {"1, 2, 5", three}, {"1, 3", two}, {"1", one}}};
  Levels levels;
  for (const auto& [digits, mantissas] : scales) {
    levels = levels_of(grid, digits, mantissas);
    if (levels.values.size() > most_levels && mantissas.size() > 1) continue;
    text = contours(grid, levels, frame);
    if (text.size() <= most_contour_bytes) break;
  }
  return levels;
}

std::string way_text(const SvgPanel& panel, const Descent& descent) {
  std::string line, dots, last;
  double dot_x = -1e9, dot_y = -1e9;
  for (const auto& x : descent.points) {
    const double across = panel.across(x[0]), down = panel.down(x[1]);
    const std::string at = fmt::format("{:.1f} {:.1f}", across, down);
    if (at == last) continue;
    line += (line.empty() ? "M" : "L") + at;
    last = at;
    if (std::fabs(across - dot_x) + std::fabs(down - dot_y) < 6.0) continue;  // dots that lie apart
    dots += "M" + at + "h0";
    dot_x = across;
    dot_y = down;
  }
  return panel.path(line, "stroke=\"#ffffff\" stroke-width=\"3.4\"") + panel.path(line, "stroke=\"#d55e00\" stroke-width=\"1.5\"") +
         panel.path(dots, "stroke=\"#d55e00\" stroke-width=\"3.6\" stroke-linecap=\"round\"");
}

std::string region_frame(const SvgPanel& panel, const Box& region) {
  if (region.everything()) return "";
  const double left = panel.across(region.lower[0]), right = panel.across(region.upper[0]), bottom = panel.down(region.lower[1]), top = panel.down(region.upper[1]);
  return panel.path(fmt::format("M{0:.1f} {1:.1f}H{2:.1f}V{3:.1f}H{0:.1f}Z", left, bottom, right, top), "stroke=\"#777777\" stroke-width=\"1\" stroke-dasharray=\"1 3\"");
}

std::string plane_panel(const Problem& problem, const Section& section, const Frame& frame, double left, double top) {
  const bool known = infimum_known(problem.facts);
  const Descent descent = descend(problem);
  const Window window = window_of(problem, descent);
  Grid grid = grid_of(problem, window);
  if (!known) shift_to_least(grid);
  std::string lines;
  const Levels levels = drawn_levels(grid, frame, lines);
  SvgPanel panel{frame.width, frame.height, {window.left, window.right, false, "x1"}, {window.bottom, window.top, false, "x2"}, known ? "contours of f - f*" : "contours of f above its least value here", {}};
  if (!levels.values.empty())
    panel.notes.push_back(fmt::format("levels {:g} to {:g}, dark to light: {} x 10^k", levels.values.front(), levels.values.back(), levels.digits));
  const std::size_t steps = descent.points.size() - 1;
  const std::string step = descent.step > 0.0 ? fmt::format("step 1/L = {:.4g}", descent.step) : "backtracking";
  panel.notes.push_back(fmt::format("orange: gradient descent, {}, {} step{}", step, steps, steps == 1 ? "" : "s"));
  const auto from = section.at(section.s.front()), to = section.at(section.s.back());
  lines += region_frame(panel, problem.facts.region);
  lines += panel.path(panel.curve({from[0], to[0]}, {from[1], to[1]}), "stroke=\"#777777\" stroke-width=\"1\" stroke-dasharray=\"5 3\"");
  lines += way_text(panel, descent);
  const std::string mark = problem.facts.minimiser ? panel.cross((*problem.facts.minimiser)[0], (*problem.facts.minimiser)[1]) : "";
  return panel.text(left, top, lines, mark + panel.ring(problem.start[0], problem.start[1]));
}

// ---- along the line

// An end of a constant as a straight line, where it is declared.
struct Declared {
  std::string name;  // with its relation: "L =", "L <="
  double value = 0.0;
  bool regional = false;
  Trust trust = Trust::proved;
  std::string_view style, dashes;
};

std::string_view relation(const Constant& c, std::string_view one_sided) { return fmt::format("{:.6g}", c.lower) == fmt::format("{:.6g}", c.upper) ? "=" : one_sided; }

Declared upper_end(std::string_view name, const Constant& c, bool regional) { return {fmt::format("{} {}", name, relation(c, "<=")), c.upper, regional, c.trust, dashed_style, "dashed"}; }
Declared lower_end(std::string_view name, const Constant& c, bool regional) { return {fmt::format("{} {}", name, relation(c, ">=")), c.lower, regional, c.trust, dotted_style, "dotted"}; }

std::string straight(const SvgPanel& panel, const Section& section, const Declared& line) {
  std::vector<double> ys;
  for (bool in_region : section.in_region) ys.push_back(in_region || !line.regional ? line.value : nan);
  return panel.path(panel.curve(section.s, ys), line.style);
}

std::string note(const Declared& line, bool shown) {
  const std::string text = fmt::format("{} {:.6g}, {}{}", line.name, line.value, to_string(line.trust), line.regional ? " on the region" : "");
  return shown ? fmt::format("{}: {}", line.dashes, text) : text + ": beyond";
}

bool finite(const Constant& c) { return c.known() && c.upper <= std::numeric_limits<double>::max(); }

// The bounds that the facts state for the curvature in any direction.
std::vector<Declared> curvature_bounds(const Facts& f) {
  std::vector<Declared> all;
  if (finite(f.L)) {
    all.push_back(upper_end("L", f.L, false));
  } else if (finite(f.on_region.L)) {
    all.push_back(upper_end("L", f.on_region.L, true));
  }
  if (f.convex && f.mu.known()) {
    all.push_back(lower_end("mu", f.mu, false));
  } else if (finite(f.weak_convexity)) {
    const Constant& rho = f.weak_convexity;
    all.push_back(lower_end("-rho", {0.0 - rho.upper, 0.0 - rho.lower, rho.trust, rho.source}, false));
  } else if (finite(f.on_region.least_curvature)) {
    all.push_back(lower_end("lambda_min", f.on_region.least_curvature, true));
  }
  return all;
}

std::vector<Declared> ratio_bounds(const Facts& f) {
  if (f.pl && f.mu_pl.lower > 0.0) return {lower_end("mu_pl", f.mu_pl, false)};
  if (f.on_region.mu_pl.known() && f.on_region.mu_pl.lower > 0.0) return {lower_end("mu_pl", f.on_region.mu_pl, true)};
  return {};
}

std::string line_label(const Section& section) {
  return section.from_minimiser ? "s: distance from the minimiser, to the start" : "s: distance from the start, along -grad f";
}

Axis along(const Section& section) { return {section.s.front(), section.s.back(), false, line_label(section)}; }

// The value at the s nearest to where a mark shall stand.
double near(const Section& section, const std::vector<double>& values, double s) {
  std::size_t best = 0;
  for (std::size_t k = 1; k < section.s.size(); ++k)
    if (std::fabs(section.s[k] - s) < std::fabs(section.s[best] - s)) best = k;
  return values[best];
}

// Room for what lies between minimiser and start, and for up to three times as much elsewhere.
Axis value_axis(const Section& section) {
  double between = 0.0;
  for (std::size_t k = 0; k < section.s.size(); ++k)
    if (section.s[k] >= 0.0 && (!section.from_minimiser || section.s[k] <= section.start)) between = std::max(between, section.value[k]);
  std::vector<double> shown = section.value;
  if (between > 0.0)
    for (double& f : shown) f = std::min(f, 3.0 * between);
  return linear_axis(shown, "");
}

// What is clipped to the frame, and what is not.
struct Drawn {
  std::string inside, over;
};

SvgPanel value_panel(const Problem& problem, const Section& section, const Frame& frame, Drawn& drawn) {
  SvgPanel panel{frame.width, frame.height, along(section), value_axis(section), infimum_known(problem.facts) ? "f - f*" : "f", {}};
  panel.notes = {section.from_minimiser ? "+ a minimiser, o the start" : "o the start"};
  drawn.inside = panel.path(panel.curve(section.s, section.value), curve_style);
  if (section.from_minimiser) drawn.over += panel.cross(0.0, near(section, section.value, 0.0));
  drawn.over += panel.ring(section.start, near(section, section.value, section.start));
  return panel;
}

SvgPanel curvature_panel(const Problem& problem, const Section& section, const Frame& frame, Drawn& drawn) {
  std::vector<double> values = section.curvature;
  double size = 0.0;
  for (double c : values)
    if (std::isfinite(c)) size = std::max(size, std::fabs(c));
  const std::vector<Declared> bounds = curvature_bounds(problem.facts);
  SvgPanel panel{frame.width, frame.height, along(section), {}, "curvature along the line", {}};
  const auto shown = [&](const Declared& line) { return size == 0.0 || std::fabs(line.value) <= 2.5 * size; };
  for (const Declared& line : bounds) {
    if (shown(line)) values.push_back(line.value);
    panel.notes.push_back(note(line, shown(line)));
  }
  panel.y = linear_axis(values, "");
  for (const Declared& line : bounds)
    if (shown(line)) drawn.inside += straight(panel, section, line);
  drawn.inside = panel.path(panel.curve(section.s, section.curvature), curve_style) + drawn.inside;
  return panel;
}

SvgPanel ratio_panel(const Problem& problem, const Section& section, const Frame& frame, Drawn& drawn) {
  std::vector<double> values = section.ratio;
  const std::vector<Declared> bounds = ratio_bounds(problem.facts);
  SvgPanel panel{frame.width, frame.height, along(section), {}, "|grad f|^2 / (2 (f - f*))", {}};
  for (const Declared& line : bounds) {
    values.push_back(line.value);
    panel.notes.push_back(note(line, true));
  }
  panel.y = logarithmic_axis(values, 1e-6, "");
  drawn.inside = panel.path(panel.curve(section.s, section.ratio), curve_style);
  for (const Declared& line : bounds) drawn.inside += straight(panel, section, line);
  return panel;
}

std::string shortened(const std::string& text, std::size_t most) { return text.size() <= most ? text : text.substr(0, most - 3) + "..."; }

constexpr double head = 44.0;

}  // namespace

std::string problem_picture(const Problem& problem) {
  const Section section = section_of(problem);
  const bool plane = problem.dim() == 2;
  const bool ratio = std::any_of(section.ratio.begin(), section.ratio.end(), [](double r) { return r > 0.0; });
  const Frame frame = plane ? Frame{300.0, 245.0} : Frame{262.0, 212.0};
  const double cell_width = panel_left + frame.width + panel_right, cell_height = panel_above + frame.height + panel_below;
  const std::size_t panels = (plane ? 3 : 2) + (ratio ? 1 : 0), columns = plane ? 2 : panels, rows = (panels + columns - 1) / columns;
  const double width = cell_width * static_cast<double>(columns), height = head + cell_height * static_cast<double>(rows);
  std::string out = fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" height=\"{1:.0f}\">\n<title>{2}</title>\n", width, height, svg_text(problem.entry.id));
  out += "<style>\npath { fill: none; stroke-linejoin: round; }\n.head { font: bold 15px sans-serif; }\n.name { font: bold 12px sans-serif; }\n.note { font: 10.5px sans-serif; fill: #444444; }\n"
         ".tick { font: 10.5px sans-serif; fill: #333333; }\n.frame { fill: none; stroke: #777777; stroke-width: 0.8; }\n</style>\n";
  out += fmt::format("<defs><clipPath id=\"frame\"><rect width=\"{:.0f}\" height=\"{:.0f}\"/></clipPath></defs>\n<rect width=\"{:.0f}\" height=\"{:.0f}\" fill=\"#ffffff\"/>\n", frame.width, frame.height, width, height);
  out += fmt::format("<text class=\"head\" x=\"12\" y=\"22\">{}</text>\n<text class=\"note\" x=\"12\" y=\"38\">{}</text>\n", svg_text(problem.entry.id), svg_text(shortened(problem.text, static_cast<std::size_t>(width / 6.0))));
  std::size_t placed = 0;
  const auto place = [&]() {
    const std::array<double, 2> at = {static_cast<double>(placed % columns) * cell_width, head + static_cast<double>(placed / columns) * cell_height};
    ++placed;
    return at;
  };
  if (plane) {
    const auto at = place();
    out += plane_panel(problem, section, frame, at[0], at[1]);
  }
  for (const auto panel_of : {value_panel, curvature_panel, ratio_panel}) {
    if (panel_of == ratio_panel && !ratio) continue;
    Drawn drawn;
    const SvgPanel panel = panel_of(problem, section, frame, drawn);
    const auto at = place();
    out += panel.text(at[0], at[1], drawn.inside, drawn.over);
  }
  return out + "</svg>\n";
}

}  // namespace thalweg
