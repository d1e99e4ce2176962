// Faults planted in the cards that are large enough to be seen by running: halved constants, wrong exponents, an average for the last iterate, conditions
// removed. Each is reported violated by a run, and the card as it stands is not on the same instance.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "analysis/report/verification.hpp"
#include "lib/engine/engine.hpp"
#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

const std::filesystem::path theorems = std::filesystem::path(THALWEG_SOURCE_DIR) / "analysis/theory/theorems";

struct Fault {
  std::string card, right, wrong, what;
  std::string instance = "";  // one block of a study; empty: the card's own witnesses
};

// ---- instances

// The slow direction of a quadratic alone.
std::string slow_quadratic(const std::string& eta, const std::string& T = "[1, 10]") {
  return "problem = { id = \"quadratic\", spectrum = [0.1, 1.0], start = [1.0, 0.0] }\nmethod = \"sgd\"\neta = \"" + eta + "\"\nT = " + T + "\n";
}
// One curvature.
std::string one_curvature(const std::string& method, const std::string& set, const std::string& eta, int T) {
  return "problem = { id = \"quadratic\", dim = 1, mu = 1.0, L = 1.0, start = 1.0, region = 4.0 }\nmethod = \"" + method + "\"\n" +
         (set.empty() ? "" : "set = { " + set + " }\n") + "eta = \"" + eta + "\"\nT = " + std::to_string(T) + "\n";
}
// The same from the minimiser, driven by noise alone.
std::string driven(double beta1, const std::string& eta) {
  return "problem = { id = \"quadratic\", dim = 1, mu = 1.0, L = 1.0, start = 0.0, region = 8.0 }\nnoise = { id = \"two-point\", a = 1.0, p = 0.5 }\nmethod = \"ema-momentum\"\n"
         "set = { beta1 = " + std::to_string(beta1) + " }\neta = \"" + eta + "\"\nT = 4000\nreplicas = 256\n";
}
const std::string largest_g = "0.9999999*min(1/(2*L), (1-beta1)/(sqrt(2)*beta1*L))";
const std::string largest_g_pl = "0.9999999*min(1/(2*L), (1-beta1)/(2*beta1*L), (1-beta1)/(2*mu_pl))";

const std::vector<Fault>& faults() {
  static const std::vector<Fault> all = {
      // ----
      {"r-1-gd-convex", "value = \"L*R^2", "value = \"L/2*R^2", "the bound halved"},
      {"r-1-gd-convex", "4*T*L*eta", "8*T*L*eta", "a constant doubled below"},
      {"r-1-gd-convex", "4*T*L*eta", "4*T^2*L*eta", "the rate of accelerated methods"},
      {"r-1-gd-convex", "\"f_gap\"", "\"mean_f_gap\"", "the mean of the iterates for the last"},
      {"r-1-gd-convex", "eta <= 1/L", "eta <= 2/L", "a condition loosened", one_curvature("sgd", "", "1.9/L", 10)},
      // ----
      {"r-2-gd-strongly-convex", "^T*R^2", "^(2*T)*R^2", "an exponent doubled"},
      {"r-2-gd-strongly-convex", "*R^2\"", "*R^2/2\"", "the bound halved"},
      {"r-2-gd-strongly-convex", "value = \"max(", "value = \"min(", "the least for the largest", slow_quadratic("1/L")},
      {"r-2-gd-quadratic", "L/2*max(", "L/4*max(", "the bound halved"},
      {"r-2-gd-quadratic", "(2*T + 1)", "(T + 1)", "a factor dropped"},
      // ----
      {"r-4-gd-pl", "(1 - mu_pl/L)^T", "(1 - 2*mu_pl/L)^T", "a constant doubled", slow_quadratic("1/L", "[10, 100]")},
      {"r-4-gd-pl", "(1 - mu_pl/L)^T", "(1 - mu_pl/L)^(3*T)", "an exponent tripled", slow_quadratic("1/L", "[10, 100]")},
      {"r-4-gd-pl", "abs(eta*L - 1) <= 1e-15", "eta > 0", "a condition removed", slow_quadratic("0.1/L", "[10, 100]")},
      {"r-4-gd-pl-sharp", "tau^T", "tau^(2*T)", "an exponent doubled"},
      {"r-4-gd-pl-sharp", "(2 - L*eta)*mu_pl*eta", "(4 - L*eta)*mu_pl*eta", "a constant doubled"},
      {"r-4-gd-pl-middle", "- 2) + 1\"", "- 2) + 0.5\"", "a constant halved"},
      {"r-4-gd-pl-middle", "\"f_gap\"", "\"mean_f_gap\"", "the mean of the iterates for the last"},
      {"r-4-gd-pl-long", "tau = \"(L*eta - 1)^2", "tau = \"0.5*(L*eta - 1)^2", "the factor halved"},
      // ----
      {"r-5-heavy-ball", "(1 - eta*mu)^T", "(1 - eta*mu)^(3*T)", "an exponent tripled"},
      {"r-5-heavy-ball", "momentum = \"abs(momentum^2 - (1 - eta*mu)*(1 - eta*L)) <= 1e-15\"\n", "", "a condition removed", one_curvature("heavy-ball", "momentum = 0.9", "0.5/L", 50)},
      {"r-5-heavy-ball", "step = \"eta > 0 and eta <= 1/L\"\nmomentum = \"abs(momentum^2 - (1 - eta*mu)*(1 - eta*L)) <= 1e-15\"\n", "", "both conditions removed",
       "problem = { id = \"quadratic\", spectrum = [0.01, 1.0], start = [0.0, 1.0] }\nmethod = \"heavy-ball\"\nset = { momentum = 0.5 }\neta = \"3.2/L\"\nT = 20\n"},
      {"r-5-heavy-ball-varying", "(2*(T + 1))", "(4*(T + 1))", "the bound halved"},
      {"r-5-heavy-ball-varying", "(2*(T + 1))", "(2*(T + 1)^2)", "the rate of accelerated methods"},
      {"r-5-heavy-ball-varying", "\"f_gap\"", "\"mean_f_gap\"", "the mean of the iterates for the last"},
      // ----
      {"r-6-nesterov", "2*theta[T]^2", "4*theta[T]^2", "the bound halved"},
      {"r-6-nesterov-simple", "value = \"2*L*R^2", "value = \"L*R^2", "the bound halved"},
      // ----
      {"r-7-ogm", "2*last^2", "4*last^2", "the bound halved"},
      {"r-7-ogm", "2*last^2", "2*last^3", "an exponent too many"},
      {"r-7-ogm", "\"f_gap\"", "\"mean_f_gap\"", "the mean of the iterates for the last"},
      {"r-7-ogm", "abs(eta*L - 1) <= 1e-15", "eta*L <= 1", "a condition removed",
       "problem = { id = \"huber\", dim = 1, L = 1.0, tau = 0.1, start = 1.0 }\nmethod = \"ogm\"\nset = { horizon = 10 }\neta = \"0.1/L\"\nT = 10\n"},
      {"r-7-triple-momentum", "rho^(2*(T + 1))", "rho^(4*(T + 1))", "an exponent doubled"},
      {"r-7-polyak-steps", "(1 - gamma*mu)/(", "(1 - gamma*mu)/2/(", "the bound halved"},
      {"r-7-polyak-steps", "abs(eta - 2*c) <= 1e-15*c and ", "", "a condition removed",
       "problem = { id = \"quadratic\", spectrum = [0.1, 1.0], start = [1.0, 0.1] }\nmethod = \"polyak-step\"\neta = \"0.5\"\nT = 1\n"},
      // ----
      {"r-11-sgd-nonconvex", "value = \"L*(", "value = \"L/2*(", "the bound halved"},
      {"r-11-sgd-nonconvex-corollary", "value = \"L*(", "value = \"L/2*(", "the bound halved"},
      {"r-11-sgd-nonconvex-corollary", " and eta <= 1/L", "", "a condition removed",
       "problem = { id = \"quadratic\", dim = 1, mu = 1.0, L = 1.0, start = 1.0 }\nnoise = { id = \"gaussian\", sigma = 0.1 }\nmethod = \"sgd\"\neta = \"2.2/L\"\nT = 40\nreplicas = 64\n"},
      // ----
      {"r-13-sgd-one-step", "eta^2*variance_at_min", "eta^2*variance_at_min/2", "a constant halved"},
      // ---- G, G-PL, H-PL
      {"theorem-g", "+ alpha*sigma2)\"", "+ alpha*sigma2/4)\"", "a quarter of the floor", driven(0.5, largest_g)},
      {"theorem-g", "+ alpha*sigma2)\"", "+ alpha^2*sigma2)\"", "an exponent doubled", driven(0.9, largest_g)},
      {"theorem-g", "step = \"eta <= min(1/(2*L*mu2), alpha/(sqrt(2)*beta1*L*mu2))\"\n", "", "a condition removed",
       "problem = { id = \"huber\", dim = 1, start = 2.0 }\nnoise = { id = \"two-point\", a = 0.1, p = 0.5 }\nmethod = \"ema-momentum\"\nset = { beta1 = 0.5 }\neta = \"7/L\"\nT = 2000\nreplicas = 64\n"},
      {"r-14-ema-momentum-any", "alpha*sigma2\"", "alpha^2*sigma2\"", "an exponent doubled", driven(0.9, largest_g)},
      {"theorem-g-pl", "mu2/mu1*alpha*sigma2/mu_pl", "mu2/mu1*alpha^2*sigma2/mu_pl", "an exponent doubled", driven(0.9, largest_g_pl)},
      {"theorem-g-pl", "value = \"(1 - eta*mu_pl*mu1)^T", "value = \"(1 - 4*eta*mu_pl*mu1)^T", "a constant quadrupled", one_curvature("ema-momentum", "beta1 = 0.9", largest_g_pl, 100)},
      {"theorem-g-pl", "step = \"eta <= min(1/(2*L*mu2), alpha/(2*beta1*L*mu2), alpha/(2*mu_pl*mu1))\"\n", "", "a condition removed",
       "problem = { id = \"quadratic\", spectrum = [0.15, 1.0], start = [0.0, 0.0], region = 8.0 }\nnoise = { id = \"two-point\", a = 0.01, p = 0.5 }\nmethod = \"ema-momentum\"\n"
       "set = { beta1 = 0.5 }\neta = \"5.97/L\"\nT = 4000\nreplicas = 256\n"},
      {"theorem-h-pl", "1 - 2*mu_pl", "1 - 4*mu_pl", "a constant doubled", one_curvature("sgd", "", "0.1/L", 20)},
      // ---- the terminal stability limit
      {"proposition-t", "value = \"2*(1+beta1)/(1-beta1)\"", "value = \"(1+beta1)/(1-beta1)\"", "the threshold halved"},
      {"proposition-t", "value = \"2*(1+beta1)/(1-beta1)\"", "value = \"4*(1+beta1)/(1-beta1)\"", "the threshold doubled"},
      {"proposition-t", "value = \"2*(1+beta1)/(1-beta1)\"", "value = \"2/(1-beta1)\"", "a factor dropped"},
      {"proposition-t", "product = \"eta*mu2*hess_at_min\"", "product = \"eta*mu1*hess_at_min\"", "the least A-LR for the largest"},
  };
  return all;
}

// ---- the runs

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// The verdicts of a card's text on its own witnesses, or on the instance given.
std::vector<Judgement> judged(const std::string& toml, const Fault& fault, const std::filesystem::path& folder) {
  Card card = parse_card(toml, fault.card + ".toml");
  if (!fault.instance.empty()) card.witnesses = {{TomlTable::parse(fault.instance, card.id + ".toml"), fault.instance, {}}};
  const std::vector<Card> cards = {card};  // cells point to it
  const Study study = study_of_witnesses({&cards.front()});
  const std::vector<Cell> cells = expand(study, cards);
  Store store(folder);
  run_cells(study, cells, *cpu_engine(), 1, store);
  std::vector<Judgement> all;
  for (const Result& result : verify(study, cells, store).results) all.push_back(result.judgement);
  return all;
}

bool any_violated(const std::vector<Judgement>& all) {
  return std::any_of(all.begin(), all.end(), [](const Judgement& judgement) { return judgement.verdict == Verdict::violated; });
}

std::string described(const std::vector<Judgement>& all) {
  std::ostringstream out;
  for (const Judgement& judgement : all) out << to_string(judgement.verdict) << ", ratio " << judgement.ratio << ": " << judgement.reason << "\n";
  return out.str();
}

TEST(TheoremFaults, AreReportedViolatedByRuns) {
  const TemporaryFolder folder;
  const std::filesystem::path store = folder.path() / "store";
  EXPECT_GE(faults().size(), 40U);
  for (const Fault& fault : faults()) {
    SCOPED_TRACE(fault.card + ": " + fault.what);
    const std::string sound = content(theorems / (fault.card + ".toml"));
    const std::size_t at = sound.find(fault.right);
    ASSERT_NE(at, std::string::npos) << "the card does not say " << fault.right;
    std::string faulty = sound;
    faulty.replace(at, fault.right.size(), fault.wrong);
    const std::vector<Judgement> found = judged(faulty, fault, store);
    EXPECT_TRUE(any_violated(found)) << described(found);
    const std::vector<Judgement> as_it_stands = judged(sound, fault, store);
    EXPECT_FALSE(as_it_stands.empty());
    EXPECT_FALSE(any_violated(as_it_stands)) << described(as_it_stands);
  }
}

TEST(TheoremFaults, CoverTheCardsWhoseBoundsAreNearlyAttained) {
  std::set<std::string> covered;
  for (const Fault& fault : faults()) covered.insert(fault.card.substr(0, fault.card.find('-', fault.card.starts_with("r-") ? 2 : fault.card.find('-') + 1)));
  for (const char* group : {"r-1", "r-2", "r-4", "r-5", "r-7", "r-11", "theorem-g", "proposition-t"}) EXPECT_TRUE(covered.contains(group)) << group;
}

}  // namespace
}  // namespace thalweg
