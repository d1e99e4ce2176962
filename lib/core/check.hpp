// Checks of two kinds that must not be mixed.
//   THALWEG_EXPECTS(condition): a programmer's error. Aborts with file and line; no input of a user can reach it.
//   SpecError: a user's error, thrown where the value enters the program. It names the file and line (when there is one), the field, the
//   value given and what is allowed, and the nearest valid name for a misspelt one.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace thalweg {

[[noreturn]] void expectation_failed(const char* condition, const char* file, int line);

#define THALWEG_EXPECTS(condition) \
  ((condition) ? static_cast<void>(0) : ::thalweg::expectation_failed(#condition, __FILE__, __LINE__))

// Where a value came from: a file (or "command line", "--set"), and line and column when known (1-based, 0 = unknown).
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

// What the user wrote and what was expected. `what()` is one line:
//   study.toml:12:7: eta = -0.1: must be a positive number
class SpecError : public std::runtime_error {
 public:
  struct Parts {
    Place place;          // empty file: unknown, left out of the message
    std::string field;    // "eta", "[bound] value", "--threads"; may be empty
    std::string given;    // the value as written; may be empty
    std::string allowed;  // a clause: "must be a positive number", "unknown method; did you mean 'sadam'?"
  };
  explicit SpecError(Parts parts);
  const Parts& parts() const { return parts_; }
  SpecError at(Place place) const;  // the same error with its place filled in, when it had none

 private:
  Parts parts_;
};

// The environment failed: disk full, not writable, no device. Exit code 4.
class EnvironmentError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The candidate nearest to `name` by edit distance, or empty when none is near (distance above 1 + a third of the length).
std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates);

// "unknown method 'adm'; did you mean 'adam'? known: adam, amsgrad, ..." as an `allowed` clause without the given value.
std::string unknown_clause(std::string_view kind, std::string_view name, std::span<const std::string_view> candidates);

}  // namespace thalweg
