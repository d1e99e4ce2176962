#include "analysis/report/problem_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/report/problem_facts.hpp"
#include "analysis/report/problem_scene.hpp"
#include "problems/composition.hpp"
#include "problems/formula_text.hpp"
#include "problems/package.hpp"

namespace thalweg {

namespace {

constexpr std::string_view written_by = "<!-- Written by `thalweg pages docs/problems`: change the family's header, not this file. -->\n";

std::string in_table(std::string text) {
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) text.replace(at, 1, "\\|");
  return text;
}
std::string in_table(std::string_view text) { return in_table(std::string(text)); }

std::string numbers(const std::vector<double>& values) { return fmt::format("{}", fmt::join(values, ", ")); }

std::string parameters_table(const Family& family) {
  if (family.parameters.empty()) return "None.\n";
  std::string all = "| parameter | meaning | default | allowed |\n|---|---|---|---|\n";
  for (const Parameter& p : family.parameters) {
    const char* shape = p.shape == Shape::number ? "" : p.shape == Shape::list ? "; a list" : "; one, or one for each coordinate";
    if (p.shape == Shape::text) {
      all += fmt::format("| `{}` | {} | none | a text |\n", p.name, in_table(p.meaning));
      continue;
    }
    all += fmt::format("| `{}` | {} | {} | {}from {} to {}{} |\n", p.name, in_table(p.meaning), p.initial.empty() ? "chosen" : numbers(p.initial), p.integer ? "whole, " : "", p.lower, p.upper, shape);
  }
  return all;
}

// ---- facts

constexpr std::string_view constants_head = "| constant | value | trust | source | meaning |\n|---|---|---|---|---|\n";

std::string constant_row(std::string_view name, const std::string& value, const Constant& c, std::string_view meaning) {
  return fmt::format("| `{}` | {} | {} | {} | {} |\n", name, value, to_string(c.trust), in_table(c.source), in_table(meaning));
}

// One row: the value of all coordinates, or the smallest and the largest upper end.
std::string each_row(std::string_view name, const PerCoordinate<Constant>& constants, std::string_view meaning) {
  if (constants.empty() || !constants.front().known()) return "";
  const auto& stored = constants.stored();
  const auto [least, most] = std::minmax_element(stored.begin(), stored.end(), [](const Constant& a, const Constant& b) { return a.upper < b.upper; });
  const std::string low = value_text(*least), high = value_text(*most);
  return constant_row(name, low == high ? low : fmt::format("{} to {}, by coordinate", low, high), *most, meaning);
}

std::string constants_table(const std::vector<NamedConstant>& constants, const std::string& each) {
  std::string rows;
  for (const NamedConstant& named : constants)
    if (named.constant->known()) rows += constant_row(named.name, value_text(*named.constant), *named.constant, named.meaning);
  rows += each;
  return rows.empty() ? "Nothing is known.\n" : std::string(constants_head) + rows;
}

std::string facts_sections(const Problem& problem) {
  const Facts& f = problem.facts;
  const bool regional = !f.region.everything();
  const std::string gradient = each_row("G_j", f.gradient_bound, "bound of |grad_j f|");
  std::string all = fmt::format("## Facts\n\nOf the default instance, `{}`: {} coordinate{}; {}.\n\n### Everywhere\n\n{}", problem.text, f.dim, f.dim == 1 ? "" : "s", fmt::join(properties_of(problem), ", "),
                                constants_table(constants_of(f), each_row("L_j", f.L_j, "Lipschitz constant along a coordinate") + (regional ? "" : gradient)));
  if (regional)
    all += fmt::format("\n### On the region {}\n\n{}", region_text(f.region), constants_table(constants_on_region(f), each_row("L_j", f.on_region.L_j, "Lipschitz constant along a coordinate") + gradient));
  const std::vector<std::string> open = constants_without_proof(f);
  if (!open.empty()) all += fmt::format("\nNot known with proof: {}.\n", fmt::join(open, ", "));
  return all;
}

std::string point_text(const PerCoordinate<double>& x) {
  if (x.stored().size() == 1 && x.size() > 1) return fmt::format("{} in every coordinate", x.front());
  const std::vector<double> values = x.values();
  constexpr std::size_t most = 12;
  if (values.size() <= most) return "(" + numbers(values) + ")";
  return fmt::format("({}, ...)", numbers({values.begin(), values.begin() + most}));
}

std::string minimisers_section(const Problem& problem) {
  const Facts& f = problem.facts;
  std::string all = "\n## Minimisers\n\n";
  if (!f.minimiser && f.minimisers.empty()) return all + "None is known.\n";
  if (!f.minimisers.empty()) all += fmt::format("All: {}.\n", f.minimisers);
  if (f.minimiser) all += fmt::format("{}{}: {}.\n", f.minimisers.empty() ? "" : "\n", f.minimiser_unique ? "The only one" : f.minimisers.empty() ? "One" : "One of them", point_text(*f.minimiser));
  if (f.on_box) all += "\nOn the box of the instance: without it f has no infimum.\n";
  return all;
}

std::string picture_section(const Exhibit& exhibit) {
  const Problem& shown = *exhibit.pictured;
  const std::string of = shown.text == exhibit.problem->text ? "the default instance" : fmt::format("`{}`", shown.text);
  const char* line = shown.facts.minimiser ? "along the line through a minimiser and the start" : "from the start along the negative gradient";
  return fmt::format("\n## Picture\n\n![{0}: {1}]({0}.svg)\n\nOf {2}: {3}f - f*, the curvature and the Polyak-Lojasiewicz ratio, as far as they are known, {4}. Dashed and dotted lines are the declared constants, "
                     "drawn where they hold.\n",
                     exhibit.family.entry.id, exhibit.family.entry.name, of, shown.dim() == 2 ? "contours with the way of gradient descent (dashed: the line of the other panels; dotted: the region); " : "", line);
}

// ---- the index

std::string cell(const Constant& c) { return c.known() ? fmt::format("{} ({})", value_text(c), to_string(c.trust)) : ""; }
// The constant everywhere, or that of the region.
std::string cell(const Constant& everywhere, const Constant& on_region) {
  if (everywhere.known()) return cell(everywhere);
  return on_region.known() ? cell(on_region) + " R" : "";
}

std::string family_row(const Exhibit& exhibit) {
  const Facts& f = exhibit.problem->facts;
  return fmt::format("| [{0}]({0}.md) | {1} | {2} | {3} | {4} | {5} | {6} |\n", exhibit.family.entry.id, in_table(exhibit.family.entry.name), cell(f.L, f.on_region.L), cell(f.mu), cell(f.mu_pl, f.on_region.mu_pl),
                     cell(f.f_star), in_table(exhibit.family.entry.source));
}

std::string families_tables(const std::vector<Exhibit>& exhibits) {
  std::string all;
  for (const ProblemProperty& kind : problem_kinds()) {
    std::string rows;
    for (const Exhibit& exhibit : exhibits)
      if (exhibit.problem && kind_of(*exhibit.problem) == kind.id) rows += family_row(exhibit);
    if (rows.empty()) continue;
    std::string title(kind.id);
    if (title[0] >= 'a') title[0] = static_cast<char>(title[0] - 'a' + 'A');
    all += fmt::format("\n### {}\n\n{}.\n\n| id | name | L | mu | mu_pl | f* | source |\n|---|---|---|---|---|---|---|\n{}", title, kind.meaning, rows);
  }
  std::string rows;
  for (const Exhibit& exhibit : exhibits)
    if (!exhibit.problem) rows += fmt::format("| [{0}]({0}.md) | {1} | {2} |\n", exhibit.family.entry.id, in_table(exhibit.family.entry.name), in_table(exhibit.family.entry.source));
  if (!rows.empty()) all += "\n### On data of a package\n\nTheir facts are computed from data that a machine may lack: `thalweg show ID` has them.\n\n| id | name | source |\n|---|---|---|\n" + rows;
  return all;
}

std::string noise_row(const Family& family) {
  const NoiseFacts f = make_noise(family.entry.id, 1).facts;
  const std::string variance = f.none ? "0" : f.variance.front().known() && std::isfinite(f.variance.front().upper) ? cell(f.variance.front()) : f.growth ? "grows" : f.moments <= 2.0 ? "infinite" : "no bound";
  const bool bounded = f.bound.front().known() && std::isfinite(f.bound.front().upper);
  const std::string tail = f.none ? "none" : bounded ? fmt::format("at most {}", value_text(f.bound.front())) : std::isfinite(f.moments) ? fmt::format("moments below {:g}", f.moments) : "all moments";
  const std::string growth = f.growth ? fmt::format("{} + {} g_j^2", value_text(f.growth->base.front()), value_text(f.growth->factor)) : "";
  return fmt::format("| `{}` | {} | {} | {} | {} | {} | {} | {} |\n", family.entry.id, in_table(family.entry.name), f.unbiased ? "yes" : "no", f.symmetric ? "yes" : "not claimed", variance, tail, growth, in_table(family.entry.source));
}

std::string noises_table() {
  std::string all = "| id | name | unbiased | symmetric | variance | tail | growth | source |\n|---|---|---|---|---|---|---|---|\n";
  for (const Family& family : noise_families()) all += noise_row(family);
  return all;
}

std::string transformations_table() {
  std::string all = "| id | problem | parameters | facts | source |\n|---|---|---|---|---|\n";
  for (const TransformationEntry& one : transformations()) {
    std::string parameters;
    for (const Parameter& p : one.family.parameters)
      parameters += fmt::format("{}`{}`: {} ({})", parameters.empty() ? "" : "; ", p.name, p.meaning, p.initial.empty() ? "no default" : fmt::format("{:g}", fmt::join(p.initial, ", ")));
    all += fmt::format("| `{}` | {} | {} | {} | {} |\n", one.family.entry.id, in_table(one.family.entry.name), in_table(parameters), in_table(one.rules), in_table(one.family.entry.source));
  }
  return all;
}

std::string trust_section(const std::vector<Exhibit>& exhibits) {
  std::size_t shown = 0, proved = 0;
  std::string open;
  for (const Exhibit& exhibit : exhibits) {
    if (!exhibit.problem) continue;
    ++shown;
    const std::vector<std::string> missing = constants_without_proof(exhibit.problem->facts);
    if (missing.empty()) {
      ++proved;
    } else {
      open += fmt::format("| [{0}]({0}.md) | {1} |\n", exhibit.family.entry.id, fmt::join(missing, ", "));
    }
  }
  std::string all = fmt::format(
      "## What the words mean\n\n"
      "- *exact*: the value is the definition's own, a number that a double holds; nothing was rounded.\n"
      "- *proved*: the value lies between two ends that a proof or a computation with outward rounding gives. Ends that agree in six digits are shown as one number; `thalweg show ID` has both in full.\n"
      "- *estimated*: no guarantee. No bound of a theorem is evaluated with an estimate.\n\n"
      "An empty place means that the constant is not known, or does not exist. A proof is on paper or a computation of this program; the source of each, on the family's page, says which. The tests try "
      "to contradict each with a hundred thousand samples; no proof assistant has checked one.\n\n"
      "What theorems ask for is f*, L (of a function with a gradient; everywhere or on the region), the bounds G_j of the gradient (likewise), and mu and mu_pl of families that are claimed to be strongly convex or Polyak-Lojasiewicz. "
      "In their default instances {} of {} families have all of these exact or proved.",
      proved, shown);
  if (exhibits.size() > shown) all += fmt::format(" {} more on data of a package {} not counted.", exhibits.size() - shown, exhibits.size() - shown == 1 ? "is" : "are");
  if (!open.empty()) all += "\n\nThe others lack:\n\n| id | not exact or proved |\n|---|---|\n" + open;
  return all + (open.empty() ? "\n" : "");
}

}  // namespace

std::vector<Exhibit> problem_exhibits() {
  std::vector<Exhibit> all;
  for (const Family& family : problem_families()) {
    Exhibit exhibit{family, std::nullopt, std::nullopt};
    if (!needs_package(family.entry.id)) {
      exhibit.problem = make_problem(family.entry.id);
      exhibit.pictured = pictured_instance(family);
    }
    all.push_back(std::move(exhibit));
  }
  return all;
}

std::string problem_page(const Exhibit& exhibit) {
  const Entry& entry = exhibit.family.entry;
  std::string all = fmt::format("{}# {}\n\n    {}\n\n`{}`{}. Source: {}. Letters and proofs are explained at the head of its file in `problems/families`; [all problems](index.md).\n\n## Parameters\n\n{}\n", written_by, entry.name,
                                formula_text(entry.id), entry.id, exhibit.problem ? fmt::format(", {}", kind_of(*exhibit.problem)) : "", entry.source, parameters_table(exhibit.family));
  if (!exhibit.problem)
    return all + fmt::format("## Facts\n\nThey are computed from data of a package that may be missing on a machine: `thalweg show {}` prints them. For the same reason there is no picture.\n", entry.id);
  return all + facts_sections(*exhibit.problem) + minimisers_section(*exhibit.problem) + picture_section(exhibit);
}

std::string problem_index(const std::vector<Exhibit>& exhibits) {
  return fmt::format("{}# Problems and noises\n\nFunctions to minimise, with the constants that theorems ask for, and what disturbs their gradients. The constants are those of default parameters; `thalweg show pl-sine --problem-set dim=2` "
                     "has them for others, `thalweg certify` encloses one by intervals, `thalweg falsify` searches for a point that contradicts one.\n\n{}\n"
                     "## Families\n\nL bounds the curvature, mu is the constant of strong convexity, mu_pl that of the Polyak-Lojasiewicz inequality, f* the infimum (values are f - f* wherever it is known). R: on the region alone.\n{}\n"
                     "## Transformations\n\nA problem inside a transformation is a problem: `rotate(shift(pl-sine(dim=10), by=1), seed=7)` stands wherever an id can, on the command line and in studies, inside other transformations too, and a formula in quotes "
                     "can be inside. Parameters given beside it belong to the families inside: `thalweg show \"rotate(pl-sine, seed=7)\" --problem-set dim=10`. Facts are carried along by the rules named here, proved in `problems/carried_facts.hpp` and at the "
                     "head of each file in `problems/transformations`; where no rule gives a fact it is not known. M is the Lipschitz constant of the Hessian. A sum over coordinates stays one inside shift, condition, scale, add-quadratic, regularise and sum.\n\n{}\n"
                     "## Noises\n\nAdded to coordinate j of the gradient g. The facts are those of default parameters, conditional on the iterate. Tail: what |xi_j| is at most, or which moments are finite. Growth: the variance as a function of g_j.\n\n{}",
                     written_by, trust_section(exhibits), families_tables(exhibits), transformations_table(), noises_table());
}

}  // namespace thalweg
