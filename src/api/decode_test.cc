#include "api/decode.h"

#include <gtest/gtest.h>

namespace code_exec::api {
namespace {

TEST(Decode, ReadsEveryField) {
  auto request = decode_submission(R"({"code":"print 1","language":"c","stdin":"in","args":["a",""],
      "files":[{"name":"d/x","content":"y"}],"priority":7,"callbackUrl":"https://x/","warm":false,"limits":{
  "cpuTimeMs" : 1e3, "wallTimeMs" : 2000, "memoryBytes" : 9007199254740992, "processes" : 4,
      "outputBytes" : 5.0, "diskBytes" : 6, "files" : 0}})");
  ASSERT_TRUE(request) << request.error().detail;
  EXPECT_EQ(request->code, "print 1");
  EXPECT_EQ(request->language, "c");
  EXPECT_EQ(request->stdin_bytes, "in");
  EXPECT_EQ(request->args, (std::vector<std::string>{"a", ""}));
  EXPECT_EQ(request->files, (std::vector<job::SourceFile>{{"d/x", "y"}}));
  EXPECT_EQ(request->priority, 7u);
  EXPECT_EQ(request->callback_url, "https://x/");
  EXPECT_FALSE(request->warm);
  EXPECT_EQ(request->limits.cpu_time, std::chrono::milliseconds(1000));
  EXPECT_EQ(request->limits.wall_time, std::chrono::milliseconds(2000));
  EXPECT_EQ(request->limits.memory_bytes, 1ULL << 53);
  EXPECT_EQ(request->limits.processes, 4u);
  EXPECT_EQ(request->limits.output_bytes, 5u);
  EXPECT_EQ(request->limits.disk_bytes, 6u);
  EXPECT_EQ(request->limits.files, 0u);
}

TEST(Decode, CodeAloneIsEnoughAndMayBeEmpty) {
  auto request = decode_submission(R"({"code":""})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->language, "python");
  EXPECT_FALSE(request->limits.cpu_time);
  EXPECT_TRUE(request->warm);
}

TEST(Decode, KeepsEveryByteOfText) {
  auto request = decode_submission(R"({"code":"\u0000\ud83d\ude00\u00e9\":","stdin":"a:b\\"})");
  ASSERT_TRUE(request) << request.error().detail;
  EXPECT_EQ(request->code, std::string("\0\xf0\x9f\x98\x80\xc3\xa9\":", 9));
  EXPECT_EQ(request->stdin_bytes, "a:b\\");
}

struct Refused {
  std::string body;
  Errc code;
  std::string field;
};

TEST(Decode, NamesWhatIsWrong) {
  const std::string deep = R"({"code":)" + std::string(100, '[') + std::string(100, ']') + "}";
  const std::vector<Refused> cases = {
      {"", Errc::malformed, ""},
      {"{", Errc::malformed, ""},
      {R"({"code":"x"} trailing)", Errc::malformed, ""},
      {R"({"code":"x","comparison":1})", Errc::malformed, "comparison"},
      {R"({"code":"x","comparison":"fuzzy"})", Errc::invalid, "comparison"},
      {R"({"code":"x",})", Errc::malformed, ""},
      {R"({"code":"x"/**/})", Errc::malformed, ""},
      {"{\"code\":\"\xff\"}", Errc::malformed, ""},
      {R"({"code":"\ud800"})", Errc::malformed, ""},
      {R"({"code":"x","priority":NaN})", Errc::malformed, ""},
      {R"({"code":"x","warm":"no"})", Errc::malformed, "warm"},
      {R"({"code":"x","warm":null})", Errc::malformed, "warm"},
      {deep, Errc::malformed, ""},
      {"[]", Errc::malformed, ""},
      {"null", Errc::malformed, ""},
      {"{}", Errc::malformed, "code"},
      {R"({"code":null})", Errc::malformed, "code"},
      {R"({"code":1})", Errc::malformed, "code"},
      {R"({"code":"a","code":"b"})", Errc::malformed, ""},
      {R"({"code":"a","limits":{"files":1,"files":2}})", Errc::malformed, ""},
      {R"({"code":"x","colour":"red"})", Errc::malformed, "colour"},
      {R"({"code":"x","language":["c"]})", Errc::malformed, "language"},
      {R"({"code":"x","args":"a"})", Errc::malformed, "args"},
      {R"({"code":"x","args":["a",2]})", Errc::malformed, "args[1]"},
      {R"({"code":"x","files":{}})", Errc::malformed, "files"},
      {R"({"code":"x","files":[1]})", Errc::malformed, "files[0]"},
      {R"({"code":"x","files":[{"name":"a","content":""},{"name":"b"}]})", Errc::malformed,
       "files[1].content"},
      {R"({"code":"x","files":[{"name":1,"content":""}]})", Errc::malformed, "files[0].name"},
      {R"({"code":"x","files":[{"name":"a","content":"","mode":1}]})", Errc::malformed, "files[0].mode"},
      {R"({"code":"x","limits":5})", Errc::malformed, "limits"},
      {R"({"code":"x","limits":{"cpuTime":1}})", Errc::malformed, "limits.cpuTime"},
      {R"({"code":"x","limits":{"cpuTimeMs":"1"}})", Errc::malformed, "limits.cpuTimeMs"},
      {R"({"code":"x","limits":{"cpuTimeMs":true}})", Errc::malformed, "limits.cpuTimeMs"},
      {R"({"code":"x","limits":{"cpuTimeMs":-1}})", Errc::invalid, "limits.cpuTimeMs"},
      {R"({"code":"x","limits":{"cpuTimeMs":1.5}})", Errc::invalid, "limits.cpuTimeMs"},
      {R"({"code":"x","limits":{"memoryBytes":1e18}})", Errc::invalid, "limits.memoryBytes"},
      {R"({"code":"x","limits":{"memoryBytes":1000000000000000000}})", Errc::invalid, "limits.memoryBytes"},
      {R"({"code":"x","limits":{"memoryBytes":1e400}})", Errc::invalid, "limits.memoryBytes"},
      {R"({"code":"x","limits":{"processes":4294967296}})", Errc::invalid, "limits.processes"},
      {R"({"code":"x","priority":2097152})", Errc::invalid, "priority"},
  };
  for (const Refused& each : cases) {
    auto request = decode_submission(each.body);
    ASSERT_FALSE(request) << each.body;
    EXPECT_EQ(to_string(request.error().code), std::string(to_string(each.code))) << each.body;
    EXPECT_EQ(request.error().field, each.field) << each.body << ": " << request.error().detail;
  }
}

TEST(Decode, BoundsTheNamesItRepeats) {
  auto request = decode_submission(R"({"code":"x",")" + std::string(100'000, 'a') + R"(":1})");
  ASSERT_FALSE(request);
  EXPECT_LE(request.error().field.size(), 64u);
}

TEST(DecodeBatch, NamesTheJobAndBoundsTheirNumber) {
  auto requests = decode_batch(R"({"jobs":[{"code":"a"},{"code":"b"}]})", 2);
  ASSERT_TRUE(requests);
  EXPECT_EQ((*requests)[1].code, "b");

  auto mistyped = decode_batch(R"({"jobs":[{"code":"a"},{"code":"b","limits":{"files":"1"}}]})", 2);
  ASSERT_FALSE(mistyped);
  EXPECT_EQ(mistyped.error().field, "jobs[1].limits.files");
  for (const char* body : {R"({"jobs":[]})", R"({"jobs":[{"code":""},{"code":""},{"code":""}]})"}) {
    auto refused = decode_batch(body, 2);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::invalid);
  }
  for (const char* body : {"{}", R"([{"code":"a"}])", R"({"jobs":{"code":"a"}})", R"({"jobs":[],"x":1})"})
    EXPECT_FALSE(decode_batch(body, 2)) << body;
}

}  // namespace
}  // namespace code_exec::api
