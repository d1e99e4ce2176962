// thalweg sharpness: train, then measure the minimum found.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/cli/session.hpp"
#include "analysis/probes/sharpness.hpp"
#include "analysis/study/hash.hpp"
#include "analysis/theory/evaluate.hpp"
#include "lib/core/check.hpp"
#include "lib/core/expression.hpp"
#include "lib/optimizers/bounds.hpp"

namespace thalweg::cli {

namespace {

// The setting on the command line. The step defaults to 1e-3 for adaptive methods, as their papers have it, else to half the descent lemma's.
Setting setting_of(const SharpnessOptions& options) {
  Setting setting;
  setting.problem = problem_of(options.problem.empty() && options.objective.empty() ? "pl-sine" : options.problem, options.objective, options.problem_set);
  setting.noise = make_noise(options.noise, setting.problem.dim(), parameters(options.noise_set, "--noise-set"));
  Common common = options;
  const Changes given = changes(common);
  const Definition bare = define(options.method);
  for (const auto& [name, value] : given.set)
    if (!bare.has(name)) throw SpecError({{}, "--set " + name, shortest(value), "the method " + bare.method + " has no such hyper-parameter"});
  setting.definition = define(options.method, thalweg::Overrides(given.set.begin(), given.set.end()));
  setting.start = setting.problem.start;
  setting.eta_text = given.eta.value_or(properties(setting.definition).adaptive ? "1e-3" : "0.5 / L");
  setting.eta = step_sizes(setting.eta_text, options.steps, Quantities(setting), {"--set eta", 0, 0});
  return setting;
}

struct Finding {
  std::size_t replica;
  Outcome outcome;
  double f_gap, grad_sq;
  std::vector<Measurement> measurements;
};

nlohmann::ordered_json to_json(const Measurement& m) {
  const auto finite = [](double value) { return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr); };
  return {{"probe", m.probe}, {"value", finite(m.value)}, {"lower", finite(m.lower)}, {"upper", finite(m.upper)}, {"level", m.level}, {"how", m.how},
          {"semantics", m.semantics}, {"products", m.products}, {"seconds", m.seconds}, {"converged", m.converged}, {"certified", m.certified}, {"reason", m.reason}};
}

}  // namespace

int sharpness(const SharpnessOptions& options) {
  const Setting setting = setting_of(options);
  Batch batch = batch_of(setting, options.replicas.value_or(1), options.seed.value_or(1));
  batch.record_steps = {options.steps};
  batch.metrics = MetricSet(Metric::f_gap, Metric::grad_sq);
  batch.keep_final = true;
  const Trajectories out = make_engine(options)->run(batch);

  const std::size_t dim = setting.problem.dim();
  SharpnessRequest request;
  request.lanczos.seed = batch.seed;
  request.lanczos.level = options.level;
  std::vector<Finding> findings;
  bool converged = true;
  for (std::size_t r = 0; r < batch.replicas; ++r) {
    Finding finding{r, out.outcomes[r], out.at(Metric::f_gap, 0, r), out.at(Metric::grad_sq, 0, r), {}};
    const std::span<const double> x(out.final_x.data() + r * dim, dim);
    if (finding.outcome.ending == Ending::finished) {
      const Spectrum spectrum = hessian_extremes(setting.problem, x, request);
      finding.measurements = {spectrum.largest, spectrum.smallest};
      if (!out.final_rate.empty()) finding.measurements.push_back(effective_sharpness(setting.problem, x, {out.final_rate.data() + r * dim, dim}, request));
      for (const Measurement& m : finding.measurements) converged = converged && m.converged;
    } else {
      converged = false;
    }
    findings.push_back(std::move(finding));
  }

  const StabilityLimit stability = stability_limit(setting.definition);
  const double limit = stability.factor / setting.eta.back();
  if (options.json) {
    nlohmann::ordered_json root{{"schema", "thalweg.sharpness/1"}, {"problem", setting.problem.text}, {"noise", setting.noise.text}, {"definition", text(setting.definition)},
                                {"eta", setting.eta_text}, {"eta_last", setting.eta.back()}, {"steps", options.steps}, {"seed", batch.seed}, {"stability_limit", stability.factor > 0.0 ? nlohmann::ordered_json(limit) : nlohmann::ordered_json(nullptr)}, {"minima", nlohmann::ordered_json::array()}};
    for (const Finding& finding : findings) {
      nlohmann::ordered_json row{{"replica", finding.replica}, {"outcome", to_string(finding.outcome.ending)}, {"step", finding.outcome.step}};
      row["f_gap"] = std::isfinite(finding.f_gap) ? nlohmann::ordered_json(finding.f_gap) : nlohmann::ordered_json(nullptr);
      row["grad_sq"] = std::isfinite(finding.grad_sq) ? nlohmann::ordered_json(finding.grad_sq) : nlohmann::ordered_json(nullptr);
      row["measurements"] = nlohmann::ordered_json::array();
      for (const Measurement& m : finding.measurements) row["measurements"].push_back(to_json(m));
      root["minima"].push_back(std::move(row));
    }
    fmt::print("{}\n", root.dump(2));
  } else {
    fmt::print("{}\n{}, eta = {}, {} steps\n\n", setting.problem.text, text(setting.definition), setting.eta_text, options.steps);
    for (const Finding& finding : findings) {
      if (finding.outcome.ending != Ending::finished) {
        fmt::print("replica {}: {} at step {}\n", finding.replica, to_string(finding.outcome.ending), finding.outcome.step);
        continue;
      }
      fmt::print("replica {}: f = {:.6g}, |grad f| = {:.3g}\n", finding.replica, finding.f_gap, std::sqrt(finding.grad_sq));
      for (const Measurement& m : finding.measurements)
        fmt::print("  {:<20} {:>13.8g}  in [{:.8g}, {:.8g}]  {}  ({}; {} products){}\n", m.probe, m.value, m.lower, m.upper,
                   m.certified ? "certified" : fmt::format("level {:g}", m.level), m.how, m.products, m.converged ? "" : "  not converged: " + m.reason);
    }
    if (stability.factor > 0.0)
      fmt::print("\nlocally stable where eta x effective sharpness < {}: effective sharpness below {:.6g}\n", to_text(Expression::parse(stability.formula)), limit);
    else
      fmt::print("\nno limit of local stability is known for this definition\n");
  }
  return converged ? 0 : 3;
}

}  // namespace thalweg::cli
