// The one header that knows CUDA: calls that are checked, and the tables of programs that lie on the device. Included by .cu files only.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <string>

#include "lib/core/check.hpp"
#include "lib/core/type_list.hpp"

namespace thalweg::device {

inline void call(cudaError_t status, const char* what) {
  if (status == cudaSuccess) return;
  cudaGetLastError();  // an error that can be forgotten is
  throw EnvironmentError("CUDA could not " + std::string(what) + ": " + cudaGetErrorString(status));
}

template <class Row, std::size_t n>
struct Table {
  Row rows[n];
};
// The rows of a catalogue: Maker::record<A>() for each A of the list.
template <class Row, class Maker, class... A>
constexpr Table<Row, sizeof...(A)> table_of(TypeList<A...>) {
  return {{Maker::template record<A>()...}};
}
// A table that lies on the device, with the device's addresses.
template <class T>
T downloaded(const T& symbol) {
  T copy;
  call(cudaMemcpyFromSymbol(&copy, symbol, sizeof copy), "read the table of programs");
  return copy;
}

}  // namespace thalweg::device
