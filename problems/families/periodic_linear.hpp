// Reddi's periodic online example on [-h, h], h = 1:  f_t(x) = C x where t mod 3 = 1, and -x elsewhere, C > 2.
//
// The sum over a period is (C - 2) x, so the best fixed point is -h; f here is the mean over a period, (C - 2) (x + h) / 3, measured from it. The oracle is
// deterministic: step t sees the slope of f_t alone. Adam with beta1 = 0 and beta2 = 1 / (1 + C^2) goes to +h and has the largest regret there is, since the rare
// large slope is divided by its own size; gradient descent and AMSGrad do not. Slopes are not unbiased given the past.
// Source: S. J. Reddi, S. Kale, S. Kumar, "On the convergence of Adam and beyond", ICLR 2018, section 3, Theorem 1 and appendix A.
#pragma once

#include "lib/core/draw.hpp"
#include "problems/build.hpp"

namespace thalweg {

struct PeriodicLinear {
  static constexpr Entry entry{"periodic-linear", "Periodic linear losses on which Adam diverges", "Reddi, Kale & Kumar 2018, Theorem 1"};
  static constexpr std::string_view formula = "f(x) = (C - 2) (x + h) / 3 on [-h, h], the mean of C x and twice -x, less its minimum; step t sees C where t mod 3 = 1, else -1";

  double C, half, mean;  // mean = (C - 2) / 3

  std::size_t dim() const { return 1; }
  bool sampled() const { return true; }
  double slope_of(std::uint64_t t) const { return t % 3 == 1 ? C : -1.0; }

  template <class R>
  R value(View<const R> x) const {
    return R(mean) * (x[0] + R(half));
  }
  template <class R>
  void gradient(View<const R>, View<R> g) const {
    g[0] = R(mean);
  }
  template <std::size_t W, class T>
  void sample_lanes(const DrawKey&, const std::uint64_t*, std::uint64_t step, const T*, T* g) const {
    constexpr std::uint64_t first_call = (std::uint64_t{1} << 48U) - 1;  // every call of a step sees the loss of the step
    for (std::size_t lane = 0; lane < W; ++lane) g[lane] = T(slope_of(step & first_call));
  }

  static std::vector<Parameter> parameters() {
    return {{"C", {3.0}, 2.0 + 1e-9, 1e100, false, "slope of every third loss; the others have -1"}, start_parameter(0.0), box_parameter(2.0)};
  }
  static Built<PeriodicLinear> build(const Parameters& values) {
    const PeriodicLinear f{number(values, "C"), 0.5 * number(values, "box"), (number(values, "C") - 2.0) / 3.0};
    Facts facts = facts_with_minimiser(PerCoordinate<double>(1, -f.half), f.half);
    facts.smooth = facts.convex = facts.minimiser_unique = facts.on_box = true;
    facts.L = facts.mu = facts.hess_at_min = exact(0.0, "linear");
    facts.L_j = PerCoordinate<Constant>(1, facts.L);
    facts.region = {};
    facts.gradient_bound = PerCoordinate<Constant>(1, proved(f.mean * (1.0 - 1e-15), f.C, "bound by the largest slope of a loss"));
    facts.kl_exponent = exact(0.0, "sharp on the box");
    facts.independent_batches = false;
    return {f, nullptr, facts, spread(values, "start", 1), cube(1, f.half)};
  }
};

}  // namespace thalweg
