// A family without its type: what make_problem looks up. Built-in ones come from the list of problems/catalogue.hpp, a program's own from add_families.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "problems/problem.hpp"

namespace thalweg {

struct FamilyRecord {
  Family family;
  void (*complete)(Parameters&, const Parameters&);  // null: nothing to do
  void (*build)(Problem&);                            // null: not built by id
  KernelSet<ObjectiveKernel> kernel;
  ProgramSource<ObjectivePrograms> programs;
  const Enclosures* enclosures;
};

namespace record_detail {

// A functor together with what it points to.
template <class F, class Instance>
void own(Instance& instance, const F& functor, std::shared_ptr<const Storage> storage) {
  struct Holder {
    F functor;
    std::shared_ptr<const Storage> storage;
  };
  if (storage != nullptr) instance.program_functor.arrays = storage->arrays();
  auto holder = std::make_shared<const Holder>(Holder{functor, std::move(storage)});
  instance.functor = {holder, &holder->functor};
  instance.program_functor.data = &holder->functor;
  instance.program_functor.bytes = sizeof(F);
}

template <class F>
void build_objective(Problem& problem) {
  Built<F> built = F::build(problem.parameters);
  problem.objective.dim = built.functor.dim();
  if constexpr (requires { built.functor.sampled(); }) problem.objective.sampled = built.functor.sampled();
  own(problem.objective, built.functor, std::move(built.storage));
  problem.facts = std::move(built.facts);
  problem.start = std::move(built.start);
  problem.box = std::move(built.box);
}

}  // namespace record_detail

template <class F>
FamilyRecord family_record(const KernelSet<ObjectiveKernel>& kernel, const ProgramSource<ObjectivePrograms>& programs, const Enclosures* enclosures) {
  FamilyRecord record{{F::entry, F::parameters()}, nullptr, record_detail::build_objective<F>, kernel, programs, enclosures};
  if constexpr (requires(Parameters & p) { F::complete(p, p); }) record.complete = F::complete;
  return record;
}

// The families of a program of one's own (analysis/cli/own_program.hpp), after the built-in ones. Before anything asks for a problem, or never. SpecError
// where an id is taken.
void add_families(std::vector<FamilyRecord> records);
// Programs for devices of a family that has none.
ProgramSource<ObjectivePrograms> no_programs();

}  // namespace thalweg
