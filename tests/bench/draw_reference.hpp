// What the draws are measured against, compiled for this machine (draw_reference.cpp): out += variates.
#pragma once

#include <cstddef>
#include <cstdint>

namespace thalweg::bench {

void reference_words(std::uint64_t step, std::uint32_t* out, std::size_t count);  // Random123's Philox4x32-10, a block after the other
void reference_normals(double* out, std::size_t count);                            // std::normal_distribution over std::mt19937_64
void reference_normals(float* out, std::size_t count);

}  // namespace thalweg::bench
