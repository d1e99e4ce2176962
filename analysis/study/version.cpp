#include "analysis/study/version.hpp"

#ifndef THALWEG_VERSION
#define THALWEG_VERSION "0.1.0"
#endif

namespace thalweg {

std::string_view code_version() { return THALWEG_VERSION; }

}  // namespace thalweg
