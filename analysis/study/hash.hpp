// Hashes and numbers as text: what keys of cells and stores are made of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace thalweg {

// 128-bit hash of a text as 32 hexadecimal digits (two FNV-1a runs from different bases, finished by a mixer): names, not secrets.
std::string hash_text(std::string_view text);

// The shortest decimal that reads back to the same double.
std::string shortest(double value);

}  // namespace thalweg
