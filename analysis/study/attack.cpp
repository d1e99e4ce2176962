#include "analysis/study/attack.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>

#include "analysis/study/hash.hpp"
#include "analysis/study/pins.hpp"
#include "analysis/theory/evaluate.hpp"
#include "analysis/theory/verdict.hpp"
#include "lib/core/dice.hpp"
#include "lib/engine/parallel.hpp"

namespace thalweg {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double none = -infinity;

constexpr Effort effort = {8, 48, 1e6};     // of one trial
constexpr double confirming_steps = 2e8;   // of a confirming run
constexpr std::size_t in_flight = 32;      // trials evaluated together
constexpr double search_level = 1e-3;      // of the judgements in the search, which decide nothing

using Cube = std::vector<double>;

struct Trial {
  const Structure* structure = nullptr;
  Cube u;
  bool settled = false;  // starts where such a run ends
  double score = none;
  Instance instance = {};
  std::string reason = {};
};

double score_of(const Card& card, const Judgement& judgement, bool deterministic) {
  if (judgement.verdict == Verdict::not_applicable) return none;
  // Without randomness what certainly stands above rounding: else a run at a minimiser is divided by a bound that is 0 up to rounding.
  const double measured = deterministic && card.kind != Kind::limit ? judgement.measured.lower : judgement.measured.value, bound = judgement.bound.upper();
  if (!std::isfinite(bound)) return none;
  switch (card.kind) {
    case Kind::upper:
    case Kind::tight:
      if (!std::isfinite(measured)) return deterministic && judgement.verdict == Verdict::violated ? 700.0 : none;
      return measured > 0.0 && bound > 0.0 ? std::log(measured) - std::log(bound) : -700.0;
    case Kind::limit: {
      if (!std::isfinite(measured)) return none;
      const double room = card.tolerance.value_or(0.01) * std::fabs(judgement.bound.mid());
      return std::log(std::fabs(measured - judgement.bound.mid()) + 1e-300) - std::log(room + 1e-300);
    }
    case Kind::threshold:
      if (judgement.verdict == Verdict::violated) return 1.0;
      return judgement.ratio > 0.0 && judgement.verdict == Verdict::holds ? -std::fabs(std::log(judgement.ratio)) : none;
  }
  return none;
}

// Lower triangular factor of a symmetric positive definite matrix, row by row; a diagonal that rounding made negative counts as tiny.
std::vector<double> cholesky(const std::vector<double>& a, std::size_t n) {
  std::vector<double> l(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = a[i * n + j];
      for (std::size_t k = 0; k < j; ++k) sum -= l[i * n + k] * l[j * n + k];
      l[i * n + j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / l[j * n + j];
    }
  return l;
}

// How often the values of one component (a problem, a noise, a method) were tried, spoken of and among the best.
struct Tally {
  double tries = 0.0, spoken = 0.0, best = 0.0;
  double weight() const { return (1.0 + spoken) / (2.0 + tries) * (1.0 + 8.0 * best / (1.0 + spoken)); }
};

// One of the given places, by the weights of their tallies.
std::size_t drawn(const std::vector<Tally>& tallies, const std::vector<std::size_t>& places, Dice& dice) {
  if (dice.uniform() < 0.1) return places[dice.below(places.size())];
  double sum = 0.0;
  for (std::size_t place : places) sum += tallies[place].weight();
  double at = dice.uniform() * sum;
  for (std::size_t place : places)
    if ((at -= tallies[place].weight()) < 0.0) return place;
  return places.back();
}

std::vector<std::size_t> all_of(std::size_t count) {
  std::vector<std::size_t> places(count);
  std::iota(places.begin(), places.end(), std::size_t{0});
  return places;
}

// The noises by kind: none, symmetric, skewed. What breaks a theorem is often one kind's doing, and another kind attains its bound without breaking it.
std::vector<std::vector<std::size_t>> kinds_of(const std::vector<std::string>& noises) {
  std::vector<std::vector<std::size_t>> kinds(3);
  for (std::size_t i = 0; i < noises.size(); ++i) {
    const NoiseFacts facts = make_noise(noises[i], 1).facts;
    kinds[facts.none ? 0 : facts.symmetric ? 1 : 2].push_back(i);
  }
  std::erase_if(kinds, [](const auto& kind) { return kind.empty(); });
  return kinds;
}

class Search {
 public:
  Search(const Card& card, const AttackOptions& options, const Engine& engine, const AttackProgress& progress)
      : options_(options), engine_(engine), progress_(progress), space_(card, options.restriction), shortens_(card.kind == Kind::upper && path_metrics(card).empty() && pins_of(card).empty() && !options.restriction.fixed.contains("eta")), kinds_(kinds_of(space_.noises())), dice_(draw_key(options.seed, 0), 1, 0) {}

  Attack run() {
    explore(0.25);
    while (used() < 0.75 && !pool_.empty()) {
      auto kind = pool_.begin();
      std::advance(kind, static_cast<std::ptrdiff_t>(dice_.below(pool_.size())));
      kind->second.push_back(descend(start(kind->second), 0.75));
    }
    const std::vector<Trial> best = best_of_kinds();
    for (std::size_t i = 0; i < best.size(); ++i) refine(best[i], 0.75 + 0.25 * static_cast<double>(i + 1) / static_cast<double>(best.size()));
    for (const Trial& trial : leaders(options_.findings)) {
      Finding finding{trial.instance, std::exp(trial.score)};
      const double each = static_cast<double>(finding.instance.horizon) * static_cast<double>(dimension(trial));
      finding.instance.replicas = finding.instance.replicas == 1 ? 1 : static_cast<std::size_t>(std::clamp(confirming_steps / each, 1024.0, 65536.0));
      finding.instance.seed = options_.seed + 1000003;  // draws that the search has not seen
      attack_.findings.push_back(std::move(finding));
    }
    attack_.seconds = elapsed();
    return std::move(attack_);
  }

 private:
  double elapsed() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }
  double used() const {
    if (options_.evaluations > 0) return static_cast<double>(asked_) / static_cast<double>(options_.evaluations);
    return elapsed() / options_.seconds;
  }
  std::size_t dimension(const Trial& trial) const {
    std::string reason;
    const auto candidate = space_.at(*trial.structure, trial.u, effort, reason);
    return candidate ? candidate->cell.setting.problem.dim() : 1;
  }

  const Structure* structure(std::size_t problem, std::size_t noise, std::size_t method) {
    const std::string key = space_.problems()[problem] + "|" + space_.noises()[noise] + "|" + space_.methods()[method];
    const auto found = structures_.find(key);
    if (found != structures_.end()) return &found->second;
    return &structures_.emplace(key, space_.structure(space_.problems()[problem], space_.noises()[noise], space_.methods()[method])).first->second;
  }

  Trajectories run(const Cell& cell, bool keep_final) const {
    Batch batch = cell.batch();
    batch.instance = 0;
    batch.seed = options_.seed + (keep_final ? 1 : 0);  // how the start was reached tells nothing of the run's draws
    batch.keep_final = keep_final;
    return engine_.run(batch);
  }

  // The mean over replicas of where the runs of a cell end; empty: one did not, or it is out of all proportion.
  std::vector<double> end_of(const Cell& cell) const {
    const Trajectories ran = run(cell, true);
    std::vector<double> mean(cell.setting.problem.dim(), 0.0);
    for (std::size_t r = 0; r < ran.replicas; ++r) {
      if (ran.outcomes[r].ending != Ending::finished) return {};
      for (std::size_t j = 0; j < mean.size(); ++j) mean[j] += ran.final_x[r * mean.size() + j] / static_cast<double>(ran.replicas);
    }
    constexpr double farthest = 1e3;
    return std::all_of(mean.begin(), mean.end(), [](double x) { return std::fabs(x) <= farthest; }) ? mean : std::vector<double>{};
  }

  // Moves the candidate's start to where its runs end, until another run no longer changes f by much: what fades cannot attain a bound from there.
  bool settle(Trial& trial, std::optional<Candidate>& candidate) const {
    constexpr int most_runs = 4;
    constexpr double much = 0.2;  // of f - f*
    double before = value_at(candidate->cell, candidate->cell.setting.start.values());
    for (int i = 0; i < most_runs; ++i) {
      const std::vector<double> end = end_of(candidate->cell);
      if (end.empty()) break;
      const double now = value_at(candidate->cell, end);
      candidate = space_.at(*trial.structure, trial.u, effort, trial.reason, end);
      if (!candidate) return false;
      if (std::fabs(now - before) <= much * std::fabs(before)) return true;
      before = now;
    }
    trial.reason = "the run does not settle";
    return false;
  }
  static double value_at(const Cell& cell, const std::vector<double>& x) { return cell.setting.problem.value(View<const double>(x.data(), x.size())); }

  // What stays depends little on the step, and the bound of what fades much: the step that makes the bound least.
  void take_least_bound(Candidate& candidate) const {
    const double factor = factor_of_least_bound(space_.card(), candidate.cell.setting);
    candidate.instance.eta *= factor;
    for (double& step : candidate.cell.setting.eta) step *= factor;
  }

  void evaluate(Trial& trial) const {
    auto candidate = space_.at(*trial.structure, trial.u, effort, trial.reason);
    if (!candidate) return;
    if (trial.settled) {
      if (!settle(trial, candidate)) return;
      if (shortens_) take_least_bound(*candidate);
    }
    trial.instance = candidate->instance;
    const Trajectories ran = run(candidate->cell, false);
    const Judgement judgement = judge(space_.card(), candidate->cell.setting, ran, ran.steps.size() - 1, search_level);
    trial.score = score_of(space_.card(), judgement, candidate->cell.replicas == 1);
    if (trial.score == none) trial.reason = judgement.reason.empty() ? "the run is not finite" : judgement.reason;
  }

  void evaluate(std::vector<Trial>& trials) {
    run_in_parallel(options_.threads, trials.size(), [&](std::size_t i) { evaluate(trials[i]); });
    for (Trial& trial : trials) {
      ++asked_;
      if (trial.score == none) {
        ++attack_.refused;
        ++attack_.reasons[trial.reason];
        continue;
      }
      ++attack_.trials;
      auto& best = best_[trial.structure];
      if (best.structure == nullptr || trial.score > best.score) best = trial;
      best_score_ = std::max(best_score_, trial.score);
    }
    if (progress_) progress_(std::min(1.0, used()), std::exp(best_score_));
  }

  // The best trials of different combinations, the best first.
  std::vector<Trial> leaders(std::size_t count) const {
    std::vector<Trial> all;
    for (const auto& [key, structure] : structures_)
      if (const auto found = best_.find(&structure); found != best_.end()) all.push_back(found->second);
    std::stable_sort(all.begin(), all.end(), [](const Trial& a, const Trial& b) { return a.score > b.score; });
    if (all.size() > count) all.resize(count);
    return all;
  }

  // The best trial of each kind of noise and start, the best first: the kind that breaks a theorem may trail one that attains it.
  std::vector<Trial> best_of_kinds() const {
    std::vector<Trial> all;
    for (const auto& [kind, trials] : pool_) all.push_back(*std::max_element(trials.begin(), trials.end(), [](const Trial& a, const Trial& b) { return a.score < b.score; }));
    std::stable_sort(all.begin(), all.end(), [](const Trial& a, const Trial& b) { return a.score > b.score; });
    return all;
  }

  void explore(double until) {
    std::vector<Tally> problems(space_.problems().size()), noises(space_.noises().size()), methods(space_.methods().size());
    std::vector<double> scores;
    while (used() < until) {
      struct Parts {
        std::size_t problem, noise, method;
      };
      std::vector<Parts> parts;
      std::vector<Trial> trials;
      for (std::size_t i = 0; i < in_flight; ++i) {
        const auto& kind = kinds_[dice_.below(kinds_.size())];
        const Parts p{drawn(problems, all_of(problems.size()), dice_), drawn(noises, kind, dice_), drawn(methods, all_of(methods.size()), dice_)};
        Trial trial{structure(p.problem, p.noise, p.method), {}, dice_.uniform() < 0.5};
        trial.settled = trial.settled && trial.structure->noise != "none";  // without noise what is settled is at rest
        const auto known = best_.find(trial.structure);
        const bool near = known != best_.end() && known->second.settled == trial.settled && dice_.uniform() < 0.4;
        for (std::size_t k = 0; k < trial.structure->knobs.size(); ++k)
          trial.u.push_back(near ? std::clamp(known->second.u[k] + 0.15 * dice_.normal(), 0.0, 1.0) : dice_.uniform());
        if (trial.settled && !near) trial.u.back() = 1.0 - 0.2 * trial.u.back();  // the horizon: what stays is seen in long runs
        parts.push_back(p);
        trials.push_back(std::move(trial));
      }
      evaluate(trials);
      for (std::size_t i = 0; i < trials.size(); ++i) {
        if (trials[i].score == none) continue;
        scores.push_back(trials[i].score);
        for (std::size_t k = 0; k < kinds_.size(); ++k)
          if (std::find(kinds_[k].begin(), kinds_[k].end(), parts[i].noise) != kinds_[k].end()) pool_[2 * k + (trials[i].settled ? 1 : 0)].push_back(trials[i]);
      }
      double good = infinity;
      if (!scores.empty()) {
        const auto place = scores.begin() + static_cast<std::ptrdiff_t>(scores.size() - 1 - scores.size() / 20);
        std::nth_element(scores.begin(), place, scores.end());
        good = *place;
      }
      for (std::size_t i = 0; i < trials.size(); ++i)
        for (Tally* tally : {&problems[parts[i].problem], &noises[parts[i].noise], &methods[parts[i].method]}) {
          tally->tries += 1.0;
          if (trials[i].score != none) tally->spoken += 1.0;
          if (trials[i].score >= good) tally->best += 1.0;
        }
    }
  }

  // Where a descent begins: the best of a few of the explored trials of one kind.
  Trial start(const std::vector<Trial>& kind) {
    const Trial* best = nullptr;
    constexpr int contest = 5;
    for (int i = 0; i < contest; ++i) {
      const Trial& one = kind[dice_.below(kind.size())];
      if (best == nullptr || one.score > best->score) best = &one;
    }
    return *best;
  }

  Trial descend(Trial at, double until) {
    for (double distance = 0.25; distance >= 0.01 && used() < until;) {
      std::vector<Trial> around;
      for (std::size_t k = 0; k < at.u.size(); ++k)
        for (double sign : {-1.0, 1.0}) {
          Trial trial{at.structure, at.u, at.settled};
          trial.u[k] = std::clamp(trial.u[k] + sign * distance, 0.0, 1.0);
          if (trial.u[k] != at.u[k]) around.push_back(std::move(trial));
        }
      evaluate(around);
      const auto best = std::max_element(around.begin(), around.end(), [](const Trial& a, const Trial& b) { return a.score < b.score; });
      if (best != around.end() && best->score > at.score) at = *best;
      else distance *= 0.5;
    }
    return at;
  }

  void refine(const Trial& start, double until) {
    const std::size_t n = start.u.size(), samples = std::max<std::size_t>(16, 4 + 3 * n), kept = samples / 4;
    Cube mean = start.u;
    std::vector<double> covariance(n * n, 0.0);
    for (std::size_t i = 0; i < n; ++i) covariance[i * n + i] = 0.08 * 0.08;
    while (used() < until) {
      const std::vector<double> factor = cholesky(covariance, n);
      std::vector<Trial> trials;
      for (std::size_t s = 0; s < samples; ++s) {
        Trial trial{start.structure, mean, start.settled};
        Cube z(n);
        for (double& value : z) value = dice_.normal();
        for (std::size_t i = 0; i < n; ++i) {
          for (std::size_t k = 0; k <= i; ++k) trial.u[i] += factor[i * n + k] * z[k];
          trial.u[i] = std::clamp(trial.u[i], 0.0, 1.0);
        }
        trials.push_back(std::move(trial));
      }
      evaluate(trials);
      std::stable_sort(trials.begin(), trials.end(), [](const Trial& a, const Trial& b) { return a.score > b.score; });
      if (trials[kept - 1].score == none) {  // too wide: most points are inadmissible
        for (double& entry : covariance) entry *= 0.25;
        continue;
      }
      Cube next(n, 0.0);
      std::vector<double> spread(n * n, 0.0);
      for (std::size_t s = 0; s < kept; ++s)
        for (std::size_t i = 0; i < n; ++i) {
          next[i] += trials[s].u[i] / static_cast<double>(kept);
          for (std::size_t k = 0; k < n; ++k) spread[i * n + k] += (trials[s].u[i] - mean[i]) * (trials[s].u[k] - mean[k]) / static_cast<double>(kept);
        }
      for (std::size_t i = 0; i < n * n; ++i) covariance[i] = 0.5 * covariance[i] + 0.5 * spread[i];
      for (std::size_t i = 0; i < n; ++i) covariance[i * n + i] += 1e-8;
      mean = next;
    }
  }

  const AttackOptions& options_;
  const Engine& engine_;
  const AttackProgress& progress_;
  InstanceSpace space_;
  bool shortens_;  // the bound of a trial can be had before its run, at any step
  std::vector<std::vector<std::size_t>> kinds_;
  Dice dice_;
  std::map<std::size_t, std::vector<Trial>> pool_;  // explored, by the kind of noise and of start
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::map<std::string, Structure> structures_;
  std::map<const Structure*, Trial> best_;
  std::uint64_t asked_ = 0;
  double best_score_ = none;
  Attack attack_;
};

}  // namespace

Attack attack(const Card& card, const AttackOptions& options, const Engine& engine, const AttackProgress& progress) {
  return Search(card, options, engine, progress).run();
}

std::string study_of(const Card& card, const Attack& attack, double level) {
  std::string out = "# The tightest instances of " + card.id + " that a search found, with draws that the search has not seen.\n";
  out += "id    = \"" + card.id + "-attack\"\ntitle = \"The tightest instances found of " + card.id + "\"\nlevel = " + shortest(level) + "\n";
  for (std::size_t i = 0; i < attack.findings.size(); ++i) {
    const Finding& finding = attack.findings[i];
    out += "\n# measured / bound in the search: " + shortest(finding.ratio) + "\n" + block_of(finding.instance, "found-" + std::to_string(i + 1), card.id);
  }
  return out;
}

}  // namespace thalweg
