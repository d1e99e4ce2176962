#include "problems/families/networks.hpp"

namespace thalweg {

namespace {

Parameter inputs_parameter() { return {"inputs", {2}, 1, 64, true, "length of z"}; }
Parameter units_parameter(std::string_view name, double most, std::string_view meaning) { return {name, {2}, 1, most, true, meaning}; }
Parameter samples_parameter() { return {"samples", {8}, 1, 4096, true, "m"}; }
Parameter drawn_start_parameter() { return {"start", {0.5}, 1e-100, 1e100, false, "size of the first iterate, whose coordinates are drawn"}; }

// The network whose targets are its own outputs at the planted weights. output(network, weights, sample) evaluates it.
template <class F, class Output>
Built<F> planted(const Parameters& values, F network, const Output& output) {
  const std::size_t samples = count(values, "samples");
  auto storage = std::make_shared<Storage>();
  network.data = {storage->keep(planted_normals(values, 1, samples * count(values, "inputs"))), {}, count(values, "inputs")};
  const std::vector<double> weights = planted_normals(values, 0, network.dim());
  std::vector<double> target(samples);
  for (std::size_t s = 0; s < samples; ++s) target[s] = output(network, View<const double>(weights), s);
  network.data.target = storage->keep(target);

  Facts facts;
  facts.dim = network.dim();
  facts.f_star = exact(0.0);
  facts.minimiser = PerCoordinate<double>(weights);
  return {network, storage, facts, drawn_start(values, network.dim()), {}};
}

}  // namespace

template <class Unit>
std::vector<Parameter> HiddenLayerNetwork<Unit>::parameters() {
  std::vector<Parameter> all = {inputs_parameter(), units_parameter("hidden", 64, "width of the hidden layer"), samples_parameter(), seed_parameter(),
                                drawn_start_parameter()};
  all.push_back(region_parameter(2.0));
  return all;
}

template <class Unit>
Built<HiddenLayerNetwork<Unit>> HiddenLayerNetwork<Unit>::build(const Parameters& values) {
  Built<HiddenLayerNetwork> built = planted(values, HiddenLayerNetwork{{}, count(values, "hidden")},
                                            [](const HiddenLayerNetwork& f, View<const double> x, std::size_t s) { return f.template output<double>(x, s); });
  built.facts.minimisers = Unit::others;
  built.facts.differentiable = Unit::smooth;
  built.facts.region = cube(built.facts.dim, number(values, "region"));
  return built;
}

template struct HiddenLayerNetwork<TanhUnit>;
template struct HiddenLayerNetwork<SoftplusUnit>;
template struct HiddenLayerNetwork<ReluUnit>;

std::vector<Parameter> Mlp::parameters() {
  return {inputs_parameter(), units_parameter("first", most_units, "units of the first layer"), units_parameter("second", most_units, "units of the second layer"),
          samples_parameter(), seed_parameter(), drawn_start_parameter(), region_parameter(2.0)};
}

Built<Mlp> Mlp::build(const Parameters& values) {
  Built<Mlp> built = planted(values, Mlp{{}, count(values, "first"), count(values, "second")}, [](const Mlp& f, View<const double> x, std::size_t s) {
    double a[most_units], b[most_units];
    return f.output<double>(x, s, a, b);
  });
  built.facts.minimisers = "contain the planted W, U, v with units of a layer exchanged, and signs of units";
  built.facts.region = cube(built.facts.dim, number(values, "region"));
  return built;
}

}  // namespace thalweg
