// thalweg run and thalweg export: a study's cells into a store, and a store's numbers as text.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "analysis/cli/session.hpp"
#include "analysis/cli/share.hpp"
#include "analysis/study/estimate.hpp"
#include "lib/core/check.hpp"

namespace thalweg::cli {

namespace {

std::string time_text(double seconds) {
  if (seconds < 100.0) return fmt::format("{:.2g} s", seconds);
  if (seconds < 6000.0) return fmt::format("{:.1f} min", seconds / 60.0);
  return fmt::format("{:.1f} h", seconds / 3600.0);
}

nlohmann::ordered_json json_of(const BlockEstimate& block) {
  return {{"cells", block.cells}, {"replicas", block.replicas}, {"coordinate_steps", block.coordinate_steps}, {"seconds", block.seconds},
          {"seconds_range", {block.least_seconds, block.most_seconds}}, {"cell_bytes", block.cell_bytes}, {"store_bytes", block.store_bytes}};
}

int print_estimate(const Estimate& made, const Study& study, bool json) {
  if (json) {
    nlohmann::ordered_json root{{"schema", "thalweg.estimate/1"}, {"study", study.id}, {"study_hash", study.hash()}, {"threads", made.threads}};
    root.update(json_of(made.all));
    root["memory_bytes"] = made.memory_bytes;
    root["blocks"] = nlohmann::ordered_json::array();
    for (const BlockEstimate& block : made.blocks) {
      nlohmann::ordered_json row{{"name", block.name}};
      row.update(json_of(block));
      root["blocks"].push_back(row);
    }
    fmt::print("{}\n", root.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    return 0;
  }
  fmt::print("{:<24} {:>7} {:>10} {:>17} {:>10} {:>23} {:>11}\n", "block", "cells", "replicas", "coordinate-steps", "time", "between", "store");
  const auto line = [](const std::string& name, const BlockEstimate& block) {
    fmt::print("{:<24} {:>7} {:>10.4g} {:>17.3g} {:>10} {:>23} {:>11}\n", name, block.cells, block.replicas, block.coordinate_steps, time_text(block.seconds),
               time_text(block.least_seconds) + " and " + time_text(block.most_seconds), bytes_text(block.store_bytes));
  };
  for (const BlockEstimate& block : made.blocks) line(block.name, block);
  line("all", made.all);
  fmt::print("memory {}, on {} {}\n", bytes_text(made.memory_bytes), made.threads, made.threads == 1 ? "thread" : "threads");
  return 0;
}

}  // namespace

int run(const RunOptions& options) {
  const std::vector<Card> cards = built_in_cards();
  const Study study = study_named(options.study);
  const std::vector<Cell> cells = expand(study, cards, changes(options));
  const std::unique_ptr<Engine> engine = make_engine(options);
  const std::size_t threads = options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  expect_memory(cells, *engine, threads);
  if (options.estimate) {
    RunOptions one = options;
    one.threads = 1;
    return print_estimate(estimate(cells, *make_engine(one), *engine, threads), study, options.json);
  }
  const std::filesystem::path folder = store_folder(options, study);
  Store store(folder);
  const RunSummary summary = run_cells(study, cells, *engine, options.threads, store, terminal_progress(study.id));
  const std::string file = (folder / "store.sqlite").string();
  if (options.json) {
    const nlohmann::ordered_json root{{"schema", "thalweg.run/1"}, {"study", study.id}, {"study_hash", study.hash()}, {"cells", summary.cells}, {"run", summary.run},
                                      {"skipped", summary.skipped}, {"seconds", summary.seconds}, {"store", file}};
    // A folder's name may be any bytes; JSON is UTF-8.
    fmt::print("{}\n", root.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  } else {
    fmt::print("{}: {} cells, {} run, {} found\nstore {}\n", study.id, summary.cells, summary.run, summary.skipped, file);
  }
  return 0;
}

int export_records(const ExportOptions& options) {
  Store::existing(options.store).export_csv(std::cout);
  if (!std::cout.flush()) throw EnvironmentError("standard output cannot be written");
  return 0;
}

}  // namespace thalweg::cli
