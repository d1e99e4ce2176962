// A problem in coordinates that a seeded orthogonal map couples:  F(x) = f(Q x),  Q = (I - r u u') M S_2 M S_1.
//
// S_1 and S_2 change signs, u is a vector of normal draws in multiples of 2^-8, r the double next to 2 / (u'u), and M mixes: k the largest power of two that is
// at most d, Hadamard's matrix of size k times the double c next to 1 / sqrt(k) is applied to the first k coordinates and, where k < d, then to the last k.
// No matrix is stored; a product costs 4 d log2 d additions at most. Each factor is orthogonal up to rounding of its one constant: the singular values lie
// in a product of intervals about 1 (|1 - r u'u|, and c sqrt(k) for every application), which the constants take into account.
// Source: A. S. Householder, J. ACM 5, 1958; N. Ailon, B. Chazelle, SIAM J. Comput. 39, 2009 (Hadamard's matrix with random signs).
#pragma once

#include "problems/transformation.hpp"

namespace thalweg {

struct Rotate {
  static constexpr Entry entry{"rotate", "f(Q x), Q orthogonal from a seed", "Householder 1958; Ailon & Chazelle 2009"};
  static constexpr std::string_view rules = "L, mu, mu_pl, curvatures, growth, error bound, M and f* stay up to 1e-15; L_j from the columns of Q; the minimiser where it is 0; G_j by intervals and L";
  static constexpr std::size_t operands = 1;

  struct Map {
    View<const double> first_signs, second_signs, u;
    std::size_t block;  // k
    double c, r;

    template <class R>
    void argument(View<const R> x, View<R> y) const {
      for (std::size_t j = 0; j < x.size(); ++j) y[j] = R(first_signs[j]) * x[j];
      mix(y);
      for (std::size_t j = 0; j < x.size(); ++j) y[j] = R(second_signs[j]) * y[j];
      mix(y);
      reflect(y);
    }
    template <class R>
    void back(View<const R> h, View<R> g) const {
      for (std::size_t j = 0; j < h.size(); ++j) g[j] = h[j];
      reflect(g);
      unmix(g);
      for (std::size_t j = 0; j < h.size(); ++j) g[j] = R(second_signs[j]) * g[j];
      unmix(g);
      for (std::size_t j = 0; j < h.size(); ++j) g[j] = R(first_signs[j]) * g[j];
    }

   private:
    template <class R>
    void mix(View<R> z) const {
      hadamard(z.data());
      if (block < z.size()) hadamard(z.data() + (z.size() - block));
    }
    template <class R>
    void unmix(View<R> z) const {
      if (block < z.size()) hadamard(z.data() + (z.size() - block));
      hadamard(z.data());
    }
    // c times Hadamard's matrix, in place.
    template <class R>
    void hadamard(R* z) const {
      for (std::size_t half = 1; half < block; half *= 2)
        for (std::size_t begin = 0; begin < block; begin += 2 * half)
          for (std::size_t j = begin; j < begin + half; ++j) {
            const R a = z[j], b = z[j + half];
            z[j] = a + b;
            z[j + half] = a - b;
          }
      for (std::size_t j = 0; j < block; ++j) z[j] = R(c) * z[j];
    }
    template <class R>
    void reflect(View<R> z) const {
      Sum<R> sum;
      for (std::size_t j = 0; j < z.size(); ++j) sum.add(R(u[j]) * z[j]);
      const R s = R(r) * sum.total();
      for (std::size_t j = 0; j < z.size(); ++j) z[j] = z[j] - R(u[j]) * s;
    }
  };

  static std::vector<Parameter> parameters() { return {{"seed", {1.0}, 0.0, 1e9, true, "of the signs and of u"}}; }
  static Transformation<Map> build(const Parameters& values, const std::vector<Problem>& inner);
};

}  // namespace thalweg
