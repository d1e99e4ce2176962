// The CUDA adapter when it is not built in: it answers availability() with a sentence and refuses to run.
#include <stdexcept>

#include "lib/core/check.hpp"
#include "lib/engine/cuda/device.hpp"
#include "lib/engine/roofline.hpp"

namespace thalweg {

namespace {

class AbsentCuda final : public Engine {
 public:
  Availability availability() const override {
    return {false, "this program was built without the CUDA engine (cmake --preset cuda builds it, with nvcc of CUDA 12 or 13); runs use the CPU engine (--engine cpu)"};
  }
  Trajectories run(const Batch&) const override { throw EnvironmentError(availability().reason); }
  Memory memory(const Batch&) const override { throw EnvironmentError(availability().reason); }
};

}  // namespace

const RulePrograms* device::device_rule_programs() { return nullptr; }

Roofline measure_device_roofline(Precision, double) { throw EnvironmentError(AbsentCuda().availability().reason); }

std::unique_ptr<Engine> cuda_engine(const CudaOptions&) { return std::make_unique<AbsentCuda>(); }

}  // namespace thalweg
