// Which second moment the A-LR of step t is read from. Each holds the state of one coordinate and says how a new v_t enters it, and what is then under the
// root, where c is the correction of the step (adaptive.hpp).
//   Latest             v_t                                                 Adam, Padam, Sadam
//   RunningMaximum     v^_t = max(v^_{t-1}, v_t), of the uncorrected v     AMSGrad, PAMSGrad, SAMSGrad: v^ never decreases
//   CorrectedMaximum   v^_t = max(v^_{t-1}, c_t v_t), of the corrected v   AMSGrad of optax
//   Previous           v_{t-1}, which does not contain g_t                 decorrelated Adam
#pragma once

#include "lib/core/num.hpp"

namespace thalweg {

struct Latest {
  template <class R>
  struct Slots {
    R m, v;
  };
  template <class R>
  THALWEG_HD static void enter(Slots<R>& slots, const R& v, const R&) {
    slots.v = v;
  }
  template <class R>
  THALWEG_HD static R of(const Slots<R>& slots, const R& c) {
    return c * slots.v;
  }
};

struct RunningMaximum {
  template <class R>
  struct Slots {
    R m, v, v_max;
  };
  template <class R>
  THALWEG_HD static void enter(Slots<R>& slots, const R& v, const R&) {
    slots.v = v;
    slots.v_max = m::max(slots.v_max, v);  // a NaN in v stays: it is the second argument
  }
  template <class R>
  THALWEG_HD static R of(const Slots<R>& slots, const R& c) {
    return c * slots.v_max;
  }
};

struct CorrectedMaximum {
  template <class R>
  using Slots = RunningMaximum::Slots<R>;
  template <class R>
  THALWEG_HD static void enter(Slots<R>& slots, const R& v, const R& c) {
    slots.v = v;
    slots.v_max = m::max(slots.v_max, c * v);
  }
  template <class R>
  THALWEG_HD static R of(const Slots<R>& slots, const R&) {
    return slots.v_max;
  }
};

struct Previous {
  template <class R>
  struct Slots {
    R m, v, v_previous;
  };
  template <class R>
  THALWEG_HD static void enter(Slots<R>& slots, const R& v, const R&) {
    slots.v_previous = slots.v;
    slots.v = v;
  }
  template <class R>
  THALWEG_HD static R of(const Slots<R>& slots, const R& c) {
    return c * slots.v_previous;
  }
};

}  // namespace thalweg
