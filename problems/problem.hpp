// A problem as the layers above see it: an objective with its parameters, its certified facts, a start and perhaps a box; and a noise
// model.
//
// A family is one header problems/families/<name>.hpp that defines a functor and what surrounds it:
//   struct PlSine {
//     static constexpr Entry entry{"pl-sine", "Sum of x^2 + 3 sin^2 x", "Karimi, Nutini & Schmidt 2016"};
//     static std::vector<Parameter> parameters();                 // what a study may set; "dim" among them unless the family fixes it
//     static void complete(Parameters& values, const Parameters& given);   // optional: defaults that depend on what was given
//     static Built<PlSine> build(const Parameters& values);       // functor, storage, facts, default start and box
//     std::size_t dim() const;
//     template <class R, class J> R term(J j, R x) const;         // separable: f = sum_j term_j(x_j), slope = its derivative;
//     template <class R, class J> R slope(J j, R x) const;        // constants are read as R(view[j]): j may stand for a pack of coordinates
//     double tail(std::size_t j, double r) const;                 // optional: a proved lower bound of slope^2 / (2 term) over |x| >= r
//   };
// or, coupled: template <class R> R value(View<const R> x) const; template <class R> void gradient(View<const R> x, View<R> g) const;
// or, for data problems that bring kernels of their own (see launch.hpp for the layout of W lanes):
//   template <std::size_t W, class T> void value_lanes(const T* x, double* f) const;       // T: double, float
//   template <std::size_t W, class T> void gradient_lanes(const T* x, T* g) const;
//   template <std::size_t W, class T>
//   void sample_lanes(const DrawKey& key, const std::uint64_t* replica, std::uint64_t step, const T* x, T* g) const;
//   std::size_t memory() const;                                          // optional, with recall_lanes: values that a gradient kept of each sample takes in all
//   template <std::size_t W, class T>                                    // what is asked of them (lib/optimizers/rule_instance.hpp); memory: [W][memory()]
//   void recall_lanes(Asked, const DrawKey& key, const std::uint64_t* replica, std::uint64_t step, const T* x, T* memory, T* g) const;
//   void product(const double* x, const double* v, double* out) const;   // Hessian times v
//   bool sampled() const;                                                // whether sample_lanes is this instance's oracle
// A family with texts among its parameters has instead
//   static void complete(Parameters& values, const Parameters& given, const Texts& texts);   // what a text makes idle is emptied, or refused
//   static Built<F> build(const Parameters& values, const Texts& texts);                     // with the data's digest, if it read a file
// and adds one line to problems/catalogue.hpp. Values are f - f* wherever f* is known, written so that they are accurate relatively near
// the minimisers: rates are read there.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/core/card.hpp"
#include "lib/core/check.hpp"
#include "lib/core/facts.hpp"
#include "lib/core/view.hpp"
#include "lib/engine/launch.hpp"

namespace thalweg {

// What a parameter takes: one number; one for all coordinates or one for each; any list; a text, which is given apart from the numbers.
enum class Shape { number, per_coordinate, list, text };

// A number or a list of numbers that a family can be built with.
struct Parameter {
  std::string_view name;
  std::vector<double> initial;  // the default; empty (not for Shape::number): the family chooses, as `meaning` says
  double lower, upper;          // allowed range, inclusive; finite
  bool integer = false;
  std::string_view meaning;
  Shape shape = Shape::number;
};
using Parameters = std::map<std::string, std::vector<double>, std::less<>>;
using Texts = std::map<std::string, std::string, std::less<>>;  // the parameters that are texts, such as the path of a data file

// Owns the arrays that a functor views.
class Storage {
 public:
  View<const double> keep(std::vector<double> values) {
    arrays_.push_back(std::move(values));
    return View<const double>(arrays_.back().data(), arrays_.back().size());
  }
  // The same for constants of a formula: one value in memory when all are equal to the bit.
  Coefficients keep_coefficients(const PerCoordinate<double>& values) {
    const bool alike = values.stored().size() != values.size() || values.size() == 1;
    return Coefficients(keep(values.stored()).data(), values.size(), alike);
  }
  // Anything else that a functor points to: no part of arrays().
  void keep(std::shared_ptr<const void> other) { other_ = std::move(other); }
  std::vector<View<const double>> arrays() const { return {arrays_.begin(), arrays_.end()}; }

 private:
  std::deque<std::vector<double>> arrays_;
  std::shared_ptr<const void> other_;
};

// What a family's build returns: the functor, whatever it points to, and what is known of it.
template <class F>
struct Built {
  F functor;
  std::shared_ptr<const Storage> storage;  // owns the arrays behind the functor's views; may be null
  Facts facts;
  PerCoordinate<double> start;  // default x_1
  Box box;                    // default box; everything: none
  std::string digest = "";    // of the data that a text names; empty: none were read
};

struct Enclosures;  // problems/enclosure.hpp

struct Problem {
  Entry entry;
  Parameters parameters;       // complete: defaults filled in
  // "pl-sine(dim=20, scale=1, start=3, region=6)": canonical, parameters in order, empty ones left out. Of a data file its name and the digest of what was
  // read: "least-squares(file=points.csv, data=00c0ffee00c0ffee, batch=8)".
  std::string text;
  std::uint64_t instance = 0;  // a hash of text without the names of files: enters the draws
  ObjectiveInstance objective;
  const Enclosures* enclosures = nullptr;  // the formula over boxes; null: it has none
  Facts facts;                 // with what they imply (problems/implied.hpp)
  PerCoordinate<double> start;
  Box box;

  std::size_t dim() const { return facts.dim; }
  double value(View<const double> x) const;  // f - f* where f* is known
  void gradient(View<const double> x, View<double> g) const;
  void hessian_product(View<const double> x, View<const double> v, View<double> out) const;
};

struct Noise {
  Entry entry;
  Parameters parameters;
  std::string text;
  NoiseInstance instance;
  NoiseFacts facts;
};

// Catalogue entries with their parameters, in catalogue order.
struct Family {
  Entry entry;
  std::vector<Parameter> parameters;
};
const std::vector<Family>& problem_families();
const std::vector<Family>& noise_families();

// Whether a problem family has a parameter of this name that is a text.
bool takes_text(std::string_view id, std::string_view name);

// Build by id. Of "dim" and the lists with one value per coordinate, the lists may be given alone: dim is then their length. SpecError
// names the parameter, the value and what is allowed; EnvironmentError for a data file that cannot be read.
Problem make_problem(std::string_view id, const Parameters& parameters = {}, const Texts& texts = {});
// An objective given as text (problems/families/formula.hpp). Of the values, dim (default 1), start, region (half-width of a cube about 0), box (side),
// minimiser, and f_star, L, mu, mu_pl, convex (1: yes) are what their names say, the last five on the caller's word: facts.declared, trust estimated;
// any other name is a constant that the text may use. Constants on the region are certified from the text.
Problem make_formula(const std::string& text, const Parameters& values, const Place& place = {});
Noise make_noise(std::string_view id, std::size_t dim, const Parameters& parameters = {});

}  // namespace thalweg
