#include "problems/formula_text.hpp"

#include "problems/host_catalogue.hpp"

namespace thalweg {

std::string_view formula_text(std::string_view problem) {
  std::string_view text;
  Objectives::for_each([&]<class F>() {
    static_assert(F::formula.starts_with("f("), "a built-in family states its formula");
    if (F::entry.id == problem) text = F::formula;
  });
  return text;
}

}  // namespace thalweg
