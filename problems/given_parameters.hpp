// Parameters as a user gives them: checked against what a family or a transformation takes, completed, written as canonical text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "problems/problem.hpp"

namespace thalweg {

// SpecErrors name the parameter, the value, what is allowed and the nearest name.
void check_parameter_names(const Family& family, const Parameters& given);
void check_parameter_names(const Family& family, const Texts& given);
void check_parameter(const Family& family, const Parameter& parameter, const std::vector<double>& values);
// Lists with one value per coordinate: each has one value or dim of them. dim = 0: not given, and taken from them.
std::size_t common_length(const Family& family, const Parameters& given, std::size_t dim);
// What was given, and defaults for the rest.
Parameters completed_parameters(const Family& family, const Parameters& given);

// "(dim=20, scale=1)", or nothing: parameters in order, empty ones left out. A text stands for a file: its name; the digest is that of all that was read.
// first: what stands before them.
std::string parameters_text(const Family& family, const Parameters& values, const Texts& texts = {}, const std::string& digest = "", const std::string& first = "");

// FNV-1a over the bytes: stable for ever, since it enters the draws.
std::uint64_t hash_of(std::string_view text);

}  // namespace thalweg
