// A study is a TOML file: problems x noises x methods x grids, and what to make of them. It expands into cells, each a setting with its replicas.
//
//   id = "my-study"            title = "..."
//   seed = 1                   replicas = 256      level = 1e-3      records = 24     (defaults of all blocks but level)
//   [[block]]
//   name     = "nonconvex"
//   problem  = [{ id = "cosine", dim = 5, start = 2.0 }]      # a string, a table or a list of them; keys are the family's parameters
//   noise    = ["none", { id = "two-point", a = 1.0, p = 0.3 }]
//   method   = ["amsgrad", "samsgrad@seed"]
//   set      = { beta1 = [0.0, 0.5], eps = 1.0, beta = 1.0 }  # every combination; a method takes the fields it has
//   eta      = ["0.99 / (L * mu2)"]                           # expressions in t, T and the names of docs/theorem-cards.md
//   T        = [20000]
//   replicas = 512                                            # noise "none" always runs one replica
//   theorems = ["a-priori", "g"]                              # ids of cards; absent: every card that applies; []: none
//   box      = true                                           # clip to the problem's default box (default: unconstrained)
//   record   = ["f_gap", "grad_sq", "rate_percentiles"]       # besides what the cards need: metrics of lib/engine/metric.hpp, percentiles of the A-LR
//   precision = "float"                                       # "double" (default), "float" or "mixed": lib/core/precision.hpp; the precision of verdicts is 1e-5 then
//   class    = "nonconvex"                                    # a word for tables: which condition the block is about
// A parameter of a problem or noise may also be an expression in T, in quotes. Unknown keys are errors, with the nearest known one.
// [[figure]] id = "bounds", blocks = ["nonconvex", ...], theorems = [...] asks for a picture with one panel a block.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/theory/card.hpp"
#include "analysis/theory/setting.hpp"
#include "analysis/theory/toml_table.hpp"

namespace thalweg {

// "cosine" with { dim = 5 }: an id and the parameters given, numbers or expressions in T. A problem may be { objective = "x[0]^2", dim = 1 } instead.
// Texts are paths, relative to the folder of the study: { id = "least-squares", file = "points.csv" }.
struct Choice {
  std::string id;
  std::map<std::string, std::vector<TomlTable::Scalar>> parameters;
  std::map<std::string, Place> places;
  Place place;
  std::string objective = "";  // the text of an objective; empty: a problem with an id
};

struct StudyBlock {
  std::string name;
  std::vector<Choice> problems, noises;
  std::vector<std::string> methods;
  std::map<std::string, std::vector<double>> grid;  // canonical field name -> values
  std::vector<std::string> etas;
  std::vector<std::uint64_t> horizons;
  std::vector<std::string> theorems;
  bool without_theorems = false;  // theorems = []
  std::size_t replicas = 256;
  std::size_t records = 24;
  std::uint64_t seed = 1;
  bool box = false;
  Precision precision = Precision::f64;
  MetricSet record;            // asked for besides what the cards need
  bool percentiles = false;    // of the A-LR, at every recorded step
  std::string condition;   // "class" in the file
  std::string witness_of;  // id of the card whose own instance this is, else empty
  Place place;
  std::map<std::string, std::vector<Place>> places;  // of the elements of method, eta, theorems and "set FIELD"; a value from elsewhere has none

  // Where element i of a key stands; the block where that is not known.
  Place place_of(const std::string& key, std::size_t i) const;
};

struct FigureRequest {
  std::string id;                       // a figure kind of analysis/report
  std::vector<std::string> blocks;      // block names, one panel each
  std::vector<std::string> theorems;    // those whose bounds are drawn; empty: every one that applies
};

struct Study {
  std::string id, title;
  double level = 1e-3;
  std::vector<StudyBlock> blocks;
  std::vector<FigureRequest> figures;
  std::string text;  // the file's content: its hash is the study hash
  std::filesystem::path file;

  std::string hash() const;
};

// What the command line changes in every block.
struct Changes {
  std::map<std::string, double> set;       // canonical names; eta among them
  std::optional<std::string> eta;          // --set eta=... (an expression)
  std::optional<std::size_t> replicas;
  std::optional<std::uint64_t> seed;
  std::optional<Precision> precision;
  bool quick = false;                      // replicas and horizons divided by 8
};

struct Cell {
  std::string key;      // hash of everything that determines the numbers
  std::string block;
  std::string condition;
  std::string witness_of;
  Setting setting;
  std::size_t replicas = 1;
  std::size_t first_replica = 0;   // not 0: a later round (analysis/study/rounds.hpp)
  std::string first_round;         // of a later round: the key of the cell it belongs to
  std::uint64_t seed = 1;
  std::vector<std::uint64_t> record_steps;
  MetricSet record;
  bool percentiles = false;
  std::vector<const Card*> cards;     // those to judge, applicable or not
  Batch batch() const;                // ready to run
};

// Finds a built-in study or a file by its name.
using StudyFinder = std::function<Study(const std::string&)>;
Study read_study(const std::filesystem::path& file);
Study parse_study(const std::string& toml, const std::filesystem::path& name);
// One block that stands elsewhere than under [[block]]; `where` names its table in errors.
StudyBlock parse_block(const TomlTable& table, std::string_view where, Findings& findings);
Study study_of_witnesses(const std::vector<const Card*>& cards);  // each card on its own instances
// The same with every error handed to `findings`.
Study read_study(const TomlTable& table, const std::string& text, const std::filesystem::path& file, Findings& findings);
Study study_of_witnesses(const std::vector<const Card*>& cards, Findings& findings);

// Cells in the order of the file. A combination that cannot be (a parameter out of range) is a SpecError with the block's place.
std::vector<Cell> expand(const Study& study, const std::vector<Card>& cards, const Changes& changes = {});
std::vector<Cell> expand(const Study& study, const std::vector<Card>& cards, const Changes& changes, Findings& findings);

}  // namespace thalweg
