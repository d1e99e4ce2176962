#include "lib/engine/isa.hpp"

#ifndef THALWEG_BUILT_ISAS
#define THALWEG_BUILT_ISAS "v2,v3,v4"
#endif

namespace thalweg {

bool supported(Isa isa) {
  if (std::string_view(THALWEG_BUILT_ISAS).find(to_string(isa)) == std::string_view::npos) return false;
  switch (isa) {
    case Isa::v2: return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
    case Isa::v3: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
    case Isa::v4:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2") &&
             __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd");
  }
  return false;
}

Isa best_isa() {
  if (supported(Isa::v4)) return Isa::v4;
  if (supported(Isa::v3)) return Isa::v3;
  return Isa::v2;
}

}  // namespace thalweg
