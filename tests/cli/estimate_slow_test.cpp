// The largest runs keep within the memory that --estimate promised: 10^6 replicas, 10^8 coordinates.
#include "tests/cli/promise.hpp"

namespace thalweg {
namespace {

TEST(EstimateSlow, PromisesTheMemoryOfAMillionReplicas) {
  expect_the_promise_kept(study("problem = { id = \"pl-sine\", dim = 10 }\nnoise = \"gaussian\"\nT = 30\nreplicas = 1000000\n"));
}
TEST(EstimateSlow, PromisesTheMemoryOfAHundredMillionCoordinates) {
  expect_the_promise_kept(study("problem = { id = \"pl-sine\", dim = 100000000 }\nnoise = \"none\"\nT = 4\nprecision = \"float\"\n"));
}

}  // namespace
}  // namespace thalweg
