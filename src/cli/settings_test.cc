#include "cli/settings.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace code_exec::cli {
namespace {

class Settings : public ::testing::Test {
 protected:
  Settings() {
    serve_->add_option("--listen", listen_);
    serve_->add_option("--concurrency", concurrency_)->check(CLI::Range(1, 512));
    serve_->add_flag("--allow-anonymous", anonymous_);
    other_->add_option("--jobs", jobs_);
    for (CLI::App* app : {serve_, worker_}) {
      app->add_option("--redis", redis_);
      app->add_option("--mongo", mongo_);
    }
    worker_->add_option("--listen", listen_);
  }
  ~Settings() override {
    for (const char* name : {"CODE_EXEC_CONCURRENCY", "CODE_EXEC_CONFIG", "COMMAND_PORT", "WORKER_PORT",
                             "REDIS_HOST", "REDIS_PORT", "MONGO_URI", "CODE_EXEC_REDIS"})
      unsetenv(name);
    std::filesystem::remove(file_);
  }

  void write_file(const std::string& text) { std::ofstream(file_) << text; }

  Result<void> apply(std::vector<std::string> arguments, const std::string& subcommand = "serve") {
    arguments.insert(arguments.begin(), {"code-exec", subcommand});
    auto applied = apply_settings({serve_, other_, worker_}, arguments);
    if (!applied) return applied;
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend() - 1);
    app_.parse(reversed);
    return ok();
  }

  const std::string file_ = "/tmp/code-exec-settings-test-" + std::to_string(getpid()) + ".toml";
  CLI::App app_;
  CLI::App* serve_ = app_.add_subcommand("serve");
  CLI::App* other_ = app_.add_subcommand("bench");
  CLI::App* worker_ = app_.add_subcommand("worker");
  std::string listen_ = "127.0.0.1:3000";
  int concurrency_ = 2;
  bool anonymous_ = false;
  int jobs_ = 0;
  std::string redis_;
  std::string mongo_;
  CLI::Option* config_ = serve_->add_option("--config");
};

TEST_F(Settings, KeepsTheDefaultsWhereNothingIsSaid) {
  ASSERT_TRUE(apply({}));
  EXPECT_EQ(listen_, "127.0.0.1:3000");
  EXPECT_EQ(concurrency_, 2);
  EXPECT_FALSE(anonymous_);
}

TEST_F(Settings, ReadsTheFileFromItsTopAndFromTheTableOfTheSubcommand) {
  write_file(
      "concurrency = 3\njobs = 9\n[serve]\nlisten = '[::1]:80'\nallow-anonymous = true\n[bench]\njobs = 4\n");
  ASSERT_TRUE(apply({"--config", file_}));
  EXPECT_EQ(listen_, "[::1]:80");
  EXPECT_EQ(concurrency_, 3);
  EXPECT_TRUE(anonymous_);
}

TEST_F(Settings, LetsTheEnvironmentWinOverTheFileAndTheCommandLineOverBoth) {
  write_file("concurrency = 3\nlisten = 'a:1'\n");
  setenv("CODE_EXEC_CONFIG", file_.c_str(), 1);
  setenv("CODE_EXEC_CONCURRENCY", "4", 1);
  ASSERT_TRUE(apply({}));
  EXPECT_EQ(concurrency_, 4);
  EXPECT_EQ(listen_, "a:1");
  ASSERT_TRUE(apply({"--concurrency", "5"}));
  EXPECT_EQ(concurrency_, 5);
}

TEST_F(Settings, TakesThePortOfTheFormerSystemWhereNothingElseSaysOne) {
  setenv("COMMAND_PORT", "4000", 1);
  ASSERT_TRUE(apply({}));
  EXPECT_EQ(listen_, "127.0.0.1:4000");
  ASSERT_TRUE(apply({"--listen", "x:1"}));
  EXPECT_EQ(listen_, "x:1");
}

TEST_F(Settings, AWorkerTakesTheServersOfTheFormerSystem) {
  setenv("WORKER_PORT", "4001", 1);
  setenv("COMMAND_PORT", "4000", 1);
  setenv("REDIS_HOST", "redis", 1);
  setenv("MONGO_URI", "mongodb://mongo/x", 1);
  ASSERT_TRUE(apply({}, "worker"));
  EXPECT_EQ(listen_, "127.0.0.1:4001");
  EXPECT_EQ(redis_, "redis://redis:6379");
  EXPECT_EQ(mongo_, "mongodb://mongo/x");
  setenv("REDIS_PORT", "6380", 1);
  ASSERT_TRUE(apply({}, "worker"));
  EXPECT_EQ(redis_, "redis://redis:6380");
  setenv("CODE_EXEC_REDIS", "redis://other", 1);
  ASSERT_TRUE(apply({}, "worker"));
  EXPECT_EQ(redis_, "redis://other");
  setenv("REDIS_PORT", "many", 1);
  EXPECT_EQ(apply({}, "worker").error().field, "REDIS_PORT");
}

TEST_F(Settings, ServeKeepsItsJobsWhereItIsToldToAndNotWhereTheEnvironmentHasServers) {
  setenv("REDIS_HOST", "redis", 1);
  setenv("MONGO_URI", "mongodb://mongo/x", 1);
  ASSERT_TRUE(apply({}));
  EXPECT_EQ(redis_, "");
  EXPECT_EQ(mongo_, "");
}

TEST_F(Settings, RefusesAFormerPortThatIsNone) {
  for (const char* port : {"abc", "65536", "-1", "80 "}) {
    setenv("COMMAND_PORT", port, 1);
    auto applied = apply({});
    ASSERT_FALSE(applied) << port;
    EXPECT_EQ(applied.error().field, "COMMAND_PORT");
  }
}

TEST_F(Settings, NamesTheVariableWithABadValue) {
  setenv("CODE_EXEC_CONCURRENCY", "many", 1);
  auto applied = apply({});
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().field, "CODE_EXEC_CONCURRENCY");
}

TEST_F(Settings, TakesAnEmptyVariableForNone) {
  setenv("CODE_EXEC_CONCURRENCY", "", 1);
  ASSERT_TRUE(apply({}));
  EXPECT_EQ(concurrency_, 2);
}

TEST_F(Settings, NamesFileLineAndKeyOfAMistake) {
  const std::pair<const char*, const char*> mistakes[] = {
      {"\nconcurency = 3\n", ":2: concurency"},
      {"[serve]\nconcurrency = 0\n", ":2: concurrency"},
      {"[serve]\njobs = 3\n", ":2: jobs"},
      {"listen = [1]\n", ":1: listen"},
      {"[server]\nconcurrency = 3\n", ": [server]"},
      {"concurrency = \n", ":1"},
      {"allow-anonymous = 'perhaps'\n", ":1: allow-anonymous"}};
  for (const auto& [text, place] : mistakes) {
    write_file(text);
    auto applied = apply({"--config=" + file_});
    ASSERT_FALSE(applied) << text;
    EXPECT_EQ(applied.error().field, file_ + place) << text;
  }
}

TEST_F(Settings, RefusesAFileThatIsNotThere) {
  auto applied = apply({"--config", "/nonexistent.toml"});
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().field, "/nonexistent.toml");
}

}  // namespace
}  // namespace code_exec::cli
