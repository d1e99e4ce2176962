#include "problems/composition.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <utility>

#include "lib/core/check.hpp"
#include "lib/engine/isa.hpp"
#include "problems/carried_facts.hpp"
#include "problems/families/formula.hpp"
#include "problems/family_record.hpp"
#include "problems/given_parameters.hpp"
#include "problems/implied.hpp"
#include "problems/tables.hpp"
#include "problems/transformation_catalogue.hpp"
#include "problems/transformed_enclosures.hpp"

namespace thalweg {

namespace {

// ---- one transformation of problems at hand

struct Record {
  TransformationEntry entry;
  Problem (*build)(const Parameters& values, std::vector<Problem> inner, std::size_t row);
};

Operand operand_of(const Problem& p) { return {p.objective.functor.get(), p.objective.kernel, p.enclosures, p.dim(), p.objective.sampled}; }

// What the functor of a transformed objective points to.
template <class Map>
struct Holding {
  std::vector<Operand> operands;
  std::vector<std::shared_ptr<const void>> inside;
  std::shared_ptr<const Storage> storage;
  std::vector<Interval> matrix;
  Transformed<Map> functor;
};

// The columns of a linear map as enclosures, where there are not too many.
template <class Map>
std::vector<std::vector<Interval>> columns_of(const Map& map, std::size_t n, std::size_t rows) {
  std::vector<std::vector<Interval>> columns;
  if constexpr (LinearMap<Map>) {
    if (n > most_written_out) return {};
    std::vector<Interval> unit(n, Interval(0.0));
    for (std::size_t j = 0; j < n; ++j) {
      std::vector<Interval> column(rows);
      unit[j] = Interval(1.0);
      map.template argument<Interval>(View<const Interval>(unit.data(), n), View<Interval>(column.data(), rows));
      unit[j] = Interval(0.0);
      columns.push_back(std::move(column));
    }
  }
  return columns;
}

template <class Map>
bool keeps_origin(const Map& map, std::size_t n) {
  if constexpr (CoordinateMap<Map>) {
    for (std::size_t j = 0; j < n; ++j)
      if (map.template argument<double>(j, 0.0) != 0.0) return false;
  }
  return true;
}

// Parameters that others read from a problem: how many samples a batch has; that all coordinates are alike.
Parameters parameters_of(const Problem& inner, std::size_t dim, bool alike) {
  Parameters out = {{"dim", {static_cast<double>(dim)}}};
  if (const auto batch = inner.parameters.find("batch"); batch != inner.parameters.end()) out.insert(*batch);
  if (const auto scale = inner.parameters.find("scale"); alike && scale != inner.parameters.end() && scale->second.size() == 1) out.insert(*scale);
  return out;
}

template <class A>
Problem transformed(const Parameters& values, std::vector<Problem> inner, std::size_t row) {
  using Map = typename A::Map;
  auto made = A::build(values, inner);
  auto holding = std::make_shared<Holding<Map>>();
  for (const Problem& p : inner) {
    holding->operands.push_back(operand_of(p));
    holding->inside.push_back(p.objective.functor);
  }
  if constexpr (SecondProblem<Map>) made.map.second = &holding->operands[1];
  const std::size_t n = made.facts.dim, rows = inner.front().dim();
  const auto columns = columns_of(made.map, n, rows);
  holding->storage = std::move(made.storage);
  if (!columns.empty())
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < n; ++j) holding->matrix.push_back(columns[j][i]);
  holding->functor = {&holding->operands[0], n, holding->matrix.empty() ? nullptr : holding->matrix.data(), made.map};

  Problem out;
  out.objective.dim = n;
  out.objective.functor = {holding, &holding->functor};
  const auto along = [](const Problem& p) { return p.objective.kernel.of<double>(best_isa())->slopes != nullptr; };
  out.objective.kernel = row_of(transformation_tables, row + (CoordinateMap<Map> && along(inner.front()) ? Transformations::size : 0));
  out.objective.programs = no_programs();
  out.objective.sampled = std::any_of(inner.begin(), inner.end(), [](const Problem& p) { return p.objective.sampled; });
  out.enclosures = transformed_enclosures<Map>(holding->operands[0], inner.size() > 1 ? &holding->operands[1] : nullptr, keeps_origin(made.map, n));
  const Problem& sampled = inner.back().objective.sampled ? inner.back() : inner.front();
  out.parameters = parameters_of(sampled, n, made.alike);
  out.facts = std::move(made.facts);
  out.start = std::move(made.start);
  out.box = std::move(made.box);
  if constexpr (LinearMap<Map>) add_coordinate_bounds(out, inner.front(), columns);
  return out;
}

template <class A>
Problem restricted(const Parameters& values, std::vector<Problem> inner, std::size_t) {
  Problem out = std::move(inner.front());
  A::apply(values, out);
  return out;
}

const std::vector<Record>& records() {
  static const std::vector<Record> all = [] {
    std::vector<Record> made;
    Transformations::for_each([&]<class A>() { made.push_back({{{A::entry, A::parameters()}, A::operands, A::rules}, transformed<A>}); });
    Restrictions::for_each([&]<class A>() { made.push_back({{{A::entry, A::parameters()}, A::operands, A::rules}, restricted<A>}); });
    return made;
  }();
  return all;
}

std::size_t row_named(std::string_view id) {
  for (std::size_t i = 0; i < records().size(); ++i)
    if (records()[i].entry.family.entry.id == id) return i;
  return records().size();
}

// ---- reading

struct Node {
  std::string name;  // of a transformation or a family; of a formula its text
  bool formula = false;
  std::size_t row = 0;  // of a transformation; else records().size()
  std::size_t at = 0;   // character
  std::vector<Node> inner;
  Parameters values;
  bool leaf() const { return formula || row == records().size(); }
};

class Reader {
 public:
  explicit Reader(const std::string& text) : text_(text) {}

  Node whole() {
    Node node = problem();
    skip();
    if (at_ != text_.size()) refuse("nothing more is expected");
    return node;
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw SpecError({Place{}, "problem", "'" + text_ + "'", "at character " + std::to_string(at_ + 1) + ": " + what + "; the form is rotate(shift(pl-sine(dim=4), by=1), seed=7)"});
  }
  void skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
  }
  char next() {
    skip();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char c) {
    if (next() != c) return false;
    ++at_;
    return true;
  }
  static bool of_a_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; }
  std::string name(const std::string& expected) {
    skip();
    const std::size_t from = at_;
    while (at_ < text_.size() && of_a_name(text_[at_])) ++at_;
    if (at_ == from) refuse("expected " + expected);
    return text_.substr(from, at_ - from);
  }
  double number() {
    skip();
    double value = 0.0;
    const auto [end, failure] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (failure != std::errc() || !std::isfinite(value)) refuse("expected a number");
    at_ = static_cast<std::size_t>(end - text_.data());
    return value;
  }
  std::vector<double> values() {
    if (!take('[')) return {number()};
    std::vector<double> all;
    do all.push_back(number());
    while (take(','));
    if (!take(']')) refuse("expected ',' or ']'");
    return all;
  }

  // The names of families are judged by make_problem.
  Node problem() {
    if (++depth_ > most_inside) refuse("more than " + std::to_string(most_inside) + " problems inside each other");
    Node node;
    if (next() == '"') {
      node = formula();
    } else {
      const std::size_t from = at_;
      node.at = from;
      node.name = name("the id of a problem or a transformation, or a formula in quotes");
      node.row = row_named(node.name);
      if (take('(')) {
        if (node.leaf() && node.name == Formula::entry.id && next() == '"') {
          node = formula();
          if (take(',')) arguments(node);
          else if (!take(')')) refuse("expected ',' or ')'");
        } else {
          arguments(node);
        }
      }
    }
    if (!node.leaf() && node.inner.size() != records()[node.row].entry.operands) {
      const std::size_t wanted = records()[node.row].entry.operands;
      at_ = node.at;
      refuse(node.name + " stands around " + (wanted == 1 ? "one problem" : std::to_string(wanted) + " problems") + ", not " + std::to_string(node.inner.size()));
    }
    --depth_;
    return node;
  }
  Node formula() {
    Node node;
    node.formula = true;
    node.row = records().size();
    node.at = at_++;
    const std::size_t end = text_.find('"', at_);
    if (end == std::string::npos) refuse("the formula has no closing quote");
    node.name = text_.substr(at_, end - at_);
    at_ = end + 1;
    return node;
  }
  void arguments(Node& node) {
    do {
      skip();
      const std::size_t from = at_;
      if (next() != '"') {
        const std::string word = name(node.leaf() ? "the name of a parameter" : "a problem or the name of a parameter");
        if (take('=')) {
          if (!node.values.emplace(word, values()).second) refuse("'" + word + "' is given twice");
          continue;
        }
      }
      at_ = from;
      if (node.leaf()) {
        std::vector<std::string_view> known;
        for (const Record& record : records()) known.push_back(record.entry.family.entry.id);
        at_ = node.at;
        refuse(unknown_clause("transformation", node.name, known));
      }
      node.inner.push_back(problem());
    } while (take(','));
    if (!take(')')) refuse("expected ',' or ')'");
  }

  static constexpr std::size_t most_inside = 32;
  const std::string& text_;
  std::size_t at_ = 0, depth_ = 0;
};

void leaves_of(Node& node, std::vector<Node*>& out) {
  if (node.leaf()) out.push_back(&node);
  for (Node& inner : node.inner) leaves_of(inner, out);
}

bool has_parameter(const Node& leaf, std::string_view name) {
  if (leaf.formula) return true;
  for (const Family& family : problem_families())
    if (family.entry.id == leaf.name) return std::any_of(family.parameters.begin(), family.parameters.end(), [&](const Parameter& p) { return p.name == name; });
  return false;
}

// ---- building

Problem built(const Node& node, const Texts& texts) {
  if (node.formula) return make_formula(node.name, node.values, {"formula \"" + node.name + "\"", 0, 0});
  if (node.leaf()) {
    Texts own;
    for (const auto& [name, text] : texts)
      if (has_parameter(node, name)) own.emplace(name, text);
    return make_problem(node.name, node.values, own);
  }
  const Record& record = records()[node.row];
  const Family& family = record.entry.family;
  std::vector<Problem> inner;
  std::string names, instances;
  for (const Node& one : node.inner) {
    inner.push_back(built(one, texts));
    names += (names.empty() ? "" : ", ") + inner.back().text;
    instances += (instances.empty() ? "#" : ", #") + std::to_string(inner.back().instance);
  }
  const Parameters values = completed_parameters(family, node.values);
  common_length(family, node.values, inner.front().dim());
  Problem out = record.build(values, std::move(inner), node.row);
  const std::string id(family.entry.id);
  out.entry = family.entry;
  out.objective.id = id;
  out.text = id + parameters_text(family, values, {}, "", names);
  out.instance = hash_of(id + parameters_text(family, values, {}, "", instances));
  if (out.facts.quadratic && out.facts.convex && out.facts.mu.lower > 0.0) out.facts.pl = true, out.facts.mu_pl = out.facts.mu;
  sharpen_by_curvature(out);
  add_implied_facts(out);
  add_gradient_bounds(out);
  return out;
}

}  // namespace

const std::vector<TransformationEntry>& transformations() {
  static const std::vector<TransformationEntry> all = [] {
    std::vector<TransformationEntry> entries;
    for (const Record& record : records()) entries.push_back(record.entry);
    return entries;
  }();
  return all;
}

const TransformationEntry* find_transformation(std::string_view id) {
  const std::size_t row = row_named(id);
  return row < transformations().size() ? &transformations()[row] : nullptr;
}

bool is_composition(std::string_view text) { return text.find_first_of("(\"") != std::string_view::npos; }

std::string_view head_of(std::string_view text) { return text.substr(0, text.find_first_of("(\" ")); }

std::vector<std::string> families_in(const std::string& text) {
  if (!is_composition(text)) return {text};
  Node node = Reader(text).whole();
  std::vector<Node*> leaves;
  leaves_of(node, leaves);
  std::vector<std::string> out;
  for (const Node* leaf : leaves)
    if (!leaf->formula) out.push_back(leaf->name);
  return out;
}

Problem composed_problem(const std::string& text, const Parameters& given, const Texts& texts) {
  Node node = Reader(text).whole();
  std::vector<Node*> leaves;
  leaves_of(node, leaves);
  for (const auto& [name, values] : given) {
    bool taken = false;
    for (Node* leaf : leaves) {
      if (!has_parameter(*leaf, name)) continue;
      if (!leaf->values.emplace(name, values).second) throw SpecError({Place{}, name, written(values), "is given twice: beside the problem and inside " + text});
      taken = true;
    }
    if (!taken) leaves.front()->values.emplace(name, values);  // which refuses it
  }
  for (const auto& [name, path] : texts)
    if (std::none_of(leaves.begin(), leaves.end(), [&](const Node* leaf) { return !leaf->formula && has_parameter(*leaf, name); }))
      throw SpecError({Place{}, name, "'" + path + "'", "is a parameter of no family in " + text});
  return built(node, texts);
}

}  // namespace thalweg
