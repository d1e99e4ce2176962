// The engine interface: runs a batch. The only virtual interface below analysis/study.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "lib/engine/batch.hpp"

namespace thalweg {

struct Availability {
  bool available = false;
  std::string reason;  // when not available: why, and how to get there; when available: what it runs on
};

// Bytes that a run takes: its records included, the problem's own arrays not. On a device: what it takes there, and what a run alone may have.
struct Memory {
  std::size_t host = 0;
  std::size_t device = 0, device_free = 0;
};

class Engine {
 public:
  virtual ~Engine() = default;
  virtual Availability availability() const = 0;
  virtual Trajectories run(const Batch& batch) const = 0;   // same batch, same bits
  virtual Memory memory(const Batch& batch) const = 0;
};

struct CpuOptions {
  std::optional<Isa> isa;   // forced instruction set; unset: the best this machine supports
  std::size_t threads = 0;  // 0: all
};

std::unique_ptr<Engine> cpu_engine(const CpuOptions& options = {});

struct CudaOptions {
  std::size_t replicas_per_wave = 0;  // replicas on the device at once; 0: all
  std::size_t threads = 0;            // of the host, for what comes back; 0: all
};

// The engine on a CUDA device; where the program is built without it, one whose availability() says so.
std::unique_ptr<Engine> cuda_engine(const CudaOptions& options = {});

// The CUDA engine's programs through the same adapter, on the host: slow, for tests of everything but the device.
struct EmulatedDevice {
  std::size_t memory = std::size_t{1} << 40U;
  std::size_t own_memory = 96 * 1024;  // of a team
  std::size_t teams = 4;
  std::size_t results_memory = std::size_t{256} << 20U;  // for the results of a window
  std::size_t lost_at_window = 0;      // the device is lost at this window; 0: never
};
std::unique_ptr<Engine> emulated_cuda_engine(const EmulatedDevice& device = {}, const CudaOptions& options = {});

}  // namespace thalweg
