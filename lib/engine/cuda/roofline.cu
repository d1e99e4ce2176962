// The roofs of the device: memory by a copy and by the seven streams of Adam's step, square roots and divisions from registers.
#include <algorithm>
#include <limits>

#include "lib/core/scalar_num.hpp"
#include "lib/engine/cuda/call.cuh"
#include "lib/engine/roofline.hpp"

namespace thalweg {

namespace device {

namespace {

constexpr unsigned threads = 256;

template <class T>
__global__ void copy(const T* from, T* to, std::size_t count) {
  for (std::size_t i = std::size_t{blockIdx.x} * blockDim.x + threadIdx.x; i < count; i += std::size_t{gridDim.x} * blockDim.x) to[i] = from[i];
}
template <class T>
__global__ void streams(const T* g, T* x, T* m, T* v, std::size_t count) {
  for (std::size_t i = std::size_t{blockIdx.x} * blockDim.x + threadIdx.x; i < count; i += std::size_t{gridDim.x} * blockDim.x) {
    const T u = g[i], cu = T(0.1) * u, first = m::fma(T(0.9), m[i], cu);
    m[i] = first;
    v[i] = m::fma(T(0.9), v[i], cu * u);
    x[i] = m::fma(T(-0.1), first, x[i]);
  }
}
constexpr int chain = 64, chains = 4;  // operations of a thread, one after another, and beside each other
template <class T, bool roots>
__global__ void operations(T* to) {
  T a[chains];
  for (int k = 0; k < chains; ++k) a[k] = T(1.5) + static_cast<T>(threadIdx.x + k);
  for (int i = 0; i < chain; ++i)
    for (int k = 0; k < chains; ++k) {
      if constexpr (roots) a[k] = m::sqrt(a[k]);
      else a[k] = T(1.5) / a[k];
    }
  T sum = T(0);
  for (int k = 0; k < chains; ++k) sum = sum + a[k];
  if (sum == T(-1)) to[threadIdx.x] = sum;  // never: keeps the work
}

// Seconds of a launch, the least of several.
template <class Launch>
double least_seconds(double seconds, const Launch& launch) {
  const CudaEvent begin, end;
  double least = std::numeric_limits<double>::infinity(), all = 0.0;
  for (int k = 0; k < 5 || (all < seconds && k < 1000); ++k) {
    call(cudaEventRecord(begin.get()), "mark a launch");
    launch();
    call(cudaGetLastError(), "measure a roof");
    call(cudaEventRecord(end.get()), "mark a launch");
    call(cudaEventSynchronize(end.get()), "measure a roof");
    float ms = 0.0F;
    call(cudaEventElapsedTime(&ms, begin.get(), end.get()), "time a launch");
    least = std::min(least, 1e-3 * static_cast<double>(ms));
    all += 1e-3 * static_cast<double>(ms);
  }
  return least;
}

template <class T>
Roofline measured(double seconds) {
  std::size_t free = 0, total = 0;
  call(cudaMemGetInfo(&free, &total), "tell its free memory");
  int processors = 0;
  call(cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, 0), "describe itself");
  const std::size_t count = std::min(free / 2, std::size_t{4} << 30U) / (4 * sizeof(T)) / threads * threads;
  struct Memory {
    explicit Memory(std::size_t bytes) { call(cudaMalloc(&data, bytes), "allocate memory"); }
    ~Memory() { cudaFree(data); }
    void* data = nullptr;
  } memory(4 * count * sizeof(T));
  call(cudaMemset(memory.data, 0x3c, 4 * count * sizeof(T)), "write its memory");
  T *a = static_cast<T*>(memory.data), *b = a + count, *c = b + count, *d = c + count;
  const unsigned teams = static_cast<unsigned>(processors) * 32;
  const double part = seconds / 4.0, bytes = static_cast<double>(count * sizeof(T));
  Roofline found;
  found.copy_bytes = 2.0 * bytes / least_seconds(part, [&] { copy<T><<<teams, threads>>>(a, b, count); });
  found.copy_bytes = std::max(found.copy_bytes, 2.0 * bytes / least_seconds(part, [&] { call(cudaMemcpyAsync(b, a, count * sizeof(T), cudaMemcpyDeviceToDevice), "copy within the device"); }));
  found.stream_bytes = 7.0 * bytes / least_seconds(part, [&] { streams<T><<<teams, threads>>>(a, b, c, d, count); });
  const double operations_of_launch = static_cast<double>(teams) * threads * chain * chains;
  found.square_roots = operations_of_launch / least_seconds(part / 2.0, [&] { operations<T, true><<<teams, threads>>>(a); });
  found.divisions = operations_of_launch / least_seconds(part / 2.0, [&] { operations<T, false><<<teams, threads>>>(a); });
  return found;
}

}  // namespace

}  // namespace device

Roofline measure_device_roofline(Precision precision, double seconds) {
  return precision == Precision::f64 ? device::measured<double>(seconds) : device::measured<float>(seconds);
}

}  // namespace thalweg
