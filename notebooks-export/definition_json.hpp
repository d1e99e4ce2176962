// A definition as JSON, and back:
//   {"id": "adam", "preset": "eps-hat", "values": {"beta1": 0.9, ..., "correction": "outer"}}
// Every field is there; numbers read back to the same bits. Other keys are left alone, so that what `thalweg show adam@eps-hat --json` prints is one.
#pragma once

#include <string>

#include "lib/optimizers/definition.hpp"

namespace thalweg {

std::string to_json(const Definition& definition);
// SpecError names the JSON pointer, the value and what is allowed: an unknown method, preset or field, a field that is missing, a value out of its range.
Definition definition_from_json(const std::string& json, const std::string& file);

}  // namespace thalweg
