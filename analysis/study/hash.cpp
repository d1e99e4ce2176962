#include "analysis/study/hash.hpp"

#include <charconv>
#include <cmath>

namespace thalweg {

namespace {

std::uint64_t fnv(std::string_view text, std::uint64_t state) {
  for (const char c : text) {
    state ^= static_cast<unsigned char>(c);
    state *= 0x100000001b3ULL;
  }
  // Final mixing (Steele, Lea & Flood 2014, splitmix64): FNV alone leaves the high bits of short texts alike.
  state ^= state >> 30;
  state *= 0xbf58476d1ce4e5b9ULL;
  state ^= state >> 27;
  state *= 0x94d049bb133111ebULL;
  return state ^ (state >> 31);
}

void append_hex(std::string& out, std::uint64_t word) {
  for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[(word >> shift) & 15];
}

}  // namespace

std::string hash_text(std::string_view text) {
  std::string out;
  append_hex(out, fnv(text, 0xcbf29ce484222325ULL));
  append_hex(out, fnv(text, 0x84222325cbf29ce4ULL));
  return out;
}

std::string shortest(double value) {
  if (std::isnan(value)) return "nan";
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value).ptr;
  return {buffer, end};
}

}  // namespace thalweg
