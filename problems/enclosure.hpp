// An objective over boxes: enclosures of value, gradient and Hessian from the very formula that runs, by intervals and duals of intervals.
//
// Values are f - f* where f* is known, as everywhere. For a sum over coordinates the term and its derivatives are there too. A kink that is inside
// the box gives the hull of both branches.
#pragma once

#include <cstddef>
#include <vector>

#include "lib/core/dual.hpp"
#include "lib/core/interval.hpp"
#include "lib/core/view.hpp"
#include "problems/certify.hpp"

namespace thalweg {

struct Problem;

struct Enclosures {
  Interval (*value)(const void* functor, View<const Interval> x);
  void (*gradient)(const void* functor, View<const Interval> x, View<Interval> g);
  void (*product)(const void* functor, View<const Interval> x, View<const Interval> v, View<Interval> out);  // Hessian times v
  TermEnclosures (*term)(const void* functor, std::size_t j);                                                // null: f is no sum over coordinates
  double (*tail)(const void* functor, std::size_t j, double r);  // a lower bound of f'^2 / (2 f) of term j over |x| >= r; null: none is proved
};

// Rows in the order of Objectives; null where a family's formula is not written over a generic scalar.
const Enclosures* enclosures_of_row(std::size_t row);

// The same for a problem at hand.
class OverBoxes {
 public:
  // nothing() if the problem has no enclosures.
  explicit OverBoxes(const Problem& problem);
  bool nothing() const { return enclosures_ == nullptr; }
  bool separable() const { return !nothing() && enclosures_->term != nullptr; }
  std::size_t dim() const { return dim_; }

  Interval value(View<const Interval> x) const { return enclosures_->value(functor_, x); }
  void gradient(View<const Interval> x, View<Interval> g) const { enclosures_->gradient(functor_, x, g); }
  void product(View<const Interval> x, View<const Interval> v, View<Interval> out) const { enclosures_->product(functor_, x, v, out); }
  TermEnclosures term(std::size_t j) const { return enclosures_->term(functor_, j); }
  bool has_tail() const { return separable() && enclosures_->tail != nullptr; }
  TailBound tail(std::size_t j) const {
    return [tail = enclosures_->tail, functor = functor_, j](double r) { return tail(functor, j, r); };
  }
  // The Hessian, row by row; dim products.
  std::vector<Interval> hessian(View<const Interval> x) const;

 private:
  const Enclosures* enclosures_;
  const void* functor_;
  std::size_t dim_;
};

}  // namespace thalweg
