// A family without its type: what make_problem looks up. Built-in ones come from the list of problems/catalogue.hpp, a program's own from add_families.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "problems/problem.hpp"

namespace thalweg {

struct FamilyRecord {
  Family family;
  void (*complete)(Parameters&, const Parameters&, const Texts&);  // null: nothing to do
  std::string (*build)(Problem&, const Texts&);                    // returns the digest of the data that it read; null: not built by id
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
constexpr bool with_texts = requires(const Parameters& p, const Texts& t) { F::build(p, t); };

template <class F>
void complete_objective(Parameters& values, const Parameters& given, [[maybe_unused]] const Texts& texts) {
  if constexpr (with_texts<F>) F::complete(values, given, texts);
  else F::complete(values, given);
}

template <class F>
std::string build_objective(Problem& problem, [[maybe_unused]] const Texts& texts) {
  Built<F> built = [&] {
    if constexpr (with_texts<F>) return F::build(problem.parameters, texts);
    else return F::build(problem.parameters);
  }();
  problem.objective.dim = built.functor.dim();
  if constexpr (requires { built.functor.sampled(); }) problem.objective.sampled = built.functor.sampled();
  if constexpr (requires { built.functor.memory(); }) problem.objective.memory = built.functor.memory();
  own(problem.objective, built.functor, std::move(built.storage));
  problem.facts = std::move(built.facts);
  problem.start = std::move(built.start);
  problem.box = std::move(built.box);
  return built.digest;
}

}  // namespace record_detail

template <class F>
FamilyRecord family_record(const KernelSet<ObjectiveKernel>& kernel, const ProgramSource<ObjectivePrograms>& programs, const Enclosures* enclosures) {
  FamilyRecord record{{F::entry, F::parameters()}, nullptr, record_detail::build_objective<F>, kernel, programs, enclosures};
  if constexpr (record_detail::with_texts<F> || requires(Parameters & p) { F::complete(p, p); }) record.complete = record_detail::complete_objective<F>;
  return record;
}

// The families of a program of one's own (analysis/cli/own_program.hpp), after the built-in ones. Before anything asks for a problem, or never. SpecError
// where an id is taken.
void add_families(std::vector<FamilyRecord> records);
// Programs for devices of a family that has none.
ProgramSource<ObjectivePrograms> no_programs();

}  // namespace thalweg
