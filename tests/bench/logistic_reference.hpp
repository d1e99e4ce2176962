// What the gradient of logistic regression is measured against, compiled for this machine (logistic_reference.cpp): its two matrix products by Eigen.
#pragma once

#include <cstddef>

namespace thalweg::bench {

struct LogisticShape {
  std::size_t features = 785, classes = 10, batch = 128, replicas = 64;  // Fashion-MNIST: 28 x 28 pixels and the constant feature
};

// One replica: scores = weights images and gradient = scores images', with no softmax between; weights and gradient are classes x features, images
// features x batch, all row after row, which of all storage orders is Eigen's fastest.
void eigen_products(const LogisticShape&, const double* weights, const double* images, double* scores, double* gradient);
void eigen_products(const LogisticShape&, const float* weights, const float* images, float* scores, float* gradient);

}  // namespace thalweg::bench
