// The names that a card may use, each with its units. Units are products of powers of three base units: f of the objective, x of the iterate and
// eta of the step size.
//
// Why eta is one of them. An update is x_{t+1} = x_t - eta A_t m_t with m_t a mean of gradients, f/x: eta A has the units x^2/f, and how they are
// shared out is the definition's business. sgd has A = 1 and eta in x^2/f; Adam, and whatever divides by a gradient, has A in x/f and eta in x;
// Padam has A in (x/f)^(2p). The update does not change under (eta, A) -> (c eta, A/c) (docs/theory.md, Lemma 3), so what is true of all of them is
// consistent whatever units eta has: eta keeps a unit of its own, the A-LR has x^2/(f eta), and L mu2 eta has none. A card whose methods agree on the
// units of eta gets these instead (eta_units): Adam's eps, of f/x, may then meet mu2.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/core/expression_units.hpp"

namespace thalweg {

struct CardName {
  std::string_view id;
  std::string_view units;  // as an expression in f, x and eta: "f/x^2"; "1": none
  bool indexed = false;    // L[j], eta[t]
};

// Of problem, oracle, start, run and path; without hyper-parameters and parameters of noises.
std::span<const CardName> card_names();

// The units that a field of a definition may have. Several where a choice of the definition decides: eps stands inside the root or outside it.
// Empty: not known.
std::span<const std::string_view> field_units(std::string_view field);

// Every name that some problem, noise and method has; indexed ones apart.
std::vector<std::string> known_names(bool indexed);

// "f/x^2" as units. SpecError for a name other than f, x, eta.
Units parse_units(const std::string& text, const Place& place = {});

// All that a name may have, in the order of preference; empty: not known.
std::vector<Units> units_of_name(std::string_view name, bool indexed);
// Of a metric; nothing when not known.
std::optional<Units> units_of_metric(std::string_view metric);
// Of eta in a method's update; nothing where they depend on its fields.
std::optional<Units> eta_units(std::string_view method);

}  // namespace thalweg
