// The version of this code as records carry it.
#pragma once

#include <string_view>

namespace thalweg {

std::string_view code_version();  // "0.1.0+1a2b3c4" or, outside a checkout, "0.1.0"

}  // namespace thalweg
