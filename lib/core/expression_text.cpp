#include <array>
#include <charconv>

#include "lib/core/expression_builder.hpp"

namespace thalweg {

namespace {

using Op = Expression::Op;

// How tightly a node binds: an operand is bracketed when it binds less than its operator asks for.
enum Binding { loosest, disjunction, conjunction, negation, comparison, addition, multiplication, sign, power, atom };

Binding binding(Op op) {
  switch (op) {
    case Op::logical_or: return disjunction;
    case Op::logical_and: return conjunction;
    case Op::logical_not: return negation;
    case Op::less:
    case Op::less_equal:
    case Op::greater:
    case Op::greater_equal:
    case Op::equal: return comparison;
    case Op::add:
    case Op::subtract: return addition;
    case Op::multiply:
    case Op::divide: return multiplication;
    case Op::negate: return sign;
    case Op::power:
    case Op::integer_power: return power;
    default: return atom;
  }
}

std::string_view symbol(Op op) {
  switch (op) {
    case Op::add: return " + ";
    case Op::subtract: return " - ";
    case Op::multiply: return "*";
    case Op::divide: return "/";
    case Op::power:
    case Op::integer_power: return "^";
    case Op::less: return " < ";
    case Op::less_equal: return " <= ";
    case Op::greater: return " > ";
    case Op::greater_equal: return " >= ";
    case Op::equal: return " == ";
    case Op::logical_and: return " and ";
    case Op::logical_or: return " or ";
    default: return "";
  }
}

class Printer {
 public:
  explicit Printer(const Expression& e) : e_(e) {}
  std::string out;

  void print(std::uint32_t i, int least) {
    const Expression::Node& n = e_.node(i);
    const bool brackets = binding(n.op) < least;
    if (brackets) out += '(';
    bare(n);
    if (brackets) out += ')';
  }

 private:
  void bare(const Expression::Node& n) {
    const int own = binding(n.op);
    switch (n.op) {
      case Op::number: out += number_text(n.number); return;
      case Op::pi: out += "pi"; return;
      case Op::name: out += n.name; return;
      case Op::indexed: arguments(n.name + "[", n, ']'); return;
      case Op::negate:
        out += '-';
        print(n.args[0], own);
        return;
      case Op::logical_not:
        out += "not ";
        print(n.args[0], own);
        return;
      case Op::call: arguments(std::string(to_string(n.function)) + "(", n, ')'); return;
      case Op::conditional: arguments("if(", n, ')'); return;
      case Op::sum:
      case Op::product: repeated(n); return;
      default: binary(n, own);
    }
  }
  void binary(const Expression::Node& n, int own) {
    const bool powers = own == power;
    const bool compares = own == comparison;
    print(n.args[0], powers || compares ? own + 1 : own);
    out += symbol(n.op);
    // The exponent of a^-b needs no brackets and a^b^c is a^(b^c).
    const bool negated = e_.node(n.args[1]).op == Op::negate && (own == addition || own == multiplication);
    print(n.args[1], powers ? sign : negated ? atom : own + 1);
  }
  void arguments(const std::string& opening, const Expression::Node& n, char closing) {
    out += opening;
    for (std::size_t k = 0; k < n.args.size(); ++k) {
      if (k > 0) out += ", ";
      print(n.args[k], loosest);
    }
    out += closing;
  }
  void repeated(const Expression::Node& n) {
    const std::string word = n.op == Op::sum ? "sum" : "prod";
    if (n.args.size() == 3) return arguments(word + "(" + n.name + ", ", n, ')');
    return arguments(word + (n.name == "i" ? "" : "_" + n.name) + "(", n, ')');
  }

  const Expression& e_;
};

}  // namespace

std::string number_text(double x) {
  std::array<char, 40> digits;
  const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), x).ptr;
  std::string text(static_cast<const char*>(digits.data()), end);
  if (const std::size_t e = text.find('e'); e != std::string::npos) {
    std::size_t first = e + 1;
    if (text[first] == '+') text.erase(first, 1);
    else if (text[first] == '-') ++first;
    while (first + 1 < text.size() && text[first] == '0') text.erase(first, 1);
  }
  return text;
}

std::string to_text(const Expression& expression, std::uint32_t node) {
  Printer printer(expression);
  printer.print(node, loosest);
  return std::move(printer.out);
}

std::string to_text(const Expression& expression) { return to_text(expression, expression.root()); }

}  // namespace thalweg
