// The kernels one run uses, all of one instruction set: T is the type of the state, M that of what is measured.
#pragma once

#include <chrono>

#include "lib/core/check.hpp"
#include "lib/engine/batch.hpp"
#include "lib/engine/cpu/tables.hpp"

namespace thalweg::cpu {

const KernelRows<RuleKernel>& rule_rows(Isa isa);
const ReductionTable& reduction_table(Isa isa);

template <class T>
const RuleKernel<T>& rule_kernel(Isa isa, const RuleInstance& rule) {
  const KernelRows<RuleKernel>& rows = rule_rows(isa);
  THALWEG_EXPECTS(rule.rule < rows.size);
  const RuleKernel<T>* row;
  if constexpr (std::is_same_v<T, double>) row = rows.f64 + rule.rule;
  else row = rows.f32 + rule.rule;
  THALWEG_EXPECTS(rule.hyper.size() >= row->hyper_bytes);
  return *row;
}

template <class T, class M>
struct Kernels {
  Kernels(const Batch& batch, Isa chosen)
      : isa(chosen),
        rule(rule_kernel<T>(chosen, batch.rule)),
        objective(*batch.objective.kernel.of<T>(chosen)),
        measured(*batch.objective.kernel.of<M>(chosen)),
        noise(batch.noise.kernel.of<T>(chosen)),
        table(reduction_table(chosen)) {}

  Isa isa;
  const RuleKernel<T>& rule;
  const ObjectiveKernel<T>& objective;
  const ObjectiveKernel<M>& measured;
  const NoiseKernel<T>* noise;  // null: none
  const ReductionTable& table;
};

// Where the time goes: lap(part) adds what has passed since the last lap to a part. Does nothing unless on.
class Stopwatch {
 public:
  explicit Stopwatch(bool on) : on_(on) {}
  void start() {
    if (on_) last_ = Clock::now();
  }
  void lap(double Profile::*part) {
    if (!on_) return;
    const Clock::time_point now = Clock::now();
    profile_.*part += std::chrono::duration<double>(now - last_).count();
    last_ = now;
  }
  const Profile& profile() const { return profile_; }

 private:
  using Clock = std::chrono::steady_clock;
  bool on_;
  Clock::time_point last_;
  Profile profile_;
};

inline Profile& operator+=(Profile& sum, const Profile& other) {
  sum.draws += other.draws;
  sum.gradient += other.gradient;
  sum.update += other.update;
  sum.record += other.record;
  return sum;
}

}  // namespace thalweg::cpu
