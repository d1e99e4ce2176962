// Comma-separated numbers, one sample a line.
//
// Fields are separated by commas, or by semicolons or tabs where the first line has no comma; spaces around them and lines of nothing but spaces are
// skipped. The first line may be a header: none of its fields is a number. All lines have as many fields as the first; one column is the target.
// Lines end with a line feed, with or without a carriage return before it; the last one may have neither.
#pragma once

#include <filesystem>
#include <string_view>

#include "problems/data/dataset.hpp"

namespace thalweg {

// `name` is what errors call the text. label_column from 1; 0: the last.
Dataset parse_csv(std::string_view text, const std::filesystem::path& name, std::size_t label_column);

}  // namespace thalweg
