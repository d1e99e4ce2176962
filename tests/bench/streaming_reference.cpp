#define THALWEG_REFERENCE plain
#include "tests/bench/reference_body.hpp"
