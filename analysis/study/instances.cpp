#include "analysis/study/instances.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/study/hash.hpp"
#include "lib/core/dice.hpp"
#include "lib/engine/parallel.hpp"

namespace thalweg {

namespace {

// The constants whose extremes are wanted, where they are known and differ among the candidates.
constexpr std::array<std::string_view, 12> constants = {"L", "kappa", "Delta", "R", "d", "sigma2", "skewness", "Gs", "kappa_A", "beta1", "eps", "T"};

struct Drawn {
  Instance instance;
  std::array<double, constants.size()> at{};  // NaN: unknown
};

double known(const Quantities& quantities, std::string_view name) {
  const Interval* value = quantities.find(name);
  return value != nullptr && std::isfinite(value->upper()) ? value->upper() : std::nan("");
}

Drawn described(const Candidate& candidate) {
  const Quantities quantities(candidate.cell.setting);
  Drawn out{candidate.instance, {}};
  for (std::size_t i = 0; i < constants.size(); ++i) {
    if (constants[i] == "kappa") {
      const double mu = std::max(quantities.find("mu")->lower(), quantities.find("mu_pl")->lower());
      out.at[i] = mu > 0.0 ? known(quantities, "L") / mu : std::nan("");
    } else if (constants[i] == "skewness") {
      const double variance = known(quantities, "sigma2");
      out.at[i] = variance > 0.0 ? known(quantities, "mu3") / std::pow(variance, 1.5) : std::nan("");
    } else {
      out.at[i] = known(quantities, constants[i]);
    }
  }
  return out;
}

// Easy: every constant that makes a problem hard is small, on the scale of the pool.
double hardness(const Drawn& one) {
  double sum = 0.0;
  for (std::size_t i = 0; i < constants.size(); ++i)
    if (constants[i] != "T" && constants[i] != "eps" && std::isfinite(one.at[i])) sum += std::log1p(std::fabs(one.at[i]));
  return sum;
}

std::vector<Drawn> pool_of(const InstanceSpace& space, const InstanceOptions& options, Instances& out) {
  std::vector<Drawn> pool;
  Dice dice(draw_key(options.seed, 0), 2, 0);
  constexpr std::size_t together = 64;
  while (pool.size() < options.pool && out.drawn < options.draws) {
    std::vector<Structure> structures;
    std::vector<std::vector<double>> points;
    for (std::size_t i = 0; i < together; ++i) {
      structures.push_back(space.structure(space.problems()[dice.below(space.problems().size())], space.noises()[dice.below(space.noises().size())], space.methods()[dice.below(space.methods().size())]));
      points.emplace_back();
      for (std::size_t k = 0; k < structures.back().knobs.size(); ++k) points.back().push_back(dice.uniform());
    }
    std::vector<std::optional<Drawn>> found(together);
    std::vector<std::string> reasons(together);
    run_in_parallel(options.threads, together, [&](std::size_t i) {
      if (const auto candidate = space.at(structures[i], points[i], {options.replicas, options.replicas, options.coordinate_steps}, reasons[i])) found[i] = described(*candidate);
    });
    for (std::size_t i = 0; i < together; ++i) {
      ++out.drawn;
      if (found[i]) {
        pool.push_back(*std::move(found[i]));
      } else {
        ++out.refused;
        ++out.reasons[reasons[i]];
      }
    }
  }
  return pool;
}

}  // namespace

Instances instances(const Card& card, const InstanceOptions& options, const Engine& engine) {
  Instances out;
  const InstanceSpace space(card, options.restriction);
  const std::vector<Drawn> pool = pool_of(space, options, out);
  std::vector<bool> taken(pool.size(), false);
  const auto take = [&](std::size_t i, const std::string& role) {
    if (taken[i]) {
      for (Instances::Chosen& chosen : out.chosen)
        if (block_of(chosen.instance, "", "") == block_of(pool[i].instance, "", "")) chosen.role += ", " + role;
      return;
    }
    taken[i] = true;
    out.chosen.push_back({pool[i].instance, role});
  };
  if (pool.empty()) return out;
  std::size_t easiest = 0;
  for (std::size_t i = 1; i < pool.size(); ++i)
    if (hardness(pool[i]) < hardness(pool[easiest])) easiest = i;
  take(easiest, "easy");
  for (std::size_t c = 0; c < constants.size(); ++c) {
    std::optional<std::size_t> least, most;
    for (std::size_t i = 0; i < pool.size(); ++i) {
      if (!std::isfinite(pool[i].at[c])) continue;
      if (!least || pool[i].at[c] < pool[*least].at[c]) least = i;
      if (!most || pool[i].at[c] > pool[*most].at[c]) most = i;
    }
    if (!least || !(pool[*least].at[c] < pool[*most].at[c])) continue;
    take(*most, "largest " + std::string(constants[c]));
    if (constants[c] == "eps" || constants[c] == "d") take(*least, "smallest " + std::string(constants[c]));
  }
  // A problem that was asked for by name is among them, extreme or not.
  for (const std::string& name : options.restriction.problems) {
    const auto is_of = [&](const Instance& instance) { return instance.problem == name; };
    if (std::any_of(out.chosen.begin(), out.chosen.end(), [&](const Instances::Chosen& chosen) { return is_of(chosen.instance); })) continue;
    const auto first = std::find_if(pool.begin(), pool.end(), [&](const Drawn& drawn) { return is_of(drawn.instance); });
    if (first != pool.end()) take(static_cast<std::size_t>(first - pool.begin()), "named");
  }
  AttackOptions search;
  search.restriction = options.restriction;
  search.evaluations = options.trials;
  search.seed = options.seed;
  search.threads = options.threads;
  search.findings = 1;
  for (Finding& finding : attack(card, search, engine).findings) {
    finding.instance.replicas = options.replicas;
    out.chosen.push_back({finding.instance, "adversarial"});
  }
  return out;
}

std::string study_of(const Card& card, const Instances& instances, double level) {
  std::string out = "id    = \"" + card.id + "-instances\"\ntitle = \"Instances chosen for " + card.id + "\"\nlevel = " + shortest(level) + "\n";
  for (const Instances::Chosen& chosen : instances.chosen) out += "\n" + block_of(chosen.instance, card.id + "/" + chosen.role, card.id);
  return out;
}

std::string refusals(std::uint64_t drawn, std::uint64_t refused, const std::map<std::string, std::uint64_t>& reasons) {
  std::vector<std::pair<std::uint64_t, std::string>> sorted;
  for (const auto& [reason, count] : reasons) sorted.emplace_back(count, reason);
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string out = fmt::format("{} of {} points drawn were refused", refused, drawn);
  constexpr std::size_t shown = 4;
  for (std::size_t i = 0; i < std::min(shown, sorted.size()); ++i) out += fmt::format("{}{} ({})", i == 0 ? ": " : "; ", sorted[i].second, sorted[i].first);
  return out + (sorted.size() > shown ? fmt::format("; and {} other reasons", sorted.size() - shown) : "");
}

}  // namespace thalweg
