// thalweg trace: one trajectory in full. The oracle's calls and the steps are those of the engine, bit for bit.
#include <fmt/format.h>

#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>

#include "analysis/cli/session.hpp"
#include "analysis/theory/evaluate.hpp"
#include "analysis/theory/setting.hpp"
#include "lib/core/check.hpp"
#include "lib/engine/past_points.hpp"
#include "lib/engine/step.hpp"
#include "lib/optimizers/bounds.hpp"

namespace thalweg::cli {

namespace {

constexpr int not_finite = 3;

Setting setting_of(const TraceOptions& options) {
  Setting setting;
  setting.problem = problem_of(options.problem, options.objective, options.problem_set);
  const std::size_t dim = setting.problem.dim();
  setting.noise = make_noise(options.noise, dim, parameters(options.noise_set, "--noise-set"));
  const GivenMethod given = given_method(options.method, options.set, options.schedule);
  setting.definition = given.definition;
  setting.start = options.start.empty() ? setting.problem.start : PerCoordinate<double>(coordinates(options.start, dim, "--start", "one for each coordinate of the problem"));
  setting.eta_text = !given.eta.empty() ? given.eta : properties(setting.definition).adaptive ? "1e-3" : "0.5 / L";
  setting.eta = step_sizes(setting.eta_text, options.steps, Quantities(setting), {given.eta.empty() ? "" : given.eta_option, 0, 0});
  require_memory(setting);
  return setting;
}

// The gradients that the engine would draw for replica 0.
class Oracle {
 public:
  Oracle(const Setting& setting, std::uint64_t seed, bool same_sample, unsigned calls)
      : objective_(setting.problem.objective),
        noise_(setting.noise.instance),
        key_(draw_key(seed, setting.problem.instance)),
        same_sample_(same_sample),
        past_(noise_.delay, calls, objective_.dim) {}

  void operator()(std::uint64_t t, unsigned call, Asked asked, const std::vector<double>& now, std::vector<double>& g) {
    const double* x = answered_ = past_.answered(t, call, now.data(), 0, now.size());
    if (asked == Asked::nothing) {
      g.assign(g.size(), std::numeric_limits<double>::quiet_NaN());
      return;
    }
    const Isa isa = best_isa();
    const std::uint64_t replica = 0;
    const DrawPoint point{key_, &replica, same_sample_ ? t : draw_step(t, call)};
    const ObjectiveKernel<double>& kernel = *objective_.kernel.of<double>(isa);
    if (of_memory(asked)) {
      memory_.resize(objective_.memory);
      kernel.point_recall(objective_.functor.get(), asked, point, x, memory_.data(), g.data());
      return;
    }
    if (asked == Asked::sample && objective_.sampled) {
      kernel.point_sample(objective_.functor.get(), point, x, g.data());
      return;
    }
    kernel.point_gradient(objective_.functor.get(), x, g.data());
    if (asked == Asked::exact) return;
    const NoiseKernel<double>* noise = noise_.kernel.of<double>(isa);
    if (noise != nullptr) noise->add_along(noise_.functor.get(), point, 0, now.size(), g.data());
  }
  // f - f* of the point that was last answered about, as methods take it.
  double gap() const { return objective_.kernel.of<double>(best_isa())->point_value(objective_.functor.get(), answered_); }

 private:
  const ObjectiveInstance& objective_;
  const NoiseInstance& noise_;
  DrawKey key_;
  bool same_sample_;
  PastPoints<double> past_;
  const double* answered_ = nullptr;
  std::vector<double> memory_;  // gradients kept of samples
};

// What a step leaves: columns of one value for each coordinate, by name. Step 0 has no gradient, A-LR or update: NaN, printed as nothing.
struct Column {
  std::string name;
  std::vector<double> values;
};

std::string call_suffix(unsigned call) { return call == 0 ? "" : call == 1 ? "_y" : fmt::format("_y{}", call); }

class Trajectory {
 public:
  Trajectory(const Setting& setting, std::uint64_t seed)
      : setting_(setting), dim_(setting.problem.dim()), stepper_(rule_instance(setting.definition, dim_), dim_), oracle_(setting, seed, stepper_.same_sample(), stepper_.calls()), x_(setting.start.values()) {
    const std::vector<double> nothing(dim_, std::numeric_limits<double>::quiet_NaN());
    columns_.push_back({"x", x_});
    for (unsigned call = 0; call < stepper_.calls(); ++call) {
      if (call > 0) columns_.push_back({call == 1 ? "y" : fmt::format("y{}", call), nothing});
      columns_.push_back({"g" + call_suffix(call), nothing});
    }
    for (std::string_view name : method_entry(setting.definition).state) columns_.push_back({std::string(name), nothing});
    if (stepper_.rated()) columns_.push_back({"rate", nothing});
    columns_.push_back({"update", nothing});
    keep_state();
  }

  const std::vector<Column>& columns() const { return columns_; }

  // Returns whether x stays finite.
  bool step(std::uint64_t t) {
    std::vector<double> g(dim_), before = x_;
    bool stays = true;
    std::size_t k = 1;
    for (unsigned call = 0; call < stepper_.calls(); ++call) {
      if (call > 0) columns_[k++].values = x_;
      oracle_(t, call, stepper_.asked(), x_, g);
      stays = stepper_.step(setting_.eta[t - 1], g.data(), x_.data(), oracle_.gap());
      columns_[k++].values = g;
    }
    columns_.front().values = x_;
    keep_state();
    if (stepper_.rated()) stepper_.rates(g.data(), columns_[columns_.size() - 2].values.data());
    for (std::size_t j = 0; j < dim_; ++j) columns_.back().values[j] = before[j] - x_[j];
    return stays;
  }

 private:
  void keep_state() {
    for (std::size_t slot = 0; slot < stepper_.slots(); ++slot)
      for (std::size_t j = 0; j < dim_; ++j) columns_[2 * stepper_.calls() + slot].values[j] = stepper_.state(slot, j);
  }

  const Setting& setting_;
  std::size_t dim_;
  Stepper<double> stepper_;
  Oracle oracle_;
  std::vector<double> x_;
  std::vector<Column> columns_;
};

// The rows that are asked for: as CSV while they come, or as JSON at the end.
class Table {
 public:
  Table(const Setting& setting, const TraceOptions& options, const std::vector<Column>& columns) : json_(options.json) {
    if (!json_) {
      line_ = "step,eta";
      for (const Column& column : columns)
        for (std::size_t j = 0; j < column.values.size(); ++j) line_ += fmt::format(",{}_{}", column.name, j);
      line_ += '\n';
      return;
    }
    root_ = {{"schema", "thalweg.trace/1"}, {"problem", setting.problem.text}, {"noise", setting.noise.text}, {"definition", text(setting.definition)}, {"eta_text", setting.eta_text}, {"seed", options.seed}};
    for (const char* list : {"steps", "eta"}) root_[list] = nlohmann::ordered_json::array();
    root_["columns"] = nlohmann::ordered_json::object();
    for (const Column& column : columns) root_["columns"][column.name] = nlohmann::ordered_json::array();
  }
  void add(std::uint64_t step, const double* eta, const std::vector<Column>& columns) {
    if (json_) {
      root_["steps"].push_back(step);
      root_["eta"].push_back(eta != nullptr ? nlohmann::ordered_json(*eta) : nlohmann::ordered_json(nullptr));
      for (const Column& column : columns) root_["columns"][column.name].push_back(column.values);  // what is not finite is written as null
      return;
    }
    line_ += std::to_string(step) + (eta != nullptr ? fmt::format(",{:.17g}", *eta) : ",");
    for (const Column& column : columns)
      for (double value : column.values) line_ += eta == nullptr && value != value ? "," : fmt::format(",{:.17g}", value);
    line_ += '\n';
    if (line_.size() > std::size_t{1} << 16) flush();
  }
  void finish(const std::string& ending) {
    if (json_) {
      root_["ending"] = ending;
      line_ = root_.dump(2) + "\n";
    }
    flush();
  }

 private:
  void flush() {
    if (std::fwrite(line_.data(), 1, line_.size(), stdout) != line_.size()) throw EnvironmentError("standard output cannot be written");
    line_.clear();
  }

  bool json_;
  std::string line_;
  nlohmann::ordered_json root_;
};

}  // namespace

int trace(const TraceOptions& options) {
  const Setting setting = setting_of(options);
  Trajectory trajectory(setting, options.seed);
  Table table(setting, options, trajectory.columns());
  table.add(0, nullptr, trajectory.columns());
  for (std::uint64_t t = 1; t <= options.steps; ++t) {
    const bool stays = trajectory.step(t);
    if (!stays || t % options.every == 0 || t == options.steps) table.add(t, &setting.eta[t - 1], trajectory.columns());
    if (stays) continue;
    table.finish(fmt::format("not finite after step {}", t));
    fmt::print(stderr, "thalweg: after step {} x is not finite: the rows up to there are printed\n", t);
    return not_finite;
  }
  table.finish("all steps");
  return 0;
}

}  // namespace thalweg::cli
