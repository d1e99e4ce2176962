// thalweg falsify: a search for witnesses against claimed constants.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analysis/cli/subject.hpp"
#include "problems/falsify.hpp"

namespace thalweg::cli {

namespace {

constexpr int falsified = 1;

std::string_view second_point(const Counterexample& w) { return w.kind == Counterexample::Kind::direction ? "v" : "y"; }

// What the interval of the witness encloses.
std::string ratio_text(const ConstantClaim& claim, const Counterexample& w) {
  const bool pair = w.kind == Counterexample::Kind::pair;
  switch (claim.kind) {
    case ClaimedConstant::L: return pair ? "|grad f(x) - grad f(y)| / |x - y|" : "|v'H(x)v| / v'v";
    case ClaimedConstant::L_j: return pair ? fmt::format("|grad_{0} f(x) - grad_{0} f(y)| / |x_{0} - y_{0}|", w.coordinate) : fmt::format("|H_{0},{0}(x)|", w.coordinate);
    case ClaimedConstant::G_j: return fmt::format("|grad_{} f(x)|", w.coordinate);
    case ClaimedConstant::mu_pl: return pair ? "|grad f(x)|^2 / (2 (f(x) - f(y)))" : "|grad f(x)|^2 / (2 (f(x) - f*))";
    case ClaimedConstant::f_star: return "f(x)";
    default: return pair ? "(grad f(x) - grad f(y))'(x - y) / |x - y|^2" : "v'H(x)v / v'v";
  }
}

std::string extreme(const ConstantClaim& claim) {
  return claim.kind == ClaimedConstant::L || claim.kind == ClaimedConstant::L_j || claim.kind == ClaimedConstant::G_j ? "largest" : claim.kind == ClaimedConstant::f_star ? "least value" : "least";
}

// null: everywhere; one number where all coordinates are alike.
nlohmann::ordered_json to_json(const Box& region) {
  if (region.everything()) return nullptr;
  const auto side = [](const PerCoordinate<double>& all) { return all.stored().size() == 1 ? nlohmann::ordered_json(all.front()) : nlohmann::ordered_json(all.values()); };
  return {{"lower", side(region.lower)}, {"upper", side(region.upper)}};
}

nlohmann::ordered_json row_of(const ConstantClaim& claim, const Falsification& finding) {
  nlohmann::ordered_json row{{"claim", text(claim)}, {"falsified", finding.falsified()}, {"region", to_json(finding.region)}, {"best", finding.best}, {"evaluations", finding.evaluations}, {"witness", nullptr}};
  if (!finding.falsified()) return row;
  const Counterexample& w = *finding.witness;
  row["witness"] = nlohmann::ordered_json::object();
  row["witness"]["x"] = w.x;
  if (!w.other.empty()) row["witness"][std::string(second_point(w))] = w.other;
  if (claim.kind == ClaimedConstant::L_j || claim.kind == ClaimedConstant::G_j) row["witness"]["coordinate"] = w.coordinate;
  row["witness"]["ratio"] = ratio_text(claim, w);
  row["witness"]["lower"] = w.ratio.lower();
  row["witness"]["upper"] = w.ratio.upper();
  return row;
}

void print_lines(const ConstantClaim& claim, const Falsification& finding) {
  if (!finding.falsified()) {
    fmt::print("{}: not falsified; {} ratio found {:.10g} after {} evaluations\n", text(claim), extreme(claim), finding.best, finding.evaluations);
    return;
  }
  const Counterexample& w = *finding.witness;
  fmt::print("{}: FALSE. {} in [{:.17g}, {:.17g}] after {} evaluations\n  x = {}\n", text(claim), ratio_text(claim, w), w.ratio.lower(), w.ratio.upper(), finding.evaluations, words(w.x));
  if (!w.other.empty()) fmt::print("  {} = {}\n", second_point(w), words(w.other));
}

}  // namespace

int falsify(const FalsifyOptions& options) {
  std::vector<ConstantClaim> claims;
  for (const std::string& given : options.claims) claims.push_back(constant_claim(given));
  const Problem problem = subject(options);
  Hunt hunt;
  hunt.region = region_of(options.region, problem.dim());
  hunt.budget = options.budget;
  hunt.seed = options.seed;
  std::vector<Falsification> findings;
  for (const ConstantClaim& one : claims) findings.push_back(thalweg::falsify(problem, one, hunt));
  bool any = false;
  nlohmann::ordered_json root{{"schema", "thalweg.falsify/1"}, {"problem", problem.text}, {"budget", options.budget}, {"seed", options.seed}, {"claims", nlohmann::ordered_json::array()}};
  if (!options.json) fmt::print("{}\n", problem.text);
  for (std::size_t i = 0; i < claims.size(); ++i) {
    any = any || findings[i].falsified();
    if (options.json) root["claims"].push_back(row_of(claims[i], findings[i]));
    else print_lines(claims[i], findings[i]);
  }
  if (options.json) fmt::print("{}\n", root.dump(2));
  return any ? falsified : 0;
}

}  // namespace thalweg::cli
