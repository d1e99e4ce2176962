// The rules the engine has kernels for, in the order of their tables. A new rule is one header and one line here.
#pragma once

#include "lib/core/type_list.hpp"
#include "lib/optimizers/chain.hpp"
#include "lib/optimizers/decay.hpp"
#include "lib/optimizers/sgd.hpp"

namespace thalweg {

template <class A>
using WithDecay = Chain<L2Decay, A>;

using Rules = TypeList<WithDecay<Sgd>>;

}  // namespace thalweg
