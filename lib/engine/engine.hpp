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

class Engine {
 public:
  virtual ~Engine() = default;
  virtual Availability availability() const = 0;
  virtual Trajectories run(const Batch& batch) const = 0;   // same batch, same bits
  virtual std::size_t memory(const Batch& batch) const = 0;  // bytes that a run takes, its records included; the problem's own arrays are not
};

struct CpuOptions {
  std::optional<Isa> isa;   // forced instruction set; unset: the best this machine supports
  std::size_t threads = 0;  // 0: all
};

std::unique_ptr<Engine> cpu_engine(const CpuOptions& options = {});
std::unique_ptr<Engine> cuda_engine();

}  // namespace thalweg
