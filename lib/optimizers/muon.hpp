// Muon: momentum whose matrix is replaced by one with (nearly) the same singular vectors and singular values near 1.
//   m_t = momentum m_{t-1} + w g_t,   u_t = w g_t + momentum m_t (nesterov) or m_t        w = 1 - momentum (buffer = average) or 1 (sum)
//   o_t = scale orthogonalised(u_t)
//   x_{t+1} = x_t - eta (o_t + weight_decay x_t)
// The vector is a matrix of d / columns rows, one row after the other; u = U S V^T.
//   orthogonalisation = newton-schulz    o = u / (|u|_F + eps), or over max(|u|_F, eps) (norm); then `steps` times o = a o + b (o o^T) o + c (o o^T)^2 o with
//                                        a, b, c = 3.4445, -4.7750, 2.0315, which maps each singular value s to a s + b s^3 + c s^5: after five steps those
//                                        above 0.01 lie between 0.68 and 1.14
//   orthogonalisation = polar            o = U V^T: the same from u / |u|_F, 25 times, then 7 times o = 3/2 o - 1/2 (o o^T) o, which is quadratic near 1.
//                                        Singular values below about 1e-12 |u|_F are not resolved; those that are exactly 0 stay.
//   scale: rows-over-columns sqrt(max(1, rows / columns)), match-adam 0.2 sqrt(max(rows, columns)), unclamped sqrt(rows / columns), none 1
// Source: Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks" (github.com/KellerJordan/Muon, muon.py); Liu et al. 2025
// (arXiv:2502.16982) for match-adam. They iterate in bfloat16, here it is the precision of the run.
// Errors. The map of newton-schulz is a polynomial of singular values whose slope is at most 3.4445 a step, so it magnifies those of u by at most 485 in five,
// whatever the condition of u; polar magnifies them by |u|_F over the smallest singular value.
#pragma once

#include <cstddef>

#include "lib/core/scalar_num.hpp"
#include "lib/core/sum.hpp"
#include "lib/optimizers/definition.hpp"
#include "lib/optimizers/rule.hpp"

namespace thalweg {

// Products of matrices, row after row, in one order: each entry adds its terms upwards over the inner index, by fma from 0. R may be a pack whose lanes are
// replicas: each lane is then the scalar program.
namespace matrix {

// out = left right, of rows x inner and inner x columns.
template <class R>
void multiply(const R* __restrict left, const R* __restrict right, std::size_t rows, std::size_t inner, std::size_t columns, R* __restrict out) {
  for (std::size_t i = 0; i < rows; ++i) {
    R* __restrict row = out + i * columns;
    for (std::size_t j = 0; j < columns; ++j) row[j] = R(0.0);
    for (std::size_t k = 0; k < inner; ++k) {
      const R factor = left[i * inner + k];
      for (std::size_t j = 0; j < columns; ++j) row[j] = m::fma(factor, right[k * columns + j], row[j]);
    }
  }
}
// Frobenius norm, in the order of lib/core/sum.hpp.
template <class R>
R length(const R* entries, std::size_t count) {
  Sum<R> sum;
  for (std::size_t j = 0; j < count; ++j) sum.add(m::sqr(entries[j]));
  return m::sqrt(sum.total());
}
template <class R>
void transpose(const R* __restrict from, std::size_t rows, std::size_t columns, R* __restrict to) {
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) to[j * rows + i] = from[i * columns + j];
}

}  // namespace matrix

struct Muon {
  static constexpr unsigned calls = 1;
  static constexpr bool same_sample = true;
  static constexpr std::size_t sums = 0;
  static constexpr std::size_t mapped = 1;  // o
  static constexpr std::size_t room = 5;    // values for each coordinate that the map works in
  enum class Scale : std::uint64_t { rows_over_columns, match_adam, unclamped, none };
  struct Hyper {
    double momentum = 0.95, weight_decay = 0.0, eps = 1e-7;
    std::uint64_t columns = 1, steps = 5;
    std::uint64_t nesterov = 1, average = 1, polar = 0, at_least = 0;
    Scale scale = Scale::rows_over_columns;
  };
  struct Step {
    double momentum, of_gradient, weight_decay, eps;
    std::size_t columns, quintic, cubic;  // steps of either kind
    bool nesterov, at_least;
    Scale scale;
  };
  template <class R>
  struct Slots {
    R m, o;
  };

  static Step at(const Hyper& hyper, std::uint64_t, unsigned) {
    const bool polar = hyper.polar != 0;
    return {hyper.momentum, hyper.average != 0 ? 1.0 - hyper.momentum : 1.0, hyper.weight_decay, polar ? 0.0 : hyper.eps, hyper.columns, polar ? 25 : hyper.steps, polar ? 7U : 0U,
            hyper.nesterov != 0, hyper.at_least != 0, hyper.scale};
  }
  static Slots<double> initial(const Hyper&) { return {0.0, 0.0}; }

  // u_t.
  template <class R>
  THALWEG_HD static R entry(R g, R, Slots<R>& slots, const Step& step) {
    const R weighed = R(step.of_gradient) * g;
    slots.m = m::fma(R(step.momentum), slots.m, weighed);
    return step.nesterov ? m::fma(R(step.momentum), slots.m, weighed) : slots.m;
  }

  // The scale times the orthogonalised matrix, in place.
  template <class R>
  static void map(const Step& step, std::size_t dim, R* u, R* work) {
    const std::size_t columns = step.columns, rows = dim / columns;
    const bool tall = rows > columns;  // the shorter side is the one of o o^T
    const std::size_t n = tall ? columns : rows, length = tall ? rows : columns;
    R *o = work, *flipped = work + dim, *next = work + 2 * dim, *gram = work + 3 * dim, *square = work + 4 * dim;

    const R norm = matrix::length(u, rows * columns), divisor = step.at_least ? m::max(norm, R(step.eps)) : norm + R(step.eps);
    for (std::size_t j = 0; j < rows * columns; ++j) u[j] = m::select(u[j] == R(0.0), R(0.0), u[j] / divisor);
    if (tall) matrix::transpose(u, rows, columns, o);
    else for (std::size_t j = 0; j < n * length; ++j) o[j] = u[j];

    for (std::size_t k = 0; k < step.quintic + step.cubic; ++k) {
      const bool quintic = k < step.quintic;
      const R a = R(quintic ? 3.4445 : 1.5), b = R(quintic ? -4.7750 : -0.5), c = R(quintic ? 2.0315 : 0.0);
      matrix::transpose(o, n, length, flipped);
      matrix::multiply(o, flipped, n, length, n, gram);
      if (quintic) {
        matrix::multiply(gram, gram, n, n, n, square);
        for (std::size_t j = 0; j < n * n; ++j) gram[j] = m::fma(c, square[j], b * gram[j]);
      } else {
        for (std::size_t j = 0; j < n * n; ++j) gram[j] = b * gram[j];
      }
      matrix::multiply(gram, o, n, n, length, next);
      for (std::size_t j = 0; j < n * length; ++j) o[j] = m::fma(a, o[j], next[j]);
    }
    if (tall) matrix::transpose(o, n, length, u);
    else for (std::size_t j = 0; j < n * length; ++j) u[j] = o[j];
    const R scale = R(scaled(step.scale, static_cast<double>(rows), static_cast<double>(columns)));
    for (std::size_t j = 0; j < rows * columns; ++j) u[j] = scale * u[j];
  }

  template <class R>
  THALWEG_HD static R move(R, R x, Slots<R>& slots, const Step& step, R eta, const R*) {
    return m::fma(-eta, m::fma(R(step.weight_decay), x, slots.o), x);
  }

 private:
  static double scaled(Scale scale, double rows, double columns) {
    switch (scale) {
      case Scale::rows_over_columns: return rows > columns ? m::sqrt(rows / columns) : 1.0;
      case Scale::match_adam: return 0.2 * m::sqrt(rows > columns ? rows : columns);
      case Scale::unclamped: return m::sqrt(rows / columns);
      default: return 1.0;
    }
  }
};

struct MuonMethod {
  using Rules = TypeList<Muon>;
  static constexpr bool own_decay = true;
  static MethodEntry entry() {
    MethodEntry entry{{"muon", "Muon", "Jordan et al. 2024 (github.com/KellerJordan/Muon)"},
                      "sign and norm",
                      {fields::momentum(0.95),
                       {"columns", "of the matrix that the vector is, row after row; 1: one column", 1.0, {1.0, 9007199254740992.0, true, true, "must be a whole number >= 1"}, true},
                       {"steps", "of newton-schulz", 5.0, {0.0, 99.0, true, true, "must be a whole number in [0, 99]"}, true},
                       fields::eps(1e-7)},
                      {{"orthogonalisation", "newton-schulz, the quintic iteration, or polar, the polar factor U V^T", {"newton-schulz", "polar"}},
                       {"scale", "of the step: rows-over-columns sqrt(max(1, rows/columns)), match-adam 0.2 sqrt(max(rows, columns)), unclamped sqrt(rows/columns), none",
                        {"rows-over-columns", "match-adam", "unclamped", "none"}},
                       {"nesterov", "whether the gradient is added once more in front of its momentum", {"yes", "no"}},
                       {"buffer", "m: the average of gradients or their sum", {"average", "sum"}},
                       {"norm", "what u is divided by: plus-eps |u| + eps, or at-least-eps max(|u|, eps)", {"plus-eps", "at-least-eps"}}},
                      {{"paper", "github.com/KellerJordan/Muon, muon.py, muon_update, in the precision of the run where it iterates in bfloat16", {}, "commit 857d1ad"},
                       {"torch", "torch/optim/_muon.py, _single_tensor_muon with adjust_lr_fn=None, which iterates in bfloat16", {{"norm", "at-least-eps"}, {"weight_decay", "0.1"}}, "torch 2.15.0"},
                       {"moonshot",
                        "MoonshotAI/Moonlight, examples/toy_train.py, Muon.step, which iterates in bfloat16; Liu et al. 2025 (arXiv:2502.16982)",
                        {{"buffer", "sum"}, {"scale", "match-adam"}, {"weight_decay", "0.1"}},
                        "commit c2ad5b2"},
                       {"polar", "the polar factor itself, in place of five steps towards it", {{"orthogonalisation", "polar"}}}},
                      {"m", "o"}};
    return entry;
  }
  template <class Make>
  static RuleInstance instance(const Definition& d, Make make) {
    const auto whole = [&](const char* name) { return static_cast<std::uint64_t>(d.number(name)); };
    const auto is = [&](const char* field, const char* value) { return d.choice(field) == value; };
    const Muon::Scale scale = is("scale", "match-adam") ? Muon::Scale::match_adam : is("scale", "unclamped") ? Muon::Scale::unclamped : is("scale", "none") ? Muon::Scale::none : Muon::Scale::rows_over_columns;
    return make.template rule<Muon>({d.number("momentum"), d.number("weight_decay"), d.number("eps"), whole("columns"), whole("steps"), is("nesterov", "yes") ? 1U : 0U,
                                     is("buffer", "average") ? 1U : 0U, is("orthogonalisation", "polar") ? 1U : 0U, is("norm", "at-least-eps") ? 1U : 0U, scale});
  }
  static Numerator numerator(const Definition&) { return Numerator::other; }
  // rows is d / columns, row and column are those of the coordinate, from 0.
  static Update update(const Definition& d) {
    const std::string w = d.choice("buffer") == "average" ? "(1 - momentum)*" : "";
    const bool polar = d.choice("orthogonalisation") == "polar";
    Update lines{{"m", "momentum*m + " + w + "g"},
                 {"u", d.choice("nesterov") == "yes" ? w + "g + momentum*m" : "m"},
                 {"length", "sqrt(sum_j(u[j]^2))"},
                 {"o", polar ? "if(u == 0, 0, u/length)" : d.choice("norm") == "plus-eps" ? "if(u == 0, 0, u/(length + eps))" : "if(u == 0, 0, u/max(length, eps))"}};
    // (o o^T v) at the coordinate, with what is made of v's entries there.
    const auto product = [](const std::string& entries) { return "sum(k, 0, rows - 1, sum(l, 0, columns - 1, o[row*columns + l]*o[k*columns + l]*" + entries + "))"; };
    const std::size_t quintic = polar ? 25 : static_cast<std::size_t>(d.number("steps"));
    for (std::size_t k = 0; k < quintic; ++k) {
      lines.push_back({"p", product("o[k*columns + column]")});
      lines.push_back({"o", "3.4445*o - 4.775*p + 2.0315*" + product("p[k*columns + column]")});
    }
    for (std::size_t k = 0; polar && k < 7; ++k) lines.push_back({"o", "3/2*o - 1/2*" + product("o[k*columns + column]")});
    const std::string& scale = d.choice("scale");
    const std::string factor = scale == "rows-over-columns" ? "sqrt(max(1, rows/columns))*" : scale == "match-adam" ? "0.2*sqrt(max(rows, columns))*" : scale == "unclamped" ? "sqrt(rows/columns)*" : "";
    if (!factor.empty()) lines.push_back({"o", factor + "o"});
    lines.push_back({"x", "x - eta*(o + weight_decay*x)"});
    return lines;
  }
};

}  // namespace thalweg
