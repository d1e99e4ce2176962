// How a run of one replica ended. A numerical outcome is a value in the record, never an exception.
#pragma once

#include <cstdint>

namespace thalweg {

enum class Ending : std::uint8_t { finished, diverged, non_finite };

constexpr const char* to_string(Ending ending) {
  switch (ending) {
    case Ending::finished: return "finished";
    case Ending::diverged: return "diverged";
    case Ending::non_finite: return "non-finite";
  }
  return "";
}

// step: the last step done (finished), or the first step after which |x_j| exceeded the divergence limit or was not finite.
struct Outcome {
  Ending ending = Ending::finished;
  std::uint64_t step = 0;
};

}  // namespace thalweg
