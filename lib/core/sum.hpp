// The one accumulator of sums over coordinates: a fixed order that is a function of the index only.
//
// Term j (j = 0, 1, ...) is added to slot j mod 16. After each 1024 terms the sixteen slots are folded pairwise,
//   s[i] + s[i + 8] for i < 8,  s[i] + s[i + 4] for i < 4,  s[i] + s[i + 2] for i < 2,  s[0] + s[1],
// which gives a block sum, and the slots start again at +0. Block sums are combined as a binary tree: block sums 2k and 2k + 1 give a sum of
// level 1, those 2k and 2k + 1 a sum of level 2, and so on (a binary counter). The total folds the unfinished block, if there is one, and
// adds to it the waiting sums from the lowest level up, each as the left operand. Two layouts reproduce it:
//   Sum<R>             one term at a time; R may be a pack whose lanes are replicas, and each lane then performs exactly the scalar program;
//   LaneSum<P>         W = P::lanes <= 16 consecutive coordinates at a time, lanes along coordinates, the same bits for every W.
// A term meets at most 63 + 4 + ceil(log2(blocks + 1)) roundings, so the error is below that many 2^-53 of the sum of absolute terms (to first
// order). Fewer than 2^40 terms.
#pragma once

#include <cstddef>
#include <cstdint>

#include "lib/core/host_device.hpp"

namespace thalweg {

constexpr std::size_t sum_slots = 16;
constexpr std::size_t sum_block = 1024;

// Folds sixteen slots pairwise.
template <class R>
THALWEG_HD inline R fold_slots(const R* slots) {
  R s[sum_slots / 2];
  for (std::size_t i = 0; i < 8; ++i) s[i] = slots[i] + slots[i + 8];
  for (std::size_t i = 0; i < 4; ++i) s[i] = s[i] + s[i + 4];
  for (std::size_t i = 0; i < 2; ++i) s[i] = s[i] + s[i + 2];
  return s[0] + s[1];
}

// Block sums combined as a binary tree. Level k waits exactly when bit k of the number of blocks is set.
template <class R>
class SumTree {
 public:
  THALWEG_HD void add(R block_sum) {
    std::size_t level = 0;
    for (std::uint32_t b = blocks_; (b & 1U) != 0; b >>= 1U) block_sum = waiting_[level++] + block_sum;
    waiting_[level] = block_sum;
    ++blocks_;
  }
  THALWEG_HD bool empty() const { return blocks_ == 0; }
  // The waiting sums, added from the lowest level up; there is at least one.
  THALWEG_HD R total() const {
    std::size_t level = 0;
    std::uint32_t b = blocks_;
    while ((b & 1U) == 0) {
      b >>= 1U;
      ++level;
    }
    return above(waiting_[level], b >> 1U, level + 1);
  }
  // The same with an unfinished block below them.
  THALWEG_HD R total(const R& unfinished) const { return above(unfinished, blocks_, 0); }

 private:
  THALWEG_HD R above(R sum, std::uint32_t b, std::size_t level) const {
    for (; b != 0; b >>= 1U, ++level) {
      if ((b & 1U) != 0) sum = waiting_[level] + sum;
    }
    return sum;
  }

  std::uint32_t blocks_ = 0;
  union {  // starts unwritten: 30 packs would cost more than a short sum
    R waiting_[30];
  };

 public:
  THALWEG_HD SumTree() {}  // NOLINT: the union has no initialiser on purpose
};

template <class R>
class Sum {
 public:
  THALWEG_HD Sum() { clear(); }
  THALWEG_HD void add(const R& term) {
    R& slot = slots_[count_ % sum_slots];
    slot = slot + term;
    if (++count_ == sum_block) finish_block();
  }
  THALWEG_HD R total() const {
    if (count_ != 0 || tree_.empty()) return tree_.total(fold_slots(slots_));
    return tree_.total();
  }

 private:
  THALWEG_HD void clear() {
    for (R& slot : slots_) slot = R(0.0);
    count_ = 0;
  }
  THALWEG_HD void finish_block() {
    tree_.add(fold_slots(slots_));
    clear();
  }

  R slots_[sum_slots];
  std::uint32_t count_ = 0;  // terms in the unfinished block
  SumTree<R> tree_;
};

// The sum of one block of at most 1024 terms with lanes along coordinates: full packs first, then the rest one by one. What SumTree combines.
template <class P>
class BlockSum {
 public:
  static constexpr std::size_t lanes = P::lanes;
  static_assert(sum_slots % lanes == 0);
  using T = decltype(P{}[0]);

  BlockSum() {
    for (P& slot : slots_) slot = P(T(0));
  }
  void add(const P& terms) {
    P& slot = slots_[count_ % sum_slots / lanes];
    slot = slot + terms;
    count_ += lanes;
  }
  void add(T term) {
    P& slot = slots_[count_ % sum_slots / lanes];
    slot.set(count_ % lanes, slot[count_ % lanes] + term);
    ++count_;
  }
  std::uint32_t count() const { return count_; }
  T total() const {
    T slots[sum_slots];
    for (std::size_t i = 0; i < sum_slots; ++i) slots[i] = slots_[i / lanes][i % lanes];
    return fold_slots(slots);
  }

 private:
  P slots_[sum_slots / lanes];
  std::uint32_t count_ = 0;
};

// Block sums of consecutive blocks combined: the sum of all `terms` terms, of which the last block may have fewer than 1024.
template <class T>
THALWEG_HD inline T combined_blocks(const T* block_sums, std::size_t terms) {
  SumTree<T> tree;
  const std::size_t full = terms / sum_block;
  for (std::size_t b = 0; b < full; ++b) tree.add(block_sums[b]);
  return terms % sum_block != 0 || full == 0 ? tree.total(block_sums[full]) : tree.total();
}

// The same sum with lanes along coordinates: add(p) brings terms j, ..., j + W - 1 with j a multiple of W; a last incomplete group comes
// term by term through add_last. P is a pack of W values of type T; W divides 16.
template <class P>
class LaneSum {
 public:
  static constexpr std::size_t lanes = P::lanes;
  using T = typename BlockSum<P>::T;

  void add(const P& terms) {
    block_.add(terms);
    if (block_.count() == sum_block) finish_block();
  }
  void add_last(T term) {
    block_.add(term);
    if (block_.count() == sum_block) finish_block();
  }
  T total() const { return block_.count() != 0 || tree_.empty() ? tree_.total(block_.total()) : tree_.total(); }

 private:
  void finish_block() {
    tree_.add(block_.total());
    block_ = BlockSum<P>();
  }

  BlockSum<P> block_;
  SumTree<T> tree_;
};

// The sum of n contiguous values; the bits of Sum<T> whatever P.
template <class P, class T>
T sum_contiguous(const T* x, std::size_t n) {
  LaneSum<P> sum;
  std::size_t j = 0;
  for (; j + P::lanes <= n; j += P::lanes) sum.add(P::load(x + j));
  for (; j < n; ++j) sum.add_last(x[j]);
  return sum.total();
}

}  // namespace thalweg
