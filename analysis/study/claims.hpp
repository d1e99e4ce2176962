// The claims of a paper as data (docs/claims.md describes every key): what it says in words of our own, what decides it, and what is expected to come out.
//
//   id = "arxiv-1908.00700"    title = "..."    paper = "..."    arxiv = "1908.00700"    level = 1e-3
//   [[claim]]
//   id      = "rate-depends-on-epsilon"
//   words   = "..."            where = "abstract"       conditions = "..."
//   expect  = "supported"                             # supported | contradicted | conditional | undecided
//   comment = "..."                                   # what the outcome means
//   [[claim.evidence]]                                # a theorem: on its own instances, or on blocks of a study
//   theorem = "theorem-g"      study = "seed-claims"  blocks = ["nonconvex"]   methods = ["adam"]
//   supports = ["holds"]       contradicts = ["violated"]                      # verdicts; these are the defaults
//   says    = "..."                                   # what it says where it supports or contradicts
//   [[claim.evidence]]                                # a comparison: a number of every replica, paired by common draws
//   contrast = "large - 2*small"                      # in the names of `run`: supports where its mean is certainly positive, contradicts where negative
//   metric   = "mean_grad_sq"                         # what `large` stands for; large_rate_max is another metric of the same run
//   [claim.evidence.run.large]                        # one block of a study each, of exactly one cell
//   problem = "cosine"  method = "adam"  ...
//   [[claim.evidence]]                                # a fact: a condition on the names of docs/theorem-cards.md, of one run's setting
//   condition = "mu_pl >= 1/32"                       # supports where it is certain, contradicts where its contrary is
//   [claim.evidence.run.setting]
//   problem = "pl-sine"     method = "sgd"  ...
//
// A piece of evidence supports its claim when every verdict of its cells that says something is among `supports`; it contradicts when one is among
// `contradicts`. A claim is supported (contradicted) when some evidence supports (contradicts) it and none contradicts (supports) it, conditional when both
// occur, undecided when neither does.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/study/study.hpp"

namespace thalweg {

enum class ClaimOutcome { supported, contradicted, conditional, undecided };
constexpr const char* to_string(ClaimOutcome outcome) {
  switch (outcome) {
    case ClaimOutcome::supported: return "supported";
    case ClaimOutcome::contradicted: return "contradicted";
    case ClaimOutcome::conditional: return "conditional";
    case ClaimOutcome::undecided: return "undecided";
  }
  return "";
}

struct Evidence {
  std::string says;
  // A theorem.
  std::string theorem, study;
  std::vector<std::string> blocks, methods;         // of the study; empty: all
  std::vector<std::string> supports, contradicts;   // verdicts
  // A comparison, or a fact.
  std::optional<Expression> contrast, condition;
  std::string metric;
  std::vector<std::pair<std::string, StudyBlock>> runs;  // by name
  Place place;
};

struct Claim {
  std::string id, words, where, conditions, comment;
  ClaimOutcome expect = ClaimOutcome::supported;
  std::vector<Evidence> evidence;
  Place place;
};

struct Claims {
  std::string id, title, paper, arxiv, note;
  double level = 1e-3;
  std::vector<Claim> claims;
  std::string text;  // of the file
  std::filesystem::path file;
};

// SpecErrors name file, line, key, value and what is allowed.
Claims parse_claims(const std::string& toml, const std::filesystem::path& name);
Claims read_claims(const std::filesystem::path& file);
// The same with every error handed to `findings`.
Claims read_claims(const TomlTable& table, const std::string& text, const std::filesystem::path& file, Findings& findings);

// The cells that decide the claims: one study whose blocks are named CLAIM/NUMBER of the evidence, with a slash and the name of the run or the block's own
// name behind. `studies` finds a built-in study or a file by its name.
Study study_of(const Claims& claims, const std::vector<Card>& cards, const StudyFinder& studies);
// The same with every error handed to `findings`.
Study study_of(const Claims& claims, const std::vector<Card>& cards, const StudyFinder& studies, Findings& findings);
// The run and the metric that a name of a contrast stands for; nothing: it stands for none.
struct RunMetric {
  std::string run;
  Metric metric;
};
std::optional<RunMetric> run_metric(const Evidence& evidence, const std::string& name);
// "rate-depends-on-epsilon/2": evidence counts from 1.
std::string block_prefix(const Claim& claim, std::size_t evidence);

}  // namespace thalweg
