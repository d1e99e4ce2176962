// A list of types: the catalogues are such lists, from which kernels, contract suites and look-up tables are made.
#pragma once

#include <cstddef>
#include <utility>

namespace thalweg {

template <class... T>
struct TypeList {
  static constexpr std::size_t size = sizeof...(T);

  // visit.template operator()<T>() for each T in order.
  template <class Visitor>
  static constexpr void for_each(Visitor&& visit) {
    (visit.template operator()<T>(), ...);
  }
};

}  // namespace thalweg
