// The kernels are vector code: their machine code is read. The loops that advance a state, make slopes and add noise use packed square roots,
// divisions and fused multiply-adds on the widest registers of their instruction set; what works on single numbers is the stated rest of a stretch.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "tests/lint/source_tree.hpp"

namespace thalweg::lint {
namespace {

struct Instruction {
  std::size_t address;
  std::string name, operands;
  bool uses(const char* register_prefix) const { return operands.find(register_prefix) != std::string::npos; }
};
struct Function {
  std::string name;
  std::vector<Instruction> code;
};

std::string output_of(const std::string& command) {
  std::FILE* pipe = popen(command.c_str(), "r");
  std::string text;
  std::array<char, 65536> buffer;
  while (pipe != nullptr && std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) text += buffer.data();
  if (pipe == nullptr || pclose(pipe) != 0) return {};
  return text;
}

// Lines "0000 <name>:" begin a function, lines "  1f:<tab>vmulpd %ymm0,..." are its code.
std::vector<Function> functions_of(const std::string& object) {
  const fs::path path = fs::path(THALWEG_BINARY_DIR) / "kernels" / (object + ".o");
  std::istringstream in(output_of("objdump --disassemble --demangle --no-show-raw-insn '" + path.string() + "' 2>&1"));
  std::vector<Function> all;
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with(">:") && line.find('<') != std::string::npos) {
      const std::size_t begin = line.find('<') + 1;
      all.push_back({line.substr(begin, line.size() - begin - 2), {}});
    } else if (const std::size_t tab = line.find('\t'); tab != std::string::npos && line.find(':') < tab && !all.empty()) {
      std::istringstream words(line.substr(tab + 1));
      Instruction made{std::stoul(line, nullptr, 16), "", ""};
      words >> made.name;
      std::getline(words, made.operands);
      all.back().code.push_back(made);
    }
  }
  return all;
}

bool have_objdump() { return !output_of("objdump --version 2>/dev/null").empty(); }

bool matches(const std::string& text, const char* pattern) { return std::regex_search(text, std::regex(pattern)); }

// What the test asks of one function.
struct Tally {
  std::size_t packed_root = 0, packed_division = 0, packed_fma = 0, widest = 0, scalar = 0, calls = 0, foreign_calls = 0, pieces = 0;
};

const char* widest_register(const std::string& isa) { return isa == "v4" ? "%zmm" : isa == "v3" ? "%ymm" : "%xmm"; }

Tally tally_of(const Function& function, const std::string& isa) {
  const char* wide = widest_register(isa);
  static const std::regex root("^v?sqrtp[sd]$"), division("^v?divp[sd]$"), fma("^vfn?m(add|sub)[0-9]+p[sd]$"),
      single("^(v?sqrts[sd]|v?divs[sd]|vfn?m(add|sub)[0-9]+s[sd])$"), vector_move("^v?mov(ap|up|dqa|dqu|dqa64|dqu64)[sd]?$|^vinsert[fi]|^vextract[fi]");
  Tally tally;
  for (const Instruction& i : function.code) {
    const bool widest = i.uses(wide);
    if (widest && std::regex_match(i.name, root)) ++tally.packed_root;
    if (widest && std::regex_match(i.name, division)) ++tally.packed_division;
    if (widest && std::regex_match(i.name, fma)) ++tally.packed_fma;
    if (widest) ++tally.widest;
    if (std::regex_match(i.name, single)) ++tally.scalar;
    if (i.name.starts_with("call")) {
      ++tally.calls;
      if (i.operands.find("thalweg::") == std::string::npos) ++tally.foreign_calls;
    }
    // 16 bytes to or from the stack.
    if (isa != "v2" && i.uses("%xmm") && !i.uses("%ymm") && !i.uses("%zmm") && std::regex_search(i.name, vector_move) && matches(i.operands, "\\((%rsp|%rbp)"))
      ++tally.pieces;
  }
  return tally;
}

std::vector<std::string> built() {
  std::vector<std::string> all;
  std::istringstream in(THALWEG_BUILT_ISAS);
  for (std::string isa; std::getline(in, isa, ',');) all.push_back(isa);
  return all;
}

class Vectorised : public testing::Test {
 protected:
  void SetUp() override {
    if (!have_objdump()) GTEST_SKIP() << "objdump (Debian package binutils) is not there";
    if (!THALWEG_OPTIMISED) GTEST_SKIP() << "a build without optimisation or with sanitizers";
  }
};

// v2 has no fused multiply-add: each lane of one is a call of the C library.
TEST_F(Vectorised, UpdatesUseTheWidestRegistersAndNoSingleNumbers) {
  for (const std::string& isa : built()) {
    std::size_t seen = 0;
    for (const Function& function : functions_of("thalweg_rule_kernels_" + isa)) {
      if (!matches(function.name, "RuleKernels<.*>::(apply|advance<.*>)\\(")) continue;
      ++seen;
      const Tally tally = tally_of(function, isa);
      if (tally.widest == 0 && matches(function.name, "PhasedDecay.*::apply\\(")) continue;  // it only chooses among the loops, which are functions
      EXPECT_GT(tally.widest, 0u) << isa << " " << function.name;
      if (isa == "v2") continue;
      EXPECT_EQ(tally.scalar, 0u) << isa << " " << function.name << ": single square roots, divisions or fused multiply-adds";
      EXPECT_GT(tally.packed_fma, 0u) << isa << " " << function.name;
      EXPECT_EQ(tally.foreign_calls, 0u) << isa << " " << function.name << ": calls out of the kernels";
      if (matches(function.name, "RootPlusEps|RootOfSum")) {
        EXPECT_GT(tally.packed_root, 0u) << isa << " " << function.name;
        EXPECT_GT(tally.packed_division, 0u) << isa << " " << function.name;
        EXPECT_EQ(tally.calls, 0u) << isa << " " << function.name;
      }
    }
    EXPECT_GE(seen, 2u * 10u) << isa << ": each rule in both types";
  }
}

// The straight loops: from the target of a jump backwards to the jump, with no other jump between.
std::vector<Function> straight_loops(const Function& function) {
  std::vector<std::pair<std::size_t, std::size_t>> loops;
  for (const Instruction& i : function.code) {
    if (!i.name.starts_with("j")) continue;
    std::size_t target = 0;
    std::istringstream in(i.operands);
    if (in >> std::hex >> target && target < i.address && target >= function.code.front().address) loops.emplace_back(target, i.address);
  }
  std::vector<Function> straight;
  for (const auto& [begin, end] : loops) {
    const auto inside = std::count_if(function.code.begin(), function.code.end(), [&](const Instruction& i) {
      return i.name.starts_with("j") && i.address >= begin && i.address < end;
    });
    if (inside > 0) continue;
    Function& loop = straight.emplace_back();
    loop.name = function.name;
    for (const Instruction& i : function.code)
      if (i.address >= begin && i.address <= end) loop.code.push_back(i);
  }
  return straight;
}

// A state that is copied through the stack in pieces of 16 bytes stalls each load of the whole. The loops without limits and with limits for all
// replicas are straight; where the limits of coordinates are gathered lane by lane, pieces are what they are gathered in. The loops of phased rules
// branch on the call.
TEST_F(Vectorised, StateDoesNotTravelThroughTheStackInPieces) {
  for (const std::string& isa : built()) {
    if (isa == "v2") continue;
    for (const Function& function : functions_of("thalweg_rule_kernels_" + isa)) {
      if (!matches(function.name, "RuleKernels<.*>::(apply|advance<.*>)\\(") || matches(function.name, "PhasedDecay")) continue;
      const bool branches = tally_of(function, isa).calls > 0;  // an elementary function takes another way for rare arguments
      std::size_t updates = 0;
      for (const Function& loop : straight_loops(function)) {
        const Tally tally = tally_of(loop, isa);
        if (tally.packed_fma == 0) continue;
        ++updates;
        EXPECT_EQ(tally.pieces, 0u) << isa << " " << function.name;
      }
      if (!branches) { EXPECT_GE(updates, 2u) << isa << " " << function.name; }
    }
  }
}

TEST_F(Vectorised, GradientsOfReplicasHaveNoSingleNumbers) {
  for (const std::string& isa : built()) {
    if (isa == "v2") continue;
    std::size_t seen = 0;
    for (const Function& function : functions_of("thalweg_objective_kernels_" + isa)) {
      const bool kernel = matches(function.name, "ObjectiveKernels<.*>::gradient\\("), formula = matches(function.name, "::gradient<thalweg::Pack<");
      if (!(kernel || formula) || matches(function.name, "FashionLogistic|ClassModel")) continue;  // those keep memory; their products are looked at below
      seen += kernel ? 1 : 0;
      const Tally tally = tally_of(function, isa);
      EXPECT_GT(tally.widest + (kernel ? tally.calls : 0), 0u) << isa << " " << function.name;  // a long formula is a function, looked at by itself
      EXPECT_EQ(tally.foreign_calls, 0u) << isa << " " << function.name;
      EXPECT_EQ(tally.scalar, 0u) << isa << " " << function.name;
      if (matches(function.name, "LogOnePlusSquare")) { EXPECT_GT(tally.packed_division, 0u) << isa << " " << function.name; }
      if (matches(function.name, "LogCosh|Cosine|PlSine")) { EXPECT_GT(tally.packed_fma, 0u) << isa << " " << function.name; }
    }
    EXPECT_GE(seen, 2u * 7u) << isa;
  }
}

TEST_F(Vectorised, ProductsOfClassesAreFusedInTheWidestRegisters) {
  for (const std::string& isa : built()) {
    if (isa == "v2") continue;
    std::size_t seen = 0;
    for (const Function& function : functions_of("thalweg_objective_kernels_" + isa)) {
      if (!matches(function.name, "classed::score_tile<[24]ul, 4ul, thalweg::Pack<.*OwnRows")) continue;
      ++seen;
      const Tally tally = tally_of(function, isa);
      EXPECT_GE(tally.packed_fma, 8u) << isa << " " << function.name;
      EXPECT_EQ(tally.scalar, 0u) << isa << " " << function.name;
      EXPECT_EQ(tally.calls, 0u) << isa << " " << function.name;
    }
    EXPECT_GE(seen, 2u) << isa << ": in both types";
  }
}

// Along coordinates the last, incomplete pack is done one coordinate at a time: single numbers are the stated rest, and the packs are there.
TEST_F(Vectorised, SlopesAlongCoordinatesUseTheWidestRegisters) {
  for (const std::string& isa : built()) {
    if (isa == "v2") continue;
    for (const Function& function : functions_of("thalweg_objective_kernels_" + isa)) {
      if (!matches(function.name, "ObjectiveKernels<.*>::slopes\\(")) continue;
      const Tally tally = tally_of(function, isa);
      EXPECT_GT(tally.widest + tally.calls, 0u) << isa << " " << function.name;
      EXPECT_EQ(tally.foreign_calls, 0u) << isa << " " << function.name;
      if (matches(function.name, "LogOnePlusSquare")) { EXPECT_GT(tally.packed_division, 0u) << isa << " " << function.name; }
    }
  }
}

TEST_F(Vectorised, NoiseIsDrawnInTheWidestRegisters) {
  for (const std::string& isa : built()) {
    if (isa == "v2") continue;
    std::size_t seen = 0;
    for (const Function& function : functions_of("thalweg_noise_kernels_" + isa)) {
      if (!matches(function.name, "NoiseKernels<.*>::add(_along)?\\(")) continue;
      ++seen;
      const Tally tally = tally_of(function, isa);
      EXPECT_GT(tally.widest, 0u) << isa << " " << function.name;
      // Philox is part of the kernel; a long formula (exp, log, pow) may be a function of ours. The last coordinates go one by one.
      if (!matches(function.name, "add_along")) { EXPECT_EQ(tally.scalar, 0u) << isa << " " << function.name; }
      EXPECT_EQ(tally.foreign_calls, 0u) << isa << " " << function.name;
      if (matches(function.name, "Gaussian|TwoPoint|Rademacher|Uniform|Multiplicative|Sparse|Biased")) { EXPECT_EQ(tally.calls, 0u) << isa << " " << function.name; }
      if (matches(function.name, "Gaussian")) { EXPECT_GT(tally.packed_fma * tally.packed_root, 0u) << isa << " " << function.name; }
    }
    EXPECT_GE(seen, 8u) << isa;
  }
}

// The code is read indeed: single numbers are found where they are, in the steps that are made once for all coordinates.
TEST_F(Vectorised, SingleNumbersAreSeenWhereTheyAre) {
  for (const std::string& isa : built()) {
    std::size_t scalar = 0;
    for (const Function& function : functions_of("thalweg_rule_kernels_" + isa))
      if (matches(function.name, "RuleKernels<.*>::at\\(")) scalar += tally_of(function, isa).scalar;
    EXPECT_GT(scalar, 0u) << isa;
  }
}

}  // namespace
}  // namespace thalweg::lint
