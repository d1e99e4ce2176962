// The built-in cards as a collection, and what a malformed card is answered: one line with file, line, column, field, value and what is allowed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "analysis/theory/card.hpp"
#include "analysis/theory/evaluate.hpp"
#include "lib/core/check.hpp"

namespace thalweg {
namespace {

const std::filesystem::path theorems = std::filesystem::path(THALWEG_SOURCE_DIR) / "analysis/theory/theorems";

const std::vector<Card>& cards() {
  static const std::vector<Card> all = read_cards(theorems);
  return all;
}

TEST(Cards, AreThereWithUniqueIdsThatAreTheirFileNames) {
  EXPECT_GE(cards().size(), 100U);
  std::set<std::string> ids;
  for (const Card& card : cards()) {
    EXPECT_TRUE(ids.insert(card.id).second) << card.id;
    EXPECT_EQ(card.file.stem().string(), card.id);
  }
}

TEST(Cards, SayWhatTheyStateInThreeWaysAndWhereItIsFrom) {
  for (const Card& card : cards()) {
    SCOPED_TRACE(card.id);
    EXPECT_FALSE(card.statement.empty());
    EXPECT_FALSE(card.latex.empty());
    EXPECT_FALSE(card.sentence.empty());
    EXPECT_FALSE(card.where.empty());
    EXPECT_EQ(card.sentence.back(), '.');
    // Brackets of the LaTeX text match, and \Big[ has its \Big].
    EXPECT_EQ(std::count(card.latex.begin(), card.latex.end(), '{'), std::count(card.latex.begin(), card.latex.end(), '}'));
    EXPECT_EQ(std::count(card.latex.begin(), card.latex.end(), '['), std::count(card.latex.begin(), card.latex.end(), ']'));
    EXPECT_EQ(std::count(card.latex.begin(), card.latex.end(), '('), std::count(card.latex.begin(), card.latex.end(), ')'));
    EXPECT_EQ(std::count(card.statement.begin(), card.statement.end(), '('), std::count(card.statement.begin(), card.statement.end(), ')'));
  }
}

TEST(Cards, ThatAreTightOrFalseBringAnInstance) {
  int tight = 0, controls = 0;
  for (const Card& card : cards()) {
    if (card.kind == Kind::tight) ++tight;
    if (card.expect == Expectation::violated) ++controls;
    if (card.kind == Kind::tight || card.expect == Expectation::violated) {
      EXPECT_FALSE(card.witnesses.empty()) << card.id;
    }
    if (card.kind == Kind::tight) {
      EXPECT_LE(card.tolerance.value_or(1.0), 1e-9) << card.id;
    }
    if (card.expect == Expectation::violated) {
      EXPECT_NE(card.status, Status::proved) << card.id << ": a false statement";
    }
  }
  EXPECT_GE(tight, 14);
  EXPECT_GE(controls, 8);
}

// ---- monotone

using Bits = std::mt19937_64;
double between(Bits& bits, double lower, double upper) { return lower + (upper - lower) * (static_cast<double>(bits() >> 11U) * 0x1p-53); }

// Constants as those of a problem and a method hang together, so that every contraction lies in [0, 1].
Quantities plausible(Bits& bits) {
  std::map<std::string, double> x;
  for (const char* name : {"Delta", "R", "R_region", "D_inf", "Gs2sq", "Gs1", "G2sq", "G", "sigma2", "sigma1", "V1", "V2", "h_sum", "h_increase", "m_norm_sum", "m_l1", "hess_at_min", "eps", "variance_at_min"})
    x[name] = between(bits, 0.2, 3.0);
  x["d"] = std::floor(between(bits, 1.0, 20.0));
  x["T"] = std::floor(between(bits, 2.0, 40.0));
  x["L"] = between(bits, 0.5, 8.0);
  x["mu"] = x["mu_pl"] = x["L"] * between(bits, 0.01, 0.9);
  x["grad1_sq"] = 2.0 * x["Delta"] * (x["mu"] + (x["L"] - x["mu"]) * between(bits, 0.05, 0.95));
  x["Gs"] = between(bits, 0.3, 3.0);
  x["mu2"] = between(bits, 1.0, 3.0);
  x["mu1"] = between(bits, 0.1, 0.9) * x["mu2"];
  x["mu1_prime"] = x["mu1"] * 1.01;
  x["kappa_A"] = x["mu2"] / x["mu1"];
  x["beta1"] = between(bits, 0.05, 0.6);
  x["beta2"] = between(bits, 0.7, 0.999);
  x["eta"] = x["eta_max"] = between(bits, 0.05, 0.9) * std::min(0.25, 1.0 - x["beta1"]) / (x["L"] * x["mu2"]);
  for (const char* name : {"M", "grad1_l1", "x1_inf", "g_norms", "h_over_eta"}) x[name] = between(bits, 0.2, 3.0);
  x["L1"] = x["d"] * x["L"];
  x["columns"] = 2.0;
  x["momentum"] = x["beta1"];
  x["rho"] = 0.5 / x["L"];
  x["weight_decay"] = 0.5 / x["eta"];
  x["noise_p"] = between(bits, 0.1, 0.45);
  x["noise_fraction"] = between(bits, 0.1, 0.9);
  x["noise_a"] = between(bits, 0.5, 2.0);
  x["noise_b"] = x["noise_a"] * x["noise_p"] / (1.0 - x["noise_p"]);
  x["gradient_range"] = 3.0;
  // Of the methods' own fields, and what their rules tie together.
  x["momentum"] = x["largest"] = x["initial_accumulator"] = x["lr_decay"] = 0.0;
  x["q"] = x["mu"] / x["L"];
  x["horizon"] = x["T"];
  x["c"] = 0.5 * x["eta"];
  x["b0"] = x["eta"] * x["L"] * between(bits, 1.0, 5.0);
  x["rate_lipschitz"] = x["mu2"] * x["mu2"];
  std::map<std::string, Interval, std::less<>> values;
  for (const auto& [name, value] : x) values[name] = Interval(value);
  std::vector<Interval> steps(64, Interval(x["eta"]));
  return Quantities(std::move(values), {{"eta", std::move(steps)}});
}

double bound_of(const Card& card, Quantities quantities, bool upper) {
  add_let(card, quantities);
  const Interval bound = value_of(card.bound, quantities, card.id);
  return upper ? bound.upper() : bound.lower();
}

TEST(Cards, BoundsMoveAsTheyClaim) {
  Bits bits(7);
  int claims = 0;
  for (const Card& card : cards()) {
    for (const auto& [name, up] : card.monotone) {
      ++claims;
      for (int i = 0; i < 50; ++i) {
        const Quantities low = plausible(bits);
        ASSERT_NE(low.find(name), nullptr) << card.id << ": " << name;
        Quantities high = low;
        const double value = low.find(name)->mid();
        // A horizon moves by whole steps; an upper end of the A-LR stays above the lower one.
        high.set(name, Interval(name == "T" ? value + std::floor(between(bits, 1.0, 20.0)) : value * between(bits, 1.01, 3.0)));
        const Quantities& larger = up ? high : low;
        const Quantities& smaller = up ? low : high;
        EXPECT_GE(bound_of(card, larger, true), bound_of(card, smaller, false)) << card.id << ": " << name;
      }
    }
  }
  EXPECT_GE(claims, 50);
}

TEST(Cards, ThatAreStatementsAboutTheHorizonSaySo) {
  // The proved bounds for a constant step that vanish or settle with T claim it; of those quoted some fall eventually only.
  for (const Card& card : cards()) {
    if (card.kind == Kind::upper && card.expect == Expectation::holds && card.status == Status::proved && card.metric == "mean_grad_sq") {
      EXPECT_NE(std::find(card.monotone.begin(), card.monotone.end(), std::pair<std::string, bool>{"T", false}), card.monotone.end()) << card.id;
    }
  }
}

TEST(Cards, WrongClaimsOfDirectionWouldBeSeen) {
  Bits bits(8);
  Card card = read_card(theorems / "theorem-g.toml");
  int contradictions = 0;
  for (int i = 0; i < 50; ++i) {
    const Quantities low = plausible(bits);
    Quantities high = low;
    high.set("Delta", Interval(low.find("Delta")->mid() * 2.0));
    contradictions += bound_of(card, low, true) >= bound_of(card, high, false) ? 0 : 1;  // "down" claimed
  }
  EXPECT_EQ(contradictions, 50);
}

// ---- malformed cards

// The lines of a small valid card; the errors below replace one of them (line numbers are part of what is tested).
std::vector<std::string> sound_card() {
  return {"id        = \"mine\"",                           // 1
          "statement = \"E f(x_{T+1}) - f* <= Delta\"",     // 2
          "status    = \"proved\"",                         // 3
          "expect    = \"holds\"",                          // 4
          "methods   = [\"sgd\"]",                          // 5
          "requires  = [\"smooth\", \"pl\"]",               // 6
          "metric    = \"f_gap\"",                          // 7
          "kind      = \"upper\"",                          // 8
          "tolerance = 0.5",                                // 9
          "[let]",                                          // 10
          "rate = \"1 - eta*mu_pl\"",                       // 11
          "[admissible]",                                   // 12
          "step = \"eta <= 1/L\"",                          // 13
          "[bound]",                                        // 14
          "value = \"rate^T*Delta + L*eta*sigma2\"",        // 15
          "[monotone]",                                     // 16
          "T = \"down\"",                                   // 17
          "[source]",                                       // 18
          "where = \"Theorem 4\""};                         // 19
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::string with_line(std::size_t number, const std::string& line) {
  std::vector<std::string> lines = sound_card();
  lines.at(number - 1) = line;
  return joined(lines);
}

struct Malformed {
  std::string what, toml;
  int line, column;               // 0: not known, such as what is missing
  std::vector<std::string> says;  // parts of the message
};

std::vector<Malformed> malformed() {
  return {
      {"an unknown key", with_line(9, "tolerence = 0.5"), 9, 1, {"tolerence", "did you mean 'tolerance'?"}},
      {"an unknown key far from any", with_line(9, "xyzzy = 1"), 9, 1, {"xyzzy", "unknown key", "known: id, statement"}},
      {"an unknown key of [bound]", with_line(15, "vale = \"1\""), 15, 1, {"[bound] vale", "did you mean 'value'?"}},
      {"an unknown key of [source]", with_line(19, "page = 4"), 19, 1, {"page", "known: paper, arxiv, where"}},
      {"an id that is a number", with_line(1, "id = 7"), 1, 6, {"id = 7", "must be text in quotes"}},
      {"an id with capitals", with_line(1, "id = \"My Card\""), 1, 6, {"My Card", "kebab-case"}},
      {"an empty id", with_line(1, "id = \"\""), 1, 6, {"id", "kebab-case"}},
      {"no id", with_line(1, ""), 0, 0, {"id", "is missing", "text in quotes"}},
      {"no statement", with_line(2, ""), 0, 0, {"statement", "is missing"}},
      {"no metric", with_line(7, ""), 0, 0, {"metric", "is missing"}},
      {"a status that is none", with_line(3, "status = \"certain\""), 3, 10, {"certain", "proved, published, unverified, folklore"}},
      {"an expectation that is none", with_line(4, "expect = \"hold\""), 4, 10, {"hold", "did you mean 'holds'?"}},
      {"an unknown method", with_line(5, "methods = [\"sgd\", \"amsgrd\"]"), 5, 19, {"amsgrd", "did you mean 'amsgrad'?"}},
      {"a method that is a number", with_line(5, "methods = [1]"), 5, 11, {"methods", "must be text in quotes or a list of them"}},
      {"an unknown predicate", with_line(6, "requires = [\"smoth\"]"), 6, 13, {"smoth", "did you mean 'smooth'?"}},
      {"an unknown metric", with_line(7, "metric = \"f_gaps\""), 7, 10, {"f_gaps", "did you mean 'f_gap'?"}},
      {"a kind that is none", with_line(8, "kind = \"lower\""), 8, 8, {"lower", "upper, tight, limit, threshold"}},
      {"a tolerance that is not a number", with_line(9, "tolerance = nan"), 9, 13, {"tolerance = nan", "must be a finite number"}},
      {"a tolerance that is infinite", with_line(9, "tolerance = inf"), 9, 13, {"tolerance", "must be a finite number"}},
      {"a negative tolerance", with_line(9, "tolerance = -0.5"), 9, 13, {"-0.5", "must be a positive number"}},
      {"a tolerance in quotes", with_line(9, "tolerance = \"small\""), 9, 13, {"small", "must be a finite number"}},
      {"no bound", joined({"id = \"mine\"", "statement = \"s\"", "metric = \"f_gap\""}), 0, 0, {"bound", "is missing", "value = "}},
      {"a bound without value", with_line(15, ""), 0, 0, {"value", "is missing"}},
      {"a bound that is no table", joined({"id = \"mine\"", "statement = \"s\"", "metric = \"f_gap\"", "bound = \"1\""}), 4, 9, {"bound", "must be a table"}},
      {"a bound that is a number", with_line(15, "value = 1.5"), 15, 9, {"1.5", "must be text in quotes"}},
      {"an empty bound", with_line(15, "value = \"\""), 15, 10, {"is empty"}},
      {"a missing bracket", with_line(15, "value = \"L*(eta + 1\""), 15, 20, {"')' expected", "column 11", "to close '(' of column 3"}},
      {"a bracket too many", with_line(15, "value = \"L*eta)\""), 15, 15, {"unexpected ')'"}},
      {"two operators", with_line(15, "value = \"L*/eta\""), 15, 12, {"not '/'"}},
      {"an error in a text of several lines", with_line(15, "value = \"\"\"\nDelta +\n  L*eta)\"\"\""), 17, 8, {"unexpected ')'"}},
      {"an error in a text of three quotes", with_line(15, "value = '''L*eta)'''"), 15, 17, {"unexpected ')'"}},
      {"an error behind characters of several bytes", with_line(15, "\"\u00fc\" = 1\nvalue = \"L)\""), 15, 1, {"unknown key"}},
      {"an operator at the end", with_line(13, "step = \"eta <= \""), 13, 0, {"the text ends"}},
      {"a strange character", with_line(15, "value = \"L $ eta\""), 15, 12, {"'$'"}},
      {"an unknown function", with_line(11, "rate = \"sqroot(eta)\""), 11, 9, {"sqroot", "did you mean 'sqrt'?"}},
      {"a function with too few arguments", with_line(11, "rate = \"pow(eta)\""), 11, 0, {"pow"}},
      {"a direction that is none", with_line(17, "T = \"sideways\""), 17, 5, {"sideways", "\"up\" or \"down\""}},
      {"a threshold without product", with_line(8, "kind = \"threshold\""), 0, 0, {"product", "threshold"}},
      {"a weighted metric without weights", with_line(7, "metric = \"weighted_dist_sq\""), 0, 0, {"weights", "weighted_dist_sq needs them"}},
      {"a first passage without level", with_line(7, "metric = \"f_passage\""), 0, 0, {"level", "f_passage is the first step at or below it"}},
      {"a level that is a number", with_line(9, "level = 1.5"), 9, 9, {"1.5", "must be text in quotes"}},
      {"not TOML: an open string", with_line(2, "statement = \"open"), 2, 0, {"not valid TOML"}},
      {"not TOML: a key twice", with_line(9, "metric = \"f_gap\""), 9, 0, {"not valid TOML"}},
      {"not TOML at all", "hello\n", 1, 0, {"not valid TOML"}},
      {"nothing", "", 0, 0, {"id", "is missing"}},
  };
}

void expect_clear(const SpecError& error, const Malformed& card) {
  const std::string message = error.what();
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  EXPECT_EQ(message.rfind("mine.toml", 0), 0U) << message;
  for (const std::string& part : card.says) EXPECT_NE(message.find(part), std::string::npos) << "'" << part << "' is not in: " << message;
  if (card.line > 0) {
    EXPECT_EQ(error.parts().place.line, card.line) << message;
  }
  if (card.column > 0) {
    EXPECT_EQ(error.parts().place.column, card.column) << message;
  }
}

TEST(Cards, ThatAreSoundParse) { EXPECT_NO_THROW(parse_card(joined(sound_card()), "mine.toml")); }

TEST(Cards, ThatAreMalformedAreAnsweredByOneClearLine) {
  EXPECT_GE(malformed().size(), 25U);
  for (const Malformed& card : malformed()) {
    SCOPED_TRACE(card.what);
    try {
      parse_card(card.toml, "mine.toml");
      ADD_FAILURE() << "accepted";
    } catch (const SpecError& error) {
      expect_clear(error, card);
    }
  }
}

// What only a setting shows: names it does not have, and division by zero.
std::vector<Malformed> ill_defined() {
  return {
      {"an unknown name", with_line(15, "value = \"L*Delt\""), 15, 12, {"mine", "Delt", "did you mean 'Delta'?"}},
      {"an unknown name in [let]", with_line(11, "rate = \"1 - eta*muu_pl\""), 11, 17, {"mine", "muu_pl", "did you mean 'mu_pl'?"}},
      {"an unknown indexed name", with_line(15, "value = \"Delta*step[1]\""), 15, 16, {"mine", "step", "known: L, G, Gs, sigma_sq, eta, theta"}},
      {"an index past the end", with_line(15, "value = \"Delta*eta[T + 1]\""), 15, 16, {"mine", "eta[4", "whole number from 1 to 3"}},
      {"an index that is no number of a step", with_line(15, "value = \"Delta*eta[1/2]\""), 15, 16, {"mine", "whole number"}},
      {"a division by zero", with_line(15, "value = \"Delta/(L - L)\""), 15, 15, {"mine", "division by zero"}},
      {"a division by a zero of the setting", with_line(15, "value = \"Delta + 2/sigma2\""), 15, 19, {"mine", "division by zero"}},
      {"a sum to a fraction", with_line(15, "value = \"sum(t, 1, T/2, eta[t])\""), 15, 10, {"mine", "whole numbers"}},
  };
}

TEST(Cards, ThatHaveNoValueAreAnsweredByCardLineAndColumn) {
  const Quantities quantities({{"Delta", Interval(1.0)}, {"L", Interval(2.0)}, {"eta", Interval(0.5)}, {"mu_pl", Interval(1.0)}, {"sigma2", Interval(0.0)}, {"T", Interval(3.0)}},
                              {{"eta", {Interval(0.5), Interval(0.5), Interval(0.5)}}});
  for (const Malformed& malformed_card : ill_defined()) {
    SCOPED_TRACE(malformed_card.what);
    try {
      const Card card = parse_card(malformed_card.toml, "mine.toml");
      Quantities with_let = quantities;
      add_let(card, with_let);
      const Interval value = value_of(card.bound, with_let, card.id);
      ADD_FAILURE() << "[" << value.lower() << ", " << value.upper() << "]";
    } catch (const SpecError& error) {
      expect_clear(error, malformed_card);
    }
  }
}

TEST(Cards, NamesThatNeedAMeasuredPathWaitForIt) {
  const Card card = parse_card(joined({"id = \"mine\"", "statement = \"s\"", "metric = \"f_gap\"", "[let]", "first = \"2*V1\"", "second = \"first + 1\"", "other = \"3*L\"",
                                       "[bound]", "value = \"second\""}),
                               "mine.toml");
  EXPECT_EQ(path_metrics(card), std::vector<Metric>{Metric::v1});
  Quantities quantities({{"L", Interval(2.0)}});
  add_let(card, quantities);
  EXPECT_EQ(quantities.find("first"), nullptr);
  EXPECT_EQ(quantities.find("second"), nullptr);
  ASSERT_NE(quantities.find("other"), nullptr);
  quantities.set("V1", Interval(5.0));
  add_let(card, quantities);
  EXPECT_TRUE(value_of(card.bound, quantities, card.id).contains(11.0));
}

// theta_1 = 1, theta_{i+1} = (1 + sqrt(1 + 4 theta_i^2))/2, which lies between (i + 1)/2 and (i + 1)/2 + log(i + 1)/2.
TEST(Cards, KnowTheSequenceOfAcceleratedMethods) {
  const auto theta = [](const std::string& index) {
    const Quantities none(std::map<std::string, Interval, std::less<>>{});
    return value_of(Expression::parse("theta[" + index + "]"), none, "mine");
  };
  EXPECT_EQ(theta("1").lower(), 1.0);
  EXPECT_EQ(theta("1").upper(), 1.0);
  EXPECT_TRUE(theta("2").contains(0.5 * (1.0 + std::sqrt(5.0))));
  long double expected = 1.0L;
  for (int i = 1; i < 1000; ++i) expected = (1.0L + sqrtl(1.0L + 4.0L * expected * expected)) / 2.0L;
  EXPECT_NEAR(theta("1000").mid(), static_cast<double>(expected), 1e-12 * static_cast<double>(expected));
  EXPECT_LE(theta("1000").width(), 1e-11 * theta("1000").mid());
  EXPECT_GT(theta("1000").lower(), 500.5);
  EXPECT_LT(theta("1000").upper(), 500.5 + 0.5 * std::log(1001.0));
  for (const char* index : {"0", "1.5", "1e8", "-1"}) {
    try {
      theta(index);
      ADD_FAILURE() << index;
    } catch (const SpecError& error) {
      EXPECT_NE(std::string(error.what()).find("whole number from 1 to 1e7"), std::string::npos) << error.what();
    }
  }
}

// ---- files

class CardFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("thalweg-cards-" + std::to_string(std::random_device{}()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  static std::string answer(const std::filesystem::path& file) {
    try {
      read_card(file);
    } catch (const SpecError& error) {
      return error.what();
    }
    return "accepted";
  }
  std::filesystem::path folder_;
};

TEST_F(CardFiles, ThatAreMissingEmptyOrFoldersAreNamed) {
  const auto says = [](const std::string& message, const std::string& file, const std::string& part) {
    EXPECT_NE(message.find(file), std::string::npos) << message;
    EXPECT_NE(message.find(part), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  };
  says(answer(folder_ / "absent.toml"), "absent.toml", "cannot be read");
  says(answer(folder_), folder_.filename().string(), "is a folder");
  says(answer(write("empty.toml", "")), "empty.toml", "is empty");
  says(answer(write("binary.toml", std::string("\x01\xff\x00\x02", 4))), "binary.toml", "not valid TOML");
}

TEST_F(CardFiles, OfAFolderMustNotShareAnId) {
  write("one.toml", joined(sound_card()));
  write("two.toml", joined(sound_card()));
  try {
    read_cards(folder_);
    ADD_FAILURE() << "accepted";
  } catch (const SpecError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("one.toml"), std::string::npos) << message;
    EXPECT_NE(message.find("two.toml"), std::string::npos) << message;
  }
}

TEST_F(CardFiles, NameWhatLeansOnThem) {
  std::vector<std::string> lines = sound_card();
  lines.at(8) = "see_also = [\"A paper: the same, without constants\", \"Another\"]";
  EXPECT_EQ(read_card(write("mine.toml", joined(lines))).see_also, (std::vector<std::string>{"A paper: the same, without constants", "Another"}));
  lines.at(8) = "see_also = 3";
  const std::string message = answer(write("mine.toml", joined(lines)));
  EXPECT_NE(message.find("see_also"), std::string::npos) << message;
}

TEST_F(CardFiles, AnywhereOnDiskAreCards) {
  const Card card = read_card(write("mine.toml", joined(sound_card())));
  EXPECT_EQ(card.id, "mine");
  EXPECT_EQ(card.where, "Theorem 4");
  EXPECT_EQ(card.requires_, (std::vector<std::string>{"smooth", "pl"}));
  EXPECT_EQ(card.tolerance, 0.5);
}

}  // namespace
}  // namespace thalweg
