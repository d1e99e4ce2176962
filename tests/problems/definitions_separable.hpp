// Sums over the coordinates of one function of one variable, and their chains.
#pragma once

#include "problems/families/ogm_worst.hpp"
#include "problems/families/spectra.hpp"
#include "tests/problems/definitions.hpp"

namespace thalweg::test {

using OneTerm = std::function<Big(const Problem&, const Big&)>;

inline std::function<Big(const Problem&, const Point&)> scaled_sum_of(const OneTerm& term) {
  return [term](const Problem& p, const Point& x) {
    const std::vector<double> scale = values_of(p, "scale");
    Big sum = 0;
    for (std::size_t j = 0; j < x.size(); ++j) sum += scale[j] * term(p, x[j]);
    return sum;
  };
}
inline double largest_coordinate(const std::vector<double>& x) {
  double most = 0.0;
  for (double xi : x) most = std::max(most, std::fabs(xi));
  return most;
}
inline double by_smoothness(const Problem& p, const std::vector<double>& x) {
  const Constant& L = p.facts.smooth ? p.facts.L : p.facts.on_region.L;
  return L.upper * largest_coordinate(x);
}
inline Big huber_term(const Big& x, double L, double tau) {
  const Big a = abs(x), l(L), t(tau);
  return a <= t ? Big(l * x * x / 2) : Big(l * t * a - l * t * t / 2);
}
// Hadamard's matrix by Sylvester's doubling.
inline int hadamard(std::size_t n, std::size_t i, std::size_t j) {
  if (n == 1) return 1;
  const std::size_t half = n / 2;
  return (i >= half && j >= half ? -1 : 1) * hadamard(half, i % half, j % half);
}
inline Big least_squares(const Problem& p, const Point& x) {
  const std::size_t d = p.dim(), rank = count(p.parameters, "rank");
  const std::vector<double> lambda = geometric(number(p.parameters, "mu"), number(p.parameters, "L"), rank).values();
  Big sum = 0;
  for (std::size_t i = 0; i < rank; ++i) {
    Big row = 0;
    for (std::size_t j = 0; j < d; ++j) row += hadamard(d, i, j) * x[j];
    sum += Big(lambda[i]) / d * row * row / 2;
  }
  return sum;
}

inline std::vector<FamilyDefinition> separable_definitions() {
  const auto sum = [](const OneTerm& term) { return scaled_sum_of(term); };
  const Parameters uneven = {{"scale", {1.5, 0.2, 1.0}}}, one = {{"dim", {1}}};
  std::vector<FamilyDefinition> all;
  all.push_back({"quadratic", {{{"spectrum", {0.5, 3.0, 7.0}}, {"region", {2.5}}}, {{"dim", {1}}, {"L", {2.0}}}, {{"dim", {5}}, {"mu", {0.1}}, {"L", {1.0}}}, {{"dim", {12}}, {"kind", {2}}, {"L", {100}}}},
                 [](const Problem& p, const Point& x) {
                   const bool listed = !list(p.parameters, "spectrum").empty();
                   const std::vector<double>& kind = list(p.parameters, "kind");
                   const std::vector<double> lambda =
                       !kind.empty() ? spectrum_of_kind(static_cast<SpectrumKind>(kind.front()), number(p.parameters, "mu"), number(p.parameters, "L"), p.dim())
                       : listed ? values_of(p, "spectrum") : geometric(number(p.parameters, "mu"), number(p.parameters, "L"), p.dim()).values();
                   Big f = 0;
                   for (std::size_t j = 0; j < x.size(); ++j) f += lambda[j] * x[j] * x[j] / 2;
                   return f;
                 }});
  all.push_back({"huber", {{{"dim", {3}}, {"L", {1.0, 2.0, 0.5}}, {"tau", {1.0, 0.3, 2.0}}}, {{"L", {3.0}}, {"tau", {0.7}}}},
                 [](const Problem& p, const Point& x) {
                   Big f = 0;
                   for (std::size_t j = 0; j < x.size(); ++j) f += huber_term(x[j], values_of(p, "L")[j], values_of(p, "tau")[j]);
                   return f;
                 }, nullptr, nullptr, true});
  all.push_back({"ogm-worst", {{}, {{"steps", {1}}, {"L", {3.0}}, {"start", {0.7}}}},
                 [](const Problem& p, const Point& x) { return huber_term(x[0], number(p.parameters, "L"), static_cast<const OgmWorst*>(p.objective.functor.get())->tau[0]); }, nullptr, nullptr, true});
  all.push_back({"huber-chain", {{{"dim", {3}}, {"L", {2.0}}, {"tau", {0.6}}}, {{"dim", {1}}}},
                 [](const Problem& p, const Point& x) {
                   Big f = 0;
                   for (std::size_t j = 0; j < x.size(); ++j)
                     f += huber_term(j == 0 ? x[0] : Big(x[j] - x[j - 1]), number(p.parameters, "L"), number(p.parameters, "tau"));
                   return f;
                 }, nullptr, by_smoothness, true});
  all.push_back({"max-norm", {{{"dim", {3}}, {"scale", {2.0}}}, {{"dim", {1}}}},
                 [](const Problem& p, const Point& x) {
                   Big most = 0;
                   for (const Big& xi : x) most = abs(xi) > most ? Big(abs(xi)) : most;
                   return Big(number(p.parameters, "scale") * most);
                 }});
  all.back().kink_at = [](const Problem&, const std::vector<double>& x) {
    double most = 0.0;
    for (double xi : x) most = std::max(most, std::fabs(xi));
    return most == 0.0 || std::count_if(x.begin(), x.end(), [&](double xi) { return std::fabs(xi) == most; }) > 1;
  };
  // Rows may cancel: the error is relative to the sum of absolute terms.
  all.push_back({"singular-least-squares",
                 {{{"dim", {4}}, {"rank", {3}}, {"mu", {0.3}}, {"L", {2.0}}, {"region", {1.5}}}, {{"dim", {2}}, {"rank", {1}}, {"L", {3.0}}}}, least_squares,
                 [](const Problem& p, const Point& x) {
                   Big scale = 0;
                   for (const Big& xi : x) scale += xi * xi * p.facts.L.upper;
                   return scale;
                 }, by_smoothness});
  all.push_back({"log-cosh", {{{"scale", {1.01, 0.25, 4.0}}}, {{"scale", {1.01}}}}, sum([](const Problem&, const Big& t) { return Big(log(cosh(t))); })});
  all.push_back({"pl-sine", {{{"scale", {1.0, 0.7}}, {"region", {3.0}}}, one}, sum([](const Problem&, const Big& t) { return Big(t * t + 3 * sin(t) * sin(t)); })});
  all.push_back({"cosine", {uneven}, sum([](const Problem&, const Big& t) { return Big(1 - cos(t)); })});
  all.push_back({"log-one-plus-square", {{{"scale", {2.0, 0.3}}}}, sum([](const Problem&, const Big& t) { return Big(log(1 + t * t)); })});
  all.push_back({"pseudo-huber", {{{"scale", {1.5, 0.2, 1.0}}, {"delta", {0.7}}}, one}, sum([](const Problem& p, const Big& t) {
                   const Big delta = of(p, "delta");
                   return Big(delta * delta * (sqrt(1 + t * t / (delta * delta)) - 1));
                 })});
  all.push_back({"smoothed-l1", {uneven, {{"dim", {1}}, {"eps", {0.3}}}}, sum([](const Problem& p, const Big& t) {
                   return Big(sqrt(t * t + of(p, "eps") * of(p, "eps")) - of(p, "eps"));
                 })});
  all.push_back({"softplus-sum", {uneven, one}, sum([](const Problem&, const Big& t) { return Big(log(1 + exp(t))); })});
  all.push_back({"power", {uneven, {{"dim", {1}}, {"exponent", {6}}}, {{"dim", {2}}, {"exponent", {16}}}},
                 sum([](const Problem& p, const Big& t) { return Big(pow(t, static_cast<int>(number(p.parameters, "exponent"))) / of(p, "exponent")); })});
  all.push_back({"absolute", {uneven, one}, sum([](const Problem&, const Big& t) { return Big(abs(t)); })});
  all.push_back({"hinge", {uneven, one}, sum([](const Problem&, const Big& t) { return t < 1 ? Big(1 - t) : Big(0); })});
  all.push_back({"periodic-linear", {{}, {{"C", {5}}, {"box", {3}}}}, [](const Problem& p, const Point& x) { return Big((of(p, "C") - 2) / 3 * (x[0] + of(p, "box") / 2)); },
                 [](const Problem& p, const Point& x) { return Big(abs(x[0]) * of(p, "C")); }, [](const Problem&, const std::vector<double>&) { return 1.0; }});
  all.push_back({"linear", {uneven, {{"box", {6.0}}}}, sum([](const Problem& p, const Big& t) { return Big(t + of(p, "box") / 2); }),
                 [](const Problem&, const Point&) { return Big(1); }});
  all.push_back({"heavy-ball-cycle", {uneven, one}, sum([](const Problem&, const Big& t) {
                   // The integral of the slope from 0.
                   if (t < 1) return Big(25 * t * t / 2);
                   if (t < 2) return Big(Big(25) / 2 + (t * t - 1) / 2 + 24 * (t - 1));
                   return Big(Big(25) / 2 + Big(3) / 2 + 24 + 25 * (t * t - 4) / 2 - 24 * (t - 2));
                 }), nullptr, nullptr, true});
  all.push_back({"welsch", {{{"scale", {1.5, 0.2, 1.0}}, {"c", {1.3}}}, one}, sum([](const Problem& p, const Big& t) {
                   const Big c = of(p, "c");
                   return Big(c * c / 2 * (1 - exp(-t * t / (c * c))));
                 }), nullptr, by_smoothness});
  all.push_back({"geman-mcclure", {{{"scale", {1.5, 0.2, 1.0}}, {"c", {1.3}}}, one},
                 sum([](const Problem& p, const Big& t) { return Big(t * t / 2 / (1 + t * t / (of(p, "c") * of(p, "c")))); })});
  all.push_back({"tukey", {{{"scale", {1.5, 0.2, 1.0}}, {"c", {1.3}}}, one}, sum([](const Problem& p, const Big& t) {
                   const Big c = of(p, "c"), u = t / c, inside = 1 - u * u;
                   return Big(c * c / 6 * (abs(u) < 1 ? Big(1 - inside * inside * inside) : Big(1)));
                 }), nullptr, by_smoothness, true});
  all.push_back({"double-well", {uneven, one}, sum([](const Problem&, const Big& t) { return Big((t * t - 1) * (t * t - 1) / 4); }), nullptr,
                 [](const Problem&, const std::vector<double>&) { return 1.0; }});
  all.push_back({"rastrigin", {uneven, {{"dim", {1}}, {"height", {0.01}}}}, sum([](const Problem& p, const Big& t) {
                   const Big pi(0x1.921fb54442d18p+1);  // the family's
                   return Big(t * t + of(p, "height") * (1 - cos(2 * pi * t)));
                 }), nullptr, by_smoothness});
  all.push_back({"styblinski-tang", {uneven, one}, sum([](const Problem&, const Big& t) {
                   // By its Taylor coefficients about r without the linear one, which is 0 at the minimiser proper.
                   const Big r(-0x1.73a700c60cd8ap+1), K(0x1.14aa1ae408b90p+4), u = t - r;
                   return Big(K * u * u + 2 * r * u * u * u + u * u * u * u / 2);
                 }), nullptr, [](const Problem&, const std::vector<double>& x) { return 1e2 * (1.0 + std::pow(largest_coordinate(x), 3.0)); }});
  return all;
}

}  // namespace thalweg::test
