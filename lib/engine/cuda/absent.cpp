// The CUDA adapter when it is not built in: it answers availability() with a sentence and refuses to run.
#include <stdexcept>

#include "lib/core/check.hpp"
#include "lib/engine/engine.hpp"

namespace thalweg {

namespace {

class AbsentCuda final : public Engine {
 public:
  Availability availability() const override {
    return {false, "this program was built without the CUDA engine; runs use the CPU engine (--engine cpu)"};
  }
  Trajectories run(const Batch&) const override { throw EnvironmentError(availability().reason); }
  std::size_t memory(const Batch&) const override { throw EnvironmentError(availability().reason); }
};

}  // namespace

std::unique_ptr<Engine> cuda_engine() { return std::make_unique<AbsentCuda>(); }

}  // namespace thalweg
