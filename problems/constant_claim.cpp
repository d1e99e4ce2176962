// Claims as text.
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "lib/core/check.hpp"
#include "problems/build.hpp"
#include "problems/falsify.hpp"

namespace thalweg {

namespace {

struct Name {
  std::string_view name;
  ClaimedConstant kind;
};
constexpr std::array<Name, 8> names = {{{"L", ClaimedConstant::L}, {"L_j", ClaimedConstant::L_j}, {"G_j", ClaimedConstant::G_j}, {"mu", ClaimedConstant::mu}, {"mu_pl", ClaimedConstant::mu_pl},
                                        {"f_star", ClaimedConstant::f_star}, {"convex", ClaimedConstant::convex}, {"weak_convexity", ClaimedConstant::weak_convexity}}};

template <class T>
bool reads(std::string_view text, T& value) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failure == std::errc() && end == text.data() + text.size();
}

ConstantClaim named(std::string_view name, const std::string& whole) {
  if (name.starts_with("L_") || name.starts_with("G_")) {
    std::size_t j = 0;
    if (reads(name.substr(2), j)) return {name.front() == 'L' ? ClaimedConstant::L_j : ClaimedConstant::G_j, 0.0, j};
  }
  std::vector<std::string_view> known;
  for (const Name& n : names) {
    if (n.name == name) return {n.kind, 0.0, std::nullopt};
    known.push_back(n.name);
  }
  throw SpecError({{}, "--claim", whole, unknown_clause("constant", name, known) + "; L_3 and G_3 are those of one coordinate, counted from 0"});
}

}  // namespace

std::string text(const ConstantClaim& claim) {
  if (claim.kind == ClaimedConstant::convex) return "convex";
  std::string name;
  for (const Name& n : names)
    if (n.kind == claim.kind) name = n.name;
  if (claim.coordinate) name = name.substr(0, 2) + std::to_string(*claim.coordinate);
  return name + "=" + written(claim.value);
}

ConstantClaim constant_claim(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  ConstantClaim out = named(name, text);
  if (out.kind == ClaimedConstant::convex) {
    if (equals != std::string::npos) throw SpecError({{}, "--claim", text, "convex takes no value; mu = c claims strong convexity"});
    return out;
  }
  if (equals == std::string::npos || equals + 1 == text.size()) throw SpecError({{}, "--claim", text, "must be NAME=VALUE, such as L=4, or convex"});
  if (!reads(std::string_view(text).substr(equals + 1), out.value) || !std::isfinite(out.value))
    throw SpecError({{}, "--claim " + name, text.substr(equals + 1), "must be a finite number"});
  const bool a_size = out.kind == ClaimedConstant::L || out.kind == ClaimedConstant::L_j || out.kind == ClaimedConstant::G_j || out.kind == ClaimedConstant::weak_convexity;
  if (a_size && out.value < 0.0) throw SpecError({{}, "--claim " + name, text.substr(equals + 1), "must be a finite number >= 0"});
  return out;
}

}  // namespace thalweg
