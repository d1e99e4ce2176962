// Between constants and intervals: for the sources that compute facts with outward rounding.
#pragma once

#include <string>

#include "lib/core/constant.hpp"
#include "lib/core/interval.hpp"

namespace thalweg {

// An enclosure as a constant: exact when it is one number.
inline Constant enclosed(const Interval& x, std::string source) {
  if (x.lower() == x.upper()) return exact(x.lower(), std::move(source));
  return proved(x.lower(), x.upper(), std::move(source));
}
inline Interval interval_of(const Constant& c) { return {c.lower, c.upper}; }

}  // namespace thalweg
