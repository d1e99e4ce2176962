#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "lib/core/expression_builder.hpp"

namespace thalweg {

namespace {

using Op = Expression::Op;
using Function = Expression::Function;
using Id = ExpressionBuilder::Id;

constexpr int most_nested = 200;
constexpr int deepest = 1000;
constexpr std::size_t functions = static_cast<std::size_t>(Function::max) + 1;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }  // not the first byte of a character of UTF-8

class Parser {
 public:
  Parser(const std::string& text, Place place) : text_(text), place_(std::move(place)) {
    marks_.reserve(text.size() + 1);
    ExpressionBuilder::Mark mark;
    for (char c : text) {
      marks_.push_back(mark);
      if (c == '\n') mark = {mark.line + 1, 1};
      else if (!continues(c) || marks_.size() == 1) ++mark.column;
    }
    // A character of several bytes stands at its first.
    for (std::size_t i = 1; i < text.size(); ++i)
      if (continues(text[i])) marks_[i] = marks_[i - 1];
    marks_.push_back(mark);
  }

  Expression parse() {
    skip();
    if (at_ == text_.size()) fail(0, "is empty; an expression is expected");
    const Id root = disjunction();
    skip();
    if (at_ < text_.size()) fail(at_, trailing());
    return builder_.finish(root, text_, place_);
  }

 private:
  // One level of brackets, of a sign, of an exponent.
  struct Nested {
    Nested(Parser& parser, std::size_t at) : p(parser) {
      if (++p.nested_ > most_nested) p.fail(at, "is nested too deeply; at most " + std::to_string(most_nested) + " levels are allowed");
    }
    ~Nested() { --p.nested_; }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;
    Parser& p;
  };

  [[noreturn]] void fail(std::size_t at, const std::string& what) const {
    const ExpressionBuilder::Mark& mark = marks_[at];
    Place place = place_;
    if (place.line > 0) place.line += mark.line;
    place.column = mark.line == 0 && place.column > 0 ? place.column + mark.column - 1 : mark.column;
    const std::string line = mark.line > 0 ? "line " + std::to_string(mark.line + 1) + ", " : "";
    throw SpecError({place, "expression", quoted(), line + "column " + std::to_string(mark.column) + ": " + what});
  }
  // The text in one line of printable characters.
  std::string quoted() const {
    std::string shown = "\"";
    const std::size_t end = text_.size() > 120 ? 117 : text_.size();
    for (std::size_t i = 0; i < end;) {
      const std::size_t length = character(i);
      shown += printable(i, length);
      i += length;
    }
    return shown + (end < text_.size() ? "...\"" : "\"");
  }
  // The length of the character at i: 1 for a byte that is no UTF-8.
  std::size_t character(std::size_t i) const {
    const auto first = static_cast<unsigned char>(text_[i]);
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1;
    if (first >= 0xF5) return 1;
    for (std::size_t k = 1; k < length; ++k)
      if (i + k >= text_.size() || !continues(text_[i + k])) return 1;
    return length;
  }
  std::string printable(std::size_t i, std::size_t length) const {
    const auto byte = static_cast<unsigned char>(text_[i]);
    if (length == 1 && is_blank(text_[i])) return " ";
    if (length > 1 || (byte >= 0x20 && byte < 0x7F)) return text_.substr(i, length);
    constexpr std::string_view digits = "0123456789abcdef";
    return {'\\', 'x', digits[byte >> 4U], digits[byte & 15U]};
  }
  std::string shown(std::size_t i) const { return "'" + printable(i, character(i)) + "'"; }

  // What stands at at_ instead of an operator or the end.
  std::string trailing() const {
    const char c = text_[at_];
    if (c == ')' || c == ']') return "unexpected " + shown(at_) + "; no bracket is open";
    if (c == '=') return "unexpected '='; equality is ==";
    if (c == '&' || c == '|') return "unexpected " + shown(at_) + "; conditions are joined by 'and', 'or'";
    if (c == '<' || c == '>') return "comparisons do not chain; write a < b and b < c";
    if (c == '(' || is_letter(c) || is_digit(c)) return "unexpected " + shown(at_) + "; an operator or the end expected, a product is written with *";
    return "unexpected " + shown(at_) + "; an operator or the end expected";
  }

  void skip() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
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
    if (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) return false;
    at_ = end;
    return true;
  }
  void expect(std::string_view symbol, const std::string& why) {
    if (accept(symbol)) return;
    fail(at_, "'" + std::string(symbol) + "' expected " + why + (at_ < text_.size() ? ", not " + shown(at_) : ", the text ends"));
  }
  // "'(' of column 3"
  std::string opened(std::string_view what, std::size_t at) const {
    const ExpressionBuilder::Mark& mark = marks_[at];
    return "'" + std::string(what) + "' of " + (mark.line > 0 ? "line " + std::to_string(mark.line + 1) + ", " : "") + "column " + std::to_string(mark.column);
  }

  Id check(Id made, std::size_t at) const {
    if (builder_.depth(made) > deepest) fail(at, "has too many operations one upon the other; at most " + std::to_string(deepest) + " are allowed");
    return made;
  }
  Id make(Op op, std::size_t at, std::vector<Id> args, const std::string& name = "") {
    builder_.mark = marks_[at];
    return check(builder_.make(op, std::move(args), name), at);
  }
  bool is_condition(Id i) const { return builder_.node(i).op >= Op::less; }
  // What starts at `from` as an operand of the operator at `at`.
  Id number_operand(Id i, std::size_t from, std::string_view whose) const {
    if (is_condition(i)) fail(from, "a number expected " + std::string(whose) + ", not a condition");
    return i;
  }
  Id condition_operand(Id i, std::size_t from, std::string_view whose) const {
    if (!is_condition(i)) fail(from, "a condition expected " + std::string(whose) + ", not a number");
    return i;
  }
  std::size_t next() {
    skip();
    return at_;
  }

  Id disjunction() {
    const std::size_t from = next();
    Id left = conjunction();
    while (true) {
      const std::size_t at = next();
      if (!accept_word("or")) return left;
      condition_operand(left, from, "before 'or'");
      const std::size_t right = next();
      left = make(Op::logical_or, at, {left, condition_operand(conjunction(), right, "after 'or'")});
    }
  }
  Id conjunction() {
    const std::size_t from = next();
    Id left = negation();
    while (true) {
      const std::size_t at = next();
      if (!accept_word("and")) return left;
      condition_operand(left, from, "before 'and'");
      const std::size_t right = next();
      left = make(Op::logical_and, at, {left, condition_operand(negation(), right, "after 'and'")});
    }
  }
  Id negation() {
    const std::size_t at = next();
    if (!accept_word("not")) return comparison();
    const Nested nested(*this, at);
    const std::size_t from = next();
    return make(Op::logical_not, at, {condition_operand(negation(), from, "after 'not'")});
  }
  Id comparison() {
    const std::size_t from = next();
    const Id left = addition();
    constexpr std::array<std::pair<std::string_view, Op>, 5> symbols = {
        {{"<=", Op::less_equal}, {">=", Op::greater_equal}, {"==", Op::equal}, {"<", Op::less}, {">", Op::greater}}};
    const std::size_t at = next();
    for (const auto& [symbol, op] : symbols) {
      if (!accept(symbol)) continue;
      const std::string whose = "'" + std::string(symbol) + "'";
      number_operand(left, from, "before " + whose);
      const std::size_t right = next();
      return make(op, at, {left, number_operand(addition(), right, "after " + whose)});
    }
    return left;
  }
  Id addition() {
    const std::size_t from = next();
    Id left = multiplication();
    while (true) {
      const std::size_t at = next();
      const bool plus = accept("+");
      if (!plus && !accept("-")) return left;
      number_operand(left, from, plus ? "before '+'" : "before '-'");
      const std::size_t right = next();
      const Id operand = number_operand(multiplication(), right, plus ? "after '+'" : "after '-'");
      left = make(plus ? Op::add : Op::subtract, at, {left, operand});
    }
  }
  Id multiplication() {
    const std::size_t from = next();
    Id left = unary();
    while (true) {
      const std::size_t at = next();
      if (text_.compare(at, 2, "**") == 0) fail(at, "unexpected '**'; a power is written with ^");
      const bool times = accept("*");
      if (!times && !accept("/")) return left;
      number_operand(left, from, times ? "before '*'" : "before '/'");
      const std::size_t right = next();
      const Id operand = number_operand(unary(), right, times ? "after '*'" : "after '/'");
      left = make(times ? Op::multiply : Op::divide, at, {left, operand});
    }
  }
  Id unary() {
    const std::size_t at = next();
    if (!accept("-")) return power();
    const Nested nested(*this, at);
    const std::size_t from = next();
    return make(Op::negate, at, {number_operand(unary(), from, "after '-'")});
  }
  Id power() {
    const std::size_t from = next();
    const Id base = atom();
    const std::size_t at = next();
    if (!accept("^")) return base;
    const Nested nested(*this, at);
    number_operand(base, from, "before '^'");
    const std::size_t right = next();
    const Id exponent = number_operand(unary(), right, "after '^'");
    builder_.mark = marks_[at];
    return check(builder_.power(base, exponent), at);
  }
  Id number_value(const std::string& whose) {
    const std::size_t from = next();
    return number_operand(disjunction(), from, whose);
  }

  std::string word() {
    std::size_t end = at_;
    while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) ++end;
    std::string name = text_.substr(at_, end - at_);
    at_ = end;
    return name;
  }
  static const std::vector<std::string_view>& function_names() {
    static const std::vector<std::string_view> names = [] {
      std::vector<std::string_view> all;
      for (std::size_t f = 0; f < functions; ++f) all.push_back(to_string(static_cast<Function>(f)));
      all.insert(all.end(), {"if", "sum", "prod"});
      return all;
    }();
    return names;
  }
  static bool is_reserved(std::string_view name) {
    const auto& names = function_names();
    return name == "and" || name == "or" || name == "not" || name == "pi" || std::find(names.begin(), names.end(), name) != names.end();
  }

  Id atom() {
    const std::size_t at = next();
    if (at == text_.size()) fail(at, "a number, a name or '(' expected, the text ends");
    if (accept("(")) {
      const Nested nested(*this, at);
      const Id inner = disjunction();
      expect(")", "to close " + opened("(", at));
      return inner;
    }
    const char first = text_[at];
    if (is_digit(first) || first == '.') return number(at);
    if (!is_letter(first)) {
      const bool negates = first == '!';
      fail(at, "a number, a name or '(' expected, not " + shown(at) + (negates ? "; a condition is negated by 'not'" : ""));
    }
    const std::string name = word();
    if (name == "and" || name == "or" || name == "not") fail(at, "a number, a name or '(' expected, not '" + name + "'");
    if (accept("(")) return call(name, at);
    if (is_reserved(name) && name != "pi") fail(next(), "'(' expected after the function '" + name + "'");
    if (accept("[")) return indexed(name, at);
    if (name == "pi") return make(Op::pi, at, {});
    return make(Op::name, at, {}, name);
  }

  Id indexed(const std::string& name, std::size_t at) {
    if (name == "pi") fail(at, "pi is a number and has no index");
    const Nested nested(*this, at);
    const Id index = number_value("as the index");
    expect("]", "to close " + opened(name + "[", at));
    return make(Op::indexed, at, {index}, name);
  }

  Id number(std::size_t at) {
    double value = 0.0;
    const auto [end, failure] = std::from_chars(text_.data() + at, text_.data() + text_.size(), value);
    if (failure == std::errc::result_out_of_range || !std::isfinite(value))
      fail(at, "the number " + text_.substr(at, std::min<std::size_t>(static_cast<std::size_t>(end - text_.data()) - at, 40)) + " is beyond the range of double, 5e-324 to 1.8e308");
    if (failure != std::errc()) fail(at, "a number, a name or '(' expected, not " + shown(at));
    at_ = static_cast<std::size_t>(end - text_.data());
    builder_.mark = marks_[at];
    return builder_.number(value);
  }

  Id call(const std::string& name, std::size_t at) {
    const Nested nested(*this, at);
    for (const auto& [word, op] : {std::pair<std::string, Op>{"sum", Op::sum}, {"prod", Op::product}}) {
      if (name == word) return repeated(op, name, "", at);
      if (name.size() > word.size() + 1 && name.starts_with(word + "_") && !is_digit(name[word.size() + 1])) return repeated(op, name, name.substr(word.size() + 1), at);
    }
    if (name == "if") return conditional(at);
    if (name == "pi") fail(at, "pi is a number, not a function");
    const auto& names = function_names();
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) fail(at, "'" + name + "': " + unknown_clause("function", name, names));
    const auto function = static_cast<Function>(found - names.begin());
    std::vector<Id> args;
    do args.push_back(number_value("as an argument of " + name));
    while (accept(","));
    expect(")", "to close " + opened(name + "(", at));
    const bool many = function == Function::min || function == Function::max;
    const std::size_t wanted = function == Function::pow || many ? 2 : 1;
    if (many ? args.size() < wanted : args.size() != wanted)
      fail(at, name + " takes " + (many ? "at least " : "") + std::to_string(wanted) + " argument" + (wanted == 1 ? "" : "s") + ", not " + std::to_string(args.size()));
    builder_.mark = marks_[at];
    return check(builder_.call(function, std::move(args)), at);
  }

  Id conditional(std::size_t at) {
    const std::size_t from = next();
    std::vector<Id> args = {condition_operand(disjunction(), from, "as the first argument of if")};
    while (accept(",")) args.push_back(number_value("as a value of if"));
    expect(")", "to close " + opened("if(", at));
    if (args.size() != 3) fail(at, "if takes 3 arguments, not " + std::to_string(args.size()));
    return make(Op::conditional, at, std::move(args));
  }

  // index: of sum_index(...), else the text tells the two forms apart by a name followed by a comma.
  Id repeated(Op op, const std::string& name, std::string index, std::size_t at) {
    const std::string whole = opened(name + "(", at);
    if (!index.empty() && is_reserved(index)) fail(at, "'" + index + "' cannot be the index of " + name.substr(0, name.find('_')));
    const std::size_t from = next();
    std::string first = index.empty() ? word() : "";
    if (first.empty() || !accept(",")) {
      at_ = from;
      const Id term = number_value("as the term of " + name);
      if (next() < text_.size() && text_[at_] == ',') fail(at_, name + "(term) runs over the coordinates; with limits write " + name.substr(0, name.find('_')) + "(index, low, high, term)");
      expect(")", "to close " + whole);
      return make(op, at, {term}, index.empty() ? "i" : index);
    }
    if (is_reserved(first) || is_digit(first[0])) fail(from, "the index of " + name + " expected: a name, not '" + first + "'");
    const Id low = number_value("as the lower limit");
    expect(",", "after the lower limit of " + whole);
    const Id high = number_value("as the upper limit");
    expect(",", "after the upper limit of " + whole);
    const Id term = number_value("as the term of " + name);
    expect(")", "to close " + whole);
    return make(op, at, {low, high, term}, first);
  }

  const std::string& text_;
  Place place_;
  std::size_t at_ = 0;
  int nested_ = 0;
  std::vector<ExpressionBuilder::Mark> marks_;
  ExpressionBuilder builder_;
};

}  // namespace

Expression Expression::parse(const std::string& text, Place place) { return Parser(text, std::move(place)).parse(); }

}  // namespace thalweg
