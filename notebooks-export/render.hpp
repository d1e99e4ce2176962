// Draws a figure spec with Debian's matplotlib in a process of its own. Absence is an answer: a sentence that names the missing package.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lib/engine/engine.hpp"
#include "notebooks-export/figure.hpp"

namespace thalweg {

// Whether figures can be drawn here. The interpreter is $THALWEG_PYTHON, else the first of /usr/bin/python3 and python3 on PATH that has matplotlib.
Availability drawing_availability();

// That interpreter; empty where there is none.
std::string drawing_interpreter();

// Writes <stem>.json and draws <stem>.<format> for each of svg, pdf, png (SpecError for another). Returns the files written. EnvironmentError
// says what is missing or repeats what the drawing program said; the spec is kept. The same spec gives the same bytes, whatever the user's
// matplotlibrc says and whatever lies in the working directory.
std::vector<std::filesystem::path> render(const Figure& figure, const std::filesystem::path& stem, const std::vector<std::string>& formats);

}  // namespace thalweg
