#include "problems/falsify.hpp"

#include <algorithm>
#include <cmath>

#include "lib/core/check.hpp"
#include "lib/core/dice.hpp"
#include "lib/core/elementary.hpp"
#include "problems/falsify_target.hpp"

namespace thalweg {

namespace {

using falsification::CountedProblem;
using falsification::Look;
using falsification::Point;
using falsification::Target;

constexpr double infinity = std::numeric_limits<double>::infinity();

// Coordinates in [-1, 1].
Point pattern(Dice& dice, std::size_t kind, std::size_t n) {
  Point u(n, 0.0);
  const double sign = dice.sign();
  const std::size_t one = dice.below(n), length = 1 + dice.below(n);
  for (std::size_t j = 0; j < n; ++j) {
    switch (kind) {
      case 0: u[j] = dice.sign(); break;
      case 1: u[j] = 2.0 * dice.uniform() - 1.0; break;
      case 2: u[j] = j == one ? sign : 0.0; break;
      case 3: u[j] = j % 2 == one % 2 ? sign : 0.0; break;                                   // 0 1 0 1 ...
      case 4: u[j] = sign * static_cast<double>(j) / static_cast<double>(std::max<std::size_t>(n - 1, 1)); break;  // 0 1 2 3 ...
      case 5: u[j] = sign; break;
      case 6: u[j] = 0.3 * dice.normal(); break;
      case 7: u[j] = dice.sign() * dice.power_of_ten(-4.0, 0.0); break;
      case 8: u[j] = j % 2 == 0 ? sign : -sign; break;
      case 9: u[j] = j == one || j == (one + 1) % n ? 2.0 * dice.uniform() - 1.0 : 0.0; break;
      case 10: u[j] = j < length ? sign : 0.0; break;
      default: u[j] = dice.uniform() < 0.3 ? dice.sign() * dice.uniform() : 0.0; break;
    }
  }
  return u;
}
constexpr std::size_t patterns = 12;

class Search {
 public:
  Search(const Problem& problem, const ConstantClaim& claim, const Hunt& hunt, const Box& region)
      : f_(problem, region, hunt.budget), target_(f_, claim, hunt.seed), key_(draw_key(hunt.seed, problem.instance)), n_(problem.dim()), best_look_{} {
    bases_.push_back(problem.start.values());
    if (problem.facts.minimiser) bases_.push_back(problem.facts.minimiser->values());
    bases_.emplace_back(n_, 0.0);
    if (f_.bounded()) {
      Point centre(n_);
      for (std::size_t j = 0; j < n_; ++j) centre[j] = 0.5 * f_.lower(j) + 0.5 * f_.upper(j);
      bases_.push_back(std::move(centre));
    }
    for (std::size_t j = 0; j < n_; ++j) size_ = std::max(size_, std::fabs(bases_[0][j] - (problem.facts.minimiser ? bases_[1][j] : 0.0)));
    if (!(size_ > 0.0)) size_ = 1.0;
    for (Point& base : bases_) f_.move_inside(base);
  }

  Falsification run(const Box& region) {
    for (std::uint64_t batch = 0; !over(); ++batch) hunt(batch);
    return {std::move(witness_), target_.ratio(best_look_.score), best_, f_.evaluations(), region};
  }

 private:
  struct Candidate {
    Point x;
    Look look;
  };

  bool over() const { return witness_ || f_.spent(); }

  // ---- points

  double reach(std::size_t j) const { return f_.bounded() ? 0.5 * (f_.upper(j) - f_.lower(j)) : size_; }
  double scale(Dice& dice) const {
    if (f_.bounded()) return dice.uniform() < 0.5 ? 1.0 : dice.power_of_ten(-4.0, 0.3);
    return dice.uniform() < 0.6 ? dice.power_of_ten(-1.5, 1.5) : dice.power_of_ten(-6.0, 6.0);
  }
  Point drawn(Dice& dice, std::size_t kind) {
    const bool from_best = !best_.empty() && dice.uniform() < 0.25;
    Point x = from_best ? best_ : bases_[dice.below(bases_.size())];
    const double s = scale(dice);
    const Point u = pattern(dice, kind % patterns, n_);
    for (std::size_t j = 0; j < n_; ++j) x[j] += s * reach(j) * u[j];
    f_.move_inside(x);
    return x;
  }

  // Looks, keeps what is best, and tries to prove what contradicts.
  Look consider(const Point& x) {
    const Look look = target_.look(x);
    take(x, look);
    return look;
  }
  void take(const Point& x, const Look& look) {
    if (look.score > best_look_.score) {
      best_look_ = look;
      best_ = x;
    }
    if (witness_ || !worth_a_proof(look.score)) return;
    witness_ = target_.proof(x, look);
    if (!witness_) attempted_ = look.score;
  }
  // Attempts that failed are not repeated without progress: a claim that holds with equality would take all time.
  bool worth_a_proof(double score) const {
    const double step = 1e-12 * std::fabs(target_.limit());
    return score > target_.limit() && score > attempted_ + step;
  }

  // ---- one batch

  void hunt(std::uint64_t batch) {
    std::vector<Candidate> all;
    const std::size_t starts = 4 * patterns;
    if (!target_.by_pairs_alone()) {
      if (batch == 0)
        for (const Point& base : bases_) all.push_back({base, consider(base)});
      for (std::size_t s = 0; s < starts && !over(); ++s) {
        Dice dice(key_, batch, s);
        Point x = drawn(dice, s);
        Look look = consider(x);
        all.push_back({std::move(x), std::move(look)});
      }
      for (std::size_t s = 0; s < 2 && !over(); ++s) follow(Dice(key_, batch, starts + s), s == 0, all);
      std::stable_sort(all.begin(), all.end(), [](const Candidate& a, const Candidate& b) { return a.look.score > b.look.score; });
    }
    if (target_.of_curvature())
      for (std::size_t s = 0; s < 6 && !over(); ++s) halve(Dice(key_, batch, starts + 2 + s));
    Dice dice(key_, batch, starts + 8);
    for (std::size_t k = 0; k < 4 && k < all.size() && !over(); ++k) {
      Candidate& c = k < 3 ? all[k] : all[3 + dice.below(all.size() - 3)];
      if (!(c.look.score > -infinity)) continue;
      climb(c);
      replace_coordinates(c, dice);
      climb(c);
      if (k == 0) compass(c);
    }
  }

  // Iterates of gradient descent with halving steps, or of an Adam-like method.
  void follow(Dice dice, bool adam, std::vector<Candidate>& all) {
    Point x = dice.uniform() < 0.3 ? bases_[0] : drawn(dice, dice.below(patterns)), g(n_), m1(n_, 0.0), m2(n_, 0.0), next(n_);
    double fx = f_.value(x), step = 1.0;
    const double rate = 0.1 * size_ * dice.power_of_ten(-1.5, 0.5);
    for (int t = 1, shown = 1; t <= 90 && !over() && std::isfinite(fx); ++t) {
      f_.gradient(x, g);
      if (adam) {
        for (std::size_t j = 0; j < n_; ++j) {
          m1[j] = 0.9 * m1[j] + 0.1 * g[j];
          m2[j] = 0.99 * m2[j] + 0.01 * g[j] * g[j];
          next[j] = x[j] - rate * m1[j] / (std::sqrt(m2[j]) + 1e-12);
        }
        f_.move_inside(next);
        x = next;
      } else {
        bool moved = false;
        for (int k = 0; k < 30 && !moved; ++k, step *= 0.5) {
          for (std::size_t j = 0; j < n_; ++j) next[j] = x[j] - step * g[j];
          f_.move_inside(next);
          const double there = f_.value(next);
          moved = there < fx;
          if (moved) {
            x = next;
            fx = there;
            step *= 4.0;
          }
        }
        if (!moved) break;
      }
      if (t != shown) continue;
      shown += 1 + shown / 2;
      all.push_back({x, consider(x)});
    }
    bases_limit(x);
  }
  // The end of a descent is a reference point too; the latest four are kept.
  void bases_limit(const Point& x) {
    if (!std::all_of(x.begin(), x.end(), [](double xj) { return std::isfinite(xj); })) return;
    if (limits_ < 4) bases_.push_back(x);
    else bases_[bases_.size() - 1 - limits_ % 4] = x;
    ++limits_;
  }

  // ---- ascent

  // Conjugate gradients (Polak and Ribiere, restarted) with steps that double or shrink.
  void climb(Candidate& c) {
    Point slope(n_), direction(n_, 0.0), before(n_, 0.0);
    double step = 0.0, mark = c.look.score;
    for (int k = 1; k <= 300 && !over(); ++k) {
      target_.ascent(c.x, c.look, slope);
      for (std::size_t j = 0; j < n_; ++j)
        if ((c.x[j] <= f_.lower(j) && slope[j] < 0.0) || (c.x[j] >= f_.upper(j) && slope[j] > 0.0)) slope[j] = 0.0;
      double above = 0.0, below = 0.0, rise = 0.0;
      for (std::size_t j = 0; j < n_; ++j) {
        above += slope[j] * (slope[j] - before[j]);
        below += before[j] * before[j];
      }
      const double beta = below > 0.0 ? std::max(0.0, above / below) : 0.0;
      for (std::size_t j = 0; j < n_; ++j) {
        direction[j] = slope[j] + (std::isfinite(beta) ? beta : 0.0) * direction[j];
        rise += direction[j] * slope[j];
      }
      if (!(rise > 0.0)) direction = slope;
      before = slope;
      if (!line(c, direction, step)) {
        if (direction == slope) return;
        direction = slope;
        step = 0.0;
        if (!line(c, direction, step)) return;
      }
      if (k % 20 != 0) continue;
      if (!(c.look.score - mark > 1e-3 * (target_.limit() - c.look.score))) return;  // it will not get there
      mark = c.look.score;
    }
  }

  // A better point along the direction; `step` is the last successful length over |direction|, 0: none.
  bool line(Candidate& c, const Point& direction, double& step) {
    double size = 0.0, most = 1e-3 * size_;
    for (std::size_t j = 0; j < n_; ++j) {
      size = std::max(size, std::fabs(direction[j]));
      most = std::max(most, std::fabs(c.x[j]));
    }
    if (!(size > 0.0) || !std::isfinite(size)) return false;
    double t = step > 0.0 ? step : 0.1 * most;
    Point x(n_), good;
    double best = c.look.score;
    const auto tried = [&](double length) {
      for (std::size_t j = 0; j < n_; ++j) x[j] = c.x[j] + length / size * direction[j];
      f_.move_inside(x);
      const double score = target_.score_of(x, c.look);
      if (!(score > best)) return false;
      best = score;
      good = x;
      step = length;
      return true;
    };
    if (tried(t))
      while (!over() && t < 1e12 * most && tried(t *= 2.0)) {}
    else
      for (int k = 0; k < 25 && good.empty() && !over(); ++k) tried(t *= 0.25);
    if (good.empty()) return false;
    Look look = target_.look_again(good, c.look);
    if (!(look.score >= best)) {  // a Ritz vector may be worse than the one that was
      look = c.look;
      look.score = best;
    }
    c = {std::move(good), std::move(look)};
    take(c.x, c.look);
    return true;
  }

  // Single coordinates at new places: sums of terms with several minima, and orders.
  void replace_coordinates(Candidate& c, Dice& dice) {
    const std::size_t tries = std::min<std::size_t>(8 * n_, 400);
    for (std::size_t k = 0; k < tries && !over(); ++k) {
      const std::size_t j = dice.below(n_);
      Candidate next = c;
      next.x[j] = (dice.uniform() < 0.5 ? c.x : bases_[dice.below(bases_.size())])[j] + scale(dice) * reach(j) * (2.0 * dice.uniform() - 1.0);
      f_.move_inside(next.x);
      keep_better(c, next);
    }
  }
  bool keep_better(Candidate& c, Candidate& next) {
    next.look = consider(next.x);
    if (!(next.look.score > c.look.score)) return false;
    c = std::move(next);
    return true;
  }
  void compass(Candidate& c) {
    if (n_ > 64) return;
    Point step(n_);
    for (std::size_t j = 0; j < n_; ++j) step[j] = 0.25 * reach(j);
    for (int sweep = 0; sweep < 40 && !over(); ++sweep) {
      bool better = false;
      for (std::size_t j = 0; j < n_ && !over(); ++j) {
        bool moved = false;
        for (double sign : {1.0, -1.0}) {
          Candidate next = c;
          next.x[j] += sign * step[j];
          f_.move_inside(next.x);
          if (!moved && next.x[j] != c.x[j]) moved = keep_better(c, next);
        }
        step[j] *= moved ? 2.0 : 0.5;
        better = better || moved;
      }
      if (!better && sweep > 25) return;
    }
  }

  // ---- pairs

  // Of the two halves of a way one has a mean curvature that is no less: down to a short one, and up from its middle.
  void halve(Dice dice) {
    Point x = drawn(dice, dice.below(patterns)), y = drawn(dice, dice.below(patterns)), gx(n_), gy(n_), gm(n_), middle(n_);
    const std::size_t any = dice.below(n_), j = target_.coordinate().value_or(any);
    if (target_.of_coordinates() || dice.uniform() < 0.3) {  // along one coordinate
      const std::size_t k = target_.of_coordinates() ? j : any;
      const double yk = y[k];
      y = x;
      y[k] = yk;
    }
    if (x == y) return;
    f_.gradient(x, gx);
    f_.gradient(y, gy);
    for (int k = 0; k < 45 && !over(); ++k) {
      double length = 0.0, size = 1e-6 * size_;
      for (std::size_t i = 0; i < n_; ++i) {
        length = std::max(length, std::fabs(y[i] - x[i]));
        size = std::max(size, std::fabs(x[i]));
        middle[i] = 0.5 * x[i] + 0.5 * y[i];
      }
      if (middle == x || middle == y || length < 1e-6 * size) break;
      f_.gradient(middle, gm);
      const bool first = target_.pair_score(x, gx, middle, gm, j) >= target_.pair_score(middle, gm, y, gy, j);
      (first ? y : x) = middle;
      (first ? gy : gx) = gm;
    }
    const double score = target_.pair_score(x, gx, y, gy, j);
    if (target_.by_pairs_alone() && score > best_look_.score) {
      best_look_.score = score;
      best_ = x;
    }
    if (worth_a_proof(score)) {
      witness_ = target_.pair_proof(x, y, j);
      if (!witness_) attempted_ = score;
    }
    if (over() || target_.by_pairs_alone()) return;
    Candidate c{middle, consider(middle)};
    climb(c);
  }

  CountedProblem f_;
  Target target_;
  DrawKey key_;
  std::size_t n_, limits_ = 0;
  double size_ = 0.0;  // a length of the problem
  std::vector<Point> bases_;
  Point best_;
  Look best_look_;
  double attempted_ = -infinity;
  std::optional<Counterexample> witness_;
};

// Common points of two boxes of the same dimension.
Box common(const Box& a, const Box& b) {
  std::vector<double> lower(a.lower.size()), upper(a.lower.size());
  for (std::size_t j = 0; j < lower.size(); ++j) {
    lower[j] = std::max(a.lower[j], b.lower[j]);
    upper[j] = std::min(a.upper[j], b.upper[j]);
    if (!(lower[j] <= upper[j])) throw SpecError({{}, "--region", "", "has no point of the problem's box, on which its facts hold"});
  }
  return {PerCoordinate<double>(lower), PerCoordinate<double>(upper)};
}

Box region_of(const Problem& problem, const ConstantClaim& claim, const Hunt& hunt) {
  if (!hunt.region.everything()) return problem.facts.on_box ? common(hunt.region, problem.box) : hunt.region;
  if (problem.facts.on_box) return problem.box;
  return claim.kind == ClaimedConstant::G_j ? problem.facts.region : Box{};
}

}  // namespace

Falsification falsify(const Problem& problem, const ConstantClaim& claim, const Hunt& hunt) {
  if (OverBoxes(problem).nothing())
    throw SpecError({{}, "problem", std::string(problem.entry.id), "has no formula that runs over intervals: no witness could be verified"});
  if (!hunt.region.everything() && hunt.region.lower.size() != problem.dim())
    throw SpecError({{}, "--region", std::to_string(hunt.region.lower.size()) + " sides", "must have " + std::to_string(problem.dim()) + ", one for each coordinate of the problem"});
  if (claim.coordinate && *claim.coordinate >= problem.dim())
    throw SpecError({{}, "--claim", text(claim), "the coordinate must be below dim = " + std::to_string(problem.dim()) + ": coordinates count from 0"});
  const Box region = region_of(problem, claim, hunt);
  return Search(problem, claim, hunt, region).run(region);
}

}  // namespace thalweg
