#include <cstring>

#include "lib/core/check.hpp"
#include "lib/engine/roofline.hpp"
#include "lib/optimizers/catalogue.hpp"

namespace thalweg {

namespace {

struct Tally {
  std::size_t square_roots = 0, divisions = 0;
};

// A number that counts the roots and divisions it goes through. What it is never decides anything: select takes both sides, as lanes do.
struct Counted {
  double value = 0.0;
  Tally* tally = nullptr;

  Counted() = default;
  explicit Counted(double x) : value(x) {}
  Counted(double x, Tally* t) : value(x), tally(t) {}

  friend Tally* tally_of(const Counted& a, const Counted& b) { return a.tally != nullptr ? a.tally : b.tally; }
  friend Counted operator+(const Counted& a, const Counted& b) { return {a.value + b.value, tally_of(a, b)}; }
  friend Counted operator-(const Counted& a, const Counted& b) { return {a.value - b.value, tally_of(a, b)}; }
  friend Counted operator*(const Counted& a, const Counted& b) { return {a.value * b.value, tally_of(a, b)}; }
  friend Counted operator-(const Counted& a) { return {-a.value, a.tally}; }
  friend Counted operator/(const Counted& a, const Counted& b) {
    Tally* tally = tally_of(a, b);
    if (tally != nullptr) ++tally->divisions;
    return {a.value / b.value, tally};
  }
  friend bool operator<(const Counted& a, const Counted& b) { return a.value < b.value; }
  friend bool operator>(const Counted& a, const Counted& b) { return a.value > b.value; }
  friend bool operator<=(const Counted& a, const Counted& b) { return a.value <= b.value; }
  friend bool operator>=(const Counted& a, const Counted& b) { return a.value >= b.value; }
  friend bool operator==(const Counted& a, const Counted& b) { return a.value == b.value; }
};

}  // namespace

template <>
struct Num<Counted> {
  using Value = double;
  using Mask = bool;
  static Counted sqrt(const Counted& x) {
    if (x.tally != nullptr) ++x.tally->square_roots;
    return {std::sqrt(x.value), x.tally};
  }
  static Counted fma(const Counted& a, const Counted& b, const Counted& c) { return a * b + c; }
  static Counted abs(const Counted& x) { return {std::fabs(x.value), x.tally}; }
  static Counted min(const Counted& a, const Counted& b) { return a < b ? a : b; }
  static Counted max(const Counted& a, const Counted& b) { return a > b ? a : b; }
  static Counted copysign(const Counted& x, const Counted& s) { return {std::copysign(x.value, s.value), tally_of(x, s)}; }
  static Counted select(bool c, const Counted& a, const Counted& b) { return {c ? a.value : b.value, tally_of(a, b)}; }
  static Counted sqr(const Counted& x) { return x * x; }
  // Values need not be those of the functions: only the count matters, and one is in the range of all of them.
  static Counted exp(const Counted& x) { return {1.0, x.tally}; }
  static Counted expm1(const Counted& x) { return {1.0, x.tally}; }
  static Counted sin(const Counted& x) { return {1.0, x.tally}; }
  static Counted cos(const Counted& x) { return {1.0, x.tally}; }
  static Counted log(const Counted& x) { return divided(x); }
  static Counted log1p(const Counted& x) { return divided(x); }
  static Counted pow(const Counted& x, const Counted&) { return divided(x); }
  static Counted tanh(const Counted& x) { return divided(x); }
  static Counted softplus(const Counted& x) { return divided(x); }
  static Counted sigmoid(const Counted& x) { return divided(x); }

 private:
  static Counted divided(const Counted& x) {
    if (x.tally != nullptr) ++x.tally->divisions;
    return {1.0, x.tally};
  }
};

namespace {

template <class A>
RuleOperations counted(const std::byte* bytes) {
  typename A::Hyper hyper;
  std::memcpy(static_cast<void*>(&hyper), bytes, sizeof hyper);
  Tally tally;
  const Counted gradient(0.5, &tally), x(1.0, &tally);
  typename A::template Slots<Counted> slots;
  constexpr std::size_t count = slot_count<A>;
  if constexpr (count > 0) {
    const auto first = A::initial(hyper);
    double value[count];
    std::memcpy(value, &first, sizeof value);
    Counted state[count];
    for (std::size_t k = 0; k < count; ++k) state[k] = Counted(value[k], &tally);
    static_assert(sizeof(slots) == sizeof(state));
    std::memcpy(static_cast<void*>(&slots), state, sizeof state);
  }
  for (unsigned call = 0; call < calls_of<A>; ++call) {
    const typename A::Step step = step_of<A>(hyper, 10, call);
    if constexpr (PhasedRule<A>) {
      Counted whole[given_of<A> + 1];
      for (Counted& sum : whole) sum = Counted(1.0, &tally);
      if constexpr (mapped_of<A> != not_a_slot) A::template entry<Counted>(gradient, x, slots, step);  // of the map itself nothing is counted
      if constexpr (sums_of<A> > 0) A::template terms<Counted>(gradient, x, slots, step, static_cast<Counted*>(whole));
      A::template move<Counted>(gradient, x, slots, step, Counted(1.0, &tally), static_cast<const Counted*>(whole));
    } else {
      A::template apply<Counted>(gradient, x, slots, step);
    }
  }
  return {tally.square_roots, tally.divisions, (2 + count) * calls_of<A>, (1 + count) * calls_of<A>};
}

}  // namespace

RuleOperations operations(const RuleInstance& rule) {
  RuleOperations found;
  std::size_t at = 0;
  Rules::for_each([&]<class A>() {
    if (at++ != rule.rule) return;
    THALWEG_EXPECTS(rule.hyper.size() >= sizeof(typename A::Hyper));
    found = counted<A>(rule.hyper.data());
  });
  THALWEG_EXPECTS(rule.rule < at);
  return found;
}

}  // namespace thalweg
