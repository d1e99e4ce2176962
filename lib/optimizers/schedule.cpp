#include "lib/optimizers/schedule.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

#include "lib/core/elementary.hpp"
#include "lib/core/expression.hpp"

namespace thalweg {

namespace {

std::string shortest(double value) {
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

// The names a schedule may use, at one step.
class AtStep {
 public:
  AtStep(const Constants& constants, double horizon) : constants_(constants), horizon_(horizon) {}
  void move_to(double t) { t_ = t; }

  double number(double literal) const { return literal; }
  double name(std::string_view name, const Expression& e, std::uint32_t node) const {
    if (name == "t") return t_;
    if (name == "T") return horizon_;
    if (const auto found = constants_.find(name); found != constants_.end()) return found->second;
    std::vector<std::string_view> known{"t", "T"};
    for (const auto& [constant, value] : constants_) known.push_back(constant);
    throw SpecError({e.place(node), "eta", "'" + std::string(name) + "' in " + e.text(), unknown_clause("name", name, known)});
  }
  double indexed(std::string_view name, double, const Expression& e, std::uint32_t node) const {
    throw SpecError({e.place(node), "eta", "'" + std::string(name) + "[...]' in " + e.text(), "a step size may not use indexed names"});
  }
  void check_divisor(double divisor, const Expression& e, std::uint32_t node) const {
    if (divisor == 0.0) throw SpecError({e.place(node), "eta", e.text(), "division by zero" + at_t()});
  }
  double integer(double value, const Expression& e, std::uint32_t node) const {
    constexpr double longest = 1e6;
    if (value == std::floor(value) && std::fabs(value) <= longest) return value;
    throw SpecError({e.place(node), "eta", e.text(), "the ends of a sum must be whole numbers up to 1e6, not " + shortest(value) + at_t()});
  }
  std::string at_t() const { return " (at t = " + shortest(t_) + ")"; }

 private:
  const Constants& constants_;
  double horizon_, t_ = 1.0;
};

}  // namespace

std::vector<double> schedule(const std::string& text, std::uint64_t horizon, const Constants& constants, const Place& place) {
  const Expression expression = Expression::parse(text, place);
  if (expression.is_condition()) throw SpecError({place, "eta", text, "must be a number, not a condition"});
  const auto names = expression.names();
  const bool constant = std::none_of(names.begin(), names.end(), [](const auto& name) { return name.first == "t"; });
  AtStep step(constants, static_cast<double>(horizon));
  std::vector<double> eta(horizon);
  for (std::uint64_t t = 1; t <= horizon; ++t) {
    if (constant && t > 1) {
      eta[t - 1] = eta[0];
      continue;
    }
    step.move_to(static_cast<double>(t));
    const double value = Evaluator<double, AtStep>(expression, step).value() + 0.0;  // never a negative zero
    if (!(value >= 0.0 && value <= std::numeric_limits<double>::max()))
      throw SpecError({place, "eta", text,
                       "must be a finite number >= 0 at every step, but it is " + shortest(value) + " at t = " + std::to_string(t)});
    eta[t - 1] = value;
  }
  return eta;
}

}  // namespace thalweg
