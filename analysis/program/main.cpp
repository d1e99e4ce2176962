// The program with the built-in problems. One with problems of your own: analysis/cli/own_program.hpp.
#include "analysis/cli/program.hpp"

int main(int argc, char** argv) { return thalweg::cli::program(argc, argv); }
