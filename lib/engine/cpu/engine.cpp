#include "lib/engine/engine.hpp"

#include <algorithm>
#include <mutex>
#include <thread>

#include "lib/core/check.hpp"
#include "lib/engine/cpu/cache.hpp"
#include "lib/engine/cpu/stretch.hpp"
#include "lib/engine/cpu/tile.hpp"
#include "lib/engine/parallel.hpp"

namespace thalweg {

namespace cpu {

const KernelRows<RuleKernel>& rule_rows(Isa isa) {
  switch (isa) {
    case Isa::v2: return thalweg_rule_kernels_v2;
    case Isa::v3: return thalweg_rule_kernels_v3;
    default: return thalweg_rule_kernels_v4;
  }
}

const ReductionTable& reduction_table(Isa isa) {
  switch (isa) {
    case Isa::v2: return thalweg_reduction_kernels_v2;
    case Isa::v3: return thalweg_reduction_kernels_v3;
    default: return thalweg_reduction_kernels_v4;
  }
}

}  // namespace cpu

namespace {

// How a batch is cut up for one engine.
template <class T, class M>
class Division {
 public:
  Division(const Batch& batch, Isa isa, std::size_t threads) : batch_(batch), kernels_(batch, isa), threads_(threads) {
    lanes_ = lanes_of<T>(isa);
    groups_ = (batch.replicas + lanes_ - 1) / lanes_;
    along_ = batch.layout == Layout::coordinates || (batch.layout == Layout::automatic && along_is_faster());
    tile_groups_ = batch.tile_groups > 0 ? std::min(batch.tile_groups, groups_) : fitting_groups();
  }

  Trajectories run() const {
    Trajectories out = prepared(batch_, kernels_.rule.rated);
    std::mutex lock;
    const auto account = [&](const Profile& profile) {
      const std::lock_guard guard(lock);
      cpu::operator+=(out.profile, profile);
    };
    if (along_) {
      run_in_parallel(one_by_one() ? 1 : threads_, batch_.replicas,
                      [&](std::size_t replica) { account(cpu::Stretch<T, M>(batch_, kernels_, replica, one_by_one() ? threads_ : 1, out).run()); });
    } else {
      run_in_parallel(threads_, (groups_ + tile_groups_ - 1) / tile_groups_, [&](std::size_t tile) {
        const std::size_t first = tile * tile_groups_;
        account(cpu::Tile<T, M>(batch_, kernels_, first * lanes_, std::min(tile_groups_, groups_ - first), out).run());
      });
    }
    return out;
  }

  std::size_t bytes() const {
    const std::size_t records = record_bytes(batch_, kernels_.rule.rated) + kernels_.steps->bytes();
    if (!along_) {
      const std::size_t tiles = std::min(threads_, (groups_ + tile_groups_ - 1) / tile_groups_);
      return records + tiles * cpu::Tile<T, M>::bytes(batch_, kernels_, tile_groups_);
    }
    const std::size_t at_once = one_by_one() ? 1 : threads_;
    return records + at_once * cpu::Stretch<T, M>::bytes(batch_, kernels_, one_by_one() ? threads_ : 1);
  }

 private:
  std::size_t group_bytes() const { return batch_.objective.dim * lanes_ * sizeof(T) * (2 + kernels_.rule.slots); }
  // Lanes that are replicas waste those that a last group lacks; a group too large for the cache is read from memory at every step.
  bool along_is_faster() const {
    if (batch_.objective.sampled) return batch_.replicas < lanes_;  // each lane costs a gradient of its own
    if (kernels_.objective.slopes == nullptr) return batch_.replicas == 1;
    return 2 * batch_.replicas <= lanes_ || group_bytes() > cpu::cache::group_bytes;
  }
  // Lanes are coordinates. Few replicas, or large ones: the threads share each one's coordinates; else they share the replicas.
  bool one_by_one() const {
    return batch_.replicas < threads_ || (kernels_.objective.slopes != nullptr && batch_.objective.dim * sizeof(T) > 16 * cpu::cache::group_bytes);
  }
  // As many groups as fit the first-level cache with all their arrays, at least one; enough tiles for every thread.
  std::size_t fitting_groups() const {
    return std::clamp<std::size_t>((groups_ + threads_ - 1) / threads_, 1, std::max<std::size_t>(1, cpu::cache::tile_bytes / group_bytes()));
  }

  const Batch& batch_;
  const cpu::Kernels<T, M> kernels_;
  std::size_t threads_, lanes_, groups_, tile_groups_;
  bool along_;
};

// visit(division) with the types of the batch's precision.
template <class Visit>
auto divided(const Batch& batch, Isa isa, std::size_t threads, Visit visit) {
  switch (batch.precision) {
    case Precision::f32: return visit(Division<float, float>(batch, isa, threads));
    case Precision::mixed: return visit(Division<float, double>(batch, isa, threads));
    default: return visit(Division<double, double>(batch, isa, threads));
  }
}

class CpuEngine final : public Engine {
 public:
  explicit CpuEngine(const CpuOptions& options)
      : isa_(options.isa.value_or(best_isa())),
        threads_(options.threads > 0 ? options.threads : std::max<std::size_t>(1, std::thread::hardware_concurrency())) {}

  Availability availability() const override {
    if (!supported(isa_)) return {false, "this processor does not run x86-64-" + std::string(to_string(isa_)) + "; the best it runs is " + std::string(to_string(best_isa()))};
    std::string text = "x86-64-" + std::string(to_string(isa_)) + ", " + std::to_string(threads_) + (threads_ == 1 ? " thread" : " threads");
    if (isa_ == Isa::v2) text += "; v2 has no fused multiply-add instruction: the same bits, about 20 times slower";
    return {true, text};
  }

  Trajectories run(const Batch& batch) const override {
    check(batch);
    if (const Availability now = availability(); !now.available) throw EnvironmentError(now.reason);
    return divided(batch, isa_, threads_, [](const auto& division) { return division.run(); });
  }

  Memory memory(const Batch& batch) const override {
    check(batch);
    return {.host = divided(batch, isa_, threads_, [](const auto& division) { return division.bytes(); })};
  }

 private:
  Isa isa_;
  std::size_t threads_;
};

}  // namespace

std::unique_ptr<Engine> cpu_engine(const CpuOptions& options) { return std::make_unique<CpuEngine>(options); }

}  // namespace thalweg
