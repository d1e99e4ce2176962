// Sharpness-aware minimisation: the gradient is taken at the worst point nearby, to first order, and used from x_t.
//   y_t = x_t + rho g(x_t) / |g(x_t)|        normalised = yes     Foret et al. 2021 (arXiv:2010.01412), Algorithm 1, p = 2
//   y_t = x_t + rho g(x_t)                   normalised = no      Andriushchenko & Flammarion 2022 (arXiv:2206.06232)
//   b_t = momentum b_{t-1} + g(y_t),   x_{t+1} = x_t - eta b_t
// Both gradients of a step see the same sample. Where g(x_t) = 0, y_t = x_t. A box holds y_t as well.
// ASAM (asam.hpp) measures nearness relative to the size of each coordinate.
#pragma once

#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

// How far a coordinate is from x_t at the same distance: 1, or |x| + offset (asam.hpp).
struct Absolute {
  template <class R>
  THALWEG_HD R scale(const R&) const {
    return R(1.0);
  }
};

template <class Scale>
struct SamOver {
  static constexpr unsigned calls = 2;
  static constexpr bool same_sample = true;
  static constexpr std::size_t sums = 1;  // |T g|^2
  struct Hyper {
    double rho = 0.05, momentum = 0.0;
    std::uint64_t normalised = 1;
    [[no_unique_address]] Scale scale;
  };
  struct Step {
    double rho, momentum;
    bool normalised, second;
    [[no_unique_address]] Scale scale;
  };
  template <class R>
  struct Slots {
    R start, b;  // x_t, momentum buffer
  };

  static Step at(const Hyper& hyper, std::uint64_t, unsigned call) { return {hyper.rho, hyper.momentum, hyper.normalised != 0, call == 1, hyper.scale}; }
  static Slots<double> initial(const Hyper&) { return {0.0, 0.0}; }
  template <class R>
  THALWEG_HD static void terms(R g, R x, const Slots<R>&, const Step& step, R* out) {
    out[0] = m::sqr(step.scale.scale(x) * g);
  }
  template <class R>
  THALWEG_HD static R move(R g, R x, Slots<R>& slots, const Step& step, R eta, const R* whole) {
    if (step.second) {
      slots.b = m::fma(R(step.momentum), slots.b, g);  // b = momentum b + g(y)
      return m::fma(-eta, slots.b, slots.start);
    }
    slots.start = x;
    const R up = R(step.rho) * m::sqr(step.scale.scale(x)) * g;
    const R length = step.normalised ? m::sqrt(whole[0]) : R(1.0);
    return x + m::select(g == R(0.0), R(0.0), up / length);
  }
};
using Sam = SamOver<Absolute>;

struct SamMethod {
  using Rules = TypeList<Sam>;
  static MethodEntry entry() {
    return {{"sam", "SAM", "Foret et al. 2021 (arXiv:2010.01412), Algorithm 1"},
            "two-call and wrappers",
            {{"rho", "radius of the ascent step", 0.05, fields::not_negative}, fields::momentum(0.0)},
            {{"normalised", "whether the ascent step has length rho (yes) or is rho times the gradient (no)", {"yes", "no"}}},
            {{"paper", "Foret et al. 2021 (arXiv:2010.01412), Algorithm 1, p = 2", {}},
             {"unnormalised", "Andriushchenko & Flammarion 2022 (arXiv:2206.06232): the ascent step is rho times the gradient", {{"normalised", "no"}}}},
            {"start", "b"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<Sam>({d.number("rho"), d.number("momentum"), d.choice("normalised") == "yes" ? 1U : 0U, {}});
  }
  static Update update(const Definition& d) {
    const bool normalised = d.choice("normalised") == "yes";
    Update lines{{"start", "x"}};
    if (normalised) lines.push_back({"length", "sqrt(sum_j(g[j]^2))"});
    lines.push_back({"y", normalised ? "x + if(g == 0, 0, rho*g/length)" : "x + rho*g"});
    lines.push_back({"b", "momentum*b + g_y"});
    lines.push_back({"x", "start - eta*b"});
    return lines;
  }
};

}  // namespace thalweg
