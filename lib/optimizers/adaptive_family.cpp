#include "lib/optimizers/adaptive_family.hpp"

namespace thalweg::adaptive_family {

namespace {

std::string denominator_text(const Definition& d, const std::string& moment) {
  const std::string& kind = d.choice("denominator");
  if (kind == "softplus") return "log(1 + exp(beta*sqrt(" + moment + ")))/beta";
  const bool inside = d.has("eps_placement") && d.choice("eps_placement") == "inside";
  if (kind == "power") return inside ? "(" + moment + " + eps)^p" : "(sqrt(" + moment + ") + eps)^(2*p)";
  if (inside) return "sqrt(" + moment + " + eps)";
  return "sqrt(" + moment + ") + eps";
}

}  // namespace

Update update(const Definition& d) {
  const std::string& kind = d.choice("second_moment");
  const std::string& correction = d.choice("correction");
  Update lines;
  std::string numerator = "m", moment = kind == "latest" ? "v" : kind == "previous" ? "v_previous" : "v_max", factor;
  if (kind == "previous") lines.push_back({"v_previous", "v"});
  lines.push_back({"m", "beta1*m + (1 - beta1)*g"});
  lines.push_back({"v", "beta2*v + (1 - beta2)*g^2"});
  if (kind == "running-maximum") lines.push_back({"v_max", "max(v_max, v)"});
  if (kind == "corrected-maximum" && correction != "inside") lines.push_back({"v_max", "max(v_max, v)"});  // what is not divided is not corrected
  if (correction == "inside") {
    lines.push_back({"m_hat", "m/(1 - beta1^t)"});
    lines.push_back({"v_hat", (kind == "corrected-maximum" ? "v" : moment) + "/(1 - beta2^t)"});
    numerator = "m_hat";
    if (kind == "corrected-maximum") lines.push_back({"v_max", "max(v_max, v_hat)"});
    else moment = "v_hat";
  } else if (correction == "outer") {
    lines.push_back({"a", "sqrt(1 - beta2^t)/(1 - beta1^t)"});
    factor = "*a";
  } else if (correction == "second") {
    lines.push_back({"a", "sqrt(1 - beta2^t)"});
    factor = "*a";
  }
  if (d.choice("denominator") == "softplus") {
    lines.push_back({"D", denominator_text(d, moment)});
    lines.push_back({"x", "x - eta" + factor + "*" + numerator + "/D"});
  } else {
    lines.push_back({"x", "x - eta" + factor + "*" + numerator + "/(" + denominator_text(d, moment) + ")"});
  }
  return lines;
}

}  // namespace thalweg::adaptive_family
