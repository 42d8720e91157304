#include "http/query.h"

#include <gtest/gtest.h>

namespace code_exec::http {
namespace {

TEST(PercentDecode, DecodesStrictly) {
  EXPECT_EQ(*percent_decode("a%20b%C3%A9+c", PlusSign::literal), "a b\xc3\xa9+c");
  EXPECT_EQ(*percent_decode("a+b%2B", PlusSign::space), "a b+");
  for (const char* text : {"%", "%4", "a%", "%zz", "%4g", "% 41", "%+4", "%%41", "%ff", "%c3%28", "\xff"})
    EXPECT_FALSE(percent_decode(text, PlusSign::space)) << text;
}

TEST(Query, SplitsBeforeItDecodes) {
  auto query = parse_query("a=1%262&b==&c&&d=%3D&a=last");
  ASSERT_TRUE(query);
  const std::map<std::string, std::string> expected = {{"a", "last"}, {"b", "="}, {"c", ""}, {"d", "="}};
  EXPECT_EQ(*query, expected);
  EXPECT_FALSE(parse_query("=1"));
  EXPECT_FALSE(parse_query("a=%"));
  EXPECT_TRUE(parse_query("")->empty());
}

TEST(Query, BoundsTheParameters) {
  std::string query;
  for (std::size_t i = 0; i <= query_parameters_max; ++i) query += "a&";
  EXPECT_FALSE(parse_query(query));
}

TEST(Target, IsAPathAndAQuery) {
  auto target = parse_target("/job/x%20y?id=%41");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/job/x y");
  EXPECT_EQ(target->query.at("id"), "A");
}

TEST(Target, TakesTheAbsoluteForm) {
  EXPECT_EQ(parse_target("http://host:3000/a?b=c")->path, "/a");
  EXPECT_EQ(parse_target("HTTP://host")->path, "/");
  EXPECT_EQ(parse_target("https://host?b=c")->query.at("b"), "c");
}

TEST(Target, RefusesWhatIsNoPath) {
  for (const char* target :
       {"*", "a", "host:80", "/a#b", "/%00", "/a%0d%0a", "/%7f", "/a%2fb", "/%ff", "ftp://x/"})
    EXPECT_FALSE(parse_target(target)) << target;
}

}  // namespace
}  // namespace code_exec::http
