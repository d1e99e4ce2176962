// Reductions of a tile to metrics, for one instruction set.
#include "lib/engine/cpu/kernel.hpp"
#include "lib/engine/cpu/tables.hpp"

namespace {

using namespace thalweg;
using cpu::Lanes;
using cpu::lanes;
using LaneMask = Mask<double, lanes>;

// visit(n, j, offset) over the coordinates of each group; finish(n) after each group.
template <class Visit, class Finish>
void over(TileShape shape, Visit visit, Finish finish) {
  for (std::size_t n = 0; n < shape.groups; ++n) {
    for (std::size_t j = 0; j < shape.dim; ++j) visit(j, (n * shape.dim + j) * lanes);
    finish(n * lanes);
  }
}

void sum_of_squares(const double* a, double* out, TileShape shape) {
  Sum<Lanes> sum;
  over(
      shape, [&](std::size_t, std::size_t i) { sum.add(m::sqr(Lanes::load(a + i))); },
      [&](std::size_t i) {
        sum.total().store(out + i);
        sum = Sum<Lanes>();
      });
}

void distance_sq(const double* x, const double* centre, double* out, TileShape shape) {
  Sum<Lanes> sum;
  over(
      shape, [&](std::size_t j, std::size_t i) { sum.add(m::sqr(Lanes::load(x + i) - Lanes(centre[j]))); },
      [&](std::size_t i) {
        sum.total().store(out + i);
        sum = Sum<Lanes>();
      });
}

// Turns per-lane truth into 0 / 1 and tells whether any lane is true.
class Flags {
 public:
  void add(const LaneMask& bad) { bad_ = m::select(bad, Lanes(1.0), bad_); }
  bool flush(double* out) {
    bad_.store(out);
    bool any = false;
    for (std::size_t l = 0; l < lanes; ++l) any = any || out[l] != 0.0;
    bad_ = Lanes(0.0);
    return any;
  }

 private:
  Lanes bad_{0.0};
};

bool exceeds(const double* a, const double* bound, double* out, TileShape shape) {
  Flags flags;
  bool any = false;
  over(
      shape, [&](std::size_t j, std::size_t i) { flags.add(!(m::abs(Lanes::load(a + i)) <= Lanes(bound[j]))); },
      [&](std::size_t i) { any = flags.flush(out + i) || any; });
  return any;
}

bool leaves(const double* x, const double* previous, double c, const double* lower, const double* upper, double* out, TileShape shape) {
  Flags flags;
  bool any = false;
  const Lanes factor(c);
  over(
      shape,
      [&](std::size_t j, std::size_t i) {
        const Lanes now = Lanes::load(x + i);
        const Lanes z = m::fma(factor, now - Lanes::load(previous + i), now);
        flags.add(!(z >= Lanes(lower[j]) && z <= Lanes(upper[j])));
      },
      [&](std::size_t i) { any = flags.flush(out + i) || any; });
  return any;
}

void path(const double* rate, double* previous, double* absolute, double* squared, double* increase, TileShape shape) {
  Sum<Lanes> one, two, up;
  over(
      shape,
      [&](std::size_t, std::size_t i) {
        const Lanes now = Lanes::load(rate + i), before = Lanes::load(previous + i);
        const Lanes change = before - now;
        one.add(m::abs(change));
        two.add(m::sqr(change));
        up.add(m::max(Lanes(1.0) / now - Lanes(1.0) / before, Lanes(0.0)));
        now.store(previous + i);
      },
      [&](std::size_t i) {
        one.total().store(absolute + i);
        two.total().store(squared + i);
        up.total().store(increase + i);
        one = two = up = Sum<Lanes>();
      });
}

void momentum(const double* rate, const double* numerator, double* norm, double* absolute, double* inverse, TileShape shape) {
  Sum<Lanes> weighted, plain, h;
  over(
      shape,
      [&](std::size_t, std::size_t i) {
        const Lanes a = Lanes::load(rate + i), m_t = Lanes::load(numerator + i);
        weighted.add(m::sqr(m_t) * a);
        plain.add(m::abs(m_t));
        h.add(Lanes(1.0) / a);
      },
      [&](std::size_t i) {
        weighted.total().store(norm + i);
        plain.total().store(absolute + i);
        h.total().store(inverse + i);
        weighted = plain = h = Sum<Lanes>();
      });
}

void extremes(const double* rate, double* smallest, double* largest, TileShape shape) {
  Lanes low(0.0), high(0.0);
  over(
      shape,
      [&](std::size_t j, std::size_t i) {
        const Lanes a = Lanes::load(rate + i);
        low = j == 0 ? a : m::min(a, low);
        high = j == 0 ? a : m::max(a, high);
      },
      [&](std::size_t i) {
        low.store(smallest + i);
        high.store(largest + i);
      });
}

}  // namespace

extern "C" const cpu::MetricKernel THALWEG_TABLE(metric_kernels) = {sum_of_squares, distance_sq, exceeds, leaves, path, momentum, extremes};
