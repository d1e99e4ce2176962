#include "analysis/cli/search.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "analysis/cli/session.hpp"
#include "analysis/study/instances.hpp"
#include "lib/core/check.hpp"

namespace thalweg::cli {

namespace {

constexpr double attack_seconds = 120.0, choice_seconds = 6.0;

Searched searched(const std::string& theorem, std::string text, std::string tried) {
  Study study = parse_study(text, theorem + ".toml");
  return {std::move(text), std::move(study.blocks), {theorem, std::move(tried), ""}};
}

}  // namespace

Restriction restriction(const VerifyOptions& options) {
  Restriction out{options.problems, options.noises, options.methods, {}};
  for (const auto& [name, values] : parameters(options.grid, "--grid")) {
    const std::string canonical(canonical_name(name));
    if (values.empty()) throw SpecError({{}, "--grid", name, "must be name=value,value,..."});
    if (canonical == "eta" || canonical == "T")
      for (double value : values)
        if (!(value > 0.0) || (canonical == "T" && (value != static_cast<double>(static_cast<std::uint64_t>(value)) || value > static_cast<double>(most_steps))))
          throw SpecError({{}, "--grid " + canonical, fmt::format("{}", value), canonical == "T" ? "must be a whole number of steps from 1 to 2^30" : "must be a positive step size"});
    out.fixed[canonical] = values;
  }
  return out;
}

Searched chosen_instances(const Card& card, const VerifyOptions& options, const Engine& engine) {
  const double share = options.budget.value_or(choice_seconds) / choice_seconds;
  InstanceOptions choice;
  choice.restriction = restriction(options);
  choice.seed = options.seed.value_or(1);
  choice.threads = options.threads;
  choice.coordinate_steps *= share;
  choice.trials = static_cast<std::uint64_t>(std::max(32.0, static_cast<double>(choice.trials) * share));
  choice.draws = static_cast<std::uint64_t>(std::max(256.0, static_cast<double>(choice.draws) * share));
  if (options.replicas) choice.replicas = *options.replicas;
  const Instances found = instances(card, choice, engine);
  const std::string refused = refusals(found.drawn, found.refused, found.reasons);
  if (found.chosen.empty()) throw SpecError({card.file.empty() ? Place{} : Place{card.file.string(), 0, 0}, "", card.id, "no instance was found of which the theorem speaks: " + refused});
  std::string roles;
  for (const Instances::Chosen& chosen : found.chosen) roles += (roles.empty() ? "" : "; ") + chosen.role;
  return searched(card.id, study_of(card, found, 1e-3), fmt::format("{} instances were chosen ({}). {}", found.chosen.size(), roles, refused));
}

Searched tightest_instances(const Card& card, const VerifyOptions& options, const Engine& engine, double level) {
  AttackOptions search;
  search.restriction = restriction(options);
  search.seconds = options.budget.value_or(attack_seconds);
  search.seed = options.seed.value_or(1);
  search.threads = options.threads;
  const bool terminal = isatty(STDERR_FILENO) != 0;
  const Attack found = attack(card, search, engine, [&](double used, double best) {
    if (terminal) fmt::print(stderr, "\r{}: {:.0f} s left, largest measured / bound {:.4g}   {}", card.id, search.seconds * (1.0 - used), best, used >= 1.0 ? "\r\033[K" : "");
  });
  const std::string refused = refusals(found.trials + found.refused, found.refused, found.reasons);
  if (found.findings.empty()) throw SpecError({card.file.empty() ? Place{} : Place{card.file.string(), 0, 0}, "", card.id, "no instance was found of which the theorem speaks: " + refused});
  return searched(card.id, study_of(card, found, level),
                  fmt::format("{} trials in {:.0f} s; the largest measured / bound in the search was {:.6g}. {}", found.trials, found.seconds, found.findings.front().ratio, refused));
}

}  // namespace thalweg::cli
