// Compiled for x86-64-v3.
#include "tests/bench/draw_body.hpp"

namespace thalweg::bench {

void add_draws_v3();
void add_draws_v3() { add_all(); }

}  // namespace thalweg::bench
