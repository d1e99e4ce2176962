// Central moments up to order four and covariance, in one pass, mergeable.
//
// With M_p = sum (x_i - mean)^p, one value or another set is combined by (delta = mean_B - mean_A, n = n_A + n_B)
//   mean = mean_A + delta n_B / n
//   M_2  = M_2A + M_2B + delta^2 n_A n_B / n
//   M_3  = M_3A + M_3B + delta^3 n_A n_B (n_A - n_B) / n^2 + 3 delta (n_A M_2B - n_B M_2A) / n
//   M_4  = M_4A + M_4B + delta^4 n_A n_B (n_A^2 - n_A n_B + n_B^2) / n^3 + 6 delta^2 (n_A^2 M_2B + n_B^2 M_2A) / n^2
//          + 4 delta (n_A M_3B - n_B M_3A) / n
// Sources: Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", COMPSTAT 1982 (order two);
// P. Pebay, "Formulas for robust, one-pass parallel computation of covariances and arbitrary-order statistical moments", Sandia report
// SAND2008-6212, 2008 (orders three and four, covariance).
// The bits depend on the order of the operations only: whoever merges does so in a fixed order (by replica, then by tile).
// A value that is not finite makes every moment not finite; it is never dropped.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

namespace thalweg {

class Moments {
 public:
  void add(double x) {
    Moments one;
    one.count_ = 1;
    one.mean_ = x;
    merge(one);
  }

  void merge(const Moments& other) {
    if (other.count_ == 0) return;
    if (count_ == 0) {
      *this = other;
      return;
    }
    const double a = static_cast<double>(count_), b = static_cast<double>(other.count_), n = a + b;
    const double delta = other.mean_ - mean_, d = delta / n, d2 = d * d;
    const double cross = delta * d * a * b;
    m4_ += other.m4_ + cross * d2 * (a * a - a * b + b * b) + 6.0 * d2 * (a * a * other.m2_ + b * b * m2_) +
           4.0 * d * (a * other.m3_ - b * m3_);
    m3_ += other.m3_ + cross * d * (a - b) + 3.0 * d * (a * other.m2_ - b * m2_);
    m2_ += other.m2_ + cross;
    mean_ += d * b;
    count_ += other.count_;
  }

  std::size_t count() const { return count_; }
  double mean() const { return count_ > 0 ? mean_ : undefined; }
  double central_sum(int order) const { return order == 2 ? m2_ : order == 3 ? m3_ : m4_; }  // M_2, M_3, M_4
  // Unbiased: M_2 / (n - 1).
  double variance() const { return count_ > 1 ? m2_ / (static_cast<double>(count_) - 1.0) : undefined; }
  double deviation() const { return std::sqrt(variance()); }
  // The moment estimators sqrt(n) M_3 / M_2^(3/2) and n M_4 / M_2^2 (3 for a normal law); undefined without spread.
  double skewness() const { return m2_ > 0.0 ? std::sqrt(static_cast<double>(count_)) * (m3_ / m2_) / std::sqrt(m2_) : undefined; }
  double kurtosis() const { return m2_ > 0.0 ? static_cast<double>(count_) * (m4_ / m2_) / m2_ : undefined; }

 private:
  static constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

  std::size_t count_ = 0;
  double mean_ = 0.0, m2_ = 0.0, m3_ = 0.0, m4_ = 0.0;
};

inline Moments moments_of(std::span<const double> values) {
  Moments moments;
  for (const double x : values) moments.add(x);
  return moments;
}

// Means, variances and covariance of pairs.
class Covariance {
 public:
  void add(double x, double y) {
    Covariance one;
    one.count_ = 1;
    one.mean_x_ = x;
    one.mean_y_ = y;
    merge(one);
  }

  void merge(const Covariance& other) {
    if (other.count_ == 0) return;
    if (count_ == 0) {
      *this = other;
      return;
    }
    const double a = static_cast<double>(count_), b = static_cast<double>(other.count_), n = a + b;
    const double dx = other.mean_x_ - mean_x_, dy = other.mean_y_ - mean_y_, weight = a * b / n;
    xx_ += other.xx_ + dx * dx * weight;
    yy_ += other.yy_ + dy * dy * weight;
    xy_ += other.xy_ + dx * dy * weight;
    mean_x_ += dx * b / n;
    mean_y_ += dy * b / n;
    count_ += other.count_;
  }

  std::size_t count() const { return count_; }
  double mean_x() const { return mean_x_; }
  double mean_y() const { return mean_y_; }
  double variance_x() const { return xx_ / (static_cast<double>(count_) - 1.0); }  // these three: count >= 2
  double variance_y() const { return yy_ / (static_cast<double>(count_) - 1.0); }
  double covariance() const { return xy_ / (static_cast<double>(count_) - 1.0); }
  double correlation() const { return xy_ / std::sqrt(xx_ * yy_); }

 private:
  std::size_t count_ = 0;
  double mean_x_ = 0.0, mean_y_ = 0.0, xx_ = 0.0, yy_ = 0.0, xy_ = 0.0;
};

}  // namespace thalweg
