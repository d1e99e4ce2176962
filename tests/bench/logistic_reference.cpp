#include "tests/bench/logistic_reference.hpp"

#include <Eigen/Core>

namespace thalweg::bench {
namespace {

template <class T>
void products(const LogisticShape& shape, const T* weights, const T* images, T* scores, T* gradient) {
  using M = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto features = static_cast<Eigen::Index>(shape.features), classes = static_cast<Eigen::Index>(shape.classes);
  const auto batch = static_cast<Eigen::Index>(shape.batch);
  const Eigen::Map<const M> w(weights, classes, features), a(images, features, batch);
  Eigen::Map<M> z(scores, classes, batch), g(gradient, classes, features);
  z.noalias() = w * a;
  g.noalias() = z * a.transpose();
}

}  // namespace

void eigen_products(const LogisticShape& shape, const double* weights, const double* images, double* scores, double* gradient) {
  products(shape, weights, images, scores, gradient);
}
void eigen_products(const LogisticShape& shape, const float* weights, const float* images, float* scores, float* gradient) {
  products(shape, weights, images, scores, gradient);
}

}  // namespace thalweg::bench
