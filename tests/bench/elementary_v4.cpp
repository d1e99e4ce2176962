// Compiled for x86-64-v4.
#include "tests/bench/elementary_body.hpp"

namespace thalweg::bench {

void add_elementary_v4();
void add_elementary_v4() { add_all(); }

}  // namespace thalweg::bench
