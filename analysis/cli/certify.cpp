// thalweg certify: an enclosure of a constant of a problem, beside the declared one.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "analysis/cli/subject.hpp"
#include "problems/certify_problem.hpp"

namespace thalweg::cli {

namespace {

constexpr int contradicted = 1, not_converged = 3;

// null: everywhere; one number where all coordinates are alike.
nlohmann::ordered_json to_json(const Box& region) {
  if (region.everything()) return nullptr;
  const auto side = [](const PerCoordinate<double>& all) { return all.stored().size() == 1 ? nlohmann::ordered_json(all.front()) : nlohmann::ordered_json(all.values()); };
  return {{"lower", side(region.lower)}, {"upper", side(region.upper)}};
}

nlohmann::ordered_json declared(const Constant& c) {
  if (!c.known()) return nullptr;
  return {{"lower", c.lower}, {"upper", c.upper}, {"trust", to_string(c.trust)}, {"source", c.source}};
}

void print_json(const CertifyOptions& options, const Problem& problem, const Certificate& c, double seconds) {
  nlohmann::ordered_json root{{"schema", "thalweg.certify/1"}, {"problem", problem.text}, {"constant", options.constant}};
  root["coordinate"] = options.coordinate ? nlohmann::ordered_json(*options.coordinate) : nlohmann::ordered_json(nullptr);
  root["region"] = to_json(c.region);
  root["lower"] = c.lower;
  root["upper"] = c.upper;
  root["at"] = c.at;
  root["how"] = c.how;
  root["pieces"] = c.pieces;
  root["converged"] = c.converged;
  root["seconds"] = seconds;
  root["declared"] = declared(c.declared);
  root["contradicted"] = c.contradicted;
  fmt::print("{}\n", root.dump(2));
}

void print_lines(const CertifyOptions& options, const Problem& problem, const Certificate& c, double seconds) {
  const std::string name = options.coordinate ? fmt::format("{} with j = {}", options.constant, *options.coordinate) : options.constant;
  fmt::print("{} of {} on {}\n  in [{:.17g}, {:.17g}]{}\n", name, problem.text, words(c.region), c.lower, c.upper, c.converged ? "" : "  not converged: --pieces or a wider --tolerance");
  fmt::print("  by {}; {} pieces, {:.3g} s\n", c.how, c.pieces, seconds);
  if (!c.at.empty()) fmt::print("  best value seen at {}\n", words(c.at));
  if (!c.declared.known()) fmt::print("  declared: nothing\n");
  else fmt::print("  declared: in [{:.17g}, {:.17g}], {} ({}){}\n", c.declared.lower, c.declared.upper, to_string(c.declared.trust), c.declared.source, c.contradicted ? ": CONTRADICTED" : "");
}

}  // namespace

int certify(const CertifyOptions& options) {
  const Problem problem = subject(options);
  Inquiry inquiry;
  inquiry.constant = static_cast<ConstantName>(std::find(constant_names.begin(), constant_names.end(), options.constant) - constant_names.begin());
  inquiry.coordinate = options.coordinate;
  inquiry.region = region_of(options.region, problem.dim());
  inquiry.tolerance = options.tolerance;
  inquiry.most_pieces = options.pieces;
  const auto before = std::chrono::steady_clock::now();
  const Certificate c = thalweg::certify(problem, inquiry);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count();
  (options.json ? print_json : print_lines)(options, problem, c, seconds);
  return c.contradicted ? contradicted : c.converged ? 0 : not_converged;
}

}  // namespace thalweg::cli
