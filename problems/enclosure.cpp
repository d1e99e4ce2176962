#include "problems/enclosure.hpp"

#include <array>

#include "problems/enclosures_of.hpp"
#include "problems/host_catalogue.hpp"
#include "problems/problem.hpp"

namespace thalweg {

namespace {

template <class List>
struct Rows;
template <class... F>
struct Rows<TypeList<F...>> {
  static constexpr std::array<const Enclosures*, sizeof...(F)> rows = {enclosures_for<F>()...};
};

}  // namespace

const Enclosures* enclosures_of_row(std::size_t row) { return Rows<Objectives>::rows[row]; }

OverBoxes::OverBoxes(const Problem& problem) : enclosures_(problem.enclosures), functor_(problem.objective.functor.get()), dim_(problem.objective.dim) {}

std::vector<Interval> OverBoxes::hessian(View<const Interval> x) const {
  std::vector<Interval> out(dim_ * dim_), unit(dim_);
  for (std::size_t j = 0; j < dim_; ++j) {
    unit[j] = Interval(1.0);
    product(x, unit, View<Interval>(out.data() + j * dim_, dim_));  // column j, which is row j
    unit[j] = Interval(0.0);
  }
  return out;
}

}  // namespace thalweg
