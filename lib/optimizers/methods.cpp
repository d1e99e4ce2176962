// The methods of the catalogue without their types: the table behind define(), `list methods` and the documentation.
#include <algorithm>
#include <array>
#include <cstring>

#include "lib/core/check.hpp"
#include "lib/optimizers/catalogue.hpp"
#include "lib/optimizers/definition.hpp"

namespace thalweg {

namespace {

// Makes the erased rule that a method chooses, with the decay of the definition before or after it.
struct Make {
  double l2, decoupled;

  template <class A>
  RuleInstance rule(const typename A::Hyper& hyper) const {
    using Whole = Decayed<A>;
    typename Whole::Hyper whole;
    if constexpr (PhasedRule<A>) whole = {{l2}, hyper};
    else whole = {{l2}, {hyper, {decoupled}}};
    RuleInstance instance{rule_position<Whole>, std::vector<std::byte>(sizeof whole)};
    std::memcpy(instance.hyper.data(), &whole, sizeof whole);
    return instance;
  }
};

template <class Fields>
bool has(const Fields& all, std::string_view name) {
  return std::any_of(all.begin(), all.end(), [&](const auto& field) { return field.name == name; });
}

std::vector<MethodEntry> table() {
  std::vector<MethodEntry> all;
  Methods::for_each([&]<class M>() {
    MethodEntry entry = M::entry();
    entry.own_decay = requires { M::own_decay; };
    M::Rules::for_each([&]<class A>() {
      entry.calls = calls_of<A>;
      entry.sums = sums_of<A>;
      entry.value = given_of<A> > sums_of<A>;
      entry.exact = asks<A>;
      entry.remembers = remembers_of<A>;
      entry.mapped = mapped_of<A> != not_a_slot;
      entry.phased = PhasedRule<A>;
      if (reported_of<A> != not_a_slot) entry.reported = entry.state[reported_of<A>];
    });
    if (!has(entry.numbers, "weight_decay")) entry.numbers.push_back(fields::weight_decay());
    if (!has(entry.choices, "decay")) entry.choices.push_back(entry.own_decay ? fields::own_decay() : entry.phased ? fields::only_l2() : fields::decay());
    entry.instance = [](const Definition& d) {
      const double w = d.number("weight_decay");
      const std::string& decay = d.choice("decay");
      return M::instance(d, Make{decay == "l2" ? w : 0.0, decay == "decoupled" ? w : 0.0});
    };
    entry.update = M::update;
    if constexpr (requires(const Definition& d) { M::rate(d, 1.0); }) entry.rate = M::rate;
    if constexpr (requires(const Definition& d) { M::numerator(d); }) entry.numerator = M::numerator;
    all.push_back(std::move(entry));
  });
  return all;
}

struct Alias {
  std::string_view alias, name;
};
constexpr std::array aliases = {Alias{"lr", "eta"},
                                Alias{"learning_rate", "eta"},
                                Alias{"step", "eta"},
                                Alias{"b1", "beta1"},
                                Alias{"b2", "beta2"},
                                Alias{"beta_1", "beta1"},
                                Alias{"beta_2", "beta2"},
                                Alias{"smooth", "beta"},
                                Alias{"partial", "p"},
                                Alias{"epsilon", "eps"},
                                Alias{"weight-decay", "weight_decay"},
                                Alias{"eps-placement", "eps_placement"},
                                Alias{"second-moment", "second_moment"},
                                Alias{"first-step", "first_step"}};

}  // namespace

const std::vector<MethodEntry>& methods() {
  static const std::vector<MethodEntry> entries = table();
  return entries;
}

const MethodEntry& method_entry(const Definition& definition) {
  for (const MethodEntry& entry : methods())
    if (entry.id == definition.method) return entry;
  THALWEG_EXPECTS(!"a definition is made by define()");
  return methods().front();
}

bool rated(const Definition& definition) {
  static const std::vector<bool> of_rules = [] {
    std::vector<bool> all;
    Rules::for_each([&]<class A>() { all.push_back(RatedRule<A>); });
    return all;
  }();
  return of_rules[rule_instance(definition).rule];
}

std::string_view canonical_name(std::string_view name) {
  for (const Alias& alias : aliases)
    if (alias.alias == name) return alias.name;
  return name;
}

const std::vector<std::string_view>& hyper_parameter_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all{"eta"};
    const auto add = [&](std::string_view name) {
      if (std::find(all.begin(), all.end(), name) == all.end()) all.push_back(name);
    };
    for (const MethodEntry& entry : methods()) {
      for (const NumberField& field : entry.numbers) add(field.name);
      for (const ChoiceField& field : entry.choices) add(field.name);
    }
    return all;
  }();
  return names;
}

}  // namespace thalweg
