// The transformations that problems can stand in, in the order of their kernels. A new one is one header and one line here.
#pragma once

#include "lib/core/type_list.hpp"
#include "problems/transformations/add_quadratic.hpp"
#include "problems/transformations/compose.hpp"
#include "problems/transformations/condition.hpp"
#include "problems/transformations/reflect.hpp"
#include "problems/transformations/restrict.hpp"
#include "problems/transformations/rotate.hpp"
#include "problems/transformations/scale.hpp"
#include "problems/transformations/shift.hpp"
#include "problems/transformations/sum.hpp"

namespace thalweg {

// Those with kernels.
using Transformations = TypeList<
    // of the argument
    Shift, Condition, Rotate, Reflect, Compose,
    // of the value
    Scale, AddQuadratic, Regularise, SumOfTwo>;
// Those that change what is known and asked of a problem, but not the function.
using Restrictions = TypeList<Restrict>;

}  // namespace thalweg
