#include "analysis/report/claims_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/study/hash.hpp"
#include "analysis/theory/evaluate.hpp"
#include "lib/core/check.hpp"

namespace thalweg {

namespace {

constexpr double rounding_allowance = 1e-12;  // of a comparison without randomness, relative to its largest run

using Side = Weighed::Side;

bool among(const std::vector<std::string>& all, const std::string& one) { return std::find(all.begin(), all.end(), one) != all.end(); }

std::string number(double value) { return std::isfinite(value) ? fmt::format("{:.4g}", value) : value != value ? "unknown" : value > 0 ? "infinity" : "-infinity"; }

std::string place_of(const std::string& problem, const std::string& noise, std::uint64_t horizon) {
  return fmt::format("{}, {}, T = {}", problem, noise == "none" ? "no noise" : noise, horizon);
}

Weighed weigh_theorem(const Evidence& evidence, const std::string& prefix, const Verification& verification) {
  Weighed out;
  std::map<std::string, std::size_t> counts;
  bool contradicted = false, all_support = true, says_something = false;
  const Result* worst = nullptr;
  for (const Result& result : verification.results) {
    if (!result.block.starts_with(prefix + "/")) continue;
    const std::string verdict = to_string(result.judgement.verdict);
    if (result.judgement.verdict == Verdict::not_applicable) continue;
    out.results.push_back(result);
    ++counts[verdict];
    contradicted = contradicted || among(evidence.contradicts, verdict);
    const bool supports = among(evidence.supports, verdict);
    says_something = says_something || supports;
    all_support = all_support && (supports || result.judgement.verdict == Verdict::vacuous || result.judgement.verdict == Verdict::undecided);
    if (worst == nullptr || result.judgement.ratio > worst->judgement.ratio) worst = &result;
  }
  out.side = contradicted ? Side::contradicts : says_something && all_support ? Side::supports : Side::silent;
  if (worst == nullptr) {
    out.why = evidence.theorem + " applies to none of the cells";
    return out;
  }
  out.where = place_of(worst->problem, worst->noise, worst->horizon) + ", " + worst->definition + ", eta = " + worst->eta;
  std::string verdicts;
  for (const auto& [verdict, count] : counts) verdicts += fmt::format("{}{} {}", verdicts.empty() ? "" : ", ", verdict, count);
  out.why = fmt::format("{}: {} of {} cell{}; measured {} in [{}, {}] against {} ({})", evidence.theorem, verdicts, out.results.size(), out.results.size() == 1 ? "" : "s",
                        number(worst->judgement.measured.value), number(worst->judgement.measured.lower), number(worst->judgement.measured.upper),
                        number(worst->judgement.bound.upper()), worst->method + (out.results.size() == 1 ? "" : ", the cell with the largest ratio"));
  return out;
}

const Cell& cell_of(const Evidence& evidence, const std::string& prefix, const std::string& run, const std::vector<Cell>& cells) {
  std::vector<const Cell*> own;
  for (const Cell& cell : cells)
    if (cell.block == prefix + "/" + run) own.push_back(&cell);
  if (own.size() != 1) throw SpecError({evidence.place, "run " + run, std::to_string(own.size()) + " cells", "must be exactly one cell: no lists"});
  return *own.front();
}

// What the runs of a contrast share, once; then each with the rest.
std::string where_of(const Evidence& evidence, const std::string& prefix, const std::vector<Cell>& cells) {
  std::vector<std::string> places;
  std::string runs;
  for (const auto& [name, block] : evidence.runs) {
    const Setting& setting = cell_of(evidence, prefix, name, cells).setting;
    places.push_back(place_of(setting.problem.text, setting.noise.text, setting.horizon()));
    runs += fmt::format("; {}: {}, eta = {}", name, definition_text(setting), setting.eta_text);
  }
  if (std::all_of(places.begin(), places.end(), [&](const std::string& place) { return place == places.front(); })) return places.front() + runs;
  std::string all;
  for (std::size_t i = 0; i < places.size(); ++i) all += fmt::format("{}{}: {}", i == 0 ? "" : "; ", evidence.runs[i].first, places[i]);
  return all + runs;
}

Weighed weigh_contrast(const Evidence& evidence, const std::string& prefix, const std::vector<Cell>& cells, const Store& store, double level) {
  Weighed out;
  out.replicas = 1;
  bool noisy = false;
  std::vector<std::pair<std::string, std::vector<double>>> values;
  for (const auto& [name, node] : evidence.contrast->names()) {
    const RunMetric meant = *run_metric(evidence, name);
    const Cell& cell = cell_of(evidence, prefix, meant.run, cells);
    const auto trajectories = store.get(cell.key);
    THALWEG_EXPECTS(trajectories.has_value());
    std::vector<double> last(trajectories->replicas);
    double mean = 0.0;
    for (std::size_t r = 0; r < last.size(); ++r) {
      last[r] = trajectories->at(meant.metric, trajectories->steps.size() - 1, r);
      mean += last[r] / static_cast<double>(last.size());
    }
    out.means.emplace_back(name, mean);
    if (!cell.setting.noise.facts.none || cell.setting.problem.objective.sampled) {
      if (noisy && out.replicas != last.size()) throw SpecError({evidence.place, "run " + meant.run, std::to_string(last.size()) + " replicas", "the runs of a contrast have equally many replicas, to be paired"});
      out.replicas = last.size();
      noisy = true;
    }
    values.emplace_back(name, std::move(last));
  }
  out.where = where_of(evidence, prefix, cells);
  std::vector<double> contrast(out.replicas);
  for (std::size_t r = 0; r < contrast.size(); ++r) {
    ExpressionEnvironment<double> of_replica;
    for (const auto& [name, each] : values) of_replica.set(name, each.size() == 1 ? each.front() : each[r]);
    contrast[r] = evaluate(*evidence.contrast, of_replica);
  }
  double size = 0.0;
  for (const auto& [name, mean] : out.means) size = std::max(size, std::fabs(mean));
  out.contrast = noisy ? estimate_mean(contrast, std::nullopt, level) : deterministic_estimate(contrast.front(), rounding_allowance * size);
  out.side = out.contrast.lower > 0.0 ? Side::supports : out.contrast.upper < 0.0 ? Side::contradicts : Side::silent;
  std::string means;
  for (const auto& [name, mean] : out.means) means += fmt::format("{}{} = {}", means.empty() ? "" : ", ", name, number(mean));
  out.why = fmt::format("{} = {} in [{}, {}], {} over {} replica{}: {}", evidence.contrast->text(), number(out.contrast.value), number(out.contrast.lower), number(out.contrast.upper), evidence.metric,
                        out.replicas, out.replicas == 1 ? "" : "s", means);
  if (!out.contrast.doubt.empty()) out.why += "; " + out.contrast.doubt;
  return out;
}

Weighed weigh_condition(const Claim& claim, const Evidence& evidence, const std::string& prefix, const std::vector<Cell>& cells) {
  Weighed out;
  const Setting& setting = cell_of(evidence, prefix, evidence.runs.front().first, cells).setting;
  const Quantities quantities(setting);
  const Truth truth = truth_of(*evidence.condition, quantities, claim.id);
  out.side = truth == Truth::yes ? Side::supports : truth == Truth::no ? Side::contradicts : Side::silent;
  std::string known;
  for (const auto& [name, node] : evidence.condition->names())
    if (const Interval* value = quantities.find(name)) known += fmt::format("{}{} in [{}, {}]", known.empty() ? "" : ", ", name, shortest(value->lower()), shortest(value->upper()));
  out.why = fmt::format("{} is {} on {}: {}", evidence.condition->text(), truth == Truth::yes ? "certain" : truth == Truth::no ? "certainly wrong" : "not certain", setting.problem.text, known);
  return out;
}

const char* sign(Side side) {
  switch (side) {
    case Side::supports: return "+";
    case Side::contradicts: return "-";
    case Side::silent: return "?";
  }
  return "";
}

// Text with names and products in it, as Markdown that shows it as it is.
std::string literal(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '*' || c == '_' || c == '[' || c == '<' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

const char* words(Side side) {
  switch (side) {
    case Side::supports: return "Supports.";
    case Side::contradicts: return "Contradicts.";
    case Side::silent: return "Says nothing.";
  }
  return "";
}

// Words in lines of at most `width`, each after `indent` blanks but the first.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t column = indent;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    if (column > indent && column + 1 + word.size() > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += " ";
      ++column;
    }
    out += word;
    column += word.size();
    at = end + 1;
  }
  return out;
}

// What the claims came to, in numbers.
std::string tally_of(const ClaimsVerification& decided) {
  std::string tally;
  for (ClaimOutcome outcome : {ClaimOutcome::supported, ClaimOutcome::conditional, ClaimOutcome::contradicted, ClaimOutcome::undecided})
    tally += fmt::format("{}{} {}", tally.empty() ? "" : ", ", std::count_if(decided.decided.begin(), decided.decided.end(), [&](const Decided& one) { return one.outcome == outcome; }), to_string(outcome));
  return fmt::format("{} claims: {}. + supports, - contradicts, ? says nothing. All {} random comparisons hold together at level {:g}.", decided.decided.size(), tally, decided.comparisons, decided.claims->level);
}

}  // namespace

std::string evidence_letter(std::size_t evidence) { return evidence < 26 ? std::string(1, static_cast<char>('a' + evidence)) : std::to_string(evidence + 1); }

ClaimsVerification decide(const Claims& claims, const Study& study, const std::vector<Cell>& cells, const Store& store, const Budget& budget, const RunMore& run_more) {
  ClaimsVerification out{&claims, {}, {}, 0};
  std::size_t contrasts = 0;
  for (const Claim& claim : claims.claims)
    contrasts += static_cast<std::size_t>(std::count_if(claim.evidence.begin(), claim.evidence.end(), [](const Evidence& e) { return e.contrast.has_value(); }));
  std::vector<Cell> of_theorems;
  for (const Cell& cell : cells)
    if (!cell.cards.empty()) of_theorems.push_back(cell);
  out.verification = verify(study, of_theorems, store, budget, run_more, contrasts);
  out.comparisons = out.verification.comparisons;
  const double level = simultaneous_level(study.level, out.comparisons);
  for (const Claim& claim : claims.claims) {
    Decided decided{&claim, ClaimOutcome::undecided, {}, {}};
    bool supported = false, contradicted = false;
    for (std::size_t e = 0; e < claim.evidence.size(); ++e) {
      const Evidence& evidence = claim.evidence[e];
      const std::string prefix = block_prefix(claim, e);
      decided.evidence.push_back(evidence.contrast    ? weigh_contrast(evidence, prefix, cells, store, level)
                                 : evidence.condition ? weigh_condition(claim, evidence, prefix, cells)
                                                      : weigh_theorem(evidence, prefix, out.verification));
      supported = supported || decided.evidence.back().side == Side::supports;
      contradicted = contradicted || decided.evidence.back().side == Side::contradicts;
    }
    decided.outcome = supported && contradicted ? ClaimOutcome::conditional : supported ? ClaimOutcome::supported : contradicted ? ClaimOutcome::contradicted : ClaimOutcome::undecided;
    out.decided.push_back(std::move(decided));
  }
  return out;
}

int exit_code(const ClaimsVerification& decided) {
  // What is not run as declared may leave open what would be decided.
  const bool whole = decided.verification.declared_budget;
  const bool as_expected = std::all_of(decided.decided.begin(), decided.decided.end(),
                                       [&](const Decided& one) { return one.outcome == one.claim->expect || (!whole && one.outcome != ClaimOutcome::supported && one.outcome != ClaimOutcome::contradicted); });
  return as_expected ? exit_code(decided.verification) : 1;
}

std::string page(const ClaimsVerification& decided, std::size_t width) {
  const Claims& claims = *decided.claims;
  const std::size_t columns = std::clamp<std::size_t>(width, 60, 110);
  std::string out = claims.title + "\n";
  if (!claims.paper.empty()) out += wrapped(claims.paper + (claims.arxiv.empty() ? "" : ", arXiv:" + claims.arxiv), 0, columns) + "\n";
  if (!claims.note.empty()) out += wrapped(claims.note, 0, columns) + "\n";
  std::size_t number_of_claim = 0;
  for (const Decided& one : decided.decided) {
    const Claim& claim = *one.claim;
    out += fmt::format("\n{}. {}: {}{}\n", ++number_of_claim, claim.id, to_string(one.outcome), one.outcome == claim.expect ? "" : fmt::format(" (the file expects {})", to_string(claim.expect)));
    out += "   " + wrapped(claim.words + (claim.where.empty() ? "" : " [" + claim.where + "]"), 3, columns) + "\n";
    if (!claim.conditions.empty()) out += "   " + wrapped("Conditions: " + claim.conditions, 3, columns) + "\n";
    for (std::size_t e = 0; e < one.evidence.size(); ++e) {
      out += fmt::format("   {} ({}) {}\n", sign(one.evidence[e].side), evidence_letter(e), wrapped(claim.evidence[e].says, 9, columns));
      out += "         " + wrapped(one.evidence[e].why, 9, columns) + "\n";
      if (!one.evidence[e].where.empty()) out += "         " + wrapped("Where: " + one.evidence[e].where, 9, columns) + "\n";
    }
    if (!claim.comment.empty()) out += "   " + wrapped(claim.comment, 3, columns) + "\n";
    if (!one.figure.empty()) out += "   Figure: " + one.figure + "\n";
  }
  out += "\n";
  return out + wrapped(tally_of(decided), 0, columns) + "\n";
}

std::string markdown(const ClaimsVerification& decided, const std::filesystem::path& folder) {
  const Claims& claims = *decided.claims;
  std::string out = "# " + claims.title + "\n\n";
  const std::string link = claims.arxiv.empty() ? "" : fmt::format("[arXiv:{0}](https://arxiv.org/abs/{0})", claims.arxiv);
  if (!claims.paper.empty() || !link.empty()) out += claims.paper + (claims.paper.empty() || link.empty() ? "" : ", ") + link + "\n\n";
  if (!claims.note.empty()) out += claims.note + "\n\n";
  for (std::size_t k = 0; k < decided.decided.size(); ++k) {
    const Decided& one = decided.decided[k];
    const Claim& claim = *one.claim;
    out += fmt::format("## {}. {}: {}\n\n> {}{}\n\n", k + 1, claim.id, to_string(one.outcome), claim.words, claim.where.empty() ? "" : " [" + claim.where + "]");
    if (one.outcome != claim.expect) out += fmt::format("The file expects {}.\n\n", to_string(claim.expect));
    if (!claim.conditions.empty()) out += "Conditions: " + claim.conditions + "\n\n";
    for (std::size_t e = 0; e < one.evidence.size(); ++e) {
      out += fmt::format("- ({}) **{}** {}  \n  {}\n", evidence_letter(e), words(one.evidence[e].side), claim.evidence[e].says, literal(one.evidence[e].why));
      if (!one.evidence[e].where.empty()) out += "  <br>Where: " + literal(one.evidence[e].where) + "\n";
    }
    if (!claim.comment.empty()) out += "\n" + claim.comment + "\n";
    if (!one.figure.empty()) out += fmt::format("\n![{}]({})\n", claim.id, std::filesystem::path(one.figure).lexically_relative(folder).generic_string());
    out += "\n";
  }
  return out + tally_of(decided) + fmt::format("\n\nStudy {}, code {}.\n", decided.verification.study_hash, decided.verification.code);
}

std::string to_json(const ClaimsVerification& decided) {
  using nlohmann::ordered_json;
  const auto finite = [](double value) { return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr); };
  const Claims& claims = *decided.claims;
  ordered_json root;
  root["schema"] = "thalweg.claims/1";
  root["id"] = claims.id;
  root["title"] = claims.title;
  root["claims"] = ordered_json::array();
  for (const Decided& one : decided.decided) {
    ordered_json row;
    row["id"] = one.claim->id;
    row["words"] = one.claim->words;
    row["expect"] = to_string(one.claim->expect);
    row["outcome"] = to_string(one.outcome);
    row["as_expected"] = one.outcome == one.claim->expect;
    row["figure"] = one.figure.empty() ? ordered_json(nullptr) : ordered_json(one.figure);
    row["evidence"] = ordered_json::array();
    for (std::size_t e = 0; e < one.evidence.size(); ++e) {
      const Evidence& evidence = one.claim->evidence[e];
      const Weighed& weighed = one.evidence[e];
      ordered_json item;
      item["says"] = evidence.says;
      item["side"] = weighed.side == Side::supports ? "supports" : weighed.side == Side::contradicts ? "contradicts" : "silent";
      item["why"] = weighed.why;
      item["where"] = weighed.where;
      if (evidence.contrast) {
        item["contrast"] = evidence.contrast->text();
        item["metric"] = evidence.metric;
        item["replicas"] = weighed.replicas;
        item["estimate"] = finite(weighed.contrast.value);
        item["lower"] = finite(weighed.contrast.lower);
        item["upper"] = finite(weighed.contrast.upper);
        for (const auto& [name, mean] : weighed.means) item["means"][name] = finite(mean);
      } else if (evidence.condition) {
        item["condition"] = evidence.condition->text();
      } else {
        item["theorem"] = evidence.theorem;
        item["cells"] = ordered_json::array();
        for (const Result& result : weighed.results)
          item["cells"].push_back({{"method", result.definition}, {"problem", result.problem}, {"noise", result.noise}, {"eta", result.eta}, {"horizon", result.horizon},
                                   {"verdict", to_string(result.judgement.verdict)}, {"measured", finite(result.judgement.measured.value)}, {"lower", finite(result.judgement.measured.lower)},
                                   {"upper", finite(result.judgement.measured.upper)}, {"bound", finite(result.judgement.bound.upper())}, {"cell", result.cell}});
      }
      row["evidence"].push_back(std::move(item));
    }
    root["claims"].push_back(std::move(row));
  }
  root["provenance"] = {{"study_hash", decided.verification.study_hash}, {"code", decided.verification.code}, {"level", claims.level}, {"comparisons", decided.comparisons}};
  return root.dump(2) + "\n";
}

}  // namespace thalweg
