// A device that is the host: every team in turn, its threads one after another, last to first, and nothing before it is waited for.
#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
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
  std::size_t memory() const override {
    const std::lock_guard lock(mutex_);
    return made_.memory - taken_;
  }
  std::size_t own_memory() const override { return made_.own_memory; }
  std::size_t teams() const override { return made_.teams; }
  std::size_t results_memory() const override { return made_.results_memory; }
  void* allocate(std::size_t bytes) override {
    const std::lock_guard lock(mutex_);
    if (bytes > made_.memory - taken_) throw EnvironmentError("the emulated device has no memory left");
    void* memory = allocate_host(bytes);
    bytes_of_.emplace(memory, bytes);
    taken_ += bytes;
    return memory;
  }
  void release(void* memory) noexcept override {
    const std::lock_guard lock(mutex_);
    const auto found = bytes_of_.find(memory);
    taken_ -= found->second;
    bytes_of_.erase(found);
    release_host(memory);
  }
  // Memory that was not written holds NaNs.
  void* allocate_host(std::size_t bytes) override {
    void* memory = std::malloc(bytes);
    if (memory == nullptr) throw EnvironmentError("the host has no memory left for the emulated device");
    std::memset(memory, 0xff, bytes);
    return memory;
  }
  void release_host(void* memory) noexcept override { std::free(memory); }
  std::unique_ptr<Queue> queue() override { return std::make_unique<EmulatedQueue>(*this); }

  void count_window() {
    if (made_.lost_at_window > 0 && ++windows_ == made_.lost_at_window) throw EnvironmentError("the emulated device was lost");
  }

 private:
  // Nothing is done before it is waited for, and every other time all that was asked since as well: what is read or written too early or too late shows.
  class EmulatedQueue final : public Queue {
   public:
    explicit EmulatedQueue(Emulation& device) : device_(device) {}
    ~EmulatedQueue() override {
      try {
        do_until(asked_);
      } catch (const EnvironmentError&) {  // the run that fails has said so
      }
    }
    EmulatedQueue(const EmulatedQueue&) = delete;
    EmulatedQueue& operator=(const EmulatedQueue&) = delete;
    void upload(void* to, const void* from, std::size_t bytes) override { copy(to, from, bytes); }
    void download(void* to, const void* from, std::size_t bytes) override { copy(to, from, bytes); }
    void run(const Window<double, double>& window, std::size_t own_bytes) override { all_teams(window, own_bytes); }
    void run(const Window<float, float>& window, std::size_t own_bytes) override { all_teams(window, own_bytes); }
    void run(const Window<float, double>& window, std::size_t own_bytes) override { all_teams(window, own_bytes); }
    void mark(unsigned which) override { marks_[which] = asked_; }
    void wait(unsigned which) override {
      do_until(ahead_ ? asked_ : marks_[which]);
      ahead_ = !ahead_;
    }

   private:
    void ask(std::function<void()> work) {
      asked_for_.push_back(std::move(work));
      ++asked_;
    }
    void do_until(std::size_t mark) {
      while (done_ < mark) {
        const std::function<void()> work = std::move(asked_for_.front());
        asked_for_.pop_front();
        ++done_;
        try {
          work();
        } catch (...) {  // lost: nothing more is done
          asked_for_.clear();
          done_ = asked_;
          throw;
        }
      }
    }
    void copy(void* to, const void* from, std::size_t bytes) {
      if (bytes > 0) ask([=] { std::memcpy(to, from, bytes); });
    }
    template <class T, class M>
    void all_teams(const Window<T, M>& window, std::size_t own_bytes) {
      ask([this, window, own_bytes] {
        device_.count_window();
        std::vector<T> own(own_bytes / sizeof(T), std::numeric_limits<T>::quiet_NaN());
        for (std::uint32_t number = 0; number < window.teams; ++number) advance(Team(), window, number, own.data());
      });
    }
    Emulation& device_;
    std::deque<std::function<void()>> asked_for_;
    std::size_t asked_ = 0, done_ = 0;
    std::array<std::size_t, 2> marks_{};
    bool ahead_ = false;
  };

  EmulatedDevice made_;
  std::atomic<std::size_t> windows_ = 0;
  mutable std::mutex mutex_;
  std::unordered_map<void*, std::size_t> bytes_of_;
  std::size_t taken_ = 0;
};

}  // namespace

}  // namespace device

std::unique_ptr<Engine> emulated_cuda_engine(const EmulatedDevice& made, const CudaOptions& options) {
  return device::engine_on(std::make_unique<device::Emulation>(made), options);
}

}  // namespace thalweg
