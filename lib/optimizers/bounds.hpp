// What theory asks of a definition: bounds of its A-LR over all t, and properties. Theorems ask these, never the method's name.
// A method that states no A-LR (rule.hpp) has the bounds [0, infinity] and none of the properties of a rate.
//
// For |u_{t,j}| <= G, u the gradient that enters the moments (with L2 decay: the gradient plus weight_decay x), v_t <= (1 - beta2^t) G^2,
// hence
//   no correction   A_t in [1 / D(G), 1 / D(0)]                    the upper end attained at u = 0, the lower one approached under |u| = G
//   inside          A_t in [1 / D(G), 1 / ((1 - beta1) D(0))]      the upper end attained at t = 1: the bound grows by 1 / (1 - beta1)
//   outer           A_t = h(t) / D(sqrt(w_t)), h(t) = sqrt(1 - beta2^t) / (1 - beta1^t): from the least h(t) / D(G sqrt(1 - beta2^t)) to
//                   the largest h(t) / D(0) over all t, both found by branch and bound with outward rounding; both attained or approached
//   second          A_t in [s / D(s G), 1 / D(0)], s = sqrt(1 - beta2)   both approached: the factor sqrt(1 - beta2^t) grows to 1
// The same holds under the running maximum. Only there, and only without a correction, is A_t known never to increase.
// The bounds are those of the update in exact arithmetic. In double precision v_t carries a relative error of up to about
// 2^-53 / (1 - beta2), which can carry a computed A-LR past them by as much.
// Derivation: v_t is a sum of u_i^2 with non-negative weights (1 - beta2) beta2^(t-i) of total 1 - beta2^t, and D increases.
#pragma once

#include <string>

#include "lib/core/interval.hpp"
#include "lib/optimizers/definition.hpp"

namespace thalweg {

// A bound as an expression (lib/core/expression.hpp) in the fields of the definition and G; of an extreme over all steps, in t too.
struct RateFormula {
  enum class Over { nothing, least, largest };
  std::string expression = "";  // empty: the bound is not known
  Over over = Over::nothing;    // least or largest value over t = 1, 2, ... and in the limit
};
std::string to_text(const RateFormula& formula);
std::string to_latex(const RateFormula& formula);

struct RateBounds {
  Interval mu1;           // encloses the largest lower bound; with an unknown G = [a, infinity) it reaches down to 0
  Interval mu2;           // encloses the least upper bound; D(0) = 0 gives [largest double, infinity]
  bool monotone = false;  // A_t provably never increases, coordinate by coordinate
  std::string how;        // why, in a sentence
  RateFormula mu1_formula, mu2_formula;
  bool tight = true;      // false: mu1 and mu2 are the same wide interval, of a method whose extremes are not known
};
RateBounds rate_bounds(const Definition& definition, Interval G);

struct Properties {
  bool ema_numerator = false;          // m_t = beta1 m_{t-1} + (1 - beta1) u_t
  double beta1 = 0.0;                  // that coefficient; 0: m_t = u_t
  double heavy_ball = 0.0;             // momentum of b_t = momentum b_{t-1} + u_t; 0 unless the method is such
  bool momentum_free = false;          // u_t = A_t g_t
  double beta2 = 0.0;                  // coefficient of the second moment; 0 where there is none
  bool adaptive = false;               // the A-LR depends on gradients
  bool monotone_rate = false;          // A_t <= A_{t-1} coordinate by coordinate
  bool predictable_rate = false;       // A_t is known before g_t is drawn (a constant A-LR is)
  bool bounded_rate = false;           // mu_2 is finite
  bool lipschitz_denominator = false;  // A_t = 1 / D(sqrt(v_t)) or 1 / D(sqrt(v^_t)), nothing else, with D 1-Lipschitz and D(s) >= s
  bool corrected = false;              // bias corrections enter the A-LR
  bool has_max = false;                // the A-LR never forgets: a running maximum of the second moment, or a sum
  bool forgets = false;  // what it has seen of gradients fades: where they are small the A-LR goes back to mu2
  bool decay = false;                  // weight_decay > 0: the update is not that of f alone
};
Properties properties(const Definition& definition);

// On f = lambda x^2 / 2 with the A-LR frozen at A, the method settles where eta A lambda < factor. By the form of the numerator:
//   m = beta1 m + (1 - beta1) g:  2 (1 + beta1) / (1 - beta1)      b = momentum b + g:  2 (1 + momentum)      u = g:  2
// Source: the roots of the characteristic polynomial of the two-term recursion; with the A-LR of Adam, Cohen et al. 2022 (arXiv:2207.14484).
struct StabilityLimit {
  double factor = 0.0;      // 0: not known
  std::string formula = "";  // an expression in the fields
};
StabilityLimit stability_limit(const Definition& definition);

// D(s) for s >= 0, without corrections; 1 where the A-LR is constant. Only for definitions with a field `denominator` or a constant A-LR.
Interval denominator(const Definition& definition, Interval s);
// An upper bound of the Lipschitz constant of s -> A-LR on s >= 0, corrections included; infinity where D(0) = 0, 0 where the A-LR is 1, infinity where it is not known.
double rate_lipschitz(const Definition& definition);

}  // namespace thalweg
