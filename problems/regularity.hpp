// How smooth a function written as an expression is, read off its graph: what interval arithmetic alone cannot see. Over a box where abs(x) bends, the hull of
// its slopes is [-1, 1] and that of its curvatures {0}: the jump of the slope is in neither, so that a bound of the Hessian would be no Lipschitz constant of
// the gradient.
//
//   jumps           may be discontinuous: if(c, a, b) whose condition depends on x; floor
//   kinked          continuous, its gradient may jump: abs, min, max
//   differentiable  its gradient is continuous, and Lipschitz where its second derivatives (taken piece by piece) are bounded
// wherever every part is defined (log, roots and quotients are looked at by intervals). A sum, a product or a composition is as smooth as its least smooth
// part, but for one rule: |u|^p, max(u, 0)^p and min(u, 0)^p with p > 1 have no kink where u has none, since their slope vanishes with u. It is a sufficient test:
// a function that is called kinked may be smooth, as x |x| is.
#pragma once

#include "lib/core/expression.hpp"

namespace thalweg {

enum class Regularity { jumps, kinked, differentiable };

// In the coordinates x[j].
Regularity regularity(const Expression& expression);

}  // namespace thalweg
