// Files of claims: what is read, what is refused and where, and what evidence makes of a claim.
#include <gtest/gtest.h>

#include <filesystem>

#include "analysis/report/claims_page.hpp"
#include "analysis/study/claims.hpp"
#include "lib/core/check.hpp"
#include "tests/problems/data/text_files.hpp"
#include "tests/study/catalogue_files.hpp"

namespace thalweg {
namespace {

const std::string head = "id = \"mine\"\n[[claim]]\nid = \"one\"\nwords = \"w\"\nexpect = \"supported\"\n";
const std::string run_a = "problem = \"cosine\"\nnoise = { id = \"gaussian\", sigma = 0.1 }\nmethod = \"sgd\"\neta = \"0.1\"\nT = 50\nreplicas = 64\n";
const std::string run_b = "problem = \"cosine\"\nnoise = { id = \"gaussian\", sigma = 0.1 }\nmethod = \"sgd\"\neta = \"0.01\"\nT = 50\nreplicas = 64\n";
std::string contrast(const std::string& text, const std::string& metric = "f_gap") {
  return "[[claim.evidence]]\nsays = \"s\"\ncontrast = \"" + text + "\"\nmetric = \"" + metric + "\"\n[claim.evidence.run.a]\n" + run_a + "[claim.evidence.run.b]\n" + run_b;
}
std::string theorem(const std::string& lines) { return "[[claim.evidence]]\nsays = \"s\"\n" + lines; }

std::string refusal(const std::string& toml) {
  try {
    study_of(parse_claims(toml, "mine.toml"), cards(), study_named);
  } catch (const SpecError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(ClaimsFile, IsRefusedWithThePlaceAndWhatIsAllowed) {
  struct Case {
    std::string toml;
    std::vector<std::string> parts;
  };
  const std::vector<Case> wrong = {
      {"", {"mine.toml", "id"}},
      {"id = \"mine\"\n", {"claim", "at least one"}},
      {"id = \"Mine\"\n" + head.substr(12), {"mine.toml:1", "lower-case"}},
      {"id = \"mine\"\nlevel = 0.7\n[[claim]]\n", {"mine.toml:2", "level"}},
      {"id = \"mine\"\nlevl = 0.1\n[[claim]]\n", {"mine.toml:2", "levl", "level"}},
      {head, {"evidence"}},
      {head + "[[claim.evidence]]\n", {"says"}},
      {head + theorem(""), {"theorem", "contrast"}},
      {head + theorem("theorem = \"theorem-g\"\ncontrast = \"a\"\n"), {"one of"}},
      {head + theorem("theorem = \"theorem-gg\"\n"), {"theorem-gg", "did you mean 'theorem-g'?"}},
      {head + theorem("theorem = \"theorem-g\"\nmetric = \"f_gap\"\n"), {"metric", "belongs to a contrast"}},
      {head + theorem("theorem = \"theorem-g\"\nblocks = [\"nonconvex\"]\n"), {"blocks", "study"}},
      {head + theorem("theorem = \"theorem-g\"\nstudy = \"seed-claims\"\nblocks = [\"nonconvexx\"]\n"), {"nonconvexx", "did you mean 'nonconvex'?"}},
      {head + theorem("theorem = \"theorem-g\"\nstudy = \"seed-claims\"\nblocks = [\"nonconvex\"]\nmethods = [\"sgd\"]\n"), {"methods"}},
      {head + theorem("theorem = \"theorem-g\"\nsupports = [\"hold\"]\n"), {"supports", "hold", "did you mean 'holds'?"}},
      {head + theorem("theorem = \"theorem-g\"\nsupports = [\"violated\"]\n"), {"contradicts", "both"}},
      {head + contrast("a - c"), {"contrast = c", "unknown run"}},
      {head + contrast("a < b"), {"contrast", "positive"}},
      {head + contrast("a - (b"), {"mine.toml:8", "')' expected"}},
      {head + contrast("a - b", "f_gapp"), {"f_gapp", "did you mean 'f_gap'?"}},
      {head + contrast("a_rate_maxx - b"), {"a_rate_maxx"}},
      {head + "[[claim.evidence]]\nsays = \"s\"\ncontrast = \"a\"\nmetric = \"f_gap\"\n", {"run"}},
      {head + "[[claim.evidence]]\nsays = \"s\"\ncontrast = \"a\"\nmetric = \"f_gap\"\n[claim.evidence.run.a]\nproblem = \"cosine\"\n", {"method"}},
      {head + "[[claim.evidence]]\nsays = \"s\"\ncondition = \"L\"\n[claim.evidence.run.a]\n" + run_a, {"condition", "comparison"}},
      {head + contrast("a - b") + head.substr(head.find("[[claim]]")) + contrast("a - b"), {"earlier claim"}},
      {"id = \"mine\"\n[[claim]]\nid = \"one\"\nwords = \"w\"\nexpect = \"suported\"\n" + contrast("a - b"), {"mine.toml:5", "suported", "did you mean 'supported'?"}},
  };
  for (const Case& one : wrong) {
    const std::string message = refusal(one.toml);
    for (const std::string& part : one.parts) EXPECT_NE(message.find(part), std::string::npos) << one.toml << "\n  answered: " << message << "\n  lacks: " << part;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
  EXPECT_EQ(refusal(head + contrast("a - b")), "accepted");
  EXPECT_EQ(refusal(head + contrast("a_grad_sq - 2*b + 0*b_dist_sq")), "accepted");
}

ClaimsVerification decided(const Claims& claims, const std::filesystem::path& folder) {
  const Study study = study_of(claims, cards(), study_named);
  const std::vector<Cell> cells = expand(study, cards());
  Store store(folder);
  run_cells(study, cells, *cpu_engine(), 2, store);
  return decide(claims, study, cells, store);
}

TEST(Claims, AreSupportedContradictedConditionalOrUndecidedByTheirEvidence) {
  const std::string falls = contrast("b - a"), rises = contrast("a - b"), says_nothing = contrast("0*a*b"), fact = "[[claim.evidence]]\nsays = \"s\"\ncondition = \"L <= 1\"\n[claim.evidence.run.a]\n" + run_a;
  const struct {
    std::string evidence;
    ClaimOutcome outcome;
  } all[] = {{falls, ClaimOutcome::supported},       {rises, ClaimOutcome::contradicted},          {falls + rises, ClaimOutcome::conditional},       {says_nothing, ClaimOutcome::undecided},
             {falls + says_nothing, ClaimOutcome::supported}, {fact, ClaimOutcome::supported}, {theorem("theorem = \"r-1-gd-convex\"\n"), ClaimOutcome::supported},
             {theorem("theorem = \"r-1-wrong-constant\"\n"), ClaimOutcome::contradicted}, {theorem("theorem = \"r-1-wrong-constant\"\nsupports = [\"violated\"]\ncontradicts = [\"holds\"]\n"), ClaimOutcome::supported},
             {falls + theorem("theorem = \"r-1-wrong-constant\"\n"), ClaimOutcome::conditional}};
  for (const auto& one : all) {
    const test::TextFolder folder;
    const Claims claims = parse_claims(head + one.evidence, "mine.toml");
    const ClaimsVerification result = decided(claims, folder.path());
    EXPECT_EQ(result.decided.front().outcome, one.outcome) << one.evidence << page(result, 100);
    EXPECT_EQ(exit_code(result), one.outcome == ClaimOutcome::supported ? 0 : 1);
    EXPECT_NE(page(result, 100).find(to_string(one.outcome)), std::string::npos);
    EXPECT_NE(to_json(result).find("thalweg.claims/1"), std::string::npos);
  }
}

TEST(Claims, ShareTheirLevelAmongTheoremsAndContrasts) {
  const test::TextFolder folder;
  const Claims claims = parse_claims(head + contrast("b - a") + contrast("a - b") + theorem("theorem = \"r-11-sgd-nonconvex\"\n"), "mine.toml");
  const ClaimsVerification result = decided(claims, folder.path());
  std::size_t random = 0;
  for (const Result& one : result.verification.results)
    if (one.judgement.verdict != Verdict::not_applicable && one.replicas > 1) ++random;
  EXPECT_EQ(result.comparisons, random + 2);
  const Estimate& interval = result.decided.front().evidence.front().contrast;
  EXPECT_DOUBLE_EQ(interval.level, claims.level / static_cast<double>(result.comparisons));
}

TEST(Claims, OneReplicaOfRandomRunsLeavesAContrastOpen) {
  std::string single = contrast("b - a");
  for (std::size_t at = single.find("replicas = 64"); at != std::string::npos; at = single.find("replicas = 64")) single.replace(at, 13, "replicas = 1");
  const test::TextFolder folder;
  const Claims claims = parse_claims(head + single, "mine.toml");
  const ClaimsVerification result = decided(claims, folder.path());
  EXPECT_EQ(result.decided.front().outcome, ClaimOutcome::undecided) << page(result, 100);
  EXPECT_NE(result.decided.front().evidence.front().contrast.doubt.find("at least two replicas"), std::string::npos);

  std::string unequal = contrast("b - a");
  unequal.replace(unequal.rfind("replicas = 64"), 13, "replicas = 1");
  const Claims mixed = parse_claims(head + unequal, "mine.toml");
  const test::TextFolder other;
  EXPECT_THROW(decided(mixed, other.path()), SpecError) << "a random run of one replica is no number to compare 64 with";
}

TEST(Claims, OfThePapersThatComeWithTheProgramAreWellFormed) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(source / "analysis/theory/claims")) {
    const Claims claims = read_claims(entry.path());
    EXPECT_EQ(entry.path().stem().string(), claims.id);
    EXPECT_GT(expand(study_of(claims, cards(), study_named), cards()).size(), claims.claims.size() / 2);
    ++files;
  }
  EXPECT_GE(files, 3U);
}

}  // namespace
}  // namespace thalweg
