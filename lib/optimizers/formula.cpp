// The update of a definition as text: its assignments, plain, or in LaTeX with the step as index.
#include <map>
#include <set>

#include "lib/core/expression.hpp"
#include "lib/optimizers/definition.hpp"

namespace thalweg {

namespace {

// How a variable is written where its name alone would not do.
const std::map<std::string, std::string, std::less<>> symbols = {
    {"m_hat", "\\hat m"}, {"v_hat", "\\hat v"}, {"v_max", "v^{\\max}"}, {"v_previous", "v^{-}"},
    {"start", "x^{0}"}, {"move", "\\Delta"}, {"length", "\\ell"}, {"x_length", "\\ell^{x}"}, {"r_length", "\\ell^{r}"}, {"divisor", "d"}, {"scale", "T"}};

std::string with_index(const std::string& variable, const std::string& index) {
  const auto found = symbols.find(variable);
  return (found != symbols.end() ? found->second : latex_name(variable)) + "_" + (index.size() == 1 ? index : "{" + index + "}");
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
}

// The free names of `text` replaced by others.
std::string renamed(const std::string& text, const std::map<std::string, std::string>& names) {
  std::string out, word;
  const auto finish = [&] {
    const auto found = names.find(word);
    out += found == names.end() ? word : found->second;
    word.clear();
  };
  for (char c : text) {
    const bool part = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (!word.empty() && c >= '0' && c <= '9');
    if (!part) finish();
    (part ? word : out) += c;
  }
  finish();
  return out;
}

}  // namespace

Update update(const Definition& definition) {
  const MethodEntry& method = method_entry(definition);
  const bool decays = !method.own_decay && definition.number("weight_decay") > 0.0;
  Update lines;
  const bool decoupled = definition.choice("decay") == "decoupled";
  if (decays && !decoupled) lines.push_back({"g", "g + weight_decay*x"});
  for (Assignment& line : method.update(definition)) {
    if (decays && decoupled && line.variable == "x") line.value += " - eta*weight_decay*x";
    lines.push_back(std::move(line));
    if (method.remembers) continue;  // what is kept of samples is without it
    if (decays && method.calls > 1 && lines.back().variable == "y") lines.push_back({"g_y", "g_y + weight_decay*y"});
    if (decays && method.calls > 2 && lines.back().variable == "y2") lines.push_back({"g_y2", "g_y2 + weight_decay*y2"});
  }
  return lines;
}

std::string formula(const Definition& definition) {
  std::string all;
  for (const Assignment& line : update(definition)) all += (all.empty() ? "" : "; ") + line.variable + " = " + to_text(Expression::parse(line.value));
  return all;
}

std::string latex(const Definition& definition) {
  const Update lines = update(definition);
  std::set<std::string> variables{"x", "g"}, assigned{"g"};
  for (const Assignment& line : lines) variables.insert(line.variable);
  std::string all;
  for (const Assignment& line : lines) {
    // A variable stands in the expression as a word of its own, which to_latex sets upright, and gets its index afterwards.
    std::map<std::string, std::string> words, indexed, of_coordinate;
    for (const std::string& variable : variables) {
      const std::string word = "variable" + std::string(1, static_cast<char>('A' + words.size()));
      words[variable] = word;
      const bool now = variable == "x" || assigned.contains(variable);
      indexed["\\mathrm{" + word + "}"] = with_index(variable, now ? "t" : "t-1");
      of_coordinate["\\mathrm{" + word + "}_j"] = with_index(variable, now ? "t,j" : "t-1,j");
    }
    std::string value = to_latex(Expression::parse(renamed(line.value, words)));
    for (const auto* names : {&of_coordinate, &indexed})
      for (const auto& [word, text] : *names) replace_all(value, word, text);
    const bool of_itself = assigned.contains(line.variable);
    replace_all(value, latex_name("eta"), latex_name("eta") + "_t");
    replace_all(value, latex_name("weight_decay"), "w");
    all += (all.empty() ? "" : ",\\quad ") + with_index(line.variable, line.variable == "x" ? "t+1" : "t") + (of_itself ? " \\leftarrow " : " = ") + value;
    assigned.insert(line.variable);
  }
  return all;
}

}  // namespace thalweg
