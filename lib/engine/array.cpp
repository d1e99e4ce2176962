#include "lib/engine/array.hpp"

#include <fmt/format.h>
#include <sys/mman.h>

#include <cstdlib>
#include <cstring>

#include "lib/core/check.hpp"

namespace thalweg::array_detail {

namespace {

constexpr std::size_t cache_line = 64;
constexpr std::size_t huge_page = std::size_t{1} << 21;
constexpr std::size_t mapped_from = 2 * huge_page;

[[noreturn]] void refuse(std::size_t bytes) {
  throw EnvironmentError(fmt::format("not enough memory for {:.1f} GiB", static_cast<double>(bytes) / 0x1p30));
}

std::size_t mapped_bytes(std::size_t bytes) { return (bytes + huge_page - 1) / huge_page * huge_page; }

}  // namespace

std::size_t taken(std::size_t bytes) {
  return bytes >= mapped_from ? mapped_bytes(bytes) : (bytes + cache_line - 1) / cache_line * cache_line;
}

void* allocate(std::size_t bytes) {
  if (bytes == 0) return nullptr;
  if (bytes >= mapped_from) {
    const std::size_t whole = mapped_bytes(bytes);
    void* p = mmap(nullptr, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) refuse(bytes);
    madvise(p, whole, MADV_HUGEPAGE);  // a wish; without it the array is slower and the same
    return p;
  }
  void* p = std::aligned_alloc(cache_line, taken(bytes));
  if (p == nullptr) refuse(bytes);
  std::memset(p, 0, bytes);
  return p;
}

void release(void* data, std::size_t bytes) noexcept {
  if (data == nullptr) return;
  if (bytes >= mapped_from) munmap(data, mapped_bytes(bytes));
  else std::free(data);
}

}  // namespace thalweg::array_detail
