// Data files: values of every format, and every way in which they are refused.
#include "problems/data/dataset.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "problems/data/csv.hpp"
#include "problems/data/libsvm.hpp"
#include "tests/problems/data/idx_files.hpp"
#include "tests/problems/data/text_files.hpp"

namespace thalweg::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using Numbers = std::vector<double>;

std::string csv_error(const std::string& text, std::size_t label = 0) {
  return refused([&] { parse_csv(text, "t.csv", label); });
}
std::string libsvm_error(const std::string& text) {
  return refused([&] { parse_libsvm(text, "t.svm"); });
}

TEST(Csv, ReadsNumbersWithAndWithoutHeaderLineEndsAndSpaces) {
  for (const std::string text : {"1,2,3\n4,5,6\n", "1,2,3\n4,5,6", "1,2,3\r\n4,5,6\r\n", "a,b,y\n1,2,3\n\n4,5,6\n", " 1 ;\t2; 3\n4;5;6", "1\t2\t3\n4\t5\t6\n", "+1,2e0,3.0\n4,0.5e1,6\n  \n"}) {
    const Dataset data = parse_csv(text, "t.csv", 0);
    EXPECT_EQ(data.samples, 2u) << text;
    EXPECT_EQ(data.features, 2u) << text;
    EXPECT_EQ(data.design, (Numbers{1, 2, 4, 5})) << text;
    EXPECT_EQ(data.targets, (Numbers{3, 6})) << text;
  }
}

TEST(Csv, TargetIsTheColumnNamedByItsNumber) {
  const Dataset first = parse_csv("1,2,3\n4,5,6\n", "t.csv", 1), second = parse_csv("1,2,3\n4,5,6\n", "t.csv", 2);
  EXPECT_EQ(first.targets, (Numbers{1, 4}));
  EXPECT_EQ(first.design, (Numbers{2, 3, 5, 6}));
  EXPECT_EQ(second.targets, (Numbers{2, 5}));
  EXPECT_THAT(csv_error("1,2,3\n", 4), HasSubstr("label = 4: must be a column from 1 to 3"));
}

TEST(Csv, RefusalsNamePlaceFieldAndWhatIsAllowed) {
  EXPECT_THAT(csv_error("1,2\n3,x\n"), HasSubstr("t.csv:2:3: column 2 = 'x': must be a number"));
  EXPECT_THAT(csv_error("a,b\n3,4\n5,6 7\n"), HasSubstr("t.csv:3:3: column 2 ('b') = '6 7': must be a number"));
  EXPECT_THAT(csv_error("1,2\n3\n"), HasSubstr("t.csv:2:2: columns = 1: must be 2, as in the first line"));
  EXPECT_THAT(csv_error("1,2\n3,4,5\n"), HasSubstr("t.csv:2:5: columns = 3: must be 2"));
  EXPECT_THAT(csv_error("1,2\n3,\n"), HasSubstr("t.csv:2:3: column 2 = '': is missing"));
  EXPECT_THAT(csv_error("1,nan\n"), HasSubstr("must be a finite number"));
  EXPECT_THAT(csv_error("1,2\ninf,3\n"), HasSubstr("t.csv:2:1: column 1 = 'inf': must be a finite number"));
  EXPECT_THAT(csv_error("1,-1e101\n"), HasSubstr("at most 1e100"));
  EXPECT_THAT(csv_error("1,1e999\n"), HasSubstr("too large or too small for a double"));
  EXPECT_THAT(csv_error("1\n2\n"), HasSubstr("columns = 1: must be at least two"));
  EXPECT_THAT(csv_error("a,b\n"), HasSubstr("has a header and no row"));
  EXPECT_THAT(csv_error("a,1\n2,3\n"), HasSubstr("t.csv:1:1: column 1 = 'a': must be a number"));
}

TEST(Libsvm, ReadsSparseRowsIntoADenseMatrix) {
  for (const std::string text : {"1 1:2 3:-4\n-1 2:0.5\n0\n", "+1 1:2 3:-4 # first\r\n# nothing\r\n-1\t2:5e-1  \r\n\r\n0"}) {
    const Dataset data = parse_libsvm(text, "t.svm");
    EXPECT_EQ(data.samples, 3u);
    EXPECT_EQ(data.features, 3u);
    EXPECT_EQ(data.design, (Numbers{2, 0, -4, 0, 0.5, 0, 0, 0, 0}));
    EXPECT_EQ(data.targets, (Numbers{1, -1, 0}));
  }
}

TEST(Libsvm, RefusalsNamePlaceFieldAndWhatIsAllowed) {
  EXPECT_THAT(libsvm_error("1 0:2\n"), HasSubstr("t.svm:1:3: index = 0: indices begin at 1"));
  EXPECT_THAT(libsvm_error("1 2:2 1:3\n"), HasSubstr("t.svm:1:7: index = 1: must be above the one before it, 2"));
  EXPECT_THAT(libsvm_error("1 2:2 2:3\n"), HasSubstr("must be above the one before it"));
  EXPECT_THAT(libsvm_error("1 1:2\n1 3\n"), HasSubstr("t.svm:2:3: feature = '3': must be index:value"));
  EXPECT_THAT(libsvm_error("1 a:2\n"), HasSubstr("index = 'a': must be an integer from 1"));
  EXPECT_THAT(libsvm_error("1 -1:2\n"), HasSubstr("index = '-1': must be an integer from 1"));
  EXPECT_THAT(libsvm_error("1 :2\n"), HasSubstr("index = '': must be an integer"));
  EXPECT_THAT(libsvm_error("1 1:\n"), HasSubstr("t.svm:1:5: value of index 1 = '': is missing"));
  EXPECT_THAT(libsvm_error("1 1:nan\n"), HasSubstr("must be a finite number"));
  EXPECT_THAT(libsvm_error("x 1:2\n"), HasSubstr("t.svm:1:1: target = 'x': must be a number"));
  EXPECT_THAT(libsvm_error("1 qid:3 1:2\n"), HasSubstr("index = 'qid'"));
  EXPECT_THAT(libsvm_error("1 99999999999999999999:2\n"), AllOf(HasSubstr("kept dense"), HasSubstr("134217728")));
  EXPECT_THAT(libsvm_error("1 134217728:2\n1 1:1\n"), AllOf(HasSubstr("t.svm:1"), HasSubstr("2 rows of so many features")));
  EXPECT_THAT(libsvm_error("1\n0\n"), HasSubstr("no row has an index:value"));
  EXPECT_THAT(libsvm_error("# only\n"), HasSubstr("is empty"));
}

TEST(Dataset, FormatIsToldByTheName) {
  const TextFolder folder;
  const std::string columns = "1,2,3\n4,5,6\n", sparse = "3 1:1 2:2\n6 1:4 2:5\n";
  const std::string reference = digest_of(*load_dataset({folder.write("a.csv", columns)}));
  EXPECT_EQ(reference.size(), 16u);
  for (const std::string& file : {folder.write("a.tsv", columns), folder.gzipped("b.csv.gz", columns), folder.write("c.svm", sparse), folder.write("c.svmlight", sparse), folder.gzipped("d.libsvm.gz", sparse)})
    EXPECT_EQ(digest_of(*load_dataset({file})), reference) << file;
  EXPECT_NE(digest_of(*load_dataset({folder.write("e.csv", "1,2,3\n4,5,7\n")})), reference);
  EXPECT_THAT(refused([&] { load_dataset({folder.write("a.xlsx", columns)}); }), AllOf(HasSubstr("a name must say its format"), HasSubstr(".libsvm")));
}

TEST(Dataset, ImagesComeWithTheLabelsBesideThemOrNamed) {
  const DataFolder folder;
  folder.images({2, 1, 2}, {0, 255, 51, 0}, {3, 4});
  const auto images = folder.path() / "t10k-images-idx3-ubyte.gz";
  const auto data = load_dataset({images});
  EXPECT_EQ(data->design, (Numbers{0, 1, 0.2, 0}));
  EXPECT_EQ(data->targets, (Numbers{3, 4}));
  folder.plain("other", idx_bytes({2}, {7, 8}));
  EXPECT_EQ(load_dataset({.file = images, .labels = folder.path() / "other"})->targets, (Numbers{7, 8}));
  folder.plain("short", idx_bytes({1}, {7}));
  EXPECT_THAT(refused([&] { load_dataset({.file = images, .labels = folder.path() / "short"}); }), HasSubstr("labels = 1: must be as many as the images, 2"));
  EXPECT_THAT(refused([&] { load_dataset({.file = images, .label_column = 2}); }), HasSubstr("is a column of a CSV file"));
  EXPECT_THAT(refused([&] { load_dataset({.file = images, .labels = folder.path() / "absent"}); }), AllOf(HasSubstr("environment"), HasSubstr("absent")));
}

TEST(Dataset, FilesThatCannotBeReadAreSaidToBe) {
  const TextFolder folder;
  EXPECT_THAT(refused([&] { load_dataset({folder.path() / "absent.csv"}); }), AllOf(HasSubstr("environment"), HasSubstr("absent.csv"), HasSubstr("No such file")));
  EXPECT_THAT(refused([&] { load_dataset({folder.path() / "absent"}); }), HasSubstr("No such file"));
  std::filesystem::create_directory(folder.path() / "d.csv");
  EXPECT_THAT(refused([&] { load_dataset({folder.path() / "d.csv"}); }), HasSubstr("is a directory"));
  for (const char* empty : {"", "\n\n", " \t\r\n"}) EXPECT_THAT(refused([&] { load_dataset({folder.write("e.csv", empty)}); }), HasSubstr("is empty")) << empty;
  EXPECT_THAT(refused([&] { load_dataset({folder.write("e.svm", "")}); }), HasSubstr("is empty"));
  std::string rows;
  for (int i = 0; i < 3000; ++i) rows += std::to_string(i * 7919 % 1009) + "," + std::to_string(i) + "\n";
  const std::string cut = folder.gzipped("cut.csv.gz", rows);
  std::filesystem::resize_file(cut, std::filesystem::file_size(cut) / 2);
  EXPECT_THAT(refused([&] { load_dataset({cut}); }), HasSubstr("cut.csv.gz: truncated gzip data"));
}

TEST(Dataset, StandardisedFeaturesHaveMeanZeroAndVarianceOne) {
  const TextFolder folder;
  const auto data = load_dataset({.file = folder.write("s.csv", "1,5,1e90,0\n2,5,-1e90,1\n6,5,3e90,2\n"), .standardised = true, .constant = true});
  ASSERT_EQ(data->features, 4u);
  for (std::size_t k = 0; k < 4; ++k) {
    double mean = 0.0, square = 0.0;
    for (std::size_t i = 0; i < 3; ++i) mean += data->design[4 * i + k] / 3, square += data->design[4 * i + k] * data->design[4 * i + k] / 3;
    EXPECT_NEAR(mean, k == 3 ? 1.0 : 0.0, 1e-15);
    EXPECT_NEAR(square, k == 1 ? 0.0 : 1.0, 1e-15) << "the second feature is constant";
  }
}

}  // namespace
}  // namespace thalweg::test
