#include "redis/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace code_exec::redis {
namespace {

TEST(RedisUrl, HasDefaults) {
  const auto url = parse_url("redis://example");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "example");
  EXPECT_EQ(url->port, 6379);
  EXPECT_FALSE(url->tls);
  EXPECT_EQ(url->database, 0);
}

TEST(RedisUrl, ReadsEveryPart) {
  const auto url = parse_url("rediss://me:p%40ss@[::1]:7000/3");
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->tls);
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 7000);
  EXPECT_EQ(url->user, "me");
  EXPECT_EQ(url->password, "p@ss");
  EXPECT_EQ(url->database, 3);
}

TEST(RedisUrl, APasswordNeedsNoUser) {
  const auto url = parse_url("redis://:secret@example");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->user, "");
  EXPECT_EQ(url->password, "secret");
}

TEST(RedisUrl, RefusesWhatIsNone) {
  for (const char* text :
       {"", "example:6379", "http://example", "redis://", "redis://example:0", "redis://example/one",
        "redis://example/-1", "redis://example/1/2", "redis://example?x=1", "redis://me@example"}) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, Errc::invalid) << text;
  }
}

TEST(RedisUrl, AnErrorDoesNotRepeatAPassword) {
  const auto url = parse_url("redis://:secret@example/x");
  ASSERT_FALSE(url);
  EXPECT_THAT(url.error().detail, testing::Not(testing::HasSubstr("secret")));
}

}  // namespace
}  // namespace code_exec::redis
