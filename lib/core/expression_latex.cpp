#include <algorithm>
#include <array>

#include "lib/core/expression_builder.hpp"

namespace thalweg {

namespace {

using Op = Expression::Op;
using Function = Expression::Function;

constexpr std::array<std::string_view, 37> greek = {
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "rho", "sigma", "tau", "upsilon",
    "varphi", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega", "ell", "nabla", "pi"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string letter(std::string_view word) {
  if (word == "eps") return "\\varepsilon";
  if (std::find(greek.begin(), greek.end(), word) != greek.end()) return "\\" + std::string(word);
  if (word.size() == 1) return std::string(word);
  return "\\mathrm{" + std::string(word) + "}";
}

// A subscript is set as letters when short, as a word when longer.
std::string subscript_of(std::string_view part) {
  if (part == "inf") return "\\infty";
  const bool word = part.size() > 3 && std::all_of(part.begin(), part.end(), is_letter);
  const bool known = std::find(greek.begin(), greek.end(), part) != greek.end();
  return known ? "\\" + std::string(part) : word ? "\\mathrm{" + std::string(part) + "}" : std::string(part);
}

// A letter with what hangs on it: "sigma2_one" is sigma, subscript one, superscript 2.
struct Symbol {
  std::string base;
  std::vector<std::string> subscripts;
  std::string superscript;
  std::string primes;

  static std::string braced(const std::string& script) { return script.size() == 1 ? script : "{" + script + "}"; }
  std::string text() const {
    std::string all = base + primes;
    std::string below;
    for (const std::string& s : subscripts) below += (below.empty() ? "" : ",") + s;
    // \infty and a single sign need no braces.
    if (!below.empty()) all += "_" + (below.front() == '\\' && std::all_of(below.begin() + 1, below.end(), is_letter) ? below : braced(below));
    if (!superscript.empty()) all += "^" + (superscript.front() == '\\' ? superscript : braced(superscript));
    return all;
  }
};

bool ends_in_square(std::string_view part) { return part.size() > 2 && part.ends_with("sq") && is_digit(part[part.size() - 3]); }

Symbol symbol_of(std::string_view name) {
  Symbol made;
  std::size_t end = name.find('_', 1);
  std::string_view head = name.substr(0, end);
  if (ends_in_square(head)) {
    made.superscript = "2";
    head.remove_suffix(2);
  }
  std::size_t digits = head.size();
  while (digits > 1 && is_digit(head[digits - 1])) --digits;
  const std::string_view number = head.substr(digits);
  head = head.substr(0, digits);
  made.base = letter(head);
  if (head == "sigma" && number == "2") made.superscript = "2";  // the variance
  else if (!number.empty()) made.subscripts.emplace_back(number);
  if (head == "grad") {
    made.base = "\\|\\nabla f(x" + (number.empty() ? std::string() : "_" + Symbol::braced(std::string(number))) + ")\\|";
    made.subscripts.clear();
  }
  while (end != std::string_view::npos) {
    const std::size_t next = name.find('_', end + 1);
    const std::string_view part = name.substr(end + 1, next == std::string_view::npos ? next : next - end - 1);
    if (part == "star") made.superscript = "\\ast";
    else if (part == "sq") made.superscript = "2";
    else if (part == "prime") made.primes += "'";
    else if (!part.empty()) made.subscripts.push_back(subscript_of(part));
    end = next;
  }
  return made;
}

// How tightly the printed form binds.
enum Binding { loosest, disjunction, conjunction, negation, comparison, addition, multiplication, scripted, atom };

class Writer {
 public:
  explicit Writer(const Expression& e) : e_(e) {}

  std::string print(std::uint32_t i, int least) const {
    const auto [text, own] = bare(e_.node(i));
    return own < least ? "\\left(" + text + "\\right)" : text;
  }

 private:
  using Printed = std::pair<std::string, int>;

  Printed bare(const Expression::Node& n) const {
    switch (n.op) {
      case Op::number: return number(n);
      case Op::pi: return {"\\pi", atom};
      case Op::name: return symbol(symbol_of(n.name));
      case Op::indexed: {
        Symbol s = symbol_of(n.name);
        s.subscripts.push_back(print(n.args[0], loosest));
        return symbol(s);
      }
      case Op::add: return {print(n.args[0], addition) + " + " + print(n.args[1], multiplication), addition};
      case Op::subtract: return {print(n.args[0], addition) + " - " + print(n.args[1], multiplication), addition};
      case Op::negate: return {"-" + print(n.args[0], multiplication), addition};
      case Op::multiply: return product(n);
      case Op::divide: return {"\\frac{" + print(n.args[0], loosest) + "}{" + print(n.args[1], loosest) + "}", multiplication};
      case Op::power:
      case Op::integer_power: return power(n);
      case Op::call: return call(n);
      case Op::conditional:
        return {"\\begin{cases} " + print(n.args[1], loosest) + " & \\text{if } " + print(n.args[0], loosest) + " \\\\ " + print(n.args[2], loosest) + " & \\text{otherwise} \\end{cases}", addition};
      case Op::sum:
      case Op::product: return repeated(n);
      default: return condition(n);
    }
  }

  // 1.5e-8 is 1.5 \cdot 10^{-8}.
  Printed number(const Expression::Node& n) const {
    const std::string text = number_text(n.number);
    const std::size_t e = text.find('e');
    if (e == std::string::npos) return {text, atom};
    const std::string ten = "10^" + Symbol::braced(text.substr(e + 1));
    if (text.substr(0, e) == "1") return {ten, scripted};
    return {text.substr(0, e) + " \\cdot " + ten, multiplication};
  }
  static Printed symbol(const Symbol& s) { return {s.text(), s.superscript.empty() && s.primes.empty() ? atom : scripted}; }

  Printed product(const Expression::Node& n) const {
    const std::string left = print(n.args[0], multiplication);
    const std::string right = print(n.args[1], e_.node(n.args[1]).op == Op::multiply ? scripted : multiplication);
    const bool dot = is_digit(right.front()) || right.starts_with("10^");
    return {left + (dot ? " \\cdot " : " ") + right, multiplication};
  }
  std::string script(std::uint32_t i) const { return Symbol::braced(print(i, loosest)); }
  Printed power(const Expression::Node& n) const { return {print(n.args[0], atom) + "^" + script(n.args[1]), scripted}; }

  Printed call(const Expression::Node& n) const {
    const std::string x = print(n.args[0], loosest);
    switch (n.function) {
      case Function::abs: return {"\\left|" + x + "\\right|", atom};
      case Function::sqrt: return {"\\sqrt{" + x + "}", atom};
      case Function::floor: return {"\\left\\lfloor" + x + "\\right\\rfloor", atom};
      case Function::pow: return power(n);
      case Function::log1p: return {"\\log\\left(1 + " + print(n.args[0], multiplication) + "\\right)", multiplication};
      case Function::expm1:
      case Function::softplus:
      case Function::sigmoid: return {"\\operatorname{" + std::string(to_string(n.function)) + "}\\left(" + x + "\\right)", multiplication};
      case Function::min:
      case Function::max: {
        std::string all = x;
        for (std::size_t k = 1; k < n.args.size(); ++k) all += ", " + print(n.args[k], loosest);
        return {"\\" + std::string(to_string(n.function)) + "\\left\\{" + all + "\\right\\}", multiplication};
      }
      default: return {"\\" + std::string(to_string(n.function)) + "\\left(" + x + "\\right)", multiplication};
    }
  }

  Printed repeated(const Expression::Node& n) const {
    const std::string sign = n.op == Op::sum ? "\\sum" : "\\prod";
    const std::string index = symbol_of(n.name).text();
    const std::string term = print(n.args.back(), multiplication);
    if (n.args.size() == 1) return {sign + "_" + Symbol::braced(index) + " " + term, addition};
    return {sign + "_{" + index + "=" + print(n.args[0], loosest) + "}^{" + print(n.args[1], loosest) + "} " + term, addition};
  }

  Printed condition(const Expression::Node& n) const {
    const auto both = [&](const std::string& sign, int own, int left) { return Printed{print(n.args[0], left) + sign + print(n.args[1], own + 1), own}; };
    switch (n.op) {
      case Op::less: return both(" < ", comparison, addition);
      case Op::less_equal: return both(" \\le ", comparison, addition);
      case Op::greater: return both(" > ", comparison, addition);
      case Op::greater_equal: return both(" \\ge ", comparison, addition);
      case Op::equal: return both(" = ", comparison, addition);
      case Op::logical_and: return both(" \\text{ and } ", conjunction, conjunction);
      case Op::logical_or: return both(" \\text{ or } ", disjunction, disjunction);
      default: return {"\\text{not } " + print(n.args[0], negation), negation};
    }
  }

  const Expression& e_;
};

}  // namespace

std::string latex_name(std::string_view name) { return symbol_of(name).text(); }

std::string to_latex(const Expression& expression) { return Writer(expression).print(expression.root(), loosest); }

}  // namespace thalweg
