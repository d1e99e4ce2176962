// What a claim bounds, as a score that is searched for its largest value, and the proof that it is beyond the claim. Used by problems/falsify.cpp.
//
// The score is the bounded quantity with the sign that makes a contradiction large: |v'H(x)v|, |H_jj|, |grad_j f|, -v'H(x)v, -|grad f|^2 / (2 (f - f*)), -f.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "problems/enclosure.hpp"
#include "problems/falsify.hpp"

namespace thalweg::falsification {

using Point = std::vector<double>;

// A problem whose evaluations are counted, on a region.
class CountedProblem {
 public:
  CountedProblem(const Problem& problem, const Box& region, std::uint64_t budget);

  double value(const Point& x) { return ++count_, problem_.value(x); }
  void gradient(const Point& x, Point& g) { ++count_, problem_.gradient(x, g); }
  void product(const Point& x, const Point& v, Point& out) { ++count_, problem_.hessian_product(x, v, out); }
  void count(std::size_t evaluations) { count_ += evaluations; }

  const Problem& problem() const { return problem_; }
  const OverBoxes& over_boxes() const { return boxes_; }
  std::size_t dim() const { return problem_.dim(); }
  std::uint64_t evaluations() const { return count_; }
  bool spent() const { return count_ >= budget_; }
  bool bounded() const { return !lower_.empty(); }
  double lower(std::size_t j) const { return bounded() ? lower_[j] : -std::numeric_limits<double>::infinity(); }
  double upper(std::size_t j) const { return bounded() ? upper_[j] : std::numeric_limits<double>::infinity(); }
  void move_inside(Point& x) const;

 private:
  const Problem& problem_;
  OverBoxes boxes_;
  Point lower_, upper_;  // empty: no limits
  std::uint64_t budget_, count_ = 0;
};

// The score at a point, and what attains it.
struct Look {
  double score = -std::numeric_limits<double>::infinity();
  std::size_t coordinate = 0;  // of G_j and L_j
  Point direction;             // v, of curvature
};

class Target {
 public:
  Target(CountedProblem& f, const ConstantClaim& claim, std::uint64_t seed);

  double limit() const { return limit_; }
  double ratio(double score) const { return of_most() ? score : offset() - score; }
  bool of_curvature() const { return group_ == Group::curvature || group_ == Group::entry; }
  std::optional<std::size_t> coordinate() const { return claim_.coordinate; }
  bool of_coordinates() const { return group_ == Group::entry; }
  bool by_pairs_alone() const { return of_curvature() && !f_.problem().facts.differentiable; }

  Look look(const Point& x) { return look(x, nullptr); }
  Look look_again(const Point& x, const Look& before) { return look(x, &before); }  // v starts from what it was
  double score_of(const Point& x, const Look& before);                              // coordinate and v as they were
  void ascent(const Point& x, const Look& at, Point& direction);
  // Of two points that differ (for L_j: in one coordinate alone), the mean curvature between them as a score.
  double pair_score(const Point& x, const Point& gx, const Point& y, const Point& gy, std::size_t j) const;

  // Nothing where intervals do not confirm it.
  std::optional<Counterexample> proof(const Point& x, const Look& look);
  std::optional<Counterexample> pair_proof(const Point& x, const Point& y, std::size_t j);

 private:
  enum class Group { value, slope, entry, curvature, pl };
  static Group group_of(ClaimedConstant kind);
  bool of_most() const { return claim_.kind == ClaimedConstant::L || claim_.kind == ClaimedConstant::L_j || claim_.kind == ClaimedConstant::G_j; }
  double offset() const;  // f* where values are f - f*
  bool contradicts(const Interval& ratio) const;
  double signed_score(double curvature) const { return of_most() ? std::fabs(curvature) : -curvature; }

  Look look(const Point& x, const Look* before);
  Look steepest(const Point& x);
  Look largest_entry(const Point& x);
  Look extreme_curvature(const Point& x, const Look* before);
  double pl_score(const Point& x);
  std::optional<Counterexample> value_proof(const Point& x);
  std::optional<Counterexample> slope_proof(const Point& x, std::size_t j);
  std::optional<Counterexample> pl_proof(const Point& x);
  std::optional<Counterexample> curvature_proof(const Point& x, const Look& look);

  CountedProblem& f_;
  ConstantClaim claim_;
  Group group_;
  double limit_ = 0.0;
  std::uint64_t seed_;
  Point g_, h_, lowest_point_;
  double lowest_ = std::numeric_limits<double>::infinity();  // where f* is not known: the least value seen
};

}  // namespace thalweg::falsification
