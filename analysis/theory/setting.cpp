#include "analysis/theory/setting.hpp"

#include <algorithm>
#include <cmath>

#include "lib/core/check.hpp"
#include "lib/optimizers/bounds.hpp"

namespace thalweg {

Interval sum_of(const PerCoordinate<Interval>& values) {
  Interval sum(0.0);
  for (const Interval& value : values.stored()) sum += value;
  return Interval(static_cast<double>(values.multiplicity())) * sum;
}

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Interval enclosure(const Constant& constant) { return {constant.lower, constant.upper}; }

// A number computed in double from `terms` terms, widened to contain the exact one: each term is good to a few ulp of the sum of absolute values,
// and every sum here is of non-negative terms.
Interval computed(double value, std::size_t terms) {
  const double relative = 0x1p-52 * (16.0 + 4.0 * std::log2(static_cast<double>(terms) + 1.0) + 64.0);
  const double room = std::fabs(value) * relative + 0x1p-1060;
  return {value - room, value + room};
}

Interval sum_of_squares(const PerCoordinate<Interval>& values) {
  return sum_of(values.map([](const Interval& value) { return m::sqr(value); }));
}

Interval largest(const PerCoordinate<Interval>& values) {
  Interval best(0.0);
  for (const Interval& value : values.stored()) best = m::max(best, value);
  return best;
}

PerCoordinate<Interval> enclosures(const PerCoordinate<Constant>& constants, std::size_t dim) {
  if (constants.empty()) return {dim, Interval(0.0, infinity)};
  return constants.map(enclosure);
}

}  // namespace

std::shared_ptr<const AtStart> at_start(const Problem& problem, const PerCoordinate<double>& start) {
  const std::vector<double> x = start.values();
  std::vector<double> gradient(problem.dim());
  problem.gradient(x, gradient);
  return std::make_shared<const AtStart>(AtStart{problem.value(x), std::move(gradient)});
}

double minimiser_rounding(const Problem& problem) {
  if (!problem.facts.minimiser) return 0.0;
  const PerCoordinate<double>& centre = *problem.facts.minimiser;
  double sum = 0.0;
  for (double x : centre.stored()) sum += x * x;
  return 0x1.001p-53 * std::sqrt(sum * static_cast<double>(centre.multiplicity()));
}

double least_curvature(const Problem& problem) {
  constexpr std::size_t largest_dim = 256;  // d products of d numbers
  const Facts& facts = problem.facts;
  const std::size_t dim = problem.dim();
  if (!facts.minimiser || !(facts.hess_at_min.lower > 0.0)) return 0.0;
  if (facts.convex && facts.mu.lower > 0.0) return facts.mu.lower;
  if (dim > largest_dim) return 0.0;
  double least = infinity;
  const std::vector<double> minimiser = facts.minimiser->values();
  std::vector<double> unit(dim, 0.0), column(dim);
  for (std::size_t j = 0; j < dim; ++j) {
    unit[j] = 1.0;
    problem.hessian_product(View<const double>(minimiser.data(), dim), View<const double>(unit.data(), dim), View<double>(column.data(), dim));
    unit[j] = 0.0;
    double others = 0.0;
    for (std::size_t i = 0; i < dim; ++i) others += i == j ? 0.0 : std::fabs(column[i]);
    least = std::min(least, column[j] - others);
  }
  return std::max(0.0, least - 1e-9 * facts.hess_at_min.upper);
}

std::string definition_text(const Setting& setting) {
  const std::string method = text(setting.definition);
  return setting.precision == Precision::f64 ? method : method + " in " + std::string(setting.precision == Precision::f32 ? "float" : "float, recorded in double");
}

void require_memory(const Setting& setting) {
  if (!method_entry(setting.definition).remembers) return;
  if (setting.noise.instance.delay > 0)
    throw SpecError({{}, "noise", setting.noise.text, "answers about past points, and " + setting.definition.method + " keeps gradients of samples, which are of the present one: allowed with other methods"});
  if (setting.problem.objective.memory > 0) return;
  const bool all = setting.problem.objective.kernel.of<double>(best_isa())->recall != nullptr;
  throw SpecError({{}, "method", setting.definition.method, "keeps a gradient of each sample, " + (all ? "and the oracle of " + setting.problem.text + " draws none: give it batch >= 1" :
                   setting.problem.text + " keeps none: it runs on finite sums, such as least-squares, logistic-regression and robust-regression with batch >= 1")});
}

Batch batch_of(const Setting& setting, std::size_t replicas, std::uint64_t seed) {
  require_memory(setting);
  Batch batch;
  batch.objective = setting.problem.objective;
  batch.noise = setting.noise.instance;
  batch.rule = rule_instance(setting.definition, setting.problem.dim());
  batch.eta = setting.eta;
  batch.start = setting.start;
  batch.box = setting.box;
  batch.seed = seed;
  batch.instance = setting.problem.instance;
  batch.replicas = replicas;
  batch.precision = setting.precision;
  return batch;
}

bool Setting::constant_step() const {
  return std::all_of(eta.begin(), eta.end(), [&](double value) { return value == eta.front(); });
}

bool infimum_needs_box(const Setting& setting) { return setting.problem.facts.on_box && setting.box.everything(); }

PerCoordinate<Interval> gradient_bounds(const Setting& setting) { return enclosures(setting.problem.facts.gradient_bound, setting.problem.dim()); }

PerCoordinate<Interval> sample_bounds(const Setting& setting) {
  const PerCoordinate<Interval> exact = gradient_bounds(setting);
  if (setting.noise.facts.none) return exact;
  return exact.zip(enclosures(setting.noise.facts.bound, exact.size()), [](const Interval& bound, const Interval& noise) { return bound + noise; });
}

Quantities::Quantities(const Setting& setting) {
  const Problem& problem = setting.problem;
  const Facts& facts = problem.facts;
  const std::size_t dim = problem.dim();
  const bool exact_gradient = setting.noise.facts.none;

  // Problem.
  set("d", Interval(static_cast<double>(dim)));
  const bool regional = !facts.smooth && facts.on_region.L.known();  // a run that leaves the region is no run of a theorem about L
  set("L", enclosure(regional ? facts.on_region.L : facts.L));
  set("mu", enclosure(facts.mu));
  set("mu_pl", enclosure(facts.mu_pl));
  set("f_star", infimum_needs_box(setting) ? Interval(-infinity, infinity) : enclosure(facts.f_star));
  set("hess_at_min", enclosure(facts.hess_at_min));
  set("least_at_min", {least_curvature(problem), std::max(least_curvature(problem), facts.hess_at_min.upper)});
  set("gradient_range", enclosure(facts.gradient_range));
  set("kl_exponent", enclosure(facts.kl_exponent));
  const PerCoordinate<Interval> smoothness = enclosures(regional ? facts.on_region.L_j : facts.L_j, dim);
  set("L1", sum_of(smoothness));
  arrays_["L"] = smoothness;
  const PerCoordinate<Interval> exact = gradient_bounds(setting), sampled = sample_bounds(setting);
  set("G", largest(exact));
  set("G2sq", sum_of_squares(exact));
  set("Gs", largest(sampled));
  set("Gs2sq", sum_of_squares(sampled));
  set("Gs1", sum_of(sampled));
  // Whatever bounds the subgradients serves as M; the least that is known.
  set("M", Interval(std::min(facts.lipschitz.upper, m::sqrt(find("G2sq")->upper() < infinity ? *find("G2sq") : Interval(0.0, infinity)).upper())));
  arrays_["G"] = exact;
  arrays_["Gs"] = sampled;

  // The start.
  const auto known = setting.start_values ? setting.start_values : at_start(problem, setting.start);
  const bool has_infimum = !infimum_needs_box(setting);
  const bool gap_known = has_infimum && facts.f_star.upper < infinity;
  const Interval gap = computed(known->value, dim);
  // Values are f - f* where f* is known; where only a lower bound is, they are f - that bound, an upper bound of Delta.
  set("Delta", gap_known ? gap : Interval(0.0, has_infimum ? gap.upper() : infinity));
  const Interval squares = sum_of(known->gradient.map([&](double g) { return m::sqr(computed(g, dim)); }));
  set("grad1_sq", m::max(squares, Interval(0.0)));
  set("grad1_l1", sum_of(known->gradient.map([&](double g) { return m::abs(computed(g, dim)); })));
  set("x1_inf", largest(setting.start.map([](double x) { return m::abs(Interval(x)); })));
  if (facts.minimiser && has_infimum) {
    const double shift = minimiser_rounding(problem);
    set("R", m::max(Interval(0.0), m::sqrt(sum_of(setting.start.zip(*facts.minimiser, [](double x, double centre) { return m::sqr(Interval(x) - Interval(centre)); }))) + Interval(-shift, shift)));
  } else {
    set("R", Interval(0.0, infinity));
  }
  // The farthest that a point of the region is from the minimiser.
  if (facts.minimiser && has_infimum && !facts.region.everything()) {
    const auto farther = facts.region.lower.zip(*facts.minimiser, [](double lower, double centre) { return m::abs(Interval(lower) - Interval(centre)); });
    const auto sides = farther.zip(facts.region.upper.zip(*facts.minimiser, [](double upper, double centre) { return m::abs(Interval(upper) - Interval(centre)); }), [](const Interval& a, const Interval& b) { return m::max(a, b); });
    set("R_region", m::sqrt(sum_of_squares(sides)) + Interval(0.0, minimiser_rounding(problem)));
  } else {
    set("R_region", Interval(0.0, infinity));
  }
  Interval side(0.0);
  if (setting.box.everything()) {
    side = Interval(0.0, infinity);
  } else {
    side = largest(setting.box.upper.zip(setting.box.lower, [](double upper, double lower) { return Interval(upper) - Interval(lower); }));
  }
  set("D_inf", side);

  // The oracle.
  const NoiseFacts& noise = setting.noise.facts;
  const PerCoordinate<Interval> variance = exact_gradient ? PerCoordinate<Interval>(dim, Interval(0.0)) : enclosures(noise.variance, dim);
  Interval deviations = sum_of(variance.map([](const Interval& v) { return m::sqrt(v); }));
  Interval sigma2 = sum_of(variance);
  if (problem.objective.sampled) {
    sigma2 = enclosure(facts.sampling_variance);
    deviations = m::sqrt(Interval(static_cast<double>(dim)) * sigma2);
  }
  set("sigma2", sigma2);
  set("sigma1", deviations);
  set("variance_at_min", problem.objective.sampled ? enclosure(facts.variance_at_minimiser) : sigma2);
  arrays_["sigma_sq"] = variance;
  Interval third(0.0);
  if (!exact_gradient) third = sum_of(enclosures(noise.third_moment, dim).map([](const Interval& moment) { return m::abs(moment); }));
  set("mu3", third);
  const auto batch = problem.parameters.find("batch");
  const double size = problem.objective.sampled && batch != problem.parameters.end() ? batch->second.front() : 1.0;
  set("b", Interval(size));
  set("sigma2_one", sigma2 * Interval(size));
  for (const auto& [name, values] : setting.noise.parameters)
    if (values.size() == 1) set("noise_" + name, Interval(values.front()));
  if (noise.two_point) {
    set("noise_a", enclosure(noise.two_point->a));
    set("noise_b", enclosure(noise.two_point->b));
    set("noise_p", enclosure(noise.two_point->p));
  }

  // The definition and its A-LR.
  for (const auto& [name, value] : setting.definition.numbers) set(name, Interval(value));
  const RateBounds rates = rate_bounds(setting.definition, find("Gs") != nullptr ? *find("Gs") : Interval(0.0, infinity));
  set("mu1", rates.mu1);
  set("mu2", rates.mu2);
  set("kappa_A", rates.mu2 / rates.mu1);
  // Without corrections: those make the A-LR move by themselves.
  set("rate_lipschitz", {0.0, properties(setting.definition).corrected ? infinity : rate_lipschitz(setting.definition)});
  if (find("beta2") != nullptr && setting.definition.has("denominator")) set("mu1_prime", Interval(1.0) / denominator(setting.definition, m::sqrt(*find("beta2")) * *find("Gs")));

  // The run.
  if (!setting.eta.empty()) set_steps(setting.eta);
}

void Quantities::set_steps(const std::vector<double>& eta) {
  set("T", Interval(static_cast<double>(eta.size())));
  const auto [least, most] = std::minmax_element(eta.begin(), eta.end());
  set("eta_max", Interval(*most));
  if (*least == *most) set("eta", Interval(*least));
  else values_.erase("eta");
  arrays_["eta"] = (*least == *most ? PerCoordinate<double>(eta.size(), *least) : PerCoordinate<double>(eta)).map([](double step) { return Interval(step); });
}

const Interval* Quantities::find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

const PerCoordinate<Interval>* Quantities::find_array(std::string_view name) const {
  const auto found = arrays_.find(name);
  return found == arrays_.end() ? nullptr : &found->second;
}

}  // namespace thalweg
