// Units: of every name that a card may use, checked against what settings have and against how updates scale; of every built-in card; and of cards
// with a planted slip, each of which must be reported where it stands.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "analysis/theory/card_units.hpp"
#include "analysis/theory/names.hpp"
#include "analysis/theory/setting.hpp"
#include "lib/engine/engine.hpp"
#include "lib/engine/metric.hpp"

namespace thalweg {
namespace {

const std::filesystem::path theorems = std::filesystem::path(THALWEG_SOURCE_DIR) / "analysis/theory/theorems";

// ---- names

TEST(Names, AreAllThatASettingHas) {
  const std::vector<std::string> known = known_names(false), arrays = known_names(true);
  for (const char* method : {"adam", "sadam", "padam", "lion", "adagrad-norm", "sam", "adabound", "clipped-sgd", "muon"})
    for (const Family& noise : noise_families()) {
      Setting setting;
      setting.problem = make_problem("cosine", {{"dim", {2}}, {"start", {1.0}}});
      setting.noise = make_noise(noise.entry.id, 2);
      setting.definition = define(method);
      setting.eta.assign(4, 0.25);
      setting.start = setting.problem.start;
      const Quantities quantities(setting);
      for (const auto& [name, value] : quantities.values()) EXPECT_NE(std::find(known.begin(), known.end(), name), known.end()) << name << " of " << method << ", " << noise.entry.id;
      for (const char* name : {"eta", "L", "G", "Gs", "sigma_sq"}) {
        EXPECT_NE(quantities.find_array(name), nullptr) << name;
        EXPECT_NE(std::find(arrays.begin(), arrays.end(), name), arrays.end()) << name;
      }
    }
}

TEST(Names, HaveUnits) {
  for (bool indexed : {false, true})
    for (const std::string& name : known_names(indexed)) {
      EXPECT_FALSE(units_of_name(name, indexed).empty()) << name;
    }
  for (std::string_view metric : metric_names) EXPECT_TRUE(units_of_metric(metric).has_value()) << metric;
  EXPECT_EQ(to_string(*units_of_metric("mean_grad_sq")), "f^2/x^2");
  EXPECT_EQ(to_string(*units_of_metric("mean_f_gap")), "f");
  EXPECT_EQ(to_string(*units_of_metric("m_norm_sum")), "f/eta");
}

TEST(Names, OfUnitsAreProductsOfPowers) {
  EXPECT_EQ(to_string(parse_units("(f/x)^2")), "f^2/x^2");
  EXPECT_TRUE(parse_units("1").none());
  EXPECT_THROW(parse_units("f/y"), SpecError);
  EXPECT_THROW(parse_units("f + x"), SpecError);
  EXPECT_THROW(parse_units("f < f"), SpecError);
}

// ---- how updates scale

constexpr double f_scale = 32.0, x_scale = 2.0;  // powers of two, of which no units are 1: products are exact

double factor(const Units& units, double eta_scale = 1.0) {
  double product = 1.0;
  for (const auto& [base, exponent] : units.exponents()) {
    const double scale = base == "f" ? f_scale : base == "x" ? x_scale : eta_scale;
    product *= std::pow(scale, static_cast<double>(exponent.numerator) / static_cast<double>(exponent.denominator));
  }
  return product;
}

// f - f* and |x - x*|^2 along a run on a quadratic; `scaled`: f and x in other units, eta and the fields with them.
std::vector<double> run(const Definition& definition, double eta, bool scaled) {
  const double f = scaled ? f_scale : 1.0, x = scaled ? x_scale : 1.0, curvature = f / (x * x);
  Setting setting;
  setting.problem = make_problem("quadratic", {{"dim", {3}}, {"mu", {0.5 * curvature}}, {"L", {2.0 * curvature}}, {"start", {1.5 * x}}});
  setting.noise = make_noise("none", 3);
  setting.definition = definition;
  setting.eta.assign(12, eta);
  setting.start = setting.problem.start;
  Batch batch = batch_of(setting, 1, 1);
  batch.record_steps = {1, 2, 3, 5, 8, 12};
  batch.metrics = MetricSet(Metric::f_gap, Metric::dist_sq);
  batch.minimiser = *setting.problem.facts.minimiser;
  const Trajectories path = cpu_engine({})->run(batch);
  std::vector<double> values;
  for (std::size_t row = 0; row < batch.record_steps.size(); ++row) {
    values.push_back(path.at(Metric::f_gap, row, 0) / f);
    values.push_back(path.at(Metric::dist_sq, row, 0) / (x * x));
  }
  return values;
}

bool same(const std::vector<double>& a, const std::vector<double>& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!(std::fabs(a[i] - b[i]) <= 1e-9 * (1e-6 + std::fabs(a[i])))) return false;
  return true;
}

// The definition in the other units: every field times its factor. Combination `choice` of the units that fields with several may have.
Definition rescaled(Definition definition, double eta_scale, std::size_t choice) {
  for (auto& [name, value] : definition.numbers) {
    const std::vector<Units> units = units_of_name(name, false);
    value *= factor(units[choice % units.size()], eta_scale);
    choice /= units.size();
  }
  return definition;
}

std::size_t combinations(const Definition& definition) {
  std::size_t all = 1;
  for (const auto& [name, value] : definition.numbers) all *= units_of_name(name, false).size();
  return all;
}

// Fields that are 0 by default are given a value, so that their units count.
Definition with_fields(const std::string& spec) {
  Definition definition = define(spec);
  for (auto& [name, value] : definition.numbers)
    if (value == 0.0 && (name == "weight_decay" || name == "initial_accumulator" || name == "initial_average")) value = 0.0625;
  if (definition.has("eps") && definition.number("eps") < 0.01) definition.numbers["eps"] = 0.125;
  return definition;
}

TEST(Names, HaveTheUnitsUnderWhichEveryUpdateScales) {
  std::size_t told = 0;
  for (const MethodEntry& method : methods()) {
    if (method.id == "adadelta") continue;  // its eps is added to squares of gradients and to squares of steps
    const std::optional<Units> units = eta_units(method.id);
    if (!units || method.remembers) continue;  // what keeps gradients of samples needs a finite sum
    for (const Preset& preset : method.presets) {
      const std::string spec = std::string(method.id) + "@" + std::string(preset.id);
      SCOPED_TRACE(spec);
      const Definition definition = with_fields(spec);
      const double eta = 0.03125, eta_scale = factor(*units);
      const std::vector<double> plain = run(definition, eta, false);
      bool scales = false, scales_wrongly = false;
      for (std::size_t choice = 0; choice < combinations(definition); ++choice) {
        scales = scales || same(plain, run(rescaled(definition, eta_scale, choice), eta * eta_scale, true));
        scales_wrongly = scales_wrongly || same(plain, run(rescaled(definition, eta_scale, choice), eta * eta_scale * 2.0, true));
      }
      EXPECT_TRUE(scales);
      EXPECT_FALSE(scales_wrongly);
      ++told;
    }
  }
  EXPECT_GE(told, 90U);
}

// ---- the built-in cards

std::vector<Card> cards() { return read_cards(theorems); }

TEST(CardUnits, OfEveryBuiltInCardAreConsistentOrTheCardSaysWhyNot) {
  for (const Card& card : cards()) {
    for (const SpecError& error : unit_errors(card)) ADD_FAILURE() << error.what();
    if (card.normalised) {
      EXPECT_GE(card.normalised->text.size(), 20U) << card.id << ": say what is normalised";
      EXPECT_FALSE(inconsistencies(card).empty()) << card.id << ": nothing is normalised, its units are consistent";
    }
    if (card.inconsistent) {
      EXPECT_GE(card.inconsistent->text.size(), 20U) << card.id;
      EXPECT_NE(card.status, Status::proved) << card.id << ": a form with inconsistent units is not proved";
    }
  }
}

TEST(CardUnits, AreThoseOfTheMethodsWhereTheseAgree) {
  const auto eta_of = [](const std::string& head) {
    return to_string(eta_units(parse_card(head + "id = \"mine\"\nstatement = \"s\"\nmetric = \"f_gap\"\n[bound]\nvalue = \"Delta\"\n", "mine.toml")));
  };
  EXPECT_EQ(eta_of("methods = [\"gd\"]\n"), "x^2/f");
  EXPECT_EQ(eta_of("methods = [\"sgd\", \"ema-momentum\"]\n"), "x^2/f");
  EXPECT_EQ(eta_of("methods = [\"adam\", \"lion\"]\n"), "x");
  EXPECT_EQ(eta_of("methods = [\"lars\"]\n"), "no units");
  EXPECT_EQ(eta_of("methods = [\"adam\", \"sgd\"]\n"), "eta");
  EXPECT_EQ(eta_of("methods = [\"padam\"]\n"), "eta");
  EXPECT_EQ(eta_of("requires = [\"lipschitz-denominator\"]\n"), "x");
  EXPECT_EQ(eta_of("requires = [\"smooth\"]\n"), "eta");
}

// ---- planted slips

std::string text_of(const std::string& id) {
  std::ifstream in(theorems / (id + ".toml"));
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// What stands in a text from a line and column on.
std::string from_place(const std::string& text, const Place& place) {
  std::istringstream in(text);
  std::string line;
  for (int i = 0; i < place.line; ++i) std::getline(in, line);
  return place.column >= 1 && static_cast<std::size_t>(place.column) <= line.size() ? line.substr(static_cast<std::size_t>(place.column) - 1) : "";
}

struct Slip {
  std::string id, find, with;
  std::string at;    // what stands at the place of the first error
  std::string says;  // a part of it
};

const std::vector<Slip> slips = {
    {"theorem-a", "eta*L*mu2^2*G2sq/", "eta*L*mu2*G2sq/", "+ eta*L*mu2*G2sq", "f^2/x^2 in 'eta*L*mu2*G2sq/(1 - beta1)'"},                             // mu2 for mu2^2
    {"theorem-a", "G2sq*(mu2-mu1)/((", "Gs*(mu2-mu1)/((", "+ Gs*(mu2-mu1)", "units differ"},                                      // G for G^2
    {"theorem-a", ") / mu1", ")", "Delta/(eta*T)", "it has f/eta, mean_grad_sq has f^2/x^2"},                                                   // 1/mu1 lost
    {"theorem-a-post", "G^2*V1", "G*V1", "+ G*V1", "units differ"},
    {"theorem-a-post", "G^2*V2", "G^2*V1", "+ eta*L*G^2*V1", "units differ"},                                                      // V1 for V2
    {"theorem-b", "L*eta*mu2^2*sigma2/2", "L*eta*mu2^2*sigma1/2", "+ L*eta*mu2^2*sigma1", "units differ"},                         // sigma for sigma^2
    {"theorem-b", "step = \"eta <= 1/(L*mu2)", "step = \"eta <= 1/(L^2*mu2)", "<= 1/(L^2*mu2)", "units differ"},
    {"theorem-c", "L*eta*mu2^2*sigma2", "L^2*eta*mu2^2*sigma2", "+ L^2*eta*mu2^2", "units differ: f in"},                          // L^2 for L
    {"theorem-c", "+ eta*G2sq*(mu2-mu1)\"", "+ G2sq*(mu2-mu1)\"", "+ G2sq*(mu2-mu1)", "units differ"},                             // eta lost
    {"theorem-c-prime", "eta*L*c^2*mu2/2)", "L*c^2*mu2/2)", "+ L*c^2*mu2/2)", "no units in '1'"},
    {"theorem-d", "(D_inf^2*d", "(D_inf*d", "+ eta*(1+beta1)", "units differ: f/x in"},                                            // D for D^2
    {"theorem-d", "beta1*D_inf/(1-beta1)*Gs1", "beta1/(1-beta1)*Gs1", "+ beta1/(1-beta1)*Gs1", "units differ"},                    // D lost
    {"theorem-d-k", "T*K*Gs1", "T*K*Gs2sq", "+ eta*(1+beta1)", "units differ: f in"},                                              // G^2 for G
    {"theorem-d-post", "h_sum + eta", "m_l1 + eta", "+ eta*(1+beta1)", "units differ"},
    {"theorem-e", "G*mu2*sqrt(1-beta2) <=", "G*mu2^2*sqrt(1-beta2) <=", "<= 1/4", "no units in '1/4'"},
    {"theorem-e", "G*sqrt(1-beta2)*mu2^2 +", "G*sqrt(1-beta2)*mu2 +", "+ L*eta*mu2^2/2", "units differ"},
    {"theorem-f", "eta <= 1/(L*mu2)", "eta <= 1/L", "<= 1/L", "units differ: eta in 'eta', x^2/f in '1/L'"},
    {"theorem-f-pl", "(1 - eta*mu_pl*mu1)", "(1 - mu_pl*mu1)", "- mu_pl*mu1", "units differ: no units in '1'"},
    {"theorem-g", "value = \"2*Delta/(eta*mu1*T)", "value = \"2*Delta/(eta*T)", "+ mu2/mu1*(", "units differ: f/eta in"},          // mu1 lost
    {"theorem-g-pl", "mu2/mu1*alpha*sigma2/mu_pl\"", "mu2/mu1*alpha*sigma2\"", "+ mu2/mu1*alpha*sigma2", "units differ: f in"},     // mu_pl lost
    {"theorem-h", "1 - L*eta*mu2/2))\"", "1 - L*mu2/2))\"", "- L*mu2/2", "units differ: no units in '1'"},
    {"r-1-gd-convex", "\"L*R^2/(", "\"L*R/(", "L*R/(4*T*L*eta", "it has f/x, f_gap has f"},                                         // R for R^2
    {"r-1-gd-convex", "\"L*R^2/(", "\"L*Delta^2/(", "L*Delta^2/(", "f_gap has f"},                                                  // Delta for R
    {"r-1-gd-convex", "(4*T*L*eta + 2)", "(4*T*eta + 2)", "+ 2)", "x^2/f in '4*T*eta', no units in '2'"},
    {"r-2-gd-strongly-convex", "^T*R^2\"", "^T*R\"", "max((1 - L*eta)^2", "it has x, dist_sq has x^2"},
    {"r-3-gd-nonconvex", "1/(2*L))\"", "1/2)\"", "+ 1/2)", "no units in '1/2'"},
    {"r-4-gd-pl-sharp", "*mu_pl*eta + (L - m)^2", "*mu_pl*eta + (L - m)", "+ (L - m))", "units differ"},
    {"r-11-sgd-nonconvex", "value = \"L*(", "value = \"(", "2*Delta/L", "it has f, weighted_grad_sq has f^2/x^2"},
    {"r-11-sgd-nonconvex", "weights   = \"2*eta[t] - L*eta[t]^2", "weights   = \"2*eta[t] - eta[t]^2", "- eta[t]^2", "units differ"},
    {"r-12-sgd-pl-constant", "L*C2*eta/(4*mu_pl)", "L*C2*eta/4", "+ L*C2*eta/4", "units differ: f in"},
    {"r-12-sgd-pl-decreasing", "(2*T*lambda^2)", "(2*T*lambda)", "L*C2/(2*T*lambda)", "f_gap has f"},                              // lambda for lambda^2
    {"r-12-sgd-pl-decreasing", "\"1/(2*eta[1])\"", "\"2*eta[1]\"", "<= mu_pl", "units differ"},
    {"r-14-ema-momentum", "4*L^2*eta^2*sigma2*beta1^2", "4*L*eta^2*sigma2*beta1^2", "+ 4*L*eta^2", "units differ"},                // L for L^2
    {"r-14-ema-momentum-any", "\"2*Delta/(eta*T)", "\"2*R/(eta*T)", "+ beta1*grad1_sq", "units differ: f/x in"},                    // R for Delta
    {"proposition-n", "eps/(1 - 2*p)\"", "1/(1 - 2*p)\"", "+ 1/(1 - 2*p)", "units differ: f/x in"},
    {"proposition-t", "\"eta*mu2*hess_at_min\"", "\"eta*hess_at_min\"", "- product", "units differ: no units in"},
};

TEST(CardUnits, ShowEveryPlantedSlipWhereItStands) {
  EXPECT_GE(slips.size(), 20U);
  for (const Slip& slip : slips) {
    SCOPED_TRACE(slip.id + ": " + slip.with);
    std::string text = text_of(slip.id);
    // The formulas stand behind the words.
    const std::size_t at = text.rfind(slip.find);
    ASSERT_NE(at, std::string::npos) << slip.find;
    EXPECT_TRUE(unit_errors(parse_card(text, slip.id + ".toml")).empty());
    text.replace(at, slip.find.size(), slip.with);
    const std::vector<SpecError> errors = unit_errors(parse_card(text, slip.id + ".toml"));
    ASSERT_FALSE(errors.empty()) << "not seen";
    const std::string message = errors.front().what();
    EXPECT_TRUE(message.starts_with(slip.id + ".toml:")) << message;
    EXPECT_NE(message.find(slip.id + ": "), std::string::npos) << message;
    EXPECT_NE(message.find(slip.says), std::string::npos) << message;
    EXPECT_TRUE(from_place(text, errors.front().parts().place).starts_with(slip.at)) << message << "\nstands at " << from_place(text, errors.front().parts().place);
  }
}

// Reddi, Kale & Kumar 2018, Theorem 4, per step and with the second moments at their largest: the printed first term lacks 1/alpha.
std::string amsgrad_regret(const std::string& first_term, const std::string& more = "") {
  return more + "id = \"amsgrad-regret\"\nstatement = \"s\"\nmethods = [\"amsgrad\"]\nmetric = \"mean_f_gap\"\n[let]\nalpha = \"eta[1]\"\ngamma = \"beta1/sqrt(beta2)\"\n[bound]\nvalue = \"(" + first_term +
         "*sqrt(T)*Gs1 + alpha*sqrt(1 + log(T))/((1-beta1)^2*(1-gamma)*sqrt(1-beta2))*sqrt(T)*Gs1)/T\"\n";
}

TEST(CardUnits, ShowTheLostStepSizeOfAPublishedRegretBound) {
  const auto errors_of = [](const std::string& text) { return unit_errors(parse_card(text, "amsgrad.toml")); };
  const std::vector<SpecError> printed = errors_of(amsgrad_regret("D_inf^2/(1-beta1)"));
  ASSERT_EQ(printed.size(), 1U);
  EXPECT_NE(std::string(printed.front().what()).find("units differ: f*x in 'D_inf^2/(1 - beta1)*sqrt(T)*Gs1', f in"), std::string::npos) << printed.front().what();
  EXPECT_TRUE(errors_of(amsgrad_regret("D_inf^2/(alpha*(1-beta1))")).empty());
  // The printed form as a card of its own says that it is inconsistent; the corrected form must not.
  EXPECT_TRUE(errors_of(amsgrad_regret("D_inf^2/(1-beta1)", "inconsistent = \"the first term lacks 1/alpha\"\n")).empty());
  const std::vector<SpecError> wrongly = errors_of(amsgrad_regret("D_inf^2/(alpha*(1-beta1))", "inconsistent = \"the first term lacks 1/alpha\"\n"));
  ASSERT_EQ(wrongly.size(), 1U);
  EXPECT_NE(std::string(wrongly.front().what()).find("amsgrad.toml:1:16: inconsistent"), std::string::npos) << wrongly.front().what();
}

TEST(CardUnits, AreNotAskedOfAStatementThatIsNormalisedInItsSource) {
  EXPECT_TRUE(unit_errors(parse_card(amsgrad_regret("D_inf^2", "normalised = \"the source sets alpha to 1\"\n"), "mine.toml")).empty());
}

TEST(CardUnits, OfEpsAreThoseOfItsPlaceInTheDenominator) {
  const auto errors = [](const std::string& condition) {
    return unit_errors(parse_card("id = \"mine\"\nstatement = \"s\"\nmethods = [\"adam\"]\nmetric = \"f_gap\"\n[admissible]\nc = \"" + condition + "\"\n[bound]\nvalue = \"Delta\"\n", "mine.toml"));
  };
  EXPECT_TRUE(errors("mu2*eps <= 1").empty()) << "1/(sqrt(v) + eps)";
  EXPECT_TRUE(errors("mu2^2*eps <= 1").empty()) << "1/sqrt(v + eps)";
  EXPECT_FALSE(errors("mu2^3*eps <= 1").empty());
  EXPECT_FALSE(errors("mu2*eps <= 1 and mu2^2*eps <= 1").empty()) << "both at once";
}

TEST(CardUnits, OfANumberAreThoseThatTheCardGivesIt) {
  const auto card = [](const std::string& near, const std::string& units) {
    return "id = \"mine\"\nstatement = \"s\"\nmetric = \"f_gap\"\n[let]\nnear = \"" + near + "\"\n[units]\n" + units + "\n[admissible]\nc = \"R <= near\"\n[bound]\nvalue = \"Delta\"\n";
  };
  EXPECT_TRUE(unit_errors(parse_card(card("0.05", "near = \"x\""), "mine.toml")).empty());
  EXPECT_EQ(unit_errors(parse_card(card("0.05", "near = \"x^2\""), "mine.toml")).size(), 1U);
  EXPECT_EQ(unit_errors(parse_card(card("0.05", ""), "mine.toml")).size(), 1U);
  EXPECT_THROW(parse_card(card("R/2", "near = \"x\""), "mine.toml"), SpecError) << "has units already";
  EXPECT_THROW(parse_card(card("0.05", "far = \"x\""), "mine.toml"), SpecError);
  EXPECT_THROW(parse_card(card("0.05", "near = \"metre\""), "mine.toml"), SpecError);
}

}  // namespace
}  // namespace thalweg
