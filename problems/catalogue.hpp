// The objectives and the noise models there are kernels for, in the order of their tables. A new one is one header and one line here.
#pragma once

#include "lib/core/type_list.hpp"
#include "problems/families/absolute.hpp"
#include "problems/families/ackley.hpp"
#include "problems/families/beale.hpp"
#include "problems/families/booth.hpp"
#include "problems/families/branin.hpp"
#include "problems/families/cosine.hpp"
#include "problems/families/double_well.hpp"
#include "problems/families/flat_saddle.hpp"
#include "problems/families/geman_mcclure.hpp"
#include "problems/families/griewank.hpp"
#include "problems/families/heavy_ball_cycle.hpp"
#include "problems/families/himmelblau.hpp"
#include "problems/families/hinge.hpp"
#include "problems/families/huber.hpp"
#include "problems/families/huber_chain.hpp"
#include "problems/families/hyperbola.hpp"
#include "problems/families/levy.hpp"
#include "problems/families/linear.hpp"
#include "problems/families/linear_chain.hpp"
#include "problems/families/log_cosh.hpp"
#include "problems/families/log_one_plus_square.hpp"
#include "problems/families/log_sum_exp.hpp"
#include "problems/families/matrix_factorisation.hpp"
#include "problems/families/max_norm.hpp"
#include "problems/families/monkey_saddle.hpp"
#include "problems/families/nesterov_worst.hpp"
#include "problems/families/networks.hpp"
#include "problems/families/ogm_worst.hpp"
#include "problems/families/orthogonal_tensor.hpp"
#include "problems/families/phase_retrieval.hpp"
#include "problems/families/pl_sine.hpp"
#include "problems/families/powell_singular.hpp"
#include "problems/families/power.hpp"
#include "problems/families/pseudo_huber.hpp"
#include "problems/families/quadratic.hpp"
#include "problems/families/rastrigin.hpp"
#include "problems/families/rosenbrock.hpp"
#include "problems/families/rotated_pl_sine.hpp"
#include "problems/families/rotated_quadratic.hpp"
#include "problems/families/sine_ridge.hpp"
#include "problems/families/singular_least_squares.hpp"
#include "problems/families/smoothed_l1.hpp"
#include "problems/families/softplus_sum.hpp"
#include "problems/families/sphere.hpp"
#include "problems/families/strict_saddle.hpp"
#include "problems/families/styblinski_tang.hpp"
#include "problems/families/symmetric_factorisation.hpp"
#include "problems/families/tukey.hpp"
#include "problems/families/two_basins.hpp"
#include "problems/families/two_layer_linear.hpp"
#include "problems/families/valley.hpp"
#include "problems/families/welsch.hpp"
#include "problems/families/wood.hpp"
#include "problems/families/zakharov.hpp"
#include "problems/noises/affine.hpp"
#include "problems/noises/alpha_stable.hpp"
#include "problems/noises/biased.hpp"
#include "problems/noises/clipped.hpp"
#include "problems/noises/delayed.hpp"
#include "problems/noises/gaussian.hpp"
#include "problems/noises/laplace.hpp"
#include "problems/noises/multiplicative.hpp"
#include "problems/noises/none.hpp"
#include "problems/noises/pareto.hpp"
#include "problems/noises/rademacher.hpp"
#include "problems/noises/rotated_gaussian.hpp"
#include "problems/noises/sparse.hpp"
#include "problems/noises/student_t.hpp"
#include "problems/noises/two_point.hpp"
#include "problems/noises/uniform.hpp"

namespace thalweg {

struct Formula;          // problems/families/formula.hpp: walks a list, no program for devices
struct FashionLogistic;  // problems/families/logistic.hpp: it has kernels of its own, in packs, which no device compiler reads
// problems/families/linear_model.hpp and the files of the losses: mini-batches on the host alone.
template <class Loss>
struct LinearModel;
struct LeastSquaresLoss;
struct RidgeLoss;
struct LogisticLoss;
struct RobustLoss;
struct HingeLoss;
// problems/families/class_model.hpp and the files of the networks.
template <class Network>
struct ClassModel;
struct LinearScores;
struct HiddenScores;
struct PeriodicLinear;  // problems/families/periodic_linear.hpp: its oracle is a function of the step, which device programs do not ask

using Objectives = TypeList<
    // strongly convex
    Quadratic, RotatedQuadratic, NesterovWorstStrong, HeavyBallCycle, Booth, Zakharov,
    // convex
    Huber, HuberChain, LogCosh, PseudoHuber, SmoothedL1, SoftplusSum, Power, LogSumExp, NesterovWorst, OgmWorst, PowellSingular, Absolute, MaxNorm, Hinge, Linear,
    // Polyak-Lojasiewicz
    PlSine, RotatedPlSine, SineRidge, SingularLeastSquares, Valley,
    // nonconvex
    Cosine, LogOnePlusSquare, Welsch, GemanMcclure, Tukey, DoubleWell, Rastrigin, StyblinskiTang, Rosenbrock, Beale, Himmelblau, Branin, Wood,
    Ackley, Griewank, Levy,
    // saddles and basins
    StrictSaddle, FlatSaddle, MonkeySaddle, TwoBasins,
    // manifolds of minima
    Hyperbola, LinearChain, Sphere, MatrixFactorisation, SymmetricFactorisation, TwoLayerLinear, PhaseRetrieval, OrthogonalTensor,
    // networks
    TanhNetwork, SoftplusNetwork, ReluNetwork, Mlp,
    // data
    LinearModel<LeastSquaresLoss>, LinearModel<RidgeLoss>, LinearModel<LogisticLoss>, LinearModel<RobustLoss>, LinearModel<HingeLoss>,
    ClassModel<LinearScores>, ClassModel<HiddenScores>, FashionLogistic,
    // online
    PeriodicLinear,
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
    BiasedNoise, ClippedNoise, DelayedNoise,
    // with coordinates that depend on each other
    RotatedGaussianNoise>;

}  // namespace thalweg
