// A device that is the host: every team in turn, its threads one after another, last to first.
#include <cstdlib>
#include <cstring>
#include <vector>

#include "lib/core/check.hpp"
#include "lib/engine/cuda/device.hpp"

namespace thalweg {

namespace device {

namespace {

class Emulation final : public Device {
 public:
  explicit Emulation(const EmulatedDevice& made) : made_(made) {}
  Availability availability() const override { return {true, "the CUDA engine's programs on the host, one thread"}; }
  bool emulated() const override { return true; }
  std::size_t memory() const override { return made_.memory; }
  std::size_t own_memory() const override { return made_.own_memory; }
  std::size_t teams() const override { return made_.teams; }
  std::size_t results_memory() const override { return made_.results_memory; }
  // Memory that was not written holds NaNs.
  void* allocate(std::size_t bytes) override {
    void* memory = std::malloc(bytes);
    if (memory == nullptr) throw EnvironmentError("the emulated device has no memory left");
    std::memset(memory, 0xff, bytes);
    return memory;
  }
  void release(void* memory) noexcept override { std::free(memory); }
  void upload(void* to, const void* from, std::size_t bytes) override { std::memcpy(to, from, bytes); }
  void download(void* to, const void* from, std::size_t bytes) override { std::memcpy(to, from, bytes); }
  void run(const Window<double, double>& window, std::size_t own_bytes) override { all_teams(window, own_bytes); }
  void run(const Window<float, float>& window, std::size_t own_bytes) override { all_teams(window, own_bytes); }
  void run(const Window<float, double>& window, std::size_t own_bytes) override { all_teams(window, own_bytes); }

 private:
  template <class T, class M>
  void all_teams(const Window<T, M>& window, std::size_t own_bytes) const {
    if (made_.lost_at_window > 0 && ++windows_ == made_.lost_at_window) throw EnvironmentError("the emulated device was lost");
    std::vector<T> own(own_bytes / sizeof(T));
    for (std::uint32_t number = 0; number < window.teams; ++number) advance(Team(), window, number, own.data());
  }
  EmulatedDevice made_;
  mutable std::size_t windows_ = 0;
};

}  // namespace

}  // namespace device

std::unique_ptr<Engine> emulated_cuda_engine(const EmulatedDevice& made, const CudaOptions& options) {
  return device::engine_on(std::make_unique<device::Emulation>(made), options);
}

}  // namespace thalweg
