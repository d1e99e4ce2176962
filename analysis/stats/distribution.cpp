#include "analysis/stats/distribution.hpp"

#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

#include "lib/core/check.hpp"

namespace thalweg {

double normal_upper_quantile(double tail) {
  THALWEG_EXPECTS(tail > 0.0 && tail < 1.0);
  return boost::math::quantile(boost::math::complement(boost::math::normal_distribution<double>(), tail));
}

double student_upper_quantile(double tail, double degrees) {
  THALWEG_EXPECTS(tail > 0.0 && tail < 1.0 && degrees > 0.0);
  return boost::math::quantile(boost::math::complement(boost::math::students_t_distribution<double>(degrees), tail));
}

double fisher_upper_quantile(double tail, double numerator_degrees, double denominator_degrees) {
  THALWEG_EXPECTS(tail > 0.0 && tail < 1.0 && numerator_degrees > 0.0 && denominator_degrees > 0.0);
  return boost::math::quantile(
      boost::math::complement(boost::math::fisher_f_distribution<double>(numerator_degrees, denominator_degrees), tail));
}

}  // namespace thalweg
