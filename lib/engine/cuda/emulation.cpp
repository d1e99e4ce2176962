// A device that is the host: every team in turn, its threads one after another, last to first.
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
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
  void* allocate_host(std::size_t bytes) override { return allocate(bytes); }
  void release_host(void* memory) noexcept override { std::free(memory); }
  std::unique_ptr<Queue> queue() override { return std::make_unique<EmulatedQueue>(*this); }

  void count_window() {
    if (made_.lost_at_window > 0 && ++windows_ == made_.lost_at_window) throw EnvironmentError("the emulated device was lost");
  }

 private:
  // Everything is done when it is asked for.
  class EmulatedQueue final : public Queue {
   public:
    explicit EmulatedQueue(Emulation& device) : device_(device) {}
    void upload(void* to, const void* from, std::size_t bytes) override { copy(to, from, bytes); }
    void download(void* to, const void* from, std::size_t bytes) override { copy(to, from, bytes); }
    void run(const Window<double, double>& window, std::size_t own_bytes) override { all_teams(window, own_bytes); }
    void run(const Window<float, float>& window, std::size_t own_bytes) override { all_teams(window, own_bytes); }
    void run(const Window<float, double>& window, std::size_t own_bytes) override { all_teams(window, own_bytes); }
    void mark(unsigned) override {}
    void wait(unsigned) override {}

   private:
    static void copy(void* to, const void* from, std::size_t bytes) {
      if (bytes > 0) std::memcpy(to, from, bytes);
    }
    template <class T, class M>
    void all_teams(const Window<T, M>& window, std::size_t own_bytes) const {
      device_.count_window();
      std::vector<T> own(own_bytes / sizeof(T), std::numeric_limits<T>::quiet_NaN());
      for (std::uint32_t number = 0; number < window.teams; ++number) advance(Team(), window, number, own.data());
    }
    Emulation& device_;
  };

  EmulatedDevice made_;
  std::atomic<std::size_t> windows_ = 0;
};

}  // namespace

}  // namespace device

std::unique_ptr<Engine> emulated_cuda_engine(const EmulatedDevice& made, const CudaOptions& options) {
  return device::engine_on(std::make_unique<device::Emulation>(made), options);
}

}  // namespace thalweg
