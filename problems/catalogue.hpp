// The objectives and the noise models there are kernels for, in the order of their tables. A new one is one header and one line here.
#pragma once

#include "lib/core/type_list.hpp"
#include "problems/families/absolute.hpp"
#include "problems/families/cosine.hpp"
#include "problems/families/double_well.hpp"
#include "problems/families/geman_mcclure.hpp"
#include "problems/families/heavy_ball_cycle.hpp"
#include "problems/families/hinge.hpp"
#include "problems/families/huber.hpp"
#include "problems/families/huber_chain.hpp"
#include "problems/families/linear.hpp"
#include "problems/families/log_cosh.hpp"
#include "problems/families/log_one_plus_square.hpp"
#include "problems/families/pl_sine.hpp"
#include "problems/families/power.hpp"
#include "problems/families/pseudo_huber.hpp"
#include "problems/families/quadratic.hpp"
#include "problems/families/rastrigin.hpp"
#include "problems/families/singular_least_squares.hpp"
#include "problems/families/smoothed_l1.hpp"
#include "problems/families/softplus_sum.hpp"
#include "problems/families/styblinski_tang.hpp"
#include "problems/families/tukey.hpp"
#include "problems/families/welsch.hpp"
#include "problems/noises/affine.hpp"
#include "problems/noises/alpha_stable.hpp"
#include "problems/noises/biased.hpp"
#include "problems/noises/clipped.hpp"
#include "problems/noises/gaussian.hpp"
#include "problems/noises/laplace.hpp"
#include "problems/noises/multiplicative.hpp"
#include "problems/noises/none.hpp"
#include "problems/noises/pareto.hpp"
#include "problems/noises/rademacher.hpp"
#include "problems/noises/sparse.hpp"
#include "problems/noises/student_t.hpp"
#include "problems/noises/two_point.hpp"
#include "problems/noises/uniform.hpp"

namespace thalweg {

struct Formula;          // problems/families/formula.hpp: walks a list, no program for devices
struct FashionLogistic;  // problems/families/logistic.hpp: it has kernels of its own, in packs, which no device compiler reads

using Objectives = TypeList<
    // strongly convex
    Quadratic, HeavyBallCycle,
    // convex
    Huber, HuberChain, LogCosh, PseudoHuber, SmoothedL1, SoftplusSum, Power, Absolute, Hinge, Linear,
    // Polyak-Lojasiewicz
    PlSine, SingularLeastSquares,
    // nonconvex
    Cosine, LogOnePlusSquare, Welsch, GemanMcclure, Tukey, DoubleWell, Rastrigin, StyblinskiTang,
    // data
    FashionLogistic,
    // given as text
    Formula>;
using Noises = TypeList<
    NoNoise,
    // independent of x, all moments finite
    GaussianNoise, TwoPointNoise, RademacherNoise, UniformNoise, LaplaceNoise,
    // heavy-tailed
    StudentNoise, StableNoise, ParetoNoise,
    // growing with the gradient
    AffineNoise, MultiplicativeNoise, SparseNoise,
    // biased
    BiasedNoise, ClippedNoise>;

}  // namespace thalweg
