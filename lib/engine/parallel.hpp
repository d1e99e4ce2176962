// Independent pieces of work on several threads.
#pragma once

#include <cstddef>
#include <functional>

namespace thalweg {

// Calls body(0) ... body(count - 1), each once, on `threads` threads (0: all) in any order, and returns when all are done. What was written before the
// call is seen by every body, what a body wrote is seen after the call; bodies are not ordered among themselves. An exception of a body is passed on.
// Cost: about a microsecond a piece.
void run_in_parallel(std::size_t threads, std::size_t count, const std::function<void(std::size_t)>& body);

}  // namespace thalweg
