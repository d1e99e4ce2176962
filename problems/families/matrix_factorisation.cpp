#include "problems/families/matrix_factorisation.hpp"

#include <algorithm>

namespace thalweg {

Built<MatrixFactorisation> MatrixFactorisation::build(const Parameters& values) {
  const std::size_t rows = count(values, "rows"), columns = count(values, "columns"), rank = count(values, "rank");
  if (rank > std::min(rows, columns)) throw SpecError({Place{}, "rank", std::to_string(rank), "must be at most rows and columns"});
  const std::size_t n = (rows + columns) * rank;
  const std::vector<double> planted = planted_normals(values, 0, n);
  std::vector<double> target(rows * columns, 0.0);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j)
      for (std::size_t k = 0; k < rank; ++k) target[i * columns + j] += planted[i * rank + k] * planted[(rows + j) * rank + k];

  Facts facts = facts_with_minimiser(PerCoordinate<double>(planted), number(values, "region"));
  facts.minimisers = "all U, V with U V' = M";
  auto storage = std::make_shared<Storage>();
  return {MatrixFactorisation{storage->keep(target), rows, columns, rank}, storage, facts, drawn_start(values, n), {}};
}

}  // namespace thalweg
