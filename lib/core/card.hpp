// What every catalogue entry says of itself.
#pragma once

#include <string_view>

namespace thalweg {

struct Entry {
  std::string_view id;      // kebab-case, stable for ever: "adam"
  std::string_view name;    // "Adam"
  std::string_view source;  // "Kingma & Ba 2015, Algorithm 1"
};

}  // namespace thalweg
