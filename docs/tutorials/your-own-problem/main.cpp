// Wavy bowl:  f(x) = sum_j (x_j^2 / 2 + (1 - cos x_j) / 2),  f' = x + sin(x) / 2,  f'' = 1 + cos(x) / 2 in [1/2, 3/2].
#include "analysis/cli/own_program.hpp"
using namespace thalweg;

struct WavyBowl {
  static constexpr Entry entry{"wavy-bowl", "Wavy bowl", "my notebook, page 12"};
  std::size_t size;

  std::size_t dim() const { return size; }
  template <class R, class J> R term(J, R x) const { return R(0.5) * m::sqr(x) + m::sqr(m::sin(R(0.5) * x)); }
  template <class R, class J> R slope(J, R x) const { return x + R(0.5) * m::sin(x); }

  static std::vector<Parameter> parameters() { return {dim_parameter(10), start_parameter(3.0), region_parameter(4.0), box_parameter(8.0)}; }
  static Built<WavyBowl> build(const Parameters& values) {
    const std::size_t n = count(values, "dim");
    Facts facts = facts_with_minimiser_zero(n);
    facts.convex = facts.minimiser_unique = true;
    facts.L = facts.hess_at_min = exact(1.5, "f'' = 1 + cos(x) / 2");
    facts.L_j = PerCoordinate<Constant>(n, facts.L);
    facts.mu = exact(0.5, "f'' = 1 + cos(x) / 2");
    facts.region = cube(n, number(values, "region"));
    return {{n}, nullptr, facts, spread(values, "start", n), box_of_side(n, number(values, "box"))};
  }
};

THALWEG_PROGRAM(WavyBowl)
