// What is wrong with a file. A reader hands every error to one of these, which stops at the first, as an exception, or collects them all: reading a
// file and checking it are the same code.
#pragma once

#include <vector>

#include "lib/core/check.hpp"

namespace thalweg {

class Findings {
 public:
  enum class At { first_error_stop, every_error_collect };
  explicit Findings(At at = At::first_error_stop) : collects_(at == At::every_error_collect) {}

  void add(const SpecError& error);
  // Runs `read`; true if it found nothing wrong. What it did before an error stands.
  template <class Read>
  bool attempt(Read read) {
    if (!collects_) {
      read();
      return true;
    }
    try {
      read();
      return true;
    } catch (const SpecError& error) {
      add(error);
      return false;
    }
  }

  bool collects() const { return collects_; }
  // In the order of the file, each once.
  std::vector<SpecError> all() const;

 private:
  bool collects_;
  std::vector<SpecError> errors_;
};

}  // namespace thalweg
