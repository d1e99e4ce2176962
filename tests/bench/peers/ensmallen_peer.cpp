// ensmallen (https://ensmallen.org) on the work of work.py, replicas one after another: it has no batches. Processor time. Built by peers.py with -Ofast.
#include <ensmallen.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace {

struct Shape {
  std::size_t dim, replicas, steps, records;
};

// Counts the calls itself, so that values are computed at the recorded steps alone.
template <class T>
class PlSine {
 public:
  PlSine(const std::set<std::size_t>& recorded, bool noisy, unsigned seed) : recorded_(recorded), noisy_(noisy), generator_(seed) {}

  std::size_t NumFunctions() const { return 1; }
  void Shuffle() {}
  T Evaluate(const arma::Mat<T>& x, std::size_t, std::size_t) { return value(x); }
  void Gradient(const arma::Mat<T>& x, std::size_t, arma::Mat<T>& g, std::size_t) { slope(x, g); }
  T EvaluateWithGradient(const arma::Mat<T>& x, std::size_t, arma::Mat<T>& g, std::size_t) {
    slope(x, g);
    if (recorded_.count(calls_++) != 0) record(x, g);
    if (noisy_)
      for (std::size_t j = 0; j < g.n_elem; ++j) g[j] += normal_(generator_);
    // A different number each time, or the run would end by its tolerance.
    return static_cast<T>(calls_);
  }
  const std::vector<double>& records() const { return records_; }

 private:
  static T value(const arma::Mat<T>& x) {
    T sum = 0;
    const T* p = x.memptr();
    for (std::size_t j = 0; j < x.n_elem; ++j) {
      const T s = std::sin(p[j]);
      sum += p[j] * p[j] + 3 * s * s;
    }
    return sum;
  }
  static void slope(const arma::Mat<T>& x, arma::Mat<T>& g) {
    g.set_size(x.n_rows, x.n_cols);
    const T* p = x.memptr();
    T* q = g.memptr();
    for (std::size_t j = 0; j < x.n_elem; ++j) {
      const T twice = p[j] + p[j];
      q[j] = twice + 3 * std::sin(twice);
    }
  }
  void record(const arma::Mat<T>& x, const arma::Mat<T>& g) {
    records_.push_back(value(x));
    records_.push_back(arma::dot(g, g));
  }

  const std::set<std::size_t>& recorded_;
  bool noisy_;
  std::mt19937 generator_;
  std::normal_distribution<T> normal_;
  std::size_t calls_ = 0;
  std::vector<double> records_;
};

std::set<std::size_t> record_steps(std::size_t steps, std::size_t records) {
  std::set<std::size_t> found;
  for (std::size_t k = 0; k < records; ++k) found.insert(std::max(1L, std::lround(std::pow(steps, static_cast<double>(k) / (records - 1)))));
  for (std::size_t k = 1; found.size() < std::min(records, steps); ++k) found.insert(k);
  return found;
}

template <class T>
double seconds_of(const Shape& shape, bool noisy) {
  const std::set<std::size_t> recorded = record_steps(shape.steps, shape.records);
  std::vector<double> times;
  double sink = 0.0;
  for (int repeat = 0; repeat < 4; ++repeat) {
    const std::clock_t start = std::clock();
    for (std::size_t r = 0; r < shape.replicas; ++r) {
      PlSine<T> f(recorded, noisy, static_cast<unsigned>(r + 1));
      arma::Mat<T> x(shape.dim, 1);
      x.fill(3);
      ens::Adam rule(1e-3, 1, 0.9, 0.999, 1e-8, shape.steps, -1.0, false);
      rule.Optimize(f, x);
      sink += f.records().back();
    }
    times.push_back(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  if (sink == 1e300) std::puts("never");
  std::sort(times.begin() + 1, times.end());  // the first warms up
  return times[2];
}

template <class T>
void all(const char* precision) {
  const auto say = [&](const char* work, const char* noise, const Shape& shape, double seconds) {
    std::printf("{\"peer\": \"ensmallen\", \"version\": \"%d.%d.%d\", \"work\": \"%s\", \"precision\": \"%s\", \"noise\": \"%s\", \"method\": \"adam\", \"ns\": %.6g}\n", ENS_VERSION_MAJOR,
                ENS_VERSION_MINOR, ENS_VERSION_PATCH, work, precision, noise, 1e9 * seconds / (static_cast<double>(shape.dim) * shape.replicas * shape.steps));
    std::fflush(stdout);
  };
  const Shape sweep{100, 256, 2000, 64}, large{1000000, 1, 50, 2};
  say("sweep", "none", sweep, seconds_of<T>(sweep, false));
  say("sweep", "gaussian", sweep, seconds_of<T>(sweep, true));
  say("large", "none", large, seconds_of<T>(large, false));
}

}  // namespace

int main(int count, char** words) {
  if (count > 1 && std::strcmp(words[1], "double") == 0) all<double>("double");
  else all<float>("float");
}
