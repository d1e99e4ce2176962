#include "analysis/study/instance_space.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/study/hash.hpp"
#include "analysis/theory/evaluate.hpp"
#include "analysis/theory/verdict.hpp"
#include "lib/core/check.hpp"
#include "problems/composition.hpp"

namespace thalweg {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double most_horizon = 1e5;
constexpr double share_of_zero = 0.15;
constexpr double worth_a_step = 64.0;  // a step of few numbers costs as much as one of so many

bool requires_predicate(const Card& card, std::string_view id) {
  return std::find(card.requires_.begin(), card.requires_.end(), id) != card.requires_.end();
}

// Families that a search may build by the thousand: no data file, no large data set.
bool is_quick(const Family& family) {
  return std::none_of(family.parameters.begin(), family.parameters.end(), [](const Parameter& p) { return p.shape == Shape::text || p.name == "batch"; });
}

std::vector<std::string> checked(const std::vector<std::string>& wanted, const std::vector<Family>& families, const std::string& what) {
  std::vector<std::string_view> known;
  for (const Family& family : families) known.push_back(family.entry.id);
  for (const std::string& id : wanted)
    if (what == "problem" && is_composition(id)) make_problem(id, {});  // says what is wrong
    else if (std::find(known.begin(), known.end(), id) == known.end()) throw SpecError({{}, "--" + what, id, unknown_clause(what, id, known)});
  return wanted;
}

const Family& family_of(const std::vector<Family>& families, const std::string& id) {
  return *std::find_if(families.begin(), families.end(), [&](const Family& family) { return family.entry.id == id; });
}

// The parameters of a problem that are left open. Of a composition those of the one family inside, where its text does not give them.
std::vector<Parameter> parameters_of(const std::string& problem) {
  if (!is_composition(problem)) return family_of(problem_families(), problem).parameters;
  const std::vector<std::string> inside = families_in(problem);
  if (inside.size() != 1) return {};
  std::vector<Parameter> open;
  for (const Parameter& parameter : family_of(problem_families(), inside.front()).parameters)
    try {
      if (!parameter.initial.empty()) make_problem(problem, {{std::string(parameter.name), {parameter.initial.front()}}});
      open.push_back(parameter);
    } catch (const SpecError&) {  // given in the text
    }
  return open;
}

// A method's definition as it stands, or with the averages that theorems ask to be absent.
bool may_speak(const Card& card, const std::string& method) {
  for (const Overrides& given : {Overrides{}, Overrides{{"beta1", 0.0}}, Overrides{{"beta1", 0.0}, {"beta2", 0.0}}, Overrides{{"beta1", 0.5}, {"eps", 1.0}}, Overrides{{"eps", 0.0}}}) {
    Overrides overrides;
    const Definition plain = define(method);
    for (const auto& field : given)
      if (plain.has(field.first)) overrides.push_back(field);
    if (speaks_of(card, define(method, overrides))) return true;
  }
  return false;
}

std::vector<std::string> methods_of(const Card& card, const std::vector<std::string>& wanted) {
  std::vector<std::string> found;
  if (!wanted.empty()) {
    for (const std::string& method : wanted) {
      define(method);  // unknown names
      if (!may_speak(card, method)) throw SpecError({{}, "--method", method, "the theorem " + card.id + " does not speak of it"});
      found.push_back(method);
    }
    return found;
  }
  for (const MethodEntry& method : methods())
    for (const char* preset : {"", "@seed"}) {
      if (*preset != '\0' && std::none_of(method.presets.begin(), method.presets.end(), [](const Preset& p) { return p.id == "seed"; })) continue;
      if (method.mapped || method.exact) continue;
      const std::string name = std::string(method.id) + preset;
      if (may_speak(card, name)) found.push_back(name);
    }
  return found;
}

// A parameter of a problem or a noise as a knob; nothing for those that stay at their default.
std::optional<Knob> knob_of(const Parameter& parameter, Knob::Owner owner, bool box) {
  const std::string name(parameter.name);
  if (name == "dim") {
    std::vector<double> sizes;
    for (double size : {1.0, 2.0, 3.0, 5.0, 10.0})
      if (size >= parameter.lower && size <= parameter.upper) sizes.push_back(size);
    // The default one, too: some functions exist in few dimensions only.
    if (!parameter.initial.empty() && std::find(sizes.begin(), sizes.end(), parameter.initial.front()) == sizes.end())
      sizes.insert(std::upper_bound(sizes.begin(), sizes.end(), parameter.initial.front()), parameter.initial.front());
    if (sizes.empty()) return std::nullopt;
    return Knob{owner, name, Knob::Scale::among, 0.0, 1.0, false, sizes};
  }
  // What is chosen from the others where it is not given, such as a spectrum from mu and L, would contradict them.
  if (parameter.initial.empty() || parameter.integer || parameter.shape == Shape::list || parameter.shape == Shape::text || name == "region" || (name == "box" && !box)) return std::nullopt;
  if (name == "start" && parameter.lower < 0.0) return Knob{owner, name, Knob::Scale::start};
  const double usual = parameter.initial.front();
  if (parameter.upper - parameter.lower <= 32.0) return Knob{owner, name, Knob::Scale::linear, parameter.lower, parameter.upper};
  if (parameter.lower < 0.0) return Knob{owner, name, Knob::Scale::linear, -4.0, 4.0};
  const double centre = usual > 0.0 ? usual : 1.0;
  return Knob{owner, name, Knob::Scale::logarithmic, std::max(parameter.lower, 0.01 * centre), std::min(parameter.upper, 100.0 * centre)};
}

std::optional<Knob> knob_of(const NumberField& field) {
  const std::string name(field.name);
  if (field.whole || name == "weight_decay") return std::nullopt;
  const auto& admits = field.admits;
  if (admits.upper == 1.0 && !admits.upper_in) return Knob{Knob::Owner::method, name, Knob::Scale::below_one, 0.0, 1.0, admits(0.0)};
  if (admits.upper - admits.lower <= 32.0) return Knob{Knob::Owner::method, name, Knob::Scale::linear, admits.lower, admits.upper};
  if (name == "eps") return Knob{Knob::Owner::method, name, Knob::Scale::logarithmic, 1e-8, 100.0};
  const double centre = field.value > 0.0 ? field.value : 1.0;
  return Knob{Knob::Owner::method, name, Knob::Scale::logarithmic, 0.01 * centre, 100.0 * centre, field.value == 0.0 && admits(0.0)};
}

}  // namespace

double Knob::value(double u) const {
  const double inside = std::clamp(u, 0.0, 1.0);
  if (zero && inside < share_of_zero) return 0.0;
  const double v = zero ? (inside - share_of_zero) / (1.0 - share_of_zero) : inside;
  switch (scale) {
    case Scale::linear: return lower + v * (upper - lower);
    case Scale::logarithmic: return lower * std::pow(upper / lower, v);
    case Scale::below_one: return 1.0 - std::pow(10.0, -4.0 * v);
    case Scale::start: return 6.0 * std::pow(2.0 * v - 1.0, 3);
    case Scale::among: return values[std::min(values.size() - 1, static_cast<std::size_t>(v * static_cast<double>(values.size())))];
    case Scale::step:
    case Scale::horizon: break;
  }
  return v;
}

std::optional<double> largest_admissible_step(const Card& card, const Setting& setting) {
  const Quantities base(setting);
  const auto admissible = [&](double factor) {
    Quantities at = base;
    std::vector<double> eta = setting.eta;
    for (double& step : eta) step *= factor;
    at.set_steps(eta);
    add_let(card, at);
    return std::all_of(card.admissible.begin(), card.admissible.end(), [&](const NamedExpression& c) { return truth_of(c.expression, at, card.id) == Truth::yes; });
  };
  constexpr double top = 1e6;
  if (admissible(top)) return infinity;
  double above = top;
  for (int half_decades = 1; half_decades <= 40; ++half_decades) {
    const double below = top * std::pow(10.0, -0.5 * half_decades);
    if (admissible(below)) {
      double in = below, out = above;
      for (int i = 0; i < 40 && out / in > 1.0 + 1e-10; ++i) {
        const double middle = std::sqrt(in * out);
        (admissible(middle) ? in : out) = middle;
      }
      return in * (1.0 - 1e-9);
    }
    above = below;
  }
  return std::nullopt;
}

double factor_of_least_bound(const Card& card, const Setting& setting) {
  const Quantities base(setting);
  double least = std::numeric_limits<double>::infinity(), best = 1.0;
  for (int half_decades = -6; half_decades <= 6; ++half_decades) {
    const double factor = std::pow(10.0, 0.5 * half_decades);
    Quantities at = base;
    std::vector<double> eta = setting.eta;
    for (double& step : eta) step *= factor;
    at.set_steps(eta);
    add_let(card, at);
    if (!std::all_of(card.admissible.begin(), card.admissible.end(), [&](const NamedExpression& c) { return truth_of(c.expression, at, card.id) == Truth::yes; })) continue;
    const double bound = value_of(card.bound, at, card.id).upper();
    if (bound < least) least = bound, best = factor;
  }
  return best;
}

namespace {

// The field of a definition that a pin is solved for; null: it is about none.
const NumberField* pinned_field(const Pin& pin, const Definition& definition) {
  const std::vector<NumberField>& fields = method_entry(definition).numbers;
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const NumberField& one) { return pin.depends_on(one.name); });
  return found == fields.end() ? nullptr : &*found;
}

// Whether the conditions hold for these very steps, and not for steps one per cent shorter.
bool only_as_written(const Card& card, const Setting& setting) {
  const auto admissible = [&](double factor) {
    Quantities at(setting);
    std::vector<double> eta = setting.eta;
    for (double& step : eta) step *= factor;
    at.set_steps(eta);
    add_let(card, at);
    return std::all_of(card.admissible.begin(), card.admissible.end(), [&](const NamedExpression& c) { return truth_of(c.expression, at, card.id) == Truth::yes; });
  };
  return admissible(1.0) && !admissible(0.99);
}

// Whether a card may be asked about steps that change: it does not require one step, and speaks of none.
bool takes_schedules(const Card& card) {
  if (requires_predicate(card, "constant-step")) return false;
  const auto speaks = [](const Expression& expression) {
    const auto names = expression.uses();
    return std::any_of(names.begin(), names.end(), [&](const auto& use) { return use.first == "eta" && expression.node(use.second).op == Expression::Op::name; });
  };
  const auto any = [&](const std::vector<NamedExpression>& all) { return std::any_of(all.begin(), all.end(), [&](const NamedExpression& one) { return speaks(one.expression); }); };
  return !speaks(card.bound) && !any(card.let) && !any(card.admissible);
}

std::vector<std::string> schedules_of(const Card& card) {
  std::vector<std::string> all = {""};
  if (!takes_schedules(card)) return all;
  all.insert(all.end(), {"1/sqrt(t)", "1/t"});
  for (const Witness& witness : card.witnesses)
    for (const TomlTable::Scalar& eta : witness.table.scalars("eta")) {
      if (!std::holds_alternative<std::string>(eta)) continue;
      const std::string& text = std::get<std::string>(eta);
      if (text.find('t') != std::string::npos && text.find('"') == std::string::npos && std::find(all.begin(), all.end(), text) == all.end()) all.push_back(text);
    }
  return all;
}

}  // namespace

InstanceSpace::InstanceSpace(const Card& card, const Restriction& restriction) : card_(&card), restriction_(restriction), pins_(pins_of(card)), schedules_(schedules_of(card)) {
  problems_ = checked(restriction.problems, problem_families(), "problem");
  if (problems_.empty())
    for (const Family& family : problem_families())
      if (is_quick(family)) problems_.emplace_back(family.entry.id);
  noises_ = checked(restriction.noises, noise_families(), "noise");
  const bool exact = requires_predicate(card, "deterministic") || (!card.methods.empty() && std::all_of(card.methods.begin(), card.methods.end(), [](const std::string& m) { return m == "gd"; }));
  if (noises_.empty()) {
    for (const Family& family : noise_families())
      if (!exact || family.entry.id == "none") noises_.emplace_back(family.entry.id);
  }
  methods_ = methods_of(card, restriction.methods);
  box_ = requires_predicate(card, "boxed");
  if (methods_.empty()) throw SpecError({{}, "", card.id, "no method of the catalogue is one that the theorem speaks of"});
  for (const auto& [name, values] : restriction.fixed) {
    bool known = false;
    for (const std::string& problem : problems_)
      for (const std::string& noise : noises_)
        for (const std::string& method : methods_) {
          if (known) break;
          const Structure one = structure(problem, noise, method);
          known = std::any_of(one.knobs.begin(), one.knobs.end(), [&](const Knob& knob) { return knob.name == name; });
        }
    if (!known) throw SpecError({{}, "--grid", name, "no problem, noise or method of the search has this parameter (eta and T are the step and the horizon)"});
  }
}

Structure InstanceSpace::structure(const std::string& problem, const std::string& noise, const std::string& method) const {
  Structure out{problem, noise, method, {}};
  for (const Parameter& parameter : parameters_of(problem))
    if (const auto knob = knob_of(parameter, Knob::Owner::problem, box_)) out.knobs.push_back(*knob);
  for (const Parameter& parameter : family_of(noise_families(), noise).parameters)
    if (const auto knob = knob_of(parameter, Knob::Owner::noise, box_)) out.knobs.push_back(*knob);
  for (const NumberField& field : method_entry(define(method)).numbers)
    if (const auto knob = knob_of(field)) out.knobs.push_back(*knob);
  out.knobs.push_back({Knob::Owner::step, "eta", Knob::Scale::step});
  if (schedules_.size() > 1) {
    Knob schedule{Knob::Owner::step, "schedule", Knob::Scale::among};
    for (std::size_t k = 0; k < schedules_.size(); ++k) schedule.values.push_back(static_cast<double>(k));
    out.knobs.push_back(std::move(schedule));
  }
  out.knobs.push_back({Knob::Owner::horizon, "T", Knob::Scale::horizon});
  for (Knob& knob : out.knobs)
    if (const auto fixed = restriction_.fixed.find(knob.name); fixed != restriction_.fixed.end()) {
      knob.scale = Knob::Scale::among;
      knob.values = fixed->second;
      knob.zero = false;
    }
  return out;
}

std::optional<Candidate> InstanceSpace::at(const Structure& structure, std::span<const double> u, const Effort& effort, std::string& reason, const std::vector<double>& start) const {
  Instance instance;
  instance.problem = structure.problem;
  instance.noise = structure.noise;
  instance.method = structure.method;
  instance.box = box_;
  const Knob* step = nullptr;
  const Knob* horizon = nullptr;
  double step_at = 1.0, horizon_at = 1.0;
  for (std::size_t i = 0; i < structure.knobs.size(); ++i) {
    const Knob& knob = structure.knobs[i];
    switch (knob.owner) {
      case Knob::Owner::problem: instance.problem_parameters[knob.name] = {knob.value(u[i])}; break;
      case Knob::Owner::noise: instance.noise_parameters[knob.name] = {knob.value(u[i])}; break;
      case Knob::Owner::method: instance.set[knob.name] = knob.value(u[i]); break;
      case Knob::Owner::step:
        if (knob.name == "schedule") instance.schedule = schedules_[static_cast<std::size_t>(knob.value(u[i]))];
        else step = &knob, step_at = std::clamp(u[i], 0.0, 1.0);
        break;
      case Knob::Owner::horizon: horizon = &knob, horizon_at = std::clamp(u[i], 0.0, 1.0); break;
    }
  }
  if (!start.empty()) instance.problem_parameters["start"] = start;
  try {
    Setting setting = setting_without_step(instance);
    const bool random = !setting.noise.facts.none || setting.problem.objective.sampled;
    const auto dim = static_cast<double>(setting.problem.dim()), least = random ? static_cast<double>(effort.least_replicas) : 1.0;
    const bool given = horizon->scale == Knob::Scale::among;
    const double most = std::max(1.0, effort.coordinate_steps / std::max(worth_a_step, least * dim));
    double steps = given ? horizon->value(horizon_at) : std::min(most, std::pow(most_horizon, horizon_at));
    const Pin* pinned_step = nullptr;
    for (const Pin& pin : pins_) {
      if (pin.depends_on("eta")) {
        pinned_step = &pin;
      } else if (!given && pin.depends_on("T") && pinned_field(pin, setting.definition) == nullptr) {
        if (const auto root = solved(pin, *card_, Quantities(setting), "T", 1.0, most_horizon)) steps = std::round(*root);
      }
    }
    instance.horizon = static_cast<std::uint64_t>(std::llround(steps));
    instance.replicas = random ? static_cast<std::size_t>(std::clamp(effort.coordinate_steps / (steps * dim), least, static_cast<double>(effort.most_replicas))) : 1;
    setting.eta.assign(instance.horizon, 1.0);
    if (!solve_fields(structure, instance, setting)) {
      reason = "no field of the definition meets a condition that pins it";
      return std::nullopt;
    }
    if (!instance.schedule.empty()) setting.eta = step_sizes(instance.schedule, instance.horizon, Quantities(setting), {});
    if (step->scale == Knob::Scale::among) {
      instance.eta = step->value(step_at);
    } else if (!instance.schedule.empty() && only_as_written(*card_, setting)) {
      instance.eta = 1.0;
    } else if (pinned_step != nullptr) {
      constexpr double shortest_step = 1e-9, longest_step = 1e6;
      const auto root = solved(*pinned_step, *card_, Quantities(setting), "eta", shortest_step, longest_step);
      if (!root) {
        reason = "no step size meets the conditions";
        return std::nullopt;
      }
      instance.eta = *root;
    } else {
      const auto edge = largest_admissible_step(*card_, setting);
      if (!edge) {
        reason = "no step size meets the conditions";
        return std::nullopt;
      }
      if (std::isfinite(*edge)) {
        instance.eta = *edge * std::pow(10.0, -4.0 * (1.0 - step_at));
      } else {
        const Quantities quantities(setting);
        const double scale = quantities.find("L")->upper() * quantities.find("mu2")->upper();
        instance.eta = std::pow(10.0, 6.0 * step_at - 3.0) / (std::isfinite(scale) && scale > 0.0 ? scale : 1.0);
      }
    }
    Candidate candidate{instance, cell_of(instance, std::move(setting), *card_)};
    const Applicability applies = applicability(*card_, candidate.cell.setting);
    if (applies.applies) return candidate;
    reason = applies.reason;
  } catch (const SpecError& error) {
    reason = error.parts().field + ": " + error.parts().allowed;
  }
  return std::nullopt;
}

// A pin with eta in it is the step's; of the others the first field in it is solved for, and the definition made anew.
bool InstanceSpace::solve_fields(const Structure& structure, Instance& instance, Setting& setting) const {
  for (const Pin& pin : pins_) {
    if (pin.depends_on("eta")) continue;
    const NumberField* field = pinned_field(pin, setting.definition);
    if (field == nullptr || restriction_.fixed.contains(std::string(field->name))) continue;
    const Quantities quantities(setting);
    const double lower = std::max(field->admits.lower, 0.0), upper = std::min(field->admits.upper, 1e6);
    auto root = solved(pin, *card_, quantities, std::string(field->name), lower, upper);
    if (root && field->whole) root = std::round(*root);
    if (!root || !field->admits(*root)) return false;
    instance.set[std::string(field->name)] = *root;
    setting.definition = define(structure.method, Overrides(instance.set.begin(), instance.set.end()));
  }
  return true;
}

}  // namespace thalweg
