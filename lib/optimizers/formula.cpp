// The update as formulas. Both forms are put together from the same parts, so that each formula stands once.
#include "lib/optimizers/definition.hpp"

namespace thalweg {

namespace {

// One notation: how a part is written.
struct Notation {
  std::string_view eps, eta, minus_times, decay;
  std::string_view m_update, v_update, max_update, previous, b_update;
  std::string_view latest_name, maximum_name, previous_name;
  std::string_view separator;
  std::string (*root)(const std::string&);
  std::string (*fraction)(const std::string&, const std::string&);
  std::string (*power)(const std::string&, const std::string&);
  std::string (*softplus)(const std::string&);
  std::string_view unbias1, unbias2;
};

const Notation plain = {
    .eps = "eps", .eta = "eta", .minus_times = " ",
    .decay = "g = g + weight_decay x",
    .m_update = "m = beta1 m + (1 - beta1) g", .v_update = "v = beta2 v + (1 - beta2) g^2", .max_update = "w = max(w, v)",
    .previous = "w = v before this step", .b_update = "b = momentum b + g",
    .latest_name = "v", .maximum_name = "w", .previous_name = "w", .separator = "; ",
    .root = [](const std::string& a) { return "sqrt(" + a + ")"; },
    .fraction = [](const std::string& a, const std::string& b) { return a + " / (" + b + ")"; },
    .power = [](const std::string& a, const std::string& b) { return "(" + a + ")^(" + b + ")"; },
    .softplus = [](const std::string& a) { return "log(1 + exp(beta " + a + ")) / beta"; },
    .unbias1 = "1 - beta1^t", .unbias2 = "1 - beta2^t"};

const Notation tex = {
    .eps = "\\epsilon", .eta = "\\eta_t", .minus_times = "\\,",
    .decay = "g_t \\leftarrow g_t + w x_t",
    .m_update = "m_t = \\beta_1 m_{t-1} + (1-\\beta_1) g_t", .v_update = "v_t = \\beta_2 v_{t-1} + (1-\\beta_2) g_t^2",
    .max_update = "\\hat v_t = \\max(\\hat v_{t-1}, v_t)", .previous = "", .b_update = "b_t = \\mu b_{t-1} + g_t",
    .latest_name = "v_t", .maximum_name = "\\hat v_t", .previous_name = "v_{t-1}", .separator = ",\\quad ",
    .root = [](const std::string& a) { return "\\sqrt{" + a + "}"; },
    .fraction = [](const std::string& a, const std::string& b) { return "\\frac{" + a + "}{" + b + "}"; },
    .power = [](const std::string& a, const std::string& b) { return "(" + a + ")^{" + b + "}"; },
    .softplus = [](const std::string& a) { return "\\tfrac{1}{\\beta}\\ln(1+e^{\\beta " + a + "})"; },
    .unbias1 = "1-\\beta_1^t", .unbias2 = "1-\\beta_2^t"};

std::string denominator_text(const Definition& d, const Notation& n, const std::string& moment) {
  const std::string& kind = d.choice("denominator");
  const std::string plus_eps = " + " + std::string(n.eps);
  if (kind == "softplus") return n.softplus(n.root(moment));
  if (kind == "power") return n.power(n.root(moment) + plus_eps, "2 p");
  if (d.has("eps_placement") && d.choice("eps_placement") == "inside") return n.root(moment + plus_eps);
  return n.root(moment) + plus_eps;
}

std::string written(const Definition& d, const Notation& n) {
  const bool is_tex = &n == &tex;
  std::string all;
  const auto line = [&](std::string_view part) {
    if (!part.empty()) all += (all.empty() ? "" : std::string(n.separator)) + std::string(part);
  };
  if (d.number("weight_decay") > 0.0) line(n.decay);
  std::string update = is_tex ? "g_t" : "g";
  if (d.has("momentum")) {
    line(n.b_update);
    update = is_tex ? "b_t" : "b";
  } else if (d.has("beta1")) {
    line(n.m_update);
    update = is_tex ? "m_t" : "m";
  }
  if (d.has("denominator")) {
    const std::string& moment = d.choice("second_moment");
    const std::string& correction = d.choice("correction");
    std::string name(moment == "latest" ? n.latest_name : moment == "previous" ? n.previous_name : n.maximum_name);
    if (moment == "previous") line(n.previous);
    line(n.v_update);
    if (moment == "running-maximum") line(n.max_update);
    if (correction == "inside") {
      name = n.fraction(name, std::string(n.unbias2));
      update = n.fraction(update, std::string(n.unbias1));
    }
    const std::string quotient = n.fraction(update, denominator_text(d, n, name));
    const std::string factor = n.fraction(n.root(std::string(n.unbias2)), std::string(n.unbias1));
    update = correction == "outer" ? (is_tex ? factor + "\\," : "(" + factor + ") ") + quotient : quotient;
  }
  line((is_tex ? "x_{t+1} = x_t - " : "x = x - ") + std::string(n.eta) + std::string(n.minus_times) + update);
  return all;
}

}  // namespace

std::string formula(const Definition& definition) { return written(definition, plain); }
std::string latex(const Definition& definition) { return written(definition, tex); }

}  // namespace thalweg
