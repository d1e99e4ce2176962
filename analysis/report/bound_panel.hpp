// A panel of measured curves with simultaneous bands, and of the bounds of theorems along them: row after row of a record a card is judged at that step.
#pragma once

#include <limits>
#include <string>

#include "analysis/study/study.hpp"
#include "notebooks-export/figure.hpp"

namespace thalweg {

// "theorem-g-pl" -> "G-PL", "theorem-c-prime" -> "C'", others by their id.
std::string short_label(const std::string& theorem);
// What a metric measures, with mathematics between dollar signs.
std::string axis_label(const std::string& metric);

class BoundPanel {
 public:
  // level: of each point.
  explicit BoundPanel(double level) : level_(level) { panel_.x_label = "step $t$"; }

  // What was measured, and the bound; the curve alone where it stands in the panel already (`measured`) or the bound has other units (a threshold's). False: the
  // card speaks of no row.
  bool add(const Cell& cell, const Card& card, const Trajectories& trajectories, bool measured, const std::string& label = "");
  // Any curve of its own.
  void add(Series series);
  Panel panel(std::string title) &&;

 private:
  void see(const Series& series);

  double level_;
  Panel panel_;
  double lowest_ = std::numeric_limits<double>::infinity(), highest_ = 0.0, highest_bound_ = 0.0, trivial_ = 0.0, floor_ = 0.0;
  bool all_positive_ = true;
};

}  // namespace thalweg
