// From a study to its cells: every combination of problem, noise, method, grid, step size and horizon, each with the key of its numbers.
#include <algorithm>
#include <bit>
#include <cmath>

#include "analysis/study/hash.hpp"
#include "analysis/study/study.hpp"
#include "analysis/theory/evaluate.hpp"
#include "analysis/theory/names.hpp"
#include "analysis/theory/schedules.hpp"
#include "analysis/theory/verdict.hpp"
#include "lib/optimizers/bounds.hpp"

namespace thalweg {

namespace {

// The parameters of a problem that are texts: paths, relative to the folder of the study.
Texts texts_of(const Choice& choice, const std::filesystem::path& folder) {
  Texts out;
  for (const auto& [name, values] : choice.parameters) {
    if (!takes_text(choice.id, name)) continue;
    if (values.size() != 1 || !std::holds_alternative<std::string>(values.front()))
      throw SpecError({choice.places.at(name), name, "", "must be one text in quotes: the path of a file"});
    out[name] = (folder / std::get<std::string>(values.front())).string();
  }
  return out;
}

// The choice's other parameters as numbers: expressions are evaluated with T.
Parameters evaluated(const Choice& choice, std::uint64_t horizon) {
  Parameters out;
  for (const auto& [name, values] : choice.parameters) {
    if (takes_text(choice.id, name)) continue;
    std::vector<double>& numbers = out[name];
    for (const TomlTable::Scalar& value : values) {
      if (std::holds_alternative<double>(value)) {
        numbers.push_back(std::get<double>(value));
      } else {
        numbers.push_back(number_of(std::get<std::string>(value), {{"T", static_cast<double>(horizon)}}, choice.places.at(name)));
      }
    }
  }
  return out;
}

// Every combination of the grid's values for the fields this method has.
std::vector<std::map<std::string, double>> combinations(const StudyBlock& block, const std::string& method, const Changes& changes) {
  std::vector<std::map<std::string, double>> all = {{}};
  const auto vary = [&](const std::string& name, const std::vector<double>& values) {
    std::vector<std::map<std::string, double>> next;
    for (const auto& base : all)
      for (double value : values) {
        next.push_back(base);
        next.back()[name] = value;
      }
    all = std::move(next);
  };
  for (const auto& [name, values] : block.grid)
    if (!changes.set.contains(name) && define(method).has(name)) vary(name, values);
  for (const auto& [name, value] : changes.set)
    if (define(method).has(name)) vary(name, {value});
  return all;
}

bool has_field(const StudyBlock& block, const std::string& name) {
  return std::any_of(block.methods.begin(), block.methods.end(), [&](const std::string& method) { return define(method).has(name); });
}

// The methods of the block that can be defined, by their place in it; that each field of the grid is a field of one of them.
std::vector<std::size_t> known_methods(const StudyBlock& block, Findings& findings) {
  std::vector<std::size_t> known;
  for (std::size_t i = 0; i < block.methods.size(); ++i)
    findings.attempt([&] {
      try {
        define(block.methods[i]);
        known.push_back(i);
      } catch (const SpecError& error) {
        throw error.at(block.place_of("method", i));
      }
    });
  for (const auto& [name, values] : block.grid)
    if (known.size() == block.methods.size() && !has_field(block, name))
      findings.add(SpecError({block.place_of("set " + name, 0), name, values.empty() ? "" : shortest(values.front()), "no method of block '" + block.name + "' has this field"}));
  return known;
}

// What the command line sets must be a field somewhere; blocks whose methods lack it stay as they are.
void check_fields(const Study& study, const Changes& changes) {
  for (const auto& [name, value] : changes.set)
    if (std::none_of(study.blocks.begin(), study.blocks.end(), [&](const StudyBlock& block) { return has_field(block, name); }))
      throw SpecError({{}, "--set " + name, shortest(value), "no method of '" + study.id + "' has this field"});
}

// 1, ..., T: `count` of them, log-spaced, T always among them.
std::vector<std::uint64_t> log_spaced(std::uint64_t horizon, std::size_t count) {
  std::vector<std::uint64_t> steps;
  const std::size_t points = std::max<std::size_t>(1, count);
  for (std::size_t k = 0; k < points; ++k) {
    const double fraction = points == 1 ? 1.0 : static_cast<double>(k) / static_cast<double>(points - 1);
    const auto step = static_cast<std::uint64_t>(std::llround(std::pow(static_cast<double>(horizon), fraction)));
    if (steps.empty() || step > steps.back()) steps.push_back(std::min(step, horizon));
  }
  steps.back() = horizon;
  return steps;
}

template <class T>
std::string bytes_hash(const std::vector<T>& values) {
  return hash_text({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)});
}
std::string bytes_hash(const PerCoordinate<double>& values) {
  return values.stored().size() == values.size() ? bytes_hash(values.stored()) : std::to_string(values.size()) + "*" + bytes_hash(values.stored());
}

std::string key_of(const Cell& cell, const Batch& batch) {
  std::string text = "cell/1|" + cell.setting.problem.text + "|" + cell.setting.noise.text + "|" + thalweg::text(cell.setting.definition);
  text += "|T=" + std::to_string(cell.setting.horizon()) + "|eta=" + bytes_hash(cell.setting.eta) + "|start=" + bytes_hash(cell.setting.start);
  text += "|box=" + bytes_hash(cell.setting.box.lower) + bytes_hash(cell.setting.box.upper);
  text += "|replicas=" + std::to_string(cell.replicas) + "|seed=" + std::to_string(cell.seed) + "|steps=" + bytes_hash(cell.record_steps);
  text += "|metrics=";
  for (std::size_t k = 0; k < metric_count; ++k)
    if (batch.metrics.contains(static_cast<Metric>(k))) text += std::string(metric_names[k]) + ",";
  if (!batch.percentile_steps.empty()) text += "percentiles";
  text += "|weights=" + bytes_hash(batch.weights) + "|a0=" + shortest(batch.initial_rate);
  for (const auto& [name, value] : {std::pair{"ahead", batch.look_ahead}, std::pair{"f_level", batch.f_level}, std::pair{"grad_level", batch.grad_level}})
    if (value != 0.0) text += "|" + std::string(name) + "=" + shortest(value);
  if (cell.setting.precision != Precision::f64) text += "|precision=" + std::string(to_string(cell.setting.precision));
  // Data files are named by an environment variable, not by the problem's text: the gradient at the start tells one from another.
  if (cell.setting.start_values) text += "|gradient=" + bytes_hash(cell.setting.start_values->gradient);
  if (batch.audit) {
    text += "|audit=" + bytes_hash(batch.audit->region.lower) + bytes_hash(batch.audit->region.upper);
    text += bytes_hash(batch.audit->sample_bound) + shortest(batch.audit->momentum);
    if (batch.audit->smoothness) text += "|L=" + shortest(*batch.audit->smoothness);
    if (const auto& growth = batch.audit->growth) text += "|growth=" + shortest(growth->mu_pl) + "," + shortest(growth->value_error) + "," + shortest(growth->slope_error);
    if (batch.audit->monotone_rate) text += "|monotone";
    if (batch.audit->every_step) text += "|each";
  }
  return hash_text(text);
}

// The cards a block names, or all, or none; an unknown id is an error with the nearest known one.
std::vector<const Card*> cards_of(const StudyBlock& block, const std::vector<Card>& cards, Findings& findings) {
  std::vector<const Card*> chosen;
  std::vector<std::string_view> ids;
  for (const Card& card : cards) ids.push_back(card.id);
  for (std::size_t i = 0; i < block.theorems.size(); ++i) {
    const std::string& id = block.theorems[i];
    const auto found = std::find_if(cards.begin(), cards.end(), [&](const Card& card) { return card.id == id; });
    if (found == cards.end()) {
      findings.add(SpecError({block.place_of("theorems", i), "theorems", id, unknown_clause("theorem", id, ids)}));
    } else {
      chosen.push_back(&*found);
    }
  }
  if (block.theorems.empty() && !block.without_theorems)
    for (const Card& card : cards)
      if (card.expect == Expectation::holds) chosen.push_back(&card);
  return chosen;
}

}  // namespace

Batch Cell::batch() const {
  Batch batch = batch_of(setting, replicas, seed);
  batch.first_replica = first_replica;
  batch.record_steps = record_steps;
  batch.metrics = record;
  if (percentiles) batch.percentile_steps = record_steps;
  for (std::size_t k = 0; k < metric_count; ++k) {
    const auto metric = static_cast<Metric>(k);
    if (!record.contains(metric) || !needs_minimiser(metric)) continue;
    if (!setting.problem.facts.minimiser)
      throw SpecError({{}, "record", std::string(to_string(metric)), "no minimiser of " + setting.problem.text + " is known in closed form"});
    batch.minimiser = *setting.problem.facts.minimiser;
  }
  if (record.contains(Metric::f_gap_z)) {
    const double beta1 = properties(setting.definition).beta1;
    batch.look_ahead = beta1 / (1.0 - beta1);
  }
  if (record.any(Metric::v1, Metric::v2, Metric::h_increase)) batch.initial_rate = Quantities(setting).find("mu2")->upper();
  for (const Card* card : cards)
    if (applicability(*card, setting).applies) require(*card, setting, batch);
  return batch;
}

namespace {

// Runs `make`; its errors carry the place where they carry none.
template <class Make>
auto placed(const Place& place, Make make) {
  try {
    return make();
  } catch (const SpecError& error) {
    throw error.at(place);
  }
}

// Of an entry of a block: where the parameter stands that is wrong, the entry else.
template <class Make>
auto placed(const Choice& choice, Make make) {
  try {
    return make();
  } catch (const SpecError& error) {
    const auto parameter = choice.places.find(error.parts().field);
    throw error.at(parameter == choice.places.end() || parameter->second.line == 0 ? choice.place : parameter->second);
  }
}

// What one block becomes with the changes of the command line.
class Expansion {
 public:
  Expansion(const StudyBlock& block, const std::filesystem::path& folder, const std::vector<Card>& cards, const Changes& changes, Findings& findings, std::vector<Cell>& cells)
      : block_(block), folder_(folder), changes_(changes), findings_(findings), cells_(cells) {
    base_.block = block.name;
    base_.condition = block.condition;
    base_.witness_of = block.witness_of;
    base_.record = block.record;
    base_.percentiles = block.percentiles;
    base_.setting.precision = changes.precision.value_or(block.precision);
    base_.seed = changes.seed.value_or(block.seed);
    replicas_ = changes.replicas.value_or(changes.quick ? std::min(block.replicas, std::max<std::size_t>(16, block.replicas / 8)) : block.replicas);
    methods_ = known_methods(block, findings);
    base_.cards = cards_of(block, cards, findings);
    const std::size_t before = cells.size();
    for (std::uint64_t written : block.horizons) expand(changes.quick ? std::max<std::uint64_t>(1, written / 8) : written);
    if (findings.collects() && cells.size() == before) check_etas();
  }

 private:
  // The step sizes by themselves, where there is no setting to evaluate them in.
  void check_etas() {
    std::vector<std::string> names = known_names(false);
    for (const std::string& array : known_names(true)) names.push_back(array);
    names.emplace_back("t");
    const std::vector<std::string_view> known(names.begin(), names.end());
    for (std::size_t e = 0; e < block_.etas.size(); ++e)
      findings_.attempt([&] {
        const Place place = block_.place_of("eta", e);
        if (table_of(block_.etas[e], place)) return;
        placed(place, [&] {
          for (const auto& [name, node] : Expression::parse(with_schedules(block_.etas[e], place)).names()) {
            if (std::find(known.begin(), known.end(), name) != known.end()) continue;
            const std::string_view near = nearest(name, known);
            throw SpecError({place, "eta", block_.etas[e] + ": '" + name + "'", near.empty() ? "unknown name" : "unknown name; did you mean '" + std::string(near) + "'?"});
          }
        });
      });
  }

  void expand(std::uint64_t horizon) {
    for (const Choice& problem : block_.problems)
      findings_.attempt([&] {
        try {
          base_.setting.problem = placed(problem, [&] {
            const Parameters parameters = evaluated(problem, horizon);
            return problem.objective.empty() ? make_problem(problem.id, parameters, texts_of(problem, folder_)) : make_formula(problem.objective, parameters, problem.place);
          });
        } catch (const EnvironmentError&) {
          if (!findings_.collects()) throw;
          return;  // data that this machine lacks: nothing is wrong with the file
        }
        base_.setting.start = base_.setting.problem.start;
        base_.setting.start_values = at_start(base_.setting.problem, base_.setting.start);
        base_.setting.box = block_.box ? base_.setting.problem.box : Box{};
        for (const Choice& noise : block_.noises) findings_.attempt([&] { add_cells(noise, horizon); });
      });
  }

  // Every cell of the problem, one noise and one horizon.
  void add_cells(const Choice& noise, std::uint64_t horizon) {
    base_.setting.noise = placed(noise, [&] { return make_noise(noise.id, base_.setting.problem.dim(), evaluated(noise, horizon)); });
    const bool random = !base_.setting.noise.facts.none || base_.setting.problem.objective.sampled;
    base_.replicas = random ? replicas_ : 1;
    for (std::size_t m : methods_)
      for (const auto& values : combinations(block_, block_.methods[m], changes_)) {
        const std::vector<std::string> etas = changes_.eta ? std::vector<std::string>{*changes_.eta} : block_.etas;
        for (std::size_t e = 0; e < etas.size(); ++e)
          findings_.attempt([&] {
            Cell cell = base_;
            cell.setting.definition = defined(block_.methods[m], m, values);
            cell.setting.eta_text = etas[e];
            cell.setting.eta = step_sizes(etas[e], horizon, Quantities(cell.setting), changes_.eta ? block_.place : block_.place_of("eta", e));
            cell.record_steps = log_spaced(horizon, block_.records);
            cell.key = key_of(cell, cell.batch());
            cells_.push_back(std::move(cell));
          });
      }
  }

  Definition defined(const std::string& method, std::size_t m, const std::map<std::string, double>& values) const {
    try {
      return define(method, Overrides(values.begin(), values.end()));
    } catch (const SpecError& error) {
      throw error.at(place_of_field(method, m, values));
    }
  }

  // Where the field of the grid stands with which the method cannot be defined; the method else.
  Place place_of_field(const std::string& method, std::size_t m, const std::map<std::string, double>& values) const {
    for (const auto& [name, value] : values) {
      const auto given = block_.grid.find(name);
      if (given == block_.grid.end() || changes_.set.contains(name)) continue;
      try {
        define(method, {{name, value}});
      } catch (const SpecError&) {
        const auto at = std::find(given->second.begin(), given->second.end(), value);
        return block_.place_of("set " + name, static_cast<std::size_t>(at - given->second.begin()));
      }
    }
    return block_.place_of("method", m);
  }

  const StudyBlock& block_;
  const std::filesystem::path& folder_;
  const Changes& changes_;
  Findings& findings_;
  std::vector<Cell>& cells_;
  Cell base_;
  std::vector<std::size_t> methods_;
  std::size_t replicas_ = 0;
};

}  // namespace

Place StudyBlock::place_of(const std::string& key, std::size_t i) const {
  const auto found = places.find(key);
  return found == places.end() || i >= found->second.size() || found->second[i].line == 0 ? place : found->second[i];
}

std::vector<Cell> expand(const Study& study, const std::vector<Card>& cards, const Changes& changes) {
  Findings first;
  return expand(study, cards, changes, first);
}

std::vector<Cell> expand(const Study& study, const std::vector<Card>& cards, const Changes& changes, Findings& findings) {
  std::vector<Cell> cells;
  const std::filesystem::path folder = study.file.parent_path();
  for (const StudyBlock& block : study.blocks)
    findings.attempt([&] { placed(block.place, [&] { Expansion(block, folder, cards, changes, findings, cells); }); });
  findings.attempt([&] { check_fields(study, changes); });
  return cells;
}

}  // namespace thalweg
