#include "analysis/report/path_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "lib/engine/step.hpp"

namespace thalweg {

namespace {

using Point = std::array<double, 2>;

constexpr std::size_t steps = 60;
constexpr double astray = 100.0;  // a path that gets so far shows nothing
constexpr Point start = {-1.2, 1.0}, minimiser = {1.0, 1.0};
// The window, and a panel of it in points.
constexpr double left = -1.75, right = 1.65, bottom = -0.6, top = 2.1;
constexpr double panel_width = 204.0, panel_height = 162.0, gap = 14.0, title_height = 34.0;
constexpr std::size_t most_columns = 4;

double value(const Point& x) {
  const double bend = x[1] - x[0] * x[0];
  return (1.0 - x[0]) * (1.0 - x[0]) + 10.0 * bend * bend;
}
Point gradient(const Point& x) {
  const double bend = x[1] - x[0] * x[0];
  return {-2.0 * (1.0 - x[0]) - 40.0 * x[0] * bend, 20.0 * bend};
}

// 10^(k/4), as written: no power function decides a digit of the picture.
constexpr std::array<double, 4> mantissas = {1.0, 1.8, 3.2, 5.6};
std::vector<double> step_sizes_tried() {
  std::vector<double> all;
  double decade = 1e-4;
  for (int k = -4; k <= 2; ++k, decade *= 10.0)
    for (double mantissa : mantissas) all.push_back(decade * mantissa);
  return all;
}

std::optional<Path> path_of(const Definition& definition, double eta) {
  Stepper<double> stepper(rule_instance(definition), 2, {std::nullopt, 1});
  // The iterate is x, or one of the state.
  const auto& state = method_entry(definition).state;
  const auto slot = static_cast<std::size_t>(std::find(state.begin(), state.end(), method_entry(definition).reported) - state.begin());
  Path path{eta, {start}};
  Point x = start, kept{};  // kept: the gradient of the one sample, f itself
  for (std::size_t t = 0; t < steps; ++t) {
    for (unsigned call = 0; call < stepper.calls(); ++call) {
      Point g = gradient(x);
      if (stepper.asked() == Asked::recalled) {
        g = kept;
      } else if (of_memory(stepper.asked())) {
        std::swap(g, kept);
        g = {kept[0] - g[0], kept[1] - g[1]};
      }
      if (!stepper.step(eta, g.data(), x.data(), value(x))) return std::nullopt;  // the least value is 0
    }
    if (!(std::fabs(x[0]) <= astray && std::fabs(x[1]) <= astray)) return std::nullopt;
    path.points.push_back(slot == state.size() ? x : Point{stepper.state(slot, 0), stepper.state(slot, 1)});
  }
  return path;
}

double badness(const Path& path) {
  double sum = 0.0;
  for (const Point& x : path.points) sum += value(x);
  return sum;
}

double across(double x) { return (x - left) / (right - left) * panel_width; }
double down(double y) { return (top - y) / (top - bottom) * panel_height; }

// ---- contours: marching squares, each level as one path of short lines

constexpr std::size_t columns_of_cells = 102, rows_of_cells = 81;
constexpr std::array<double, 9> levels = {0.05, 0.2, 0.6, 1.5, 3.5, 8.0, 18.0, 40.0, 90.0};

Point between(const Point& a, double fa, const Point& b, double fb, double level) {
  const double s = (level - fa) / (fb - fa);
  return {a[0] + s * (b[0] - a[0]), a[1] + s * (b[1] - a[1])};
}

void add_segments(std::string& all, const std::array<Point, 4>& corner, const std::array<double, 4>& f, double level) {
  std::vector<Point> crossings;
  for (std::size_t k = 0; k < 4; ++k) {
    const std::size_t next = (k + 1) % 4;
    if ((f[k] < level) != (f[next] < level)) crossings.push_back(between(corner[k], f[k], corner[next], f[next], level));
  }
  for (std::size_t k = 0; k + 1 < crossings.size(); k += 2)
    all += fmt::format("M{:.1f} {:.1f}L{:.1f} {:.1f}", across(crossings[k][0]), down(crossings[k][1]), across(crossings[k + 1][0]), down(crossings[k + 1][1]));
}

std::string contours() {
  std::string all;
  for (std::size_t k = 0; k < levels.size(); ++k) {
    std::string path;
    for (std::size_t i = 0; i < columns_of_cells; ++i)
      for (std::size_t j = 0; j < rows_of_cells; ++j) {
        const auto at = [&](std::size_t column, std::size_t row) -> Point {
          return {left + (right - left) * static_cast<double>(column) / columns_of_cells, bottom + (top - bottom) * static_cast<double>(row) / rows_of_cells};
        };
        const std::array<Point, 4> corner = {at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)};
        add_segments(path, corner, {value(corner[0]), value(corner[1]), value(corner[2]), value(corner[3])}, levels[k]);
      }
    all += fmt::format("<path d=\"{}\"/>\n", path);
  }
  return all;
}

// ---- paths

std::string points_of(const Path& path) {
  std::string all;
  // What leaves the window is clipped; what leaves it far is drawn at its edge, so that numbers stay short.
  for (const Point& x : path.points)
    all += fmt::format("{}{:.1f},{:.1f}", all.empty() ? "" : " ", std::clamp(across(x[0]), -999.0, 999.0), std::clamp(down(x[1]), -999.0, 999.0));
  return all;
}

// Colours that are told apart in grey and by colour-blind readers (Okabe & Ito 2008), the yellow left out.
constexpr std::array<std::string_view, 6> colours = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"};

struct Shown {
  const MethodEntry* entry;
  Path path;
  std::string note;  // what of the definition is not the paper's
};

// A method whose first steps are as long as 1 / eps goes astray with its own eps: it is shown with the power of ten up to 1 that leads furthest down.
Shown shown(const MethodEntry& entry) {
  Shown best{&entry, best_path(define(entry.id)), ""};
  if (!best.path.points.empty() || !define(entry.id).has("eps")) return best;
  double least = std::numeric_limits<double>::infinity();
  for (const char* eps : {"1e-7", "1e-6", "1e-5", "1e-4", "1e-3", "1e-2", "0.1", "1"}) {
    Path path = best_path(define(entry.id, {{"eps", eps}}));
    if (path.points.empty() || !(badness(path) < least)) continue;
    least = badness(path);
    best = {&entry, std::move(path), fmt::format("eps = {}, ", eps)};
  }
  return best;
}

std::string panel(const std::vector<Shown>& all, std::size_t which) {
  const Shown& own = all[which];
  const std::string_view colour = colours[which % colours.size()];
  const double x = gap + static_cast<double>(which % most_columns) * (panel_width + gap);
  const double y = gap + static_cast<double>(which / most_columns) * (panel_height + title_height + gap) + title_height;
  std::string out = fmt::format("<g transform=\"translate({:.1f} {:.1f})\">\n<text class=\"name\" x=\"0\" y=\"-18\">{}</text>\n", x, y, own.entry->id);
  out += own.path.points.empty() ? "<text class=\"note\" x=\"0\" y=\"-5\">goes astray with every step size tried</text>\n"
                                 : fmt::format("<text class=\"note\" x=\"0\" y=\"-5\">{}eta = {:g}, f = {:.2g}{}</text>\n", own.note, own.path.eta, value(own.path.points.back()),
                                               own.note.empty() ? fmt::format(" after {} steps", steps) : std::string());  // a note takes that room
  out += "<g clip-path=\"url(#window)\">\n<use href=\"#valley\"/>\n";
  for (std::size_t k = 0; k < all.size(); ++k)
    if (k != which && !all[k].path.points.empty()) out += fmt::format("<use href=\"#path{}\" class=\"other\"/>\n", k);
  if (!own.path.points.empty())
    out += fmt::format("<use href=\"#path{0}\" stroke=\"#ffffff\" stroke-width=\"3.4\"/>\n<use href=\"#path{0}\" stroke=\"{1}\" stroke-width=\"1.6\" marker-mid=\"url(#dot{2})\"/>\n", which, colour, which % colours.size());
  out += "<use href=\"#ends\"/>\n</g>\n";
  out += fmt::format("<rect class=\"frame\" width=\"{:.0f}\" height=\"{:.0f}\"/>\n</g>\n", panel_width, panel_height);
  return out;
}

std::string definitions(const std::vector<Shown>& all) {
  std::string out = fmt::format("<defs>\n<clipPath id=\"window\"><rect width=\"{:.0f}\" height=\"{:.0f}\"/></clipPath>\n<g id=\"valley\" class=\"contour\">\n{}</g>\n", panel_width, panel_height, contours());
  for (std::size_t k = 0; k < all.size(); ++k)
    if (!all[k].path.points.empty()) out += fmt::format("<polyline id=\"path{}\" points=\"{}\"/>\n", k, points_of(all[k].path));
  for (std::size_t k = 0; k < colours.size(); ++k)
    out += fmt::format("<marker id=\"dot{}\" markerWidth=\"6\" markerHeight=\"6\" refX=\"3\" refY=\"3\" markerUnits=\"userSpaceOnUse\"><circle cx=\"3\" cy=\"3\" r=\"1.9\" fill=\"{}\"/></marker>\n", k, colours[k]);
  const double sx = across(start[0]), sy = down(start[1]), mx = across(minimiser[0]), my = down(minimiser[1]);
  out += fmt::format("<g id=\"ends\"><circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\" fill=\"#ffffff\" stroke=\"#000000\" stroke-width=\"1.4\"/><path d=\"M{:.1f} {:.1f}h9M{:.1f} {:.1f}v9\" stroke=\"#000000\" stroke-width=\"1.8\"/></g>\n</defs>\n",
                     sx, sy, mx - 4.5, my, mx, my - 4.5);
  return out;
}

}  // namespace

Path best_path(const Definition& definition) {
  Path best;
  double least = std::numeric_limits<double>::infinity();
  for (double eta : step_sizes_tried()) {
    const std::optional<Path> path = path_of(definition, eta);
    if (!path || !(badness(*path) < least)) continue;
    least = badness(*path);
    best = *path;
  }
  return best;
}

std::string path_picture(std::string_view family) {
  std::vector<Shown> all;
  for (const MethodEntry& entry : methods())
    if (entry.family == family) all.push_back(shown(entry));
  const std::size_t columns = std::min(all.size(), most_columns), rows = (all.size() + columns - 1) / columns;
  const double width = gap + static_cast<double>(columns) * (panel_width + gap);
  const double height = gap + static_cast<double>(rows) * (panel_height + title_height + gap);
  std::string out = fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" height=\"{1:.0f}\">\n<title>Paths of the family {2}</title>\n", width, height, family);
  out += "<style>\n.contour { fill: none; stroke: #c9c4b8; stroke-width: 0.8; }\n.name { font: bold 13px sans-serif; fill: #000000; }\n.note { font: 10.5px sans-serif; fill: #444444; }\n"
         "polyline { fill: none; stroke-linejoin: round; }\n.other { stroke: #9a9a9a; stroke-width: 0.7; stroke-opacity: 0.55; }\n.frame { fill: none; stroke: #777777; stroke-width: 0.8; }\n</style>\n";
  out += definitions(all) + fmt::format("<rect width=\"{:.0f}\" height=\"{:.0f}\" fill=\"#ffffff\"/>\n", width, height);
  for (std::size_t k = 0; k < all.size(); ++k) out += panel(all, k);
  return out + "</svg>\n";
}

}  // namespace thalweg
