// The program: reads the command line, calls a verb, turns errors into one clear line and an exit code.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/cli/program.hpp"
#include "analysis/cli/session.hpp"
#include "analysis/cli/verbs.hpp"
#include "analysis/study/version.hpp"
#include "lib/core/check.hpp"
#include "lib/engine/batch.hpp"

namespace {

using namespace thalweg::cli;

enum ExitCode { ok = 0, bad_input = 2, environment = 4 };

// Validators that say what is allowed; `answered` puts the option in front: "--steps = 0: must be a whole number from 1 to 4096".
CLI::Validator whole(std::uint64_t low, std::uint64_t high) {
  const auto check = [low, high](const std::string& text) {
    std::uint64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool good = failure == std::errc() && end == text.data() + text.size() && value >= low && value <= high;
    return good ? std::string() : "= " + text + ": must be a whole number from " + std::to_string(low) + " to " + std::to_string(high);
  };
  return CLI::Validator(check, "in [" + std::to_string(low) + " - " + std::to_string(high) + "]");
}

CLI::Validator between(double low, double high) {
  const auto check = [low, high](const std::string& text) {
    double value = 0.0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool good = failure == std::errc() && end == text.data() + text.size() && value >= low && value <= high;
    std::ostringstream allowed;
    allowed << "= " << text << ": must be a number from " << low << " to " << high;
    return good ? std::string() : allowed.str();
  };
  return CLI::Validator(check, "");
}

CLI::Validator finite() {
  const auto check = [](const std::string& text) {
    double value = 0.0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failure == std::errc() && end == text.data() + text.size() && std::isfinite(value) ? std::string() : "= " + text + ": must be a finite number";
  };
  return CLI::Validator(check, "");
}

CLI::Validator one_of(std::vector<std::string> words) {
  std::string listed;
  for (const std::string& word : words) listed += (listed.empty() ? "" : ", ") + word;
  const auto check = [words, listed](const std::string& text) {
    if (std::find(words.begin(), words.end(), text) != words.end()) return std::string();
    const std::vector<std::string_view> known(words.begin(), words.end());
    const std::string_view near = thalweg::nearest(text, known);
    return "= " + text + ": must be one of " + listed + (near.empty() ? std::string() : "; did you mean '" + std::string(near) + "'?");
  };
  return CLI::Validator(check, "{" + listed + "}");
}

void add_common(CLI::App* verb, Common& common) {
  verb->add_flag("--json", common.json, "Print one JSON object with a schema field");
  verb->add_option("--seed", common.seed, "Seed of all draws (default: the study's, else 1)")->check(whole(0, ~std::uint64_t{0} >> 1));
  verb->add_option("--threads", common.threads, "Threads (default: all)")->check(whole(1, 4096));
  verb->add_option("--isa", common.isa, "Force an instruction set: the numbers do not change")->check(one_of({"v2", "v3", "v4"}));
  verb->add_option("--engine", common.engine, "Where to run")->check(one_of({"cpu", "cuda"}));
  verb->add_option("--replicas-per-wave", common.replicas_per_wave, "With --engine cuda: replicas on the device at once (default: all)")
      ->check(whole(1, std::uint64_t{1} << 31));
}

void add_cells(CLI::App* verb, Common& common) {
  verb->add_option("--out", common.out, "Folder of the store (default: thalweg-results/<study>)");
  verb->add_option("--replicas", common.replicas, "Replicas of every random cell")->check(whole(1, std::uint64_t{1} << 31));
  verb->add_option("--set", common.set, "name=value for a hyper-parameter: eta (an expression), beta1, beta2, eps, beta, p, ...")->allow_extra_args(false);
  verb->add_option("--precision", common.precision, "double, float, or mixed: float but for what is recorded (default: the study's)")
      ->check(one_of({"double", "float", "mixed"}));
  verb->add_flag("--quick", common.quick, "An eighth of the replicas and steps");
}

void add_subject(CLI::App* verb, SubjectOptions& options) {
  verb->add_option("problem", options.problem, "Id of the problem");
  verb->add_option("--objective", options.objective, "A problem of your own instead: a formula in x[0] ... x[d-1]; --problem-set has its constants");
  verb->add_option("--problem-set", options.problem_set, "name=value for a parameter of the problem")->allow_extra_args(false);
  verb->add_option("--dim", options.dim, "Coordinates, where the problem has that parameter")->check(whole(1, std::uint64_t{1} << 48));
  verb->add_option("--region", options.region, "HALF_WIDTH of the cube about 0, or lower:upper, each a number or a,b,...; --region=-1:2 where the first is negative")->allow_extra_args(false);
  verb->add_flag("--json", options.json, "Print one JSON object with a schema field");
}

// Help and version are answers; everything else is one line that says where help is.
int answered(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return app.exit(error);
  const auto verbs = app.get_subcommands();  // those that were named
  const CLI::App& verb = verbs.empty() ? app : *verbs.front();
  std::string message = error.what();
  if (const std::size_t at = message.find(": = "); at != std::string::npos) message.erase(at, 1);  // of the validators above
  const std::vector<std::string> rest = verb.remaining();
  if (const auto unknown = std::find_if(rest.begin(), rest.end(), [](const std::string& word) { return word.starts_with('-'); }); unknown != rest.end()) {
    std::vector<std::string> names;
    for (const CLI::Option* option : verb.get_options())
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    const std::vector<std::string_view> known(names.begin(), names.end());
    message = *unknown + ": " + thalweg::unknown_clause("option", *unknown, known);
  }
  std::replace(message.begin(), message.end(), '\n', ' ');
  std::fprintf(stderr, "thalweg: %s (thalweg %s--help)\n", message.c_str(), verbs.empty() ? "" : (verb.get_name() + " ").c_str());
  return bad_input;
}

int out_of_memory() {
  std::fprintf(stderr, "thalweg: not enough memory; fewer replicas (--replicas), fewer steps or a smaller dimension need less\n");
  return environment;
}

}  // namespace

int thalweg::cli::program(int argc, char** argv) {
  CLI::App app{"Thalweg verifies convergence bounds, measures the sharpness of minima, and draws theory figures."};
  app.name("thalweg");
  app.require_subcommand(1);
  app.set_version_flag("--version", "thalweg " + std::string(thalweg::code_version()));
  app.footer("Examples:\n  thalweg verify seed-claims\n  thalweg show theorem-g\n  thalweg sharpness --problem pl-sine --method adam --set eta=0.01\nEvery verb: thalweg VERB --help");
  int code = ok;

  VerifyOptions verify_options;
  auto* verify_verb = app.add_subcommand("verify", "Verdicts for theorems or a study");
  verify_verb->add_option("names", verify_options.names, "Ids of theorems, the id of a study, or .toml files; none: every theorem on its own instances");
  verify_verb->add_flag("--all", verify_options.all, "One line per cell");
  verify_verb->add_option("--most-replicas", verify_options.most_replicas, "Most replicas of an undecided cell, added in rounds that double them (default: 8 times those declared; with --quick no more than those)")
      ->check(whole(1, std::uint64_t{1} << 31));
  verify_verb->add_option("--level", verify_options.level, "Family-wise error probability of the whole table (default: the study's, 1e-3)")->check(between(1e-12, 0.5));
  add_common(verify_verb, verify_options);
  add_cells(verify_verb, verify_options);
  verify_verb->add_flag("--attack", verify_options.attack, "Search for the tightest instances, and judge them with fresh draws");
  verify_verb->add_flag("!--no-figures", verify_options.figures, "Of a file of claims: leave out the figures and the page that shows them");
  verify_verb->add_option("--problem", verify_options.problems, "Search instances among these problems, not the theorem's own: ids, whose parameters are searched, or texts such as \"rotate(cosine(dim=3), seed=7)\"");
  verify_verb->add_option("--noise", verify_options.noises, "The same for noises");
  verify_verb->add_option("--method", verify_options.methods, "The same for methods, with presets: adam@seed");
  verify_verb->add_option("--grid", verify_options.grid, "name=value,value,... for a number of the search: eps, beta1, dim, sigma, eta, T, ...");
  verify_verb->add_option("--budget", verify_options.budget, "Seconds of search a theorem (default: 120 with --attack, else 6)")->check(between(0.1, 1e6));
  verify_verb->footer("Examples:\n  thalweg verify\n  thalweg verify theorem-g --all\n  thalweg verify theorem-g --method adam --grid eps=1e-8,1e-3,1\n  thalweg verify r-11-sgd-nonconvex --attack --budget 30\n  thalweg verify seed-claims --json > results.json\n  thalweg verify my-theorem.toml --replicas 4096\n  thalweg verify my-theorem.toml --replicas 256 --most-replicas 65536");
  verify_verb->callback([&] { code = verify(verify_options); });

  RunOptions run_options;
  auto* run_verb = app.add_subcommand("run", "Run the cells of a study that its store does not hold yet");
  run_verb->add_option("study", run_options.study, "Id of a built-in study, or a .toml file")->required();
  add_common(run_verb, run_options);
  add_cells(run_verb, run_options);
  run_verb->add_flag("--estimate", run_options.estimate, "Run nothing: say how long it will take, and how much memory and disk");
  run_verb->footer("Examples:\n  thalweg run my-study.toml --estimate\n  thalweg run my-study.toml --out results/my-study");
  run_verb->callback([&] { code = run(run_options); });

  FiguresOptions figures_options;
  auto* figures_verb = app.add_subcommand("figures", "Draw the figures of the studies in a store");
  figures_verb->add_option("store", figures_options.store, "Folder of the store")->required();
  figures_verb->add_option("--formats", figures_options.formats, "Formats (default: svg,pdf,png)")->delimiter(',')->check(one_of({"svg", "pdf", "png"}));
  figures_verb->add_option("--out", figures_options.out, "Folder of the pictures (default: <store>/figures)");
  figures_verb->footer("Example:\n  thalweg figures results/seed-claims");
  figures_verb->callback([&] { code = figures(figures_options); });

  ListOptions list_options;
  auto* list_verb = app.add_subcommand("list", "Catalogues");
  list_verb->add_option("what", list_options.what, "methods, schedules, problems, transformations, noises, theorems, studies, claims, figures or predicates")
      ->required()
      ->check(one_of({"methods", "schedules", "problems", "transformations", "noises", "theorems", "studies", "claims", "figures", "predicates"}));
  list_verb->add_flag("--json", list_options.json, "An array of objects with at least id, name, source");
  list_verb->add_option("--with", list_options.with, "Problems that have all of these properties: pl,nonconvex (an unknown word lists them)")->delimiter(',');
  list_verb->add_option("--dim", list_options.dim, "Problems that come in this many coordinates")->check(whole(1, std::uint64_t{1} << 40));
  list_verb->add_option("--condition", list_options.most_condition, "Problems whose L / mu, or L / mu_pl, is at most this")->check(between(1.0, 1e300));
  list_verb->footer("Examples:\n  thalweg list theorems --json\n  thalweg list problems --with pl,nonconvex --dim 100 --condition 1e4");
  list_verb->callback([&] { code = list(list_options); });

  ShowOptions show_options;
  auto* show_verb = app.add_subcommand("show", "One entry: a method, problem, theorem, study, or a file");
  show_verb->add_option("id", show_options.id, "Its id, or a file")->required();
  show_verb->add_flag("--json", show_options.json, "As JSON");
  show_verb->add_option("--problem-set", show_options.problem_set, "name=value for a parameter of a problem")->allow_extra_args(false);
  show_verb->add_flag("--latex", show_options.latex, "The formula in LaTeX");
  show_verb->add_flag("--check", show_options.check, "Of a file, a theorem card or a study: all that is wrong with it, units included; exit code 2 if anything is");
  show_verb->footer("Examples:\n  thalweg show theorem-a\n  thalweg show adam@eps-hat\n  thalweg show rastrigin --problem-set dim=3\n  thalweg show \"rotate(pl-sine, seed=7)\" --problem-set dim=10\n  thalweg show my-theorem.toml\n  thalweg show --check my-theorem.toml");
  show_verb->callback([&] { code = show_options.check ? check(show_options) : show(show_options); });

  Common doctor_options;
  auto* doctor_verb = app.add_subcommand("doctor", "What this machine offers, and why not");
  add_common(doctor_verb, doctor_options);
  doctor_verb->footer("Example:\n  thalweg doctor");
  doctor_verb->callback([&] { code = doctor(doctor_options); });

  SharpnessOptions sharpness_options;
  auto* sharpness_verb = app.add_subcommand("sharpness", "Train, then measure the sharpness of the minimum found, with intervals");
  sharpness_verb->add_option("--problem", sharpness_options.problem, "Id of the problem");
  sharpness_verb->add_option("--objective", sharpness_options.objective, "A problem of your own: a formula in x[0] ... x[d-1]; --problem-set has dim, start, region and its constants");
  sharpness_verb->add_option("--problem-set", sharpness_options.problem_set, "name=value for a parameter of the problem")->allow_extra_args(false);
  sharpness_verb->add_option("--noise", sharpness_options.noise, "Id of the noise");
  sharpness_verb->add_option("--noise-set", sharpness_options.noise_set, "name=value for a parameter of the noise")->allow_extra_args(false);
  sharpness_verb->add_option("--method", sharpness_options.method, "Id of the method, with its preset");
  sharpness_verb->add_option("--steps", sharpness_options.steps, "Steps of training")->check(whole(1, thalweg::most_steps));
  sharpness_verb->add_option("--level", sharpness_options.level, "Error probability of intervals that rest on a random start")->check(between(1e-12, 0.5));
  add_common(sharpness_verb, sharpness_options);
  sharpness_verb->add_option("--replicas", sharpness_options.replicas, "Replicas (default: 1)")->check(whole(1, 1 << 20));
  sharpness_verb->add_option("--set", sharpness_options.set, "name=value for a hyper-parameter, eta among them")->allow_extra_args(false);
  sharpness_verb->footer("Examples:\n  thalweg sharpness --problem pl-sine --method adam --set eta=0.01 --replicas 8\n  thalweg sharpness --problem fashion-logistic --method sadam --set eta=0.1 --steps 50 --json");
  sharpness_verb->callback([&] { code = sharpness(sharpness_options); });

  EpsilonOptions epsilon_options;
  auto* epsilon_verb = app.add_subcommand("epsilon", "How the error depends on eps or beta: exponents of theorems against measured ones, regimes, baselines, conventions");
  epsilon_verb->add_option("--method", epsilon_options.method, "Id of the method, with its preset (default: adam)");
  epsilon_verb->add_option("--problem", epsilon_options.problem, "Id of the problem");
  epsilon_verb->add_option("--objective", epsilon_options.objective, "A problem of your own: a formula in x[0] ... x[d-1]; --problem-set has dim, start, region and its constants");
  epsilon_verb->add_option("--problem-set", epsilon_options.problem_set, "name=value for a parameter of the problem")->allow_extra_args(false);
  epsilon_verb->add_option("--dim", epsilon_options.dim, "Coordinates, where the problem has that parameter")->check(whole(1, std::uint64_t{1} << 48));
  epsilon_verb->add_option("--condition", epsilon_options.condition, "Condition number, where the problem has one among its parameters")->check(between(1.0, 1e100));
  epsilon_verb->add_option("--noise", epsilon_options.noise, "Id of the noise (default: two-point; none where the problem draws mini-batches)");
  epsilon_verb->add_option("--noise-set", epsilon_options.noise_set, "name=value for a parameter of the noise")->allow_extra_args(false);
  epsilon_verb->add_option("--eps", epsilon_options.eps, "LOW:HIGH:POINTS, log-spaced, or a,b,c (default: 1e-10:1:25)");
  epsilon_verb->add_option("--beta", epsilon_options.beta, "The same for the softplus beta (default, where the method has no eps: 1:1e10:25)");
  epsilon_verb->add_option("--eta", epsilon_options.eta, "The step: the same for all, the same eta mu2, or each at its best (default: fixed)")->check(one_of({"fixed", "iso-effective", "tuned"}));
  epsilon_verb->add_option("--effective", epsilon_options.effective, "eta mu2 of iso-effective steps, an expression (default: 0.1 / L)");
  epsilon_verb->add_option("--T", epsilon_options.horizon, "Steps (default: 2000)")->check(whole(1, thalweg::most_steps));
  epsilon_verb->add_option("--metric", epsilon_options.metric, "What is measured (default: mean_grad_sq)");
  epsilon_verb->add_option("--study", epsilon_options.study, "A built-in study instead: rate, stall, stall-law, averages, logarithm, degenerate or float");
  epsilon_verb->add_flag("--box", epsilon_options.box, "Clip the iterates to the problem's box");
  epsilon_verb->add_option("--level", epsilon_options.level, "Error probability of all intervals together (default: 0.01)")->check(between(1e-12, 0.5));
  epsilon_verb->add_option("--figure", epsilon_options.figure, "Draw it: a file name without its ending, for .svg, .pdf and .png");
  add_common(epsilon_verb, epsilon_options);
  add_cells(epsilon_verb, epsilon_options);
  epsilon_verb->footer("--set eta=EXPRESSION is the fixed step (default: 0.5 / sqrt(T)).\nExamples:\n  thalweg epsilon --method adam@paper --problem cosine --dim 5\n  thalweg epsilon --method sadam --problem pl-sine --beta 1:1e6:19 --eta tuned\n  thalweg epsilon --method amsgrad --problem log-cosh --box --metric mean_f_gap --eps 1e-6:10:15 --json\n  thalweg epsilon --study stall-law");
  epsilon_verb->callback([&] { code = epsilon(epsilon_options); });

  ReplayOptions replay_options;
  auto* replay_verb = app.add_subcommand("replay", "Feed gradients from a file to a method and print the iterates");
  replay_verb->add_option("method", replay_options.method, "Id of the method, with its preset: adam, adam@seed, ...")->required();
  replay_verb->add_option("--grads", replay_options.grads, "CSV: one row a step, one column a coordinate, with or without a header line; - for standard input")->required();
  replay_verb->add_option("--x0", replay_options.x0, "Start: a,b,... or one number for all (default: 0)")->allow_extra_args(false);
  replay_verb->add_option("--shape", replay_options.shape, "ROWSxCOLS: the coordinates are a matrix, row after row; for methods of matrices such as muon")->allow_extra_args(false);
  replay_verb->add_option("--set", replay_options.set, "name=value for a field of the method, or for eta")->allow_extra_args(false);
  replay_verb->add_option("--schedule", replay_options.schedule, "Step sizes: an expression in t, T and the method's fields, such as 0.1 / sqrt(t) (default: 1e-3)");
  replay_verb->add_option("--every", replay_options.every, "Print every K-th step, and the last")->check(whole(1, thalweg::most_steps));
  replay_verb->add_option("--precision", replay_options.precision, "double or float")->check(one_of({"double", "float"}));
  replay_verb->add_flag("--state", replay_options.state, "Also the state that the method keeps of each coordinate");
  replay_verb->add_flag("--json", replay_options.json, "Print one JSON object with a schema field");
  replay_verb->footer("Prints step,x_0,x_1,... as CSV, numbers in 17 significant digits; the row for step 0 is the start.\nExamples:\n  thalweg replay adam@seed --grads gradients.csv --x0 1,2 --set lr=0.01\n  thalweg replay sadam --grads - --schedule \"0.1 / sqrt(t)\" --state < gradients.csv\n  thalweg replay muon --grads gradients.csv --shape 3x4");
  replay_verb->callback([&] { code = replay(replay_options); });

  TraceOptions trace_options;
  auto* trace_verb = app.add_subcommand("trace", "One trajectory in full: iterate, gradient, state, A-LR and update of every coordinate");
  trace_verb->add_option("method", trace_options.method, "Id of the method, with its preset: adam, adam@seed, ...")->required();
  trace_verb->add_option("--problem", trace_options.problem, "Id of the problem");
  trace_verb->add_option("--objective", trace_options.objective, "A problem of your own: a formula in x[0] ... x[d-1]; --problem-set has dim, start, region and its constants");
  trace_verb->add_option("--problem-set", trace_options.problem_set, "name=value for a parameter of the problem")->allow_extra_args(false);
  trace_verb->add_option("--noise", trace_options.noise, "Id of the noise (default: none)");
  trace_verb->add_option("--noise-set", trace_options.noise_set, "name=value for a parameter of the noise")->allow_extra_args(false);
  trace_verb->add_option("--start", trace_options.start, "Start: a,b,... or one number for all (default: the problem's)")->allow_extra_args(false);
  trace_verb->add_option("--set", trace_options.set, "name=value for a field of the method, or for eta")->allow_extra_args(false);
  trace_verb->add_option("--schedule", trace_options.schedule, "Step sizes: an expression in t, T, the method's fields and the problem's constants, such as 0.5 / L (default: 1e-3 for adaptive methods, else 0.5 / L)");
  trace_verb->add_option("--steps", trace_options.steps, "Steps (default: 100)")->check(whole(1, thalweg::most_steps));
  trace_verb->add_option("--every", trace_options.every, "Print every K-th step, and the last")->check(whole(1, thalweg::most_steps));
  trace_verb->add_option("--seed", trace_options.seed, "Seed of all draws (default: 1)")->check(whole(0, ~std::uint64_t{0} >> 1));
  trace_verb->add_flag("--json", trace_options.json, "Print one JSON object with a schema field");
  trace_verb->footer("Prints step,eta,x_0,...,g_0,...,the state by name,rate_0,...,update_0,... as CSV, numbers in 17 significant digits; the row for step 0 is the start, and a row shows x and the state after its\nstep, the gradient that it was made with (noise included), and by how much x was lowered. The draws are those of the first replica of a run with the same seed.\nExamples:\n  thalweg trace adam --problem pl-sine --problem-set dim=2 --steps 20\n  thalweg trace adam --objective \"(1 - x[0])^2 + 100*(x[1] - x[0]^2)^2\" --problem-set dim=2 --start -1.2,1 --steps 50\n  thalweg trace sadam --problem quadratic --noise gaussian --start 1 --set eta=0.01 --every 10 --json");
  trace_verb->callback([&] { code = trace(trace_options); });

  CertifyOptions certify_options;
  auto* certify_verb = app.add_subcommand("certify", "Enclose a constant of a problem, on a region or everywhere, beside the declared one");
  add_subject(certify_verb, certify_options);
  certify_verb->add_option("--constant", certify_options.constant, "L, L_j, G_j, mu, mu_pl, f_star or weak_convexity")->required()->check(one_of({"L", "L_j", "G_j", "mu", "mu_pl", "f_star", "weak_convexity"}));
  certify_verb->add_option("--coordinate", certify_options.coordinate, "Of L_j and G_j, counted from 0 (default: the greatest over all)")->check(whole(0, std::uint64_t{1} << 48));
  certify_verb->add_option("--tolerance", certify_options.tolerance, "Width to reach, relative to the values met (default: 1e-9 for sums over coordinates, else 1e-3)")->check(between(1e-15, 1.0));
  certify_verb->add_option("--pieces", certify_options.pieces, "Most pieces to look at, of each coordinate (default: 200000)")->check(whole(1, 1000000000));
  certify_verb->footer("Without --region: all of R^d where that can be enclosed, else the problem's region. Exit code 1: the declared constant is contradicted; 3: the enclosure is right, but wider than the tolerance.\nExamples:\n  thalweg certify pl-sine --constant mu_pl\n  thalweg certify double-well --constant L --region 2 --json\n  thalweg certify huber-chain --dim 3 --constant G_j --coordinate 1 --region=-1:2");
  certify_verb->callback([&] { code = certify(certify_options); });

  FalsifyOptions falsify_options;
  auto* falsify_verb = app.add_subcommand("falsify", "Search for a witness against claimed constants of a problem");
  add_subject(falsify_verb, falsify_options);
  falsify_verb->add_option("--claim", falsify_options.claims, "L=4, L_j=4 or L_3=4, G_j or G_3, mu, mu_pl, f_star, weak_convexity, or convex")->required()->allow_extra_args(false);
  falsify_verb->add_option("--budget", falsify_options.budget, "Values, gradients and Hessian products spent on each claim (default: 1000000)")->check(whole(1, std::uint64_t{1} << 48));
  falsify_verb->add_option("--seed", falsify_options.seed, "Seed of all draws (default: 1)")->check(whole(0, ~std::uint64_t{0} >> 1));
  falsify_verb->footer("A witness is verified in interval arithmetic. Exit code 1: a claim is false; 0: no witness was found, which proves nothing.\nExamples:\n  thalweg falsify pl-sine --claim L=7.5 --claim mu_pl=0.2\n  thalweg falsify double-well --claim convex --json\n  thalweg falsify huber-chain --dim 10 --claim G_3=1.9 --budget 100000 --seed 7");
  falsify_verb->callback([&] { code = falsify(falsify_options); });

  PagesOptions pages_options;
  auto* pages_verb = app.add_subcommand("pages", "Write a page for every method or problem, an index and pictures");
  pages_verb->add_option("folder", pages_options.folder, "Where to (default: docs/methods and docs/problems)");
  pages_verb->add_option("--of", pages_options.of, "What (default: problems where the folder is called so, else methods)")->check(one_of({"methods", "problems"}));
  pages_verb->footer("Examples:\n  thalweg pages docs/methods\n  thalweg pages docs/problems\n  thalweg pages gallery --of problems");
  pages_verb->callback([&] { code = pages(pages_options); });

  DiffOptions diff_options;
  auto* diff_verb = app.add_subcommand("diff", "Where definitions of methods differ, at which step they part, and why");
  diff_verb->add_option("methods", diff_options.methods, "Two methods or more, with their presets")->required();
  diff_verb->add_option("--grads", diff_options.grads, "CSV of gradients, as for replay (default: gradients are searched for that tell the two apart)");
  diff_verb->add_option("--problem", diff_options.problem, "Follow both on a problem; of more than two, the problem of the table (default: pl-sine)");
  diff_verb->add_option("--problem-set", diff_options.problem_set, "name=value for a parameter of the problem")->allow_extra_args(false);
  diff_verb->add_option("--noise", diff_options.noise, "Noise of the table of more than two (default: none)");
  diff_verb->add_option("--set", diff_options.set, "name=value for a field; name=a,b,c makes a definition of each")->allow_extra_args(false);
  diff_verb->add_option("--schedule", diff_options.schedule, "Step sizes: an expression in t and T (default: 1e-3)");
  diff_verb->add_option("--steps", diff_options.steps, "Steps on a problem (default: 1000)")->check(whole(1, thalweg::most_steps));
  diff_verb->add_flag("--json", diff_options.json, "Print one JSON object with a schema field");
  diff_verb->footer("Examples:\n  thalweg diff adam@torch adam@inside-root\n  thalweg diff adam adam@seed --grads gradients.csv\n  thalweg diff adam sadam amsgrad --problem pl-sine --noise gaussian --set eps=1e-8,1e-3");
  diff_verb->callback([&] { code = diff(diff_options); });

  BenchOptions bench_options;
  auto* bench_verb = app.add_subcommand("bench", "What this machine does, against its roofs");
  bench_verb->add_option("--problem", bench_options.problem, "Id of the problem (default: pl-sine)");
  bench_verb->add_option("--method", bench_options.method, "Id of the method, with its preset (default: adam)");
  bench_verb->add_option("--noise", bench_options.noise, "Id of the noise (default: gaussian)");
  bench_verb->add_option("--dim", bench_options.dim, "Coordinates (default: 100, or the problem's own)")->check(whole(1, std::uint64_t{1} << 48));
  bench_verb->add_option("--steps", bench_options.steps, "Steps (default: 2000, or as many as take a second)")->check(whole(1, thalweg::most_steps));
  bench_verb->add_option("--records", bench_options.records, "Log-spaced steps at which f and its squared gradient norm are recorded (default: 64, or one in 31)")->check(whole(1, 1 << 20));
  bench_verb->add_option("--precision", bench_options.precision, "double, float, or mixed: float but for what is recorded")->check(one_of({"double", "float", "mixed"}));
  bench_verb->add_option("--layout", bench_options.layout, "What a register holds: replicas, coordinates, or what is faster")->check(one_of({"automatic", "replicas", "coordinates"}));
  bench_verb->add_option("--seconds", bench_options.seconds, "Time to spend on repeated runs")->check(between(0.0, 3600.0));
  bench_verb->add_flag("--metrics", bench_options.metrics, "Also what each metric costs when it is recorded");
  add_common(bench_verb, bench_options);
  bench_verb->add_option("--replicas", bench_options.replicas, "Replicas (default: 256, or 1 beyond 10000 coordinates)")->check(whole(1, std::uint64_t{1} << 31));
  bench_verb->footer("Examples:\n  thalweg bench\n  thalweg bench --method sadam --precision float --threads 1\n  thalweg bench --dim 1000000 --noise none --precision float --json");
  bench_verb->callback([&] { code = bench(bench_options); });

  CompareOptions compare_options;
  auto* compare_verb = app.add_subcommand("compare", "Which method of a study is better: paired differences, run times to a target, profiles");
  compare_verb->add_option("study", compare_options.study, "Id of a built-in study, or a .toml file; cells that its store lacks are run")->required();
  compare_verb->add_option("--metric", compare_options.metric, "What is compared at the last step, lower is better (default: f_gap)");
  auto* target = compare_verb->add_option("--target", compare_options.target, "Run times are counted to the first recorded step where the metric is at most this")->check(finite());
  compare_verb->add_option("--reduction", compare_options.reduction, "Without --target: to all but this share of the way from the start to the least value of any method (default: 1e-3)")
      ->check(between(0.0, 1.0))
      ->excludes(target);
  compare_verb->add_option("--level", compare_options.level, "Family-wise error probability of all paired comparisons (default: the study's)")->check(between(1e-12, 0.5));
  add_common(compare_verb, compare_options);
  add_cells(compare_verb, compare_options);
  compare_verb->footer("Examples:\n  thalweg compare adaptive-methods\n  thalweg compare my-study.toml --metric grad_sq --target 1e-4 --json");
  compare_verb->callback([&] { code = compare(compare_options); });

  CalibrateOptions calibrate_options;
  auto* calibrate_verb = app.add_subcommand("calibrate", "How often the intervals behind the verdicts err: false verdicts, coverage, power, exponents of rates");
  calibrate_verb->add_option("--cells", calibrate_options.cells, "Synthetic cells for the false verdicts (default: 100000)")->check(whole(100, 1000000000));
  calibrate_verb->add_option("--repetitions", calibrate_options.repetitions, "Repetitions for the coverage (default: 10000); a tenth of them for rates")->check(whole(100, 1000000000));
  calibrate_verb->add_option("--replicas", calibrate_options.replicas, "Replicas a cell (default: 64)")->check(whole(2, 1 << 20));
  calibrate_verb->add_option("--most", calibrate_options.most, "Most replicas looked at for the power (default: 1048576)")->check(whole(64, std::uint64_t{1} << 31));
  calibrate_verb->add_option("--level", calibrate_options.level, "Error probability a cell (default: 0.01)")->check(between(1e-9, 0.5));
  calibrate_verb->add_option("--seed", calibrate_options.seed, "Seed of all draws (default: 1)")->check(whole(0, ~std::uint64_t{0} >> 1));
  calibrate_verb->add_option("--threads", calibrate_options.threads, "Threads (default: all); the numbers do not change")->check(whole(1, 4096));
  calibrate_verb->add_flag("--json", calibrate_options.json, "Print one JSON object with a schema field");
  calibrate_verb->footer("Exit code 1: an interval that is valid at every number of replicas errs more often than its level says.\nExamples:\n  thalweg calibrate\n  thalweg calibrate --level 1e-3 --replicas 256 --json\n  thalweg calibrate --cells 2000 --repetitions 500 --most 10000");
  calibrate_verb->callback([&] { code = calibrate(calibrate_options); });

  ExportOptions export_options;
  auto* export_verb = app.add_subcommand("export", "Every number of a store as CSV, sorted by cell");
  export_verb->add_option("store", export_options.store, "Folder of the store")->required();
  export_verb->footer("Example:\n  thalweg export results/seed-claims > records.csv");
  export_verb->callback([&] { code = export_records(export_options); });

  try {
    limit_memory();
    std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a write that fails, and is answered as one
    // "help VERB" is "VERB --help".
    std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    if (!words.empty() && words.front() == "help") {
      words.erase(words.begin());
      words.emplace_back("--help");
    }
    if (!words.empty() && !words.front().starts_with('-')) {
      const std::string& verb = words.front();
      std::vector<std::string> names;
      for (const CLI::App* sub : app.get_subcommands({})) names.push_back(sub->get_name());
      const std::vector<std::string_view> known(names.begin(), names.end());
      if (std::find(known.begin(), known.end(), verb) == known.end()) throw thalweg::SpecError({{}, "", verb, thalweg::unknown_clause("verb", verb, known)});
    }
    app.name(argc > 0 ? argv[0] : "thalweg");
    std::reverse(words.begin(), words.end());  // as the parser takes them
    app.parse(words);
    // What is printed last may still be on its way.
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) throw thalweg::EnvironmentError("standard output cannot be written");
  } catch (const CLI::ParseError& error) {
    return answered(app, error);
  } catch (const thalweg::SpecError& error) {
    std::fprintf(stderr, "thalweg: %s\n", error.what());
    return bad_input;
  } catch (const thalweg::EnvironmentError& error) {
    std::fprintf(stderr, "thalweg: %s\n", error.what());
    return environment;
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  } catch (const std::length_error&) {
    return out_of_memory();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "thalweg: %s\n", error.what());
    return environment;
  }
  return code;
}
