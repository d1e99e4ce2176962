// Roofs that are measured, and operations that are counted.
#include "lib/engine/roofline.hpp"

#include <gtest/gtest.h>

#include "lib/optimizers/definition.hpp"

namespace thalweg {
namespace {

TEST(Roofline, RatesArePositiveInEveryPrecisionAndInstructionSet) {
  for (const Isa isa : {Isa::v2, Isa::v3, Isa::v4}) {
    if (!supported(isa)) continue;
    for (const Precision precision : {Precision::f64, Precision::f32, Precision::mixed}) {
      const Roofline roof = measure_roofline({isa, 1}, precision, 32 * 1024, 0.02);
      EXPECT_GT(roof.copy_bytes, 1e8);
      EXPECT_GT(roof.stream_bytes, 1e8);
      EXPECT_GT(roof.square_roots, 1e7);
      EXPECT_GT(roof.divisions, 1e7);
    }
  }
}

// Twice the lanes a register, and a shorter operation on each: more than 1.5 times as many a second, whatever else the machine does.
TEST(Roofline, FloatsAreRootedFasterThanDoubles) {
  const CpuOptions one{{}, 1};
  EXPECT_GT(measure_roofline(one, Precision::f32, 4096, 0.1).square_roots, 1.5 * measure_roofline(one, Precision::f64, 4096, 0.1).square_roots);
}

// Any working set, also one below the least that a kernel goes over, and more threads than cores.
TEST(Roofline, TakesAnyWorkingSetAndNumberOfThreads) {
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{4096}, std::size_t{1} << 22}) EXPECT_GT(measure_roofline({{}, 3}, Precision::f64, bytes, 0.02).stream_bytes, 0.0);
}

RuleOperations of(const std::string& method) { return operations(rule_instance(define(method))); }

TEST(Operations, AreThoseOfTheFormula) {
  struct Case {
    std::string method;
    std::size_t square_roots, divisions, slots;
  };
  // x -= eta m / (sqrt(v) + eps); the softplus and the logarithm inside a power bring one division each.
  for (const Case& one : {Case{"sgd", 0, 0, 0}, Case{"momentum", 0, 0, 1}, Case{"ema-momentum", 0, 0, 1}, Case{"adam", 1, 1, 2}, Case{"amsgrad", 1, 1, 3}, Case{"padam", 1, 2, 2},
                          Case{"pamsgrad", 1, 2, 3}, Case{"sadam", 1, 2, 2}, Case{"samsgrad", 1, 2, 3}}) {
    const RuleOperations found = of(one.method);
    EXPECT_EQ(found.square_roots, one.square_roots) << one.method;
    EXPECT_EQ(found.divisions, one.divisions) << one.method;
    EXPECT_EQ(found.values_read, 2 + one.slots) << one.method;
    EXPECT_EQ(found.values_written, 1 + one.slots) << one.method;
  }
}

TEST(Operations, AreThoseOfTheVariant) {
  EXPECT_EQ(of("adam(beta1=0)").divisions, of("adam").divisions);
  EXPECT_EQ(of("adam(eps_placement=inside)").square_roots, 1u);
}

}  // namespace
}  // namespace thalweg
