#include "analysis/theory/card.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include "analysis/theory/names.hpp"
#include "analysis/theory/predicate.hpp"
#include "analysis/theory/toml_table.hpp"
#include "lib/engine/metric.hpp"
#include "lib/optimizers/definition.hpp"

namespace thalweg {

namespace {

constexpr std::array<std::string_view, 26> card_keys = {"id", "statement", "latex", "sentence", "source", "status", "expect", "methods", "requires", "metric",
                                                        "kind", "tolerance", "weights", "let", "admissible", "bound", "trivial", "monotone", "rate", "witness",
                                                        "level", "note", "see_also", "units", "normalised", "inconsistent"};
constexpr std::array<std::string_view, 3> source_keys = {"paper", "arxiv", "where"};
constexpr std::array<std::string_view, 1> value_keys = {"value"};

template <class E, std::size_t N>
E chosen(const TomlTable& table, std::string_view key, std::string_view otherwise, const std::array<std::pair<std::string_view, E>, N>& choices) {
  const std::string given = table.string(key, otherwise);
  std::array<std::string_view, N> names;
  for (std::size_t i = 0; i < N; ++i) {
    if (choices[i].first == given) return choices[i].second;
    names[i] = choices[i].first;
  }
  table.refuse(key, unknown_clause(key, given, names));
}

bool is_name(const std::string& text) {
  constexpr std::string_view digits = "0123456789";
  const std::string letters = "_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return !text.empty() && digits.find(text.front()) == std::string_view::npos && text.find_first_not_of(letters + std::string(digits)) == std::string::npos;
}

// The names that a formula of a card may use where it stands: those that some setting has, and those of [let] before it.
class Scope {
 public:
  Scope(const TomlTable& table, Findings& findings) : findings_(findings), names_(known_names(false)), arrays_(known_names(true)) {
    findings.attempt([&] { id_ = table.string("id", ""); });
    for (const TomlTable& let : tables(table, "let"))
      for (const std::string& name : let.keys()) later_.push_back(name);
  }

  // Tables under a key; none where it holds something else.
  std::vector<TomlTable> tables(const TomlTable& table, std::string_view key) const {
    std::vector<TomlTable> all;
    findings_.attempt([&] { all = table.tables(key); });
    return all;
  }
  bool knows(const std::string& name) const { return std::find(names_.begin(), names_.end(), name) != names_.end(); }
  // A name of [let], from the formula behind its own on.
  void add(const std::string& name) {
    if (!knows(name)) names_.push_back(name);
    std::erase(later_, name);
  }

  // What a formula must be.
  enum class Wanted { number, condition };
  // index: a name that this formula may use besides; own: the name that it defines, which in it means what the name meant before.
  Expression read(const TomlTable& table, std::string_view key, std::string_view where, Wanted wanted, std::string_view index = {}, std::string_view own = {}) const {
    Expression expression;
    findings_.attempt([&] {
      const std::string text = table.string(key);
      try {
        expression = Expression::parse(text, table.text_place(key));
      } catch (const SpecError& error) {
        throw SpecError({error.parts().place, whose(where), error.parts().given, error.parts().allowed});
      }
      if (expression.is_condition() && wanted == Wanted::number)
        throw SpecError({expression.place(expression.root()), whose(where), table.given(key), "must be a number, not a condition"});
      if (!expression.is_condition() && wanted == Wanted::condition)
        throw SpecError({expression.place(expression.root()), whose(where), table.given(key), "must be a condition, such as \"eta <= 1/L\", not a number"});
      check_names(expression, where, index, own);
    });
    return expression;
  }

  std::string whose(std::string_view where) const { return id_.empty() ? std::string(where) : id_ + ": " + std::string(where); }
  SpecError unknown(const Place& place, const std::string& where, const std::string& given, const std::string& name, bool indexed) const {
    const std::vector<std::string>& known = indexed ? arrays_ : names_;
    const std::vector<std::string_view> views(known.begin(), known.end());
    std::string allowed = "unknown " + std::string(indexed ? "indexed " : "") + "name";
    if (const std::string_view near = nearest(name, views); !near.empty()) {
      allowed += "; did you mean '" + std::string(near) + "'?";
    } else if (indexed) {
      allowed = unknown_clause("indexed name", name, views);
    } else {
      allowed += " (docs/theorem-cards.md lists the names)";
    }
    return SpecError({place, whose(where), given, allowed});
  }

 private:
  void check_names(const Expression& expression, std::string_view where, std::string_view index, std::string_view own) const {
    for (const auto& [name, node] : expression.names()) {
      const bool indexed = expression.node(node).op == Expression::Op::indexed;
      const std::vector<std::string>& known = indexed ? arrays_ : names_;
      const std::string given = "'" + name + (indexed ? "[...]'" : "'");
      if (!indexed && name != own && std::find(later_.begin(), later_.end(), name) != later_.end()) {
        findings_.add(SpecError({expression.place(node), whose(where), given, "stands further below in [let], whose names are made in order"}));
      } else if (name != index && std::find(known.begin(), known.end(), name) == known.end()) {
        findings_.add(unknown(expression.place(node), std::string(where), given, name, indexed));
      }
    }
  }

  Findings& findings_;
  std::string id_;
  std::vector<std::string> names_, arrays_;
  std::vector<std::string> later_;  // of [let], not made yet
};

// Names and formulas of [let], [admissible] or [rate]; with `adds` each name may be used from the next on.
std::vector<NamedExpression> read_expressions(const TomlTable& card, std::string_view key, Scope& scope, Scope::Wanted wanted, Findings& findings, bool adds = false) {
  std::vector<NamedExpression> all;
  for (const TomlTable& table : scope.tables(card, key))
    for (const std::string& name : table.keys()) {
      const std::string where = "[" + std::string(key) + "] " + name;
      if (adds && !is_name(name)) findings.add(SpecError({table.key_place(name), where, "", "must be a name: letters, digits and _, not a digit first"}));
      all.push_back({name, scope.read(table, name, where, wanted, {}, adds ? name : std::string_view())});
      if (adds) scope.add(name);
    }
  return all;
}

std::optional<Expression> read_value(const TomlTable& card, std::string_view key, const Scope& scope, Findings& findings) {
  const auto tables = scope.tables(card, key);
  if (tables.empty()) return std::nullopt;
  const std::string where = "[" + std::string(key) + "]";
  tables.front().only(where, value_keys, findings);
  return scope.read(tables.front(), "value", where + " value", Scope::Wanted::number);
}

void check_ids(const TomlTable& table, std::string_view key, std::string_view kind, const std::vector<std::string>& ids, const std::vector<std::string_view>& known, Findings& findings) {
  const std::vector<Place> places = table.places(key);
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (std::find(known.begin(), known.end(), ids[i]) == known.end())
      findings.add(SpecError({places[i], std::string(key), ids[i], unknown_clause(kind, ids[i], known)}));
}

void read_ids(const TomlTable& table, Card& card, Findings& findings) {
  std::vector<std::string_view> known;
  for (const Predicate& predicate : predicates()) known.push_back(predicate.id);
  findings.attempt([&] { card.requires_ = table.strings("requires"); });
  check_ids(table, "requires", "predicate", card.requires_, known, findings);
  known = {"gd"};
  for (const MethodEntry& method : methods()) known.push_back(method.id);
  findings.attempt([&] { card.methods = table.strings("methods"); });
  check_ids(table, "methods", "method", card.methods, known, findings);
  findings.attempt([&] {
    card.metric = table.string("metric");
    check_ids(table, "metric", "metric", {card.metric}, {metric_names.begin(), metric_names.end()}, findings);
  });
}

void read_words(const TomlTable& table, Card& card, Findings& findings) {
  findings.attempt([&] { card.id = kebab_case_id(table); });
  findings.attempt([&] { card.statement = table.string("statement"); });
  findings.attempt([&] { card.latex = table.string("latex", ""); });
  findings.attempt([&] { card.sentence = table.string("sentence", ""); });
  findings.attempt([&] { card.see_also = table.strings("see_also"); });
  findings.attempt([&] {
    for (const TomlTable& source : table.tables("source")) {
      source.only("source", source_keys, findings);
      findings.attempt([&] { card.paper = source.string("paper", ""); });
      findings.attempt([&] { card.arxiv = source.string("arxiv", ""); });
      findings.attempt([&] { card.where = source.string("where", ""); });
    }
  });
  findings.attempt([&] {
    card.status = chosen(table, "status", "unverified",
                         std::array<std::pair<std::string_view, Status>, 4>{{{"proved", Status::proved}, {"published", Status::published},
                                                                             {"unverified", Status::unverified}, {"folklore", Status::folklore}}});
  });
  findings.attempt([&] {
    card.expect = chosen(table, "expect", "holds",
                         std::array<std::pair<std::string_view, Expectation>, 2>{{{"holds", Expectation::holds}, {"violated", Expectation::violated}}});
  });
  findings.attempt([&] {
    card.kind = chosen(table, "kind", "upper",
                       std::array<std::pair<std::string_view, Kind>, 4>{{{"upper", Kind::upper}, {"tight", Kind::tight}, {"limit", Kind::limit}, {"threshold", Kind::threshold}}});
  });
  if (table.has("tolerance"))
    findings.attempt([&] {
      card.tolerance = table.number("tolerance");
      if (!(*card.tolerance > 0.0)) table.refuse("tolerance", "must be a positive number");
    });
}

std::optional<Reason> read_reason(const TomlTable& table, std::string_view key) {
  if (!table.has(key)) return std::nullopt;
  const std::string text = table.string(key);
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) table.refuse(key, "must say why, in words");
  return Reason{text, table.place(key)};
}

void read_units(const TomlTable& table, Card& card, const Scope& scope, Findings& findings) {
  findings.attempt([&] { card.normalised = read_reason(table, "normalised"); });
  findings.attempt([&] { card.inconsistent = read_reason(table, "inconsistent"); });
  if (card.normalised && card.inconsistent)
    findings.add(SpecError({card.inconsistent->place, "inconsistent", "", "units of a card that is normalised are not checked: leave out one of the two keys"}));
  for (const TomlTable& units : scope.tables(table, "units"))
    for (const std::string& name : units.keys())
      findings.attempt([&] {
        const auto let = std::find_if(card.let.begin(), card.let.end(), [&](const NamedExpression& one) { return one.name == name; });
        std::vector<std::string_view> known;
        for (const NamedExpression& one : card.let) known.push_back(one.name);
        if (let == card.let.end()) throw SpecError({units.key_place(name), "[units] " + name, "", unknown_clause("name of [let]", name, known)});
        if (!let->expression.names().empty())
          throw SpecError({units.key_place(name), "[units] " + name, "", "its formula has units already; [units] is for names of [let] that are numbers, such as near = \"0.05\""});
        const Place place = units.text_place(name);
        parse_units(units.string(name), place);
        card.units.push_back({name, Expression::parse(units.string(name), place)});
      });
}

void read_monotone(const TomlTable& table, Card& card, const Scope& scope, Findings& findings) {
  for (const TomlTable& monotone : scope.tables(table, "monotone"))
    for (const std::string& name : monotone.keys())
      findings.attempt([&] {
        if (!scope.knows(name)) findings.add(scope.unknown(monotone.key_place(name), "[monotone] " + name, "", name, false));
        const std::string direction = monotone.string(name);
        if (direction != "up" && direction != "down") monotone.refuse(name, "must be \"up\" or \"down\"");
        card.monotone.emplace_back(name, direction == "up");
      });
}

Card read(const TomlTable& table, const std::filesystem::path& file, Findings& findings) {
  table.only("", card_keys, findings);
  Card card;
  card.file = file;
  read_words(table, card, findings);
  read_ids(table, card, findings);
  Scope scope(table, findings);
  using Wanted = Scope::Wanted;
  card.let = read_expressions(table, "let", scope, Wanted::number, findings, true);
  card.admissible = read_expressions(table, "admissible", scope, Wanted::condition, findings);
  if (table.has("weights")) card.weights = scope.read(table, "weights", "weights", Wanted::number, "t");
  if (table.has("level")) card.level = scope.read(table, "level", "level", Wanted::number);
  if (const auto found = std::find(metric_names.begin(), metric_names.end(), card.metric); found != metric_names.end()) {
    const auto metric = static_cast<Metric>(found - metric_names.begin());
    if (needs_weights(metric) && !table.has("weights"))
      findings.attempt([&] { table.refuse("weights", "the metric " + card.metric + " needs them: an expression in t, such as weights = \"eta[t]\""); });
    if (card.weights && !needs_weights(metric) && metric != Metric::f_gap_average)  // an average of iterates may be weighted
      findings.add(SpecError({table.key_place("weights"), "weights", table.given("weights"), "are those of a weighted metric, such as weighted_grad_sq; this card measures " + card.metric}));
    if ((metric == Metric::f_passage || metric == Metric::grad_passage) && !table.has("level"))
      findings.attempt([&] { table.refuse("level", "must be given: the metric " + card.metric + " is the first step at or below it"); });
  }
  findings.attempt([&] {
    const auto bound = read_value(table, "bound", scope, findings);
    if (!bound) table.refuse("bound", "a table with the expression of the bound: value = \"...\"");
    card.bound = *bound;
  });
  card.trivial = read_value(table, "trivial", scope, findings);
  read_monotone(table, card, scope, findings);
  card.rate = read_expressions(table, "rate", scope, Wanted::number, findings);
  read_units(table, card, scope, findings);
  for (const TomlTable& witness : scope.tables(table, "witness")) card.witnesses.push_back({witness, witness.text(), witness.place()});
  if (card.kind == Kind::threshold && std::none_of(card.let.begin(), card.let.end(), [](const auto& let) { return let.name == "product"; }))
    findings.attempt([&] { table.refuse("let", "a threshold card names the quantity compared with the threshold: product = \"...\""); });
  return card;
}

}  // namespace

Card read_card(const TomlTable& table, const std::filesystem::path& file, Findings& findings) { return read(table, file, findings); }

Card read_card(const std::filesystem::path& file) {
  Findings first;
  return read(TomlTable::read(file), file, first);
}

Card parse_card(const std::string& toml, const std::filesystem::path& name) {
  Findings first;
  return read(TomlTable::parse(toml, name.string()), name, first);
}

std::vector<Card> read_cards(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<Card> cards;
  for (const auto& file : files) {
    cards.push_back(read_card(file));
    for (std::size_t i = 0; i + 1 < cards.size(); ++i)
      if (cards[i].id == cards.back().id)
        throw SpecError({{file.string(), 0, 0}, "id", cards.back().id, "is the id of " + cards[i].file.string() + " too"});
  }
  return cards;
}

}  // namespace thalweg
