#include "access/key_ring.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/fake_clock.h"
#include "base/temporary_directory_for_test.h"

namespace code_exec::access {
namespace {

Key key_of(const std::string& text) {
  return Key{.name = text, .id = "k-" + text, .digest = digest_of(text)};
}

class Ring : public testing::Test {
 protected:
  KeyRing ring(std::vector<Key> given = {}) {
    return KeyRing(clock_, std::move(given), *KeyFile::open(path_));
  }
  void keep(std::vector<Key> keys) {
    ASSERT_TRUE(KeyFile::open(path_)->change([&](std::vector<Key>& kept) {
      kept = std::move(keys);
      return ok();
    }));
  }
  void damage() { std::ofstream(path_) << "{"; }
  // After what a service may miss of a change.
  void look(KeyRing& ring) {
    clock_.advance(look_interval);
    ring.refresh();
  }

  FakeClock clock_;
  TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_.path() / "keys.json";
};

TEST_F(Ring, WithoutKeysNobodyNeedsOne) {
  KeyRing nothing(clock_);
  ASSERT_TRUE(nothing.load());
  EXPECT_FALSE(nothing.required());
  KeyRing no_file = ring();
  ASSERT_TRUE(no_file.load());
  EXPECT_FALSE(no_file.required());
  look(no_file);
  EXPECT_FALSE(no_file.required());
}

TEST_F(Ring, KnowsTheKeysItWasGivenAndThoseOfTheFile) {
  keep({key_of("kept")});
  KeyRing keys = ring({key_of("given")});
  ASSERT_TRUE(keys.load());
  EXPECT_TRUE(keys.required());
  EXPECT_EQ(keys.find("given")->name, "given");
  EXPECT_EQ(keys.find("kept")->name, "kept");
  for (const char* wrong : {"", "k", "kepT", "kept ", "keptkept"})
    EXPECT_EQ(keys.find(wrong), nullptr) << wrong;
}

TEST_F(Ring, FollowsTheFile) {
  KeyRing keys = ring({});
  ASSERT_TRUE(keys.load());
  keep({key_of("one")});
  keys.refresh();
  EXPECT_FALSE(keys.required()) << "it looked just now";
  look(keys);
  EXPECT_TRUE(keys.required());
  EXPECT_NE(keys.find("one"), nullptr);
  keep({key_of("two")});
  look(keys);
  EXPECT_EQ(keys.find("one"), nullptr);
  EXPECT_NE(keys.find("two"), nullptr);
}

TEST_F(Ring, WhenTheLastKeyIsRevokedNobodyGetsIn) {
  keep({key_of("one")});
  KeyRing keys = ring();
  ASSERT_TRUE(keys.load());
  keep({});
  look(keys);
  EXPECT_TRUE(keys.required());
  EXPECT_EQ(keys.find("one"), nullptr);
  KeyRing started_later = ring();
  ASSERT_TRUE(started_later.load());
  EXPECT_TRUE(started_later.required());
}

TEST_F(Ring, ADamagedOrMissingFileChangesNothing) {
  keep({key_of("one")});
  KeyRing keys = ring();
  ASSERT_TRUE(keys.load());
  damage();
  look(keys);
  EXPECT_NE(keys.find("one"), nullptr);
  std::filesystem::remove(path_);
  look(keys);
  EXPECT_TRUE(keys.required());
  EXPECT_NE(keys.find("one"), nullptr);
  keep({key_of("two")});
  look(keys);
  EXPECT_EQ(keys.find("one"), nullptr);
  EXPECT_NE(keys.find("two"), nullptr);
}

TEST_F(Ring, ADamagedFileThatAppearsLetsNobodyIn) {
  KeyRing keys = ring();
  ASSERT_TRUE(keys.load());
  damage();
  look(keys);
  EXPECT_TRUE(keys.required());
}

TEST_F(Ring, ADamagedFileAtTheStartIsAnError) {
  damage();
  KeyRing keys = ring({key_of("given")});
  EXPECT_EQ(keys.load().error().code, Errc::malformed);
}

TEST_F(Ring, LooksAgainAfterTheClockWasSetBack) {
  keep({key_of("one")});
  KeyRing keys = ring();
  ASSERT_TRUE(keys.load());
  keep({});
  clock_.advance(-std::chrono::hours(1));
  keys.refresh();
  EXPECT_EQ(keys.find("one"), nullptr);
}

}  // namespace
}  // namespace code_exec::access
