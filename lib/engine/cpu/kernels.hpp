// The kernels one run uses, all of one instruction set: T is the type of the state, M that of what is measured.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "lib/core/check.hpp"
#include "lib/engine/batch.hpp"
#include "lib/engine/cpu/tables.hpp"
#include "lib/engine/step_order.hpp"

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

// What each call of a rule's step t is made with, for all steps at once where that is not too much; else made when asked for, into the buffer of the
// asker.
class StepTable {
 public:
  template <class T>
  StepTable(const RuleKernel<T>& rule, const RuleInstance& instance, std::uint64_t horizon)
      : at_(rule.at), hyper_(instance.hyper.data()), bytes_(rule.step_bytes), calls_(rule.calls),
        kept_(bytes_ * calls_ * horizon <= most_bytes ? horizon : 0) {
    table_.resize(bytes_ * calls_ * kept_);
    for (std::uint64_t t = 1; t <= kept_; ++t)
      for (unsigned call = 0; call < calls_; ++call) at_(hyper_, t, call, table_.data() + ((t - 1) * calls_ + call) * bytes_);
  }
  const std::byte* at(std::uint64_t t, unsigned call, std::vector<std::byte>& buffer) const {
    if (t <= kept_) return table_.data() + ((t - 1) * calls_ + call) * bytes_;
    buffer.resize(bytes_);
    at_(hyper_, t, call, buffer.data());
    return buffer.data();
  }
  std::size_t bytes() const { return table_.size(); }
  static constexpr std::size_t most_bytes = 4 * 1024 * 1024;

 private:
  void (*at_)(const void*, std::uint64_t, unsigned, void*);
  const void* hyper_;
  std::size_t bytes_, calls_;
  std::uint64_t kept_;
  std::vector<std::byte> table_;
};

// What a call is given.
template <class T>
Asked asked(const RuleKernel<T>& rule, const RuleInstance& instance, std::uint64_t t, unsigned call) {
  return rule.ask == nullptr ? Asked::sample : rule.ask(instance.hyper.data(), t, call);
}

template <class T, class M>
struct Kernels {
  Kernels(const Batch& batch, Isa chosen)
      : isa(chosen),
        rule(rule_kernel<T>(chosen, batch.rule)),
        objective(*batch.objective.kernel.of<T>(chosen)),
        measured(*batch.objective.kernel.of<M>(chosen)),
        noise(batch.noise.kernel.of<T>(chosen)),
        table(reduction_table(chosen)),
        steps(std::make_shared<StepTable>(rule, batch.rule, batch.eta.size())) {
    THALWEG_EXPECTS(!rule.remembers || (objective.recall != nullptr && batch.objective.memory > 0));
  }

  Isa isa;
  const RuleKernel<T>& rule;
  const ObjectiveKernel<T>& objective;
  const ObjectiveKernel<M>& measured;
  const NoiseKernel<T>* noise;  // null: none
  const ReductionTable& table;
  std::shared_ptr<const StepTable> steps;
};

// Where the time goes: lap(part) adds what has passed since the last lap to a part. Does nothing unless on.
class Stopwatch {
 public:
  explicit Stopwatch(bool on) : on_(on) {}
  void start() {
    if (on_) last_ = Clock::now();
  }
  void lap(Part part) {
    if (!on_) return;
    const Clock::time_point now = Clock::now();
    profile_.*seconds[static_cast<std::size_t>(part)] += std::chrono::duration<double>(now - last_).count();
    last_ = now;
  }
  const Profile& profile() const { return profile_; }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr double Profile::*seconds[] = {&Profile::draws, &Profile::gradient, &Profile::update, &Profile::record};  // as Part lists them
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
