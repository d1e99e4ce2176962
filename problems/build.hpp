// What the families' build functions share: reading parameters, storage behind views, arithmetic of constants with provenance.
// Host only, but light: no interval header, so that a family's header stays fit for device compilers (problems/enclose.hpp has the rest).
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lib/core/check.hpp"
#include "problems/problem.hpp"

namespace thalweg {

// ---- parameters: complete and within their ranges when build sees them

inline double number(const Parameters& values, std::string_view name) {
  const auto found = values.find(name);
  THALWEG_EXPECTS(found != values.end() && found->second.size() == 1);
  return found->second.front();
}
inline std::size_t count(const Parameters& values, std::string_view name) { return static_cast<std::size_t>(number(values, name)); }
inline const std::vector<double>& list(const Parameters& values, std::string_view name) {
  const auto found = values.find(name);
  THALWEG_EXPECTS(found != values.end());
  return found->second;
}
// One value for each of n coordinates: a single number stands for all.
PerCoordinate<double> spread(const Parameters& values, std::string_view name, std::size_t n);
// n values from `first` to `last` in geometric progression, both ends exact; n = 1 gives `last`.
PerCoordinate<double> geometric(double first, double last, std::size_t n);

// The shortest text that reads back to the same number, for messages and canonical texts.
std::string written(double value);
std::string written(const std::vector<double>& values);  // "3" or "[1, 2]"

// Parameters that many families have.
// Facts of alike coordinates take no room; families that know one fact for each of them stop earlier.
constexpr double most_alike_coordinates = 1e9, most_listed_coordinates = 1e6;
Parameter dim_parameter(double initial, double most = most_alike_coordinates);
Parameter scale_parameter(std::string_view meaning);
Parameter start_parameter(double initial);
Parameter region_parameter(double initial);
Parameter box_parameter(double initial);
// A start whose default is a list, repeated as often as the coordinates need; and its values for n coordinates. SpecError for a list of another length.
Parameter listed_start_parameter(std::string_view meaning);
PerCoordinate<double> start_or(const Parameters& values, const std::vector<double>& repeated, std::size_t n);
// Planted data of synthetic problems.
Parameter seed_parameter();

// ---- constants

// a b for real a and b: exact when the product is representable.
Constant product(double a, double b, std::string source = "definition");
// a / b, b > 0, and c a with a real factor: exact where the result is representable.
Constant quotient(double a, double b, std::string source = "definition");
Constant scaled(const Constant& c, double a);
// A number given in 15 digits or more: within a relative 2e-15.
Constant rounded(double value, std::string source);
PerCoordinate<Constant> products(const PerCoordinate<double>& a, double b, const std::string& source = "definition");
// The largest and the smallest of several constants; exact when the inputs are.
Constant largest(const PerCoordinate<Constant>& constants);
Constant smallest(const PerCoordinate<Constant>& constants);

// n normal draws rounded to multiples of 2^-8, so that sums of a few products of them are exact. `which` tells the uses of one seed apart.
std::vector<double> planted_normals(const Parameters& values, std::uint64_t which, std::size_t n);

// The number "start" times n other normal draws of the same seed: the first iterate where alike coordinates would stay alike.
PerCoordinate<double> drawn_start(const Parameters& values, std::size_t n);

// Facts that hold for every objective with minimum 0 at the origin.
Facts facts_with_minimiser_zero(std::size_t dim);
// Those of an objective with minimum 0 at a point that is not smooth everywhere: its constants hold on the cube of this half-width about 0.
Facts facts_with_minimiser(PerCoordinate<double> minimiser, double region);
// The box [-side/2, side/2]^dim.
inline Box box_of_side(std::size_t dim, double side) { return cube(dim, 0.5 * side); }

}  // namespace thalweg
