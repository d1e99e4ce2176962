// A program with problems of your own: one source file with their functors and, last,
//   THALWEG_PROGRAM(MyProblem, MyOther)
// built by thalweg_own_program(name SOURCE file.cpp) (lib/cmake/ThalwegProgram.cmake). Every verb then knows their ids: list, show, verify, trace, certify,
// falsify, sharpness ... The file is compiled once for each instruction set for the kernels, as the built-in families are (THALWEG_ISA is defined then), and
// once for the program. What a functor states: problems/problem.hpp; docs/tutorials/your-own-problem.md builds one up.
#pragma once

#include "problems/build.hpp"

#ifdef THALWEG_ISA

#include "lib/engine/cpu/objective_kernel.hpp"

#define THALWEG_PROGRAM(...)                                                                                   \
  extern "C" const thalweg::KernelRows<thalweg::ObjectiveKernel> THALWEG_TABLE_EXPAND(THALWEG_STEM, THALWEG_ISA) = \
      thalweg::cpu::Rows<thalweg::ObjectiveKernel, thalweg::cpu::ObjectiveKernels, thalweg::TypeList<__VA_ARGS__>>::rows;

#else

#include <cstdio>
#include <cstdlib>

#include "analysis/cli/program.hpp"
#include "lib/core/type_list.hpp"
#include "problems/enclosures_of.hpp"
#include "problems/family_record.hpp"

namespace thalweg::cli {

template <class... F>
int own_program(int argc, char** argv, const PerIsa<const KernelRows<ObjectiveKernel>*>& tables) {
  std::vector<FamilyRecord> records;
  (records.push_back(family_record<F>(row_of(tables, records.size()), no_programs(), enclosures_for<F>())), ...);
#ifdef THALWEG_SHARE_FOLDER  // where the installed theorems and studies are; a program built inside the source tree finds them there
  setenv("THALWEG_SHARE", THALWEG_SHARE_FOLDER, 0);
#endif
  try {
    add_families(std::move(records));
  } catch (const SpecError& error) {
    std::fprintf(stderr, "thalweg: %s\n", error.what());
    return 2;
  }
  return program(argc, argv);
}

}  // namespace thalweg::cli

#define THALWEG_OWN_TABLE_JOIN(stem, isa) thalweg_##stem##_##isa
#define THALWEG_OWN_TABLE(stem, isa) THALWEG_OWN_TABLE_JOIN(stem, isa)
#define THALWEG_PROGRAM(...)                                                                                                                              \
  extern "C" {                                                                                                                                            \
  extern const thalweg::KernelRows<thalweg::ObjectiveKernel> THALWEG_OWN_TABLE(THALWEG_STEM, v2), THALWEG_OWN_TABLE(THALWEG_STEM, v3),                     \
      THALWEG_OWN_TABLE(THALWEG_STEM, v4);                                                                                                                \
  }                                                                                                                                                       \
  int main(int argc, char** argv) {                                                                                                                       \
    return thalweg::cli::own_program<__VA_ARGS__>(                                                                                                        \
        argc, argv, {&THALWEG_OWN_TABLE(THALWEG_STEM, v2), &THALWEG_OWN_TABLE(THALWEG_STEM, v3), &THALWEG_OWN_TABLE(THALWEG_STEM, v4)});                   \
  }

#endif
