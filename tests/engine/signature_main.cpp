// Prints the behaviour signature of the engine for an instruction set and a number of threads: signature v2 1
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/engine/mixed_run.hpp"

int main(int argc, char** argv) {
  thalweg::CpuOptions options;
  options.threads = argc > 2 ? static_cast<std::size_t>(std::atoi(argv[2])) : 1;
  for (std::size_t i = 0; argc > 1 && i < thalweg::isa_names.size(); ++i)
    if (thalweg::isa_names[i] == argv[1]) options.isa = static_cast<thalweg::Isa>(i);
  std::printf("%016" PRIx64 "\n", thalweg::mixed_digest(options, 0, 13, 24));
  return 0;
}
