#include "analysis/report/method_page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/theory/verdict.hpp"
#include "lib/core/expression.hpp"
#include "lib/optimizers/bounds.hpp"

namespace thalweg {

namespace {

std::string name_of(const MethodEntry& entry, std::string_view preset) {
  return preset == "paper" ? std::string(entry.id) : fmt::format("{}@{}", entry.id, preset);
}

std::string in_table(std::string text) {
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) text.replace(at, 1, "\\|");
  return text;
}

std::string number(double value) { return value <= std::numeric_limits<double>::max() ? fmt::format("{:.6g}", value) : "infinity"; }

std::string listed(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

std::string fields_table(const MethodEntry& entry) {
  std::string all = "| field | meaning | default | allowed |\n|---|---|---|---|\n";
  for (const NumberField& field : entry.numbers) {
    std::string_view allowed = field.admits.clause;
    if (allowed.starts_with("must be ")) allowed.remove_prefix(8);
    all += fmt::format("| `{}` | {} | {} | {} |\n", field.name, in_table(std::string(field.meaning)), field.value, in_table(std::string(allowed)));
  }
  for (const ChoiceField& field : entry.choices)
    all += fmt::format("| `{}` | {} | {} | {} |\n", field.name, in_table(std::string(field.meaning)), field.allowed.front(),
                       field.allowed.size() == 1 ? "fixed by the method" : fmt::format("{}", fmt::join(field.allowed, ", ")));
  return all;
}

std::string presets_table(const MethodEntry& entry) {
  const Definition paper = define(entry.id);
  std::string all = "| preset | source | version | differs from `" + std::string(entry.id) + "` in |\n|---|---|---|---|\n";
  for (const Preset& preset : entry.presets) {
    std::vector<std::string> parts;
    for (const Difference& one : differences(define(name_of(entry, preset.id)), paper)) parts.push_back(fmt::format("{} = {}, not {}", one.field, one.value, one.reference));
    const std::string same = preset.id == "paper" ? "" : "nothing: the same definition";
    all += fmt::format("| `{}` | {} | {} | {} |\n", name_of(entry, preset.id), in_table(std::string(preset.source)), preset.version, parts.empty() ? same : fmt::format("{}", fmt::join(parts, "; ")));
  }
  return all;
}

std::string rate_lines(const Definition& definition) {
  const RateBounds bounds = rate_bounds(definition, Interval(1.0));
  if (bounds.mu1_formula.expression.empty() && bounds.mu2_formula.expression.empty()) return "**A-LR.** No bound is known: " + bounds.how + ".\n";
  return fmt::format("**A-LR.** For $\\lvert g_j\\rvert \\le G$ it lies between\n\n$$\\mu_1 = {},\\qquad \\mu_2 = {}.$$\n\nWith these values and $G = 1$: {} and {}. Why: {}.\n",
                     to_latex(bounds.mu1_formula), to_latex(bounds.mu2_formula), number(bounds.mu1.lower()), number(bounds.mu2.upper()), bounds.how);
}

std::string stability_lines(const Definition& definition) {
  const StabilityLimit limit = stability_limit(definition);
  if (!(limit.factor > 0.0)) return "**Local stability.** No limit is known for this form of step.\n";
  return fmt::format("**Local stability.** On a quadratic of curvature $\\lambda$, with the A-LR frozen at $A$, it settles where\n\n$$\\eta A \\lambda < {}.$$\n\nWith these values: {}.\n",
                     to_latex(Expression::parse(limit.formula)), number(limit.factor));
}

std::string theorem_lines(const Definition& definition, const std::vector<Card>& cards) {
  const auto about = theorems_about(definition, cards);
  if (about.empty()) return "**Theorems.** None of the cards speaks of this definition.\n";
  std::string all = "**Theorems** that speak of it (`thalweg show ID` has what they ask of problem, noise and run):\n\n";
  for (const Card* card : about) all += fmt::format("- `{}` ({}): {}\n", card->id, to_string(card->status), card->sentence.empty() ? "`" + card->statement + "`" : card->sentence);
  return all;
}

// Each definition that a preset gives, once, with the presets that give it.
std::string definition_sections(const MethodEntry& entry, const std::vector<Card>& cards) {
  std::string all;
  for (const Preset& preset : entry.presets) {
    const Definition definition = define(name_of(entry, preset.id));
    const auto same = presets_equal_to(definition);
    if (same.front() != preset.id) continue;
    std::vector<std::string> names;
    for (std::string_view id : same) names.push_back("`" + name_of(entry, id) + "`");
    all += fmt::format("\n## {}\n\n$${}$$\n\n```\n", listed(names), latex(definition));
    for (const Assignment& line : update(definition)) all += line.variable + " = " + to_text(Expression::parse(line.value)) + "\n";
    all += fmt::format("```\n\nIn full: `{}`\n\n{}\n{}\n{}", text(definition), rate_lines(definition), stability_lines(definition), theorem_lines(definition, cards));
  }
  return all;
}

std::string remarks(const MethodEntry& entry) {
  std::string all;
  if (entry.remembers)
    all += "- It runs on finite sums of which a problem keeps a gradient of each sample. `g_y` is, at t = 1, the mean of the gradients of all samples, which are kept; `g_y2` is the mean over the batch of what is kept, `g_y3` the change of the mean over all samples as the batch's gradients at x are kept.\n";
  else if (entry.calls > 1) all += fmt::format("- A step asks the oracle {} times; `g_y` is the gradient of the second call, at `y`{}.\n", entry.calls, entry.calls > 2 ? ", `g_y2` of the third, at `y2`" : "");
  if (entry.mapped) all += "- The vector is a matrix of `columns` columns, row after row; in the lines above `rows` is d / columns, `row` and `column` are those of the coordinate, from 0.\n";
  if (entry.sums > 0) all += "- A step needs numbers of the whole vector: it is not made coordinate by coordinate.\n";
  if (entry.value) all += "- A step needs f(x) - f* beside the gradient.\n";
  if (entry.reported != "x") all += fmt::format("- `x` is where gradients are taken; what is recorded after a step, and the last iterate, are of `{}`.\n", entry.reported);
  if (entry.discontinuous) all += "- The step jumps where the number whose sign it takes is 0: rounding may decide there.\n";
  if (entry.own_decay) all += "- The decay is part of the rule: nothing is put in front of it.\n";
  for (const Waiver& waiver : entry.waivers) all += fmt::format("- It breaks the contract `{}` by its definition: {}.\n", waiver.contract, waiver.reason);
  return all.empty() ? all : "\n## Remarks\n\n" + all;
}

constexpr std::string_view written_by = "<!-- Written by `thalweg pages docs/methods`: change the method's entry, not this file. -->\n";

}  // namespace

std::vector<std::string_view> presets_equal_to(const Definition& definition) {
  const MethodEntry& entry = method_entry(definition);
  std::vector<std::string_view> all;
  for (const Preset& preset : entry.presets)
    if (define(name_of(entry, preset.id)) == definition) all.push_back(preset.id);
  return all;
}

std::vector<Difference> differences(const Definition& definition, const Definition& reference) {
  const MethodEntry& entry = method_entry(definition);
  std::vector<Difference> all;
  const auto add = [&](std::string_view name, const auto& value, const auto& other) {
    if (value != other) all.push_back({std::string(name), fmt::format("{}", value), fmt::format("{}", other)});
  };
  for (const NumberField& field : entry.numbers) add(field.name, definition.number(field.name), reference.number(field.name));
  for (const ChoiceField& field : entry.choices) add(field.name, definition.choice(field.name), reference.choice(field.name));
  return all;
}

std::vector<const Card*> theorems_about(const Definition& definition, const std::vector<Card>& cards) {
  std::vector<const Card*> all;
  for (const Card& card : cards)
    if (card.expect == Expectation::holds && speaks_of(card, definition)) all.push_back(&card);
  return all;
}

std::string rate_sentence(const Definition& definition) {
  const RateBounds bounds = rate_bounds(definition, Interval(1.0));
  if (bounds.mu1_formula.expression.empty() && bounds.mu2_formula.expression.empty()) return "no bound is known: " + bounds.how;
  return fmt::format("for |g_j| <= G in [mu1, mu2]\n           mu1 = {}\n           mu2 = {}\n           in [{}, {}] for G = 1: {}", to_text(bounds.mu1_formula), to_text(bounds.mu2_formula),
                     number(bounds.mu1.lower()), number(bounds.mu2.upper()), bounds.how);
}

std::string stability_sentence(const Definition& definition) {
  const StabilityLimit limit = stability_limit(definition);
  if (!(limit.factor > 0.0)) return "no limit of local stability is known for this form of step";
  return fmt::format("settles where eta A-LR lambda < {} = {}", to_text(Expression::parse(limit.formula)), number(limit.factor));
}

std::string family_stem(std::string_view family) {
  std::string stem = "family-" + std::string(family);
  std::replace(stem.begin(), stem.end(), ' ', '-');
  return stem;
}

std::vector<std::string_view> families() {
  std::vector<std::string_view> all;
  for (const MethodEntry& entry : methods())
    if (std::find(all.begin(), all.end(), entry.family) == all.end()) all.push_back(entry.family);
  return all;
}

std::string method_page(const MethodEntry& entry, const std::vector<Card>& cards) {
  std::string state = "A coordinate keeps ";
  std::vector<std::string> names;
  for (std::string_view name : entry.state) names.push_back("`" + std::string(name) + "`");
  state += names.empty() ? "nothing between steps.\n" : listed(names) + " between steps.\n";
  return fmt::format("{}# {}\n\n`{}`, of the family [{}](README.md#{}). Source: {}.\n\n`g` is the gradient, `x` the iterate, `t` the step, `eta` the step size; it is given with the run, not with the method.\n\n"
                     "## Fields\n\n{}\n{}\n## Presets\n\n{}{}{}",
                     written_by, entry.name, entry.id, entry.family, family_stem(entry.family), entry.source, fields_table(entry), state, presets_table(entry),
                     definition_sections(entry, cards), remarks(entry));
}

std::string method_index() {
  std::string all = std::string(written_by) +
                    "# Methods\n\nA method is an exact, printable definition: every choice on which its update depends is a field, and a preset is a named source's values. "
                    "`thalweg show adam@eps-hat` prints one, `thalweg diff` tells two apart.\n\n"
                    "The pictures show the first steps on f(x, y) = (1 - x)^2 + 10 (y - x^2)^2 from the ring to the cross, in the colour of each method; those of the rest of its family are grey. "
                    "Each has the step size, of those tried, with the least sum of f along the way, and its paper's fields, but for a method that all of them lead astray: its panel names another eps. A panel without a path is of one that no eps helps.\n";
  for (std::string_view family : families()) {
    all += fmt::format("\n<a id=\"{0}\"></a>\n\n## {1}\n\n![Paths of the methods of the family {1}]({0}.svg)\n\n| method | id | source | presets |\n|---|---|---|---|\n", family_stem(family), family);
    for (const MethodEntry& entry : methods()) {
      if (entry.family != family) continue;
      std::vector<std::string> presets;
      for (const Preset& preset : entry.presets) presets.emplace_back(preset.id);
      all += fmt::format("| [{}]({}.md) | `{}` | {} | {} |\n", entry.name, entry.id, entry.id, in_table(std::string(entry.source)), listed(presets));
    }
  }
  return all;
}

}  // namespace thalweg
