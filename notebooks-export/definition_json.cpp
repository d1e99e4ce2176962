#include "notebooks-export/definition_json.hpp"

#include <nlohmann/json.hpp>

#include "lib/core/check.hpp"

namespace thalweg {

namespace {

using nlohmann::ordered_json;

[[noreturn]] void refuse(const std::string& file, const std::string& pointer, const std::string& given, const std::string& allowed) {
  throw SpecError({{file, 0, 0}, pointer, given, allowed});
}

}  // namespace

std::string to_json(const Definition& definition) {
  const MethodEntry& entry = method_entry(definition);
  ordered_json root{{"id", definition.method}, {"preset", definition.preset}, {"values", ordered_json::object()}};
  for (const NumberField& field : entry.numbers) root["values"][std::string(field.name)] = definition.number(field.name);
  for (const ChoiceField& field : entry.choices) root["values"][std::string(field.name)] = definition.choice(field.name);
  return root.dump(2) + "\n";
}

Definition definition_from_json(const std::string& json, const std::string& file) {
  ordered_json root;
  try {
    root = ordered_json::parse(json);
  } catch (const nlohmann::json::exception& error) {
    refuse(file, "", "", "not valid JSON: " + std::string(error.what()));
  }
  if (!root.is_object()) refuse(file, "/", root.dump().substr(0, 60), "must be an object with id and values");
  const auto text_at = [&](const char* key, const std::string& otherwise) {
    if (!root.contains(key)) return otherwise;
    if (!root[key].is_string()) refuse(file, std::string("/") + key, root[key].dump().substr(0, 60), "must be text");
    return root[key].get<std::string>();
  };
  const std::string id = text_at("id", ""), preset = text_at("preset", "paper");
  if (!root.contains("id")) refuse(file, "/id", "", "is missing: the id of a method, such as \"adam\"");
  if (!root.contains("values") || !root["values"].is_object()) refuse(file, "/values", root.contains("values") ? root["values"].dump().substr(0, 60) : "", "must be an object with a value for every field");
  Overrides overrides;
  for (const auto& [name, value] : root["values"].items()) {
    if (value.is_number()) overrides.emplace_back(name, value.get<double>());
    else if (value.is_string()) overrides.emplace_back(name, value.get<std::string>());
    else refuse(file, "/values/" + name, value.dump().substr(0, 60), "must be a number or text");
  }
  try {
    const Definition definition = define(id + "@" + preset, overrides);
    const MethodEntry& entry = method_entry(definition);
    const auto check = [&](std::string_view field) {
      if (!root["values"].contains(std::string(field))) refuse(file, "/values/" + std::string(field), "", "is missing: a definition has a value for every field");
    };
    for (const NumberField& field : entry.numbers) check(field.name);
    for (const ChoiceField& field : entry.choices) check(field.name);
    return definition;
  } catch (const SpecError& error) {
    throw error.at({file, 0, 0});
  }
}

}  // namespace thalweg
