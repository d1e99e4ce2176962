// The rules the engine has kernels for, in the order of their tables. A new rule is one header and one line here.
#pragma once

#include <cstddef>
#include <type_traits>

#include "lib/core/type_list.hpp"
#include "lib/optimizers/adam.hpp"
#include "lib/optimizers/amsgrad.hpp"
#include "lib/optimizers/chain.hpp"
#include "lib/optimizers/decay.hpp"
#include "lib/optimizers/decorrelated_adam.hpp"
#include "lib/optimizers/ema_momentum.hpp"
#include "lib/optimizers/momentum.hpp"
#include "lib/optimizers/padam.hpp"
#include "lib/optimizers/sadam.hpp"
#include "lib/optimizers/sgd.hpp"

namespace thalweg {

template <class A>
using WithDecay = Chain<L2Decay, A>;

using Rules = TypeList<WithDecay<Sgd>,
                       WithDecay<Momentum>,
                       WithDecay<EmaMomentum>,
                       WithDecay<Adam>,
                       WithDecay<AdamRootOfSum>,
                       WithDecay<Amsgrad>,
                       WithDecay<AmsgradRootOfSum>,
                       WithDecay<Padam>,
                       WithDecay<Pamsgrad>,
                       WithDecay<Sadam>,
                       WithDecay<Samsgrad>,
                       WithDecay<DecorrelatedAdam>>;

// Position of a rule in the list: what RuleInstance::rule names.
template <class A, class List>
struct PositionIn;
template <class A, class... B>
struct PositionIn<A, TypeList<B...>> {
  static constexpr std::size_t value = [] {
    std::size_t at = 0, found = sizeof...(B);
    ((found = (found == sizeof...(B) && std::is_same_v<A, B>) ? at : found, ++at), ...);
    return found;
  }();
  static_assert(value < sizeof...(B), "the rule is not in the list");
};
template <class A>
constexpr std::size_t rule_position = PositionIn<A, Rules>::value;

}  // namespace thalweg
