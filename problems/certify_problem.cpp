#include "problems/certify_problem.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lib/core/check.hpp"
#include "problems/certify.hpp"
#include "problems/certify_box.hpp"
#include "problems/regularity.hpp"

namespace thalweg {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::size_t most_unlike = 4096;  // terms that are looked at one by one

bool is_supremum(ConstantName name) {
  return name == ConstantName::L || name == ConstantName::L_j || name == ConstantName::G_j || name == ConstantName::weak_convexity;
}

// ---- one variable

// Extremes of a function of one variable over an interval or the whole line.
class OneVariable {
 public:
  OneVariable(const Enclosure& g, const Interval& domain, double tolerance, std::size_t most_pieces) : g_(g), domain_(domain), most_pieces_(most_pieces) {
    double size = 0.0;
    const double reach = domain.bounded() ? 0.0 : 8.0;
    for (int i = 0; i <= 64; ++i) {
      const double part = i / 64.0, x = domain.bounded() ? (1.0 - part) * domain.lower() + part * domain.upper() : reach * (2.0 * part - 1.0);
      const double value = g(Interval(domain.bounded() ? std::clamp(x, domain.lower(), domain.upper()) : x)).value.magnitude();
      if (std::isfinite(value)) size = std::max(size, value);
    }
    tolerance_ = tolerance * (size > 0.0 ? size : 1.0);
  }

  Extreme least() const { return domain_.bounded() ? infimum(g_, {domain_}, tolerance_, most_pieces_) : on_the_line(g_); }
  Extreme greatest() const {
    const Enclosure negated = [this](const Interval& x) { return -g_(x); };
    const Extreme e = domain_.bounded() ? infimum(negated, {domain_}, tolerance_, most_pieces_) : on_the_line(negated);
    return {-e.upper, -e.lower, e.at, e.pieces, e.converged};
  }
  Extreme magnitude() const {
    const Extreme above = greatest(), below = least();
    return {std::max({above.lower, -below.upper, 0.0}), std::max(above.upper, -below.lower), above.lower >= -below.upper ? above.at : below.at,
            above.pieces + below.pieces, above.converged && below.converged};
  }

 private:
  // The infimum, with outer pieces as far out as they must be not to decide; their bound stands where that is nowhere.
  Extreme on_the_line(const Enclosure& g) const {
    Extreme e{};
    std::size_t pieces = 0;
    for (double r : {4.0, 32.0, 256.0, 2048.0}) {
      e = infimum(g, {{-r, r}}, tolerance_, most_pieces_);
      pieces += e.pieces + 2;
      const double beyond = std::min(g(Interval(-infinity, -r)).value.lower(), g(Interval(r, infinity)).value.lower());
      e.lower = std::min(e.lower, beyond);
      e.converged = e.upper - e.lower <= tolerance_;
      e.pieces = pieces;
      if (e.converged) break;
    }
    return e;
  }

  const Enclosure& g_;
  Interval domain_;
  double tolerance_ = 0.0;
  std::size_t most_pieces_;
};

// ---- sums over coordinates

// f of one coordinate as a function with its derivative.
Enclosure value_and_slope(const TermEnclosures& term) {
  return [term](const Interval& x) { return Dual<Interval>(term.value(x), term.slope(x)); };
}

Extreme of_term(const OverBoxes& f, const Problem& problem, const Inquiry& inquiry, std::size_t j, const Interval& domain, double tolerance) {
  const TermEnclosures term = f.term(j);
  const auto over = [&](const Enclosure& g) { return OneVariable(g, domain, tolerance, inquiry.most_pieces); };
  switch (inquiry.constant) {
    case ConstantName::L:
    case ConstantName::L_j: return over(term.curvature_and_third).magnitude();
    case ConstantName::G_j: return over(term.slope_and_curvature).magnitude();
    case ConstantName::mu: return over(term.curvature_and_third).least();
    case ConstantName::weak_convexity: {
      const Extreme e = over(term.curvature_and_third).least();
      return {std::max(0.0, -e.upper), std::max(0.0, -e.lower), e.at, e.pieces, e.converged};
    }
    case ConstantName::f_star: return over(value_and_slope(term)).least();
    case ConstantName::mu_pl: break;
  }
  PlDomain of{std::nullopt, domain, {}};
  if (problem.facts.minimiser) of.minimiser = (*problem.facts.minimiser)[j];
  if (f.has_tail()) of.tail = f.tail(j);
  if (domain.bounded() || (of.tail && of.minimiser == 0.0)) {
    const double curvature = term.curvature(Interval(of.minimiser.value_or(domain.mid()))).magnitude();
    const double size = std::isfinite(curvature) && curvature > 0.0 ? curvature : 1.0;
    const Extreme coarse = pl_constant(term, of, tolerance * size, inquiry.most_pieces);
    if (!coarse.converged || coarse.upper - coarse.lower <= tolerance * coarse.upper) return coarse;
    // The constant may be far below the curvature; one that is 0 is as good as reached.
    Extreme fine = pl_constant(term, of, tolerance * std::max(coarse.upper, 1e-6 * size), inquiry.most_pieces);
    fine.pieces += coarse.pieces;
    return fine;
  }
  // No tail is proved: what strong convexity gives, and the curvature at the minimiser.
  const Extreme e = over(term.curvature_and_third).least();
  const Interval there = of.minimiser ? term.curvature(Interval(*of.minimiser)) : Interval::whole();
  const double most = there.lower() > 0.0 ? there.upper() : infinity;
  return {std::max(0.0, e.lower), most, of.minimiser.value_or(0.0), e.pieces, most - e.lower <= tolerance * most};
}

// Whether one term stands for all.
bool alike(const Problem& problem, const Box& region) {
  const auto scale = problem.parameters.find("scale");
  const auto one = [](const PerCoordinate<double>& side) { return side.size() == 0 || side.stored().size() == 1; };
  if (scale == problem.parameters.end() || scale->second.size() != 1 || !one(region.lower) || !one(region.upper)) return false;
  return !problem.facts.minimiser || problem.facts.minimiser->stored().size() == 1;
}

Certificate of_sum(const OverBoxes& f, const Problem& problem, const Inquiry& inquiry, const Box& region) {
  const std::size_t n = f.dim();
  const double tolerance = inquiry.tolerance.value_or(1e-9);
  std::vector<std::size_t> terms;
  if (inquiry.coordinate) {
    terms = {*inquiry.coordinate};
  } else if (alike(problem, region)) {
    terms = {0};
  } else {
    if (n > most_unlike)
      throw SpecError({{}, "dim", std::to_string(n), "at most " + std::to_string(most_unlike) + " coordinates that are not alike are looked at; --coordinate J asks for one of L_j and G_j"});
    for (std::size_t j = 0; j < n; ++j) terms.push_back(j);
  }
  const bool supremum = is_supremum(inquiry.constant), sum = inquiry.constant == ConstantName::f_star;
  Certificate out{supremum ? -infinity : infinity, supremum ? -infinity : infinity, {}, 0, true, "subdivision in one variable", region, {}, false};
  const bool listed = n <= most_unlike;
  out.at.assign(listed ? n : 0, 0.0);
  const auto elsewhere = [&](double x) { return problem.facts.minimiser ? problem.facts.minimiser->values() : std::vector<double>(n, x); };
  Interval total(0.0);
  for (std::size_t j : terms) {
    const Interval domain = region.everything() ? Interval::whole() : Interval(region.lower[j], region.upper[j]);
    const Extreme e = of_term(f, problem, inquiry, j, domain, tolerance);
    out.pieces += e.pieces;
    out.converged = out.converged && e.converged;
    total += Interval(e.lower, e.upper);
    const bool better = supremum ? e.lower > out.lower : e.upper < out.upper;
    if (listed && !sum && better) out.at = elsewhere(e.at);
    if (listed && (sum || better)) out.at[j] = e.at;
    out.lower = supremum ? std::max(out.lower, e.lower) : std::min(out.lower, e.lower);
    out.upper = supremum ? std::max(out.upper, e.upper) : std::min(out.upper, e.upper);
  }
  if (sum) {
    if (terms.size() < n) {
      total *= Interval(static_cast<double>(n));
      if (listed) std::fill(out.at.begin(), out.at.end(), out.at.front());
    }
    out.lower = total.lower();
    out.upper = total.upper();
  }
  if (inquiry.constant == ConstantName::mu_pl)
    out.how = region.everything() ? (f.has_tail() ? "near part, subdivision and tail, in one variable" : "least curvature and that at the minimiser; no tail is proved")
                                  : "near part and subdivision in one variable";
  return out;
}

// ---- any function, on a region

IntervalBox points(const std::vector<double>& x) {
  IntervalBox out;
  out.reserve(x.size());
  for (double xj : x) out.emplace_back(xj);
  return out;
}

// -rho over boxes, rho = |grad f|^2 / (2 (f - f*)).
class PlRatio {
 public:
  PlRatio(const OverBoxes& f, const Problem& problem) : f_(f), n_(f.dim()), g_(n_), product_(n_) {
    if (!problem.facts.minimiser) return;
    minimiser_ = problem.facts.minimiser->values();
    const IntervalBox there = points(minimiser_);
    f_.gradient(there, g_);
    if (!std::all_of(g_.begin(), g_.end(), [](const Interval& gj) { return gj.contains(0.0); })) minimiser_.clear();
  }

  BoxValue operator()(const IntervalBox& box) {
    const Interval whole = ratio(box);
    double lower = std::max(0.0, whole.lower());
    lower = std::max(lower, curvature_towards_minimiser(box));
    std::vector<double> centre;
    for (const Interval& side : box) centre.push_back(side.mid());
    const Interval there = ratio(points(centre));
    lower = std::max(lower, mean_value(box, centre, there));
    return {-lower, -seen(centre, there)};
  }

 private:
  Interval ratio(const IntervalBox& x) {
    f_.gradient(x, g_);
    square_ = Interval(0.0);
    for (const Interval& gj : g_) square_ += m::sqr(gj);
    value_ = f_.value(x);
    return square_ / (Interval(2.0) * value_);
  }
  // At the minimiser itself the ratio's infimum over directions is the least eigenvalue.
  double seen(const std::vector<double>& centre, const Interval& there) const {
    if (centre == minimiser_) {
      const IntervalBox point = points(centre);
      const Interval least = spectrum_over(f_.hessian(point), n_).least;
      return least.lower() > 0.0 ? least.upper() : infinity;
    }
    return there.upper();
  }
  double curvature_towards_minimiser(const IntervalBox& box) const {
    if (minimiser_.empty()) return 0.0;
    IntervalBox joined = box;
    for (std::size_t j = 0; j < n_; ++j) joined[j] = hull(box[j], Interval(minimiser_[j]));
    return spectrum_over(f_.hessian(joined), n_).least.lower();
  }
  // grad rho = H g / f - |g|^2 g / (2 f^2), over the box.
  double mean_value(const IntervalBox& box, const std::vector<double>& centre, const Interval& there) {
    ratio(box);
    if (!(value_.lower() > 0.0)) return 0.0;
    f_.product(box, g_, product_);
    const Interval half = square_ / (Interval(2.0) * m::sqr(value_));
    Interval mean = there;
    for (std::size_t j = 0; j < n_; ++j) mean += (product_[j] / value_ - half * g_[j]) * (box[j] - Interval(centre[j]));
    return mean.bounded() ? mean.lower() : 0.0;
  }

  const OverBoxes& f_;
  std::size_t n_;
  std::vector<Interval> g_, product_;
  std::vector<double> minimiser_;  // empty: none that is a stationary point
  Interval square_, value_;
};

BoxExtreme negated(BoxExtreme e) {
  const double lower = -e.upper;
  e.upper = -e.lower;
  e.lower = lower;
  return e;
}

BoxExtreme least_value_on(const OverBoxes& f, const IntervalBox& region, const Effort& effort) {
  std::vector<Interval> g(f.dim());
  return negated(supremum_over(
      [&](const IntervalBox& box) {
        double lower = f.value(box).lower();
        std::vector<double> centre;
        for (const Interval& side : box) centre.push_back(side.mid());
        const IntervalBox point = points(centre);
        const Interval there = f.value(point);
        f.gradient(box, g);
        Interval mean = there;
        for (std::size_t j = 0; j < box.size(); ++j) mean += g[j] * (box[j] - Interval(centre[j]));
        if (mean.bounded()) lower = std::max(lower, mean.lower());
        return BoxValue{-lower, -there.upper()};
      },
      region, effort.relative_tolerance, effort.most_pieces));
}

BoxExtreme greatest_over_coordinates(const Inquiry& inquiry, std::size_t n, const std::function<BoxExtreme(std::size_t)>& of) {
  if (inquiry.coordinate) return of(*inquiry.coordinate);
  BoxExtreme all = of(0);
  for (std::size_t j = 1; j < n; ++j) {
    BoxExtreme one = of(j);
    one.pieces += all.pieces;
    one.converged = one.converged && all.converged;
    const BoxExtreme& best = one.lower > all.lower ? one : all;
    all = {best.lower, std::max(one.upper, all.upper), best.at, one.pieces, one.converged};
  }
  return all;
}

BoxExtreme over_boxes(const OverBoxes& f, const Problem& problem, const Inquiry& inquiry, const IntervalBox& region) {
  const Effort effort{inquiry.tolerance.value_or(1e-3), inquiry.most_pieces};
  switch (inquiry.constant) {
    case ConstantName::L: return lipschitz_on(f, region, effort);
    case ConstantName::L_j: return greatest_over_coordinates(inquiry, f.dim(), [&](std::size_t j) { return curvature_on(f, j, region, effort); });
    case ConstantName::G_j: return greatest_over_coordinates(inquiry, f.dim(), [&](std::size_t j) { return slope_on(f, j, region, effort, !problem.facts.differentiable); });
    case ConstantName::mu: return least_curvature_on(f, region, effort);
    case ConstantName::weak_convexity: {
      BoxExtreme e = negated(least_curvature_on(f, region, effort));
      e.lower = std::max(0.0, e.lower);
      e.upper = std::max(0.0, e.upper);
      return e;
    }
    case ConstantName::f_star: return least_value_on(f, region, effort);
    case ConstantName::mu_pl: break;
  }
  PlRatio ratio(f, problem);
  return negated(supremum_over([&](const IntervalBox& box) { return ratio(box); }, region, effort.relative_tolerance, effort.most_pieces));
}

Certificate of_region(const OverBoxes& f, const Problem& problem, const Inquiry& inquiry, const Box& region) {
  const BoxExtreme e = over_boxes(f, problem, inquiry, intervals(region));
  const bool pl = inquiry.constant == ConstantName::mu_pl;
  return {pl ? std::max(0.0, e.lower) : e.lower, e.upper, e.at, e.pieces, e.converged, pl ? "strong convexity about the minimiser and subdivision of boxes" : "subdivision of boxes", region, {}, false};
}

// The PL constant of a sum is that of its worst term where the other terms can be 0, or where all terms are alike and so can be the coordinates. Elsewhere
// the worst term bounds it from below alone.
Certificate of_sum_or_region(const OverBoxes& f, const Problem& problem, const Inquiry& inquiry, const Box& region) {
  Certificate terms = of_sum(f, problem, inquiry, region);
  if (inquiry.constant != ConstantName::mu_pl || f.dim() == 1 || alike(problem, region)) return terms;
  const auto& minimiser = problem.facts.minimiser;
  bool inside = minimiser.has_value();
  for (std::size_t j = 0; j < f.dim() && inside; ++j) inside = region.lower[j] <= (*minimiser)[j] && (*minimiser)[j] <= region.upper[j];
  if (inside) return terms;
  Inquiry boxes = inquiry;
  boxes.most_pieces = std::max<std::size_t>(8, inquiry.most_pieces / f.dim());
  Certificate whole = of_region(f, problem, boxes, region);
  whole.lower = std::max(whole.lower, terms.lower);
  whole.pieces += terms.pieces;
  return whole;
}

// ---- what the problem says

// Of the whole space (global) or of the problem's region.
Constant stated(const Facts& facts, const Inquiry& inquiry, bool global) {
  const auto of_coordinates = [&](const PerCoordinate<Constant>& all) {
    if (all.empty()) return Constant{};
    if (inquiry.coordinate) return all[*inquiry.coordinate];
    Constant most = all.front();
    for (const Constant& c : all.stored()) most = {std::max(most.lower, c.lower), std::max(most.upper, c.upper), std::max(most.trust, c.trust), c.upper > most.upper ? c.source : most.source};
    return most;
  };
  switch (inquiry.constant) {
    case ConstantName::L: return global ? facts.L : facts.on_region.L;
    case ConstantName::L_j: return of_coordinates(global ? facts.L_j : facts.on_region.L_j);
    case ConstantName::G_j: return global == facts.region.everything() ? of_coordinates(facts.gradient_bound) : Constant{};
    case ConstantName::mu: return global ? facts.mu : facts.on_region.least_curvature;
    case ConstantName::mu_pl: return global ? (facts.pl ? facts.mu_pl : Constant{}) : facts.on_region.mu_pl;
    case ConstantName::f_star: return global ? facts.f_star : Constant{};
    case ConstantName::weak_convexity: return global ? facts.weak_convexity : Constant{};
  }
  return {};
}

bool inside(const Box& part, const Box& whole) {
  if (whole.everything()) return true;
  if (part.everything()) return false;
  for (std::size_t j = 0; j < part.lower.size(); ++j)
    if (part.lower[j] < whole.lower[j] || part.upper[j] > whole.upper[j]) return false;
  return true;
}

// The statement nearest to the set that was looked at, and whether the two have no value in common. A constant of a larger set bounds from one side.
void compare(const Problem& problem, const Inquiry& inquiry, Certificate& c) {
  const Facts& facts = problem.facts;
  const bool of_box = facts.on_box && inquiry.constant == ConstantName::f_star;  // then f* is that of the box
  const Box everywhere = of_box ? problem.box : Box{};
  for (bool global : {false, true}) {
    const Box& set = global ? everywhere : facts.region;
    if (!inside(c.region, set) || (!global && set.everything())) continue;
    const Constant declared = stated(facts, inquiry, global);
    if (!declared.known()) continue;
    c.declared = declared;
    const bool same = set == c.region;
    const bool too_small = c.lower > declared.upper, too_large = c.upper < declared.lower;  // the declared one
    c.contradicted = is_supremum(inquiry.constant) ? too_small || (same && too_large) : too_large || (same && too_small);
    return;
  }
}

// A formula of which the problem is made may be discontinuous: what holds at the middle of a box and of its slopes says nothing of the box.
bool may_jump(const std::string& text) {
  for (std::size_t open = text.find('"'); open != std::string::npos;) {
    const std::size_t close = text.find('"', open + 1);
    if (close == std::string::npos) return false;
    if (regularity(Expression::parse(text.substr(open + 1, close - open - 1))) == Regularity::jumps) return true;
    open = text.find('"', close + 1);
  }
  return false;
}

void check(const Problem& problem, const OverBoxes& f, const Inquiry& inquiry) {
  const Facts& facts = problem.facts;
  if (may_jump(problem.text)) throw SpecError({{}, "problem", problem.text, "may jump (if with a condition on x, floor): nothing can be enclosed; write what is continuous with abs, min and max"});
  const std::string id(problem.entry.id), name(to_string(inquiry.constant));
  if (f.nothing()) throw SpecError({{}, "problem", id, "has no formula that runs over intervals: nothing can be enclosed"});
  if (!inquiry.region.everything() && inquiry.region.lower.size() != problem.dim())
    throw SpecError({{}, "--region", std::to_string(inquiry.region.lower.size()) + " sides", "must have " + std::to_string(problem.dim()) + ", one for each coordinate of the problem"});
  if (inquiry.coordinate && inquiry.constant != ConstantName::L_j && inquiry.constant != ConstantName::G_j)
    throw SpecError({{}, "--coordinate", std::to_string(*inquiry.coordinate), "belongs to L_j and G_j, not to " + name});
  if (inquiry.coordinate && *inquiry.coordinate >= problem.dim())
    throw SpecError({{}, "--coordinate", std::to_string(*inquiry.coordinate), "must be below dim = " + std::to_string(problem.dim()) + ": coordinates count from 0"});
  if (inquiry.constant == ConstantName::mu_pl && !facts.f_star.known())
    throw SpecError({{}, "--constant", name, "speaks of f - f*, and no f* of '" + id + "' is known: declare f_star (--problem-set f_star=0)"});
  if (!facts.differentiable && inquiry.constant != ConstantName::G_j && inquiry.constant != ConstantName::f_star)
    throw SpecError({{}, "--constant", name, "is none of '" + id + "', which has kinks, or may have where it switches: G_j and f_star can be enclosed"});
}

// f - f* is what runs: the infimum of f has f* added.
void add_minimum(const Problem& problem, const Inquiry& inquiry, Certificate& c) {
  const Constant& f_star = problem.facts.f_star;
  if (inquiry.constant != ConstantName::f_star || !std::isfinite(f_star.upper)) return;
  const Interval sum = Interval(c.lower, c.upper) + Interval(f_star.lower, f_star.upper);
  c.lower = sum.lower();
  c.upper = sum.upper();
}

}  // namespace

Certificate certify(const Problem& problem, const Inquiry& inquiry) {
  const OverBoxes f(problem);
  check(problem, f, inquiry);
  const Facts& facts = problem.facts;
  Box region = inquiry.region;
  if (region.everything() && facts.on_box) region = problem.box;
  Certificate c{};
  bool settled = false;
  if (region.everything() && f.separable()) {
    c = of_sum(f, problem, inquiry, {});
    const bool says_something = facts.region.everything() || (inquiry.constant == ConstantName::mu_pl && c.lower > 0.0);
    settled = std::isfinite(c.lower) && std::isfinite(c.upper) && (c.converged || says_something);
  }
  if (!settled) {
    if (region.everything()) region = facts.region;
    if (region.everything())
      throw SpecError({{}, "--region", "", "is needed: " + std::string(to_string(inquiry.constant)) + " of " + problem.text + " is not enclosed on all of R^d; give a half-width, or lower:upper"});
    c = f.separable() ? of_sum_or_region(f, problem, inquiry, region) : of_region(f, problem, inquiry, region);
  }
  if (inquiry.constant == ConstantName::mu_pl && !(facts.f_star.upper < infinity)) {  // f less a bound of f* stands for f - f*: it bounds the ratio from below alone
    c.upper = infinity;
    c.converged = false;
  }
  add_minimum(problem, inquiry, c);
  c.lower += 0.0;  // no -0
  compare(problem, inquiry, c);
  return c;
}

}  // namespace thalweg
