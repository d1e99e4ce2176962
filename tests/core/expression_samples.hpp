// Random expressions as text, every operand in brackets: what they mean does not depend on what binds tighter.
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace thalweg {

class ExpressionSampler {
 public:
  explicit ExpressionSampler(std::uint64_t seed) : random_(seed) {}

  std::string text(int depth) { return below(10) == 0 ? condition(depth) : value(depth); }

  // A number in x, y, the array v[0..3] and coordinates 0..3 at most `depth` operations deep.
  std::string value(int depth) {
    if (depth == 0) return leaf();
    const auto operand = [&] { return "(" + value(depth - 1) + ")"; };
    switch (below(16)) {
      case 0: return operand() + " + " + operand();
      case 1: return operand() + " - " + operand();
      case 2: return operand() + "*" + operand();
      case 3: return operand() + "/" + operand();
      case 4: return "-" + operand();
      case 5: return operand() + "^" + std::to_string(below(5));
      case 6: return operand() + "^-" + std::to_string(below(3));
      case 7: return "abs(" + value(depth - 1) + ")^" + operand();
      case 8: return one_of({"abs", "exp", "sin", "cos", "tanh", "softplus", "sigmoid", "expm1"}) + operand();
      case 9: return one_of({"sqrt", "log1p"}) + "(abs" + operand() + ")";
      case 10: return one_of({"min", "max"}) + "(" + value(depth - 1) + ", " + value(depth - 1) + (below(2) == 0 ? ", " + value(depth - 1) : "") + ")";
      case 11: return "if(" + condition(depth - 1) + ", " + value(depth - 1) + ", " + value(depth - 1) + ")";
      case 12: return one_of({"sum(k, ", "prod(k, "}) + std::to_string(below(2)) + ", " + std::to_string(below(4)) + ", (" + value(depth - 1) + ")*k + v[k])";
      case 13: return one_of({"sum(", "prod("}) + "v[i]*(" + value(depth - 1) + "))";
      default: return leaf();
    }
  }

  std::string condition(int depth) {
    const auto number = [&] { return "(" + value(depth > 0 ? depth - 1 : 0) + ")"; };
    const auto truth = [&] { return "(" + condition(depth - 1) + ")"; };
    switch (depth > 0 ? below(6) : 0) {
      case 1: return truth() + " and " + truth();
      case 2: return truth() + " or " + truth();
      case 3: return "not " + truth();
      default: return number() + one_of({" < ", " <= ", " > ", " >= ", " == "}) + number();
    }
  }

 private:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  std::string one_of(std::initializer_list<const char*> words) { return *(words.begin() + below(words.size())); }
  std::string leaf() {
    switch (below(6)) {
      case 0: return std::to_string(below(4));
      case 1: return one_of({"0.5", "1e-8", "2.25", "0.1", "pi"});
      case 2: return "v[" + std::to_string(below(4)) + "]";
      case 3: return "y";
      default: return "x";
    }
  }

  std::mt19937_64 random_;
};

}  // namespace thalweg
