#include "lib/engine/step.hpp"

#include <algorithm>
#include <atomic>
#include <limits>
#include <thread>

#include "lib/core/sum.hpp"
#include "lib/engine/cpu/kernels.hpp"
#include "lib/engine/parallel.hpp"

namespace thalweg {

namespace {

constexpr std::size_t worth_a_thread = std::size_t{1} << 17;
constexpr std::size_t widest = 16;  // lanes

}  // namespace

template <class T>
Stepper<T>::Stepper(const RuleInstance& rule, std::size_t dim, const CpuOptions& options) : rule_(rule), dim_(dim) {
  THALWEG_EXPECTS(dim > 0);
  const Isa isa = options.isa.value_or(best_isa());
  if (!supported(isa)) throw EnvironmentError("this processor does not run x86-64-" + std::string(to_string(isa)));
  kernel_ = &cpu::rule_kernel<T>(isa, rule_);
  lanes_ = lanes_of<T>(isa);
  const std::size_t threads = options.threads > 0 ? options.threads : std::max<std::size_t>(1, std::thread::hardware_concurrency());
  threads_ = std::clamp<std::size_t>(dim / worth_a_thread, 1, threads);
  step_.resize(kernel_->step_bytes);
  whole_ = Array<T>(kernel_->given * lanes_);
  const std::size_t padded = (dim + lanes_ - 1) / lanes_ * lanes_;
  room_ = Array<T>(kernel_->room * padded);
  if (kernel_->room > 0) {
    map_gradient_ = Array<T>(padded);
    map_point_ = Array<T>(padded);
  }
  if (kernel_->sums > 0) {
    last_gradient_.resize(sum_block);
    last_point_.resize(sum_block);
    block_sums_.resize(kernel_->sums * ((dim + sum_block - 1) / sum_block));
  }
  restart();
}

template <class T>
void Stepper<T>::restart() {
  const std::size_t packs = (dim_ + lanes_ - 1) / lanes_;
  slots_ = Array<T>(packs * lanes_ * kernel_->slots);
  // Each thread touches first what it will work on.
  run_in_parallel(threads_, threads_, [&](std::size_t w) {
    const std::size_t first = w * packs / threads_, last = (w + 1) * packs / threads_;
    kernel_->initial(rule_.hyper.data(), slots_.data() + first * lanes_ * kernel_->slots, {last - first, 1});
  });
  made_ = 0;
}

template <class T>
bool Stepper<T>::part(double eta, const T* gradient, T* x, std::size_t first, std::size_t last) {
  constexpr double limit = std::numeric_limits<double>::max();
  return kernel_->apply(step_.data(), eta, limit, {}, whole_.data(), gradient + first * lanes_, x + first * lanes_, slots_.data() + first * lanes_ * kernel_->slots,
                        {last - first, 1});
}

// The coordinates of the last, incomplete pack.
template <class T>
bool Stepper<T>::tail(double eta, const T* gradient, T* x) {
  const std::size_t whole = dim_ / lanes_, first = whole * lanes_, count = dim_ - first;
  if (count == 0) return true;
  T g[widest] = {}, point[widest] = {};
  std::copy_n(gradient + first, count, g);
  std::copy_n(x + first, count, point);
  kernel_->apply(step_.data(), eta, std::numeric_limits<double>::max(), {}, whole_.data(), g, point, slots_.data() + first * kernel_->slots, {1, 1});
  std::copy_n(point, count, x + first);
  return std::all_of(x + first, x + dim_, [](T value) { return value - value == T(0); });
}

// What blocks first ... last - 1 add to the sums. The kernel reads whole packs: an incomplete block, the last, is copied.
template <class T>
void Stepper<T>::collect(const T* gradient, const T* x, std::size_t first, std::size_t last) {
  const std::size_t sums = kernel_->sums, blocks = (dim_ + sum_block - 1) / sum_block;
  for (std::size_t b = first; b < last; ++b) {
    const std::size_t j = b * sum_block, count = std::min(sum_block, dim_ - j);
    const T *g = gradient + j, *point = x + j;
    if (count < sum_block) {
      std::copy_n(g, count, last_gradient_.data());
      std::copy_n(point, count, last_point_.data());
      g = last_gradient_.data();
      point = last_point_.data();
    }
    T of_block[most_sums];
    kernel_->collect_block(step_.data(), g, point, slots_.data() + j * kernel_->slots, count, of_block);
    for (std::size_t k = 0; k < sums; ++k) block_sums_[k * blocks + b] = of_block[k];
  }
}

// The sums over all coordinates that the pass is given, in every lane.
template <class T>
void Stepper<T>::give_sums(const T* gradient, const T* x) {
  const std::size_t blocks = (dim_ + sum_block - 1) / sum_block;
  if (threads_ == 1) collect(gradient, x, 0, blocks);
  else run_in_parallel(threads_, threads_, [&](std::size_t w) { collect(gradient, x, w * blocks / threads_, (w + 1) * blocks / threads_); });
  for (std::size_t k = 0; k < kernel_->sums; ++k) std::fill_n(whole_.data() + k * lanes_, lanes_, combined_blocks(block_sums_.data() + k * blocks, dim_));
}

template <class T>
bool Stepper<T>::step(double eta, const T* gradient, T* x, double gap) {
  kernel_->at(rule_.hyper.data(), made_ / kernel_->calls + 1, static_cast<unsigned>(made_ % kernel_->calls), step_.data());
  ++made_;
  if (kernel_->sums > 0) give_sums(gradient, x);
  if (kernel_->room > 0) {  // the kernel reads whole packs
    std::copy_n(gradient, dim_, map_gradient_.data());
    std::copy_n(x, dim_, map_point_.data());
    kernel_->map_along(step_.data(), map_gradient_.data(), map_point_.data(), slots_.data(), room_.data(), dim_);
  }
  if (kernel_->given > kernel_->sums) std::fill_n(whole_.data() + kernel_->sums * lanes_, lanes_, static_cast<T>(gap));
  const std::size_t whole = dim_ / lanes_;
  if (threads_ == 1) {
    const bool stayed = part(eta, gradient, x, 0, whole);
    return tail(eta, gradient, x) && stayed;
  }
  std::atomic<bool> stayed{true};
  run_in_parallel(threads_, threads_, [&](std::size_t w) {
    if (!part(eta, gradient, x, w * whole / threads_, (w + 1) * whole / threads_)) stayed = false;
  });
  return tail(eta, gradient, x) && stayed;
}

template <class T>
void Stepper<T>::rates(const T* gradient, T* rate) const {
  THALWEG_EXPECTS(made_ > 0);
  T g[widest] = {}, of_pack[widest] = {}, numerator[widest] = {};
  for (std::size_t first = 0; first < dim_; first += lanes_) {
    const std::size_t count = std::min(lanes_, dim_ - first);
    std::copy_n(gradient + first, count, g);
    kernel_->rates(step_.data(), g, slots_.data() + first * kernel_->slots, of_pack, numerator, {1, 1});
    std::copy_n(of_pack, count, rate + first);
  }
}

template class Stepper<double>;
template class Stepper<float>;

}  // namespace thalweg
