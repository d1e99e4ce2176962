// From a paper's claims and the records of their cells to outcomes, and to a page that can be sent to the authors.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/report/verification.hpp"
#include "analysis/study/claims.hpp"

namespace thalweg {

// What one piece of evidence came to.
struct Weighed {
  enum class Side { supports, contradicts, silent };
  Side side = Side::silent;
  std::vector<Result> results;   // of a theorem, cell by cell
  Estimate contrast;             // of a comparison
  std::vector<std::pair<std::string, double>> means;  // of its runs
  std::size_t replicas = 0;
  std::string why;               // a sentence with the numbers
  std::string where;             // problem, noise, horizon, method and step: of a theorem those of the cell whose numbers are named
};

struct Decided {
  const Claim* claim;
  ClaimOutcome outcome = ClaimOutcome::undecided;
  std::vector<Weighed> evidence;  // in the order of the claim's
  std::string figure;             // the file that shows it; empty: none
};

struct ClaimsVerification {
  const Claims* claims;
  std::vector<Decided> decided;
  Verification verification;      // of all theorem cells
  std::size_t comparisons = 0;    // that share the level, contrasts among them
};

// All evidence at the file's level together: the level is divided by the random comparisons of theorems and contrasts. The cells are those of study_of.
ClaimsVerification decide(const Claims& claims, const Study& study, const std::vector<Cell>& cells, const Store& store, const Budget& budget = {}, const RunMore& run_more = {});

// 0: every claim came out as the file expects, and nothing was violated but controls. 1 otherwise.
int exit_code(const ClaimsVerification& decided);

// "a", "b", ...: how the page and the figure name a claim's evidence, counted from 0.
std::string evidence_letter(std::size_t evidence);
std::string page(const ClaimsVerification& decided, std::size_t width);
// The same as Markdown, figures in place; their files relative to `folder`.
std::string markdown(const ClaimsVerification& decided, const std::filesystem::path& folder);
// One JSON object, schema thalweg.claims/1 (docs/formats.md).
std::string to_json(const ClaimsVerification& decided);

}  // namespace thalweg
