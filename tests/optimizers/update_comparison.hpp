// A definition against its transcription in 50 digits, one step at a time.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "tests/optimizers/scalar_rule.hpp"
#include "tests/oracle/update_oracle.hpp"

namespace thalweg::testing {

using oracle::Real;

// What L2 decay adds to the gradient; decoupled decay is in the transcription.
inline Real l2_decay(const Definition& definition, double x) {
  return definition.choice("decay") == "l2" ? Real(definition.number("weight_decay")) * Real(x) : Real(0);
}

inline double ulp(const Real& x) {
  const double y = static_cast<double>(x);
  return std::nextafter(std::fabs(y), std::numeric_limits<double>::infinity()) - std::fabs(y);
}

// A number within `tolerance` of 0 may have either sign after rounding, and with it a discontinuous update.
inline bool decided(const MethodEntry& entry, const oracle::Update& exact, double tolerance) {
  return !entry.discontinuous || exact.argument_terms == 0 || abs(exact.argument) > Real(tolerance) * Real(ulp(exact.argument_terms));
}

// |computed - exact| in ulps of the sum of absolute terms.
inline double error_in_ulps(double computed, const oracle::Update& exact) {
  const Real difference = abs(Real(computed) - exact.value);
  if (difference == 0) return 0.0;
  return static_cast<double>(difference / Real(ulp(exact.magnitude)));
}

struct Case {
  std::string name;
  oracle::Parameters parameters;
};

// The preset with these hyper-parameters, as far as it has the fields.
inline Definition defined(const Case& c) {
  const Definition plain = define(c.name);
  Overrides overrides;
  const auto& k = c.parameters;
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, double>>{{"beta1", k.beta1},
                                                                                         {"beta2", k.beta2},
                                                                                         {"eps", k.eps},
                                                                                         {"beta", k.beta},
                                                                                         {"p", k.p},
                                                                                         {"momentum", k.momentum},
                                                                                         {"weight_decay", k.weight_decay},
                                                                                         {"lr_decay", k.lr_decay},
                                                                                         {"dampening", k.dampening},
                                                                                         {"nu", k.nu},
                                                                                         {"nu1", k.nu1},
                                                                                         {"nu2", k.nu2},
                                                                                         {"beta3", k.beta3},
                                                                                         {"eps_root", k.eps_root},
                                                                                         {"momentum_decay", k.momentum_decay},
                                                                                         {"final_rate", k.final_rate},
                                                                                         {"gamma", k.gamma}})
    if (plain.has(name)) overrides.emplace_back(name, value);
  return define(c.name, overrides);
}

// Signed magnitudes from 1e-12 to 1e4, one in ten exactly zero.
inline double gradient(Uniform& uniform) {
  const double kind = uniform();
  const double size = std::pow(10.0, uniform(-12.0, 4.0));
  return kind < 0.1 ? 0.0 : kind < 0.55 ? size : -size;
}

// One step from random states, with the same state on both sides: the largest error in ulps of the sum of absolute terms.
inline double worst_of_single_steps(const Case& c, int trials, std::uint64_t seed) {
  const Definition rule_definition = defined(c);
  ScalarRule rule(rule_definition);
  const auto& transcription = oracle::transcriptions().at(c.name);
  const bool decorrelated = c.name.starts_with("decorrelated");
  const bool divides_by_root = define(c.name).has("eps");
  Uniform uniform(seed);
  double worst = 0.0;
  for (int trial = 0; trial < trials; ++trial) {
    const auto t = static_cast<unsigned>(trial < 20 ? trial + 1 : std::pow(10.0, uniform(0.0, 6.0)));
    const double m = gradient(uniform), v = std::pow(gradient(uniform), 2.0), g = gradient(uniform), x = uniform(-3.0, 3.0);
    const double extra = decorrelated ? 0.0 : v * uniform(1.0, 2.0);
    if (divides_by_root && c.parameters.eps == 0.0 && v == 0.0 && (g == 0.0 || decorrelated)) continue;  // D = 0
    oracle::State state{m, v, extra, std::fabs(m), {}, 0};
    const auto& names = method_entry(rule_definition).state;
    for (std::size_t k = 0; k < names.size(); ++k) {
      const std::string_view name = names[k];
      if (name == "m" || name == "b") {
        rule.slots()[k] = m;
      } else if (name == "v" || name == "u" || name == "s") {
        rule.slots()[k] = v;
      } else if (name == "v_max" || name == "v_previous") {
        rule.slots()[k] = extra;
      } else {
        rule.slots()[k] = gradient(uniform);
        if (name.ends_with("_sq")) rule.slots()[k] *= rule.slots()[k];  // an average of squares
        state.other[std::string(name)] = rule.slots()[k];
      }
    }
    state.x = x;
    const double computed = rule.step(g, x, t).update;
    const Real decay = l2_decay(rule_definition, x);
    const oracle::Update exact = transcription(state, c.parameters, Real(g) + decay, abs(Real(g)) + abs(decay), t);
    if (!decided(method_entry(rule_definition), exact, 8.0)) continue;
    worst = std::max(worst, error_in_ulps(computed, exact));
  }
  return worst;
}

}  // namespace thalweg::testing
