#include "problems/package.hpp"

#include "problems/catalogue.hpp"
#include "problems/families/formula.hpp"
#include "problems/families/logistic.hpp"

namespace thalweg {

bool needs_package(std::string_view problem) {
  bool needs = false;
  Objectives::for_each([&]<class F>() {
    if constexpr (requires { F::of_package; }) needs = needs || (F::entry.id == problem && F::of_package);
  });
  return needs;
}

}  // namespace thalweg
