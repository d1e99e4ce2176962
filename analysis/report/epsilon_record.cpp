// The sweep as JSON and as a figure.
#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "analysis/report/epsilon.hpp"
#include "analysis/study/version.hpp"

namespace thalweg {

namespace {

using Json = nlohmann::ordered_json;

Json finite(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json json_of(const Estimate& e) { return {{"value", finite(e.value)}, {"lower", finite(e.lower)}, {"upper", finite(e.upper)}, {"level", e.level}, {"how", e.how}, {"doubt", e.doubt}}; }

Json json_of(const Measured& m) {
  Json out{{"definition", m.definition}, {"eta", finite(m.eta)}, {"measured", json_of(m.estimate)}, {"cell", m.cell}};
  if (m.tuned) out["tuned"] = {{"least", m.tuned->least}, {"most", m.tuned->most}, {"tried", m.tuned->tried}, {"at_end", m.tuned->at_end}};
  return out;
}

Json json_of(const Stated& s) {
  Json out{{"allowed", s.allowed}, {"verdict", to_string(s.verdict)}, {"reason", s.reason}, {"bound", finite(s.bound.value)}, {"exponent", finite(s.bound.exponent)}, {"trivial", finite(s.trivial)}};
  out["largest_step"] = s.largest ? Json{{"value", finite(s.largest->value)}, {"exponent", finite(s.largest->exponent)}, {"condition", s.largest->condition}} : Json(nullptr);
  out["best_step"] = s.best ? Json{{"value", finite(s.best->value)}, {"bound", finite(s.best->bound.value)}, {"exponent", finite(s.best->bound.exponent)}, {"at_largest", s.best->at_largest}} : Json(nullptr);
  return out;
}

}  // namespace

std::string to_json(const EpsilonAnswer& answer, const std::string& store_hash) {
  const EpsilonRequest& r = answer.request;
  Json root{{"schema", "thalweg.epsilon/1"}, {"problem", answer.problem}, {"noise", answer.noise}, {"method", r.method.method}, {"field", r.field}, {"eta", to_string(r.mode)}};
  root["rule"] = r.mode == StepMode::fixed ? Json(r.eta) : r.mode == StepMode::iso_effective ? Json("(" + r.effective + ") / mu2") : Json(nullptr);
  root["horizon"] = r.shared.horizon;
  root["replicas"] = answer.points.front().measured.replicas.size();
  root["seed"] = r.shared.seed;
  root["metric"] = to_string(r.shared.metric);
  root["points"] = Json::array();
  for (const EpsilonPoint& point : answer.points) {
    Json row{{"value", point.value}};
    row.update(json_of(point.measured));
    row["local_exponent"] = json_of(point.local);
    row["share_idle"] = point.share ? finite(*point.share) : Json(nullptr);
    row["regime"] = point.share ? Json(to_string(regime_of(*point.share))) : Json(nullptr);
    row["counterpart"] = point.counterpart ? json_of(*point.counterpart) : Json(nullptr);
    row["counterpart_log_ratio"] = point.counterpart ? json_of(point.counterpart_ratio) : Json(nullptr);
    root["points"].push_back(std::move(row));
  }
  root["theorems"] = Json::array();
  for (const StatedTheorem& theorem : answer.theorems) {
    Json row{{"theorem", theorem.id}, {"metric", theorem.metric}, {"status", theorem.status}, {"at", Json::array()}};
    for (const Stated& stated : theorem.at) row["at"].push_back(json_of(stated));
    root["theorems"].push_back(std::move(row));
  }
  root["left_out"] = answer.left_out;
  root["regimes"] = Json::array();
  for (const RegimeExponent& regime : answer.regimes) {
    Json row{{"regime", to_string(regime.regime)}, {"from", answer.points[regime.first].value}, {"to", answer.points[regime.last].value}};
    row["exponent"] = regime.measured ? json_of(regime.measured->exponent) : Json(nullptr);
    row["between_ends"] = regime.measured ? Json(regime.measured->from_ends) : Json(nullptr);
    row["also"] = Json::object();
    for (const auto& [metric, exponent] : regime.also) row["also"][std::string(to_string(metric))] = json_of(exponent.exponent);
    row["bounds"] = Json::object();
    for (std::size_t k = 0; k < answer.theorems.size(); ++k) row["bounds"][answer.theorems[k].id] = regime.bounds[k] ? finite(*regime.bounds[k]) : Json(nullptr);
    root["regimes"].push_back(std::move(row));
  }
  root["counterpart"] = answer.counterpart.empty() ? Json(nullptr) : Json(answer.counterpart);
  root["baseline"] = Json::array();
  for (const BaselineRow& row : answer.baseline) {
    Json one{{"eta", to_string(row.mode)}, {"definitions", Json::array()}, {"explained", json_of(row.explained)}};
    for (const Measured& measured : row.measured) one["definitions"].push_back(json_of(measured));
    root["baseline"].push_back(std::move(one));
  }
  root["conventions"] = Json::array();
  for (const ConventionRow& row : answer.conventions) {
    Json one{{"presets", row.names}, {"choices", row.definition}, {"at", Json::array()}};
    for (std::size_t i = 0; i < row.at.size(); ++i) {
      Json point{{"value", answer.convention_values[i]}};
      point.update(json_of(row.at[i]));
      one["at"].push_back(std::move(point));
    }
    root["conventions"].push_back(std::move(one));
  }
  root["sentences"] = Json::array();
  for (const PlainTable& table : tables(answer))
    for (const std::string& sentence : table.sentences) root["sentences"].push_back(sentence);
  root["provenance"] = {{"store_hash", store_hash}, {"code", code_version()}, {"level", r.level}, {"comparisons", answer.comparisons}};
  return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Figure figure_of(const EpsilonAnswer& answer, const std::string& store_hash) {
  const EpsilonRequest& r = answer.request;
  const std::string own = define(r.method.method).method, symbol = r.field == "eps" ? "$\\epsilon$" : "$\\beta$";
  Panel panel;
  panel.x_label = symbol;
  panel.y_label = std::string(to_string(r.shared.metric));
  std::replace(panel.y_label.begin(), panel.y_label.end(), '_', ' ');
  Series measured{own, "", Role::measured, {}, {}, {}, {}}, other{answer.counterpart, "", Role::measured, {}, {}, {}, {}};
  for (const EpsilonPoint& point : answer.points) {
    measured.x.push_back(point.value);
    measured.y.push_back(point.measured.estimate.value);
    measured.lower.push_back(point.measured.estimate.lower);
    measured.upper.push_back(point.measured.estimate.upper);
    if (!point.counterpart) continue;
    other.x.push_back(point.value);
    other.y.push_back(point.counterpart->estimate.value);
    other.lower.push_back(point.counterpart->estimate.lower);
    other.upper.push_back(point.counterpart->estimate.upper);
  }
  panel.series.push_back(std::move(measured));
  if (!other.x.empty()) panel.series.push_back(std::move(other));
  for (const StatedTheorem& theorem : answer.theorems) {
    if (theorem.metric != to_string(r.shared.metric)) continue;
    Series bound{own, theorem.id, Role::bound, {}, {}, {}, {}}, vacuous{own, "", Role::vacuous, {}, {}, {}, {}};
    for (std::size_t i = 0; i < theorem.at.size(); ++i) {
      const Stated& stated = theorem.at[i];
      if (!(stated.bound.value > 0.0) || !std::isfinite(stated.bound.value)) continue;
      panel.trivial = stated.trivial;
      const bool says = stated.bound.value < stated.trivial;
      for (Series* series : {&bound, &vacuous}) {
        series->x.push_back(answer.points[i].value);
        series->y.push_back((series == &bound) == says ? stated.bound.value : std::numeric_limits<double>::quiet_NaN());  // a gap
      }
    }
    for (Series* series : {&bound, &vacuous})
      if (std::any_of(series->y.begin(), series->y.end(), [](double y) { return std::isfinite(y); })) panel.series.push_back(std::move(*series));
  }
  Figure figure;
  figure.id = "epsilon";
  figure.title = own + ": error against " + symbol;
  figure.width = 5.0;
  figure.height = 3.4;
  figure.panels = {std::move(panel)};
  figure.store_hash = store_hash;
  figure.code = std::string(code_version());
  return figure;
}

}  // namespace thalweg
