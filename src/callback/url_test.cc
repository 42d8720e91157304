#include "callback/url.h"

#include <gtest/gtest.h>

namespace code_exec::callback {
namespace {

TEST(CallbackUrl, IsTakenApart) {
  auto url = parse_url("https://Example.org/done/%41?token=a%20b&x");
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->tls);
  EXPECT_EQ(url->host, "example.org");
  EXPECT_EQ(url->port, 443);
  EXPECT_EQ(url->authority, "example.org");
  EXPECT_EQ(url->target, "/done/%41?token=a%20b&x");

  url = parse_url("http://[2001:db8::1]:8080");
  ASSERT_TRUE(url);
  EXPECT_FALSE(url->tls);
  EXPECT_EQ(url->host, "2001:db8::1");
  EXPECT_EQ(url->port, 8080);
  EXPECT_EQ(url->authority, "[2001:db8::1]:8080");
  EXPECT_EQ(url->target, "/");
}

TEST(CallbackUrl, KnowsAHostHoweverItIsWritten) {
  for (const char* text :
       {"http://a.example", "http://A.eXample", "http://a.example.", "http://%61.example"}) {
    auto url = parse_url(text);
    ASSERT_TRUE(url) << text;
    EXPECT_EQ(url->host, "a.example");
  }
  EXPECT_FALSE(parse_url("http://./"));
}

TEST(CallbackUrl, AllowsTheUsualPortsAndThoseOfOrdinaryUsers) {
  for (const char* text : {"http://a", "http://a:", "http://a:80", "http://a:443", "https://a:80/",
                           "http://a:1024", "http://a:65535"})
    EXPECT_TRUE(parse_url(text)) << text;
  for (const char* text : {"http://a:0", "http://a:22", "http://a:25/", "https://a:1023", "http://a:65536",
                           "http://a:-1", "http://a:99999999999999999999"})
    EXPECT_FALSE(parse_url(text)) << text;
}

TEST(CallbackUrl, RefusesWhatIsNoWebAddress) {
  for (std::string text : {"",
                           "/done",
                           "example.org",
                           "//example.org/",
                           "ftp://example.org/",
                           "file:///etc/passwd",
                           "http:",
                           "http://",
                           "http:///done",
                           "http://user@a/",
                           "http://user:password@a/",
                           "http://a/#top",
                           "http://a b/",
                           "http://a/\r\nX: y",
                           "http://a%0d%0aX:y/",
                           "http://a%00.example.org/",
                           "http://[fe80::1%25eth0]/",
                           "http://[::1/",
                           "http://[v1.x]/",
                           "http://\xc3\xa4.example/",
                           "javascript:alert(1)"}) {
    auto url = parse_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, Errc::invalid);
  }
  EXPECT_FALSE(parse_url("http://a/" + std::string(url_bytes_max, 'x')));
  EXPECT_FALSE(parse_url("http://" + std::string(254, 'a') + "/"));
}

TEST(CallbackUrl, DoesNotRepeatASecretInItsErrors) {
  auto url = parse_url("http://user:hunter2@example.org/");
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().detail.find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace code_exec::callback
