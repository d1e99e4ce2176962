// The methods, and the rules the engines have kernels for in the order of their tables. A new method is one header and its name in this list.
#pragma once

#include <cstddef>
#include <type_traits>

#include "lib/core/type_list.hpp"
#include "lib/optimizers/adagrad.hpp"
#include "lib/optimizers/adam.hpp"
#include "lib/optimizers/adamax.hpp"
#include "lib/optimizers/adamw.hpp"
#include "lib/optimizers/amsgrad.hpp"
#include "lib/optimizers/decay.hpp"
#include "lib/optimizers/decorrelated_adam.hpp"
#include "lib/optimizers/ema_momentum.hpp"
#include "lib/optimizers/lion.hpp"
#include "lib/optimizers/momentum.hpp"
#include "lib/optimizers/padam.hpp"
#include "lib/optimizers/sadam.hpp"
#include "lib/optimizers/sgd.hpp"
#include "lib/optimizers/sign.hpp"

namespace thalweg {

using Methods = TypeList<SgdMethod, MomentumMethod, EmaMomentumMethod, AdamMethod, AmsgradMethod, PadamMethod, PamsgradMethod, SadamMethod, SamsgradMethod,
                         DecorrelatedAdamMethod, AdagradMethod, AdamaxMethod, AdamwMethod, SignSgdMethod, SignumMethod, LionMethod>;

// The rules of all methods, one after another, each between the two decays: what the engines have kernels for.
template <class... Lists>
struct Joined;
template <class... A>
struct Joined<TypeList<A...>> {
  using List = TypeList<A...>;
};
template <class... A, class... B, class... Rest>
struct Joined<TypeList<A...>, TypeList<B...>, Rest...> : Joined<TypeList<A..., WithDecay<B>...>, Rest...> {};
template <class List>
struct RulesOf;
template <class... M>
struct RulesOf<TypeList<M...>> : Joined<TypeList<>, typename M::Rules...> {};
using Rules = RulesOf<Methods>::List;

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
