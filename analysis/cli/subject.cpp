#include "analysis/cli/subject.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "analysis/cli/session.hpp"
#include "lib/core/check.hpp"

namespace thalweg::cli {

Problem subject(const SubjectOptions& options) {
  if (!options.dim) return problem_of(options.problem, options.objective, options.problem_set);
  const double dim = static_cast<double>(*options.dim);
  for (const auto& [name, text] : pairs(options.problem_set, "--problem-set")) {
    if (name != "dim") continue;
    const double other = parameters({name + "=" + text}, "--problem-set").begin()->second.front();
    if (other != dim) throw SpecError({{}, "--dim", std::to_string(*options.dim), fmt::format("contradicts --problem-set dim={:g}; leave out one", other)});
  }
  return problem_of(options.problem, options.objective, options.problem_set, {{"dim", {dim}}});
}

Box region_of(const std::string& text, std::size_t dim) {
  if (text.empty()) return {};
  const std::size_t colon = text.find(':');
  const std::string each = "one for each coordinate of the problem";
  if (colon == std::string::npos) {
    double half = 0.0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), half);
    if (failure != std::errc() || end != text.data() + text.size() || !(half > 0.0) || !std::isfinite(half))
      throw SpecError({{}, "--region", text, "must be a half-width above 0, or lower:upper"});
    return cube(dim, half);
  }
  const std::vector<double> lower = coordinates(text.substr(0, colon), dim, "--region", each), upper = coordinates(text.substr(colon + 1), dim, "--region", each);
  for (std::size_t j = 0; j < dim; ++j)
    if (!(lower[j] < upper[j])) throw SpecError({{}, "--region", text, fmt::format("lower must be below upper in every coordinate; here {} and {}", lower[j], upper[j])});
  return {PerCoordinate<double>(lower), PerCoordinate<double>(upper)};
}

std::string words(const Box& region) {
  if (region.everything()) return "all of R^d";
  if (region.lower.stored().size() == 1 && region.upper.stored().size() == 1)
    return fmt::format("[{}, {}]{}", region.lower.front(), region.upper.front(), region.lower.size() > 1 ? fmt::format("^{}", region.lower.size()) : "");
  return fmt::format("from {} to {}", words(region.lower.values()), words(region.upper.values()));
}

std::string words(const std::vector<double>& x) {
  std::string out = "(";
  for (std::size_t j = 0; j < x.size() && j < 8; ++j) out += fmt::format("{}{:.17g}", j == 0 ? "" : ", ", x[j]);
  return out + (x.size() > 8 ? ", ...)" : ")");
}

}  // namespace thalweg::cli
