// Compiled for x86-64-v3.
#include "tests/bench/elementary_body.hpp"

namespace thalweg::bench {

void add_elementary_v3();
void add_elementary_v3() { add_all(); }

}  // namespace thalweg::bench
