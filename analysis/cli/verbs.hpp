// The verbs of the program: one file each. program.cpp reads the command line into these structs; a verb returns the exit code.
// Answers go to standard output, talk and progress to standard error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace thalweg::cli {

// What every verb understands.
struct Common {
  bool json = false;
  bool quick = false;
  std::optional<std::uint64_t> seed;
  std::size_t threads = 0;              // 0: all
  std::size_t replicas_per_wave = 0;    // on a device; 0: all
  std::string isa;                      // "", "v2", "v3", "v4"
  std::string engine = "cpu";
  std::optional<std::string> out;       // folder of the store
  std::optional<std::uint64_t> replicas;
  std::vector<std::string> set;         // "name=value"
  std::string precision;                // "": the study's, or double
};

struct VerifyOptions : Common {
  std::vector<std::string> names;       // theorems, studies or files; none: every theorem on its own instances
  bool all = false;
  std::optional<std::uint64_t> most_replicas;  // most replicas of a random cell; none: eight times its declared ones
  std::optional<double> level;          // family-wise; none: the study's
  bool attack = false;                  // search for the tightest instances
  bool figures = true;                  // of claims, drawn beside the store
  std::optional<double> budget;         // seconds a theorem, of a search
  std::vector<std::string> problems, noises, methods, grid;  // what narrows a search; grid: "name=value,value,..."
  bool searches() const { return attack || budget || !problems.empty() || !noises.empty() || !methods.empty() || !grid.empty(); }
};
int verify(const VerifyOptions& options);

struct RunOptions : Common {
  std::string study;
  bool estimate = false;                // only say how long it will take and how much memory
};
int run(const RunOptions& options);

struct CompareOptions : Common {
  std::string study, metric = "f_gap";
  std::optional<double> target, level;  // the study's level
  double reduction = 1e-3;
};
int compare(const CompareOptions& options);

struct CalibrateOptions {
  std::uint64_t cells = 100000, repetitions = 10000, seed = 1;
  std::size_t replicas = 64, threads = 0;
  std::size_t most = std::size_t{1} << 20;  // replicas, for the power
  double level = 0.01;
  bool json = false;
};
int calibrate(const CalibrateOptions& options);

struct FiguresOptions : Common {
  std::string store;
  std::vector<std::string> formats = {"svg", "pdf", "png"};
};
int figures(const FiguresOptions& options);

struct ListOptions : Common {
  std::string what;
  std::vector<std::string> with;   // properties of problems
  std::uint64_t dim = 0;           // 0: each problem's own
  double most_condition = 0.0;     // 0: any
};
int list(const ListOptions& options);

struct ShowOptions : Common {
  std::string id;
  std::vector<std::string> problem_set;  // "name=value"
  bool latex = false;
  bool check = false;                    // the id is a file: say all that is wrong with it
};
int show(const ShowOptions& options);
int check(const ShowOptions& options);

int doctor(const Common& options);

struct SharpnessOptions : Common {
  std::string problem, objective, method = "adam", noise = "none";  // neither of the first two: pl-sine
  std::vector<std::string> problem_set, noise_set;  // "name=value"
  std::uint64_t steps = 2000;
  double level = 1e-3;
};
int sharpness(const SharpnessOptions& options);

struct EpsilonOptions : Common {
  std::string method = "adam", problem, objective, noise;  // no noise: two-point, or none where mini-batches are drawn
  std::vector<std::string> problem_set, noise_set;  // "name=value"
  std::optional<std::uint64_t> dim;
  std::optional<double> condition;
  std::optional<std::string> eps, beta; // "low:high:points" or "a,b,c"
  std::string eta = "fixed", effective; // fixed, iso-effective, tuned; an expression, "": 0.1 / L
  std::string metric = "mean_grad_sq", figure;
  std::string study;                    // a built-in study of epsilon instead
  std::optional<std::uint64_t> horizon; // 2000
  bool box = false;
  double level = 0.01;
};
int epsilon(const EpsilonOptions& options);

struct ReplayOptions {
  std::string method, grads;
  std::string x0;                       // "a,b,..." or one number for all; "": 0
  std::string shape;                    // "ROWSxCOLS" of the matrix that the coordinates are, row after row; "": the method's field columns
  std::string schedule;                 // an expression in t and T; "": 1e-3, or --set eta
  std::vector<std::string> set;         // "name=value"
  std::string precision = "double";
  std::uint64_t every = 1;
  bool state = false, json = false;
};
int replay(const ReplayOptions& options);

struct TraceOptions {
  std::string method, problem, objective, noise = "none";  // problem or objective
  std::vector<std::string> problem_set, noise_set, set;  // "name=value"
  std::string start;                    // "a,b,..." or one number for all; "": the problem's
  std::string schedule;                 // an expression; "": 1e-3 for adaptive methods, else half the descent lemma's
  std::uint64_t steps = 100, every = 1, seed = 1;
  bool json = false;
};
int trace(const TraceOptions& options);

// A problem with a region, as certify and falsify are given them.
struct SubjectOptions {
  std::string problem, objective;       // one of the two
  std::vector<std::string> problem_set; // "name=value"
  std::optional<std::uint64_t> dim;
  std::string region;                   // "half-width" or "lower:upper"; "": none given
  bool json = false;
};

struct CertifyOptions : SubjectOptions {
  std::string constant;
  std::optional<std::size_t> coordinate;
  std::optional<double> tolerance;      // 1e-9 for sums over coordinates, else 1e-3
  std::size_t pieces = 200000;
};
int certify(const CertifyOptions& options);

struct FalsifyOptions : SubjectOptions {
  std::vector<std::string> claims;      // "name=value" or "convex"
  std::uint64_t budget = 1000000, seed = 1;
};
int falsify(const FalsifyOptions& options);

struct PagesOptions {
  std::optional<std::string> folder;    // none: docs/methods and docs/problems, or the one that `of` names
  std::string of;                       // "methods", "problems"; empty: problems where the folder's name is that, else methods
};
int pages(const PagesOptions& options);

struct DiffOptions {
  std::vector<std::string> methods;
  std::string grads, problem;           // neither: gradients are searched for that tell the two apart
  std::vector<std::string> problem_set; // "name=value"
  std::string noise = "none";           // of the table of more than two
  std::vector<std::string> set;         // "name=value,value,..."
  std::string schedule;                 // an expression in t and T; "": 1e-3
  std::uint64_t steps = 1000;
  bool json = false;
};
int diff(const DiffOptions& options);

struct BenchOptions : Common {
  std::string problem = "pl-sine", method = "adam", noise = "gaussian";
  std::string layout = "automatic";
  std::optional<std::uint64_t> dim;    // the problem's own, or 100
  std::optional<std::uint64_t> steps;  // 2000, or as many as take a second
  std::optional<std::size_t> records;  // 64, or one in 31 steps
  double seconds = 2.0;                // spent on timing, beyond the least number of runs
  bool metrics = false;                // what each metric costs
};
int bench(const BenchOptions& options);

struct ExportOptions : Common {
  std::string store;
};
int export_records(const ExportOptions& options);

}  // namespace thalweg::cli
