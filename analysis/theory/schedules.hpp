// Step sizes by name: what stands for cosine(0.1) or 1/L*warmup(100) in an expression of t, T and a setting's quantities.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/core/check.hpp"

namespace thalweg {

struct ScheduleParameter {
  std::string_view name, value;  // value: default, an expression; empty: must be given
};
struct Schedule {
  std::string_view id, name, source;
  std::vector<ScheduleParameter> parameters;
  std::string_view value;  // of step t = 1 ... T, an expression of the parameters
};
// One line a schedule: a new one is a line in schedules.cpp.
const std::vector<Schedule>& schedules();
std::string signature(const Schedule& schedule);  // "cosine(c, end = 0)"

// The text with each call of a schedule, id(value, ..., name = value, ...), replaced by its expression. SpecError on `eta` for wrong arguments.
std::string with_schedules(const std::string& text, const Place& place);

// The numbers of table(eta_1, eta_2, ...); step t has the t-th, steps beyond the last have that. Nothing where the text is no table.
std::optional<std::vector<double>> table_of(const std::string& text, const Place& place);

}  // namespace thalweg
