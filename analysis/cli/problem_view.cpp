#include "analysis/cli/problem_view.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "analysis/report/problem_facts.hpp"

namespace thalweg::cli {

namespace {

using nlohmann::ordered_json;

ordered_json end(double value) { return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr); }

ordered_json constant_json(const Constant& c) {
  return {{"lower", end(c.lower)}, {"upper", end(c.upper)}, {"trust", to_string(c.trust)}, {"source", c.source}};
}

bool same(const Constant& a, const Constant& b) { return a.lower == b.lower && a.upper == b.upper && a.trust == b.trust && a.source == b.source; }

// In the order of the coordinates; one entry stands for `coordinates` neighbours that are alike.
ordered_json each_json(const PerCoordinate<Constant>& constants) {
  ordered_json all = ordered_json::array();
  const std::vector<Constant>& stored = constants.stored();
  for (std::size_t first = 0, next = 0; first < stored.size(); first = next) {
    while (next < stored.size() && same(stored[next], stored[first])) ++next;
    all.push_back({{"coordinates", (next - first) * constants.multiplicity()}});
    all.back().update(constant_json(stored[first]));
  }
  return all;
}

void print_constant(std::string_view name, const Constant& c, std::string_view meaning) {
  if (!c.known()) return;
  const std::string value = c.lower == c.upper ? fmt::format("{:.12g}", c.lower) : fmt::format("[{:.12g}, {:.12g}]", c.lower, c.upper);
  fmt::print("{:<17}  {:<32} {} ({}); {}\n", name, value, to_string(c.trust), c.source, meaning);
}

bool regional(const Facts& f) { return !f.region.everything(); }

}  // namespace

std::string facts_json(const Problem& problem) {
  const Facts& f = problem.facts;
  ordered_json row = {{"dim", f.dim}, {"properties", properties_of(problem)}, {"constants", ordered_json::object()}};
  for (const NamedConstant& named : constants_of(f))
    if (named.constant->known()) row["constants"][named.name] = constant_json(*named.constant);
  if (!f.L_j.empty()) row["constants"]["L_j"] = each_json(f.L_j);
  if (!f.gradient_bound.empty() && !regional(f)) row["constants"]["G_j"] = each_json(f.gradient_bound);
  row["minimisers"] = f.minimisers.empty() ? ordered_json(nullptr) : ordered_json(f.minimisers);
  row["region"] = nullptr;
  if (regional(f)) {
    ordered_json on = {{"lower", f.region.lower.stored()}, {"upper", f.region.upper.stored()}, {"constants", ordered_json::object()}};
    for (const NamedConstant& named : constants_on_region(f))
      if (named.constant->known()) on["constants"][named.name] = constant_json(*named.constant);
    if (!f.on_region.L_j.empty()) on["constants"]["L_j"] = each_json(f.on_region.L_j);
    if (!f.gradient_bound.empty()) on["constants"]["G_j"] = each_json(f.gradient_bound);
    row["region"] = std::move(on);
  }
  return row.dump();
}

void print_facts(const Problem& problem) {
  const Facts& f = problem.facts;
  fmt::print("facts              {}; d = {}\n", fmt::join(properties_of(problem), ", "), f.dim);
  if (!f.minimisers.empty()) fmt::print("minimisers         {}\n", f.minimisers);
  for (const NamedConstant& named : constants_of(f)) print_constant(named.name, *named.constant, named.meaning);
  const auto each = [&](std::string_view name, const PerCoordinate<Constant>& constants, std::string_view meaning) {
    if (constants.empty()) return;
    const bool alike = constants.stored().size() == 1;
    print_constant(std::string(name) + (alike ? "_j" : "_1"), constants.front(), std::string(meaning) + (alike && f.dim > 1 ? ", every coordinate" : ""));
  };
  each("L", f.L_j, "Lipschitz constant along a coordinate");
  if (!regional(f)) {
    each("G", f.gradient_bound, "bound of |grad_j f|");
    return;
  }
  fmt::print("on the region      {}:\n", region_text(f.region));
  for (const NamedConstant& named : constants_on_region(f)) print_constant("  " + std::string(named.name), *named.constant, named.meaning);
  each("  L", f.on_region.L_j, "Lipschitz constant along a coordinate");
  each("  G", f.gradient_bound, "bound of |grad_j f|");
}

std::string facts_json(const Noise& noise) {
  const NoiseFacts& f = noise.facts;
  ordered_json row = {{"unbiased", f.unbiased}, {"symmetric", f.symmetric}, {"independent_coordinates", f.independent}, {"delay", noise.instance.delay}, {"finite_moments_below", end(f.moments)}, {"constants", ordered_json::object()}};
  const auto each = [&](const char* name, const PerCoordinate<Constant>& constants) {
    if (constants.front().known()) row["constants"][name] = each_json(constants);
  };
  each("variance", f.variance);
  each("third_moment", f.third_moment);
  each("bound", f.bound);
  row["growth"] = f.growth ? ordered_json{{"base", each_json(f.growth->base)}, {"factor", constant_json(f.growth->factor)}} : ordered_json(nullptr);
  return row.dump();
}

void print_facts(const Noise& noise) {
  const NoiseFacts& f = noise.facts;
  fmt::print("facts              {}{}, {}\n", f.unbiased ? "unbiased" : "biased", (f.symmetric ? std::string(", symmetric") : std::string()) + (f.independent ? "" : ", coordinates depend on each other"),
             std::isfinite(f.moments) ? fmt::format("moments below {:g} finite", f.moments) : std::string("all moments finite"));
  print_constant("variance", f.variance.front(), "Var xi_j given x");
  if (f.growth) {
    print_constant("variance base", f.growth->base.front(), "Var xi_j = base + factor g_j^2");
    print_constant("variance factor", f.growth->factor, "Var xi_j = base + factor g_j^2");
  }
  print_constant("third_moment", f.third_moment.front(), "E (xi_j - E xi_j)^3");
  print_constant("bound", f.bound.front(), "|xi_j| almost surely");
  if (noise.instance.delay > 0) fmt::print("delay              {} steps\n", noise.instance.delay);
  if (f.bias) fmt::print("bias               {:.6g} at g_j = 0, {:.6g} at 1, {:.6g} at -1\n", f.bias(0.0), f.bias(1.0), f.bias(-1.0));
}

}  // namespace thalweg::cli
