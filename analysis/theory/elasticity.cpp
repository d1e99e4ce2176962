#include "analysis/theory/elasticity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include "analysis/theory/evaluate.hpp"
#include "analysis/theory/schedules.hpp"
#include "analysis/theory/verdict.hpp"
#include "lib/core/dual.hpp"
#include "lib/core/elementary.hpp"
#include "lib/optimizers/bounds.hpp"

namespace thalweg {

namespace {

using Moved = Dual<double>;  // y and d y / d log p
constexpr double infinity = std::numeric_limits<double>::infinity();

double number_in(const Interval& x) { return x.width() <= 1e-6 * x.magnitude() ? x.mid() : x.upper(); }

// Names that move, over quantities that do not. One card's [let] may shadow either.
class Environment {
 public:
  Environment(const Quantities& still, std::string card) : still_(still), card_(std::move(card)) {}

  void set(const std::string& name, Moved value) { names_.insert_or_assign(name, value); }
  // eta_1 ... eta_T; one value stands for all.
  void set_steps(std::vector<Moved> eta, std::size_t horizon) {
    eta_ = std::move(eta);
    horizon_ = horizon;
  }

  Moved name(const std::string& name, const Expression& e, std::uint32_t node) const {
    if (const auto found = names_.find(name); found != names_.end()) return found->second;
    if (const Interval* found = still_.find(name)) return Moved(number_in(*found));
    return constant(name, e, node);
  }
  Moved indexed(const std::string& name, const Moved& index, const Expression& e, std::uint32_t node) const {
    const auto i = static_cast<std::size_t>(std::llround(index.value));
    if (name == "eta" && i >= 1 && i <= horizon_) return eta_[std::min(i, eta_.size()) - 1];
    if (const auto* values = still_.find_array(name); name != "eta" && values != nullptr && i >= 1 && i <= values->size()) return Moved(number_in((*values)[i - 1]));
    return constant(name + "[" + std::to_string(i) + "]", e, node);
  }
  double integer(const Moved& value, const Expression& e, std::uint32_t node) const {
    if (value.value != std::floor(value.value) || !(std::fabs(value.value) <= 1e8)) throw SpecError({e.place(node), card_, "", "the limits of a sum must be whole numbers within 1e8"});
    return value.value;
  }
  std::pair<double, double> coordinates(const Expression&, std::uint32_t) const { return {1.0, number_in(*still_.find("d"))}; }

 private:
  // What only evaluation over enclosures knows; its errors have the nearest name.
  Moved constant(const std::string& written, const Expression& e, std::uint32_t node) const {
    return Moved(number_in(value_of(Expression::parse(written, e.place(node)), still_, card_)));
  }

  const Quantities& still_;
  std::string card_;
  std::map<std::string, Moved, std::less<>> names_;
  std::vector<Moved> eta_;
  std::size_t horizon_ = 0;
};

Moved evaluated(const Expression& e, const Environment& environment) { return Evaluator<Moved, Environment>(e, environment).value(); }
bool holds(const Expression& e, const Environment& environment) { return Evaluator<Moved, Environment>(e, environment).condition(); }

bool uses(const Expression& e, std::string_view name) {
  const auto names = e.names();
  return std::any_of(names.begin(), names.end(), [&](const auto& use) { return use.first == name; });
}

// The formula of a bound of the A-LR in the fields, G and t.
class FormulaEnvironment {
 public:
  FormulaEnvironment(const Definition& definition, std::string_view field, double G, double t) : definition_(definition), field_(field), G_(G), t_(t) {}
  Moved name(const std::string& name, const Expression& e, std::uint32_t node) const {
    if (name == "G") return Moved(G_);
    if (name == "t") return Moved(t_);
    const auto found = definition_.numbers.find(name);
    if (found == definition_.numbers.end()) throw SpecError({e.place(node), definition_.method, name, "is no field of this method"});
    return {found->second, name == field_ ? found->second : 0.0};
  }
  Moved indexed(const std::string& name, const Moved&, const Expression& e, std::uint32_t node) const { throw SpecError({e.place(node), definition_.method, name, "has no index"}); }
  double integer(const Moved& value, const Expression&, std::uint32_t) const { return value.value; }

 private:
  const Definition& definition_;
  std::string_view field_;
  double G_, t_;
};

// At the step where the formula's extreme is attained; t = 1e18 stands for the limit, beta^t = 0.
Moved of_formula(const RateFormula& formula, const Definition& definition, std::string_view field, double G) {
  const Expression e = Expression::parse(formula.expression);
  const auto at = [&](double t) {
    const FormulaEnvironment environment(definition, field, G, t);
    return Evaluator<Moved, FormulaEnvironment>(e, environment).value();
  };
  if (formula.over == RateFormula::Over::nothing) return at(1.0);
  const double sign = formula.over == RateFormula::Over::least ? 1.0 : -1.0;
  double best = 1e18, least = sign * at(best).value, widest = 1.0;
  for (double t = 1.0, next = 1.0; t < 1e10; t = next) {
    next = std::max(t + 1.0, std::floor(t * 1.03));
    if (const double value = sign * at(t).value; value < least) {
      least = value;
      best = t;
      widest = next - t;
    }
  }
  if (best < 1e18)
    for (double t = std::max(1.0, best - widest), last = best + widest; t <= last; t += std::max(1.0, std::floor(widest / 500.0)))
      if (const double value = sign * at(t).value; value < least) {
        least = value;
        best = t;
      }
  return at(best);
}

// mu1 and mu2 by differences of the enclosures.
Moved by_differences(const Definition& definition, std::string_view field, const Interval& G, Interval RateBounds::* end, double value) {
  const auto found = definition.numbers.find(field);
  if (found == definition.numbers.end() || !(found->second > 0.0)) return Moved(value);
  constexpr double h = 1e-4;
  Definition above = definition, below = definition;
  above.numbers.find(field)->second *= std::exp(h);
  below.numbers.find(field)->second *= std::exp(-h);
  return {value, (number_in(rate_bounds(above, G).*end) - number_in(rate_bounds(below, G).*end)) / (2.0 * h)};
}

// A setting's quantities in which the field moves. An empty field: nothing does.
class Moving {
 public:
  Moving(const Setting& setting, std::string_view field) : setting_(setting), field_(field), still_(setting) {
    const Definition& d = setting.definition;
    for (const auto& [name, value] : d.numbers) names_.emplace_back(name, Moved(value, name == field ? value : 0.0));
    const Interval G = *still_.find("Gs");
    const RateBounds bounds = rate_bounds(d, G);
    const auto bound = [&](const RateFormula& formula, Interval RateBounds::* end) {
      const double value = number_in(bounds.*end);
      if (field.empty() || !std::isfinite(value) || value == 0.0) return Moved(value);
      if (formula.expression.empty() || !std::isfinite(number_in(G))) return by_differences(d, field, G, end, value);
      const Moved moved = of_formula(formula, d, field, number_in(G));
      // log(1 + exp(beta G)) overflows as it is written where its value does not.
      return std::isfinite(moved.value) && std::isfinite(moved.derivative) ? moved : by_differences(d, field, G, end, value);
    };
    const Moved mu1 = bound(bounds.mu1_formula, &RateBounds::mu1), mu2 = bound(bounds.mu2_formula, &RateBounds::mu2);
    names_.insert(names_.end(), {{"mu1", mu1}, {"mu2", mu2}, {"kappa_A", mu2 / mu1}});
    if (still_.find("mu1_prime") != nullptr && !field.empty()) {
      Definition bare = d;
      bare.choices["correction"] = "none";
      const double s = std::sqrt(d.number("beta2")) * number_in(G);
      names_.emplace_back("mu1_prime", of_formula(rate_bounds(bare, G).mu1_formula, bare, field, s));
    }
  }

  // With the step-size rule of the setting; with one constant step that moves as given.
  Environment environment(const Card* card) const {
    Environment out = begun(card);
    std::vector<Moved> eta;
    const std::vector<double>& values = setting_.eta;
    const bool constant = !values.empty() && setting_.constant_step();
    for (std::size_t i = 0; i < (constant ? 1 : values.size()); ++i) eta.emplace_back(values[i]);
    if (!field_.empty() && !setting_.eta_text.empty() && !table_of(setting_.eta_text, {})) {
      const Expression rule = Expression::parse(with_schedules(setting_.eta_text, {}));
      for (std::size_t i = 0; i < eta.size(); ++i) {
        out.set("t", Moved(static_cast<double>(i + 1)));
        eta[i].derivative = evaluated(rule, out).derivative;
      }
    }
    if (!eta.empty()) {
      out.set("eta_max", *std::max_element(eta.begin(), eta.end(), [](const Moved& a, const Moved& b) { return a.value < b.value; }));
      if (constant) out.set("eta", eta.front());
      out.set_steps(std::move(eta), values.size());
    }
    add_let(out, card);
    return out;
  }
  Environment environment(const Card* card, Moved step) const {
    Environment out = begun(card);
    out.set("eta", step);
    out.set("eta_max", step);
    out.set_steps({step}, setting_.eta.size());
    add_let(out, card);
    return out;
  }

 private:
  Environment begun(const Card* card) const {
    Environment out(still_, card == nullptr ? "" : card->id);
    for (const auto& [name, value] : names_) out.set(name, value);
    return out;
  }
  static void add_let(Environment& environment, const Card* card) {
    if (card == nullptr || !path_metrics(*card).empty()) return;
    for (const NamedExpression& let : card->let) environment.set(let.name, evaluated(let.expression, environment));
  }

  const Setting& setting_;
  std::string field_;
  Quantities still_;
  std::vector<std::pair<std::string, Moved>> names_;
};

Elastic elastic(const Moved& y) { return {y.value, y.derivative / y.value}; }

// One comparison of a card's conditions: left <= right, or < ; as a difference that may not exceed 0.
struct Comparison {
  Expression whole;        // the condition that it is a part of
  std::uint32_t node;
  // A part of a graph, evaluated.
  Moved side(const Environment& environment, std::size_t which) const { return part(whole.node(node).args[which], environment); }
  Moved part(std::uint32_t i, const Environment& environment) const { return evaluated(Expression::parse(to_text(whole, i), whole.place(i)), environment); }
  std::string text() const { return to_text(whole, node); }
};

// The comparisons that a conjunction consists of; an empty answer where it is not one.
void collect(const Expression& e, std::uint32_t i, std::vector<Comparison>& out) {
  const Expression::Node& n = e.node(i);
  if (n.op == Expression::Op::logical_and) {
    collect(e, n.args[0], out);
    collect(e, n.args[1], out);
  } else {
    out.push_back({e, i});
  }
}

// Names that depend on the step: eta itself and the [let] that lead to it.
std::vector<std::string> step_names(const Card& card) {
  std::vector<std::string> names{"eta", "eta_max"};
  for (const NamedExpression& let : card.let)
    if (std::any_of(names.begin(), names.end(), [&](const std::string& name) { return uses(let.expression, name); })) names.push_back(let.name);
  return names;
}

// The conditions that speak of the step, as expressions: those of [admissible], or of a threshold card product < bound.
std::vector<Expression> step_conditions(const Card& card) {
  if (card.kind == Kind::threshold) return {Expression::parse("product < " + std::string("(") + to_text(card.bound) + ")", card.bound.place(card.bound.root()))};
  std::vector<Expression> out;
  const std::vector<std::string> names = step_names(card);
  for (const NamedExpression& condition : card.admissible)
    if (std::any_of(names.begin(), names.end(), [&](const std::string& name) { return uses(condition.expression, name); })) out.push_back(condition.expression);
  return out;
}

constexpr double top = 40.0, bottom = -40.0;  // decades of steps that are looked at

// Whether the conditions hold at one constant step.
bool allowed(const Card& card, const std::vector<Expression>& conditions, const Moving& still, double step) {
  const Environment environment = still.environment(&card, Moved(step));
  return std::all_of(conditions.begin(), conditions.end(), [&](const Expression& e) { return holds(e, environment); });
}

}  // namespace

Elastic elasticity(const Expression& expression, const Setting& setting, std::string_view field, const Card* card) {
  return elastic(evaluated(expression, Moving(setting, field).environment(card)));
}

std::optional<Elastic> bound_elasticity(const Card& card, const Setting& setting, std::string_view field) {
  if (!path_metrics(card).empty()) return std::nullopt;
  return elasticity(card.bound, setting, field, &card);
}

std::optional<LargestStep> largest_step(const Card& card, const Setting& setting, std::string_view field) {
  const std::vector<Expression> conditions = step_conditions(card);
  if (conditions.empty() || !path_metrics(card).empty()) return std::nullopt;
  const Moving still(setting, "");
  constexpr double spacing = 0.25;
  double inside = top;
  while (inside >= bottom && !allowed(card, conditions, still, std::pow(10.0, inside))) inside -= spacing;
  if (inside >= top || inside < bottom) return std::nullopt;
  double low = std::pow(10.0, inside), high = std::pow(10.0, inside + spacing);
  for (int i = 0; i < 100 && std::nextafter(low, high) < high; ++i) {
    const double middle = low + 0.5 * (high - low);
    (allowed(card, conditions, still, middle) ? low : high) = middle;
  }
  // The comparison that fails first beyond the edge, F(step, p) = left - right = 0 there: d log step / d log p = - F_p / F_step.
  const Environment beyond = still.environment(&card, Moved(low * (1.0 + 1e-9)));
  const Moving moving(setting, field);
  const Environment with_step = still.environment(&card, Moved(low, low)), with_field = moving.environment(&card, Moved(low));
  LargestStep out{low, std::numeric_limits<double>::quiet_NaN(), ""};
  for (const Expression& condition : conditions) {
    if (holds(condition, beyond)) continue;
    std::vector<Comparison> parts;
    collect(condition, condition.root(), parts);
    for (const Comparison& part : parts) {
      const Expression::Op op = part.whole.node(part.node).op;
      if (holds(Expression::parse(part.text()), beyond)) continue;
      out.condition = part.text();
      if (op == Expression::Op::less || op == Expression::Op::less_equal || op == Expression::Op::greater || op == Expression::Op::greater_equal)
        out.exponent = -(part.side(with_field, 0).derivative - part.side(with_field, 1).derivative) / (part.side(with_step, 0).derivative - part.side(with_step, 1).derivative);
      return out;
    }
  }
  return out;
}

std::optional<BestStep> best_step(const Card& card, const Setting& setting, std::string_view field) {
  if (!path_metrics(card).empty() || card.kind == Kind::threshold || card.kind == Kind::limit) return std::nullopt;
  const std::optional<LargestStep> largest = largest_step(card, setting, field);
  const Moving still(setting, "");
  if (!largest && !allowed(card, step_conditions(card), still, std::pow(10.0, top))) return std::nullopt;  // none is allowed
  const auto bound = [&](double log_step) {
    const double value = evaluated(card.bound, still.environment(&card, Moved(std::exp(log_step)))).value;
    return value > 0.0 ? value : infinity;  // beyond what its powers mean
  };
  const double decade = std::log(10.0);
  double high = largest ? std::log(largest->value) : 30.0 * decade, low = high - (largest ? 24.0 : 60.0) * decade;
  constexpr int scanned = 480;
  int best = 0;
  double least = infinity;
  for (int i = 0; i <= scanned; ++i)
    if (const double value = bound(low + (high - low) * i / scanned); value < least) {
      least = value;
      best = i;
    }
  if (!std::isfinite(least)) return std::nullopt;
  const double spacing = (high - low) / scanned, edge = high;
  const double centre = low + spacing * best;
  low = std::max(low, centre - spacing);
  high = std::min(edge, centre + spacing);
  constexpr double golden = 0.6180339887498949;
  while (high - low > 1e-10) {
    const double a = high - golden * (high - low), b = low + golden * (high - low);
    (bound(a) < bound(b) ? high : low) = bound(a) < bound(b) ? b : a;
  }
  const bool at_largest = largest && edge - high < 1e-6;
  const double step = at_largest ? largest->value : std::exp(0.5 * (low + high));
  const Moved moved = evaluated(card.bound, Moving(setting, field).environment(&card, Moved(step, at_largest ? step * largest->exponent : 0.0)));
  return BestStep{step, elastic(moved), at_largest};
}

bool holds_apart_from_step(const Card& card, const Setting& setting) {
  const std::vector<std::string> names = step_names(card);
  Quantities quantities(setting);
  thalweg::add_let(card, quantities);
  return std::all_of(card.admissible.begin(), card.admissible.end(), [&](const NamedExpression& condition) {
    const bool of_step = std::any_of(names.begin(), names.end(), [&](const std::string& name) { return uses(condition.expression, name); });
    return of_step || truth_of(condition.expression, quantities, card.id) == Truth::yes;
  });
}

}  // namespace thalweg
