// A theorem as data: one TOML file (docs/theorem-cards.md describes every key). Read at run time, wherever it lies on disk.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/theory/findings.hpp"
#include "analysis/theory/toml_table.hpp"
#include "lib/core/check.hpp"
#include "lib/core/expression.hpp"

namespace thalweg {

enum class Status { proved, published, unverified, folklore };
enum class Expectation { holds, violated };
enum class Kind { upper, tight, limit, threshold };

constexpr const char* to_string(Status status) {
  switch (status) {
    case Status::proved: return "proved";
    case Status::published: return "published";
    case Status::unverified: return "unverified";
    case Status::folklore: return "folklore";
  }
  return "";
}

// An expression with its name and the place where it is written.
struct NamedExpression {
  std::string name;
  Expression expression;
};

// An instance on which a card is run for itself: it attains the bound (tight), breaks it (a control) or simply shows it. It is written as one
// block of a study (analysis/study) with the keys problem, noise, method, set, eta, T, start, replicas; values may be expressions in the
// instance's own numbers. The table is kept here and read where studies are; toml is its text, keys sorted.
struct Witness {
  TomlTable table;
  std::string toml;
  Place place;
};

// Why a card is an exception, in the author's words.
struct Reason {
  std::string text;
  Place place;
};

struct Card {
  std::string id;
  std::string statement;  // plain text
  std::string latex;
  std::string sentence;   // what this says in one sentence
  std::string paper, arxiv, where;
  Status status = Status::unverified;
  Expectation expect = Expectation::holds;
  std::vector<std::string> methods;   // method ids, or "gd"; empty: any method with the properties below
  std::vector<std::string> requires_; // predicates on problem, noise, method and run: see predicate.hpp
  std::string metric;                 // name of an engine metric, as in lib/engine/metric.hpp
  Kind kind = Kind::upper;
  std::vector<NamedExpression> let;         // in order; may shadow the names a card may use
  std::vector<NamedExpression> units;       // of numbers of [let] that have units, in f, x and eta
  std::optional<Reason> normalised;         // units are not checked: the source states it for normalised quantities
  std::optional<Reason> inconsistent;       // the form that was published has inconsistent units, which the check must find
  std::vector<NamedExpression> admissible;  // conditions, each must be certainly true
  std::optional<Expression> weights;        // w[t] of a weighted metric, an expression in t
  std::optional<Expression> level;          // of a first passage
  Expression bound;
  std::optional<Expression> trivial;        // else by metric
  std::optional<double> tolerance;          // limit, threshold, tight: relative tolerance
  std::vector<std::pair<std::string, bool>> monotone;  // name -> true: the bound never decreases in it ("up")
  std::vector<NamedExpression> rate;
  std::vector<std::string> see_also;        // results that state no bound of their own and lean on this one
  std::vector<Witness> witnesses;
  std::filesystem::path file;
};

// Throws SpecError naming file, line and column.
Card read_card(const std::filesystem::path& file);
Card parse_card(const std::string& toml, const std::filesystem::path& name);
// The same with every error handed to `findings`. A card in which one was found is good for nothing but finding more.
Card read_card(const TomlTable& table, const std::filesystem::path& file, Findings& findings);
// All cards of a folder, by id. Two cards with one id are an error that names both files.
std::vector<Card> read_cards(const std::filesystem::path& folder);

}  // namespace thalweg
