// The one header that knows CUDA: calls that are checked, streams and events that end with their scope, and the tables of programs that lie on the device. Included by .cu files only.
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

class CudaStream {
 public:
  CudaStream() { call(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "make a stream"); }
  ~CudaStream() { cudaStreamDestroy(stream_); }
  CudaStream(const CudaStream&) = delete;
  CudaStream& operator=(const CudaStream&) = delete;
  cudaStream_t get() const { return stream_; }

 private:
  cudaStream_t stream_ = nullptr;
};

class CudaEvent {
 public:
  explicit CudaEvent(unsigned flags = cudaEventDefault) { call(cudaEventCreateWithFlags(&event_, flags), "make an event"); }
  ~CudaEvent() { cudaEventDestroy(event_); }
  CudaEvent(const CudaEvent&) = delete;
  CudaEvent& operator=(const CudaEvent&) = delete;
  cudaEvent_t get() const { return event_; }

 private:
  cudaEvent_t event_ = nullptr;
};

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
