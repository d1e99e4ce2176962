// A folder includes only what lies to its left, and each outside header only where the table allows it.
#include "tests/lint/layers.hpp"

#include <gtest/gtest.h>

#include "tests/lint/planted_tree.hpp"

namespace thalweg::lint {
namespace {

const fs::path source = THALWEG_SOURCE_DIR;

Rules rules() { return read_rules(lines_of(source / "tests/lint/layers.txt")); }

TEST(Layers, EveryIncludeKeepsToTheTable) {
  const std::vector<Violation> found = check_layers(rules(), source);
  EXPECT_TRUE(found.empty()) << report(found);
}

TEST(Layers, TheTreeIsThere) {
  std::size_t sources = 0;
  for (const std::string& file : files_of(source)) sources += is_cpp(file);
  EXPECT_GT(sources, 100u);
}

TEST(Layers, EveryFolderOfTheTableExists) {
  for (const auto& layer : rules().layers)
    for (const std::string& folder : layer) EXPECT_TRUE(fs::is_directory(source / folder)) << folder;
}

TEST(Layers, ALineThatIsNoRuleIsRefused) { EXPECT_THROW(read_rules({"outside lib/core headers fmt/"}), std::runtime_error); }

struct Planted {
  const char* file;
  const char* text;
  const char* what;  // part of what must be said; empty: nothing
  std::size_t line = 1;
};

class PlantedViolation : public testing::TestWithParam<Planted> {};

TEST_P(PlantedViolation, IsFoundWithFileAndLine) {
  const Planted& planted = GetParam();
  PlantedTree tree;
  for (const char* header : {"lib/core/view.hpp", "lib/core/pack.hpp", "lib/engine/engine.hpp", "problems/noise.hpp", "notebooks-export/figure.hpp", "analysis/probes/lanczos.hpp"})
    tree.plant(header, "#pragma once\n");
  tree.plant("problems/kernels.hpp", "#include \"lib/core/pack.hpp\"\n");
  tree.plant(planted.file, planted.text);
  const std::vector<Violation> found = check_layers(rules(), tree.root());
  if (*planted.what == '\0') {
    EXPECT_TRUE(found.empty()) << report(found);
    return;
  }
  ASSERT_EQ(found.size(), 1u) << report(found);
  EXPECT_NE(found[0].what.find(planted.what), std::string::npos) << found[0].what;
  EXPECT_EQ(found[0].line, planted.line);
}

INSTANTIATE_TEST_SUITE_P(
    Layers, PlantedViolation,
    testing::Values(
        Planted{"lib/core/up.cpp", "\n#include \"lib/engine/engine.hpp\"\n", "to its right", 2},
        Planted{"lib/engine/down.cpp", "#include \"lib/core/view.hpp\"\n", ""},
        Planted{"problems/mate.cpp", "#include \"notebooks-export/figure.hpp\"\n", "beside it"},
        Planted{"analysis/theory/mate.cpp", "#include \"analysis/probes/lanczos.hpp\"\n", "beside it"},
        Planted{"lib/core/relative.cpp", "#include \"view.hpp\"\n", "from the root"},
        Planted{"lib/core/gone.cpp", "#  include \"lib/core/gone.hpp\"\n", "no file"},
        Planted{"lib/core/text.hpp", "#include <fmt/format.h>\n", "never by a header"},
        Planted{"lib/core/text.cpp", "#include <fmt/format.h>\n", ""},
        Planted{"lib/core/heavy.cpp", "#include <Eigen/Dense>\n", "outside headers of lib/core"},
        Planted{"lib/core/wide.cpp", "#include <immintrin.h>\n", "outside headers of lib/core"},
        Planted{"analysis/report/store.cpp", "#include <sqlite3.h>\n", "analysis/study alone"},
        Planted{"analysis/theory/ranks.cpp", "#include <mpi.h>\n", "analysis/study alone"},
        Planted{"problems/network.cpp", "#include <torch/torch.h>\n", "problems/torch alone"},
        Planted{"lib/engine/cpu/device.cpp", "#include <cuda_runtime.h>\n", "lib/engine/cuda alone"},
        Planted{"lib/engine/cuda/device.cpp", "#include <cuda_runtime.h>\n", ""},
        Planted{"lib/engine/back_end.hpp", "#ifdef __CUDACC__\n#endif\n", "__CUDACC__ has no place"},
        Planted{"analysis/study/talk.cpp", "// std::cout\nvoid f() { std::cout << 1; }\n", "std::cout has no place", 2},
        Planted{"analysis/study/quiet.cpp", "const char* text = \"std::cout\";  // fmt::print\n", ""},
        Planted{"problems/instances.cu", "#include \"problems/kernels.hpp\"\n", "must not meet the device compiler"},
        Planted{"misc/lost.cpp", "\n", "in no layer"}));

}  // namespace
}  // namespace thalweg::lint
