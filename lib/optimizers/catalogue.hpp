// The methods, and the rules the engines have kernels for in the order of their tables. A new method is one header and its name in this list.
#pragma once

#include <cstddef>
#include <type_traits>

#include "lib/core/type_list.hpp"
#include "lib/optimizers/adabelief.hpp"
#include "lib/optimizers/adabound.hpp"
#include "lib/optimizers/adadelta.hpp"
#include "lib/optimizers/adagrad.hpp"
#include "lib/optimizers/adagrad_norm.hpp"
#include "lib/optimizers/adam.hpp"
#include "lib/optimizers/adamax.hpp"
#include "lib/optimizers/adamw.hpp"
#include "lib/optimizers/adan.hpp"
#include "lib/optimizers/adopt.hpp"
#include "lib/optimizers/amsgrad.hpp"
#include "lib/optimizers/asam.hpp"
#include "lib/optimizers/averaged_sgd.hpp"
#include "lib/optimizers/clipping.hpp"
#include "lib/optimizers/decay.hpp"
#include "lib/optimizers/decorrelated_adam.hpp"
#include "lib/optimizers/ema_momentum.hpp"
#include "lib/optimizers/extragradient.hpp"
#include "lib/optimizers/heavy_ball.hpp"
#include "lib/optimizers/lamb.hpp"
#include "lib/optimizers/lars.hpp"
#include "lib/optimizers/lion.hpp"
#include "lib/optimizers/lookahead.hpp"
#include "lib/optimizers/momentum.hpp"
#include "lib/optimizers/muon.hpp"
#include "lib/optimizers/nadam.hpp"
#include "lib/optimizers/nesterov.hpp"
#include "lib/optimizers/normalised_sgd.hpp"
#include "lib/optimizers/ogm.hpp"
#include "lib/optimizers/padam.hpp"
#include "lib/optimizers/phased_decay.hpp"
#include "lib/optimizers/polyak.hpp"
#include "lib/optimizers/qh_adam.hpp"
#include "lib/optimizers/qh_momentum.hpp"
#include "lib/optimizers/radam.hpp"
#include "lib/optimizers/rmsprop.hpp"
#include "lib/optimizers/rmsprop_momentum.hpp"
#include "lib/optimizers/rprop.hpp"
#include "lib/optimizers/sadam.hpp"
#include "lib/optimizers/saga.hpp"
#include "lib/optimizers/sam.hpp"
#include "lib/optimizers/schedule_free.hpp"
#include "lib/optimizers/sgd.hpp"
#include "lib/optimizers/sign.hpp"
#include "lib/optimizers/silver.hpp"
#include "lib/optimizers/svrg.hpp"
#include "lib/optimizers/triple_momentum.hpp"
#include "lib/optimizers/yogi.hpp"

namespace thalweg {

using Methods = TypeList<SgdMethod, MomentumMethod, EmaMomentumMethod, AdamMethod, AmsgradMethod, PadamMethod, PamsgradMethod, SadamMethod, SamsgradMethod,
                         DecorrelatedAdamMethod, AdagradMethod, AdamaxMethod, HeavyBallMethod, HeavyBallVaryingMethod, ExtragradientMethod, SamMethod, AsamMethod, NormalisedSgdMethod,
                         AdagradNormMethod, LambMethod, LarsMethod, AdamwMethod, SignSgdMethod, SignumMethod, LionMethod, RmspropMethod, AdadeltaMethod, QhMomentumMethod, YogiMethod,
                         AdabeliefMethod, NadamMethod, RadamMethod, AdaboundMethod, AmsboundMethod, AdoptMethod, QhAdamMethod, AdanMethod, RpropMethod, RmspropMomentumMethod,
                         RmspropCentredMethod,
                         NesterovMethod, NesterovSimpleMethod, NesterovConstantMethod, OgmMethod, TripleMomentumMethod, SilverMethod, AveragedSgdMethod, ScheduleFreeSgdMethod, ScheduleFreeAdamwMethod,
                         LookaheadMethod, LookaheadAdamMethod, ClippedSgdMethod, ValueClippedSgdMethod, PolyakStepMethod, MuonMethod, SvrgMethod, SagaMethod>;

template <class A>
struct DecayOf {
  using type = WithDecay<A>;
};
template <PhasedRule A>
struct DecayOf<A> {
  using type = PhasedDecay<A>;
};
// A rule as the engines run it.
template <class A>
using Decayed = typename DecayOf<A>::type;

// The rules of all methods, one after another, each with its decays: what the engines have kernels for.
template <class... Lists>
struct Joined;
template <class... A>
struct Joined<TypeList<A...>> {
  using List = TypeList<A...>;
};
template <class... A, class... B, class... Rest>
struct Joined<TypeList<A...>, TypeList<B...>, Rest...> : Joined<TypeList<A..., Decayed<B>...>, Rest...> {};
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
