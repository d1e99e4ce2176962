// thalweg replay: a method fed gradients from a file. Nothing but the rule stands between the file and the answer.
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>

#include "analysis/cli/gradients.hpp"
#include "analysis/cli/session.hpp"
#include "analysis/theory/evaluate.hpp"
#include "lib/core/check.hpp"
#include "lib/engine/step.hpp"
#include "lib/optimizers/definition.hpp"

namespace thalweg::cli {

namespace {

constexpr int not_finite = 3;

struct Plan {
  Definition definition;
  GradientRows gradients;
  std::vector<double> eta, start;
  std::vector<std::string> state;  // names of the values kept for a coordinate, when they are wanted
  std::uint64_t every;
};

struct Shape {
  std::size_t rows = 0, columns = 0;
};
// "3x4".
Shape shape_of(const std::string& text) {
  Shape shape;
  const char *at = text.data(), *end = at + text.size();
  const auto [cross, failed] = std::from_chars(at, end, shape.rows);
  if (failed == std::errc() && cross != end && *cross == 'x') {
    const auto [rest, wrong] = std::from_chars(cross + 1, end, shape.columns);
    if (wrong == std::errc() && rest == end && shape.rows > 0 && shape.columns > 0 && shape.rows < (std::size_t{1} << 31U) && shape.columns < (std::size_t{1} << 31U)) return shape;
  }
  throw SpecError({{}, "--shape", text, "must be ROWSxCOLS, two whole numbers such as 3x4"});
}

GivenMethod method_of(const ReplayOptions& options) {
  if (options.shape.empty()) return given_method(options.method, options.set, options.schedule);
  const Shape shape = shape_of(options.shape);
  if (!method_entry(define(options.method)).mapped) throw SpecError({{}, "--shape", options.shape, "is of methods that take matrices, such as muon; " + options.method + " takes each coordinate alone"});
  std::vector<std::string> set = options.set;
  set.push_back(fmt::format("columns={}", shape.columns));
  return given_method(options.method, set, options.schedule);
}

Plan plan_of(const ReplayOptions& options) {
  Plan plan;
  const GivenMethod given = method_of(options);
  plan.definition = given.definition;
  if (method_entry(plan.definition).value)
    throw SpecError({{}, "method", options.method, "takes f(x) - f* beside the gradient, which a file of gradients does not give; thalweg trace and run have it"});
  const double limit = options.precision == "float" ? static_cast<double>(std::numeric_limits<float>::max()) : std::numeric_limits<double>::max();
  if (method_entry(plan.definition).remembers)
    throw SpecError({{}, "method", options.method, "keeps a gradient of each sample of a finite sum, which a file of gradients does not name; thalweg trace and run have it"});
  if (method_entry(plan.definition).exact)
    throw SpecError({{}, "method", options.method, "asks for the gradient of f itself beside samples, which a file of gradients does not tell apart; thalweg trace and run have both"});
  plan.gradients = read_gradients(options.grads, limit);
  plan.start = coordinates(options.x0.empty() ? "0" : options.x0, plan.gradients.columns, "--x0", "one for each column of the gradients");
  if (!options.shape.empty())
    if (const Shape shape = shape_of(options.shape); shape.rows * shape.columns != plan.gradients.columns)
      throw SpecError({{}, "--shape", options.shape, fmt::format("has {} entries, and the gradients have {} columns", shape.rows * shape.columns, plan.gradients.columns)});
  const unsigned calls = method_entry(plan.definition).calls;
  if (plan.gradients.rows() % calls != 0)
    throw SpecError({{}, "--grads", options.grads, fmt::format("has {} rows, and {} asks for {} gradients a step: one row for each, in order", plan.gradients.rows(), plan.definition.method, calls)});
  const std::size_t steps = plan.gradients.rows() / calls;
  std::map<std::string, Interval, std::less<>> names{{"T", Interval(static_cast<double>(steps))}, {"d", Interval(static_cast<double>(plan.gradients.columns))}};
  for (const auto& [name, value] : plan.definition.numbers) names.emplace(name, Interval(value));
  plan.eta = step_sizes(given.eta.empty() ? "1e-3" : given.eta, steps, Quantities(names), {given.eta_option, 0, 0});
  plan.every = options.every;
  if (options.state)
    for (std::string_view name : method_entry(plan.definition).state) plan.state.emplace_back(name);
  return plan;
}

// The rows that are asked for, as CSV while they come or as JSON at the end.
class Table {
 public:
  Table(const Plan& plan, const ReplayOptions& options) : plan_(plan), json_(options.json), precision_(options.precision) {
    if (json_) return;
    line_ = "step";
    for (std::size_t j = 0; j < plan.gradients.columns; ++j) line_ += fmt::format(",x_{}", j);
    for (const std::string& name : plan.state)
      for (std::size_t j = 0; j < plan.gradients.columns; ++j) line_ += fmt::format(",{}_{}", name, j);
    line_ += '\n';
  }
  template <class T>
  void add(std::uint64_t step, const std::vector<T>& x, const Stepper<T>& stepper) {
    const std::size_t columns = x.size();
    std::vector<double> row(x.begin(), x.end());
    for (std::size_t k = 0; k < plan_.state.size(); ++k)
      for (std::size_t j = 0; j < columns; ++j) row.push_back(static_cast<double>(stepper.state(k, j)));
    if (!json_) {
      line_ += std::to_string(step);
      for (double value : row) line_ += fmt::format(",{:.17g}", value);
      line_ += '\n';
      if (line_.size() > std::size_t{1} << 16) flush();
      return;
    }
    const auto part = [&](std::size_t k) { return std::vector<double>(row.begin() + static_cast<std::ptrdiff_t>(k * columns), row.begin() + static_cast<std::ptrdiff_t>((k + 1) * columns)); };
    steps_.push_back(step);
    x_.push_back(part(0));
    for (std::size_t k = 0; k < plan_.state.size(); ++k) state_[plan_.state[k]].push_back(part(k + 1));
  }
  void finish(const std::string& ending) {
    if (!json_) {
      flush();
      return;
    }
    nlohmann::ordered_json root{{"schema", "thalweg.replay/1"}, {"definition", text(plan_.definition)}, {"precision", precision_}, {"steps", steps_}, {"x", x_}};
    if (!plan_.state.empty()) root["state"] = state_;
    root["ending"] = ending;
    fmt::print("{}\n", root.dump(2));
  }

 private:
  void flush() {
    if (std::fwrite(line_.data(), 1, line_.size(), stdout) != line_.size()) throw EnvironmentError("standard output cannot be written");
    line_.clear();
  }

  const Plan& plan_;
  bool json_;
  std::string precision_, line_;
  std::vector<std::uint64_t> steps_;
  std::vector<std::vector<double>> x_;
  std::map<std::string, std::vector<std::vector<double>>> state_;
};

template <class T>
int replayed(const Plan& plan, const ReplayOptions& options) {
  const std::size_t columns = plan.gradients.columns, calls = method_entry(plan.definition).calls, steps = plan.gradients.rows() / calls;
  Stepper<T> stepper(rule_instance(plan.definition, columns), columns);
  std::vector<T> x(columns), g(columns);
  for (std::size_t j = 0; j < columns; ++j) x[j] = static_cast<T>(plan.start[j]);
  Table table(plan, options);
  table.add(0, x, stepper);
  for (std::size_t i = 0; i < steps; ++i) {
    bool stayed = true;
    for (std::size_t call = 0; call < calls; ++call) {
      for (std::size_t j = 0; j < columns; ++j) g[j] = static_cast<T>(plan.gradients.row(i * calls + call)[j]);
      stayed = stepper.step(plan.eta[i], g.data(), x.data());
    }
    if (!stayed || (i + 1) % plan.every == 0 || i + 1 == steps) table.add(i + 1, x, stepper);
    if (stayed) continue;
    table.finish(fmt::format("not finite after step {}", i + 1));
    fmt::print(stderr, "thalweg: after step {} x is not finite: the rows up to there are printed\n", i + 1);
    return not_finite;
  }
  table.finish("all rows");
  return 0;
}

}  // namespace

int replay(const ReplayOptions& options) {
  const Plan plan = plan_of(options);
  return options.precision == "float" ? replayed<float>(plan, options) : replayed<double>(plan, options);
}

}  // namespace thalweg::cli
