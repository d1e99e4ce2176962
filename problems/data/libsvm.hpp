// The sparse text format of LIBSVM and SVMlight, read into a dense matrix.
//
// A line is  target index:value index:value ...  with indices from 1 that increase; features that are not named are 0, and there are as many as the
// largest index. What follows a # is a comment. Line ends as in problems/data/csv.hpp.
// Source: C.-C. Chang, C.-J. Lin, "LIBSVM: a library for support vector machines", 2011, and its README.
#pragma once

#include <filesystem>
#include <string_view>

#include "problems/data/dataset.hpp"

namespace thalweg {

// `name` is what errors call the text.
Dataset parse_libsvm(std::string_view text, const std::filesystem::path& name);

}  // namespace thalweg
