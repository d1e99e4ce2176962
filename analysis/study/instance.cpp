#include "analysis/study/instance.hpp"

#include "analysis/study/hash.hpp"
#include "analysis/theory/evaluate.hpp"
#include "lib/core/check.hpp"

namespace thalweg {

namespace {

std::string numbers(const std::vector<double>& values) {
  if (values.size() == 1) return shortest(values.front());
  std::string out = "[";
  for (std::size_t i = 0; i < values.size(); ++i) out += (i == 0 ? "" : ", ") + shortest(values[i]);
  return out + "]";
}

std::string choice(const std::string& id, const Parameters& parameters) {
  const std::string quote = id.find('"') == std::string::npos ? "\"" : "'";  // a formula has quotes of its own
  std::string out = "{ id = " + quote + id + quote;
  for (const auto& [name, values] : parameters)
    if (!values.empty()) out += ", " + name + " = " + numbers(values);
  return out + " }";
}

}  // namespace

Setting setting_without_step(const Instance& instance) {
  Setting setting;
  setting.problem = make_problem(instance.problem, instance.problem_parameters);
  setting.noise = make_noise(instance.noise, setting.problem.dim(), instance.noise_parameters);
  setting.definition = define(instance.method, Overrides(instance.set.begin(), instance.set.end()));
  setting.start = setting.problem.start;
  setting.start_values = at_start(setting.problem, setting.start);
  setting.box = instance.box ? setting.problem.box : Box{};
  return setting;
}

std::string step_text(const Instance& instance) { return instance.schedule.empty() ? shortest(instance.eta) : shortest(instance.eta) + "*(" + instance.schedule + ")"; }

Cell cell_of(const Instance& instance, const Card& card) { return cell_of(instance, setting_without_step(instance), card); }

Cell cell_of(const Instance& instance, Setting setting, const Card& card) {
  Cell cell;
  cell.setting = std::move(setting);
  cell.setting.eta_text = step_text(instance);
  if (instance.schedule.empty()) {
    cell.setting.eta.assign(instance.horizon, instance.eta);
  } else {
    cell.setting.eta.clear();
    cell.setting.eta = step_sizes(cell.setting.eta_text, instance.horizon, Quantities(cell.setting), {});
  }
  const bool random = !cell.setting.noise.facts.none || cell.setting.problem.objective.sampled;
  cell.replicas = random ? instance.replicas : 1;
  cell.seed = instance.seed;
  cell.record_steps = {instance.horizon};
  cell.cards = {&card};
  return cell;
}

std::string block_of(const Instance& instance, const std::string& name, const std::string& theorem) {
  std::string out = "[[block]]\nname     = \"" + name + "\"\n";
  out += "problem  = " + choice(instance.problem, instance.problem_parameters) + "\n";
  out += "noise    = " + choice(instance.noise, instance.noise_parameters) + "\n";
  out += "method   = \"" + instance.method + "\"\n";
  if (!instance.set.empty()) {
    out += "set      = {";
    for (const auto& [field, value] : instance.set) out += (out.back() == '{' ? " " : ", ") + field + " = " + shortest(value);
    out += " }\n";
  }
  out += "eta      = " + (instance.schedule.empty() ? step_text(instance) : "\"" + step_text(instance) + "\"") + "\n";
  out += "T        = " + std::to_string(instance.horizon) + "\n";
  out += "replicas = " + std::to_string(instance.replicas) + "\nrecords  = 1\nseed     = " + std::to_string(instance.seed) + "\n";
  if (instance.box) out += "box      = true\n";
  return out + "theorems = [\"" + theorem + "\"]\n";
}

}  // namespace thalweg
