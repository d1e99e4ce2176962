#include "analysis/study/tuning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/stats/exponent.hpp"
#include "analysis/stats/moments.hpp"
#include "analysis/study/hash.hpp"

namespace thalweg {

namespace {

constexpr int per_decade = 8;  // the finest spacing: steps are 10^(k / 8)

double step_of(int k) { return std::pow(10.0, static_cast<double>(k) / per_decade); }

// What is known of one candidate: the metric of each replica at each step tried.
struct Tried {
  std::map<int, std::vector<double>> values;
  std::map<int, double> means;

  void add(int k, std::vector<double> at) {
    const double mean = moments_of(at).mean();
    means[k] = std::isfinite(mean) ? mean : std::numeric_limits<double>::infinity();
    values[k] = std::move(at);
  }
  int best() const {
    return std::min_element(means.begin(), means.end(), [](const auto& a, const auto& b) { return a.second < b.second; })->first;
  }
  int first() const { return means.begin()->first; }
  int last() const { return means.rbegin()->first; }
};

void try_steps(Laboratory& laboratory, const Shared& common, const std::vector<Candidate>& candidates, const std::vector<std::vector<int>>& wanted, std::vector<Tried>& tried) {
  std::string blocks;
  std::vector<std::pair<std::size_t, int>> order;
  for (std::size_t c = 0; c < candidates.size(); ++c) {
    std::vector<std::string> etas;
    for (const int k : wanted[c]) {
      if (tried[c].means.contains(k)) continue;
      etas.push_back(shortest(step_of(k)));
      order.emplace_back(c, k);
    }
    if (!etas.empty()) blocks += block_text(common, "candidate-" + std::to_string(c + 1), candidates[c], etas);
  }
  if (blocks.empty()) return;
  const std::vector<Recorded> out = laboratory.run(study_of(common, "tuning", blocks));
  for (std::size_t i = 0; i < out.size(); ++i) tried[order[i].first].add(order[i].second, out[i].last(common.metric));
}

}  // namespace

std::string block_text(const Shared& common, const std::string& name, const Candidate& candidate, const std::vector<std::string>& etas, const std::string& theorems, const std::string& more) {
  std::string set, steps;
  for (const auto& [field, value] : candidate.set) set += fmt::format("{}{} = {}", set.empty() ? "" : ", ", field, shortest(value));
  for (const std::string& eta : etas) steps += fmt::format("{}\"{}\"", steps.empty() ? "" : ", ", eta);
  return fmt::format("[[block]]\nname = \"{}\"\nproblem = {}\nnoise = {}\nmethod = \"{}\"\nset = {{ {} }}\neta = [{}]\nT = {}\nreplicas = {}\nrecords = {}\nseed = {}\nbox = {}\nprecision = \"{}\"\n"
                     "theorems = {}\n{}\n",
                     name, common.problem, common.noise, candidate.method, set, steps, common.horizon, common.replicas, common.records, common.seed, common.box, to_string(common.precision), theorems,
                     more.empty() ? fmt::format("record = [\"{}\"]\n", to_string(common.metric)) : more);
}

Study study_of(const Shared& common, const std::string& part, const std::string& blocks) {
  return parse_study(fmt::format("id = \"{}-{}\"\n\n{}", common.id, part, blocks), common.id + "-" + part + ".toml");
}

std::vector<Tuned> tune(Laboratory& laboratory, const Shared& common, const std::vector<Candidate>& candidates, double level) {
  std::vector<Tried> tried(candidates.size());
  std::vector<int> grid;
  for (int k = -5 * per_decade; k <= 0; k += per_decade / 2) grid.push_back(k);
  try_steps(laboratory, common, candidates, std::vector<std::vector<int>>(candidates.size(), grid), tried);
  for (int round = 0; round < 4; ++round) {
    std::vector<std::vector<int>> wanted(candidates.size());
    for (std::size_t c = 0; c < candidates.size(); ++c)
      for (int i = 1; i <= 4; ++i) {
        if (tried[c].best() == tried[c].first()) wanted[c].push_back(tried[c].first() - i * per_decade / 2);
        if (tried[c].best() == tried[c].last()) wanted[c].push_back(tried[c].last() + i * per_decade / 2);
      }
    try_steps(laboratory, common, candidates, wanted, tried);
  }
  std::vector<std::vector<int>> finer(candidates.size());
  for (std::size_t c = 0; c < candidates.size(); ++c)
    for (int i = 1 - per_decade / 2; i < per_decade / 2; ++i) finer[c].push_back(tried[c].best() + i);
  try_steps(laboratory, common, candidates, finer, tried);

  std::vector<Tuned> out;
  for (const Tried& one : tried) {
    const int best = one.best();
    Tuned tuned{step_of(best), one.means.at(best), step_of(best), step_of(best), one.means.size(), best == one.first() || best == one.last()};
    const double each = simultaneous_level(level, one.means.size());
    for (const auto& [k, values] : one.values) {
      if (!std::isfinite(one.means.at(k))) continue;
      // Not told apart: the ratio to the best may be 1.
      if (k != best && log_ratio_of_means(one.values.at(best), values, each).lower > 0.0) continue;
      tuned.least = std::min(tuned.least, step_of(k));
      tuned.most = std::max(tuned.most, step_of(k));
    }
    out.push_back(tuned);
  }
  return out;
}

}  // namespace thalweg
