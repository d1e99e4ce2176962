// What a run allocates: never in the loop, and as much as it said it would. Every allocation of this program is counted.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "lib/engine/step.hpp"
#include "tests/engine/same_bits.hpp"

namespace {

std::atomic<std::size_t> calls{0}, live{0}, peak{0};

void taken(std::size_t bytes) {
  ++calls;
  const std::size_t now = live += bytes;
  std::size_t most = peak;
  while (now > most && !peak.compare_exchange_weak(most, now)) {
  }
}
void given(std::size_t bytes) { live -= bytes; }

template <class F>
F next_symbol(const char* name) {
  return reinterpret_cast<F>(dlsym(RTLD_NEXT, name));
}

}  // namespace

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define THALWEG_COUNTED_ALLOCATIONS 0
#else
#define THALWEG_COUNTED_ALLOCATIONS 1

// glibc's own names behind malloc, so that nothing needs to be looked up before the first allocation; operator new calls malloc.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);

void* malloc(std::size_t bytes) {
  void* p = __libc_malloc(bytes);
  if (p != nullptr) taken(malloc_usable_size(p));
  return p;
}
void* calloc(std::size_t count, std::size_t bytes) {
  void* p = __libc_calloc(count, bytes);
  if (p != nullptr) taken(malloc_usable_size(p));
  return p;
}
void* realloc(void* old, std::size_t bytes) {
  if (old != nullptr) given(malloc_usable_size(old));
  void* p = __libc_realloc(old, bytes);
  if (p != nullptr) taken(malloc_usable_size(p));
  return p;
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  void* p = __libc_memalign(alignment, bytes);
  if (p != nullptr) taken(malloc_usable_size(p));
  return p;
}
void free(void* p) {
  if (p != nullptr) given(malloc_usable_size(p));
  __libc_free(p);
}
void* mmap(void* address, std::size_t bytes, int protection, int flags, int file, off_t offset) noexcept {
  static const auto real = next_symbol<void* (*)(void*, std::size_t, int, int, int, off_t)>("mmap");
  void* p = real(address, bytes, protection, flags, file, offset);
  if (p != MAP_FAILED) taken(bytes);
  return p;
}
int munmap(void* p, std::size_t bytes) noexcept {
  static const auto real = next_symbol<int (*)(void*, std::size_t)>("munmap");
  given(bytes);
  return real(p, bytes);
}
}
#endif

namespace thalweg {
namespace {

// Allocations of a run, the second of its kind: what is made once a process, in the first, does not count.
std::size_t allocations(const Batch& batch, const Engine& engine) {
  engine.run(batch);
  const std::size_t before = calls;
  engine.run(batch);
  return calls - before;
}

struct Use {
  std::size_t bytes, promised;
};
Use memory_of(const Batch& batch, const Engine& engine) {
  engine.run(batch);
  const std::size_t before = live;
  peak = before;
  const Trajectories out = engine.run(batch);
  return {peak - before, engine.memory(batch).host};
}

Batch steady_batch(const MixedCase& mixed, std::uint64_t steps, Precision precision, Layout layout) {
  Batch batch = full_batch(mixed, 5, steps, precision, layout);
  batch.record_steps.resize(steps);  // all, so that a longer run needs no larger window
  std::iota(batch.record_steps.begin(), batch.record_steps.end(), std::uint64_t{1});
  batch.percentile_steps.clear();
  return batch;
}

class Allocation : public testing::Test {
 protected:
  void SetUp() override {
    if (!THALWEG_COUNTED_ALLOCATIONS) GTEST_SKIP() << "the sanitizer has an allocator of its own";
  }
};
using Memory = Allocation;

TEST_F(Allocation, IsCounted) {
  const std::size_t before = calls, used = live;
  std::vector<double> values(1000);
  EXPECT_EQ(calls - before, 1u);
  EXPECT_GE(live - used, 8000u);
  values = {};
  values.shrink_to_fit();
  EXPECT_EQ(live, used);
}

TEST_F(Allocation, DoesNotDependOnTheNumberOfSteps) {
  const Parameters sized = {{"dim", {1030}}, {"start", {1.5}}};
  const std::pair<const char*, Parameters> problems[] = {
      {"cosine", sized}, {"pl-sine", sized}, {"log-cosh", sized}, {"huber", sized}, {"log-one-plus-square", sized}, {"quadratic", sized},
      {"huber-chain", {{"dim", {30}}}}, {"singular-least-squares", {}}};
  const auto engine = cpu_engine({.isa = {}, .threads = 1});
  for (const auto& [problem, parameters] : problems)
    for (Layout layout : {Layout::replicas, Layout::coordinates})
      for (Precision precision : every_precision) {
        const MixedCase mixed{problem, parameters, "gaussian", "adam", 0.001, true};
        const std::size_t few = allocations(steady_batch(mixed, 100, precision, layout), *engine);
        const std::size_t many = allocations(steady_batch(mixed, 300, precision, layout), *engine);
        EXPECT_EQ(few, many) << problem << ", " << layout_names[static_cast<std::size_t>(layout)] << ", " << to_string(precision);
        EXPECT_GT(few, 0u);
      }
}

// A divergent run, a mini-batch, a method that keeps much state, a long run.
TEST_F(Allocation, DoesNotDependOnHowTheRunGoes) {
  const auto engine = cpu_engine({.isa = {}, .threads = 1});
  for (Layout layout : {Layout::replicas, Layout::coordinates}) {
    const MixedCase wild{"quadratic", {{"dim", {40}}}, "two-point", "samsgrad", 1e6, false};
    EXPECT_EQ(allocations(steady_batch(wild, 100, Precision::f64, layout), *engine), allocations(steady_batch(wild, 2000, Precision::f64, layout), *engine));
  }
}

// Several calls a step with every sample watched, and sums over the vector.
TEST_F(Allocation, OfPhasedRulesDoesNotDependOnTheNumberOfSteps) {
  const auto engine = cpu_engine({.isa = {}, .threads = 1});
  for (const char* method : {"sam", "extragradient", "lamb"})
    for (Layout layout : {Layout::replicas, Layout::coordinates}) {
      const MixedCase mixed{"pl-sine", {{"dim", {1030}}, {"start", {1.5}}}, "gaussian", method, 0.001, true};
      const auto of_steps = [&](std::uint64_t steps) {
        Batch batch = steady_batch(mixed, steps, Precision::mixed, layout);
        batch.tile_groups = 1;
        return allocations(batch, *engine);
      };
      EXPECT_EQ(of_steps(100), of_steps(300)) << method;
    }
}

TEST_F(Allocation, AStepOnArraysOfOnesOwnMakesNone) {
  for (const char* method : {"adam", "sam", "lamb"}) {
    Stepper<double> stepper(rule_instance(define(method)), 3000, {.isa = {}, .threads = 1});
    std::vector<double> x(3000, 1.0), g(3000, 0.5);
    const std::size_t before = calls;
    for (unsigned call = 0; call < 4 * stepper.calls(); ++call) stepper.step(0.01, g.data(), x.data());
    EXPECT_EQ(calls - before, 0u) << method;
  }
}

TEST_F(Allocation, OfAMiniBatchDoesNotDependOnTheNumberOfSteps) {
  Problem problem;
  try {
    problem = make_problem("fashion-logistic", {{"samples", {300}}, {"batch", {32}}});
  } catch (const std::exception& missing) {
    GTEST_SKIP() << missing.what();
  }
  const auto engine = cpu_engine({.isa = {}, .threads = 1});
  for (Layout layout : {Layout::replicas, Layout::coordinates})
    for (Precision precision : every_precision) {
      if (precision != Precision::f64 && problem.objective.kernel.of<float>(best_isa())->gradient == nullptr) continue;
      const auto batch_of = [&](std::uint64_t steps) {
        Batch batch;
        batch.objective = problem.objective;
        batch.rule = rule_instance(define("adam"));
        batch.eta.assign(steps, 0.01);
        batch.start = problem.start;
        batch.replicas = 2;
        batch.record_steps = {steps};
        batch.metrics = MetricSet(Metric::f_gap, Metric::grad_sq, Metric::v1);
        batch.precision = precision;
        batch.layout = layout;
        return batch;
      };
      EXPECT_EQ(allocations(batch_of(5), *engine), allocations(batch_of(15), *engine))
          << layout_names[static_cast<std::size_t>(layout)] << ", " << to_string(precision);
    }
}

struct Shape {
  double dim;
  std::size_t replicas;
  Layout layout;
  std::size_t threads;  // more than one only where they share a replica: else what is alive at once is a matter of chance
  std::uint64_t steps;
  bool metrics;
  bool keep;
  const char* method = "adam";
};

TEST_F(Memory, IsWhatTheEnginePromisedWithinTenPerCent) {
  const Shape shapes[] = {{1e6, 1, Layout::coordinates, 1, 2, false, false}, {9e5, 1, Layout::coordinates, 2, 2, true, false},
                          {1e5, 2, Layout::coordinates, 1, 66, true, true},  {1e5, 1, Layout::coordinates, 2, 200, true, true},
                          {10, 100000, Layout::replicas, 2, 2, true, false}, {100, 10000, Layout::replicas, 1, 20, false, true},
                          {2e5, 9, Layout::replicas, 1, 2, true, false},     {1e5, 20, Layout::replicas, 1, 2, false, false},
                          {2, 4, Layout::replicas, 1, 60000, false, false},  {1e6, 1, Layout::coordinates, 1, 2, false, false, "lamb"},
                          {2e5, 1, Layout::coordinates, 2, 3, true, true, "polyak-step"}};
  std::size_t turn = 0;
  for (const Shape& shape : shapes)
    for (Precision precision : {every_precision[turn % 3], every_precision[++turn % 3]}) {
      const MixedCase mixed{"quadratic", {{"dim", {shape.dim}}, {"start", {1.5}}}, "two-point", shape.method, 0.001, false};
      Batch batch = full_batch(mixed, shape.replicas, shape.steps, precision, shape.layout);
      if (!shape.metrics) {
        batch.percentile_steps.clear();
        batch.metrics = MetricSet(Metric::f_gap);
        batch.audit.reset();
      }
      batch.keep_final = shape.keep;
      const Use use = memory_of(batch, *cpu_engine({.isa = {}, .threads = shape.threads}));
      constexpr double own_objects = 512.0;  // of a run, whatever its size
      EXPECT_NEAR(static_cast<double>(use.bytes), static_cast<double>(use.promised), 0.1 * static_cast<double>(use.bytes) + own_objects)
          << shape.dim << " coordinates, " << shape.replicas << " replicas, " << layout_names[static_cast<std::size_t>(shape.layout)] << ", "
          << to_string(precision) << (shape.metrics ? ", all metrics" : "") << (shape.keep ? ", kept" : "");
    }
}

}  // namespace
}  // namespace thalweg
