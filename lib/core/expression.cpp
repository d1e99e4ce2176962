#include "lib/core/expression.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace thalweg {

namespace {

using Op = Expression::Op;

constexpr std::array<std::string_view, 14> function_names = {"abs", "sqrt", "exp", "expm1", "log", "log1p", "pow", "sin", "cos", "tanh", "softplus", "sigmoid", "min", "max"};
constexpr int deepest = 400;

}  // namespace

class ExpressionParser {
 public:
  ExpressionParser(const std::string& text, Place place) : text_(text), place_(std::move(place)) {}

  Expression parse() {
    if (text_.find_first_not_of(" \t\n") == std::string::npos) fail(0, "is empty; an expression is expected");
    const std::uint32_t root = disjunction();
    skip();
    if (at_ < text_.size()) fail(at_, std::string("unexpected '") + text_[at_] + "'; the expression ended before it");
    Expression made;
    made.nodes_ = std::make_shared<const std::vector<Expression::Node>>(std::move(nodes_));
    made.root_ = root;
    made.text_ = text_;
    made.place_ = place_;
    return made;
  }

 private:
  struct Depth {
    explicit Depth(ExpressionParser& parser) : p(parser) {
      if (++p.depth_ > deepest) p.fail(p.at_, "is nested too deeply");
    }
    ~Depth() { --p.depth_; }
    ExpressionParser& p;
  };

  [[noreturn]] void fail(std::size_t at, std::string what) const {
    Place place = place_;
    place.column = (place.column > 0 ? place.column : 1) + static_cast<int>(at);
    throw SpecError({place, "expression", "\"" + (text_.size() > 120 ? text_.substr(0, 117) + "..." : text_) + "\"", "column " + std::to_string(at + 1) + ": " + what});
  }
  void skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
  }
  bool accept(std::string_view symbol) {
    skip();
    if (text_.compare(at_, symbol.size(), symbol) != 0) return false;
    at_ += symbol.size();
    return true;
  }
  bool accept_word(std::string_view word) {
    skip();
    if (text_.compare(at_, word.size(), word) != 0) return false;
    const std::size_t end = at_ + word.size();
    if (end < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[end])) != 0 || text_[end] == '_')) return false;
    at_ = end;
    return true;
  }
  void expect(std::string_view symbol, std::string_view why) {
    if (!accept(symbol)) fail(at_, "'" + std::string(symbol) + "' expected " + std::string(why));
  }
  std::uint32_t make(Op op, std::size_t at, std::vector<std::uint32_t> args = {}) {
    Expression::Node node;
    node.op = op;
    node.args = std::move(args);
    node.column = static_cast<int>(at) + 1;
    nodes_.push_back(std::move(node));
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  }

  std::uint32_t disjunction() {
    const Depth depth(*this);
    std::uint32_t left = conjunction();
    while (accept_word("or")) {
      const std::size_t at = at_;
      left = make(Op::logical_or, at, {left, conjunction()});
    }
    return left;
  }
  std::uint32_t conjunction() {
    std::uint32_t left = negation();
    while (accept_word("and")) {
      const std::size_t at = at_;
      left = make(Op::logical_and, at, {left, negation()});
    }
    return left;
  }
  std::uint32_t negation() {
    const Depth depth(*this);
    if (accept_word("not")) {
      const std::size_t at = at_;
      return make(Op::logical_not, at, {negation()});
    }
    return comparison();
  }
  std::uint32_t comparison() {
    const std::uint32_t left = addition();
    constexpr std::array<std::pair<std::string_view, Op>, 5> symbols = {
        {{"<=", Op::less_equal}, {">=", Op::greater_equal}, {"==", Op::equal}, {"<", Op::less}, {">", Op::greater}}};
    for (const auto& [symbol, op] : symbols) {
      const std::size_t at = at_;
      if (accept(symbol)) return make(op, at, {left, addition()});
    }
    return left;
  }
  std::uint32_t addition() {
    std::uint32_t left = multiplication();
    while (true) {
      skip();
      const std::size_t at = at_;
      if (accept("+")) {
        left = make(Op::add, at, {left, multiplication()});
      } else if (accept("-")) {
        left = make(Op::subtract, at, {left, multiplication()});
      } else {
        return left;
      }
    }
  }
  std::uint32_t multiplication() {
    std::uint32_t left = unary();
    while (true) {
      skip();
      const std::size_t at = at_;
      if (accept("*")) {
        left = make(Op::multiply, at, {left, unary()});
      } else if (accept("/")) {
        left = make(Op::divide, at, {left, unary()});
      } else {
        return left;
      }
    }
  }
  std::uint32_t unary() {
    const Depth depth(*this);
    skip();
    const std::size_t at = at_;
    if (accept("-")) return make(Op::negate, at, {unary()});
    return power();
  }
  std::uint32_t power() {
    const std::uint32_t base = atom();
    skip();
    const std::size_t at = at_;
    if (!accept("^")) return base;
    const std::uint32_t exponent = unary();
    const Expression::Node& e = nodes_[exponent];
    const bool negative = e.op == Op::negate && nodes_[e.args[0]].op == Op::number;
    const double number = negative ? -nodes_[e.args[0]].number : e.number;
    if ((e.op == Op::number || negative) && number == std::floor(number) && std::fabs(number) <= 1024.0) {
      const std::uint32_t made = make(Op::integer_power, at, {base, exponent});
      nodes_[made].exponent = static_cast<int>(number);
      return made;
    }
    return make(Op::power, at, {base, exponent});
  }

  std::string word() {
    skip();
    std::size_t end = at_;
    while (end < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[end])) != 0 || text_[end] == '_')) ++end;
    const std::string name = text_.substr(at_, end - at_);
    at_ = end;
    return name;
  }

  std::uint32_t atom() {
    const Depth depth(*this);
    skip();
    const std::size_t at = at_;
    if (at == text_.size()) fail(at, "a number, a name or '(' expected, the text ends");
    if (accept("(")) {
      const std::uint32_t inner = disjunction();
      expect(")", "to close '(' of column " + std::to_string(at + 1));
      return inner;
    }
    const char first = text_[at];
    if (std::isdigit(static_cast<unsigned char>(first)) != 0 || first == '.') return literal(at);
    if (std::isalpha(static_cast<unsigned char>(first)) == 0 && first != '_') fail(at, std::string("a number, a name or '(' expected, not '") + first + "'");
    const std::string name = word();
    if (accept("(")) return call(name, at);
    if (accept("[")) {
      const std::uint32_t index = addition();
      expect("]", "to close '['");
      const std::uint32_t made = make(Op::indexed, at, {index});
      nodes_[made].name = name;
      return made;
    }
    const std::uint32_t made = make(Op::name, at);
    nodes_[made].name = name;
    return made;
  }

  std::uint32_t literal(std::size_t at) {
    double value = 0.0;
    const auto [end, failure] = std::from_chars(text_.data() + at, text_.data() + text_.size(), value);
    if (failure != std::errc() || !std::isfinite(value)) fail(at, "this is not a number in the range of double");
    at_ = static_cast<std::size_t>(end - text_.data());
    const std::uint32_t made = make(Op::number, at);
    nodes_[made].number = value;
    return made;
  }

  std::uint32_t call(const std::string& name, std::size_t at) {
    if (name == "sum" || name == "prod") {
      skip();
      const std::string index = word();
      if (index.empty()) fail(at_, "the index of the " + name + " expected");
      expect(",", "after the index");
      const std::uint32_t low = addition();
      expect(",", "after the lower limit");
      const std::uint32_t high = addition();
      expect(",", "after the upper limit");
      const std::uint32_t term = addition();
      expect(")", "to close '" + name + "('");
      const std::uint32_t made = make(name == "sum" ? Op::sum : Op::product, at, {low, high, term});
      nodes_[made].name = index;
      return made;
    }
    std::vector<std::uint32_t> args;
    do args.push_back(disjunction());
    while (accept(","));
    expect(")", "to close '" + name + "('");
    if (name == "if") {
      if (args.size() != 3) fail(at, "if takes 3 arguments, not " + std::to_string(args.size()));
      return make(Op::conditional, at, std::move(args));
    }
    const auto found = std::find(function_names.begin(), function_names.end(), name);
    if (found == function_names.end()) {
      std::vector<std::string_view> known(function_names.begin(), function_names.end());
      known.insert(known.end(), {"if", "sum", "prod"});
      fail(at, "'" + name + "': " + unknown_clause("function", name, known));
    }
    const auto function = static_cast<Expression::Function>(found - function_names.begin());
    const bool many = function == Expression::Function::min || function == Expression::Function::max;
    const std::size_t wanted = function == Expression::Function::pow || many ? 2 : 1;
    if (many ? args.size() < wanted : args.size() != wanted)
      fail(at, name + " takes " + (many ? "at least " : "") + std::to_string(wanted) + " argument" + (wanted == 1 ? "" : "s") + ", not " + std::to_string(args.size()));
    const std::uint32_t made = make(Op::call, at, std::move(args));
    nodes_[made].function = function;
    return made;
  }

  const std::string& text_;
  Place place_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::vector<Expression::Node> nodes_;
};

Expression Expression::parse(const std::string& text, Place place) { return ExpressionParser(text, std::move(place)).parse(); }

bool Expression::is_condition() const { return node(root_).op >= Op::less; }

std::vector<std::pair<std::string, std::uint32_t>> Expression::names() const {
  std::vector<std::pair<std::string, std::uint32_t>> found;
  std::vector<std::string> bound;
  const auto visit = [&](auto&& self, std::uint32_t i) -> void {
    const Node& n = node(i);
    const bool free = std::find(bound.begin(), bound.end(), n.name) == bound.end();
    if ((n.op == Op::name || n.op == Op::indexed) && free &&
        std::none_of(found.begin(), found.end(), [&](const auto& f) { return f.first == n.name; }))
      found.emplace_back(n.name, i);
    const bool binds = n.op == Op::sum || n.op == Op::product;
    for (std::size_t k = 0; k < n.args.size(); ++k) {
      if (binds && k == 2) bound.push_back(n.name);
      self(self, n.args[k]);
    }
    if (binds) bound.pop_back();
  };
  visit(visit, root_);
  return found;
}

std::string to_text(const Expression& expression) {
  // The text as written, with blanks normalised, parses to the same graph and is what the author would recognise.
  std::string out;
  for (char c : expression.text()) {
    const bool blank = c == ' ' || c == '\n' || c == '\t';
    if (!blank) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace thalweg
