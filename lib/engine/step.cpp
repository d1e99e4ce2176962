#include "lib/engine/step.hpp"

#include <algorithm>
#include <atomic>
#include <limits>
#include <thread>

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
  steps_ = 0;
}

template <class T>
bool Stepper<T>::part(double eta, const T* gradient, T* x, std::size_t first, std::size_t last) {
  constexpr double limit = std::numeric_limits<double>::max();
  return kernel_->apply(step_.data(), eta, limit, {}, gradient + first * lanes_, x + first * lanes_, slots_.data() + first * lanes_ * kernel_->slots,
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
  kernel_->apply(step_.data(), eta, std::numeric_limits<double>::max(), {}, g, point, slots_.data() + first * kernel_->slots, {1, 1});
  std::copy_n(point, count, x + first);
  return std::all_of(x + first, x + dim_, [](T value) { return value - value == T(0); });
}

template <class T>
bool Stepper<T>::step(double eta, const T* gradient, T* x) {
  kernel_->at(rule_.hyper.data(), ++steps_, step_.data());
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

template class Stepper<double>;
template class Stepper<float>;

}  // namespace thalweg
