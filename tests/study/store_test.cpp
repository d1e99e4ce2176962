// The store: what is put comes back to the same bits, nothing is overwritten, exports are sorted and equal for equal runs.
#include "analysis/study/store.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <sstream>
#include <thread>

#include "lib/core/check.hpp"
#include "tests/cli/program.hpp"

namespace thalweg {
namespace {

Cell cell_with(const std::string& key) {
  Cell cell = expand(parse_study("id = \"mine\"\n[[block]]\nproblem = { id = \"cosine\", dim = 2 }\nnoise = { id = \"gaussian\", sigma = 1.0 }\nmethod = \"adam\"\n"
                                 "eta = \"0.1\"\nT = 4\nreplicas = 3\n",
                                 "mine.toml"),
                     {})
                  .front();
  cell.key = key;
  return cell;
}

Trajectories made(double first = 1.0) {
  Trajectories out;
  out.replicas = 3;
  out.steps = {1, 4};
  out.series[static_cast<std::size_t>(Metric::f_gap)] = {first, std::nan(""), -0.0, 0x1p-1074, std::numeric_limits<double>::infinity(), 0.1};
  out.series[static_cast<std::size_t>(Metric::v1)] = {1, 2, 3, 4, 5, -std::numeric_limits<double>::infinity()};
  out.percentiles = std::vector<double>(2 * rate_percentiles.size() * 3, 0.25);
  out.percentiles[7] = 0.3;
  out.outcomes = {{Ending::finished, 4}, {Ending::diverged, 2}, {Ending::non_finite, 3}};
  out.audits = {{}, {1, 2, 3, 4, 5, 6}, {4, 0, 1, 0, 7, 0}};
  return out;
}

std::vector<std::uint64_t> bits(const std::vector<double>& values) {
  std::vector<std::uint64_t> all;
  for (double value : values) all.push_back(std::bit_cast<std::uint64_t>(value));
  return all;
}

std::string exported(const Store& store) {
  std::ostringstream text;
  store.export_csv(text);
  return text.str();
}

TEST(Store, GivesBackTheSameBits) {
  TemporaryFolder folder;
  const Trajectories data = made();
  Store(folder.path() / "deep/store").put(cell_with("k"), "hash", data, 1.5);
  const Store store = Store::existing(folder.path() / "deep/store");
  EXPECT_TRUE(store.has("k"));
  EXPECT_FALSE(store.has("l"));
  EXPECT_FALSE(store.get("l").has_value());
  const Trajectories back = store.get("k").value();
  EXPECT_EQ(back.replicas, data.replicas);
  EXPECT_EQ(back.steps, data.steps);
  for (std::size_t k = 0; k < metric_count; ++k) EXPECT_EQ(bits(back.series[k]), bits(data.series[k])) << metric_names[k];
  EXPECT_EQ(bits(back.percentiles), bits(data.percentiles));
  ASSERT_EQ(back.outcomes.size(), 3u);
  ASSERT_EQ(back.audits.size(), 3u);
  for (std::size_t r = 0; r < 3; ++r) {
    EXPECT_EQ(back.outcomes[r].ending, data.outcomes[r].ending);
    EXPECT_EQ(back.outcomes[r].step, data.outcomes[r].step);
    EXPECT_EQ(back.audits[r], data.audits[r]);
  }
}

TEST(Store, IsAppendOnly) {
  TemporaryFolder folder;
  Store store(folder.path() / "store");
  store.put(cell_with("k"), "hash", made(1.0), 1.0);
  const std::string before = exported(store);
  Trajectories other = made(2.0);
  other.series[static_cast<std::size_t>(Metric::v2)] = std::vector<double>(6, 9.0);
  store.put(cell_with("k"), "hash", other, 2.0);
  EXPECT_EQ(exported(store), before);
  EXPECT_EQ(store.get("k")->series[static_cast<std::size_t>(Metric::f_gap)][0], 1.0);
}

TEST(Store, ExportsAreSortedAndDoNotDependOnTheOrderOfWriting) {
  TemporaryFolder folder;
  Store one(folder.path() / "one"), two(folder.path() / "two");
  for (const char* key : {"c", "a", "b"}) one.put(cell_with(key), "hash", made(), 1.0);
  for (const char* key : {"b", "c", "a"}) two.put(cell_with(key), "hash", made(), 2.0);
  EXPECT_EQ(one.keys(), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(exported(one), exported(two)) << "wall times do not enter";
  EXPECT_EQ(one.hash(), two.hash());
}

TEST(Store, EveryNumberEntersTheExportAndTheHash) {
  TemporaryFolder folder;
  auto both = [&, number = 0](const Trajectories& data) mutable {
    Store store(folder.path() / std::to_string(number++));
    store.put(cell_with("k"), "hash", data, 1.0);
    return std::pair{exported(store), store.hash()};
  };
  const auto plain = both(made());
  EXPECT_EQ(both(made()), plain);
  const auto differs = [&](auto change) {
    Trajectories data = made();
    change(data);
    const auto now = both(data);
    EXPECT_NE(now.first, plain.first);
    EXPECT_NE(now.second, plain.second);
  };
  differs([](Trajectories& t) { t.series[0][0] = std::nextafter(t.series[0][0], 2.0); });
  differs([](Trajectories& t) { t.series[0][2] = 0.0; });
  differs([](Trajectories& t) { t.percentiles[0] = 0.5; });
  differs([](Trajectories& t) { t.outcomes[0].step = 3; });
  differs([](Trajectories& t) { t.outcomes[1].ending = Ending::non_finite; });
  for (const AuditEntry& entry : audit_entries) differs([&](Trajectories& t) { t.audits[0].*entry.step = 9; });
  // A NaN is a NaN, whichever instruction made it.
  Trajectories negative = made();
  negative.series[0][1] = -std::nan("");
  EXPECT_EQ(both(negative), plain);
}

TEST(Store, ExportedNumbersReadBackToTheSameBits) {
  TemporaryFolder folder;
  Store store(folder.path() / "store");
  Trajectories data = made(1.0 / 3.0);
  store.put(cell_with("k"), "hash", data, 1.0);
  std::istringstream lines(exported(store));
  std::string line;
  std::vector<double> read;
  std::getline(lines, line);
  EXPECT_EQ(line, "cell,problem,noise,definition,eta,horizon,seed,metric,step,replica,value");
  while (std::getline(lines, line))
    if (line.find(",f_gap,") != std::string::npos) read.push_back(std::strtod(line.c_str() + line.rfind(',') + 1, nullptr));
  EXPECT_EQ(bits(read), bits(data.series[static_cast<std::size_t>(Metric::f_gap)]));
}

TEST(Store, TakesTwoWritersAtOnce) {
  TemporaryFolder folder;
  const auto write = [&](const std::string& prefix) {
    Store store(folder.path() / "store");
    for (int i = 0; i < 25; ++i) {
      store.put(cell_with(prefix + std::to_string(i)), "hash", made(), 1.0);
      store.put(cell_with("shared" + std::to_string(i)), "hash", made(), 1.0);
    }
  };
  std::thread left([&] { write("left"); }), right([&] { write("right"); });
  left.join();
  right.join();
  EXPECT_EQ(Store::existing(folder.path() / "store").keys().size(), 75u);
}

TEST(Store, KeepsEachStudyOnce) {
  TemporaryFolder folder;
  Store store(folder.path() / "store");
  const std::string text = "id = \"mine\"\n[[block]]\nproblem = \"cosine\"\nmethod = \"sgd\"\neta = \"0.1\"\nT = 4\n";
  const Study study = parse_study(text, "mine.toml"), longer = parse_study(text + "replicas = 2\n", "mine.toml");
  for (const Study* one : {&study, &longer, &study}) store.put_study(*one);
  ASSERT_EQ(store.studies().size(), 2u);
  EXPECT_EQ(store.studies()[0], (std::pair<std::string, std::string>("mine", text)));
}

// Half a file must not read as half the records.
TEST(Store, ADamagedFileIsNeverReadAsAShorterOne) {
  TemporaryFolder folder;
  Trajectories data = made();
  data.replicas = 3000;
  data.outcomes.assign(3000, {Ending::finished, 4});
  data.series[static_cast<std::size_t>(Metric::f_gap)].assign(6000, 0.5);
  data.series[static_cast<std::size_t>(Metric::v1)].clear();
  data.percentiles.clear();
  data.audits.clear();
  {
    Store store(folder.path() / "store");
    for (int i = 0; i < 8; ++i) store.put(cell_with("k" + std::to_string(i)), "hash", data, 1.0);
  }
  const std::string file = folder / "store/store.sqlite", whole = read_file(file);
  ASSERT_GT(whole.size(), 300000u) << "closing the store moves the log into it";
  int read = 0;
  for (int part = 1; part < 20; ++part) {
    write_file(file, whole.substr(0, whole.size() * static_cast<std::size_t>(part) / 20 / 4096 * 4096));
    try {
      const Store store = Store::existing(folder.path() / "store");
      exported(store);
      ++read;
    } catch (const SpecError& error) {
      EXPECT_NE(std::string(error.what()).find("store.sqlite"), std::string::npos) << error.what();
    } catch (const EnvironmentError& error) {
      EXPECT_NE(std::string(error.what()).find("store.sqlite"), std::string::npos) << error.what();
    }
  }
  EXPECT_EQ(read, 0);
}

TEST(Store, RefusesWhatIsNoStore) {
  TemporaryFolder folder;
  EXPECT_THROW(Store::existing(folder.path() / "nowhere"), SpecError);
  std::string noise;
  for (int i = 0; i < 4096; ++i) noise += static_cast<char>('a' + i % 23);
  write_file(folder / "text/store.sqlite", noise);
  EXPECT_THROW(Store::existing(folder.path() / "text"), SpecError);
  EXPECT_THROW(Store(folder.path() / "text"), SpecError);
  EXPECT_EQ(read_file(folder / "text/store.sqlite"), noise) << "what is not ours is left alone";
  write_file(folder / "empty/store.sqlite", "");
  EXPECT_THROW(Store::existing(folder.path() / "empty"), SpecError);
  write_file(folder / "file", "x");
  EXPECT_THROW(Store(folder.path() / "file"), EnvironmentError);
  EXPECT_THROW(Store(folder.path() / "file/below"), EnvironmentError);
}

}  // namespace
}  // namespace thalweg
