// thalweg epsilon: how a method's error depends on eps or beta, theory against measurement; and the built-in studies of it.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "analysis/cli/session.hpp"
#include "analysis/cli/share.hpp"
#include "analysis/report/epsilon.hpp"
#include "analysis/report/epsilon_studies.hpp"
#include "lib/core/check.hpp"
#include "lib/optimizers/bounds.hpp"
#include "notebooks-export/render.hpp"

namespace thalweg::cli {

namespace {

// Text as a TOML string.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// "name=value" or "name=a,b,c" as a key of a table: numbers, else a text.
std::string entry_of(const std::string& id, const std::string& name, const std::string& text, const std::string& option) {
  if (takes_text(id, name)) return name + " = " + quoted(text);
  std::string list;
  const Parameters parsed = parameters({name + "=" + text}, option);
  for (const double value : parsed.begin()->second) list += (list.empty() ? "" : ", ") + fmt::format("{:.17g}", value);
  return fmt::format("{} = [{}]", name, list);
}

std::string problem_table(const EpsilonOptions& options) {
  std::vector<std::string> set = options.problem_set;
  if (options.dim) set.push_back("dim=" + std::to_string(*options.dim));
  if (options.condition) {
    const auto& families = problem_families();
    const auto family = std::find_if(families.begin(), families.end(), [&](const Family& f) { return f.entry.id == options.problem; });
    const auto has = [&](std::string_view name) {
      return family != families.end() && std::any_of(family->parameters.begin(), family->parameters.end(), [&](const Parameter& p) { return p.name == name; });
    };
    if (has("condition")) {
      set.push_back(fmt::format("condition={:.17g}", *options.condition));
    } else if (has("mu") && has("L")) {
      set.push_back("mu=1");
      set.push_back(fmt::format("L={:.17g}", *options.condition));
    } else {
      throw SpecError({{}, "--condition", fmt::format("{:g}", *options.condition), "the problem " + options.problem + " has no condition number among its parameters"});
    }
  }
  const Problem problem = problem_of(options.problem, options.objective, set);  // whatever is wrong is said here, of the option
  std::string out = options.objective.empty() ? "{ id = " + quoted(options.problem) : "{ objective = " + quoted(options.objective);
  for (const auto& [name, text] : pairs(set, "--problem-set")) out += ", " + entry_of(options.problem, name, text, "--problem-set");
  return out + " }";
}

std::string noise_table(const std::string& id, const std::vector<std::string>& set, std::size_t dim) {
  make_noise(id, dim, parameters(set, "--noise-set"));
  std::string out = "{ id = " + quoted(id);
  for (const auto& [name, text] : pairs(set, "--noise-set")) out += ", " + entry_of("", name, text, "--noise-set");
  return out + " }";
}

// The field to sweep: the one given, else eps where the method has it, else beta.
void choose_field(const EpsilonOptions& options, const Definition& definition, EpsilonRequest& request) {
  const auto lacks = [&](const std::string& field) { return SpecError({{}, "--" + field, "", "the method " + definition.method + " has no field " + field + (definition.has(field == "eps" ? "beta" : "eps") ? "; sweep --" + std::string(field == "eps" ? "beta" : "eps") : "")}); };
  if (options.eps && options.beta) throw SpecError({{}, "--beta", *options.beta, "one field is swept at a time; leave out --eps or --beta"});
  if (options.eps && !definition.has("eps")) throw lacks("eps");
  if (options.beta && !definition.has("beta")) throw lacks("beta");
  if (!definition.has("eps") && !definition.has("beta")) throw SpecError({{}, "--method", options.method, "the method " + definition.method + " has neither eps nor beta"});
  request.field = options.beta || !definition.has("eps") ? "beta" : "eps";
  request.values = request.field == "eps" ? swept_values(options.eps.value_or("1e-10:1:25"), "--eps") : swept_values(options.beta.value_or("1:1e10:25"), "--beta");
}

EpsilonRequest request_of(const EpsilonOptions& options) {
  EpsilonRequest request;
  if (options.problem.empty() && options.objective.empty()) throw SpecError({{}, "--problem", "", "is required: the id of a problem, or --objective with a formula; or --study with a built-in study"});
  const Definition bare = define(options.method);
  choose_field(options, bare, request);
  request.method.method = options.method;
  for (const auto& [name, value] : changes(options).set) {
    if (name == request.field) throw SpecError({{}, "--set " + name, fmt::format("{:g}", value), "is the field that is swept"});
    if (!bare.has(name)) throw SpecError({{}, "--set " + name, fmt::format("{:g}", value), "the method " + bare.method + " has no such hyper-parameter"});
    request.method.set[name] = value;
  }
  request.method.set[request.field] = request.values.front();
  define(options.method, Overrides(request.method.set.begin(), request.method.set.end()));  // of values out of range
  request.method.set[request.field] = request.values.back();
  define(options.method, Overrides(request.method.set.begin(), request.method.set.end()));
  request.method.set.erase(request.field);

  Shared& shared = request.shared;
  shared.problem = problem_table(options);
  std::vector<std::string> set = options.problem_set;
  if (options.dim) set.push_back("dim=" + std::to_string(*options.dim));
  const Problem problem = problem_of(options.problem, options.objective, set);
  const std::string noise = options.noise.empty() ? (problem.objective.sampled ? "none" : "two-point") : options.noise;
  shared.noise = noise_table(noise, options.noise_set, problem.dim());
  shared.id = "epsilon-" + bare.method;
  shared.horizon = options.horizon.value_or(2000);
  shared.seed = options.seed.value_or(1);
  shared.replicas = options.replicas.value_or(128);
  if (options.quick) {
    shared.horizon = std::max<std::uint64_t>(1, shared.horizon / 8);
    shared.replicas = std::max<std::size_t>(2, shared.replicas / 8);
  }
  const bool random = noise != "none" || problem.objective.sampled;
  if (random && shared.replicas < 2) throw SpecError({{}, "--replicas", std::to_string(shared.replicas), "must be 2 or more: one replica of a random run has no interval"});
  shared.box = options.box;
  shared.precision = precision_of(options).value_or(Precision::f64);
  const auto found = std::find(metric_names.begin(), metric_names.end(), options.metric);
  if (found == metric_names.end()) throw SpecError({{}, "--metric", options.metric, unknown_clause("metric", options.metric, std::vector<std::string_view>(metric_names.begin(), metric_names.end()))});
  shared.metric = static_cast<Metric>(found - metric_names.begin());
  if (problem.objective.sampled && shared.metric == Metric::mean_grad_sq) shared.metric = Metric::sampled_grad_sq;
  if (shared.metric == Metric::weighted_grad_sq) throw SpecError({{}, "--metric", options.metric, "needs the weights of a theorem"});
  request.mode = static_cast<StepMode>(std::find(step_mode_names.begin(), step_mode_names.end(), options.eta) - step_mode_names.begin());
  if (const auto step = changes(options).eta) request.eta = *step;
  request.effective = options.effective.empty() ? (problem.facts.smooth && problem.facts.L.upper < 1e300 && problem.facts.L.upper > 0.0 ? "0.1 / L" : "1e-2") : options.effective;
  request.level = options.level;
  return request;
}

void print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) throw EnvironmentError("standard output cannot be written");
}

// What is wrong with a step is said of the option that gave it, not of the study that was made of it.
EpsilonAnswer answered(Laboratory& laboratory, const EpsilonRequest& request) {
  try {
    return study_epsilon(laboratory, request);
  } catch (const SpecError& error) {
    SpecError::Parts parts = error.parts();
    if (parts.field != "eta" || parts.place.file.find(request.shared.id) == std::string::npos) throw;
    parts.place = {};
    parts.field = parts.given.ends_with(") / mu2") ? "--effective" : "--set eta";
    throw SpecError(parts);
  }
}

const EpsilonStudy& study_of(const std::string& name) {
  std::vector<std::string_view> known;
  for (const EpsilonStudy& study : epsilon_studies()) {
    if (study.id == name || "epsilon-" + std::string(study.id) == name) return study;
    known.push_back(study.id);
  }
  throw SpecError({{}, "--study", name, unknown_clause("study of epsilon", name, known)});
}

// A built-in study: its cells, its tables.
int built_in(const EpsilonOptions& options) {
  if (!options.problem.empty() || !options.objective.empty() || options.eps || options.beta || options.dim || options.condition || !options.noise.empty() || options.horizon || !options.figure.empty() || !options.set.empty() || !options.precision.empty())
    throw SpecError({{}, "--study", options.study, "has its own problems, noises, values and steps; leave out --problem, --objective, --noise, --dim, --condition, --eps, --beta, --T, --set, --precision and --figure"});
  const EpsilonStudy& chosen = study_of(options.study);
  if (options.replicas && *options.replicas < 2) throw SpecError({{}, "--replicas", std::to_string(*options.replicas), "must be 2 or more: one replica of a random run has no interval"});
  const std::vector<Card> cards = built_in_cards();
  const std::string id = "epsilon-" + std::string(chosen.id);
  const Study study = chosen.text == nullptr ? read_study(studies_folder() / (id + ".toml")) : parse_study(chosen.text(), id + ".toml");
  const std::unique_ptr<Engine> engine = make_engine(options);
  const std::filesystem::path folder = store_folder(options, study);
  Store store(folder);
  Laboratory laboratory(cards, *engine, options.threads, store, terminal_progress);
  const std::vector<PlainTable> all = chosen.analyse(laboratory.run(study, changes(options)), cards, options.level);
  if (options.json) {
    print(to_json(chosen, all, study.hash(), store.hash()));
  } else {
    for (const PlainTable& table : all) print((&table == &all.front() ? "" : "\n") + to_text(table));
  }
  const RunSummary& summary = laboratory.summary();
  fmt::print(stderr, "{} cells: {} run in {:.1f} s, {} found in the store {}\n", summary.cells, summary.run, summary.seconds, summary.skipped, (folder / "store.sqlite").string());
  return 0;
}

}  // namespace

int epsilon(const EpsilonOptions& options) {
  if (!options.study.empty()) return built_in(options);
  const std::vector<Card> cards = built_in_cards();
  const EpsilonRequest request = request_of(options);
  const std::unique_ptr<Engine> engine = make_engine(options);
  const std::filesystem::path folder = options.out ? store_folder(options, {}) : std::filesystem::path("thalweg-results") / request.shared.id;
  Store store(folder);
  Laboratory laboratory(cards, *engine, options.threads, store, terminal_progress);
  const EpsilonAnswer answer = answered(laboratory, request);
  if (options.json) {
    print(to_json(answer, store.hash()));
  } else {
    std::string text = heading(answer);
    for (const PlainTable& table : tables(answer)) text += "\n" + to_text(table);
    print(text);
  }
  if (!options.figure.empty())
    for (const auto& file : render(figure_of(answer, store.hash()), options.figure, {"svg", "pdf", "png"})) fmt::print(stderr, "{}\n", file.string());
  const RunSummary& summary = laboratory.summary();
  fmt::print(stderr, "{} cells: {} run in {:.1f} s, {} found in the store {}\n", summary.cells, summary.run, summary.seconds, summary.skipped, (folder / "store.sqlite").string());
  return 0;
}

}  // namespace thalweg::cli
