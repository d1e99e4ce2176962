// What the adapter asks of a device: memory, and queues of copies and windows. engine.cu answers with CUDA, emulation.cpp on the host.
#pragma once

#include <cstddef>
#include <memory>

#include "lib/engine/cuda/advance.hpp"
#include "lib/engine/engine.hpp"

namespace thalweg::device {

// What is asked through a queue is done in order, while the host goes on. Host memory that is copied from or to stays as it is until wait() has said
// that it may change. EnvironmentError, with what the device said: of every call, for anything asked before it.
class Queue {
 public:
  virtual ~Queue() = default;
  virtual void upload(void* to, const void* from, std::size_t bytes) = 0;
  virtual void download(void* to, const void* from, std::size_t bytes) = 0;
  virtual void run(const Window<double, double>& window, std::size_t own_bytes) = 0;
  virtual void run(const Window<float, float>& window, std::size_t own_bytes) = 0;
  virtual void run(const Window<float, double>& window, std::size_t own_bytes) = 0;
  // Two marks, 0 and 1: wait(which) returns when all that was asked before the latest mark(which) is done.
  virtual void mark(unsigned which) = 0;
  virtual void wait(unsigned which) = 0;
};

class Device {
 public:
  virtual ~Device() = default;
  virtual Availability availability() const = 0;
  virtual bool emulated() const = 0;
  virtual std::size_t memory() const = 0;      // bytes free for runs
  virtual std::size_t own_memory() const = 0;  // bytes that a team may have of its own
  virtual std::size_t teams() const = 0;       // that run at once
  virtual std::size_t results_memory() const { return std::size_t{256} << 20U; }  // for those of a window, where one step's do not need more
  virtual void* allocate(std::size_t bytes) = 0;
  virtual void release(void* memory) noexcept = 0;
  // Host memory that copies reach directly.
  virtual void* allocate_host(std::size_t bytes) = 0;
  virtual void release_host(void* memory) noexcept = 0;
  virtual std::unique_ptr<Queue> queue() = 0;
};

// The programs of all rules: the host's, and the device's where it is built in (else null).
const RulePrograms* host_rule_programs();
const RulePrograms* device_rule_programs();

// An engine that runs batches on a device.
std::unique_ptr<Engine> engine_on(std::unique_ptr<Device> device, const CudaOptions& options);

}  // namespace thalweg::device
