// Which second moment the A-LR of step t is read from. Each holds the state of one coordinate and says how a new v_t enters it.
//   Latest           v_t                                                 Adam, Padam, Sadam
//   RunningMaximum   v^_t = max(v^_{t-1}, v_t), of the uncorrected v     AMSGrad, PAMSGrad, SAMSGrad: v^ never decreases
//   Previous         v_{t-1}, which does not contain g_t                 decorrelated Adam
#pragma once

#include "lib/core/num.hpp"

namespace thalweg {

struct Latest {
  template <class R>
  struct Slots {
    R m, v;
  };
  template <class R>
  THALWEG_HD static void enter(Slots<R>& slots, const R& v) {
    slots.v = v;
  }
  template <class R>
  THALWEG_HD static R of(const Slots<R>& slots) {
    return slots.v;
  }
};

struct RunningMaximum {
  template <class R>
  struct Slots {
    R m, v, v_max;
  };
  template <class R>
  THALWEG_HD static void enter(Slots<R>& slots, const R& v) {
    slots.v = v;
    slots.v_max = m::max(slots.v_max, v);  // a NaN in v stays: it is the second argument
  }
  template <class R>
  THALWEG_HD static R of(const Slots<R>& slots) {
    return slots.v_max;
  }
};

struct Previous {
  template <class R>
  struct Slots {
    R m, v, v_previous;
  };
  template <class R>
  THALWEG_HD static void enter(Slots<R>& slots, const R& v) {
    slots.v_previous = slots.v;
    slots.v = v;
  }
  template <class R>
  THALWEG_HD static R of(const Slots<R>& slots) {
    return slots.v_previous;
  }
};

}  // namespace thalweg
