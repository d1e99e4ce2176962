// The host's copy of the programs of every rule in the catalogue.
#include "lib/engine/cuda/device.hpp"
#include "lib/optimizers/catalogue.hpp"

namespace thalweg::device {

namespace {

template <class List>
struct RuleRows;
template <class... A>
struct RuleRows<TypeList<A...>> {
  static constexpr RuleProgram<double> f64[] = {RuleProgramOf<A, double>::host()...};
  static constexpr RuleProgram<float> f32[] = {RuleProgramOf<A, float>::host()...};
  static constexpr RulePrograms programs{f64, f32};
};

}  // namespace

const RulePrograms* host_rule_programs() { return &RuleRows<Rules>::programs; }

}  // namespace thalweg::device
