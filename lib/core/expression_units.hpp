// Units of expressions: products of rational powers of base units that the caller names ("x", "f", "eta" ...), followed through a formula.
//
// + - < <= > >= == min max if ask for equal units; exp log sin ... , indices and limits for none. A literal 0 has whatever units are asked for.
// u^p multiplies the exponents by p when p is made of literals (2, -1/2, 0.5); by any other p only a number without units may be raised.
// sqrt halves; a product over an index may have units only if its limits are literals. Every inconsistency is reported, each once, where it
// arises; what is not known (a name without units) agrees with everything.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/core/expression.hpp"

namespace thalweg {

// numerator / denominator in lowest terms, denominator > 0.
struct Rational {
  std::int64_t numerator = 0, denominator = 1;
  static Rational of(std::int64_t numerator, std::int64_t denominator = 1);
  friend Rational operator+(Rational a, Rational b) { return of(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator); }
  friend Rational operator*(Rational a, Rational b) { return of(a.numerator * b.numerator, a.denominator * b.denominator); }
  friend bool operator==(const Rational&, const Rational&) = default;
};

// Base units and their exponents, none of them 0. Empty: a number.
class Units {
 public:
  Units() = default;
  static Units base(const std::string& name, Rational exponent = {1, 1});
  const std::map<std::string, Rational>& exponents() const { return exponents_; }
  bool none() const { return exponents_.empty(); }
  Units power(Rational exponent) const;
  friend Units operator*(const Units& a, const Units& b);
  friend Units operator/(const Units& a, const Units& b) { return a * b.power({-1, 1}); }
  friend bool operator==(const Units&, const Units&) = default;

 private:
  std::map<std::string, Rational> exponents_;
};

// "f/x^2", "1/eta", "f^(1/2)"; "no units".
std::string to_string(const Units& units);

struct UnitsReport {
  std::optional<Units> units;         // of the whole; none when not known. A condition has no units
  std::vector<SpecError> problems;    // in the order of the text
  bool consistent() const { return problems.empty(); }
};

// units_of: of a name, or with indexed set of an indexed name's elements; nothing when not known.
using UnitsOfName = std::function<std::optional<Units>(std::string_view name, bool indexed)>;
UnitsReport check_units(const Expression& expression, const UnitsOfName& units_of);

}  // namespace thalweg
