#include "analysis/report/verification.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/study/version.hpp"
#include "lib/core/check.hpp"

namespace thalweg {

namespace {

// Rounds 0 ... k of a cell as one, or nothing where one is missing.
std::optional<Trajectories> rounds_in(const Store& store, const Cell& cell, std::size_t k) {
  std::vector<Trajectories> parts;
  for (std::size_t i = 0; i <= k; ++i) {
    auto part = store.get(round_of(cell, i).key);
    if (!part) return std::nullopt;
    parts.push_back(std::move(*part));
  }
  return parts.size() == 1 ? std::move(parts.front()) : joined(parts);
}

// Whether further rounds are worth while. The number of replicas that would be needed is an estimate, right to a small factor.
bool within_reach(const Judgement& judgement, std::size_t most) {
  return !judgement.least_needed || static_cast<double>(*judgement.least_needed) <= 4.0 * static_cast<double>(most);
}

bool random(const Cell& cell) { return !cell.setting.noise.facts.none || cell.setting.problem.objective.sampled; }

Result describe(const Cell& cell, const Card& card) {
  Result result;
  result.theorem = card.id;
  result.status = card.status;
  result.expect = card.expect;
  result.on_witness = cell.witness_of == card.id;
  result.block = cell.block;
  result.condition = cell.condition;
  result.problem = cell.setting.problem.text;
  result.noise = cell.setting.noise.text;
  result.method = cell.setting.definition.method;
  result.definition = definition_text(cell.setting);
  result.eta = cell.setting.eta_text;
  result.cell = cell.key;
  for (const auto& [name, value] : cell.setting.definition.numbers) result.hyper[name] = value;
  result.hyper["eta"] = cell.setting.eta.front();
  result.horizon = cell.setting.horizon();
  result.replicas = cell.replicas;
  result.metric = card.metric;
  return result;
}

// Worse first: what a reader must see of several cells. Of a control that was searched for it is the instance that breaks it.
int severity(const Result& result, bool searched) {
  const bool control = result.expect == Expectation::violated;
  if (control && searched && result.judgement.verdict == Verdict::violated) return 6;
  switch (result.judgement.verdict) {
    case Verdict::violated: return control ? 1 : 5;
    case Verdict::undecided: return 4;
    case Verdict::holds: return control ? 5 : 3;
    case Verdict::vacuous: return 2;
    case Verdict::not_applicable: return 0;
  }
  return 0;
}

std::string cut(const std::string& text, std::size_t width) {
  return text.size() <= width ? text : text.substr(0, width > 3 ? width - 3 : 0) + "...";
}

std::string number(double value) { return std::isfinite(value) ? fmt::format("{:.3g}", value) : "-"; }

}  // namespace

Verification verify(const Study& study, const std::vector<Cell>& cells, const Store& store, const Budget& budget, const RunMore& run_more, std::size_t further_comparisons) {
  Verification out;
  out.level = study.level;
  out.comparisons = further_comparisons;
  out.study = study.id;
  out.study_hash = study.hash();
  out.code = std::string(code_version());
  for (const Cell& cell : cells)
    if (random(cell))
      for (const Card* card : cell.cards) out.comparisons += applicability(*card, cell.setting).applies ? 1 : 0;
  const double level = simultaneous_level(out.level, out.comparisons);

  struct Open {
    const Cell* cell;
    std::size_t result;              // of its first card
    std::vector<std::size_t> ends;   // of its rounds
  };
  std::vector<Open> open;
  for (const Cell& cell : cells) {
    open.push_back({&cell, out.results.size(), round_ends(cell, budget)});
    for (const Card* card : cell.cards) {
      out.results.push_back(describe(cell, *card));
      out.results.back().planned_rounds = open.back().ends.size();
    }
  }
  for (std::size_t k = 0; !open.empty(); ++k) {
    if (k > 0 && run_more) {
      std::vector<Cell> wanted;
      for (const Open& of : open) wanted.push_back(round_of(*of.cell, k));
      run_more(wanted);
    }
    std::vector<Open> still;
    for (const Open& of : open) {
      const auto start = std::chrono::steady_clock::now();
      const auto trajectories = rounds_in(store, *of.cell, k);
      THALWEG_EXPECTS(trajectories.has_value() || k > 0);
      if (!trajectories) continue;
      bool more = false;
      for (std::size_t i = 0; i < of.cell->cards.size(); ++i) {
        Result& result = out.results[of.result + i];
        if (k > 0 && !result.judgement.open) continue;
        result.judgement = judge(*of.cell->cards[i], of.cell->setting, *trajectories, trajectories->steps.size() - 1, level, of.ends.size());
        result.replicas = of.ends[k];
        result.rounds = k + 1;
        result.judgement.open = result.judgement.open && within_reach(result.judgement, of.ends.back());
        more = more || result.judgement.open;
      }
      if (more && k + 1 < of.ends.size()) still.push_back(of);
      out.judging_seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
    open = std::move(still);
  }
  return out;
}

std::map<std::string, std::size_t> counts(const Verification& verification) {
  std::map<std::string, std::size_t> all;
  for (Verdict verdict : {Verdict::holds, Verdict::violated, Verdict::vacuous, Verdict::undecided, Verdict::not_applicable}) all[to_string(verdict)] = 0;
  for (const Result& result : verification.results) ++all[to_string(result.judgement.verdict)];
  return all;
}

int exit_code(const Verification& verification) {
  for (const Result& result : verification.results) {
    const Verdict verdict = result.judgement.verdict;
    if (result.expect == Expectation::holds && verdict == Verdict::violated && result.judgement.certified) return 1;
    if (result.expect == Expectation::violated && result.on_witness && verdict != Verdict::violated && verification.declared_budget) return 1;
  }
  return 0;
}

std::string table(const Verification& verification, bool all, std::size_t width) {
  struct Row {
    const Result* shown;                        // the worst cell
    std::size_t cells = 0;
    std::map<Verdict, std::size_t> verdicts;    // of all of them
  };
  std::vector<Row> rows;
  for (const Result& result : verification.results) {
    auto same = std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return !all && row.shown->theorem == result.theorem && row.shown->method == result.method; });
    if (same == rows.end()) same = rows.insert(rows.end(), Row{&result, 0, {}});
    ++same->cells;
    ++same->verdicts[result.judgement.verdict];
    const bool searched = !verification.searches.empty();
    const int now = severity(result, searched), before = severity(*same->shown, searched);
    if (now > before || (now == before && result.judgement.ratio > same->shown->judgement.ratio)) same->shown = &result;
  }
  std::size_t theorem_width = 7, method_width = 6;
  for (const auto& [result, cells, verdicts] : rows) {
    theorem_width = std::max(theorem_width, result->theorem.size());
    method_width = std::max(method_width, result->method.size());
  }
  std::string out = fmt::format("{:<{}}  {:<{}}  {:>5}  {:<14}  {:>9}  {:>19}  {:>9}  {:>7}  {}\n", "theorem", theorem_width, "method", method_width, "cells",
                                "verdict", "measured", "interval", "bound", "ratio", "why");
  for (const auto& [result, cells, verdicts] : rows) {
    const Judgement& judgement = result->judgement;
    const bool judged = judgement.verdict != Verdict::not_applicable;
    const std::string verdict = std::string(to_string(judgement.verdict)) + (judged && !judgement.certified ? " (obs.)" : "");
    std::string line = fmt::format("{:<{}}  {:<{}}  {:>5}  {:<14}  {:>9}  {:>19}  {:>9}  {:>7}  ", result->theorem, theorem_width, result->method, method_width, cells,
                                   verdict, judged ? number(judgement.measured.value) : "-",
                                   judged ? fmt::format("[{}, {}]", number(judgement.measured.lower), number(judgement.measured.upper)) : "-",
                                   judged ? number(judgement.bound.upper()) : "-", judged ? number(judgement.ratio) : "-");
    std::string others;
    for (const auto& [other, count] : verdicts)
      if (other != judgement.verdict) others += fmt::format("{}{} {}", others.empty() ? "; of the others " : ", ", count, to_string(other));
    const std::string why = (result->expect == Expectation::violated ? "control: " : "") + judgement.reason + others + (all ? "; " + result->problem + ", " + result->noise + ", eta = " + result->eta : "");
    out += line + cut(why, width > line.size() + 10 ? width - line.size() : 40) + "\n";
  }
  const auto tally = counts(verification);
  const auto extra = std::count_if(verification.results.begin(), verification.results.end(), [](const Result& result) { return result.rounds > 1; });
  out += fmt::format("\n{} results: {} hold, {} violated, {} vacuous, {} undecided, {} not applicable. Family-wise level {:g} over {} random comparisons{}.\n",
                     verification.results.size(), tally.at("holds"), tally.at("violated"), tally.at("vacuous"), tally.at("undecided"), tally.at("not_applicable"),
                     verification.level, verification.comparisons, extra == 0 ? "" : fmt::format("; {} of them took more than one round of replicas", extra));
  for (const SearchNote& note : verification.searches) {
    out += fmt::format("{}: {}.\n", note.theorem, note.tried);
    if (!note.study.empty()) out += fmt::format("{}: the instances are in {}\n", note.theorem, note.study);
  }
  return out;
}

std::string to_json(const Verification& verification) {
  using nlohmann::ordered_json;
  const auto finite = [](double value) { return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr); };
  const auto ends = [&](const Interval& interval) { return ordered_json{{"lower", finite(interval.lower())}, {"upper", finite(interval.upper())}}; };
  ordered_json root;
  root["schema"] = "thalweg.verify/1";
  root["results"] = ordered_json::array();
  for (const Result& result : verification.results) {
    const Judgement& judgement = result.judgement;
    const bool judged = judgement.verdict != Verdict::not_applicable;
    ordered_json row;
    row["theorem"] = result.theorem;
    row["status"] = to_string(result.status);
    row["expect"] = result.expect == Expectation::holds ? "holds" : "violated";
    row["block"] = result.block;
    row["class"] = result.condition;
    row["problem"] = result.problem;
    row["noise"] = result.noise;
    row["method"] = result.method;
    row["definition"] = result.definition;
    row["hyper"] = result.hyper;
    row["eta"] = result.eta;
    row["horizon"] = result.horizon;
    row["replicas"] = result.replicas;
    row["rounds"] = {{"used", result.rounds}, {"planned", result.planned_rounds}};
    row["metric"] = result.metric;
    row["assumptions"] = judgement.certified ? "certified" : "observed";
    row["measured"] = judged ? ordered_json{{"estimate", finite(judgement.measured.value)}, {"lower", finite(judgement.measured.lower)},
                                            {"upper", finite(judgement.measured.upper)}, {"level", judgement.measured.level}, {"how", judgement.measured.how}}
                             : ordered_json(nullptr);
    row["bound"] = judged ? ends(judgement.bound) : ordered_json(nullptr);
    row["trivial"] = judged ? ends(judgement.trivial) : ordered_json(nullptr);
    row["ratio"] = judged ? finite(judgement.ratio) : ordered_json(nullptr);
    row["verdict"] = to_string(judgement.verdict);
    row["reason"] = judgement.reason;
    row["cell"] = result.cell;
    root["results"].push_back(std::move(row));
  }
  root["counts"] = counts(verification);
  if (!verification.searches.empty()) {
    root["searches"] = ordered_json::array();
    for (const SearchNote& note : verification.searches) root["searches"].push_back({{"theorem", note.theorem}, {"tried", note.tried}, {"study", note.study}});
  }
  root["provenance"] = {{"study", verification.study}, {"study_hash", verification.study_hash}, {"store_hash", verification.store_hash}, {"code", verification.code},
                        {"level", verification.level}, {"comparisons", verification.comparisons}};
  return root.dump(2) + "\n";
}

}  // namespace thalweg
