// The program as a function: reads the command line, calls a verb, turns errors into one line and an exit code.
#pragma once

namespace thalweg::cli {

int program(int argc, char** argv);

}  // namespace thalweg::cli
