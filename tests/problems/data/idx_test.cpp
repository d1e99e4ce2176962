#include "problems/data/idx.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "lib/core/check.hpp"
#include "tests/problems/data/idx_files.hpp"

namespace thalweg::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string spec_error(const std::function<void()>& act) {
  try {
    act();
  } catch (const SpecError& error) {
    return error.what();
  }
  return "no error";
}
std::string environment_error(const std::function<void()>& act) {
  try {
    act();
  } catch (const EnvironmentError& error) {
    return error.what();
  }
  return "no error";
}

const std::vector<std::uint8_t> six = {1, 2, 3, 250, 5, 6};

TEST(Idx, PlainAndGzippedFilesReadTheSame) {
  const DataFolder folder;
  for (const auto& file : {folder.plain("a", idx_bytes({1, 2, 3}, six)), folder.gzipped("a.gz", idx_bytes({1, 2, 3}, six))}) {
    const IdxArray array = read_idx(file, 3);
    EXPECT_EQ(array.shape, (std::vector<std::size_t>{1, 2, 3}));
    EXPECT_EQ(array.values, six);
  }
}

TEST(Idx, TruncatedFilesAreRefusedAtEveryLength) {
  const DataFolder folder;
  const std::vector<std::uint8_t> whole = idx_bytes({1, 2, 3}, six);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const std::vector<std::uint8_t> part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    for (const auto& file : {folder.plain("cut", part), folder.gzipped("cut.gz", part)})
      EXPECT_THAT(spec_error([&] { read_idx(file, 3); }),
                  AllOf(HasSubstr(file.string()), HasSubstr(length < 4 ? "shorter than" : "truncated")))
          << length;
  }
}

TEST(Idx, TruncatedGzipDataIsRefused) {
  const DataFolder folder;
  std::vector<std::uint8_t> noise(5000);
  for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<std::uint8_t>(i * i * 2654435761U >> 13U);
  const auto file = folder.gzipped("t.gz", idx_bytes({5000}, noise));
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  EXPECT_THAT(spec_error([&] { read_idx(file, 1); }), AllOf(HasSubstr(file.string()), HasSubstr("truncated")));
}

TEST(Idx, DamagedGzipDataIsRefused) {
  const DataFolder folder;
  const auto file = folder.gzipped("d.gz", idx_bytes({1, 2, 3}, six));
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(static_cast<std::streamoff>(std::filesystem::file_size(file)) - 6);
  stream.write("\x55\x55", 2);
  stream.close();
  EXPECT_THAT(spec_error([&] { read_idx(file, 3); }), HasSubstr("damaged gzip data"));
}

TEST(Idx, WrongMagicTypeAndDimensionsAreNamed) {
  const DataFolder folder;
  EXPECT_THAT(spec_error([&] {
                read_idx(folder.plain("m", {'P', 'N', 'G', 0, 0, 0, 0, 0}), 1);
              }),
              HasSubstr("not an IDX file: the magic number"));
  EXPECT_THAT(spec_error([&] { read_idx(folder.plain("t", idx_bytes({6}, six, 13)), 1); }), HasSubstr("IDX type = 13: must be 8"));
  EXPECT_THAT(spec_error([&] { read_idx(folder.plain("n", idx_bytes({6}, six)), 3); }), HasSubstr("IDX dimensions = 1: must be 3"));
}

TEST(Idx, AbsurdSizesAreRefusedWithoutAllocating) {
  const DataFolder folder;
  EXPECT_THAT(spec_error([&] {
                read_idx(folder.plain("h", idx_bytes({0xffffffffU, 0xffffffffU, 0xffffffffU}, six)), 3);
              }),
              HasSubstr("IDX size 1 = 4294967295"));
  EXPECT_THAT(spec_error([&] { read_idx(folder.plain("z", idx_bytes({6, 0, 1}, {})), 3); }), HasSubstr("IDX size 2 = 0: must be positive"));
  // 2 GiB promised, six bytes there: answered at once.
  EXPECT_THAT(spec_error([&] { read_idx(folder.plain("l", idx_bytes({0x7fffffffU}, six)), 1); }),
              HasSubstr("6 values where the header says 2147483647"));
}

TEST(Idx, TrailingBytesAreRefused) {
  const DataFolder folder;
  EXPECT_THAT(spec_error([&] { read_idx(folder.plain("x", idx_bytes({5}, six)), 1); }), HasSubstr("longer than the 5 values"));
}

TEST(Idx, FileThatCannotBeOpenedIsAnEnvironmentError) {
  const DataFolder folder;
  EXPECT_THAT(environment_error([&] { read_idx(folder.path() / "absent", 1); }), AllOf(HasSubstr("absent"), HasSubstr("No such file")));
  EXPECT_THAT(environment_error([&] { read_idx(folder.path(), 1); }), HasSubstr("is a directory"));
}

TEST(Idx, AbsentDataNamesThePackageAndTheVariable) {
  const DataFolder folder;
  EXPECT_THAT(environment_error([&] { fashion_mnist(10); }), AllOf(HasSubstr("dataset-fashion-mnist"), HasSubstr("THALWEG_DATA")));
}

TEST(Idx, ImagesAndLabelsMustAgree) {
  const DataFolder folder;
  folder.images({3, 1, 2}, six, {1, 2});
  EXPECT_THAT(spec_error([&] { fashion_mnist(2); }), HasSubstr("labels = 2: must be as many as the images, 3"));
  folder.images({3, 1, 2}, six, {1, 2, 10});
  EXPECT_THAT(spec_error([&] { fashion_mnist(3); }), HasSubstr("label 2 = 10: must be a class from 0 to 9"));
  folder.images({3, 1, 2}, six, {1, 2, 9});
  EXPECT_THAT(spec_error([&] { fashion_mnist(4); }), HasSubstr("images = 3: samples = 4 asks for more"));
  const ImageSet set = fashion_mnist(2);
  EXPECT_EQ(set.pixels, 2U);
  EXPECT_EQ(set.images, (std::vector<std::uint8_t>{1, 2, 3, 250}));
  EXPECT_EQ(set.labels, (std::vector<std::uint8_t>{1, 2}));
}

}  // namespace
}  // namespace thalweg::test
