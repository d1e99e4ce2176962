#include "lib/optimizers/definition.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "lib/core/check.hpp"

namespace thalweg {

namespace {

[[noreturn]] void refuse(std::string field, std::string given, std::string allowed) {
  throw SpecError({.place = {}, .field = std::move(field), .given = std::move(given), .allowed = std::move(allowed)});
}

std::string shortest(double value) {
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

std::string given(const FieldValue& value) {
  return std::holds_alternative<double>(value) ? shortest(std::get<double>(value)) : std::get<std::string>(value);
}

std::optional<double> as_number(const FieldValue& value) {
  if (std::holds_alternative<double>(value)) return std::get<double>(value);
  const std::string& written = std::get<std::string>(value);
  double number = 0.0;
  const auto [end, error] = std::from_chars(written.data(), written.data() + written.size(), number);
  if (error != std::errc{} || end != written.data() + written.size()) return std::nullopt;
  return number;
}

std::string_view trimmed(std::string_view s) {
  const auto first = s.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return s.substr(first, s.find_last_not_of(" \t") - first + 1);
}

template <class Range>
std::vector<std::string_view> ids(const Range& entries) {
  std::vector<std::string_view> all;
  for (const auto& entry : entries) all.push_back(entry.id);
  return all;
}

std::string joined(std::span<const std::string_view> words) {
  std::string all;
  for (std::string_view word : words) all += (all.empty() ? "" : ", ") + std::string(word);
  return all;
}

struct Spec {
  std::string_view method, preset = "paper";
  Overrides overrides;
};

// method[@preset][(field=value, ...)]
Spec parse(std::string_view spec) {
  Spec parsed;
  std::string_view head = trimmed(spec);
  if (const auto open = head.find('('); open != std::string_view::npos) {
    if (head.back() != ')') refuse("method", std::string(spec), "has no closing ')'; write method@preset(field=value, ...)");
    std::string_view rest = trimmed(head.substr(open + 1, head.size() - open - 2));
    head = trimmed(head.substr(0, open));
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      const std::string_view item = trimmed(rest.substr(0, comma));
      const auto equals = item.find('=');
      if (equals == std::string_view::npos) refuse("method", std::string(spec), "'" + std::string(item) + "' is not field=value");
      parsed.overrides.emplace_back(trimmed(item.substr(0, equals)), std::string(trimmed(item.substr(equals + 1))));
      rest = comma == std::string_view::npos ? std::string_view{} : trimmed(rest.substr(comma + 1));
    }
  }
  if (const auto at = head.find('@'); at != std::string_view::npos) {
    parsed.preset = head.substr(at + 1);
    head = head.substr(0, at);
  }
  parsed.method = head;
  return parsed;
}

const MethodEntry& find_method(std::string_view id) {
  for (const MethodEntry& entry : methods())
    if (entry.id == id) return entry;
  std::string hyphened(id);
  std::replace(hyphened.begin(), hyphened.end(), '_', '-');
  refuse("method", std::string(id), unknown_clause("method", hyphened, ids(methods())));
}

const Preset& find_preset(const MethodEntry& entry, std::string_view id) {
  for (const Preset& preset : entry.presets)
    if (preset.id == id) return preset;
  refuse(std::string(entry.id) + " preset", std::string(id), unknown_clause("preset", id, ids(entry.presets)));
}

std::vector<std::string_view> field_names(const MethodEntry& entry) {
  std::vector<std::string_view> names;
  for (const NumberField& field : entry.numbers) names.push_back(field.name);
  for (const ChoiceField& field : entry.choices) names.push_back(field.name);
  return names;
}

[[noreturn]] void refuse_field(const MethodEntry& entry, std::string_view name, const std::string& value) {
  const std::string field = std::string(entry.id) + " " + std::string(name);
  if (name == "eta") refuse(field, value, "is the step size, which is not a field of the method: give it as the schedule eta");
  const std::vector<std::string_view>& known = hyper_parameter_names();
  const std::vector<std::string_view> own = field_names(entry);
  if (std::find(known.begin(), known.end(), name) != known.end())
    refuse(field, value, "is not a field of this method; it has " + joined(own));
  refuse(field, value, unknown_clause("field", name, own));
}

void set(Definition& definition, const MethodEntry& entry, std::string_view written, const FieldValue& value) {
  const std::string_view name = canonical_name(written);
  const std::string label = std::string(entry.id) + " " + std::string(name);
  if (const auto number = definition.numbers.find(name); number != definition.numbers.end()) {
    const std::optional<double> parsed = as_number(value);
    const NumberField& field = *std::find_if(entry.numbers.begin(), entry.numbers.end(), [&](const NumberField& f) { return f.name == name; });
    if (!parsed || !field.admits(*parsed) || (field.whole && *parsed != std::floor(*parsed))) refuse(label, given(value), std::string(field.admits.clause));
    number->second = *parsed + 0.0;  // no negative zero in a printed definition
    return;
  }
  const auto field = std::find_if(entry.choices.begin(), entry.choices.end(), [&](const ChoiceField& f) { return f.name == name; });
  if (field == entry.choices.end()) refuse_field(entry, name, given(value));
  const std::string choice = given(value);
  if (std::find(field->allowed.begin(), field->allowed.end(), choice) == field->allowed.end()) {
    if (field->allowed.size() == 1) refuse(label, choice, "is fixed by the method: " + std::string(field->allowed[0]));
    refuse(label, choice, unknown_clause("choice", choice, field->allowed));
  }
  definition.choices[std::string(name)] = choice;
}

Definition made(const MethodEntry& entry, const Preset& preset) {
  Definition definition{std::string(entry.id), std::string(preset.id), {}, {}};
  for (const NumberField& field : entry.numbers) definition.numbers.emplace(field.name, field.value);
  for (const ChoiceField& field : entry.choices) definition.choices.emplace(field.name, field.allowed[0]);
  for (const auto& [name, value] : preset.fields) set(definition, entry, name, std::string(value));
  return definition;
}

}  // namespace

bool Definition::has(std::string_view field) const { return numbers.contains(field) || choices.contains(field); }

double Definition::number(std::string_view field) const {
  const auto found = numbers.find(field);
  THALWEG_EXPECTS(found != numbers.end());
  return found->second;
}

const std::string& Definition::choice(std::string_view field) const {
  const auto found = choices.find(field);
  THALWEG_EXPECTS(found != choices.end());
  return found->second;
}

Definition define(std::string_view spec, const Overrides& overrides) {
  const Spec parsed = parse(spec);
  const MethodEntry& entry = find_method(parsed.method);
  Definition definition = made(entry, find_preset(entry, parsed.preset));
  for (const auto& [name, value] : parsed.overrides) set(definition, entry, name, value);
  for (const auto& [name, value] : overrides) set(definition, entry, name, value);
  return definition;
}

namespace {

// The fields of `definition`, all of them or those in which it differs from `reference`.
std::string written_fields(const Definition& definition, const Definition* reference) {
  const MethodEntry& entry = method_entry(definition);
  std::string all;
  const auto add = [&](std::string_view name, const std::string& value) {
    all += (all.empty() ? "" : ", ") + std::string(name) + "=" + value;
  };
  for (const NumberField& field : entry.numbers)
    if (!reference || definition.number(field.name) != reference->number(field.name))
      add(field.name, shortest(definition.number(field.name)));
  for (const ChoiceField& field : entry.choices)
    if (!reference || definition.choice(field.name) != reference->choice(field.name)) add(field.name, definition.choice(field.name));
  return all.empty() ? all : "(" + all + ")";
}

}  // namespace

std::string text(const Definition& definition) { return definition.method + written_fields(definition, nullptr); }

std::string short_name(const Definition& definition) {
  const MethodEntry& entry = method_entry(definition);
  const Definition reference = made(entry, find_preset(entry, definition.preset));
  return definition.method + (definition.preset == "paper" ? "" : "@" + definition.preset) + written_fields(definition, &reference);
}

RuleInstance rule_instance(const Definition& definition) { return method_entry(definition).instance(definition); }

RuleInstance rule_instance(const Definition& definition, std::size_t dim) {
  if (method_entry(definition).mapped && static_cast<double>(dim) - std::floor(static_cast<double>(dim) / definition.number("columns")) * definition.number("columns") != 0.0)
    refuse(definition.method + " columns", given(definition.number("columns")), "must divide the number of coordinates, " + std::to_string(dim) + ": the vector is a matrix, row after row");
  return rule_instance(definition);
}

}  // namespace thalweg
