#include "analysis/theory/schedules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <map>

namespace thalweg {

const std::vector<Schedule>& schedules() {
  static const std::vector<Schedule> all = {
      {"constant", "constant", "", {{"c", ""}}, "c"},
      {"sqrt-horizon", "c / sqrt(T)", "Ghadimi & Lan 2013 (arXiv:1309.5549)", {{"c", ""}}, "c/sqrt(T)"},
      {"inverse-time", "c / (1 + rate (t - 1))", "Robbins & Monro 1951", {{"c", ""}, {"rate", "1"}}, "c/(1 + rate*(t - 1))"},
      {"inverse-sqrt", "c / sqrt(t)", "Zinkevich 2003", {{"c", ""}}, "c/sqrt(t)"},
      {"polynomial", "from c down to end like (1 - (t - 1) / T)^power", "", {{"c", ""}, {"power", "1"}, {"end", "0"}}, "end + (c - end)*(1 - (t - 1)/T)^power"},
      {"linear", "from c down to end in a straight line", "", {{"c", ""}, {"end", "0"}}, "end + (c - end)*(1 - (t - 1)/T)"},
      {"exponential", "c factor^((t - 1) / every)", "", {{"c", ""}, {"factor", ""}, {"every", "1"}}, "c*factor^((t - 1)/every)"},
      {"cosine", "half a period of the cosine, from c to end", "Loshchilov & Hutter 2017 (arXiv:1608.03983), equation (5) without restarts", {{"c", ""}, {"end", "0"}},
       "end + (c - end)*(1 + cos(pi*(t - 1)/T))/2"},
      {"warmup", "a factor that rises to 1 in `steps` steps, in a straight line", "Goyal et al. 2017 (arXiv:1706.02677), section 2.2", {{"steps", ""}}, "min(1, t/steps)"},
      {"wsd", "warm-up, stable, decay in a straight line to end", "Hu et al. 2024 (arXiv:2404.06395), section 4", {{"c", ""}, {"warmup", ""}, {"decay", ""}, {"end", "0"}},
       "min(c*min(1, t/warmup), max(end, end + (c - end)*(T - t + 1)/(decay + 1)))"},
      {"step", "a factor more after each `every` steps", "", {{"c", ""}, {"factor", "0.1"}, {"every", ""}}, "c*factor^floor((t - 1)/every)"},
      {"manual0", "a tenth after 151 epochs, a hundredth after 226: set one epoch late", "the code of arXiv:1908.00700, lr scheduler `manual0`", {{"c", ""}, {"epoch", "1"}},
       "c*if(floor((t - 1)/epoch) <= 150, 1, if(floor((t - 1)/epoch) <= 225, 0.1, 0.01))"},
      {"one-cycle", "up to c for part of the horizon, down to almost nothing for the rest, by halves of a cosine",
       "Smith & Topin 2017 (arXiv:1708.07120); the form and defaults of torch.optim.lr_scheduler.OneCycleLR", {{"c", ""}, {"rising", "0.3"}, {"start", "25"}, {"end", "1e4"}},
       "if(t - 1 <= rising*T - 1, c/start + (c - c/start)*(1 - cos(pi*(t - 1)/(rising*T - 1)))/2, c/start/end + (c - c/start/end)*(1 + cos(pi*(t - rising*T)/(T - rising*T)))/2)"}};
  return all;
}

std::string signature(const Schedule& schedule) {
  std::string text(schedule.id);
  text += "(";
  for (const ScheduleParameter& p : schedule.parameters) text += fmt::format("{}{}{}", text.back() == '(' ? "" : ", ", p.name, p.value.empty() ? "" : fmt::format(" = {}", p.value));
  return text + ")";
}

namespace {

bool in_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-'; }

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

// The place behind the bracket that closes the one at `open`, and the arguments between them.
std::size_t arguments_of(const std::string& text, std::size_t open, std::vector<std::string>& arguments, const Place& place) {
  int depth = 0;
  std::size_t begin = open + 1;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == '(' || text[i] == '[') ++depth;
    const bool closes = (text[i] == ')' || text[i] == ']') && --depth == 0;
    if (!closes && !(text[i] == ',' && depth == 1)) continue;
    const std::string argument = trimmed(text.substr(begin, i - begin));
    if (!(closes && arguments.empty() && argument.empty())) arguments.push_back(argument);
    begin = i + 1;
    if (closes) return begin;
  }
  throw SpecError({place, "eta", text, fmt::format("the bracket at column {} is not closed", open + 1)});
}

// The words of an expression replaced.
std::string replaced(std::string_view expression, const std::map<std::string, std::string, std::less<>>& values) {
  std::string out;
  for (std::size_t i = 0; i < expression.size();) {
    std::size_t end = i;
    while (end < expression.size() && (std::isalnum(static_cast<unsigned char>(expression[end])) != 0 || expression[end] == '_')) ++end;
    if (end == i) {
      out += expression[i++];
      continue;
    }
    const auto found = values.find(expression.substr(i, end - i));
    if (found == values.end()) out += expression.substr(i, end - i);
    else out += "(" + found->second + ")";
    i = end;
  }
  return out;
}

std::string called(const Schedule& schedule, const std::vector<std::string>& arguments, const std::string& text, const Place& place) {
  const auto refuse = [&](const std::string& what) { return SpecError({place, "eta", text, what + "; it is " + signature(schedule)}); };
  std::map<std::string, std::string, std::less<>> values;
  std::size_t next = 0;
  for (const std::string& argument : arguments) {
    const std::size_t equals = argument.find('=');
    const bool named = equals != std::string::npos && equals > 0 && argument.compare(equals, 2, "==") != 0 && argument[equals - 1] != '<' && argument[equals - 1] != '>' && argument[equals - 1] != '=';
    std::string name, value = argument;
    if (named) {
      name = trimmed(argument.substr(0, equals));
      value = trimmed(argument.substr(equals + 1));
      if (std::none_of(schedule.parameters.begin(), schedule.parameters.end(), [&](const ScheduleParameter& p) { return p.name == name; }))
        throw refuse(fmt::format("{} has no parameter '{}'", schedule.id, name));
    } else {
      if (next == schedule.parameters.size()) throw refuse(fmt::format("{} takes at most {} values", schedule.id, schedule.parameters.size()));
      name = schedule.parameters[next++].name;
    }
    if (value.empty()) throw refuse(fmt::format("{} is given no value for {}", schedule.id, name));
    if (!values.emplace(name, with_schedules(value, place)).second) throw refuse(fmt::format("{} is given {} twice", schedule.id, name));
  }
  for (const ScheduleParameter& p : schedule.parameters) {
    if (values.contains(p.name)) continue;
    if (p.value.empty()) throw refuse(fmt::format("{} needs {}", schedule.id, p.name));
    values.emplace(p.name, p.value);
  }
  return "(" + replaced(schedule.value, values) + ")";
}

}  // namespace

std::string with_schedules(const std::string& text, const Place& place) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const bool begins = i == 0 || !in_word(text[i - 1]);
    const Schedule* found = nullptr;
    std::size_t open = 0;
    for (const Schedule& schedule : schedules()) {
      if (!begins || text.compare(i, schedule.id.size(), schedule.id) != 0) continue;
      open = text.find_first_not_of(" \t", i + schedule.id.size());
      if (open != std::string::npos && text[open] == '(') found = &schedule;
    }
    if (found == nullptr) {
      out += text[i++];
      continue;
    }
    std::vector<std::string> arguments;
    i = arguments_of(text, open, arguments, place);
    out += called(*found, arguments, text, place);
  }
  return out;
}

std::optional<std::vector<double>> table_of(const std::string& text, const Place& place) {
  const std::string whole = trimmed(text);
  if (!whole.starts_with("table")) return std::nullopt;
  const std::size_t open = whole.find_first_not_of(" \t", 5);
  if (open == std::string::npos || whole[open] != '(') return std::nullopt;
  std::vector<std::string> arguments;
  if (arguments_of(whole, open, arguments, place) != whole.size()) throw SpecError({place, "eta", text, "a table stands alone: table(0.1, 0.1, 0.05)"});
  std::vector<double> numbers;
  for (const std::string& argument : arguments) {
    double value = 0.0;
    const auto [end, error] = std::from_chars(argument.data(), argument.data() + argument.size(), value);
    if (error != std::errc() || end != argument.data() + argument.size() || !std::isfinite(value) || value < 0.0)
      throw SpecError({place, "eta", text, fmt::format("entry {} of the table, '{}', must be a finite number, not negative", numbers.size() + 1, argument)});
    numbers.push_back(value);
  }
  if (numbers.empty()) throw SpecError({place, "eta", text, "a table needs at least one number"});
  return numbers;
}

}  // namespace thalweg
