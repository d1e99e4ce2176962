#include "analysis/study/rounds.hpp"

#include <algorithm>

#include "analysis/study/hash.hpp"
#include "lib/core/check.hpp"

namespace thalweg {

namespace {

// parts[p] has `rows` rows of parts[p].replicas values: [row][replica] of all parts together.
template <class Of>
std::vector<double> side_by_side(const std::vector<Trajectories>& parts, const Of& of) {
  std::size_t size = 0;
  for (const Trajectories& part : parts) size += of(part).size();
  std::vector<double> all;
  all.reserve(size);
  const std::size_t rows = of(parts.front()).size() / parts.front().replicas;
  for (std::size_t row = 0; row < rows; ++row)
    for (const Trajectories& part : parts) {
      const auto from = of(part).begin() + static_cast<std::ptrdiff_t>(row * part.replicas);
      all.insert(all.end(), from, from + static_cast<std::ptrdiff_t>(part.replicas));
    }
  return all;
}

}  // namespace

std::vector<std::size_t> round_ends(const Cell& cell, const Budget& budget) {
  std::vector<std::size_t> ends = {cell.replicas};
  if (cell.setting.noise.facts.none && !cell.setting.problem.objective.sampled) return ends;
  const std::size_t most = budget.replicas.value_or(budget.factor * cell.replicas);
  while (ends.back() <= most / 2) ends.push_back(2 * ends.back());
  return ends;
}

Cell round_of(const Cell& cell, std::size_t k) {
  THALWEG_EXPECTS(cell.first_replica == 0);
  if (k == 0) return cell;
  Cell round = cell;
  round.first_replica = cell.replicas << (k - 1);
  round.replicas = round.first_replica;
  round.first_round = cell.key;
  round.key = hash_text("round/1|" + cell.key + "|first=" + std::to_string(round.first_replica) + "|replicas=" + std::to_string(round.replicas));
  return round;
}

Trajectories joined(const std::vector<Trajectories>& parts) {
  THALWEG_EXPECTS(!parts.empty());
  Trajectories all;
  all.steps = parts.front().steps;
  for (const Trajectories& part : parts) {
    THALWEG_EXPECTS(part.steps == all.steps && part.replicas > 0);
    all.replicas += part.replicas;
    all.outcomes.insert(all.outcomes.end(), part.outcomes.begin(), part.outcomes.end());
    all.audits.insert(all.audits.end(), part.audits.begin(), part.audits.end());
  }
  // What a later round does not record (the noise of very many replicas) is that of the first alone, which is judged before the others are made.
  const auto everywhere = [&](std::size_t k) { return std::none_of(parts.begin(), parts.end(), [k](const Trajectories& part) { return part.series[k].empty(); }); };
  for (std::size_t k = 0; k < metric_count; ++k)
    if (everywhere(k)) all.series[k] = side_by_side(parts, [k](const Trajectories& part) -> const std::vector<double>& { return part.series[k]; });
  all.percentiles = side_by_side(parts, [](const Trajectories& part) -> const std::vector<double>& { return part.percentiles; });
  return all;
}

}  // namespace thalweg
