#include "callback/signature.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "base/temporary_directory_for_test.h"

namespace code_exec::callback {
namespace {

TEST(Signature, IsTheHmacOfTimestampAndBody) {
  // What this prints:
  //   printf '1700000000.{"jobId":"x"}' | openssl dgst -sha256 -hmac 0123456789abcdef
  EXPECT_EQ(signature("0123456789abcdef", "1700000000", R"({"jobId":"x"})"),
            "sha256=a113b274c4498e63065d568f9138ec5f6cb826d11b75049b9e0c6b99948e652c");
}

class SecretFile : public testing::Test {
 protected:
  TemporaryDirectory directory_;
  std::filesystem::path file_ = directory_.path() / "callback-secret";
};

TEST_F(SecretFile, IsMadeOnceAndForItsOwnerAlone) {
  auto made = load_or_make_secret(file_);
  ASSERT_TRUE(made) << made.error().detail;
  EXPECT_EQ(made->size(), 64U);
  struct stat status {};
  ASSERT_EQ(stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);

  auto again = load_or_make_secret(file_);
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, *made);
}

TEST_F(SecretFile, OfAnOperatorIsTakenWithoutItsLineFeed) {
  std::ofstream(file_) << "a secret of sixteen bytes\n";
  auto secret = load_or_make_secret(file_);
  ASSERT_TRUE(secret);
  EXPECT_EQ(*secret, "a secret of sixteen bytes");
}

TEST_F(SecretFile, IsForItsOwnerAloneWhateverWasLeft) {
  const std::string left = file_.string() + ".new";
  std::ofstream(left) << "left";
  ASSERT_EQ(chmod(left.c_str(), 0666), 0);
  ASSERT_TRUE(load_or_make_secret(file_));
  struct stat status {};
  ASSERT_EQ(stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(SecretFile, ThatIsTooLongOrNoFileIsRefused) {
  std::ofstream(file_) << std::string(5000, 'x');
  EXPECT_FALSE(load_or_make_secret(file_));
  std::filesystem::remove(file_);
  ASSERT_EQ(mkfifo(file_.c_str(), 0600), 0);
  EXPECT_FALSE(load_or_make_secret(file_));
}

TEST_F(SecretFile, ThatIsTooShortOrALinkIsRefused) {
  std::ofstream(file_) << "short\n";
  EXPECT_FALSE(load_or_make_secret(file_));
  std::filesystem::remove(file_);
  std::filesystem::create_symlink(directory_.path() / "elsewhere", file_);
  EXPECT_FALSE(load_or_make_secret(file_));
}

}  // namespace
}  // namespace code_exec::callback
