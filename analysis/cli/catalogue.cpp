// thalweg list and thalweg show: the catalogues.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "analysis/cli/problem_view.hpp"
#include "analysis/cli/session.hpp"
#include "analysis/cli/share.hpp"
#include "analysis/cli/verbs.hpp"
#include "analysis/report/catalogue.hpp"
#include "analysis/report/method_page.hpp"
#include "analysis/report/problem_facts.hpp"
#include "analysis/theory/predicate.hpp"
#include "analysis/theory/schedules.hpp"
#include "lib/core/check.hpp"
#include "lib/core/expression.hpp"
#include "lib/optimizers/bounds.hpp"
#include "lib/optimizers/definition.hpp"
#include "notebooks-export/definition_json.hpp"
#include "problems/composition.hpp"
#include "problems/formula_text.hpp"
#include "problems/problem.hpp"

namespace thalweg::cli {

namespace {

using nlohmann::ordered_json;

std::string source_of(const Card& card) {
  std::string text = card.paper.empty() ? "docs/theory.md" : card.paper;
  if (!card.arxiv.empty()) text += ", arXiv:" + card.arxiv;
  return card.where.empty() ? text : text + ", " + card.where;
}

ordered_json entry(std::string_view id, std::string_view name, std::string_view source) { return {{"id", id}, {"name", name}, {"source", source}}; }

ordered_json parameters_json(const std::vector<Parameter>& parameters) {
  ordered_json all = ordered_json::array();
  for (const Parameter& p : parameters) {
    const auto end = [](double value) { return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr); };
    if (p.shape == Shape::text) {
      all.push_back({{"name", p.name}, {"default", nullptr}, {"text", true}, {"meaning", p.meaning}});
      continue;
    }
    all.push_back({{"name", p.name}, {"default", p.initial}, {"lower", end(p.lower)}, {"upper", end(p.upper)}, {"integer", p.integer}, {"meaning", p.meaning}});
  }
  return all;
}

// With the facts of one coordinate and default parameters.
ordered_json noises_json() {
  ordered_json all = ordered_json::array();
  for (const Family& family : noise_families()) {
    all.push_back(entry(family.entry.id, family.entry.name, family.entry.source));
    all.back()["facts"] = ordered_json::parse(facts_json(make_noise(family.entry.id, 1)));
    all.back()["parameters"] = parameters_json(family.parameters);
  }
  return all;
}

ordered_json transformation_json(const TransformationEntry& one) {
  ordered_json row = entry(one.family.entry.id, one.family.entry.name, one.family.entry.source);
  row["problems"] = one.operands;
  row["facts"] = one.rules;
  row["parameters"] = parameters_json(one.family.parameters);
  return row;
}

ordered_json theorems_json(const Definition& definition, const std::vector<Card>& cards) {
  ordered_json all = ordered_json::array();
  for (const Card* card : theorems_about(definition, cards)) all.push_back(card->id);
  return all;
}

// theorems: those that speak of `definition`.
ordered_json method_json(const MethodEntry& method, const Definition& definition, const std::vector<Card>& cards) {
  ordered_json row = entry(method.id, method.name, method.source);
  row["family"] = method.family;
  row["state"] = method.state;
  row["theorems"] = theorems_json(definition, cards);
  row["presets"] = ordered_json::array();
  for (const Preset& preset : method.presets) row["presets"].push_back({{"id", preset.id}, {"source", preset.source}, {"version", preset.version}});
  row["fields"] = ordered_json::array();
  for (const NumberField& field : method.numbers)
    row["fields"].push_back({{"name", field.name}, {"default", field.value}, {"allowed", field.admits.clause}, {"meaning", field.meaning}});
  for (const ChoiceField& field : method.choices) row["fields"].push_back({{"name", field.name}, {"default", field.allowed.front()}, {"allowed", field.allowed}, {"meaning", field.meaning}});
  return row;
}

// A bound or a limit as a formula; null where it is not known, and where it is infinite.
ordered_json formula_json(const std::string& plain, const std::string& as_latex, double value) {
  return {{"text", plain}, {"latex", as_latex}, {"value", std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr)}};
}

ordered_json definition_json(const MethodEntry& method, const Definition& definition) {
  ordered_json row = method_json(method, definition, built_in_cards());
  row.update(ordered_json::parse(to_json(definition)));  // id, preset, values
  row["definition"] = text(definition);
  row["equal_presets"] = presets_equal_to(definition);
  row["formula"] = formula(definition);
  row["latex"] = latex(definition);
  const RateBounds bounds = rate_bounds(definition, Interval(1.0));
  const auto bound = [](const RateFormula& written, double value) {
    return written.expression.empty() ? ordered_json(nullptr) : formula_json(to_text(written), to_latex(written), value);
  };
  row["rate"] = {{"mu1", bound(bounds.mu1_formula, bounds.mu1.lower())}, {"mu2", bound(bounds.mu2_formula, bounds.mu2.upper())}, {"G", 1.0}, {"how", bounds.how}, {"monotone", bounds.monotone}};
  const StabilityLimit limit = stability_limit(definition);
  if (limit.factor > 0.0) {
    const Expression written = Expression::parse(limit.formula);
    row["stability_limit"] = formula_json(to_text(written), to_latex(written), limit.factor);
  } else {
    row["stability_limit"] = nullptr;
  }
  for (std::size_t i = 0; i < method.presets.size(); ++i) {
    const Definition of_preset = define(std::string(method.id) + "@" + std::string(method.presets[i].id));
    row["presets"][i]["equal"] = of_preset == definition;
    row["presets"][i]["same_as"] = ordered_json::array();
    for (std::string_view id : presets_equal_to(of_preset))
      if (id != method.presets[i].id) row["presets"][i]["same_as"].push_back(id);
    row["presets"][i]["differs"] = ordered_json::object();
    for (const Difference& one : differences(of_preset, define(method.id))) row["presets"][i]["differs"][one.field] = one.value;
  }
  return row;
}

ordered_json card_json(const Card& card) {
  ordered_json row = entry(card.id, card.sentence.empty() ? card.statement : card.sentence, source_of(card));
  row["statement"] = card.statement;
  row["status"] = to_string(card.status);
  row["expect"] = card.expect == Expectation::holds ? "holds" : "violated";
  row["metric"] = card.metric;
  row["requires"] = card.requires_;
  row["methods"] = card.methods;
  row["bound"] = to_text(card.bound);
  row["weights"] = card.weights ? ordered_json(to_text(*card.weights)) : ordered_json(nullptr);
  row["level"] = card.level ? ordered_json(to_text(*card.level)) : ordered_json(nullptr);
  row["see_also"] = card.see_also;
  return row;
}

ordered_json catalogue(const std::string& what) {
  ordered_json all = ordered_json::array();
  if (what == "methods") {
    const std::vector<Card> cards = built_in_cards();
    for (const MethodEntry& method : methods()) all.push_back(method_json(method, define(method.id), cards));
  } else if (what == "schedules") {
    for (const Schedule& schedule : schedules()) {
      all.push_back(entry(schedule.id, schedule.name, schedule.source));
      all.back()["use"] = signature(schedule);
      all.back()["value"] = schedule.value;
    }
  } else if (what == "transformations") {
    for (const TransformationEntry& one : transformations()) all.push_back(transformation_json(one));
  } else if (what == "noises") {
    all = noises_json();
  } else if (what == "theorems") {
    for (const Card& card : built_in_cards()) all.push_back(card_json(card));
  } else if (what == "studies") {
    for (const auto& file : built_in_studies()) {
      const Study study = read_study(file);
      all.push_back(entry(study.id, study.title, file.filename().string()));
      all.back()["blocks"] = study.blocks.size();
    }
  } else if (what == "claims") {
    for (const auto& file : built_in_claims()) {
      const Claims claims = read_claims(file);
      all.push_back(entry(claims.id, claims.title, claims.paper));
      all.back()["claims"] = claims.claims.size();
    }
  } else if (what == "figures") {
    for (const FigureKind& kind : figure_kinds()) all.push_back(entry(kind.id, kind.name, kind.source));
  } else {
    for (const Predicate& predicate : predicates()) all.push_back(entry(predicate.id, predicate.meaning, "docs/theorem-cards.md"));
  }
  return all;
}

void print_card(const Card& card) {
  fmt::print("{}  ({})\n\n  {}\n\n{}\n\n", card.id, to_string(card.status), card.statement, card.sentence);
  fmt::print("source     {}\n", source_of(card));
  if (card.expect == Expectation::violated) fmt::print("expected   violated: a control\n");
  fmt::print("measured   {}\n", card.metric);
  if (card.weights) fmt::print("weights    {}, t = 1, ..., T\n", to_text(*card.weights));
  if (card.level) fmt::print("level      {}\n", to_text(*card.level));
  if (!card.methods.empty()) fmt::print("methods    {}\n", fmt::join(card.methods, ", "));
  for (const std::string& id : card.requires_) fmt::print("requires   {:<22} {}\n", id, find_predicate(id)->meaning);
  for (const NamedExpression& let : card.let) fmt::print("let        {} = {}\n", let.name, to_text(let.expression));
  for (const NamedExpression& condition : card.admissible) fmt::print("condition  {}: {}\n", condition.name, to_text(condition.expression));
  fmt::print("bound      {}\n", to_text(card.bound));
  if (card.normalised) fmt::print("units      not checked: {}\n", card.normalised->text);
  if (card.inconsistent) fmt::print("units      inconsistent: {}\n", card.inconsistent->text);
  for (const std::string& other : card.see_also) fmt::print("see also   {}\n", other);
  for (const Witness& witness : card.witnesses) fmt::print("\non its own instance:\n{}\n", witness.toml);
  fmt::print("\nthalweg verify {}\n", card.id);
}

void print_method(const Definition& definition, bool as_latex) {
  if (as_latex) {
    fmt::print("{}\n", latex(definition));
    return;
  }
  const MethodEntry& method = method_entry(definition);
  fmt::print("{}  {}\n\n{}\n\ndefinition {}\nsource     {}\n", method.id, method.name, formula(definition), text(definition), method.source);
  const auto equal = presets_equal_to(definition);
  for (const Preset& preset : method.presets) {
    const bool this_one = std::find(equal.begin(), equal.end(), preset.id) != equal.end();
    const std::string_view first = presets_equal_to(define(std::string(method.id) + "@" + std::string(preset.id))).front();
    fmt::print("preset   {} {:<14} {}{}{}\n", this_one ? "*" : " ", preset.id, preset.source, preset.version.empty() ? "" : fmt::format(" ({})", preset.version),
               first == preset.id ? "" : fmt::format("; equal to {}", first));
  }
  if (!equal.empty()) fmt::print("           * gives this very definition\n");
  for (const NumberField& field : method.numbers) fmt::print("field      {:<14} {} (default {:g}; {})\n", field.name, field.meaning, field.value, field.admits.clause);
  for (const ChoiceField& field : method.choices) fmt::print("choice     {:<14} {} ({})\n", field.name, field.meaning, fmt::join(field.allowed, ", "));
  fmt::print("A-LR       {}\nstability  {}\n", rate_sentence(definition), stability_sentence(definition));
  const std::vector<Card> cards = built_in_cards();
  for (const Card* card : theorems_about(definition, cards)) fmt::print("theorem    {:<22} {}\n", card->id, card->statement);
}

void print_problem(const Problem& problem) {
  fmt::print("{}  {}\nsource             {}\n", problem.entry.id, problem.entry.name, problem.entry.source);
  if (const std::string_view formula = formula_text(problem.entry.id); !formula.empty()) fmt::print("formula            {}\n", formula);
  fmt::print("instance           {}\n", problem.text);
  print_facts(problem);
}

void print_parameters(const Family& family) {
  for (const Parameter& p : family.parameters)
    fmt::print("parameter          {:<12} {} (default {})\n", p.name, p.meaning, p.shape == Shape::text ? "none" : p.initial.empty() ? "chosen" : fmt::format("{:g}", fmt::join(p.initial, ", ")));
}

void print_transformation(const TransformationEntry& one) {
  const Family& family = one.family;
  fmt::print("{}  {}\nsource             {}\nfacts              {}\n", family.entry.id, family.entry.name, family.entry.source, one.rules);
  print_parameters(family);
  fmt::print("\nthalweg show \"{}({})\"\n", family.entry.id, one.operands == 2 ? "pl-sine, quadratic" : "pl-sine");
}

// The problem of a row as it is without parameters, or with `dim`. Null, with the reason, where it cannot be built.
std::optional<Problem> built(const Family& family, std::uint64_t dim, std::string& reason) {
  Parameters parameters;
  if (dim != 0) parameters["dim"] = {static_cast<double>(dim)};
  const bool free = std::any_of(family.parameters.begin(), family.parameters.end(), [](const Parameter& p) { return p.name == "dim"; });
  if (!free) parameters.clear();
  try {
    Problem problem = make_problem(family.entry.id, parameters);
    if (dim == 0 || problem.dim() == dim) return problem;
    reason = fmt::format("has {} coordinates", problem.dim());
  } catch (const SpecError& error) {
    reason = error.what();
  } catch (const EnvironmentError& error) {
    reason = error.what();
  }
  return std::nullopt;
}

// What --with names, checked.
std::vector<const ProblemProperty*> wanted_properties(const std::vector<std::string>& names) {
  std::vector<const ProblemProperty*> wanted;
  std::vector<std::string_view> known;
  for (const ProblemProperty& property : problem_properties()) known.push_back(property.id);
  for (const std::string& name : names) {
    const auto at = std::find(known.begin(), known.end(), name);
    if (at == known.end()) throw SpecError({{}, "--with", name, unknown_clause("property", name, known)});
    wanted.push_back(&problem_properties()[static_cast<std::size_t>(at - known.begin())]);
  }
  return wanted;
}

// The condition number L / mu, or L / mu_pl: infinite where none is known.
double condition(const Facts& facts) {
  const double mu = facts.convex && facts.mu.lower > 0.0 ? facts.mu.lower : facts.pl ? facts.mu_pl.lower : 0.0;
  return facts.smooth && mu > 0.0 ? facts.L.upper / mu : std::numeric_limits<double>::infinity();
}

ordered_json problems_json(const ListOptions& options) {
  const std::vector<const ProblemProperty*> wanted = wanted_properties(options.with);
  const bool narrowed = !wanted.empty() || options.dim != 0 || options.most_condition > 0.0;
  ordered_json all = ordered_json::array();
  for (const Family& family : problem_families()) {
    ordered_json row = entry(family.entry.id, family.entry.name, family.entry.source);
    if (const std::string_view formula = formula_text(family.entry.id); !formula.empty()) row["formula"] = formula;
    if (options.json || narrowed) {
      std::string reason;
      const std::optional<Problem> problem = built(family, options.dim, reason);
      const auto holds = [&](const ProblemProperty* property) { return property->holds(*problem); };
      if (narrowed && (!problem || !std::all_of(wanted.begin(), wanted.end(), holds))) continue;
      if (options.most_condition > 0.0 && !(condition(problem->facts) <= options.most_condition)) continue;
      row["facts"] = problem ? ordered_json::parse(facts_json(*problem)) : ordered_json(nullptr);
      if (!problem) row["reason"] = reason;
    }
    row["parameters"] = parameters_json(family.parameters);
    all.push_back(std::move(row));
  }
  return all;
}

// An id that is no file and no entry of any catalogue, with the nearest that is.
void refuse_unknown(const std::string& id, const std::vector<Card>& cards) {
  if (std::filesystem::exists(id) || id.find('/') != std::string::npos || id.ends_with(".toml")) return;
  std::vector<std::string> known;
  for (const MethodEntry& method : methods()) known.emplace_back(method.id);
  for (const Family& family : problem_families()) known.emplace_back(family.entry.id);
  for (const TransformationEntry& one : transformations()) known.emplace_back(one.family.entry.id);
  for (const Family& family : noise_families()) known.emplace_back(family.entry.id);
  for (const Card& card : cards) known.push_back(card.id);
  for (const auto& file : built_in_studies()) known.push_back(file.stem().string());
  if (std::find(known.begin(), known.end(), id) != known.end()) return;
  const std::vector<std::string_view> views(known.begin(), known.end());
  const std::string_view near = nearest(id, views);
  throw SpecError({{}, "", id, "unknown entry" + (near.empty() ? std::string() : "; did you mean '" + std::string(near) + "'?") +
                               " (thalweg list methods, problems, transformations, noises, theorems, studies)"});
}

}  // namespace

int list(const ListOptions& options) {
  if (options.what != "problems") {
    const char* alone = !options.with.empty() ? "--with" : options.dim != 0 ? "--dim" : options.most_condition > 0.0 ? "--condition" : nullptr;
    if (alone != nullptr) throw SpecError({{}, alone, options.what, "narrows problems alone: thalweg list problems"});
  }
  const ordered_json all = options.what == "problems" ? problems_json(options) : catalogue(options.what);
  if (options.json) {
    fmt::print("{}\n", all.dump(2));
    return 0;
  }
  std::size_t width = 0;
  for (const auto& row : all) width = std::max(width, row["id"].get<std::string>().size());
  for (const auto& row : all) fmt::print("{:<{}}  {}  [{}]\n", row["id"].get<std::string>(), width, row["name"].get<std::string>(), row[row.contains("use") ? "use" : "source"].get<std::string>());
  return 0;
}

int show(const ShowOptions& options) {
  const std::string& id = options.id;
  const auto is_family = [&](const Family& family) { return family.entry.id == head_of(id); };
  const bool is_composed = is_composition(id) && (find_transformation(head_of(id)) != nullptr || std::any_of(problem_families().begin(), problem_families().end(), is_family));
  if (!options.problem_set.empty() && !is_composed && std::none_of(problem_families().begin(), problem_families().end(), is_family))
    throw SpecError({{}, "--problem-set", options.problem_set.front(), "is for a problem; '" + id + "' is none"});
  if (is_composed) {
    const Problem problem = given_problem(id, options.problem_set);
    if (options.json) {
      ordered_json row = entry(problem.entry.id, problem.entry.name, problem.entry.source);
      row["instance"] = problem.text;
      row["facts"] = ordered_json::parse(facts_json(problem));
      fmt::print("{}\n", row.dump(2));
    } else {
      print_problem(problem);
    }
    return 0;
  }
  if (const TransformationEntry* transformation = find_transformation(id)) {
    if (options.json) fmt::print("{}\n", transformation_json(*transformation).dump(2));
    else print_transformation(*transformation);
    return 0;
  }
  const std::string method = id.substr(0, id.find_first_of("@("));
  for (const MethodEntry& entry : methods())
    if (entry.id == method) {
      const Definition definition = define(id);
      if (options.json) {
        fmt::print("{}\n", definition_json(entry, definition).dump(2));
      } else {
        print_method(definition, options.latex);
      }
      return 0;
    }
  for (const Family& family : problem_families())
    if (family.entry.id == id) {
      if (options.json) {
        ordered_json row = entry(family.entry.id, family.entry.name, family.entry.source);
        if (const std::string_view formula = formula_text(id); !formula.empty()) row["formula"] = formula;
        row["parameters"] = parameters_json(family.parameters);
        const Problem problem = given_problem(id, options.problem_set);
        row["instance"] = problem.text;
        row["facts"] = ordered_json::parse(facts_json(problem));
        fmt::print("{}\n", row.dump(2));
      } else {
        print_problem(given_problem(id, options.problem_set));
        print_parameters(family);
      }
      return 0;
    }
  for (const Family& family : noise_families())
    if (family.entry.id == id) {
      const Noise noise = make_noise(id, 1);
      if (options.json) {
        ordered_json row = entry(family.entry.id, family.entry.name, family.entry.source);
        row["parameters"] = parameters_json(family.parameters);
        row["facts"] = ordered_json::parse(facts_json(noise));
        fmt::print("{}\n", row.dump(2));
      } else {
        fmt::print("{}  {}\nsource             {}\ninstance           {}\n", id, family.entry.name, family.entry.source, noise.text);
        print_facts(noise);
        print_parameters(family);
      }
      return 0;
    }
  const std::vector<Card> cards = built_in_cards();
  if (const auto claims = claims_named(id)) {
    fmt::print("{}", options.json ? ordered_json{{"id", claims->id}, {"name", claims->title}, {"source", claims->paper}, {"claims", claims->claims.size()}}.dump(2) + "\n" : claims->text);
    return 0;
  }
  refuse_unknown(id, cards);
  const auto found = theorem_or_study(id, cards);
  if (std::holds_alternative<Card>(found)) {
    const Card& card = std::get<Card>(found);
    if (options.json) {
      fmt::print("{}\n", card_json(card).dump(2));
    } else if (options.latex) {
      fmt::print("{}\n", card.latex);
    } else {
      print_card(card);
    }
  } else {
    const Study& study = std::get<Study>(found);
    if (options.json) {
      fmt::print("{}\n", ordered_json{{"id", study.id}, {"name", study.title}, {"source", study.file.string()}, {"hash", study.hash()}}.dump(2));
    } else {
      fmt::print("{}", study.text);
    }
  }
  return 0;
}

}  // namespace thalweg::cli
