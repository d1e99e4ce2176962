#include "problems/problem.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "lib/core/check.hpp"
#include "problems/composition.hpp"
#include "problems/enclosure.hpp"
#include "problems/family_record.hpp"
#include "problems/given_parameters.hpp"
#include "problems/host_catalogue.hpp"
#include "problems/implied.hpp"
#include "problems/tables.hpp"

namespace thalweg {

namespace {

// ---- catalogue entries without their types

struct NoiseRecord {
  Family family;
  void (*build)(Noise&, std::size_t dim);
};

// Of the objectives that have an id.
template <class F>
constexpr bool by_text = requires { F::by_text; };

template <class N>
void build_noise(Noise& noise, std::size_t dim) {
  BuiltNoise<N> built = N::build(noise.parameters, dim);
  record_detail::own(noise.instance, built.functor, std::move(built.storage));
  noise.facts = std::move(built.facts);
  noise.instance.delay = built.delay;
}

// What add_families was given before the catalogue was first asked for.
std::vector<FamilyRecord>& added_families() {
  static std::vector<FamilyRecord> all;
  return all;
}
bool& families_are_fixed() {
  static bool fixed = false;
  return fixed;
}

const std::vector<FamilyRecord>& objectives() {
  static const std::vector<FamilyRecord> records = [] {
    std::vector<FamilyRecord> all;
    Objectives::for_each([&]<class F>() {
      const KernelSet<ObjectiveKernel> kernel = row_of(objective_tables, all.size());
      const ProgramSource<ObjectivePrograms> programs = {host_objective_programs, device_objective_programs(), all.size()};
      if constexpr (by_text<F>) all.push_back({{F::entry, {}}, nullptr, nullptr, kernel, programs, enclosures_of_row(all.size())});
      else all.push_back(family_record<F>(kernel, programs, enclosures_of_row(all.size())));
    });
    for (FamilyRecord& record : added_families()) all.push_back(std::move(record));
    families_are_fixed() = true;
    return all;
  }();
  return records;
}

const std::vector<NoiseRecord>& noise_records() {
  static const std::vector<NoiseRecord> records = [] {
    std::vector<NoiseRecord> all;
    Noises::for_each([&]<class N>() { all.push_back({{N::entry, N::parameters()}, build_noise<N>}); });
    return all;
  }();
  return records;
}

template <class Record>
std::vector<Family> families(const std::vector<Record>& records) {
  std::vector<Family> out;
  for (const Record& record : records)
    if (record.build != nullptr) out.push_back(record.family);
  return out;
}

template <class Record>
std::size_t position(const std::vector<Record>& records, std::string_view kind, std::string_view id) {
  std::vector<std::string_view> ids;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (records[i].build == nullptr) continue;
    if (records[i].family.entry.id == id) return i;
    ids.push_back(records[i].family.entry.id);
  }
  throw SpecError({Place{}, std::string(kind), "'" + std::string(id) + "'", unknown_clause(kind, id, ids)});
}

// ---- objectives given as text

constexpr double most_formula_coordinates = 1e6;

// One value, or dim of them, that is taken out of `rest`; nothing: not given.
std::optional<std::vector<double>> taken(Parameters& rest, std::string_view name, std::size_t most, const Place& place) {
  const auto found = rest.find(name);
  if (found == rest.end()) return std::nullopt;
  std::vector<double> values = std::move(found->second);
  rest.erase(found);
  if (values.empty() || (values.size() != 1 && values.size() != most))
    throw SpecError({place, std::string(name), written(values), most == 1 ? "must be one number" : "must be one number or a list of " + std::to_string(most) + ", one per coordinate"});
  for (double value : values)
    if (!(std::fabs(value) <= 1e100)) throw SpecError({place, std::string(name), written(value), "must be a finite number, at most 1e100 in size"});
  return values;
}
std::optional<double> taken_number(Parameters& rest, std::string_view name, double least, const Place& place) {
  const auto values = taken(rest, name, 1, place);
  if (!values) return std::nullopt;
  if (values->front() < least) throw SpecError({place, std::string(name), written(values->front()), "must be at least " + written(least)});
  return values->front();
}

Constant on_word(double value) { return {value, value, Trust::estimated, "declared"}; }

void declare(Facts& facts, Parameters& rest, const Place& place) {
  const auto number = [&](std::string_view name, double least) { return taken_number(rest, name, least, place); };
  if (const auto f_star = number("f_star", -1e100)) facts.f_star = on_word(*f_star), facts.declared = true;
  if (const auto convex = number("convex", 0.0)) facts.convex = facts.declared = *convex != 0.0;
  if (const auto L = number("L", 0.0)) {
    facts.smooth = facts.declared = true;
    facts.L = on_word(*L);
    facts.L_j = PerCoordinate<Constant>(facts.dim, facts.L);
  }
  if (const auto mu = number("mu", 0.0)) {
    facts.mu = on_word(*mu);
    facts.convex = facts.declared = true;
  }
  if (const auto mu_pl = number("mu_pl", 0.0)) {
    facts.mu_pl = on_word(*mu_pl);
    facts.pl = facts.declared = *mu_pl > 0.0;
  }
}

const ObjectiveKernel<double>& best_kernel(const Problem& problem) {
  const ObjectiveKernel<double>* kernel = problem.objective.kernel.of<double>(best_isa());
  THALWEG_EXPECTS(kernel != nullptr);
  return *kernel;
}

}  // namespace

void add_families(std::vector<FamilyRecord> records) {
  THALWEG_EXPECTS(!families_are_fixed());
  for (FamilyRecord& record : records) added_families().push_back(std::move(record));
  std::vector<std::string_view> ids;
  for (const FamilyRecord& record : objectives()) {
    const std::string_view id = record.family.entry.id;
    if (std::find(ids.begin(), ids.end(), id) != ids.end()) throw SpecError({Place{}, "problem", "'" + std::string(id) + "'", "is the id of two families"});
    ids.push_back(id);
  }
}

const std::vector<Family>& problem_families() {
  static const std::vector<Family> all = families(objectives());
  return all;
}

const std::vector<Family>& noise_families() {
  static const std::vector<Family> all = families(noise_records());
  return all;
}

bool takes_text(std::string_view id, std::string_view name) {
  if (is_composition(id)) {
    const std::vector<std::string> inside = families_in(std::string(id));
    return std::any_of(inside.begin(), inside.end(), [&](const std::string& family) { return takes_text(family, name); });
  }
  return std::any_of(problem_families().begin(), problem_families().end(), [&](const Family& family) {
    return family.entry.id == id && std::any_of(family.parameters.begin(), family.parameters.end(), [&](const Parameter& p) { return p.name == name && p.shape == Shape::text; });
  });
}

Problem make_problem(std::string_view id, const Parameters& given, const Texts& texts) {
  // A family with its parameters is a composition of nothing: its own text can be read again.
  if (is_composition(id)) return composed_problem(std::string(id), given, texts);
  if (find_transformation(id) != nullptr)
    throw SpecError({Place{}, "problem", "'" + std::string(id) + "'", "is a transformation: write the problem inside, as in " + std::string(id) + "(pl-sine)"});
  const std::size_t row = position(objectives(), "problem", id);
  const FamilyRecord& record = objectives()[row];
  const Family& family = record.family;

  Problem problem;
  problem.entry = family.entry;
  check_parameter_names(family, texts);
  problem.parameters = completed_parameters(family, given);
  const auto dim = problem.parameters.find("dim");
  if (dim != problem.parameters.end()) {
    const std::size_t length = common_length(family, given, given.contains("dim") ? static_cast<std::size_t>(dim->second.front()) : 0);
    if (length != 0) dim->second = {static_cast<double>(length)};
  }
  if (record.complete != nullptr) record.complete(problem.parameters, given, texts);
  for (const Parameter& parameter : family.parameters)  // what was completed obeys the ranges too
    if (const auto value = problem.parameters.find(parameter.name); value != problem.parameters.end() && !value->second.empty()) check_parameter(family, parameter, value->second);
  problem.objective.id = std::string(id);
  problem.objective.kernel = record.kernel;
  problem.objective.programs = record.programs;
  problem.enclosures = record.enclosures;
  const std::string digest = record.build(problem, texts);
  problem.text = std::string(id) + parameters_text(family, problem.parameters, texts, digest);
  problem.instance = hash_of(std::string(id) + parameters_text(family, problem.parameters, {}, digest));
  add_implied_facts(problem);
  return problem;
}

Problem make_formula(const std::string& text, const Parameters& values, const Place& place) {
  Parameters rest = values;
  const double dim = taken_number(rest, "dim", 1.0, place).value_or(1.0);
  if (dim != std::floor(dim) || dim > most_formula_coordinates)
    throw SpecError({place, "dim", written(dim), "must be an integer from 1 to " + written(most_formula_coordinates)});
  const auto n = static_cast<std::size_t>(dim);
  const auto spread_over = [n](const std::vector<double>& v) { return v.size() == 1 ? PerCoordinate<double>(n, v.front()) : PerCoordinate<double>(v); };

  std::size_t row = 0;
  while (objectives()[row].build != nullptr) ++row;
  Problem problem;
  problem.entry = Formula::entry;
  problem.parameters = values;
  problem.text = "formula(\"" + text + "\"";
  for (const auto& [name, value] : values) problem.text += ", " + name + "=" + written(value);
  problem.text += ")";
  problem.instance = hash_of(problem.text);
  problem.objective.id = std::string(Formula::entry.id);
  problem.objective.kernel = objectives()[row].kernel;
  problem.objective.programs = objectives()[row].programs;
  problem.enclosures = objectives()[row].enclosures;

  Facts facts;
  facts.dim = n;
  declare(facts, rest, place);
  const auto minimiser = taken(rest, "minimiser", n, place), start = taken(rest, "start", n, place);
  const auto region = taken_number(rest, "region", 0.0, place), box = taken_number(rest, "box", 0.0, place);
  std::map<std::string, double> constants;
  while (!rest.empty()) {
    const std::string name = rest.begin()->first;
    if (name == "x" || name == "d") throw SpecError({place, name, written(rest.begin()->second), "is the name of the coordinates or of their number"});
    constants[name] = taken(rest, name, 1, place)->front();
  }
  Built<Formula> built = Formula::build(text, n, constants, facts.f_star.known() ? facts.f_star.upper : 0.0, place);
  facts.differentiable = built.facts.differentiable;
  problem.objective.dim = n;
  record_detail::own(problem.objective, built.functor, std::move(built.storage));
  if (minimiser) facts.minimiser = spread_over(*minimiser), facts.declared = true;
  if (region && *region > 0.0) facts.region = cube(n, *region);
  problem.facts = std::move(facts);
  problem.start = start ? spread_over(*start) : PerCoordinate<double>(n, 1.0);
  if (box && *box > 0.0) problem.box = box_of_side(n, *box);
  add_implied_facts(problem);
  return problem;
}

Noise make_noise(std::string_view id, std::size_t dim, const Parameters& given) {
  THALWEG_EXPECTS(dim > 0);
  const std::size_t row = position(noise_records(), "noise", id);
  const NoiseRecord& record = noise_records()[row];

  Noise noise;
  noise.entry = record.family.entry;
  noise.parameters = completed_parameters(record.family, given);
  common_length(record.family, given, dim);
  noise.text = std::string(id) + parameters_text(record.family, noise.parameters);
  noise.instance.id = std::string(id);
  record.build(noise, dim);
  if (!noise.facts.none) {
    noise.instance.kernel = row_of(noise_tables, row);
    noise.instance.programs = {host_noise_programs, device_noise_programs(), row};
  }
  return noise;
}

double Problem::value(View<const double> x) const {
  THALWEG_EXPECTS(x.size() == dim());
  return best_kernel(*this).point_value(objective.functor.get(), x.data());
}

void Problem::gradient(View<const double> x, View<double> g) const {
  THALWEG_EXPECTS(x.size() == dim() && g.size() == dim());
  best_kernel(*this).point_gradient(objective.functor.get(), x.data(), g.data());
}

void Problem::hessian_product(View<const double> x, View<const double> v, View<double> out) const {
  THALWEG_EXPECTS(x.size() == dim() && v.size() == dim() && out.size() == dim());
  best_kernel(*this).point_product(objective.functor.get(), x.data(), v.data(), out.data());
}

}  // namespace thalweg
