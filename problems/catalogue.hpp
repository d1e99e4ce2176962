// The objectives and the noise models there are kernels for, in the order of their tables. A new one is one header and one line here.
#pragma once

#include "lib/core/type_list.hpp"
#include "problems/cosine.hpp"
#include "problems/huber.hpp"
#include "problems/huber_chain.hpp"
#include "problems/log_cosh.hpp"
#include "problems/log_one_plus_square.hpp"
#include "problems/noise.hpp"
#include "problems/pl_sine.hpp"
#include "problems/quadratic.hpp"
#include "problems/singular_least_squares.hpp"

namespace thalweg {

struct FashionLogistic;  // problems/logistic.hpp: it has kernels of its own, in packs, which no device compiler reads

using Objectives = TypeList<Quadratic, Huber, HuberChain, LogCosh, PlSine, SingularLeastSquares, Cosine, LogOnePlusSquare, FashionLogistic>;
using Noises = TypeList<NoNoise, GaussianNoise, TwoPointNoise>;

}  // namespace thalweg
