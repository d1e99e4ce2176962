// What a sweep and the built-in studies of epsilon say: tables, JSON, the figure, and sentences whose verdicts come from the numbers.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/report/epsilon.hpp"
#include "analysis/report/epsilon_studies.hpp"
#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

using nlohmann::json;

Estimate between(double value, double lower, double upper) {
  Estimate e;
  e.value = value;
  e.lower = lower;
  e.upper = upper;
  return e;
}

TEST(PlainTable, LinesUpWordsToTheLeftAndNumbersToTheRight) {
  const PlainTable table{"t", "Title", {"name", "x"}, {{std::string("a"), 1.5}, {std::string("longer"), between(2.0, 1.0, 3.0)}, {std::string("c"), std::nan("")}}, {"A sentence."}};
  EXPECT_EQ(to_text(table), "Title\nname           x\na            1.5\nlonger  2 [1, 3]\nc              -\nA sentence.\n");
  const json root = json::parse(to_json(table));
  EXPECT_EQ(root["rows"][1]["x"]["upper"], 3.0);
  EXPECT_TRUE(root["rows"][2]["x"].is_null());
  EXPECT_EQ(root["sentences"][0], "A sentence.");
}

// A sweep in which nothing is left to chance but the numbers.
EpsilonAnswer made(double exponent, double counterpart) {
  EpsilonAnswer answer;
  answer.request.method.method = "adam@seed";
  answer.request.values = {1e-4, 1e-3, 1e-2};
  answer.problem = "p";
  answer.noise = "n";
  for (std::size_t i = 0; i < 3; ++i) {
    EpsilonPoint point;
    point.value = answer.request.values[i];
    const double y = std::pow(point.value, exponent);
    point.measured.estimate = between(y, 0.9 * y, 1.1 * y);
    point.measured.replicas = {y, y};
    point.local = between(exponent, exponent - 0.01, exponent + 0.01);
    point.share = i == 2 ? 0.5 : 0.0;
    Measured other = point.measured;
    other.estimate.value *= counterpart;
    point.counterpart = other;
    point.counterpart_ratio = between(std::log(counterpart), std::log(counterpart) - 1e-3, std::log(counterpart) + 1e-3);
    answer.points.push_back(point);
  }
  answer.counterpart = "sadam";
  StatedTheorem theorem{"theorem-g", "mean_grad_sq", "proved", {}};
  for (std::size_t i = 0; i < 3; ++i) {
    Stated stated;
    stated.verdict = i < 2 ? Verdict::vacuous : Verdict::holds;
    stated.allowed = true;
    stated.bound = {1.0 / answer.request.values[i], -1.0};
    stated.trivial = 500.0;
    stated.largest = LargestStep{answer.request.values[i], 1.0, "eta <= eps"};
    theorem.at.push_back(stated);
  }
  answer.theorems = {theorem};
  RegimeExponent regime{Regime::sign_like, 0, 1, SweptExponent{between(exponent, exponent - 0.01, exponent + 0.01), true, 2}, {}, {-1.0}};
  for (EpsilonPoint& point : answer.points) point.also[Metric::f_gap] = {1.0, 2.0};
  regime.also.emplace(Metric::f_gap, SweptExponent{between(0.25, 0.2, 0.3), true, 2});
  answer.regimes = {regime};
  answer.convention_values = {1e-4};
  return answer;
}

std::string all_sentences(const EpsilonAnswer& answer) {
  std::string out;
  for (const PlainTable& table : tables(answer))
    for (const std::string& sentence : table.sentences) out += sentence + "\n";
  return out;
}

TEST(EpsilonReport, SentencesFollowTheNumbers) {
  EXPECT_NE(all_sentences(made(0.001, 1.0)).find("hardly depends on eps"), std::string::npos);
  EXPECT_NE(all_sentences(made(0.7, 1.0)).find("grows with eps"), std::string::npos);
  EXPECT_NE(all_sentences(made(-0.7, 1.0)).find("falls with eps"), std::string::npos);
  EXPECT_NE(all_sentences(made(0.0, 1.005)).find("nowhere do they differ by more than 1 %"), std::string::npos);
  EXPECT_NE(all_sentences(made(0.0, 1.1)).find("more than 1 % at 3 values"), std::string::npos);
}

TEST(EpsilonReport, TheTableOfTheoremsSaysWhereABoundIsInformative) {
  const std::vector<PlainTable> all = tables(made(0.5, 1.0));
  const std::string text = to_text(all[1]);
  EXPECT_NE(text.find("eps >= 0.01"), std::string::npos) << text;
  EXPECT_NE(text.find("1 holds, 2 vacuous"), std::string::npos) << text;
  EXPECT_NE(text.find("f_gap         0.250 [0.200, 0.300] (ends)"), std::string::npos) << text;
  EXPECT_NE(text.find("+1.00"), std::string::npos) << text;
  EXPECT_NE(text.find("-1.00"), std::string::npos) << text;
}

TEST(EpsilonReport, TheJsonHasEveryPointTheoremAndRegime) {
  const json root = json::parse(to_json(made(0.5, 1.1), "hash"));
  EXPECT_EQ(root["schema"], "thalweg.epsilon/1");
  ASSERT_EQ(root["points"].size(), 3u);
  for (const char* key : {"value", "definition", "eta", "measured", "local_exponent", "share_idle", "regime", "counterpart", "counterpart_log_ratio", "cell"}) EXPECT_TRUE(root["points"][0].contains(key)) << key;
  EXPECT_EQ(root["theorems"][0]["at"][1]["verdict"], "vacuous");
  EXPECT_EQ(root["theorems"][0]["at"][1]["largest_step"]["exponent"], 1.0);
  EXPECT_EQ(root["regimes"][0]["bounds"]["theorem-g"], -1.0);
  EXPECT_EQ(root["regimes"][0]["exponent"]["value"], 0.5);
  EXPECT_EQ(root["regimes"][0]["also"]["f_gap"]["value"], 0.25);
  EXPECT_EQ(root["provenance"]["store_hash"], "hash");
}

TEST(EpsilonReport, TheFigureTellsVacuousBoundsFromOthers) {
  const Figure figure = figure_of(made(0.5, 1.1), "hash");
  ASSERT_EQ(figure.panels.size(), 1u);
  std::size_t bounds = 0, vacuous = 0, measured = 0;
  for (const auto& series : figure.panels[0].series) {
    const auto finite = static_cast<std::size_t>(std::count_if(series.y.begin(), series.y.end(), [](double y) { return std::isfinite(y); }));
    bounds += series.role == Role::bound ? finite : 0;
    vacuous += series.role == Role::vacuous ? finite : 0;
    measured += series.role == Role::measured ? 1 : 0;
  }
  EXPECT_EQ(bounds, 1u);
  EXPECT_EQ(vacuous, 2u);
  EXPECT_EQ(measured, 2u);
  EXPECT_EQ(figure.panels[0].trivial, 500.0);
}

// ---- the built-in studies, at a small budget

std::vector<PlainTable> analysed(const std::string& id, const Changes& changes, const std::function<void(Study&)>& change = {}) {
  const auto study = std::find_if(epsilon_studies().begin(), epsilon_studies().end(), [&](const EpsilonStudy& s) { return s.id == id; });
  const std::string source = std::string(THALWEG_SOURCE_DIR) + "/analysis";
  const std::vector<Card> cards = read_cards(source + "/theory/theorems");
  Study read = study->text == nullptr ? read_study(source + "/study/studies/epsilon-" + id + ".toml") : parse_study(study->text(), id + ".toml");
  if (change) change(read);
  TemporaryFolder folder;
  Store store(folder.path() / "store");
  const auto engine = cpu_engine();
  Laboratory laboratory(cards, *engine, 2, store);
  return study->analyse(laboratory.run(read, changes), cards, 0.01);
}

double number_at(const PlainTable& table, std::size_t row, std::size_t column) {
  const TableEntry& entry = table.rows.at(row).at(column);
  return std::holds_alternative<double>(entry) ? std::get<double>(entry) : std::get<Estimate>(entry).value;
}

TEST(EpsilonStudies, EachHasAStudyOfItsName) {
  EXPECT_EQ(epsilon_studies().size(), 7u);
  for (const EpsilonStudy& study : epsilon_studies()) {
    const std::string id = "epsilon-" + std::string(study.id);
    const Study read = study.text == nullptr ? read_study(std::string(THALWEG_SOURCE_DIR) + "/analysis/study/studies/" + id + ".toml") : parse_study(study.text(), "x.toml");
    EXPECT_EQ(read.id, id);
  }
}

TEST(EpsilonStudies, TheConditionOfTheoremEIsMetOnOneSideAndTheColumnSaysWhich) {
  Changes changes;
  changes.replicas = 16;
  const PlainTable table = analysed("averages", changes, [](Study& study) { study.blocks[0].horizons = {2048}; }).front();
  ASSERT_EQ(table.rows.size(), 8u);
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(std::get<std::string>(table.rows[i][2]), i < 4 ? "holds" : "fails") << i;
  // 2 / mu1' [Delta / (eta T) + (G sqrt(1 - beta2) mu2^2 + L eta mu2^2 / 2) sigma2] at beta2 = 0: mu1' = 1, eps = 1, G = 1.9, sigma2 = 5 * 0.09.
  const double Delta = 5.0 * (1.0 - std::cos(2.0));
  EXPECT_NEAR(number_at(table, 7, 5), 2.0 * (Delta / (0.02 * 2048) + (1.9 + 0.01) * 0.45), 1e-6);
}

TEST(EpsilonStudies, OnADegenerateMinimumTheLateLawIsQuadraticInEps) {
  const PlainTable table = analysed("degenerate", {}, [](Study& study) { study.blocks[0].horizons = {50000}; }).front();
  ASSERT_EQ(table.rows.size(), 18u);
  for (std::size_t i = 0; i < 18; ++i) {
    EXPECT_NEAR(number_at(table, i, 6), 1.0, 0.06) << i;
    EXPECT_LT(std::fabs(std::log(number_at(table, i, 3) / number_at(table, i, 2))), 0.4) << i;
    EXPECT_NEAR(number_at(table, i, 5) / std::pow(number_at(table, i, 1) / (2.0 * 1e-3 * 50000.0), 2) * 4.0, 1.0, 1e-9) << "(eps / (2 eta T))^2 / 4";
  }
  EXPECT_NE(to_text(table).find("(1 / mu2)^+2.00"), std::string::npos) << to_text(table);
  EXPECT_NE(to_text(table).find("the law, differentiated, says +2.00"), std::string::npos);
}

TEST(EpsilonStudies, TheLogarithmicBoundIsFlatWhereThePolynomialOneIsNot) {
  Changes changes;
  changes.replicas = 8;
  const PlainTable table = analysed("logarithm", changes, [](Study& study) {
    for (StudyBlock& block : study.blocks) block.horizons = {500};
  }).front();
  ASSERT_EQ(table.rows.size(), 9u);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_LT(std::fabs(std::stod(std::get<std::string>(table.rows[i][3]))), 0.06);
    EXPECT_NEAR(std::stod(std::get<std::string>(table.rows[i][6])), -1.0, 0.01);
    EXPECT_NEAR(std::stod(std::get<std::string>(table.rows[i][7])), -0.5, 0.01);
  }
}

TEST(EpsilonStudies, TheStallFloorIsPropositionNs) {
  Changes changes;
  changes.replicas = 64;
  const PlainTable table = analysed("stall", changes, [](Study& study) {
    study.blocks[0].horizons = {16384};
    study.blocks[0].records = 15;
    study.blocks[0].noises.resize(1);
    study.blocks[0].grid["eps"] = {0.3, 1.0};
    study.blocks[0].grid["beta"] = {2.0};
  }).front();
  ASSERT_EQ(table.rows.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(number_at(table, i, 5), 1.0, 0.03) << i;
}

}  // namespace
}  // namespace thalweg
