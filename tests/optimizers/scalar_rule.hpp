// A rule of the catalogue, chosen by a definition and driven one coordinate at a time: the scalar program that every engine must reproduce.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "lib/core/elementary.hpp"
#include "lib/optimizers/catalogue.hpp"
#include "lib/optimizers/definition.hpp"

namespace thalweg::testing {

struct ScalarStep {
  double update, rate, numerator;  // NaN where the rule states no A-LR
};

class ScalarRule {
 public:
  explicit ScalarRule(const Definition& definition)
      : instance_(rule_instance(definition)), row_(rows()[instance_.rule]), slots_(row_.slots) {
    reset();
  }
  void reset() { row_.initial(instance_.hyper.data(), slots_.data()); }
  ScalarStep step(double g, double x, std::uint64_t t) { return row_.step(instance_.hyper.data(), g, x, t, slots_.data()); }
  std::vector<double>& slots() { return slots_; }
  std::size_t hyper_bytes() const { return row_.hyper_bytes; }
  const RuleInstance& instance() const { return instance_; }

 private:
  struct Row {
    std::size_t slots, hyper_bytes;
    void (*initial)(const void*, double*);
    ScalarStep (*step)(const void*, double, double, std::uint64_t, double*);
  };

  template <class A>
  static Row row() {
    if constexpr (PhasedRule<A>) return {0, 0, nullptr, nullptr};
    else return stepping_row<A>();
  }
  template <class A>
  static Row stepping_row() {
    using State = typename A::template Slots<double>;
    const auto read = [](const void* hyper) {
      typename A::Hyper value;
      std::memcpy(static_cast<void*>(&value), hyper, sizeof value);
      return value;
    };
    static const auto reader = read;
    return {slot_count<A>, sizeof(typename A::Hyper),
            [](const void* hyper, double* slots) {
              const State first = A::initial(reader(hyper));
              if constexpr (slot_count < A >> 0) std::memcpy(slots, &first, sizeof first);
            },
            [](const void* hyper, double g, double x, std::uint64_t t, double* slots) {
              const auto made = A::at(reader(hyper), t);
              State state;
              if constexpr (slot_count < A >> 0) std::memcpy(static_cast<void*>(&state), slots, sizeof state);
              const double update = A::template apply<double>(g, x, state, made);
              if constexpr (slot_count < A >> 0) std::memcpy(slots, &state, sizeof state);
              if constexpr (RatedRule<A>) {
                return ScalarStep{update, A::template rate<double>(state, made), A::template numerator<double>(g, state)};
              } else {
                return ScalarStep{update, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
              }
            }};
  }

  static const std::vector<Row>& rows() {
    static const std::vector<Row> all = [] {
      std::vector<Row> made;
      Rules::for_each([&]<class A>() { made.push_back(row<A>()); });
      return made;
    }();
    return all;
  }

  RuleInstance instance_;
  const Row& row_;
  std::vector<double> slots_;
};

// Every method with every preset, of one kind of rule (lib/optimizers/rule.hpp).
inline std::vector<std::string> presets_of(bool phased) {
  std::vector<std::string> names;
  for (const MethodEntry& entry : methods())
    for (const Preset& preset : entry.presets)
      if (entry.phased == phased) names.push_back(std::string(entry.id) + "@" + std::string(preset.id));
  return names;
}
inline std::vector<std::string> all_presets() { return presets_of(false); }
inline std::vector<std::string> phased_presets() { return presets_of(true); }

// Seeded uniform numbers in [0, 1): the tests must not depend on a library's distributions.
class Uniform {
 public:
  explicit Uniform(std::uint64_t seed) : state_(seed) {}
  double operator()() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
  }
  double operator()(double lower, double upper) { return lower + (upper - lower) * (*this)(); }

 private:
  std::uint64_t state_;
};

}  // namespace thalweg::testing
