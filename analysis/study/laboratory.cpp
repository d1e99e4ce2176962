#include "analysis/study/laboratory.hpp"

#include "lib/core/check.hpp"

namespace thalweg {

std::vector<double> Recorded::last(Metric metric) const {
  const std::vector<double>& all = record.of(metric);
  THALWEG_EXPECTS(all.size() >= record.replicas);
  return {all.end() - static_cast<std::ptrdiff_t>(record.replicas), all.end()};
}

std::vector<Recorded> Laboratory::run(const Study& study, const Changes& changes) {
  std::vector<Cell> cells = expand(study, cards_, changes);
  const RunSummary now = run_cells(study, cells, engine_, threads_, store_, progress_ ? progress_(study.id) : Progress{});
  summary_.cells += now.cells;
  summary_.run += now.run;
  summary_.skipped += now.skipped;
  summary_.seconds += now.seconds;
  std::vector<Recorded> out;
  for (Cell& cell : cells) {
    auto record = store_.get(cell.key);
    THALWEG_EXPECTS(record.has_value());
    out.push_back({std::move(cell), *std::move(record)});
  }
  return out;
}

}  // namespace thalweg
