// What verbs that run cells share: engine, changes, store folder, progress.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "analysis/cli/verbs.hpp"
#include "analysis/study/run.hpp"
#include "lib/engine/engine.hpp"
#include "lib/optimizers/definition.hpp"
#include "problems/problem.hpp"

namespace thalweg::cli {

// EnvironmentError with the engine's own sentence when it is not available here.
std::unique_ptr<Engine> make_engine(const Common& options);
Changes changes(const Common& options);
std::optional<Precision> precision_of(const Common& options);
// Bytes of memory that can be had without pushing others out.
double available_memory();
// From now on this process may take no more than what is free now: an allocation beyond that fails, and the program says so, where the system would kill
// a process once the memory is touched. A driver of a device reserves addresses by the terabyte: unlimit_memory() before it starts.
void limit_memory();
void unlimit_memory();
// Before anything runs: what the cells will need must be there. EnvironmentError.
void expect_memory(const std::vector<Cell>& cells, const Engine& engine, std::size_t threads);
std::string bytes_text(double bytes);
// "name=value" pairs; SpecError names the option and the pair.
std::vector<std::pair<std::string, std::string>> pairs(const std::vector<std::string>& set, const std::string& option);
// A method with its fields and its step size, as replay and trace are given them: --set eta is the schedule under another name.
struct GivenMethod {
  Definition definition;
  std::string eta, eta_option;  // empty: not given; the option that gave it
};
GivenMethod given_method(const std::string& method, const std::vector<std::string>& set, const std::string& schedule);
// "a,b,..." or one number for all `dim` coordinates, each finite. `each`: "one for each column of the gradients".
std::vector<double> coordinates(const std::string& text, std::size_t dim, const std::string& option, const std::string& each);
// The same as parameters of a problem or a noise: each a finite number, or a list of them, a,b,c.
Parameters parameters(const std::vector<std::string>& set, const std::string& option);
// The problem of that id with the parameters of --problem-set, numbers and texts. `more`: numbers given by other options.
Problem given_problem(const std::string& id, const std::vector<std::string>& set, const Parameters& more = {});
// The problem of that id, or the objective given as text: one of the two. SpecError names --problem or --objective.
Problem problem_of(const std::string& id, const std::string& objective, const std::vector<std::string>& set, const Parameters& more = {});
// --out, else thalweg-results/<study id> in the working directory.
std::filesystem::path store_folder(const Common& options, const Study& study);
// A line that rewrites itself, with time left, on a terminal; nothing elsewhere.
Progress terminal_progress(const std::string& what);
// Columns of the terminal, or 200 when there is none.
std::size_t terminal_width();

}  // namespace thalweg::cli
