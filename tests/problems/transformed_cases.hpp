// Problems inside transformations, and what each is: its value transcribed in extended precision from that of the problem inside.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lib/core/draw.hpp"
#include "tests/problems/synthetic.hpp"

namespace thalweg::test {

using Value = std::function<Big(const Point&)>;

// A text, and the function that it stands for.
struct Transcribed {
  std::string text;
  std::size_t dim;
  Value value;
};

inline Transcribed plain(const std::string& text) {
  const Problem p = make_problem(text);
  return {text, p.dim(), [p](const Point& x) { return definition_of(p.entry.id).value(p, x); }};
}

// ---- transcriptions, each from its definition

inline std::string listed(const std::vector<double>& values) { return written(values); }
inline std::vector<double> uneven(std::size_t n, double first, double step) {
  std::vector<double> out(n);
  for (std::size_t j = 0; j < n; ++j) out[j] = first + step * static_cast<double>((5 * j) % 7);
  return out;
}

inline Transcribed shifted(const Transcribed& f, const std::vector<double>& by) {
  return {"shift(" + f.text + ", by=" + listed(by) + ")", f.dim, [f, by](const Point& x) {
            Point y(x.size());
            for (std::size_t j = 0; j < x.size(); ++j) y[j] = x[j] - Big(by[by.size() == 1 ? 0 : j]);
            return f.value(y);
          }};
}
inline Transcribed stretched(const Transcribed& f, const std::vector<double>& by) {
  return {"condition(" + f.text + ", by=" + listed(by) + ")", f.dim, [f, by](const Point& x) {
            Point y(x.size());
            for (std::size_t j = 0; j < x.size(); ++j) y[j] = Big(by[by.size() == 1 ? 0 : j]) * x[j];
            return f.value(y);
          }};
}
inline Transcribed scaled_by(const Transcribed& f, double c) {
  return {"scale(" + f.text + ", by=" + written(c) + ")", f.dim, [f, c](const Point& x) { return Big(Big(c) * f.value(x)); }};
}
inline Transcribed with_weights(const Transcribed& f, const std::vector<double>& a, const std::vector<double>& centre) {
  return {"add-quadratic(" + f.text + ", a=" + listed(a) + ", centre=" + listed(centre) + ")", f.dim, [f, a, centre](const Point& x) {
            Big sum = f.value(x);
            for (std::size_t j = 0; j < x.size(); ++j) {
              const Big apart = x[j] - Big(centre[centre.size() == 1 ? 0 : j]);
              sum += Big(a[a.size() == 1 ? 0 : j]) * apart * apart / 2;
            }
            return sum;
          }};
}
inline Transcribed regularised(const Transcribed& f, double mu) {
  Transcribed out = with_weights(f, {mu}, {0.0});
  out.text = "regularise(" + f.text + ", mu=" + written(mu) + ")";
  return out;
}
inline Transcribed added(const Transcribed& f, const Transcribed& g) {
  return {"sum(" + f.text + ", " + g.text + ")", f.dim, [f, g](const Point& x) { return Big(f.value(x) + g.value(x)); }};
}
inline Transcribed behind(const Transcribed& f, const std::vector<double>& matrix) {
  const std::size_t n = matrix.size() / f.dim;
  return {"compose(" + f.text + ", matrix=" + listed(matrix) + ")", n, [f, matrix, n](const Point& x) {
            Point y(f.dim, Big(0));
            for (std::size_t i = 0; i < f.dim; ++i)
              for (std::size_t j = 0; j < n; ++j) y[i] += Big(matrix[i * n + j]) * x[j];
            return f.value(y);
          }};
}
inline Transcribed reflected_across(const Transcribed& f) {
  return {"reflect(" + f.text + ")", f.dim, [f](const Point& x) {
            Big sum = 0;
            for (const Big& xj : x) sum += xj;
            Point y = x;
            for (Big& yj : y) yj -= Big(2.0 / static_cast<double>(f.dim)) * sum;
            return f.value(y);
          }};
}

// Q = (I - r u u') M S_2 M S_1 as a matrix, with Hadamard's matrix by its signs (-1)^(bits that i and j share).
inline std::vector<std::vector<Big>> rotation(std::size_t n, std::uint64_t seed) {
  std::vector<std::vector<Big>> Q(n, std::vector<Big>(n, Big(0)));
  std::size_t k = 1;
  while (2 * k <= n) k *= 2;
  const double c = 1.0 / std::sqrt(static_cast<double>(k));
  const auto mixed = [&](std::vector<Big>& z, std::size_t from) {
    std::vector<Big> out(k, Big(0));
    for (std::size_t i = 0; i < k; ++i)
      for (std::size_t j = 0; j < k; ++j) {
        bool odd = false;
        for (std::size_t bits = i & j; bits != 0; bits &= bits - 1) odd = !odd;
        out[i] += Big(odd ? -c : c) * z[from + j];
      }
    for (std::size_t i = 0; i < k; ++i) z[from + i] = out[i];
  };
  std::vector<double> u(n);
  Big squares = 0;
  for (std::size_t j = 0; j < n; ++j) {
    u[j] = std::floor(256.0 * draw_normal(draw_key(seed, 2003), Stream::instance, 0, 0, j) + 0.5) / 256.0;
    squares += Big(u[j]) * Big(u[j]);
  }
  for (std::size_t column = 0; column < n; ++column) {
    std::vector<Big> z(n, Big(0));
    z[column] = 1;
    for (std::uint64_t which : {2001, 2002}) {
      for (std::size_t j = 0; j < n; ++j) z[j] *= Big(draw_sign(draw_key(seed, which), Stream::instance, 0, 0, j));
      mixed(z, 0);
      if (k < n) mixed(z, n - k);
    }
    Big along = 0;
    for (std::size_t j = 0; j < n; ++j) along += Big(u[j]) * z[j];
    for (std::size_t j = 0; j < n; ++j) Q[j][column] = z[j] - Big(2.0 / static_cast<double>(squares)) * Big(u[j]) * along;
  }
  return Q;
}
inline Transcribed rotated(const Transcribed& f, std::uint64_t seed) {
  return {"rotate(" + f.text + ", seed=" + std::to_string(seed) + ")", f.dim, [f, Q = rotation(f.dim, seed)](const Point& x) {
            Point y(x.size(), Big(0));
            for (std::size_t i = 0; i < x.size(); ++i)
              for (std::size_t j = 0; j < x.size(); ++j) y[i] += Q[i][j] * x[j];
            return f.value(y);
          }};
}

// Every transformation around several problems, small and of ten coordinates and more, and some inside others.
inline std::vector<Transcribed> transcribed() {
  std::vector<Transcribed> all;
  for (const char* id : {"pl-sine(dim=10)", "quadratic(dim=5, mu=0.5, L=7)", "huber-chain(dim=12, start=3)", "log-cosh(dim=2)", "welsch(dim=11)", "rosenbrock(dim=4)", "rotated-quadratic(dim=10)"}) {
    const Transcribed f = plain(id);
    all.push_back(shifted(f, {0.75}));
    all.push_back(shifted(f, uneven(f.dim, -1.1, 0.3)));
    all.push_back(stretched(f, uneven(f.dim, 0.5, 0.3)));
    all.push_back(rotated(f, 7));
    all.push_back(reflected_across(f));
    all.push_back(scaled_by(f, 0.3));
    all.push_back(with_weights(f, uneven(f.dim, 0.25, 0.2), {0.5}));
    all.push_back(regularised(f, 1.5));
    all.push_back(added(f, plain("cosine(dim=" + std::to_string(f.dim) + ")")));
  }
  const Transcribed pl = plain("pl-sine(dim=12, scale=[1,2,1,3,1,1,0.5,1,1,1,1,1])"), quadratic = plain("quadratic(dim=2)");
  all.push_back(behind(quadratic, {1, 2, 3, 0, -1, 1}));
  all.push_back(behind(plain("pl-sine(dim=3)"), {1, 0.5, -1, 2, 0.25, 1}));
  all.push_back(behind(plain("log-cosh(dim=3)"), {2, 0, 1, 1, 3, 0, 0, 1, 1}));
  all.push_back(rotated(shifted(pl, {1.0}), 3));
  all.push_back(shifted(rotated(pl, 3), {1.0}));
  all.push_back(scaled_by(regularised(rotated(plain("welsch(dim=16)"), 2), 2.5), 4.0));
  all.push_back(reflected_across(stretched(plain("pl-sine(dim=8)"), uneven(8, 1.0, 0.25))));
  all.push_back(added(rotated(plain("cosine(dim=10)"), 1), rotated(plain("quadratic(dim=10, mu=2)"), 1)));
  return all;
}

}  // namespace thalweg::test
