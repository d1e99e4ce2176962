// Malformed cards and studies: each is answered by one clear line that names the place, the value and what is allowed; the check that collects finds
// what the reader stops at; nothing crashes, whatever the bytes are.
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <ostream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "analysis/study/check.hpp"
#include "analysis/study/study.hpp"
#include "lib/core/check.hpp"

namespace thalweg {
namespace {

namespace fs = std::filesystem;

const fs::path source = THALWEG_SOURCE_DIR;

const std::vector<Card>& cards() {
  static const std::vector<Card> all = read_cards(source / "analysis/theory/theorems");
  return all;
}

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("thalweg-malformed-" + std::to_string(std::random_device{}()))) { fs::create_directories(path_); }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  fs::path write(const std::string& text, const std::string& name = "mine.toml") const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path_ / name;
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// What a run does with the file before it runs: nothing when it is sound.
std::optional<SpecError> refusal(const fs::path& file, bool study) {
  try {
    if (study) {
      expand(read_study(file), cards());
    } else {
      const Card card = read_card(file);
      expand(study_of_witnesses({&card}), {card});
    }
  } catch (const SpecError& error) {
    return error;
  }
  return std::nullopt;
}

std::vector<std::string> sound_card() {
  return {"id        = \"mine\"",                                         // 1
          "statement = \"E f(x_{T+1}) - f* <= (1 - eta mu_pl)^T Delta\"",  // 2
          "status    = \"proved\"",                                       // 3
          "expect    = \"holds\"",                                        // 4
          "methods   = [\"sgd\"]",                                        // 5
          "requires  = [\"smooth\", \"pl\"]",                             // 6
          "metric    = \"f_gap\"",                                        // 7
          "kind      = \"upper\"",                                        // 8
          "tolerance = 0.5",                                              // 9
          "[let]",                                                        // 10
          "contraction = \"1 - eta*mu_pl\"",                              // 11
          "[admissible]",                                                 // 12
          "step = \"eta <= 1/L\"",                                        // 13
          "[bound]",                                                      // 14
          "value = \"contraction^T*Delta + L*eta*sigma2/(2*mu_pl)\"",     // 15
          "[monotone]",                                                   // 16
          "T = \"down\"",                                                 // 17
          "[[witness]]",                                                  // 18
          "problem = { id = \"quadratic\", dim = 2, mu = 0.5, L = 1.0 }", // 19
          "method = \"sgd\"",                                             // 20
          "eta = \"0.5/L\"",                                              // 21
          "T = 10"};                                                      // 22
}

std::vector<std::string> sound_study() {
  return {"id = \"small\"",                                            // 1
          "level = 1e-3",                                              // 2
          "[[block]]",                                                 // 3
          "name = \"one\"",                                            // 4
          "problem = { id = \"cosine\", dim = 2, start = 2.0 }",       // 5
          "noise = { id = \"two-point\", a = 0.3, p = 0.3 }",          // 6
          "method = [\"amsgrad@seed\"]",                               // 7
          "set = { beta1 = 0.5, eps = 1.0 }",                          // 8
          "eta = \"0.1\"",                                             // 9
          "T = 50",                                                    // 10
          "replicas = 16",                                             // 11
          "theorems = [\"theorem-g\"]",                                // 12
          "record = [\"f_gap\"]"};                                     // 13
}

struct Case {
  std::string what;
  bool study;
  std::string text;
  int line, column;               // 0: not known
  std::vector<std::string> says;
};

std::string joined(const std::vector<std::string>& lines, const std::string& end = "\n") {
  std::string text;
  for (const std::string& line : lines) text += line + end;
  return text;
}

Case card(std::string what, std::size_t number, const std::string& line, int column, std::vector<std::string> says) {
  std::vector<std::string> lines = sound_card();
  lines.at(number - 1) = line;
  const int at = column > 0 ? static_cast<int>(number) : 0;
  return {std::move(what), false, joined(lines), at, column, std::move(says)};
}
Case study(std::string what, std::size_t number, const std::string& line, int column, std::vector<std::string> says) {
  std::vector<std::string> lines = sound_study();
  lines.at(number - 1) = line;
  const int at = column > 0 ? static_cast<int>(number) : 0;
  return {std::move(what), true, joined(lines), at, column, std::move(says)};
}

std::string with_ends(const std::string& text, const std::string& end) {
  std::string out;
  for (char c : text) c == '\n' ? out += end : out += c;
  return out;
}

std::string nested(std::size_t depth) { return "note = " + std::string(depth, '[') + std::string(depth, ']') + "\n"; }

std::vector<Case> files() {
  return {
      {"an empty file", false, "", 0, 0, {"is empty"}},
      {"an empty study", true, "", 0, 0, {"is empty"}},
      {"blank lines", false, "\n\n\n", 0, 0, {}},
      {"ten megabytes", false, joined(sound_card()) + "# " + std::string(10U << 20U, 'x') + "\n", 0, 0, {"longer than 4 MiB"}},
      {"bytes that are not UTF-8", false, "id = \"mi\xff\xfene\"\n", 1, 8, {"not valid TOML"}},
      {"bytes that are not UTF-8, in a comment", true, joined(sound_study()) + "# \xc0\xaf\n", 14, 2, {"not valid TOML"}},
      {"UTF-16", false, std::string("\xff\xfei\0d\0", 6), 1, 0, {"not valid TOML"}},
      {"a byte of zero", false, "id = \"mine\"\n" + std::string(1, '\0') + "\n", 2, 1, {"not valid TOML"}},
      {"noise", true, "\x01\x02{]]\x7f", 1, 1, {"not valid TOML"}},
      {"brackets without end", false, nested(100000), 1, 0, {"not valid TOML"}},
      {"a key twice", false, joined(sound_card()) + "[let]\na = \"1\"\n", 23, 0, {"not valid TOML"}},
      {"a table twice", true, "id = \"a\"\nid = \"b\"\n", 2, 0, {"not valid TOML"}},
      {"an error behind Windows line ends", false, with_ends(card("", 7, "metric = \"f_gaps\"", 0, {}).text, "\r\n"), 7, 10, {"f_gaps", "did you mean 'f_gap'?"}},
      {"an error behind a byte order mark", true, "\xef\xbb\xbf" + study("", 10, "T = 0", 5, {}).text, 10, 5, {"T = 0", "positive"}},
      {"a value of a hundred thousand characters", false, card("", 8, "kind = \"" + std::string(100000, 'u') + "\"", 0, {}).text, 8, 8, {"uuu...", "upper, tight"}},
      {"line ends in a value", false, card("", 1, "id = \"my\\ncard\"", 0, {}).text, 1, 6, {"kebab-case"}},
  };
}

std::vector<Case> malformed_cards() {
  return {
      card("an unknown key", 9, "tolerence = 0.5", 1, {"tolerence", "did you mean 'tolerance'?"}),
      card("an id of another type", 1, "id = 7", 6, {"id = 7", "must be text in quotes"}),
      card("no statement", 2, "", 0, {"statement", "is missing"}),
      card("a statement that is a list", 2, "statement = [1]", 13, {"must be text in quotes"}),
      card("a status that is none", 3, "status = \"certain\"", 10, {"certain", "proved, published"}),
      card("an expectation that is none", 4, "expect = true", 10, {"true", "text in quotes"}),
      card("an unknown method", 5, "methods = [\"sgd\", \"sgdd\"]", 19, {"sgdd", "did you mean 'sgd'?"}),
      card("an unknown predicate", 6, "requires = [\"smooth\", \"pll\"]", 23, {"pll", "did you mean 'pl'?"}),
      card("an unknown metric", 7, "metric = \"f_gapp\"", 10, {"f_gapp", "did you mean 'f_gap'?"}),
      card("a kind that is none", 8, "kind = \"lower\"", 8, {"lower", "upper, tight, limit, threshold"}),
      card("a threshold without product", 8, "kind = \"threshold\"", 0, {"product"}),
      card("a tolerance of NaN", 9, "tolerance = nan", 13, {"nan", "finite number"}),
      card("a tolerance of 0", 9, "tolerance = 0", 13, {"positive"}),
      card("weights without a weighted metric", 9, "weights = \"eta[t]\"", 1, {"weights", "this card measures f_gap"}),
      card("a weighted metric without weights", 7, "metric = \"weighted_grad_sq\"", 0, {"weights", "is missing", "eta[t]"}),
      card("an unknown name in the weights", 9, "weights = \"eta[t]*w\"", 19, {"mine", "weights", "'w'", "unknown name"}),
      card("a cyclic let", 11, "contraction = \"other\"\nother = \"contraction\"", 16, {"mine", "'other'", "further below"}),
      card("a let of itself", 11, "contraction = \"contraction\"", 16, {"mine", "'contraction'", "unknown name"}),
      card("a let that is a condition", 11, "contraction = \"eta < 1\"", 20, {"mine", "a number, not a condition"}),
      card("a let without a name", 11, "\"\" = \"1\"", 1, {"must be a name"}),
      card("an unknown name in let", 11, "contraction = \"1 - eta*mu_p\"", 24, {"mine", "'mu_p'", "did you mean 'mu_pl'?"}),
      card("an unknown name in a condition", 13, "step = \"etta <= 1/L\"", 9, {"mine", "[admissible] step", "'etta'", "did you mean 'eta'?"}),
      card("a condition that is a number", 13, "step = \"1/L\"", 10, {"mine", "must be a condition"}),
      card("an assignment", 13, "step = \"eta = 1/L\"", 13, {"equality is =="}),
      card("an unknown name in the bound", 15, "value = \"Delat\"", 10, {"mine", "[bound] value", "'Delat'", "did you mean 'Delta'?"}),
      card("an unknown indexed name", 15, "value = \"Delta*step[1]\"", 16, {"mine", "step", "known: L, G, Gs, sigma_sq, eta"}),
      card("an unknown function", 15, "value = \"sqroot(Delta)\"", 10, {"sqroot", "did you mean 'sqrt'?"}),
      card("an unknown name in the trivial value", 16, "[trivial]\nvalue = \"Dleta\"\n[monotone]", 0, {"mine", "[trivial] value", "'Dleta'", "did you mean 'Delta'?"}),
      card("an unknown name in a rate", 16, "[rate]\nT = \"exp(-eta*mu_)\"\n[monotone]", 0, {"mine", "[rate] T", "'mu_'", "did you mean 'mu'?"}),
      card("an unknown key of the bound", 15, "valeu = \"Delta\"", 1, {"[bound] valeu", "did you mean 'value'?"}),
      card("a bound that is a number", 15, "value = 1.5", 9, {"1.5", "text in quotes"}),
      card("a bound that is empty", 15, "value = \"\"", 10, {"is empty"}),
      card("a bound of two hundred brackets", 15, "value = \"" + std::string(300, '(') + "1" + std::string(300, ')') + "\"", 210, {"nested too deeply"}),
      card("a direction that is none", 17, "T = \"left\"", 5, {"left", "\"up\" or \"down\""}),
      card("a direction of an unknown name", 17, "Dleta = \"up\"", 1, {"[monotone] Dleta", "did you mean 'Delta'?"}),
      card("a reason without words", 9, "normalised = \" \"", 14, {"normalised", "say why"}),
      card("two reasons", 9, "normalised = \"so it is\"\ninconsistent = \"so it is\"", 0, {"inconsistent", "leave out one"}),
      card("units of no name", 14, "[units]\nnear = \"x\"\n[bound]", 0, {"[units] near", "unknown name of [let]"}),
      card("a trivial value that is no table", 9, "trivial = \"R\"", 11, {"trivial", "must be a table"}),
      card("an unknown problem of the instance", 19, "problem = \"quadratik\"", 11, {"quadratik", "did you mean 'quadratic'?"}),
      card("an unknown parameter of the instance", 19, "problem = { id = \"quadratic\", dimm = 2 }", 38, {"dimm", "did you mean 'dim'?"}),
      card("an unknown method of the instance", 20, "method = [\"sgd\", \"sdg\"]", 18, {"sdg", "did you mean 'sgd'?"}),
      card("an unknown preset of the instance", 20, "method = \"sgd@papper\"", 10, {"papper", "paper"}),
      card("an unknown name in the step of the instance", 21, "eta = \"0.5/LL\"", 7, {"LL", "did you mean 'L'?"}),
      card("a negative step of the instance", 21, "eta = -0.5", 7, {"-0.5", "not negative"}),
      card("a huge horizon of the instance", 22, "T = 1e15", 5, {"T", "at most 2^30"}),
  };
}

std::vector<Case> malformed_studies() {
  return {
      study("an unknown key of the study", 2, "levle = 1e-3", 1, {"levle", "did you mean 'level'?"}),
      study("a level of 1", 2, "level = 1.0", 9, {"level", "(0, 0.5)"}),
      study("an id that is a path", 1, "id = \"../small\"", 6, {"../small", "kebab-case"}),
      study("an unknown key of a block", 4, "nmae = \"one\"", 1, {"[[block]] nmae", "did you mean 'name'?"}),
      study("an unknown problem", 5, "problem = \"cosin\"", 11, {"cosin", "did you mean 'cosine'?"}),
      study("an unknown parameter of a problem", 5, "problem = { id = \"cosine\", dimm = 2 }", 35, {"dimm", "did you mean 'dim'?"}),
      study("a parameter of NaN", 5, "problem = { id = \"cosine\", scale = nan }", 36, {"scale", "must be a number"}),
      study("a dimension of 0", 5, "problem = { id = \"cosine\", dim = 0 }", 34, {"dim", "0"}),
      study("a parameter with an unknown name", 5, "problem = { id = \"cosine\", scale = \"S/2\" }", 37, {"'S'", "unknown name"}),
      study("a problem with id and objective", 5, "problem = { id = \"cosine\", objective = \"x[0]\" }", 40, {"not both"}),
      study("a problem that is a number", 5, "problem = 3", 11, {"an id in quotes, a table"}),
      study("an unknown noise", 6, "noise = \"two-pont\"", 9, {"two-pont", "did you mean 'two-point'?"}),
      study("a probability of 1", 6, "noise = { id = \"two-point\", p = 1.0 }", 33, {"p", "1"}),
      study("an unknown method", 7, "method = [\"amsgrd@seed\"]", 11, {"amsgrd", "did you mean 'amsgrad'?"}),
      study("an unknown preset", 7, "method = [\"amsgrad@sed\"]", 11, {"sed", "seed"}),
      study("an unknown field", 8, "set = { beta9 = 0.5 }", 17, {"beta9", "no method of block 'one' has this field"}),
      study("a field out of range", 8, "set = { beta1 = [0.5, 1.0] }", 23, {"beta1", "1", "[0, 1)"}),
      study("a field given twice", 8, "set = { beta1 = 0.5, b1 = 0.5 }", 27, {"given twice"}),
      study("the step size among the fields", 8, "set = { eta = 0.5 }", 15, {"eta", "the block's own key"}),
      study("an unknown name in the step size", 9, "eta = [\"0.1\", \"0.1/LL\"]", 15, {"LL", "did you mean 'L'?"}),
      study("a step size that is a condition", 9, "eta = \"L < 1\"", 7, {"eta", "not a condition"}),
      study("a step size that is true", 9, "eta = true", 7, {"eta", "a number, an expression"}),
      study("a horizon of half a step", 10, "T = 0.5", 5, {"0.5", "positive whole"}),
      study("a huge horizon", 10, "T = 99999999999999999999", 25, {"not valid TOML"}),
      study("negative replicas", 11, "replicas = -4", 12, {"-4", "positive whole"}),
      study("an unknown theorem", 12, "theorems = [\"theorem-g\", \"theorem-gg\"]", 26, {"theorem-gg", "did you mean 'theorem-g'?"}),
      study("an unknown metric to record", 13, "record = [\"f_gap\", \"f_gup\"]", 20, {"f_gup", "did you mean 'f_gap'?"}),
      study("a figure of no block", 13, "[[figure]]\nid = \"bounds\"\nblocks = [\"two\"]", 0, {"no block is named 'two'"}),
      study("an unknown precision", 13, "precision = \"half\"", 13, {"half", "double"}),
  };
}

void expect_clear(const SpecError& error, const Case& bad) {
  const std::string message = error.what();
  EXPECT_NE(message.find("mine.toml"), std::string::npos) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  EXPECT_LE(message.size(), 2000U) << message;
  for (const std::string& part : bad.says) EXPECT_NE(message.find(part), std::string::npos) << "'" << part << "' is not in: " << message;
  if (bad.line > 0) {
    EXPECT_EQ(error.parts().place.line, bad.line) << message;
  }
  if (bad.column > 0) {
    EXPECT_EQ(error.parts().place.column, bad.column) << message;
  }
}

void expect_answered(const std::vector<Case>& all) {
  const Folder folder;
  for (const Case& bad : all) {
    SCOPED_TRACE(bad.what);
    const fs::path file = folder.write(bad.text);
    const std::optional<SpecError> first = refusal(file, bad.study);
    ASSERT_TRUE(first.has_value()) << "accepted";
    expect_clear(*first, bad);
    // The check finds it too, with the same words.
    const std::vector<SpecError> found = check_file(file, cards()).wrong;
    const auto same = [&](const SpecError& error) { return std::string(error.what()) == first->what(); };
    ASSERT_FALSE(found.empty());
    const bool of_no_kind = std::string(found.front().what()).find("is neither a theorem card") != std::string::npos;
    EXPECT_TRUE(std::any_of(found.begin(), found.end(), same) || (of_no_kind && bad.says.empty())) << first->what() << "\nis not among the " << found.size() << " of the check, the first: " << found.front().what();
  }
}

TEST(MalformedFiles, AreAtLeastSixty) { EXPECT_GE(files().size() + malformed_cards().size() + malformed_studies().size(), 60U); }
TEST(MalformedFiles, OfAnyBytesAreAnsweredByOneClearLine) { expect_answered(files()); }
TEST(MalformedFiles, ThatAreCardsAreAnsweredByOneClearLine) { expect_answered(malformed_cards()); }
TEST(MalformedFiles, ThatAreStudiesAreAnsweredByOneClearLine) { expect_answered(malformed_studies()); }

TEST(MalformedFiles, ThatAreSoundAreNotRefused) {
  const Folder folder;
  for (const char* end : {"\n", "\r\n"})
    for (const std::string mark : {"", "\xef\xbb\xbf"}) {
      const fs::path one = folder.write(mark + joined(sound_card(), end));
      EXPECT_FALSE(refusal(one, false).has_value());
      EXPECT_TRUE(check_file(one, cards()).wrong.empty());
      const fs::path other = folder.write(mark + joined(sound_study(), end));
      EXPECT_FALSE(refusal(other, true).has_value());
      EXPECT_TRUE(check_file(other, cards()).wrong.empty());
    }
}

TEST(MalformedFiles, ThatAreNoFilesAreNamed) {
  const Folder folder;
  const auto answer = [&](const fs::path& file) {
    const std::vector<SpecError> found = check_file(file, cards()).wrong;
    return found.size() == 1 ? std::string(found.front().what()) : std::to_string(found.size()) + " findings";
  };
  EXPECT_EQ(answer(folder.path()), folder.path().string() + ": is a folder, not a file");
  EXPECT_EQ(answer(folder.path() / "nowhere.toml"), (folder.path() / "nowhere.toml").string() + ": cannot be read");
  const fs::path file = folder.write("id = 1\n");
  EXPECT_EQ(answer(file / "below.toml"), (file / "below.toml").string() + ": cannot be read");
  fs::create_symlink(folder.path() / "loop.toml", folder.path() / "loop.toml");
  EXPECT_EQ(answer(folder.path() / "loop.toml"), (folder.path() / "loop.toml").string() + ": cannot be read");
  EXPECT_EQ(answer("/dev/zero"), "/dev/zero: is longer than 4 MiB: no card, study or claims");
  EXPECT_EQ(answer("/dev/null"), "/dev/null: is empty");
  if (geteuid() != 0) {
    fs::permissions(file, fs::perms::none);
    EXPECT_EQ(answer(file), file.string() + ": cannot be read");
  }
}

TEST(MalformedFiles, OfTwoCardsWithOneIdBothAreNamed) {
  const Folder folder;
  folder.write(joined(sound_card()), "a.toml");
  folder.write(joined(sound_card()), "b.toml");
  try {
    read_cards(folder.path());
    ADD_FAILURE() << "accepted";
  } catch (const SpecError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("a.toml"), std::string::npos) << message;
    EXPECT_NE(message.find("b.toml"), std::string::npos) << message;
  }
}

// ---- everything at once

TEST(Check, SaysAllThatIsWrongWithACardInTheOrderOfTheFile) {
  const Folder folder;
  std::vector<std::string> lines = sound_card();
  lines[2] = "statuss = \"proved\"";                    // 3:1
  lines[4] = "methods = [\"sdg\", \"sgd\", \"amd\"]";   // 5:12, 5:26
  lines[8] = "tolerance = -1";                          // 9:13
  lines[10] = "contraction = \"1 - mu_pl\"";            // 11:18, units
  lines[12] = "step = \"eta <= 1/LL\"";                 // 13:18
  lines[18] = "problem = { id = \"quadratic\", dim = 2, mu = 0.5, LL = 1.0 }";  // 19:55
  lines[20] = "eta = \"0.5/LM\"";                        // 21:7
  const FileCheck found = check_file(folder.write(joined(lines)), cards());
  EXPECT_EQ(found.kind, "card");
  std::vector<std::pair<int, int>> places;
  std::string all;
  for (const SpecError& error : found.wrong) {
    places.emplace_back(error.parts().place.line, error.parts().place.column);
    all += std::string(error.what()) + "\n";
  }
  const std::vector<std::pair<int, int>> expected = {{3, 1}, {5, 12}, {5, 26}, {9, 13}, {11, 18}, {13, 18}, {19, 55}, {21, 7}};
  EXPECT_EQ(places, expected) << all;
}

TEST(Check, SaysAllThatIsWrongWithAStudy) {
  const Folder folder;
  std::vector<std::string> lines = sound_study();
  lines[1] = "level = 3";                              // 2:9
  lines[5] = "noise = [\"nune\", \"none\"]";           // 6:10
  lines[6] = "method = [\"adem\", \"amsgrad@seed\"]";  // 7:11
  lines[7] = "set = { beta1 = [0.5, 2.0] }";           // 8:23
  lines[8] = "eta = [\"0.1\", \"0.1/LL\"]";            // 9:15
  lines[10] = "replicas = 0";                          // 11:12
  lines[11] = "theorems = [\"theorem-q\"]";            // 12:13
  const FileCheck found = check_file(folder.write(joined(lines)), cards());
  EXPECT_EQ(found.kind, "study");
  std::vector<std::pair<int, int>> places;
  std::string all;
  for (const SpecError& error : found.wrong) {
    places.emplace_back(error.parts().place.line, error.parts().place.column);
    all += std::string(error.what()) + "\n";
  }
  const std::vector<std::pair<int, int>> expected = {{2, 9}, {6, 10}, {7, 11}, {8, 23}, {9, 15}, {11, 12}, {12, 13}};
  EXPECT_EQ(places, expected) << all;
}

TEST(Check, SaysAllThatIsWrongWithAFileOfClaims) {
  const Folder folder;
  const std::vector<std::string> lines = {
      "id = \"mine\"",                                                     // 1
      "levl = 1e-3",                                                       // 2:1
      "[[claim]]",                                                         // 3
      "id = \"one\"",                                                      // 4
      "words = \"w\"",                                                     // 5
      "expect = \"suported\"",                                             // 6:10
      "[[claim.evidence]]",                                                // 7
      "says = \"s\"",                                                      // 8
      "theorem = \"theorem-gg\"",                                          // 7:1, of the evidence
      "supports = [\"holds\", \"hold\"]",                                  // 10:22
      "[[claim.evidence]]",                                                // 11
      "says = \"s\"",                                                      // 12
      "contrast = \"a - c\"",                                              // 13:17
      "metric = \"f_gapp\"",                                               // 14:10
      "[claim.evidence.run.a]",                                            // 15
      "problem = \"cosin\"",                                               // 16:11
      "method = \"sgdd\"",                                                 // 17:10
      "eta = \"0.1\"",                                                     // 18
      "T = 10",                                                            // 19
      "[[claim]]",                                                         // 20
      "id = \"one\"",                                                      // 21:6, the same again
      "words = \"w\"",                                                     // 22
      "expect = \"supported\"",                                            // 23
      "[[claim.evidence]]",                                                // 24
      "says = \"s\"",                                                      // 25
      "theorem = \"theorem-g\"",                                           // 26
      "study = \"seed-claims\"",                                           // 27
      "blocks = [\"nonconvexx\", \"convex\"]",                             // 24:1, of the evidence
  };
  const auto studies = [](const std::string& name) { return read_study(source / "analysis/study/studies" / (name + ".toml")); };
  const FileCheck found = check_file(folder.write(joined(lines)), cards(), studies);
  EXPECT_EQ(found.kind, "claims");
  std::vector<std::pair<int, int>> places;
  std::string all;
  for (const SpecError& error : found.wrong) {
    places.emplace_back(error.parts().place.line, error.parts().place.column);
    all += std::string(error.what()) + "\n";
  }
  const std::vector<std::pair<int, int>> expected = {{2, 1}, {6, 10}, {7, 1}, {10, 22}, {14, 10}, {16, 11}, {17, 10}, {21, 6}, {24, 1}};
  EXPECT_EQ(places, expected) << all;
}

TEST(Check, FindsNothingWrongWithWhatIsBuiltIn) {
  const auto studies = [](const std::string& name) { return read_study(source / "analysis/study/studies" / (name + ".toml")); };
  for (const auto& file : fs::directory_iterator(source / "analysis/theory/claims"))
    for (const SpecError& error : check_file(file.path(), cards(), studies).wrong) ADD_FAILURE() << error.what();
  for (const Card& one : cards())
    for (const SpecError& error : check_file(one.file, cards()).wrong) ADD_FAILURE() << error.what();
}

TEST(Check, FindsAnInstanceOfWhichTheCardDoesNotSpeak) {
  const Folder folder;
  std::vector<std::string> lines = sound_card();
  lines[20] = "eta = \"1.5/L\"";
  const std::vector<SpecError> found = check_file(folder.write(joined(lines)), cards()).wrong;
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(std::string(found.front().what()).find("18:1: [[witness]]: the card does not speak of this instance of its own: condition 'step' fails"), std::string::npos) << found.front().what();
}

// ---- any change of bytes

class Mutations {
 public:
  Mutations(std::string text, unsigned seed) : text_(std::move(text)), bits_(seed) {}
  // One to four changes: bytes flipped, dropped, doubled or put in, words of the language put in, lines dropped, doubled or swapped.
  std::string next() {
    std::string text = text_;
    for (std::size_t i = 0, changes = 1 + below(4); i < changes && !text.empty(); ++i) change(text);
    return text;
  }

 private:
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(bits_() % n); }
  void change(std::string& text) {
    static const std::vector<std::string> words = {"\"", "[", "]", "{", "}", "=", "\n", "(", ")", "^", "*", "/", "-", "1e308", "nan", "inf", "0", "-1", "eta", "T", "sum(", "[[", "]]", "'''", "\"\"\"", "\\", "\xff", "#", ".", ","};
    const std::size_t at = below(text.size());
    switch (below(6)) {
      case 0: text[at] = static_cast<char>(below(256)); break;
      case 1: text.erase(at, 1 + below(8)); break;
      case 2: text.insert(at, text.substr(at, 1 + below(8))); break;
      case 3: text.insert(at, words[below(words.size())]); break;
      case 4: {
        const std::size_t end = text.find('\n', at);
        text.erase(at, end == std::string::npos ? end : end - at + 1);
        break;
      }
      default: {
        const std::size_t other = below(text.size());
        std::swap(text[at], text[other]);
      }
    }
  }
  std::string text_;
  std::mt19937 bits_;
};

// A number in the place of a dimension or a horizon that would take memory and minutes; such a file is no fault.
bool is_large(const std::string& text) {
  std::istringstream in(text);
  std::string line;
  while (std::getline(in, line))
    for (const char* key : {"dim", "T "}) {
      const std::size_t at = line.find(key);
      if (at == std::string::npos) continue;
      std::size_t digits = 0;
      for (std::size_t i = at; i < line.size(); ++i) {
        digits = line[i] >= '0' && line[i] <= '9' ? digits + 1 : 0;
        if (digits > 5 || (digits > 0 && i + 1 < line.size() && line[i + 1] == 'e')) return true;
      }
    }
  return false;
}

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// What reading it for a run answers; nothing when it is sound.
std::string refusal_of(const std::string& text, bool study) {
  try {
    if (study) {
      expand(parse_study(text, "mine.toml"), cards());
    } else {
      const Card card = parse_card(text, "mine.toml");
      expand(study_of_witnesses({&card}), {card});
    }
  } catch (const SpecError& error) {
    return error.what();
  }
  return "";
}

// Sound, or a SpecError of one line that names the file: whatever else is thrown fails the test, and so does a crash.
void expect_no_crash(const std::string& text, unsigned seed, int count, bool study) {
  Mutations mutations(text, seed);
  int wrong = 0, tried = 0;
  for (int i = 0; i < count; ++i) {
    const std::string changed = mutations.next();
    if (is_large(changed)) continue;
    ++tried;
    try {
      const std::vector<SpecError> found = check_text(changed, "mine.toml", cards()).wrong;
      if (found.empty()) {
        EXPECT_EQ(refusal_of(changed, study), "") << "the check found nothing";
      }
      if (!found.empty()) ++wrong;
      for (const SpecError& error : found) {
        const std::string message = error.what();
        EXPECT_EQ(message.find('\n'), std::string::npos) << message;
        EXPECT_NE(message.find("mine.toml"), std::string::npos) << message;
      }
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what() << "\nfrom:\n" << changed;
    }
  }
  EXPECT_GE(tried, count * 8 / 10);
  EXPECT_GE(wrong, tried / 3) << "the changes are too small to matter";
}

TEST(AnyBytes, OfACardAreReadOrRefused) { expect_no_crash(bytes_of(source / "analysis/theory/theorems/theorem-g.toml"), 1, 1000, false); }
TEST(AnyBytes, OfACardOfAllKeysAreReadOrRefused) {
  std::string text = joined(sound_card());
  text += "[trivial]\nvalue = \"Delta\"\n[rate]\nT = \"exp(-eta*mu_pl)\"\n[units]\nlength = \"x\"\n[source]\npaper = \"p\"\narxiv = \"1\"\nwhere = \"w\"\n";
  text.replace(text.find("[admissible]"), 12, "length = \"1\"\n[admissible]");
  expect_no_crash(text, 2, 1000, false);
}
TEST(AnyBytes, OfAStudyAreReadOrRefused) { expect_no_crash(joined(sound_study()), 3, 1000, true); }

TEST(AnyBytes, OfALongStudyAreParsedOrRefused) {
  Mutations mutations(bytes_of(source / "analysis/study/studies/seed-claims.toml"), 4);
  int refused = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string changed = mutations.next();
    try {
      parse_study(changed, "mine.toml");
    } catch (const SpecError& error) {
      ++refused;
      EXPECT_EQ(std::string_view(error.what()).find('\n'), std::string_view::npos);
      EXPECT_TRUE(std::string_view(error.what()).starts_with("mine.toml")) << error.what();
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what() << "\nfrom:\n" << changed;
    }
  }
  EXPECT_GE(refused, 300);
}

}  // namespace
}  // namespace thalweg
