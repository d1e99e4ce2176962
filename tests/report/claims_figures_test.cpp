// Figures of claims: which panels a claim has, what their curves are, and the page with the pictures in place.
#include <gtest/gtest.h>

#include <filesystem>

#include "analysis/report/claims_figures.hpp"
#include "lib/core/check.hpp"
#include "tests/problems/data/text_files.hpp"
#include "tests/study/catalogue_files.hpp"

namespace thalweg {
namespace {

const std::string run = "problem = { id = \"quadratic\", dim = 2, mu = 0.5, L = 1.0, start = 1.0 }\nnoise = { id = \"gaussian\", sigma = 0.1 }\nmethod = \"sgd\"\nT = 100\nreplicas = 32\n";
const std::string toml = "id = \"mine\"\ntitle = \"Mine\"\narxiv = \"0000.00000\"\n"
                         "[[claim]]\nid = \"compared\"\nwords = \"w\"\nexpect = \"supported\"\n"
                         "[[claim.evidence]]\nsays = \"A comparison.\"\ncontrast = \"fast_grad_sq + slow - 2*fast\"\nmetric = \"f_gap\"\n"
                         "[claim.evidence.run.fast]\neta = \"0.1\"\n" + run + "[claim.evidence.run.slow]\neta = \"0.01\"\n" + run +
                         "[[claim.evidence]]\nsays = \"A theorem.\"\ntheorem = \"r-1-gd-convex\"\n"
                         "[[claim]]\nid = \"control\"\nwords = \"w\"\nexpect = \"contradicted\"\n[[claim.evidence]]\nsays = \"c\"\ntheorem = \"r-1-wrong-constant\"\n"
                         "[[claim.evidence]]\nsays = \"o\"\ntheorem = \"r-4-gd-pl\"\n"
                         "[[claim]]\nid = \"threshold\"\nwords = \"w\"\nexpect = \"supported\"\n[[claim.evidence]]\nsays = \"t\"\ntheorem = \"r-15-gd\"\n"
                         "[[claim]]\nid = \"fact\"\nwords = \"w\"\nexpect = \"supported\"\n[[claim.evidence]]\nsays = \"f\"\ncondition = \"L <= 1\"\n[claim.evidence.run.a]\neta = \"0.1\"\n" + run;

TEST(ClaimFigures, HaveAPanelForEachPieceOfEvidenceThatRuns) {
  const test::TextFolder folder;
  const Claims claims = parse_claims(toml, "mine.toml");
  const Study study = study_of(claims, cards(), study_named);
  const std::vector<Cell> cells = expand(study, cards());
  Store store(folder.path());
  run_cells(study, cells, *cpu_engine(), 2, store);
  ClaimsVerification verified = decide(claims, study, cells, store);

  const auto compared = claim_figure(verified, verified.decided[0], cells, store, "hash");
  ASSERT_TRUE(compared.has_value());
  EXPECT_EQ(compared->id, "mine-compared");
  EXPECT_EQ(compared->store_hash, "hash");
  ASSERT_EQ(compared->panels.size(), 2U);
  const Panel& runs = compared->panels[0];
  EXPECT_EQ(runs.title, "(a) fast, slow");
  ASSERT_EQ(runs.series.size(), 3U) << "one curve a name of the contrast";
  for (const Series& series : runs.series) {
    const auto cell = std::find_if(cells.begin(), cells.end(), [&](const Cell& one) { return one.block == "compared/1/" + series.method.substr(0, series.method.find(':')); });
    ASSERT_NE(cell, cells.end()) << series.method;
    EXPECT_EQ(series.method, cell->block == "compared/1/fast" ? "fast: sgd, eta = 0.1" : "slow: sgd, eta = 0.01");
    const Trajectories data = *store.get(cell->key);
    const Metric metric = series.label == "grad_sq" ? Metric::grad_sq : Metric::f_gap;
    ASSERT_EQ(series.x.size(), data.steps.size());
    double mean = 0.0;
    for (std::size_t r = 0; r < data.replicas; ++r) mean += data.at(metric, data.steps.size() - 1, r) / static_cast<double>(data.replicas);
    EXPECT_NEAR(series.y.back(), mean, 1e-12 * mean) << "the mean that the page names";
    EXPECT_LT(series.lower.back(), mean);
    EXPECT_GT(series.upper.back(), mean);
  }
  const Panel& theorem = compared->panels[1];
  EXPECT_EQ(theorem.title, "(b) r-1-gd-convex");
  ASSERT_EQ(theorem.series.size(), 2U);
  EXPECT_EQ(theorem.series[0].role, Role::measured);
  EXPECT_EQ(theorem.series[1].role, Role::bound);
  EXPECT_EQ(theorem.series[1].label, "bound");
  EXPECT_LE(theorem.series[0].y.back(), theorem.series[1].y.back() * (1.0 + 1e-9));

  // The control is run on the very cells of the theorem; of r-4-gd-pl the cell of one step, which has the largest ratio, has no course.
  const auto control = claim_figure(verified, verified.decided[1], cells, store, "hash");
  ASSERT_TRUE(control.has_value());
  ASSERT_EQ(control->panels.size(), 2U);
  EXPECT_GT(control->panels[0].series[0].y.back(), control->panels[0].series[1].y.back());
  EXPECT_GT(control->panels[1].series[0].x.size(), 1U);

  const auto threshold = claim_figure(verified, verified.decided[2], cells, store, "hash");
  ASSERT_TRUE(threshold.has_value());
  ASSERT_GE(threshold->panels[0].series.size(), 2U) << "below and above";
  for (const Series& series : threshold->panels[0].series) {
    EXPECT_EQ(series.role, Role::measured) << "a threshold is no bound of what is measured";
    EXPECT_NE(series.label.find("limit"), std::string::npos);
  }
  EXPECT_FALSE(claim_figure(verified, verified.decided[3], cells, store, "hash").has_value()) << "a fact has no course";

  verified.decided[0].figure = (folder.path() / "figures/mine-compared.svg").string();
  EXPECT_NE(page(verified, 100).find("   Figure: " + verified.decided[0].figure + "\n"), std::string::npos);
  EXPECT_NE(page(verified, 100).find("(b) A theorem."), std::string::npos);
  EXPECT_TRUE(verified.decided[0].evidence[0].where.starts_with(cells.front().setting.problem.text + ", " + cells.front().setting.noise.text + ", T = 100; fast: ")) << verified.decided[0].evidence[0].where;
  EXPECT_NE(page(verified, 100).find("         Where: quadratic(dim=2,"), std::string::npos) << page(verified, 100);
  const std::string text = markdown(verified, folder.path());
  EXPECT_NE(text.find("![compared](figures/mine-compared.svg)"), std::string::npos) << text;
  EXPECT_NE(text.find("https://arxiv.org/abs/0000.00000"), std::string::npos);
  EXPECT_NE(text.find("fast\\_grad\\_sq + slow - 2\\*fast = "), std::string::npos) << "stars and underscores are no emphasis";
  EXPECT_NE(to_json(verified).find("mine-compared.svg"), std::string::npos);
}

}  // namespace
}  // namespace thalweg
