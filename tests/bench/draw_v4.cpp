// Compiled for x86-64-v4.
#include "tests/bench/draw_body.hpp"

namespace thalweg::bench {

void add_draws_v4();
void add_draws_v4() { add_all(); }

}  // namespace thalweg::bench
