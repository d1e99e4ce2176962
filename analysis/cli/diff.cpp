// thalweg diff: where two definitions differ as written, at which step they part, and which line of the update does it; of more than two, a table.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "analysis/cli/gradients.hpp"
#include "analysis/cli/session.hpp"
#include "analysis/theory/evaluate.hpp"
#include "analysis/theory/setting.hpp"
#include "lib/core/check.hpp"
#include "lib/core/expression_evaluation.hpp"
#include "lib/engine/step.hpp"
#include "lib/optimizers/definition.hpp"

namespace thalweg::cli {

namespace {

using nlohmann::ordered_json;

constexpr std::size_t searched_steps = 1000;

std::string shown(double value) { return fmt::format("{:.6g}", value); }

std::string field_text(const Definition& d, std::string_view name) {
  if (const auto number = d.numbers.find(name); number != d.numbers.end()) return fmt::format("{}", number->second);
  if (const auto choice = d.choices.find(name); choice != d.choices.end()) return choice->second;
  return "-";
}

// Fields that are not the same in all, in the order of the methods' tables.
std::vector<std::string> differing_fields(const std::vector<Definition>& all) {
  std::vector<std::string> names;
  const auto look = [&](std::string_view name) {
    if (std::find(names.begin(), names.end(), name) != names.end()) return;
    if (std::any_of(all.begin(), all.end(), [&](const Definition& d) { return field_text(d, name) != field_text(all.front(), name); })) names.emplace_back(name);
  };
  for (const Definition& d : all) {
    for (const NumberField& field : method_entry(d).numbers) look(field.name);
    for (const ChoiceField& field : method_entry(d).choices) look(field.name);
  }
  return names;
}

// ---- two definitions along one sequence of gradients

struct Sequence {
  std::string name;
  GradientRows rows;
};

GradientRows column(std::vector<double> values) { return {1, std::move(values)}; }

// Gradients of one coordinate that tell definitions apart: scales near and far from eps, zeros, jumps, signs, growth and decay.
std::vector<Sequence> candidates() {
  std::vector<Sequence> all;
  const auto add = [&](const std::string& name, auto gradient) {
    std::vector<double> values(searched_steps);
    for (std::size_t t = 0; t < values.size(); ++t) values[t] = gradient(t + 1);
    all.push_back({name, column(std::move(values))});
  };
  for (int k = -10; k <= 4; ++k) {
    const double size = std::pow(10.0, k);
    const std::string scale = fmt::format("1e{}", k);
    add(scale + " at every step", [&](std::size_t) { return size; });
    add(scale + " with alternating signs", [&](std::size_t t) { return t % 2 == 1 ? size : -size; });
    add(scale + " once, then a thousandth of it", [&](std::size_t t) { return t == 1 ? size : 1e-3 * size; });
    add(scale + " every tenth step, else 0", [&](std::size_t t) { return t % 10 == 1 ? size : 0.0; });
    add("from " + scale + " growing a hundredth a step", [&](std::size_t t) { return size * std::pow(1.01, static_cast<double>(t)); });
    add("from " + scale + " falling a hundredth a step", [&](std::size_t t) { return size * std::pow(0.99, static_cast<double>(t)); });
  }
  return all;
}

struct Parting {
  std::uint64_t step = 0;  // 0: they never part
  std::size_t coordinate = 0;
  double a = 0.0, b = 0.0;               // iterates of both there
  double final_a = 0.0, final_b = 0.0;   // of that coordinate, at the end
  double apart = 0.0;                    // |a - b| over the longer way from the start, at the end: largest over coordinates
  double eta = 0.0;
  // Of that coordinate: where the first gradient of the step is taken, that gradient, the one of the last call, the state before the step.
  struct Seen {
    double x = 0.0, gradient = 0.0, last = 0.0;
    std::vector<double> state;
  };
  Seen seen_a, seen_b;
  bool alone = false;  // there is no other coordinate
};

// What gives g_t at x: a row of the file, or a problem.
using Oracle = std::function<void(std::size_t t, const std::vector<double>& x, std::vector<double>& g)>;

std::vector<double> states(const Stepper<double>& stepper, std::size_t j) {
  std::vector<double> all;
  for (std::size_t k = 0; k < stepper.slots(); ++k) all.push_back(stepper.state(k, j));
  return all;
}

// One of the two definitions on its way.
class Walker {
 public:
  Walker(const Definition& d, const std::vector<double>& start)
      : stepper_(rule_instance(d, start.size()), start.size()), x_(start), point_(start), iterate_(start), first_(start.size()), last_(start.size()) {
    const auto& state = method_entry(d).state;
    slot_ = static_cast<std::size_t>(std::find(state.begin(), state.end(), method_entry(d).reported) - state.begin());
  }

  // One step, with a gradient for each call. Returns whether x stayed finite.
  bool step(double eta, std::size_t t, const Oracle& oracle, bool keep_states) {
    states_.clear();
    for (std::size_t j = 0; keep_states && j < x_.size(); ++j) states_.push_back(states(stepper_, j));
    point_ = x_;
    bool stays = true;
    for (unsigned call = 0; call < stepper_.calls(); ++call) {
      oracle(t, x_, last_);
      if (call == 0) first_ = last_;
      stays = stepper_.step(eta, last_.data(), x_.data());
    }
    for (std::size_t j = 0; j < x_.size(); ++j) iterate_[j] = slot_ < stepper_.slots() ? stepper_.state(slot_, j) : x_[j];
    return stays;
  }
  const std::vector<double>& iterate() const { return iterate_; }  // x, or the slot that the method reports
  Parting::Seen seen(std::size_t j) const { return {point_[j], first_[j], last_[j], states_.empty() ? std::vector<double>() : states_[j]}; }

 private:
  Stepper<double> stepper_;
  std::size_t slot_;
  std::vector<double> x_, point_, iterate_, first_, last_;
  std::vector<std::vector<double>> states_;
};

// Runs both and compares their iterates; rounding is taken for 8 units in the last place a step, of the iterate and of the way gone.
Parting parting(const Definition& a, const Definition& b, const std::vector<double>& start, const std::vector<double>& eta, const Oracle& oracle) {
  const std::size_t dim = start.size();
  Walker one(a, start), two(b, start);
  const std::vector<double>&x = one.iterate(), &y = two.iterate();
  std::vector<double> before, way(dim, 0.0);
  Parting found;
  for (std::size_t t = 1; t <= eta.size(); ++t) {
    const bool keep_states = found.step == 0 && dim <= 4096;
    before = x;
    const bool stays = one.step(eta[t - 1], t, oracle, keep_states);
    if (!two.step(eta[t - 1], t, oracle, keep_states) || !stays) break;
    for (std::size_t j = 0; j < dim; ++j) {
      way[j] += std::fabs(x[j] - before[j]);
      const double rounding = 8.0 * static_cast<double>(t) * 0x1p-53 * (std::fabs(x[j]) + way[j]);
      if (found.step != 0 || !(std::fabs(x[j] - y[j]) > rounding)) continue;
      found.step = t;
      found.coordinate = j;
      found.a = x[j], found.b = y[j], found.eta = eta[t - 1];
      found.seen_a = one.seen(j), found.seen_b = two.seen(j);
      found.alone = dim == 1;
    }
  }
  for (std::size_t j = 0; j < dim; ++j) {
    const double longest = std::max(std::fabs(x[j] - start[j]), std::fabs(y[j] - start[j]));
    if (longest > 0.0 && std::isfinite(longest)) found.apart = std::max(found.apart, std::fabs(x[j] - y[j]) / longest);
  }
  found.final_a = x[found.coordinate];
  found.final_b = y[found.coordinate];
  return found;
}

// The values of the update's lines in the step where they part. None where they contain sums over other coordinates.
std::vector<std::pair<std::string, double>> lines_of(const Definition& d, const Parting::Seen& seen, const Parting& at) {
  const bool phased = method_entry(d).phased;
  if (phased && !at.alone) return {};
  ExpressionEnvironment<double> names;
  names.set_coordinates(0, 0).set("g_y", seen.last).set("g_y2", seen.last).set("rows", 1.0).set("row", 0.0).set("column", 0.0);  // one coordinate is a matrix of one entry
  names.set_array("x", {seen.x}).set_array("g", {seen.gradient});
  for (const auto& [name, value] : d.numbers) names.set(name, value);
  for (std::size_t k = 0; k < seen.state.size(); ++k) names.set(std::string(method_entry(d).state[k]), seen.state[k]);
  names.set("x", seen.x).set("g", seen.gradient).set("t", static_cast<double>(at.step)).set("eta", at.eta);
  std::vector<std::pair<std::string, double>> values;
  for (const Assignment& line : update(d)) {
    values.emplace_back(line.variable, evaluate(Expression::parse(line.value), names));
    names.set(line.variable, values.back().second).set_array(line.variable, {values.back().second});
  }
  return values;
}

struct Term {
  std::string variable;
  std::optional<double> a, b;
  bool differs() const { return !a || !b || std::fabs(*a - *b) > 1e-12 * std::max(std::fabs(*a), std::fabs(*b)); }
};

// What the last row is: x, where it is the iterate of both, or the iterates, whatever they are called.
std::string last_row(const Definition& a, const Definition& b) { return method_entry(a).reported == "x" && method_entry(b).reported == "x" ? "x" : "iterate"; }

// The lines of both, those of the second that the first lacks after it, and the iterates last. Where the iterate is another variable, x is the point of the next
// gradient and no line of its own here.
std::vector<Term> terms_of(const Definition& a, const Definition& b, const Parting& at) {
  if (at.step == 0 || (at.seen_a.state.empty() && !method_entry(a).state.empty())) return {};
  const auto of_a = lines_of(a, at.seen_a, at), of_b = lines_of(b, at.seen_b, at);
  if (of_a.empty() || of_b.empty()) return {};
  std::vector<Term> terms;
  // The last value that a variable is given.
  const auto value_in = [](const auto& lines, std::string_view name) -> std::optional<double> {
    std::optional<double> found;
    for (const auto& [variable, value] : lines)
      if (variable == name) found = value;
    return found;
  };
  const auto hidden = [](const Definition& d, const std::string& variable) { return variable == "x" || variable == method_entry(d).reported; };
  for (const auto& [variable, value] : of_a)
    if (!hidden(a, variable)) terms.push_back({variable, value, value_in(of_b, variable)});
  for (const auto& [variable, value] : of_b)
    if (!hidden(b, variable) && !value_in(of_a, variable)) terms.push_back({variable, std::nullopt, value});
  terms.push_back({last_row(a, b), value_in(of_a, method_entry(a).reported), value_in(of_b, method_entry(b).reported)});
  return terms;
}

// The first line that both have and that gives another value; before the last one, lines that only one of them has.
std::string cause(const std::vector<Term>& terms, const std::string& a, const std::string& b) {
  std::string only_a, only_b;
  const auto add = [](std::string& list, const std::string& name) { list += (list.empty() ? "" : ", ") + name; };
  for (const Term& term : terms) {
    if (&term == &terms.back()) break;  // the iterates
    if (term.a && term.b && term.differs()) return "the line of " + term.variable;
    if (!term.b) add(only_a, term.variable);
    if (!term.a) add(only_b, term.variable);
  }
  if (only_a.empty() && only_b.empty()) return terms.empty() ? "" : "the last line, with which " + (terms.back().variable == "x" ? std::string("x is updated") : std::string("the iterates are made"));
  std::string text = only_a.empty() ? "" : only_a + " of " + a;
  if (!only_b.empty()) text += (text.empty() ? "" : " and ") + only_b + " of " + b;
  return text + ", which the other lacks";
}

std::vector<double> etas(const DiffOptions& options, std::size_t steps, std::size_t dim) {
  return step_sizes(options.schedule.empty() ? "1e-3" : options.schedule, steps,
                    Quantities({{"T", Interval(static_cast<double>(steps))}, {"d", Interval(static_cast<double>(dim))}}), {"--schedule", 0, 0});
}

struct Comparison {
  std::string along;  // what gave the gradients
  Parting parting;
};

Comparison compared(const Definition& a, const Definition& b, const DiffOptions& options) {
  const auto rows_oracle = [](const GradientRows& rows) {
    return [&rows](std::size_t t, const std::vector<double>&, std::vector<double>& g) { std::copy_n(rows.row(t - 1), rows.columns, g.begin()); };
  };
  if (!options.grads.empty()) {
    const GradientRows rows = read_gradients(options.grads, std::numeric_limits<double>::max());
    return {options.grads, parting(a, b, std::vector<double>(rows.columns, 0.0), etas(options, rows.rows(), rows.columns), rows_oracle(rows))};
  }
  if (!options.problem.empty()) {
    const Problem problem = given_problem(options.problem, options.problem_set);
    const Oracle oracle = [&](std::size_t, const std::vector<double>& x, std::vector<double>& g) { problem.gradient(x, g); };
    return {problem.text + ", exact gradients", parting(a, b, problem.start.values(), etas(options, options.steps, problem.dim()), oracle)};
  }
  Comparison best;
  for (const Sequence& sequence : candidates()) {
    const Parting found = parting(a, b, {0.0}, etas(options, searched_steps, 1), rows_oracle(sequence.rows));
    if (found.step != 0 && (best.parting.step == 0 || found.apart > best.parting.apart)) best = {"gradients of one coordinate: " + sequence.name, found};
  }
  if (best.parting.step == 0) best.along = fmt::format("{} sequences of gradients of one coordinate", candidates().size());
  return best;
}

// ---- printing

void print_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows)
    for (std::size_t k = 0; k < row.size(); ++k) widths[k] = std::max(widths[k], row[k].size());
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t k = 0; k < row.size(); ++k) line += fmt::format("{:<{}}  ", row[k], widths[k]);
    fmt::print("{}\n", line.substr(0, line.find_last_not_of(' ') + 1));
  }
}

void print_fields(const std::vector<Definition>& all) {
  if (differing_fields(all).empty() && all.front() == all.back()) {
    fmt::print("{} and {} are one definition:\n{}\n  {}\n", short_name(all.front()), short_name(all.back()), text(all.front()), formula(all.front()));
    return;
  }
  std::vector<std::vector<std::string>> rows{{"field"}};
  for (const Definition& d : all) rows.front().push_back(short_name(d));
  for (const std::string& name : differing_fields(all)) {
    rows.push_back({name});
    for (const Definition& d : all) rows.back().push_back(field_text(d, name));
  }
  print_table(rows);
  fmt::print("\n");
  for (const Definition& d : all) fmt::print("{}\n  {}\n", short_name(d), formula(d));
}

ordered_json fields_json(const std::vector<Definition>& all) {
  ordered_json fields = ordered_json::array();
  for (const std::string& name : differing_fields(all)) {
    ordered_json values = ordered_json::array();
    for (const Definition& d : all) values.push_back(field_text(d, name));
    fields.push_back({{"field", name}, {"values", values}});
  }
  return fields;
}

int diff_of_two(const Definition& a, const Definition& b, const DiffOptions& options) {
  for (const Definition& d : {a, b})
    if (method_entry(d).remembers) throw SpecError({{}, "method", d.method, "keeps a gradient of each sample of a finite sum, which a comparison by gradients does not name; with three methods or more, or in thalweg run, it has it"});
  for (const Definition& d : {a, b})
    if (method_entry(d).exact) throw SpecError({{}, "method", d.method, "asks for the gradient of f itself beside samples, which a comparison by gradients does not tell apart; with three methods or more, or in thalweg run, it has both"});
  for (const Definition& d : {a, b})
    if (method_entry(d).value) throw SpecError({{}, "method", d.method, "takes f(x) - f* beside the gradient, which a comparison by gradients does not give; with three methods or more, or in thalweg run, it has it"});
  const Comparison found = compared(a, b, options);
  const Parting& at = found.parting;
  const std::vector<Term> terms = terms_of(a, b, at);
  if (options.json) {
    const auto number = [](const std::optional<double>& value) { return value ? ordered_json(*value) : ordered_json(nullptr); };
    ordered_json lines = ordered_json::array();
    for (const Term& term : terms) lines.push_back({{"variable", term.variable}, {"values", {number(term.a), number(term.b)}}});
    ordered_json root{{"schema", "thalweg.diff/1"}, {"definitions", {text(a), text(b)}}, {"formulas", {formula(a), formula(b)}}, {"fields", fields_json({a, b})},
                      {"along", found.along}, {"step", at.step == 0 ? ordered_json(nullptr) : ordered_json(at.step)}};
    if (at.step != 0) {
      root.update({{"coordinate", at.coordinate}, {"x", {at.a, at.b}}, {"iterates", {method_entry(a).reported, method_entry(b).reported}}, {"gradient", at.seen_a.gradient}, {"final_x", {at.final_a, at.final_b}}, {"apart", at.apart}, {"cause", cause(terms, short_name(a), short_name(b))}, {"lines", lines}});
    }
    fmt::print("{}\n", root.dump(2));
    return 0;
  }
  print_fields({a, b});
  if (at.step == 0) {
    fmt::print("\nalong {}: the same to rounding\n", found.along);
    if (options.problem.empty() && (method_entry(a).calls > 1 || method_entry(b).calls > 1))
      fmt::print("these gradients do not depend on where they are taken; --problem tells apart methods that take them elsewhere\n");
    return 0;
  }
  fmt::print("\nalong {}\nthey part at step {}, coordinate {}: {} = {:.17g} and {:.17g}; at the end {} and {}, {:.3g} of the way apart\n", found.along, at.step, at.coordinate,
             last_row(a, b) == "x" ? "x" : fmt::format("the iterates {} and {}", method_entry(a).reported, method_entry(b).reported), at.a, at.b, shown(at.final_a), shown(at.final_b), at.apart);
  if (terms.empty()) return 0;
  if (const std::string by = cause(terms, short_name(a), short_name(b)); !by.empty()) fmt::print("by {}\n", by);
  std::vector<std::vector<std::string>> rows{{"", fmt::format("step {}", at.step), short_name(a), short_name(b)}};
  rows.push_back({"", "g", shown(at.seen_a.gradient), shown(at.seen_b.gradient)});
  for (const Term& term : terms)
    rows.push_back({term.differs() ? "*" : "", term.variable, term.a ? fmt::format("{:.10g}", *term.a) : "-", term.b ? fmt::format("{:.10g}", *term.b) : "-"});
  fmt::print("\n");
  print_table(rows);
  return 0;
}

// Same problem, same noise, several definitions: the mean of f - f* along the run.
int table_of_many(const std::vector<Definition>& all, const DiffOptions& options) {
  Setting setting;
  setting.problem = given_problem(options.problem.empty() ? "pl-sine" : options.problem, options.problem_set);
  setting.noise = make_noise(options.noise, setting.problem.dim());
  setting.start = setting.problem.start;
  setting.eta = etas(options, options.steps, setting.problem.dim());
  const std::size_t replicas = setting.noise.facts.none ? 1 : 256;
  const auto engine = cpu_engine();
  const std::vector<std::uint64_t> steps = options.steps < 100 ? std::vector<std::uint64_t>{options.steps} : std::vector<std::uint64_t>{options.steps / 100, options.steps / 10, options.steps};
  std::vector<std::vector<std::string>> rows{{"definition"}};
  for (std::uint64_t step : steps) rows.front().push_back(fmt::format("f - f* at {}", step));
  rows.front().push_back("ended");
  ordered_json results = ordered_json::array();
  for (const Definition& d : all) {
    setting.definition = d;
    Batch batch = batch_of(setting, replicas, 1);
    batch.metrics = MetricSet(Metric::f_gap);
    batch.record_steps = steps;
    const Trajectories out = engine->run(batch);
    rows.push_back({short_name(d)});
    ordered_json means = ordered_json::array();
    for (std::size_t k = 0; k < steps.size(); ++k) {
      double sum = 0.0;
      for (std::size_t r = 0; r < replicas; ++r) sum += out.at(Metric::f_gap, k, r);
      const double mean = sum / static_cast<double>(replicas);
      rows.back().push_back(shown(mean));
      means.push_back(std::isfinite(mean) ? ordered_json(mean) : ordered_json(nullptr));
    }
    const auto ended = std::count_if(out.outcomes.begin(), out.outcomes.end(), [](const Outcome& o) { return o.ending != Ending::finished; });
    rows.back().push_back(ended == 0 ? "" : fmt::format("{} of {} diverged", ended, replicas));
    results.push_back({{"definition", text(d)}, {"f_gap", means}, {"diverged", ended}});
  }
  if (options.json) {
    fmt::print("{}\n", ordered_json{{"schema", "thalweg.diff/1"}, {"fields", fields_json(all)}, {"problem", setting.problem.text}, {"noise", setting.noise.text}, {"replicas", replicas},
                                    {"steps", steps}, {"results", results}}
                           .dump(2));
    return 0;
  }
  print_fields(all);
  fmt::print("\n{}, noise {}, {} {}, the same draws for all; mean of f - f*\n\n", setting.problem.text, setting.noise.text, replicas, replicas == 1 ? "run" : "replicas");
  print_table(rows);
  return 0;
}

// Each method with each combination of the values given: --set eps=1e-8,1e-3 makes two of it.
std::vector<Definition> definitions_of(const DiffOptions& options) {
  std::vector<std::string> names;
  for (const std::string& method : options.methods) names.push_back(method);
  std::vector<std::pair<std::string, std::vector<std::string>>> lists;
  for (const auto& [name, value] : pairs(options.set, "--set")) {
    std::vector<std::string> values;
    for (std::size_t from = 0;;) {
      const auto comma = value.find(',', from);
      values.push_back(value.substr(from, comma - from));
      if (comma == std::string::npos) break;
      from = comma + 1;
    }
    if (canonical_name(name) == "eta") throw SpecError({{}, "--set " + name, value, "the step size is given by --schedule"});
    if (std::none_of(names.begin(), names.end(), [&, n = std::string(canonical_name(name))](const std::string& method) { return define(method).has(n); }))
      throw SpecError({{}, "--set " + name, value, "none of the methods has this field"});
    lists.emplace_back(canonical_name(name), std::move(values));
  }
  std::vector<Definition> all;
  for (const std::string& method : names) {
    const Definition bare = define(method);
    std::vector<Overrides> combined{{}};
    for (const auto& [name, values] : lists) {
      if (!bare.has(name)) continue;
      std::vector<Overrides> next;
      for (const Overrides& base : combined)
        for (const std::string& value : values) {
          next.push_back(base);
          next.back().emplace_back(name, value);
        }
      combined = std::move(next);
    }
    for (const Overrides& overrides : combined) all.push_back(define(method, overrides));
  }
  return all;
}

}  // namespace

int diff(const DiffOptions& options) {
  if (!options.grads.empty() && !options.problem.empty()) throw SpecError({{}, "--problem", options.problem, "and --grads exclude each other: one of them gives the gradients"});
  const std::vector<Definition> all = definitions_of(options);
  if (all.size() < 2) throw SpecError({{}, "methods", options.methods.empty() ? "" : options.methods.front(), "one definition is no comparison: name two methods, or several values with --set name=a,b"});
  if (options.problem.empty() && !options.problem_set.empty() && all.size() == 2) throw SpecError({{}, "--problem-set", options.problem_set.front(), "needs --problem"});
  if (all.size() == 2) return diff_of_two(all[0], all[1], options);
  if (!options.grads.empty()) throw SpecError({{}, "--grads", options.grads, fmt::format("is for two definitions, and these are {}: more are compared on a problem", all.size())});
  return table_of_many(all, options);
}

}  // namespace thalweg::cli
