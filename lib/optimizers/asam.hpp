// Adaptive SAM: the ascent step is measured relative to the size of each coordinate, so that rescaling coordinates does not change it.
//   T = diag(|x_t| + offset),   y_t = x_t + rho T^2 g(x_t) / |T g(x_t)|
//   b_t = momentum b_{t-1} + g(y_t),   x_{t+1} = x_t - eta b_t
// Source: Kwon et al. 2021 (arXiv:2102.11600), Algorithm 1 with p = 2 and the element-wise T; offset is their eta.
#pragma once

#include "lib/optimizers/sam.hpp"

namespace thalweg {

struct RelativeToSize {
  double offset = 0.01;

  template <class R>
  THALWEG_HD R scale(const R& x) const {
    return m::abs(x) + R(offset);
  }
};
using Asam = SamOver<RelativeToSize>;

struct AsamMethod {
  using Rules = TypeList<Asam>;
  static MethodEntry entry() {
    return {{"asam", "ASAM", "Kwon et al. 2021 (arXiv:2102.11600), Algorithm 1"},
            "two-call and wrappers",
            {{"rho", "radius of the ascent step", 0.5, fields::not_negative},
             {"offset", "added to |x_j| in the scale of a coordinate", 0.01, fields::not_negative},
             fields::momentum(0.0)},
            {{"normalised", "whether the ascent step is divided by |T g| (yes) or not (no)", {"yes", "no"}}},
            {{"paper", "Kwon et al. 2021 (arXiv:2102.11600), Algorithm 1, p = 2, element-wise", {}}},
            {"start", "b"}};
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    return make.template rule<Asam>({d.number("rho"), d.number("momentum"), d.choice("normalised") == "yes" ? 1U : 0U, {d.number("offset")}});
  }
  static Update update(const Definition& d) {
    const bool normalised = d.choice("normalised") == "yes";
    Update lines{{"start", "x"}, {"scale", "abs(x) + offset"}};
    if (normalised) lines.push_back({"length", "sqrt(sum_j((scale[j]*g[j])^2))"});
    lines.push_back({"y", normalised ? "x + if(g == 0, 0, rho*scale^2*g/length)" : "x + rho*scale^2*g"});
    lines.push_back({"b", "momentum*b + g_y"});
    lines.push_back({"x", "start - eta*b"});
    return lines;
  }
};

}  // namespace thalweg
