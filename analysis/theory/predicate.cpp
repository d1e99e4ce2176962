#include "analysis/theory/predicate.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "lib/optimizers/bounds.hpp"

namespace thalweg {

namespace {

bool bounded_samples(const Setting& s) {
  const PerCoordinate<Interval> bounds = sample_bounds(s);
  return std::all_of(bounds.stored().begin(), bounds.stored().end(), [](const Interval& bound) { return std::isfinite(bound.upper()); });
}
bool bounded_everywhere(const Setting& s) { return bounded_samples(s) && s.problem.facts.region.everything(); }
// A box inside the region keeps every iterate there, the start included when it is inside. (Theorems about boxed runs use no other point: those with z_t are unconstrained.)
bool kept_by_box(const Setting& s) {
  if (s.box.everything()) return false;
  const Box& region = s.problem.facts.region;
  for (std::size_t j = 0; j < s.problem.dim(); ++j)
    if (s.box.lower[j] < region.lower[j] || s.box.upper[j] > region.upper[j] || s.start[j] < region.lower[j] || s.start[j] > region.upper[j]) return false;
  return true;
}
bool smooth_where_it_starts(const Setting& s) {
  const Facts& facts = s.problem.facts;
  if (!facts.on_region.L.known() || facts.region.everything()) return false;
  for (std::size_t j = 0; j < s.problem.dim(); ++j)
    if (s.start[j] < facts.region.lower[j] || s.start[j] > facts.region.upper[j]) return false;
  return true;
}
// The iterates are clipped to the box; it must hold a minimiser and the start, which the first step may leave where it is.
bool boxed(const Setting& s) {
  const auto& minimiser = s.problem.facts.minimiser;
  if (s.box.everything() || !minimiser) return false;
  for (std::size_t j = 0; j < s.problem.dim(); ++j) {
    const double lower = s.box.lower[j], upper = s.box.upper[j];
    if (!(lower <= (*minimiser)[j] && (*minimiser)[j] <= upper && lower <= s.start[j] && s.start[j] <= upper)) return false;
  }
  return true;
}
bool strict_minimiser(const Setting& s) { return !infimum_needs_box(s) && least_curvature(s.problem) > 0.0; }
// A sum over coordinates states its slopes one by one.
bool separable(const Setting& s) {
  const auto& kernels = s.problem.objective.kernel.f64;
  return std::any_of(kernels.begin(), kernels.end(), [](const auto* kernel) { return kernel != nullptr && kernel->slopes != nullptr; });
}
// The subgradients have a common bound: M of the names of a card.
bool bounded_subgradient(const Setting& s) {
  const Facts& facts = s.problem.facts;
  const PerCoordinate<Interval> bounds = gradient_bounds(s);
  const bool bounded = std::all_of(bounds.stored().begin(), bounds.stored().end(), [](const Interval& bound) { return std::isfinite(bound.upper()); });
  return std::isfinite(facts.lipschitz.upper) || (bounded && (facts.region.everything() || kept_by_box(s)));
}
bool chooses(const Definition& d, std::string_view field, std::string_view choice) { return d.has(field) && d.choices.contains(field) && d.choice(field) == choice; }
bool ascent_normalised(const Definition& d) { return chooses(d, "normalised", "yes"); }
bool ascent_plain(const Definition& d) { return chooses(d, "normalised", "no"); }
bool average_from_zero(const Definition& d) { return !d.choices.contains("initial") || d.choice("initial") == "zero"; }
bool decoupled_decay(const Definition& d) { return chooses(d, "decay", "decoupled"); }
bool polar_average(const Definition& d) {
  return chooses(d, "orthogonalisation", "polar") && chooses(d, "buffer", "average") && chooses(d, "nesterov", "no") && chooses(d, "scale", "none");
}
bool exact_gradient(const Setting& s) { return s.noise.facts.none && !s.problem.objective.sampled; }
// G_j holds wherever a run may go.
bool lipschitz(const Setting& s) {
  const PerCoordinate<Interval> bounds = gradient_bounds(s);
  return s.problem.facts.region.everything() && std::all_of(bounds.stored().begin(), bounds.stored().end(), [](const Interval& bound) { return std::isfinite(bound.upper()); });
}
// What is added to the gradient does not know where it is added.
bool additive(const Setting& s) {
  const NoiseFacts& noise = s.noise.facts;
  return !s.problem.objective.sampled && (noise.none || (noise.unbiased && !noise.growth && !noise.bias));
}
// |xi_j| = c |g_j|: its variance is c^2 g_j^2, c the fraction that the noise is given.
bool relative_error(const Setting& s) {
  const auto fraction = s.noise.parameters.find("fraction");
  const auto& growth = s.noise.facts.growth;
  if (!growth || fraction == s.noise.parameters.end()) return false;
  const bool alone = std::all_of(growth->base.stored().begin(), growth->base.stored().end(), [](const Constant& base) { return base.upper == 0.0; });
  const double c = fraction->second.front();
  return alone && growth->factor.lower <= c * c && c * c <= growth->factor.upper && !s.problem.objective.sampled;
}
bool eps_inside(const Definition& d) {
  return d.has("eps_placement") && d.choice("eps_placement") == "inside" && (!d.has("denominator") || d.choice("denominator") == "root");
}
bool corrected_in_the_root_alone(const Definition& d) { return d.has("correction") && d.choice("correction") == "second"; }

// Of the definition alone: `holds` is asked of its properties.
template <class Holds>
constexpr Predicate of_method(std::string_view id, std::string_view meaning, Holds, std::string_view failure) {
  return {id, meaning, [](const Setting& s) { return Holds{}(properties(s.definition)); }, nullptr, failure, [](const Definition& d) { return Holds{}(properties(d)); }};
}
// The same of its fields.
template <bool (*holds)(const Definition&)>
constexpr Predicate of_fields(std::string_view id, std::string_view meaning, std::string_view failure) {
  return {id, meaning, [](const Setting& s) { return holds(s.definition); }, nullptr, failure, holds};
}

const std::array table = {
    Predicate{"smooth", "the gradient is Lipschitz with a known constant L", [](const Setting& s) { return s.problem.facts.smooth; }, nullptr,
              "the gradient is not known to be Lipschitz"},
    Predicate{"smooth-on-region", "the gradient is Lipschitz with a known constant L, everywhere or on a region that no iterate leaves",
              [](const Setting& s) { return s.problem.facts.smooth || (s.problem.facts.on_region.L.known() && kept_by_box(s)); }, smooth_where_it_starts,
              "the gradient is not known to be Lipschitz, nor on a region about the start"},
    Predicate{"convex", "f is convex", [](const Setting& s) { return s.problem.facts.convex; }, nullptr, "f is not known to be convex"},
    Predicate{"strongly-convex", "f is strongly convex, mu > 0", [](const Setting& s) { return s.problem.facts.convex && s.problem.facts.mu.lower > 0.0; },
              nullptr, "f is not known to be strongly convex"},
    Predicate{"pl", "f satisfies the Polyak-Lojasiewicz condition with a certified constant",
              [](const Setting& s) { return s.problem.facts.pl && s.problem.facts.mu_pl.lower > 0.0; }, nullptr,
              "f is not known to satisfy the Polyak-Lojasiewicz condition"},
    Predicate{"quadratic", "f is a convex quadratic", [](const Setting& s) { return s.problem.facts.quadratic && s.problem.facts.convex; }, nullptr,
              "f is not known to be quadratic"},
    Predicate{"lipschitz", "|grad_j f| <= G_j everywhere, subgradients included", lipschitz, nullptr, "f is not known to be Lipschitz everywhere"},
    Predicate{"separable", "f is a sum of functions of one coordinate each", separable, nullptr, "f is not a sum over coordinates"},
    Predicate{"subgradient-bounded", "|f(x) - f(y)| <= M |x - y| with a known constant M: every subgradient is bounded", bounded_subgradient, nullptr,
              "no bound of the subgradients is known"},
    Predicate{"one-dimensional", "d = 1", [](const Setting& s) { return s.problem.dim() == 1; }, nullptr, "the dimension is not 1"},
    Predicate{"minimiser-known", "a minimiser is known in closed form", [](const Setting& s) { return s.problem.facts.minimiser.has_value() && !infimum_needs_box(s); }, nullptr,
              "no minimiser is known in closed form"},
    Predicate{"strict-minimiser", "a minimiser is known, the Hessian there positive definite with known largest eigenvalue", strict_minimiser, nullptr,
              "no strict minimiser with known curvature"},
    Predicate{"unbiased", "the sampled gradient is unbiased", [](const Setting& s) { return s.noise.facts.unbiased && s.problem.facts.independent_batches; }, nullptr,
              "the oracle is biased"},
    Predicate{"deterministic", "the gradient is exact", exact_gradient, nullptr, "the gradient is noisy"},
    Predicate{"additive-noise", "the noise is added to the exact gradient, with a law that does not depend on x", additive, nullptr,
              "the noise depends on the point, or comes from sampling"},
    Predicate{"relative-error", "every partial derivative is off by a fraction of itself, |xi_j| = c |grad_j f|", relative_error, nullptr, "the error is not a fraction of the gradient"},
    Predicate{"two-point-noise", "the noise takes two values", [](const Setting& s) { return s.noise.facts.two_point.has_value(); }, nullptr,
              "the noise is not two-point"},
    Predicate{"bounded-gradient", "|g_j| <= G_j almost surely and |grad_j f| <= G_j at every point used",
              [](const Setting& s) { return bounded_everywhere(s) || (bounded_samples(s) && kept_by_box(s)); }, bounded_samples,
              "the sampled gradient has no almost-sure bound"},
    Predicate{"boxed", "the iterates are clipped to a box that contains a minimiser and the start", boxed, nullptr,
              "the run has no box that is known to contain a minimiser and the start"},
    Predicate{"unconstrained", "no box", [](const Setting& s) { return s.box.everything(); }, nullptr, "the run is clipped to a box"},
    Predicate{"constant-step", "eta_t = eta", [](const Setting& s) { return s.constant_step(); }, nullptr, "the step size changes with t"},
    Predicate{"non-increasing-step", "eta_{t+1} <= eta_t", [](const Setting& s) { return std::is_sorted(s.eta.rbegin(), s.eta.rend()); }, nullptr,
              "the step size increases somewhere"},
    Predicate{"eps-inside-root", "the denominator is sqrt(v + eps)", [](const Setting& s) { return eps_inside(s.definition); }, nullptr,
              "the denominator is not sqrt(v + eps)", eps_inside},
    Predicate{"root-correction", "the A-LR carries the factor sqrt(1 - beta2^t) and no other correction", [](const Setting& s) { return corrected_in_the_root_alone(s.definition); },
              nullptr, "the A-LR does not carry the factor sqrt(1 - beta2^t) alone", corrected_in_the_root_alone},
    of_fields<ascent_normalised>("ascent-normalised", "the ascent step has length rho", "the ascent step has not the length rho"),
    of_fields<ascent_plain>("ascent-plain", "the ascent step is rho times the gradient", "the ascent step is not rho times the gradient"),
    of_fields<average_from_zero>("average-from-zero", "the average of gradients starts from 0", "the average starts from the first gradient"),
    of_fields<decoupled_decay>("decoupled-decay", "the decay is added to what the rule makes of the gradient", "the decay is not decoupled"),
    of_fields<polar_average>("polar-average", "the step is the polar factor of the average of gradients", "the step is not the polar factor of the average of gradients"),
    of_method("no-decay", "no weight decay", [](const Properties& p) { return !p.decay; }, "weight decay makes the update that of another function"),
    of_method("ema", "the numerator is the exponential average m_t = beta1 m_{t-1} + (1 - beta1) g_t", [](const Properties& p) { return p.ema_numerator; },
              "the numerator is not an exponential average of gradients"),
    of_method("momentum", "beta1 > 0", [](const Properties& p) { return p.beta1 > 0.0; }, "beta1 is 0"),
    of_method("momentum-free", "beta1 = 0", [](const Properties& p) { return p.momentum_free; }, "there is momentum (beta1 > 0)"),
    of_method("monotone-rate", "the A-LR never increases", [](const Properties& p) { return p.monotone_rate; },
              "the A-LR is not monotone (no running maximum, or a bias correction)"),
    of_method("predictable-rate", "the A-LR is known before the gradient is drawn", [](const Properties& p) { return p.predictable_rate; },
              "the A-LR depends on the current gradient"),
    of_method("bounded-rate", "the A-LR has a finite upper bound mu2", [](const Properties& p) { return p.bounded_rate; },
              "the A-LR has no upper bound (eps = 0)"),
    of_method("lipschitz-denominator", "A_t = 1/D(sqrt(v_t)) with D 1-Lipschitz and D(s) >= s", [](const Properties& p) { return p.lipschitz_denominator; },
              "the denominator is not of the form D(s) >= s, 1-Lipschitz"),
    of_method("without-maximum", "the second moment has no running maximum", [](const Properties& p) { return !p.has_max; },
              "the second moment has a running maximum"),
    of_method("uncorrected", "no bias correction", [](const Properties& p) { return !p.corrected; }, "bias corrections enter the A-LR"),
    of_method("memoryless-rate", "beta2 = 0 and no maximum: the A-LR sees the current gradient alone", [](const Properties& p) { return p.adaptive && p.beta2 == 0.0 && p.forgets && !p.corrected; },
              "the second moment has memory"),
    of_method("fading-rate-memory", "the second moment forgets (beta2 < 1, no maximum): near a minimiser the A-LR returns to mu2", [](const Properties& p) { return p.adaptive && p.forgets; },
              "the A-LR does not return to mu2 near a minimiser"),
};

}  // namespace

std::span<const Predicate> predicates() { return table; }

const Predicate* find_predicate(std::string_view id) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const Predicate& predicate) { return predicate.id == id; });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace thalweg
