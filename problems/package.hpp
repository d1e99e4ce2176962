// Which problems need data of a package that may be missing on a machine: what is written once for all machines (docs/problems) leaves out what depends on them.
// A family says so:  static constexpr bool of_package = true;
#pragma once

#include <string_view>

namespace thalweg {

bool needs_package(std::string_view problem);

}  // namespace thalweg
