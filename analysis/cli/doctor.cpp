// thalweg doctor: what this machine offers, and why not.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "analysis/cli/share.hpp"
#include "analysis/cli/verbs.hpp"
#include "analysis/study/version.hpp"
#include "lib/core/check.hpp"
#include "lib/engine/engine.hpp"
#include "notebooks-export/render.hpp"
#include "problems/problem.hpp"

namespace thalweg::cli {

namespace {

struct Line {
  std::string what;
  bool works;
  std::string says;
};

template <class Try>
Line attempt(std::string what, Try attempt) {
  try {
    return {std::move(what), true, attempt()};
  } catch (const std::exception& error) {
    return {std::move(what), false, error.what()};
  }
}

}  // namespace

int doctor(const Common& options) {
  std::vector<Line> lines;
  lines.push_back({"version", true, std::string(code_version())});
  lines.push_back({"processor", true, fmt::format("{} hardware threads, best instruction set x86-64-{}", std::thread::hardware_concurrency(), to_string(best_isa()))});
  for (Isa isa : {Isa::v2, Isa::v3, Isa::v4}) {
    CpuOptions cpu;
    cpu.isa = isa;
    cpu.threads = options.threads;
    const Availability now = cpu_engine(cpu)->availability();
    lines.push_back({fmt::format("cpu engine {}", to_string(isa)), now.available, now.reason});
  }
  const Availability cuda = cuda_engine()->availability();
  lines.push_back({"cuda engine", cuda.available, cuda.reason});
  const Availability drawing = drawing_availability();
  lines.push_back({"figures", drawing.available, drawing.reason});
  lines.push_back(attempt("Fashion-MNIST", [] { return "readable: " + make_problem("fashion-logistic").text; }));
  lines.push_back(attempt("theorems", [] { return fmt::format("{} cards in {}", built_in_cards().size(), theorems_folder().string()); }));
  lines.push_back(attempt("studies", [] { return fmt::format("{} in {}", built_in_studies().size(), studies_folder().string()); }));

  if (options.json) {
    nlohmann::ordered_json root{{"schema", "thalweg.doctor/1"}, {"checks", nlohmann::ordered_json::array()}};
    for (const Line& line : lines) root["checks"].push_back({{"what", line.what}, {"works", line.works}, {"says", line.says}});
    fmt::print("{}\n", root.dump(2));
  } else {
    for (const Line& line : lines) fmt::print("{:<14} {:<3}  {}\n", line.what, line.works ? "yes" : "no", line.says);
  }
  return 0;
}

}  // namespace thalweg::cli
