// The catalogue with the families that no device compiler reads: for the sources that need every objective complete.
#pragma once

#include "problems/catalogue.hpp"
#include "problems/families/formula.hpp"
#include "problems/families/least_squares.hpp"
#include "problems/families/logistic.hpp"
#include "problems/families/logistic_regression.hpp"
#include "problems/families/mlp_classifier.hpp"
#include "problems/families/multinomial_regression.hpp"
#include "problems/families/periodic_linear.hpp"
#include "problems/families/ridge.hpp"
#include "problems/families/robust_regression.hpp"
#include "problems/families/support_vector.hpp"
