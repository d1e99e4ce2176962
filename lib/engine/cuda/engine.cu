// The CUDA engine: the device that the adapter (lib/engine/cuda/adapter.cpp) asks. A team is one block of threads.
#include <algorithm>
#include <string>

#include "lib/engine/cuda/call.cuh"
#include "lib/engine/cuda/device.hpp"
#include "lib/optimizers/catalogue.hpp"

namespace thalweg {

namespace device {

namespace {

// Three teams of 256 threads with 80 registers each fill a processor's registers. Of the choices measured on an H200, double, Gaussian noise, Adam: 80 x 256
// x 3 0.0276, 64 x 128 x 8 0.0311, 64 x 256 x 4 0.0325, 64 x 512 x 2 0.0344, 40 x 256 x 6 0.0659 ns a coordinate-step.
constexpr unsigned threads = 256;
constexpr int teams_per_processor = 3;
constexpr std::size_t kept_free = std::size_t{256} << 20U;  // of the device's memory: the driver's own needs

template <class T>
struct MakeRule {
  template <class A>
  static constexpr RuleProgram<T> record() {
    return RuleProgramOf<A, T>::on_device();
  }
};
__device__ const auto rules_f64 = table_of<RuleProgram<double>, MakeRule<double>>(Rules{});
__device__ const auto rules_f32 = table_of<RuleProgram<float>, MakeRule<float>>(Rules{});

template <class T, class M>
__global__ void __launch_bounds__(threads, teams_per_processor) advance_teams(const __grid_constant__ Window<T, M> window) {
  extern __shared__ double own[];
  const Team team;
  advance(team, window, blockIdx.x, reinterpret_cast<T*>(own));
}

// Waits, though others go on: a destructor must not throw.
class CudaQueue final : public Queue {
 public:
  explicit CudaQueue(std::size_t most_own_bytes) : most_own_bytes_(most_own_bytes) {}
  ~CudaQueue() override { cudaStreamSynchronize(stream_.get()); }
  CudaQueue(const CudaQueue&) = delete;
  CudaQueue& operator=(const CudaQueue&) = delete;
  void upload(void* to, const void* from, std::size_t bytes) override {
    if (bytes > 0) call(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, stream_.get()), "copy to the device");
  }
  void download(void* to, const void* from, std::size_t bytes) override {
    if (bytes > 0) call(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, stream_.get()), "copy from the device");
  }
  void run(const Window<double, double>& window, std::size_t own_bytes) override { launch(window, own_bytes); }
  void run(const Window<float, float>& window, std::size_t own_bytes) override { launch(window, own_bytes); }
  void run(const Window<float, double>& window, std::size_t own_bytes) override { launch(window, own_bytes); }
  void mark(unsigned which) override { call(cudaEventRecord(events_[which].get(), stream_.get()), "mark a window of steps"); }
  void wait(unsigned which) override { call(cudaEventSynchronize(events_[which].get()), "finish a window of steps"); }

 private:
  template <class T, class M>
  void launch(const Window<T, M>& window, std::size_t own_bytes) {
    // The attribute is the process's: always the same, whatever runs at once need.
    call(cudaFuncSetAttribute(advance_teams<T, M>, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(most_own_bytes_)), "set the memory of a team");
    advance_teams<T, M><<<window.teams, threads, own_bytes, stream_.get()>>>(window);
    call(cudaGetLastError(), "start a window of steps");
  }
  std::size_t most_own_bytes_;
  static constexpr unsigned waited_for = cudaEventDisableTiming | cudaEventBlockingSync;
  CudaStream stream_;
  CudaEvent events_[2]{CudaEvent(waited_for), CudaEvent(waited_for)};
};

class CudaDevice final : public Device {
 public:
  Availability availability() const override {
    int count = 0;
    const cudaError_t status = cudaGetDeviceCount(&count);
    const std::string otherwise = "; runs use the CPU engine (--engine cpu)";
    if (status == cudaErrorInsufficientDriver)
      return {false, "no NVIDIA driver, or one older than this program's CUDA " + std::to_string(CUDART_VERSION / 1000) + ": install the driver" + otherwise};
    if (status != cudaSuccess || count == 0) return {false, "no CUDA device (" + std::string(cudaGetErrorString(status)) + ")" + otherwise};
    cudaDeviceProp p;
    if (cudaGetDeviceProperties(&p, 0) != cudaSuccess) return {false, "the CUDA device does not answer" + otherwise};
    return {true, std::string(p.name) + ", " + std::to_string(p.totalGlobalMem >> 30U) + " GiB, compute capability " + std::to_string(p.major) + "." + std::to_string(p.minor)};
  }
  bool emulated() const override { return false; }
  std::size_t memory() const override {
    std::size_t free = 0, total = 0;
    call(cudaMemGetInfo(&free, &total), "tell its free memory");
    return free > kept_free ? free - kept_free : 0;
  }
  std::size_t own_memory() const override {
    return std::min<std::size_t>(attribute(cudaDevAttrMaxSharedMemoryPerBlockOptin), attribute(cudaDevAttrMaxSharedMemoryPerMultiprocessor) / teams_per_processor - 1024);
  }
  std::size_t teams() const override { return attribute(cudaDevAttrMultiProcessorCount) * teams_per_processor; }

  void* allocate(std::size_t bytes) override {
    void* memory = nullptr;
    call(cudaMalloc(&memory, bytes), "allocate memory");
    return memory;
  }
  void release(void* memory) noexcept override { cudaFree(memory); }
  void* allocate_host(std::size_t bytes) override {
    void* memory = nullptr;
    call(cudaMallocHost(&memory, bytes), "allocate memory of the host");
    return memory;
  }
  void release_host(void* memory) noexcept override { cudaFreeHost(memory); }
  std::unique_ptr<Queue> queue() override { return std::make_unique<CudaQueue>(own_memory()); }

 private:
  static std::size_t attribute(cudaDeviceAttr which) {
    int value = 0;
    call(cudaDeviceGetAttribute(&value, which, 0), "describe itself");
    return static_cast<std::size_t>(value);
  }
};

}  // namespace

const RulePrograms* device_rule_programs() {
  static const auto f64 = downloaded(rules_f64);
  static const auto f32 = downloaded(rules_f32);
  static const RulePrograms programs{f64.rows, f32.rows};
  return &programs;
}

}  // namespace device

std::unique_ptr<Engine> cuda_engine(const CudaOptions& options) { return device::engine_on(std::make_unique<device::CudaDevice>(), options); }

}  // namespace thalweg
