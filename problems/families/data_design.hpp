// What the families of linear_model.hpp build from: data of a file or of a synthetic design, the spectrum of its Gram matrix, minimisers.
//
// Synthetic design: a_ij = sqrt(s_j) times a normal draw rounded to a multiple of 2^-8, s_j from 1 to 1/condition in geometric progression, or s_j = j^-power.
// A planted solution x* has coordinates drawn likewise and cut to [-2, 2]. Regression: the samples come in pairs of the same row whose targets differ from
// a . x* by opposite errors +-e: the gradient of every even loss of the residual vanishes at x* exactly. Classification: labels follow the logistic law at x*.
// Several classes: x* has a coordinate for each feature and class, and labels 0, 1, ... follow the law with log-probabilities a . x*_c, up to a constant.
//
// Spectrum of G = A'A/n. Up to 64 features its entries are computed in double with the bound gamma_m sqrt(G_jj G_kk) of their rounding (N. J. Higham,
// Accuracy and Stability of Numerical Algorithms, 2002, section 3.1, and Cauchy-Schwarz), and the eigenvalues enclosed as in problems/certify_box.hpp.
// Above: lambda_max is at most the trace, and at most max_k (|A|'|A| v)_k / (n v_k) for positive v (Collatz and Wielandt: R. S. Varga, Matrix Iterative
// Analysis, theorem 2.2; lambda_max(A'A) <= lambda_max(|A|'|A|)), and at least every Rayleigh quotient; lambda_min at least 0.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "problems/families/importance.hpp"
#include "problems/families/linear_model.hpp"

namespace thalweg {

constexpr std::size_t most_certified_features = 64;

enum class Task { regression, classification, classes };

// The parameters of data: file, labels, label, standardise, constant, samples, dim (features, of several classes), classes (of them), condition, power, noise (regression), seed, batch, order, start, box. A family
// of squared losses has label_noise, too. The last of the orders (linear_model.hpp) is order_of_smoothness for smooth losses of a_i . x.
constexpr double last_shuffled_order = 2.0;
Parameter label_noise_parameter();
std::vector<Parameter> data_parameters(Task task, std::vector<Parameter> own, double last_order = order_of_smoothness);
// With a file the synthetic ones and the box are emptied, without one those of the file; one of them that was given is refused.
void complete_data(Parameters& values, const Parameters& given, const Texts& texts);

struct PlantedData {
  std::shared_ptr<const Dataset> data;
  std::string digest;  // empty: synthetic
  // Of a synthetic regression: x*, and a_i . x* - target_i exactly.
  std::vector<double> solution, residuals;
};
PlantedData data_of(const Parameters& values, const Texts& texts, Task task);
DesignView view_of(const Dataset& data);
// s_i = 1 or -1 of the targets of a classification: `positive` lists those that count as 1.
std::vector<double> signs_of(const Dataset& data, const std::vector<double>& positive, const std::string& file);

// Enclosures of quantities of G = A'A/n.
struct GramFacts {
  Constant largest, least;       // eigenvalues
  std::vector<Constant> diagonal;
  Constant mean_row_square;      // trace: mean_i |a_i|^2
  std::vector<double> gram;      // row by row, approximately; empty above most_certified_features
};
GramFacts gram_facts(const Dataset& data);

// A minimiser found numerically: x* = centre + rest within `distance` in norm.
struct FoundMinimiser {
  std::vector<double> centre, rest;
  double distance = 0.0;
};
// Of |A x - b|^2 / (2 n) + (lambda/2) |x|^2: normal equations, refined with residuals in twice the precision; the distance is |gradient| / mu with the gradient
// enclosed. residuals becomes a_i . x* - b_i rounded. Nothing where mu is not certified to be positive or the distance is above 1e-8 (1 + |x*|).
std::optional<FoundMinimiser> least_squares_minimiser(const Dataset& data, const GramFacts& gram, double lambda, std::vector<double>& residuals);

// The solution of M x = b for a symmetric positive definite M, row by row, nearly: by Cholesky's method in a fixed order, since what comes of it is recorded.
std::vector<double> solved(std::vector<double> matrix, std::vector<double> b);

// |v| in the order of lib/core/sum.hpp.
double norm(const std::vector<double>& v);

// The minimiser of a strongly convex function of d variables, nearly: Newton's method from 0 with halved steps, until the gradient no longer falls.
// gradient_at(x, hessian) is the gradient, and fills the Hessian, row by row, where it is not null.
std::vector<double> newton_minimiser(std::size_t d, const std::function<std::vector<double>(const std::vector<double>& x, std::vector<double>* hessian)>& gradient_at);

// |v| <= this.
double norm_above(const std::vector<Interval>& v);

// The pieces that are alike in all families: arrays kept, start, box.
template <class Loss>
Built<LinearModel<Loss>> built_model(const Parameters& values, const PlantedData& planted, std::shared_ptr<Storage> storage, const Loss& loss, double lambda,
                                     const std::vector<double>& centre, const std::vector<double>& rest, Facts facts);
PerCoordinate<double> data_start(const Parameters& values, std::size_t dim);
Box data_box(const Parameters& values, std::size_t dim);

template <class Loss>
Built<LinearModel<Loss>> built_model(const Parameters& values, const PlantedData& planted, std::shared_ptr<Storage> storage, const Loss& loss, double lambda,
                                     const std::vector<double>& centre, const std::vector<double>& rest, Facts facts) {
  const std::size_t d = planted.data->features;
  const std::vector<double> zeros(d, 0.0);
  facts.dim = d;
  const Batches batches = kept(sampling_of(values, *planted.data), *storage);
  facts.independent_batches = !batches.shuffled;
  const LinearModel<Loss> functor{view_of(*planted.data), storage->keep(centre.empty() ? zeros : centre), storage->keep(rest.empty() ? zeros : rest), lambda, batches, loss};
  storage->keep(planted.data);
  return {functor, storage, std::move(facts), data_start(values, d), data_box(values, d), planted.digest};
}

}  // namespace thalweg
