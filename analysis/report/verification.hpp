// From cells in a store to results: every card of every cell judged, simultaneously at the study's level.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "analysis/study/rounds.hpp"
#include "analysis/study/run.hpp"
#include "analysis/theory/verdict.hpp"

namespace thalweg {

struct Result {
  std::string theorem;
  Status status = Status::unverified;
  Expectation expect = Expectation::holds;
  bool on_witness = false;          // the cell is the card's own instance
  std::string block, condition, problem, noise, method, definition, eta, cell;
  std::map<std::string, double> hyper;
  std::uint64_t horizon = 0;
  std::size_t replicas = 0;         // judged, all rounds together
  std::size_t rounds = 1, planned_rounds = 1;
  std::string metric;
  Judgement judgement;
};

// How instances of a theorem were searched for, in words.
struct SearchNote {
  std::string theorem, tried;
  std::string study;                // the file that holds what was found; empty: none was written
};

struct Verification {
  std::vector<Result> results;
  std::vector<SearchNote> searches;
  double level = 1e-3;              // family-wise
  std::size_t comparisons = 0;      // random comparisons the level is divided by
  std::string study, study_hash, store_hash, code;
  double judging_seconds = 0.0;     // reading records and judging them; no part of the answer
  bool declared_budget = true;      // the cards' own instances as declared: neither --quick nor other replicas or hyper-parameters
};

// Brings the records of these cells, later rounds, into the store.
using RunMore = std::function<void(const std::vector<Cell>&)>;

// Judges each card of each cell at the last recorded step. Cells whose first record is not in the store are an error of the caller. Cells with a
// comparison that is undecided and that more replicas may decide get further rounds (analysis/study/rounds.hpp), unless four times the budget would
// not do by the replicas' own spread; the first round that decides a comparison is the one that is shown. Without run_more the answer is that of the
// rounds in the store, which never depends on rounds beyond the deciding one or the budget: the same store gives the same answer.
//
// Multiplicity: the level is divided by the number of applicable random comparisons, known before any run (Bonferroni, which asks nothing of how
// cells depend on each other: they share draws). A comparison with several rounds errs in any of them with probability at most its share (judge()),
// so that all printed intervals, each from the round where its comparison was decided, contain their means together with probability 1 - level.
// Why not Holm's procedure: docs/decisions/0013-bonferroni.md.
// further_comparisons: others that share the level.
Verification verify(const Study& study, const std::vector<Cell>& cells, const Store& store, const Budget& budget = {}, const RunMore& run_more = {},
                    std::size_t further_comparisons = 0);

std::map<std::string, std::size_t> counts(const Verification& verification);  // by verdict

// 0: nothing violated but controls, and every control judged on its own witness at its declared budget was violated. 1 otherwise.
int exit_code(const Verification& verification);

// A plain-text table: one line per theorem and method (its worst cell), or one per result.
std::string table(const Verification& verification, bool all, std::size_t width);
// One JSON object, schema thalweg.verify/1 (docs/formats.md).
std::string to_json(const Verification& verification);

}  // namespace thalweg
