#define THALWEG_REFERENCE fast
#include "tests/bench/reference_body.hpp"
