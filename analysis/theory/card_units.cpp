#include "analysis/theory/card_units.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "analysis/theory/names.hpp"
#include "lib/optimizers/definition.hpp"

namespace thalweg {

namespace {

// Of each name that may have several units, which of them.
using Choice = std::map<std::string, std::size_t, std::less<>>;

Units with_eta(const Units& units, const Units& eta) {
  const auto found = units.exponents().find("eta");
  if (found == units.exponents().end()) return units;
  return units / Units::base("eta", found->second) * eta.power(found->second);
}

Place first_place(const Expression& expression) {
  Place first = expression.place(expression.root());
  for (std::uint32_t i = 0; i < expression.size(); ++i)
    if (const Place place = expression.place(i); place.column > 0 && std::tie(place.line, place.column) < std::tie(first.line, first.column)) first = place;
  return first;
}

class CardWalk {
 public:
  CardWalk(const Card& card, const Units& eta, const Choice& choice) : card_(card), eta_(eta), choice_(choice) {
    for (const NamedExpression& let : card.let) names_[let.name] = of_let(let);
    for (const NamedExpression& condition : card.admissible) units_of("[admissible] " + condition.name, condition.expression);
    if (card.weights) units_of("weights", *card.weights);
    compare("[bound] value", card.bound);
    if (card.trivial) compare("[trivial] value", *card.trivial);
    for (const NamedExpression& rate : card.rate) units_of("[rate] " + rate.name, rate.expression);
  }
  std::vector<SpecError> problems;

 private:
  std::string whose(const std::string& field) const { return card_.id.empty() ? field : card_.id + ": " + field; }

  std::optional<Units> of_name(std::string_view name, bool indexed) const {
    if (!indexed)
      if (const auto own = names_.find(name); own != names_.end()) return own->second;
    if (name == "t" && !indexed) return Units();
    const std::vector<Units> possible = units_of_name(name, indexed);
    if (possible.empty()) return std::nullopt;
    const auto chosen = choice_.find(name);
    return with_eta(possible[chosen == choice_.end() ? 0 : chosen->second], eta_);
  }

  std::optional<Units> units_of(const std::string& field, const Expression& expression) {
    UnitsReport report = check_units(expression, [&](std::string_view name, bool indexed) { return of_name(name, indexed); });
    for (const SpecError& problem : report.problems)
      problems.push_back(SpecError({problem.parts().place, whose(field), problem.parts().given, problem.parts().allowed}));
    return report.consistent() ? report.units : std::nullopt;
  }

  std::optional<Units> of_let(const NamedExpression& let) {
    const std::optional<Units> found = units_of("[let] " + let.name, let.expression);
    const auto declared = std::find_if(card_.units.begin(), card_.units.end(), [&](const NamedExpression& units) { return units.name == let.name; });
    return declared == card_.units.end() ? found : std::optional(with_eta(parse_units(declared->expression.text()), eta_));
  }

  // What the value of a field is compared with, and its units.
  std::pair<std::string, std::optional<Units>> counterpart() const {
    if (card_.kind != Kind::threshold) return {card_.metric, units_of_metric(card_.metric)};
    const auto product = names_.find("product");
    return {"product", product == names_.end() ? std::nullopt : product->second};
  }

  void compare(const std::string& field, const Expression& expression) {
    const std::optional<Units> found = units_of(field, expression);
    const auto [what, units] = counterpart();
    const Expression::Node& root = expression.node(expression.root());
    const bool zero = root.op == Expression::Op::number && root.number == 0.0;
    if (!found || !units || zero) return;
    const Units wanted = with_eta(*units, eta_);
    if (!(*found == wanted))
      problems.push_back(SpecError({first_place(expression), whose(field), "\"" + expression.text() + "\"", "units differ: it has " + to_string(*found) + ", " + what + " has " + to_string(wanted)}));
  }

  const Card& card_;
  const Units& eta_;
  const Choice& choice_;
  std::map<std::string, std::optional<Units>, std::less<>> names_;  // of [let]
};

// The names of the card that may have several units, each with their number.
std::vector<std::pair<std::string, std::size_t>> ambiguous(const Card& card) {
  std::vector<std::pair<std::string, std::size_t>> found;
  const auto look = [&](const Expression& expression) {
    for (const auto& [name, node] : expression.names()) {
      const std::size_t count = units_of_name(name, expression.node(node).op == Expression::Op::indexed).size();
      const std::pair<std::string, std::size_t> one(name, count);
      if (count > 1 && std::find(found.begin(), found.end(), one) == found.end()) found.push_back(one);
    }
  };
  for (const auto* list : {&card.let, &card.admissible, &card.rate})
    for (const NamedExpression& named : *list) look(named.expression);
  look(card.bound);
  if (card.weights) look(*card.weights);
  if (card.trivial) look(*card.trivial);
  return found;
}

std::vector<SpecError> inconsistencies(const Card& card, const Units& eta) {
  const auto names = ambiguous(card);
  Choice choice;
  for (const auto& [name, count] : names) choice[name] = 0;
  const std::vector<SpecError> first = CardWalk(card, eta, choice).problems;
  // Every other combination, counted like the digits of a number.
  for (std::size_t digit = 0; digit < names.size() && !first.empty();) {
    std::size_t& chosen = choice[names[digit].first];
    if (++chosen == names[digit].second) {
      chosen = 0;
      ++digit;
      continue;
    }
    digit = 0;
    if (CardWalk(card, eta, choice).problems.empty()) return {};
  }
  return first;
}

}  // namespace

Units eta_units(const Card& card) {
  const Units own = Units::base("eta");
  if (card.methods.empty()) {
    const bool divides_by_gradients = std::find(card.requires_.begin(), card.requires_.end(), "lipschitz-denominator") != card.requires_.end();
    return divides_by_gradients ? Units::base("x") : own;
  }
  const std::optional<Units> first = eta_units(card.methods.front());
  for (const std::string& method : card.methods)
    if (eta_units(method) != first) return own;
  return first.value_or(own);
}

std::vector<SpecError> inconsistencies(const Card& card) {
  std::vector<Units> etas = {eta_units(card)};
  // Of a card that names an unknown method, which is an error of its own, only what is wrong whatever the method is.
  const auto known = [](const std::string& id) { return id == "gd" || std::any_of(methods().begin(), methods().end(), [&](const MethodEntry& method) { return method.id == id; }); };
  if (!std::all_of(card.methods.begin(), card.methods.end(), known)) etas = {parse_units("x^2/f"), parse_units("x"), parse_units("eta")};
  std::vector<SpecError> fewest = inconsistencies(card, etas.front());
  for (std::size_t i = 1; i < etas.size(); ++i)
    if (std::vector<SpecError> found = inconsistencies(card, etas[i]); found.size() < fewest.size()) fewest = std::move(found);
  return fewest;
}

std::vector<SpecError> unit_errors(const Card& card) {
  if (card.normalised) return {};
  std::vector<SpecError> found = inconsistencies(card);
  if (!card.inconsistent) return found;
  if (!found.empty()) return {};
  return {SpecError({card.inconsistent->place, "inconsistent", "\"" + card.inconsistent->text + "\"", "the units of the card are consistent"})};
}

}  // namespace thalweg
