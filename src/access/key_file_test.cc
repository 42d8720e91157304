#include "access/key_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "base/temporary_directory_for_test.h"
#include "base/text.h"

namespace code_exec::access {
namespace {

namespace fs = std::filesystem;

Key key_of(const std::string& name, const std::string& text) {
  return Key{.name = name, .id = make_key_id(), .digest = digest_of(text), .created = "2025-01-31T12:00:00Z"};
}

const std::string digest(64, 'a');
std::string entry(std::string more) {
  return R"({"name":"n","id":"k-1","sha256":")" + digest + R"(","admin":false,"created":"")" + more + "}";
}

TEST(Keys, AreLongRandomAndRecognisable) {
  const std::string key = make_key();
  EXPECT_EQ(key.size(), 46u);
  EXPECT_TRUE(key.starts_with("ce_"));
  EXPECT_TRUE(is_key_name(key.substr(3))) << key;
  EXPECT_NE(make_key(), key);
  EXPECT_NE(make_key_id(), make_key_id());
  EXPECT_EQ(hex({reinterpret_cast<const char*>(digest_of(key).data()), 32}), sha256_hex(key));
}

TEST(Keys, AreReadAsTheyWereWritten) {
  Key limited = key_of("ci", "one");
  limited.admin = true;
  limited.rate = 0.5;
  limited.burst = 20;
  limited.concurrency = 0;
  const auto read = parse_keys(format_keys({limited, key_of("web@example.org", "two")}));
  ASSERT_TRUE(read) << read.error().field << read.error().detail;
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ(read->at(0).name, "ci");
  EXPECT_EQ(read->at(0).id, limited.id);
  EXPECT_EQ(read->at(0).digest, digest_of("one"));
  EXPECT_TRUE(read->at(0).admin);
  EXPECT_EQ(read->at(0).rate, 0.5);
  EXPECT_EQ(read->at(0).burst, 20);
  EXPECT_EQ(read->at(0).concurrency, 0u);
  EXPECT_FALSE(read->at(1).admin);
  EXPECT_FALSE(read->at(1).rate || read->at(1).burst || read->at(1).concurrency);
  EXPECT_TRUE(parse_keys(format_keys({}))->empty());
}

TEST(Keys, WhatIsWrongIsNamed) {
  const std::map<std::string, std::string> wrong = {
      {"", "keys"},
      {"{}", "keys"},
      {"[]", "keys"},
      {R"({"keys":{}})", "keys"},
      {R"({"keys":[],"more":1})", "keys"},
      {R"({"keys":[7]})", "keys[0]"},
      {R"({"keys":[{}]})", "keys[0].name"},
      {R"({"keys":[)" + entry(R"(,"expires":1)") + "]}", "keys[0]"},
      {R"({"keys":[)" + entry(R"(,"rate":-1)") + "]}", "keys[0].rate"},
      {R"({"keys":[)" + entry(R"(,"rate":"5")") + "]}", "keys[0].rate"},
      {R"({"keys":[)" + entry(R"(,"burst":1e999)") + "]}", "keys[0].burst"},
      {R"({"keys":[)" + entry(R"(,"concurrency":1.5)") + "]}", "keys[0].concurrency"},
      {R"({"keys":[)" + entry(R"(,"concurrency":4294967296)") + "]}", "keys[0].concurrency"},
      {R"({"keys":[)" + entry("") + "," + entry("") + "]}", "keys[1]"},
      {R"({"keys":[{"name":"n","id":"k-1","sha256":"AA","admin":false,"created":""}]})", "keys[0].sha256"},
      {R"({"keys":[{"name":"a b","id":"k-1","sha256":")" + digest + R"(","admin":false,"created":""}]})",
       "keys[0].name"},
      {R"({"keys":[{"name":"n","id":"k-1","sha256":")" + digest + R"(","admin":1,"created":""}]})",
       "keys[0].admin"}};
  EXPECT_TRUE(parse_keys(R"({"keys":[)" + entry("") + "]}"));
  for (const auto& [text, field] : wrong) {
    const auto parsed = parse_keys(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().field, field) << text << parsed.error().detail;
  }
}

class KeyFileTest : public testing::Test {
 protected:
  KeyFile file() { return *KeyFile::open(path_); }
  Result<void> add(const std::string& name) {
    return file().change([&](std::vector<Key>& keys) {
      keys.push_back(key_of(name, name));
      return ok();
    });
  }
  void write(const std::string& text) { std::ofstream(path_) << text; }

  TemporaryDirectory directory_;
  fs::path path_ = directory_.path() / "keys.json";
};

TEST_F(KeyFileTest, IsMadeByTheFirstChange) {
  EXPECT_EQ(file().read().error().code, Errc::not_found);
  EXPECT_EQ(file().stamp().error().code, Errc::not_found);
  ASSERT_TRUE(add("one"));
  ASSERT_TRUE(add("two"));
  const auto contents = file().read();
  ASSERT_EQ(contents->keys.size(), 2u);
  EXPECT_EQ(contents->keys[1].name, "two");
  EXPECT_EQ(contents->stamp, *file().stamp());
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_.path()), {}), 1) << "nothing is left beside it";
}

TEST_F(KeyFileTest, EveryChangeIsSeenInItsStamp) {
  ASSERT_TRUE(add("one"));
  const auto before = *file().stamp();
  ASSERT_TRUE(file().change([](std::vector<Key>&) { return ok(); }));
  EXPECT_FALSE(before == *file().stamp());
}

TEST_F(KeyFileTest, AChangeThatIsRefusedLeavesTheFile) {
  ASSERT_TRUE(add("one"));
  const auto before = *file().stamp();
  const auto refused = file().change([](std::vector<Key>& keys) -> Result<void> {
    keys.clear();
    return Error{Errc::conflict, "no", {}};
  });
  EXPECT_EQ(refused.error().code, Errc::conflict);
  EXPECT_EQ(before, *file().stamp());
}

TEST_F(KeyFileTest, ADamagedFileIsNotReplaced) {
  write("{");
  EXPECT_EQ(add("one").error().code, Errc::malformed);
  EXPECT_EQ(fs::file_size(path_), 1u);
  EXPECT_NE(file().read().error().detail.find(path_.string()), std::string::npos);
}

TEST_F(KeyFileTest, WhatADeadWriterLeftIsInNobodysWay) {
  std::ofstream(directory_.path() / ".keys.json.new") << "half";
  ASSERT_TRUE(add("one"));
  EXPECT_EQ(file().read()->keys.size(), 1u);
}

TEST_F(KeyFileTest, ALinkIsReadAndNotReplaced) {
  ASSERT_TRUE(add("one"));
  fs::rename(path_, directory_.path() / "elsewhere.json");
  fs::create_symlink("elsewhere.json", path_);
  EXPECT_EQ(file().read()->keys.size(), 1u);
  EXPECT_EQ(add("two").error().code, Errc::unavailable);
  EXPECT_TRUE(fs::is_symlink(path_));
}

TEST_F(KeyFileTest, WhatIsNoFileIsRefused) {
  fs::create_directory(path_);
  EXPECT_EQ(file().read().error().code, Errc::unavailable);
  fs::remove(path_);
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(file().read().error().code, Errc::unavailable);
  EXPECT_EQ(KeyFile::open(directory_.path() / "none" / "keys.json").error().code, Errc::unavailable);
}

TEST_F(KeyFileTest, WritersAtOneTimeLoseNothing) {
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer)
    writers.emplace_back([&, writer] {
      for (int i = 0; i < 8; ++i) EXPECT_TRUE(add("w" + std::to_string(writer) + "-" + std::to_string(i)));
    });
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(file().read()->keys.size(), 32u);
}

}  // namespace
}  // namespace code_exec::access
