// Facts of the network on the cube of half-width B about 0; phi and its derivatives there:
//   tanh       |phi| <= tanh(B |a|_1),      |phi'| <= 1, |phi''| <= 4 / (3 sqrt 3)
//   softplus   |phi| <= softplus(B |a|_1),  |phi'| <= 1, |phi''| <= 1/4
// G: |r_c| <= 1 for r = p - y, and |sum_c r_c v_c| <= max v - min v <= 2 B, so that |df/dW_kh| <= 2 B mean_i |a_ik|, |df/dV_hc| <= mean_i of the bound of |phi|,
//   |df/de_c| <= 1, each plus lambda B; of a mini-batch the largest over the samples instead of the mean.
// L of one loss: the Hessian is J'(diag p - p p')J + sum_c r_c H(z_c). With diag p - p p' <= 1/2,
//   |J x|^2 <= (|phi|^2 + 1 + |phi'|^2 |V|^2 |a|^2) |x|^2,  |V|^2 <= H C B^2,  |phi|^2 <= H times its square bound,
//   |sum_c r_c x'H(z_c)x| <= 2 |phi'| |a| |w| |r| |v| + |phi''| |a|^2 2 B |w|^2 <= (|phi'| |a| sqrt 2 + 2 B |phi''| |a|^2) |x|^2,   |r| <= sqrt 2, 2 |w| |v| <= |x|^2,
// since V and e do not enter the second derivatives among themselves. L on the cube is the mean of these plus lambda. L_j: along W_kh at most
//   a_ik^2 (B^2 + 2 B |phi''|), for the variance of v_hc over p is at most B^2; along V_hc a quarter of |phi|^2, along e_c a quarter; each with the mean and lambda. Outside every cube there is no constant: |V| grows.
// Variance of mini-batches: it grows with V and has no bound either.
#include "problems/families/mlp_classifier.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "problems/enclose.hpp"
#include "problems/families/class_labels.hpp"

namespace thalweg {

namespace {

struct OnCube {
  Constant L;
  std::vector<Constant> L_j, gradient;
};

OnCube on_cube(const Dataset& data, const HiddenScores& network, std::size_t classes, double lambda, double B, bool mini_batch) {
  const std::size_t n = data.samples, d = data.features;
  const Interval samples(static_cast<double>(n)), half_width(B), two(2.0), one(1.0), units(static_cast<double>(network.hidden)), root = m::sqrt(two), pull = Interval(lambda) * half_width;
  const Interval bend = network.softplus ? Interval(0.25) : Interval(4.0) / (Interval(3.0) * m::sqrt(Interval(3.0)));
  const Interval outer = units * Interval(static_cast<double>(classes)) * m::sqr(half_width);  // |V|^2
  std::vector<Interval> sums(d, Interval(0.0)), most(d, Interval(0.0));                         // of |a_ik|
  std::vector<Interval> squares(d, Interval(0.0));
  Interval L(0.0), phi_sum(0.0), phi_most(0.0), phi_squares(0.0);
  for (std::size_t i = 0; i < n; ++i) {
    Interval length(0.0), square(0.0);
    for (std::size_t k = 0; k < d; ++k) {
      const Interval size(std::fabs(data.design[i * d + k]));
      length += size;
      square += m::sqr(size);
      squares[k] += m::sqr(size);
      sums[k] += size;
      most[k] = m::max(most[k], size);
    }
    const Interval reach = half_width * length, phi = network.softplus ? m::softplus(reach) : m::tanh(reach);
    phi_sum += phi;
    phi_squares += m::sqr(phi);
    phi_most = m::max(phi_most, phi);
    L += Interval(0.5) * (units * m::sqr(phi) + one + outer * square) + m::sqrt(square) * root + two * half_width * bend * square;
  }
  OnCube out{proved(0.0, (L / samples + Interval(lambda)).upper(), "bound of the Hessian of a network on a cube"), {}, {}};
  const auto bound = [&](const Interval& sum, const Interval& largest) { return proved(0.0, ((mini_batch ? largest : sum / samples) + pull).upper(), "bound |p - y| <= 1"); };
  const auto curvature = [&](const Interval& sum) { return proved(0.0, (sum / samples + Interval(lambda)).upper(), "bound of the Hessian's diagonal on a cube"); };
  const auto add = [&](std::size_t times, const Constant& slope, const Constant& bend_along) {
    out.gradient.insert(out.gradient.end(), times, slope);
    out.L_j.insert(out.L_j.end(), times, bend_along);
  };
  for (std::size_t k = 0; k < d; ++k)
    add(network.hidden, bound(two * half_width * sums[k], two * half_width * most[k]), curvature(squares[k] * (m::sqr(half_width) + two * half_width * bend)));
  add(network.hidden * classes, bound(phi_sum, phi_most), curvature(phi_squares * Interval(0.25)));
  add(classes, bound(samples, one), curvature(samples * Interval(0.25)));
  return out;
}

}  // namespace

std::vector<Parameter> HiddenScores::parameters() {
  std::vector<Parameter> all = data_parameters(Task::classes,
                                               {{"hidden", {3.0}, 1.0, 4096.0, true, "H: units of the hidden layer"},
                                                {"unit", {0.0}, 0.0, 1.0, true, "0: tanh, 1: softplus"},
                                                {"lambda", {0.0}, 0.0, 1e100, false, "weight of |x|^2 / 2"}},
                                               last_shuffled_order);
  std::erase_if(all, [](const Parameter& p) { return p.name == "start" || p.name == "box"; });
  std::find_if(all.begin(), all.end(), [](const Parameter& p) { return p.name == "seed"; })->meaning = "of the first iterate, and of the planted data";
  all.push_back({"start", {0.5}, 1e-100, 1e100, false, "size of the first iterate, whose coordinates are drawn"});
  all.push_back(region_parameter(2.0));
  return all;
}

void HiddenScores::complete(Parameters& values, const Parameters& given, const Texts& texts) {
  const std::vector<double> seed = list(values, "seed");
  Parameters others = given;
  others.erase("seed");
  complete_data(values, others, texts);
  values.find("seed")->second = seed;
}

Built<ClassModel<HiddenScores>> HiddenScores::build(const Parameters& values, const Texts& texts) {
  const PlantedData planted = data_of(values, texts, Task::classes);
  const Dataset& data = *planted.data;
  const auto file = texts.find("file");
  const ClassLabels classes = class_labels(data, values, file == texts.end() ? "" : file->second);
  const Sampling sampling = sampling_of(values, data);
  const double lambda = number(values, "lambda"), region = number(values, "region");
  const HiddenScores network{count(values, "hidden"), number(values, "unit") != 0.0};
  check_weights(network.weights(data.features, classes.classes));
  auto storage = std::make_shared<Storage>();
  const ClassModel<HiddenScores> model{view_of(data), storage->keep(classes.labels).data(), classes.classes, {}, {}, nullptr, lambda, kept(sampling, *storage), network};

  Facts facts;
  facts.dim = model.dim();
  facts.independent_batches = !sampling.batches.shuffled;
  facts.region = cube(facts.dim, region);
  OnCube constants = on_cube(data, network, classes.classes, lambda, region, model.sampled());
  facts.on_region.L = constants.L;
  facts.on_region.L_j = std::move(constants.L_j);
  facts.gradient_bound = std::move(constants.gradient);
  facts.f_star = {0.0, std::numeric_limits<double>::infinity(), Trust::proved, "losses are positive; only this lower bound is known"};
  if (sampling.batches.size == 0) facts.sampling_variance = exact(0.0, "full batch");
  storage->keep(planted.data);
  return {model, storage, std::move(facts), drawn_start(values, model.dim()), {}, planted.digest};
}

}  // namespace thalweg
