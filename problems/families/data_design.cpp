#include "problems/families/data_design.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lib/core/draw.hpp"
#include "lib/core/elementary_parts.hpp"
#include "problems/certify_box.hpp"
#include "problems/enclose.hpp"
#include "problems/families/class_labels.hpp"

namespace thalweg {

namespace {

using elementary::Two;

constexpr double unit_roundoff = 0x1p-53;
const std::vector<std::string_view> of_files = {"label", "standardise", "constant", "positive"}, of_synthetic = {"samples", "dim", "features", "condition", "power", "noise", "seed", "box"};

bool has_file(const Texts& texts) { return texts.contains("file"); }

// 1 + a bound of the relative error of m roundings, itself rounded up.
double grown(std::size_t m) { return 1.0 + 1.01 * static_cast<double>(m + 2) * unit_roundoff; }

Two<double> plus(const Two<double>& a, const Two<double>& b) {
  const Two<double> s = elementary::two_sum(a.hi, b.hi);
  return elementary::quick_two_sum(s.hi, s.lo + (a.lo + b.lo));
}
Two<double> times(double a, const Two<double>& b) {
  const Two<double> p = elementary::two_product(a, b.hi);
  return elementary::quick_two_sum(p.hi, p.lo + a * b.lo);
}

std::vector<double> spectrum_of(const Parameters& values, std::size_t d) {
  const std::vector<double>& power = list(values, "power");
  if (power.empty()) return geometric(1.0, 1.0 / number(values, "condition"), d).values();
  std::vector<double> s(d);
  for (std::size_t j = 0; j < d; ++j) s[j] = m::pow(static_cast<double>(j + 1), -power.front());
  return s;
}

// The class c with probability proportional to exp(a . x*_c) for a uniform u, x* with the classes of a feature one after the other.
double drawn_class(const double* a, const std::vector<double>& solution, std::size_t classes, double u) {
  const std::size_t d = solution.size() / classes;
  std::vector<double> scores(classes, 0.0);
  for (std::size_t j = 0; j < d; ++j)
    for (std::size_t c = 0; c < classes; ++c) scores[c] += a[j] * solution[j * classes + c];
  const double most = *std::max_element(scores.begin(), scores.end());
  double total = 0.0, below = 0.0;
  for (double& s : scores) total += s = m::exp(s - most);
  std::size_t c = 0;
  while (c + 1 < classes && below + scores[c] <= u * total) below += scores[c++];
  return static_cast<double>(c);
}

PlantedData synthetic(const Parameters& values, Task task) {
  constexpr std::uint64_t of_rows = 1, of_solution = 2, of_errors = 3, of_labels = 4;
  const std::string_view features = task == Task::classes ? "features" : "dim";
  const std::size_t n = count(values, "samples"), d = count(values, features), columns = task == Task::classes ? synthetic_classes(values) : 1;
  if (n > largest_design / d) throw SpecError({Place{}, "samples", std::to_string(n), "times " + std::string(features) + " must be at most " + std::to_string(largest_design)});
  const bool paired = task == Task::regression;
  if (paired && n % 2 != 0) throw SpecError({Place{}, "samples", std::to_string(n), "must be even: samples come in pairs with opposite errors"});
  const std::size_t rows = paired ? n / 2 : n;
  const std::vector<double> spectrum = spectrum_of(values, d), normals = planted_normals(values, of_rows, rows * d);

  PlantedData out;
  out.solution = planted_normals(values, of_solution, d * columns);
  for (double& x : out.solution) x = std::clamp(x, -2.0, 2.0);
  auto data = std::make_shared<Dataset>(Dataset{n, d, std::vector<double>(n * d), std::vector<double>(n)});
  const std::vector<double> errors = planted_normals(values, of_errors, n);
  const DrawKey key = draw_key(count(values, "seed"), of_labels);
  for (std::size_t i = 0; i < n; ++i) {
    double* row = data->design.data() + i * d;
    Sum<double> at_solution;
    for (std::size_t j = 0; j < d; ++j) {
      row[j] = std::sqrt(spectrum[j]) * normals[i % rows * d + j];
      if (columns == 1) at_solution.add(row[j] * out.solution[j]);
    }
    if (task == Task::classes) {
      data->targets[i] = drawn_class(row, out.solution, columns, draw_uniform(key, Stream::instance, 0, 0, i));
    } else if (paired) {
      const double error = number(values, "noise") * errors[i % rows];
      out.residuals.push_back(i < rows ? error : -error);
      data->targets[i] = at_solution.total() - out.residuals.back();
    } else {
      data->targets[i] = draw_uniform(key, Stream::instance, 0, 0, i) < m::sigmoid(at_solution.total()) ? 1.0 : 0.0;
    }
  }
  out.data = std::move(data);
  return out;
}

// sum_i a_ij a_ik / n with the bound of its rounding: blocks of rows, then the blocks.
std::vector<Interval> certified_gram(const Dataset& data, std::vector<double>& approximate) {
  constexpr std::size_t block = 1024;
  const std::size_t n = data.samples, d = data.features;
  std::vector<double> total(d * d, 0.0), part(d * d);
  for (std::size_t first = 0; first < n; first += block) {
    std::fill(part.begin(), part.end(), 0.0);
    for (std::size_t i = first; i < std::min(n, first + block); ++i) {
      const double* a = data.design.data() + i * d;
      for (std::size_t j = 0; j < d; ++j)
        for (std::size_t k = 0; k <= j; ++k) part[j * d + k] += a[j] * a[k];
    }
    for (std::size_t e = 0; e < d * d; ++e) total[e] += part[e];
  }
  const double relative = grown(std::min(n, block) + n / block + 2) - 1.0;
  // |sum_i a_ij a_ik| <= sqrt(G_jj G_kk), and so are the sums of absolute values; products that underflow add less than 2^-1074 each.
  const double lost = static_cast<double>(n) * 0x1p-1073;
  std::vector<Interval> gram(d * d);
  approximate.assign(d * d, 0.0);
  for (std::size_t j = 0; j < d; ++j)
    for (std::size_t k = 0; k <= j; ++k) {
      const Interval size = m::sqrt((Interval(total[j * d + j]) + Interval(lost)) * (Interval(total[k * d + k]) + Interval(lost))) * Interval(1.0 + 2.0 * relative);
      const Interval radius = Interval(relative) * size + Interval(lost);
      const Interval entry = (Interval(total[j * d + k]) + radius * Interval(-1.0, 1.0)) / Interval(static_cast<double>(n));
      gram[j * d + k] = gram[k * d + j] = entry;
      approximate[j * d + k] = approximate[k * d + j] = total[j * d + k] / static_cast<double>(n);
    }
  return gram;
}

// sum_k a_ik^2 over all i, and by feature, divided by n.
void add_traces(const Dataset& data, GramFacts& facts) {
  const Interval n(static_cast<double>(data.samples));
  const double relative = grown(data.samples + data.features) - 1.0;
  std::vector<double> squares(data.features, 0.0);
  for (std::size_t i = 0; i < data.samples; ++i)
    for (std::size_t k = 0; k < data.features; ++k) squares[k] += m::sqr(data.design[i * data.features + k]);
  Interval trace(0.0);
  for (double s : squares) {
    const Interval entry = (Interval(s) * Interval(1.0 - 1.1 * relative, 1.0 + 1.1 * relative) + Interval(0.0, static_cast<double>(data.samples) * 0x1p-1073)) / n;
    facts.diagonal.push_back(enclosed(entry, "diagonal of A'A/n"));
    trace += entry;
  }
  facts.mean_row_square = enclosed(trace, "trace of A'A/n");
}

// Bounds of lambda_max without the matrix.
void add_extremes_of_large(const Dataset& data, GramFacts& facts) {
  const std::size_t n = data.samples, d = data.features;
  const auto gram_times = [&](const std::vector<double>& v, bool absolute) {
    std::vector<double> out(d, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      const double* a = data.design.data() + i * d;
      double dot = 0.0;
      for (std::size_t k = 0; k < d; ++k) dot += (absolute ? std::fabs(a[k]) : a[k]) * v[k];
      for (std::size_t k = 0; k < d; ++k) out[k] += (absolute ? std::fabs(a[k]) : a[k]) * dot;
    }
    return out;
  };
  const auto scaled_to_one = [](std::vector<double> v, double least) {
    double most = 0.0;
    for (double x : v) most = std::max(most, std::fabs(x));
    for (double& x : v) x = most > 0.0 ? std::max(x / most, least) : 1.0;
    return v;
  };
  std::vector<double> positive(d, 1.0), any(d);
  for (std::size_t k = 0; k < d; ++k) any[k] = 1.0 + 0.5 * m::sin(static_cast<double>(k));
  for (int i = 0; i < 20; ++i) {
    positive = scaled_to_one(gram_times(positive, true), 1e-6);
    any = scaled_to_one(gram_times(any, false), -1.0);
  }
  const double slack = grown(2 * (n + d)) - 1.0;
  const std::vector<double> image = gram_times(positive, true);
  double ratio = 0.0;
  for (std::size_t k = 0; k < d; ++k) ratio = std::max(ratio, image[k] / positive[k]);
  const double upper = std::min((Interval(ratio) * Interval(1.0 + 1.1 * slack) / Interval(static_cast<double>(n))).upper(), facts.mean_row_square.upper);
  // |A v|^2 / (n |v|^2): each product by intervals.
  Interval top(0.0), bottom(0.0);
  for (double x : any) bottom += m::sqr(Interval(x));
  for (std::size_t i = 0; i < n; ++i) {
    Interval dot(0.0);
    for (std::size_t k = 0; k < d; ++k) dot += Interval(data.design[i * d + k]) * Interval(any[k]);
    top += m::sqr(dot);
  }
  const Interval quotient = bottom.lower() > 0.0 ? top / (bottom * Interval(static_cast<double>(n))) : Interval(0.0);
  facts.largest = proved(std::max(0.0, std::min(quotient.lower(), upper)), upper, "trace or Collatz-Wielandt; Rayleigh");
  facts.least = proved(0.0, facts.mean_row_square.upper / static_cast<double>(d) * grown(4), "at most the mean eigenvalue");
}

// (1/n) A'(A x - b) + lambda x and A x - b, with about twice the precision of double.
void refined_gradient(const Dataset& data, double lambda, const std::vector<Two<double>>& x, std::vector<double>& residuals, std::vector<double>& g) {
  const std::size_t d = data.features;
  std::vector<Two<double>> sum(d, {0.0, 0.0});
  for (std::size_t i = 0; i < data.samples; ++i) {
    const double* a = data.design.data() + i * d;
    Two<double> r{-data.targets[i], 0.0};
    for (std::size_t k = 0; k < d; ++k) r = plus(r, times(a[k], x[k]));
    residuals[i] = r.hi;
    for (std::size_t k = 0; k < d; ++k) sum[k] = plus(sum[k], times(a[k], r));
  }
  for (std::size_t k = 0; k < d; ++k) {
    const Two<double> pull = times(static_cast<double>(data.samples), times(lambda, x[k]));
    g[k] = plus(sum[k], pull).hi / static_cast<double>(data.samples);
  }
}

// |grad f| at centre + rest from above.
double gradient_above(const Dataset& data, double lambda, const FoundMinimiser& found) {
  const std::size_t d = data.features;
  std::vector<Interval> g(d, Interval(0.0));
  for (std::size_t i = 0; i < data.samples; ++i) {
    const double* a = data.design.data() + i * d;
    Interval r(-data.targets[i]);
    for (std::size_t k = 0; k < d; ++k) r += Interval(a[k]) * (Interval(found.centre[k]) + Interval(found.rest[k]));
    for (std::size_t k = 0; k < d; ++k) g[k] += Interval(a[k]) * r;
  }
  for (std::size_t k = 0; k < d; ++k) g[k] = g[k] / Interval(static_cast<double>(data.samples)) + Interval(lambda) * (Interval(found.centre[k]) + Interval(found.rest[k]));
  return norm_above(g);
}

}  // namespace

std::vector<double> solved(std::vector<double> M, std::vector<double> b) {
  const std::size_t d = b.size();
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = M[i * d + j];
      for (std::size_t k = 0; k < j; ++k) sum -= M[i * d + k] * M[j * d + k];
      M[i * d + j] = i == j ? std::sqrt(sum) : sum / M[j * d + j];
    }
  }
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= M[i * d + k] * b[k];
    b[i] /= M[i * d + i];
  }
  for (std::size_t i = d; i-- > 0;) {
    for (std::size_t k = i + 1; k < d; ++k) b[i] -= M[k * d + i] * b[k];
    b[i] /= M[i * d + i];
  }
  return b;
}

double norm(const std::vector<double>& v) {
  Sum<double> sum;
  for (const double x : v) sum.add(x * x);
  return std::sqrt(sum.total());
}

std::vector<double> newton_minimiser(std::size_t d, const std::function<std::vector<double>(const std::vector<double>& x, std::vector<double>* hessian)>& gradient_at) {
  std::vector<double> x(d, 0.0), next(d), hessian;
  for (int i = 0; i < 100; ++i) {
    const std::vector<double> g = gradient_at(x, &hessian), step = solved(hessian, g);
    bool better = false;
    for (double factor = 1.0; factor > 1e-3 && !better; factor *= 0.5) {
      for (std::size_t k = 0; k < d; ++k) next[k] = x[k] - factor * step[k];
      better = norm(gradient_at(next, nullptr)) < norm(g);
    }
    if (!better) break;
    x = next;
  }
  return x;
}

double norm_above(const std::vector<Interval>& v) {
  Interval sum(0.0);
  for (const Interval& x : v) sum += m::sqr(x);
  return m::sqrt(sum).upper();
}

Parameter label_noise_parameter() {
  return {"label_noise", {}, 0.0, 1e100, false, "standard deviation of a fresh error in the target of every sample that is drawn; default: none", Shape::list};
}

std::vector<Parameter> data_parameters(Task task, std::vector<Parameter> own, double last_order) {
  std::vector<Parameter> all = {{"file", {}, 0.0, 0.0, false, "data: .csv, .libsvm or IDX images (problems/data/dataset.hpp); none: a synthetic design", Shape::text},
                                {"labels", {}, 0.0, 0.0, false, "IDX file of labels; default: beside the images, labels-idx1 for images-idx3", Shape::text},
                                {"label", {0.0}, 0.0, 1e6, true, "column of the target in a CSV file, from 1; 0: the last"},
                                {"standardise", {0.0}, 0.0, 1.0, true, "1: features shifted and scaled to mean 0 and variance 1"},
                                {"constant", {0.0}, 0.0, 1.0, true, "1: a last feature that is 1"}};
  if (task == Task::classification)
    all.push_back({"positive", {}, -1e100, 1e100, false, "targets that count as 1, all others as 0; default: targets are 0 and 1, or -1 and 1", Shape::list});
  if (task == Task::classes) all.push_back(classes_parameter());
  const std::vector<Parameter> synthetic = {{"samples", {64.0}, 2.0, 1e7, true, "rows of the synthetic design"},
                                            task == Task::classes ? Parameter{"features", {4.0}, 1.0, 1e5, true, "features of the synthetic design"} : dim_parameter(10, 1e5),
                                            {"condition", {10.0}, 1.0, 1e100, false, "largest over smallest variance of a synthetic feature; the others lie between in geometric progression"},
                                            {"power", {}, 0.0, 100.0, false, "exponent p of variances j^-p; default: given by condition", Shape::list}};
  all.insert(all.end(), synthetic.begin(), synthetic.end());
  if (task == Task::regression) all.push_back({"noise", {0.5}, 0.0, 1e100, false, "standard deviation of the synthetic targets about the planted solution"});
  all.push_back(seed_parameter());
  all.insert(all.end(), own.begin(), own.end());
  all.push_back({"batch", {0.0}, 0.0, 1e7, true, "samples of a mini-batch; 0: full batch"});
  all.push_back({"order", {0.0}, 0.0, last_order, true,
                 last_order == last_shuffled_order ? "0: mini-batches are drawn with replacement; 1: without, a new permutation each epoch; 2: one permutation for all epochs"
                 : last_order == order_of_lengths
                     ? "0: mini-batches are drawn with replacement; 1: without, a new permutation each epoch; 2: one permutation for all epochs; 3: with probabilities proportional to |a_i|"
                     : "0: mini-batches are drawn with replacement; 1: without, a new permutation each epoch; 2: one permutation for all epochs; 3: with probabilities proportional to |a_i|; 4: "
                       "to |a_i|^2, the smoothness of a loss"});
  all.push_back(start_parameter(0.0));
  all.push_back(box_parameter(8.0));
  return all;
}

void complete_data(Parameters& values, const Parameters& given, const Texts& texts) {
  const bool file = has_file(texts);
  if (!file && texts.contains("labels")) throw SpecError({Place{}, "labels", "'" + texts.find("labels")->second + "'", "belongs to a file of images; give file too"});
  for (const std::string_view name : file ? of_synthetic : of_files) {
    const auto value = values.find(name);
    if (value == values.end()) continue;
    if (given.contains(name))
      throw SpecError({Place{}, std::string(name), written(value->second), file ? "is for the synthetic design; leave it out where a file is given" : "is for the data of a file; give file too"});
    value->second.clear();
  }
  if (list(values, "power").size() > 1) throw SpecError({Place{}, "power", written(list(values, "power")), "must be one number"});
  if (!list(values, "power").empty()) {
    if (given.contains("condition")) throw SpecError({Place{}, "condition", written(list(values, "condition")), "contradicts power; leave one out"});
    values.find("condition")->second.clear();
  }
  if (number(values, "order") != 0.0 && number(values, "batch") == 0.0) throw SpecError({Place{}, "order", written(number(values, "order")), "is of mini-batches; give batch too"});
  if (const auto noise = values.find("label_noise"); noise != values.end() && !noise->second.empty()) {
    if (noise->second.size() > 1) throw SpecError({Place{}, "label_noise", written(noise->second), "must be one number"});
    if (number(values, "batch") == 0.0) throw SpecError({Place{}, "label_noise", written(noise->second), "is of mini-batches; give batch too"});
  }
}

PlantedData data_of(const Parameters& values, const Texts& texts, Task task) {
  if (!has_file(texts)) return synthetic(values, task);
  DataOptions options{.file = texts.find("file")->second, .label_column = count(values, "label"), .standardised = number(values, "standardise") != 0.0, .constant = number(values, "constant") != 0.0};
  if (const auto labels = texts.find("labels"); labels != texts.end()) options.labels = labels->second;
  PlantedData out;
  out.data = load_dataset(options);
  out.digest = digest_of(*out.data);
  return out;
}

std::vector<double> signs_of(const Dataset& data, const std::vector<double>& positive, const std::string& file) {
  const auto wrong = [&](std::size_t i, const std::string& allowed) {
    throw SpecError({Place{file}, "target of row " + std::to_string(i + 1), written(data.targets[i]), allowed});
  };
  const double low = positive.empty() && *std::min_element(data.targets.begin(), data.targets.end()) < 0.0 ? -1.0 : 0.0;
  std::vector<double> signs;
  for (std::size_t i = 0; i < data.samples; ++i) {
    const double y = data.targets[i];
    if (positive.empty() && y != low && y != 1.0) wrong(i, "must be 0 or 1, or -1 or 1, in all rows; or let positive = [...] name the targets that count as 1");
    const bool one = positive.empty() ? y == 1.0 : std::find(positive.begin(), positive.end(), y) != positive.end();
    signs.push_back(one ? 1.0 : -1.0);
  }
  if (std::all_of(signs.begin(), signs.end(), [&](double s) { return s == signs.front(); }))
    throw SpecError({Place{file}, "targets", signs.front() > 0.0 ? "all 1" : "all 0", "must be of two classes; there is only one"});
  return signs;
}

DesignView view_of(const Dataset& data) { return {data.design.data(), data.samples, data.features}; }

GramFacts gram_facts(const Dataset& data) {
  GramFacts facts;
  add_traces(data, facts);
  const std::size_t d = data.features;
  if (d > most_certified_features) {
    add_extremes_of_large(data, facts);
    return facts;
  }
  const std::vector<Interval> gram = certified_gram(data, facts.gram);
  const Spectrum spectrum = spectrum_over(gram, d);
  const double trace = facts.mean_row_square.upper;
  const auto inside = [&](const Interval& x) { return enclosed(Interval(std::clamp(x.lower(), 0.0, trace), std::min(x.upper(), trace)), "eigenvalues of A'A/n"); };
  facts.largest = inside(spectrum.largest);
  facts.least = inside(spectrum.least);
  if (data.samples < d) facts.least = exact(0.0, "fewer samples than features");
  return facts;
}

std::optional<FoundMinimiser> least_squares_minimiser(const Dataset& data, const GramFacts& gram, double lambda, std::vector<double>& residuals) {
  const std::size_t d = data.features;
  const double mu = (Interval(gram.least.lower) + Interval(lambda)).lower();
  if (gram.gram.empty() || !(mu > 0.0)) return std::nullopt;
  std::vector<double> matrix = gram.gram;
  for (std::size_t k = 0; k < d; ++k) matrix[k * d + k] += lambda;
  std::vector<Two<double>> x(d, {0.0, 0.0});
  std::vector<double> g(d);
  residuals.assign(data.samples, 0.0);
  double before = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 12; ++i) {
    refined_gradient(data, lambda, x, residuals, g);
    const std::vector<double> step = solved(matrix, g);
    double size = 0.0;
    for (double s : step) size = std::max(size, std::fabs(s));
    if (!(size < 0.5 * before)) break;  // as near as this arithmetic comes
    before = size;
    for (std::size_t k = 0; k < d; ++k) x[k] = plus(x[k], {-step[k], 0.0});
  }
  refined_gradient(data, lambda, x, residuals, g);
  FoundMinimiser found;
  double size = 0.0;
  for (const Two<double>& xk : x) {
    found.centre.push_back(xk.hi + 0.0);
    found.rest.push_back(xk.lo + 0.0);
    size += xk.hi * xk.hi;
  }
  found.distance = (Interval(gradient_above(data, lambda, found)) / Interval(mu)).upper();
  if (!(found.distance <= 1e-8 * (1.0 + std::sqrt(size)))) return std::nullopt;
  return found;
}

PerCoordinate<double> data_start(const Parameters& values, std::size_t dim) {
  const std::vector<double>& start = list(values, "start");
  if (start.size() != 1 && start.size() != dim)
    throw SpecError({Place{}, "start", written(start), "must be one number or a list of " + std::to_string(dim) + ", one per coordinate"});
  return spread(values, "start", dim);
}

Box data_box(const Parameters& values, std::size_t dim) {
  return list(values, "box").empty() ? Box{} : box_of_side(dim, number(values, "box"));
}

}  // namespace thalweg
