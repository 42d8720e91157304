#include "base/file_lock.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace code_exec {
namespace {

TEST(LockFile, IsHeldUntilItIsClosed) {
  const std::string name = testing::TempDir() + "file_lock_test." + std::to_string(getpid());
  auto held = lock_file(name.c_str());
  ASSERT_TRUE(held);
  auto second = lock_file(name.c_str());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::conflict);
  EXPECT_EQ(second.error().detail, "process " + std::to_string(getpid()));
  held->reset();
  EXPECT_TRUE(lock_file(name.c_str()));
  std::filesystem::remove(name);
}

}  // namespace
}  // namespace code_exec
