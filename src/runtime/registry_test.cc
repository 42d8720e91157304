#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "runtime/command_output.h"
#include "runtime/runtime.h"

namespace code_exec::runtime {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr const char* shell_toml = R"(name = "shell"
aliases = ["sh"]
source_file = "main.sh"
[version]
argv = ["/bin/sh", "-c", "echo tool 1.2.3"]
pattern = 'tool (\S+)'
[run]
argv = ["/bin/sh", "main.sh"]
)";

class RegistryTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/runtimes-XXXXXX";
    ASSERT_TRUE(::mkdtemp(name.data()));
    directory_ = name;
  }
  void TearDown() override { fs::remove_all(directory_); }

  void write(const std::string& name, const std::string& content) {
    std::ofstream(directory_ / name) << content;
  }

  Registry load() {
    auto registry = Registry::load(directory_);
    EXPECT_TRUE(registry) << registry.error().detail;
    return registry ? *registry : Registry();
  }

  // The detail without the directory.
  std::string refusal() {
    auto registry = Registry::load(directory_);
    if (registry) return "(accepted)";
    EXPECT_EQ(registry.error().code, Errc::invalid);
    std::string detail = registry.error().detail;
    const std::string prefix = directory_.string() + "/";
    for (auto at = detail.find(prefix); at != std::string::npos; at = detail.find(prefix))
      detail.erase(at, prefix.size());
    return detail;
  }

  std::string refusal_of(std::string from, const std::string& to) {
    std::string content = shell_toml;
    const auto at = content.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    write("shell.toml", content.replace(at, from.size(), to));
    return refusal();
  }

  fs::path directory_;
};

constexpr const char* warm_toml = R"(name = "snake"
source_file = "main.py"
[version]
argv = ["/bin/sh", "-c", "echo tool 1.2.3"]
pattern = 'tool (\S+)'
[run]
argv = ["/bin/sh", "main.py"]
[warm]
bare = []
wide = ["a", "b.c"]
)";

TEST_F(RegistryTest, NumbersTheWarmSetsOfAllRuntimes) {
  write("snake.toml", warm_toml);
  std::string other = warm_toml;
  write("adder.toml", other.replace(other.find("snake"), 5, "adder"));
  const Registry registry = load();
  ASSERT_EQ(registry.all().size(), 2u);
  std::vector<std::uint32_t> numbers;
  for (const Runtime& runtime : registry.all())
    for (const WarmSet& set : runtime.warm) numbers.push_back(set.number);
  EXPECT_THAT(numbers, ElementsAre(1u, 2u, 3u, 4u));
  const auto& sets = registry.find("snake")->warm;
  EXPECT_EQ(sets[0].name, "bare");
  EXPECT_THAT(sets[1].imports, ElementsAre("a", "b.c"));
}

TEST_F(RegistryTest, RefusesWarmSetsThatNoInterpreterCouldServe) {
  const auto refusal_with = [&](const std::string& from, const std::string& to) {
    std::string content = warm_toml;
    write("snake.toml", content.replace(content.find(from), from.size(), to));
    return refusal();
  };
  EXPECT_THAT(refusal_with("\"main.py\"]", "\"-u\", \"main.py\"]"),
              HasSubstr("warm is for runtimes whose run.argv"));
  EXPECT_THAT(refusal_with("bare = []", "bare = [1]"), HasSubstr("warm.bare must be a list of texts"));
  EXPECT_THAT(refusal_with("\"a\"", "\"" + std::string(3000, 'a') + "\""),
              HasSubstr("warm.wide must have names of"));
}

TEST_F(RegistryTest, ARuntimeThatIsStartedAheadHasOneSetWithoutModules) {
  std::string content = warm_toml;
  content.replace(content.find("[warm]"), std::string::npos, "ahead = true\n");
  write("snake.toml", content);
  const Registry registry = load();
  const Runtime* runtime = registry.find("snake");
  ASSERT_TRUE(runtime && runtime->ahead);
  ASSERT_EQ(runtime->warm.size(), 1u);
  EXPECT_THAT(runtime->warm.front().imports, testing::IsEmpty());
  EXPECT_EQ(runtime->warm.front().number, 1u);
}

TEST_F(RegistryTest, RefusesToStartAheadWhatIsNoInterpreterOfAScript) {
  const auto refusal_with = [&](const std::string& from, const std::string& to) {
    std::string content = warm_toml;
    write("snake.toml", content.replace(content.find(from), from.size(), to));
    return refusal();
  };
  EXPECT_THAT(refusal_with("[warm]", "ahead = true\n[warm]"), HasSubstr("run can be ahead where"));
  EXPECT_THAT(refusal_with("[warm]", "ahead = 1\n[warm]"), HasSubstr("run.ahead must be true or false"));
}

TEST_F(RegistryTest, FindsByNameAndAliasExactly) {
  write("shell.toml", shell_toml);

  const Registry registry = load();

  ASSERT_EQ(registry.all().size(), 1u);
  const Runtime* runtime = registry.find("sh");
  ASSERT_TRUE(runtime);
  EXPECT_EQ(runtime, registry.find("shell"));
  EXPECT_EQ(runtime->version, "1.2.3");
  EXPECT_EQ(runtime->source_file, "main.sh");
  EXPECT_THAT(runtime->run_argv, ElementsAre("/bin/sh", "main.sh"));
  EXPECT_FALSE(runtime->compile);
  EXPECT_FALSE(registry.find("SH"));
  EXPECT_FALSE(registry.find(""));
}

TEST_F(RegistryTest, ReadsEveryPartOfTheFormat) {
  write("all.toml", R"(name = "all"
source_file = "src/main.x"
mounts = ["/usr/lib"]
version = { argv = ["/bin/echo", "v9"], pattern = 'v(.)' }
[compile]
argv = ["/bin/true"]
artifact = "main"
limits = { cpu_time_ms = 7000, memory_bytes = 1_000_000_000 }
[run]
argv = ["./main", "-x"]
out_of_memory = ["no memory"]
[environment]
HOME = "/box"
EMPTY = ""
[needs]
processes = 16
)");

  const Registry registry = load();

  ASSERT_EQ(registry.all().size(), 1u);
  const Runtime& runtime = registry.all().front();
  ASSERT_TRUE(runtime.compile);
  EXPECT_EQ(runtime.compile->artifact, "main");
  EXPECT_EQ(runtime.compile->limits.cpu_time, 7s);
  EXPECT_EQ(runtime.compile->limits.memory_bytes, 1'000'000'000u);
  EXPECT_EQ(runtime.compile->limits.files, job::Limits().files);
  EXPECT_THAT(runtime.run_argv, ElementsAre("./main", "-x"));
  EXPECT_THAT(runtime.out_of_memory, ElementsAre("no memory"));
  EXPECT_EQ(runtime.environment, (std::map<std::string, std::string>{{"HOME", "/box"}, {"EMPTY", ""}}));
  EXPECT_THAT(runtime.mounts, ElementsAre("/usr/lib"));
  EXPECT_EQ(runtime.needs.processes, 16u);
  EXPECT_FALSE(runtime.needs.memory_bytes);
}

TEST_F(RegistryTest, NamesFileLineAndKeyOfWhatIsWrong) {
  EXPECT_EQ(refusal_of("[run]\n", "[run]\ncwd = \"/\"\n"), "shell.toml:8: run.cwd is not known here");
  EXPECT_EQ(refusal_of("source_file", "source"), "shell.toml:1: source_file is missing");
  EXPECT_EQ(refusal_of("\"main.sh\"", "7"), "shell.toml:3: source_file must be a text that is not empty");
  EXPECT_THAT(refusal_of("\"main.sh\"", "\"../main.sh\""), HasSubstr("shell.toml:3: source_file must not"));
  EXPECT_THAT(refusal_of("\"sh\"", "\"a b\""), HasSubstr("shell.toml:2: aliases must be letters"));
  EXPECT_THAT(refusal_of("(\\S+)", "(\\S+"), HasSubstr("version.pattern is not a regular expression"));
  EXPECT_THAT(refusal_of("(\\S+)", "x"), HasSubstr("version.pattern must have a group"));
  EXPECT_THAT(refusal_of("[\"/bin/sh\", \"main.sh\"]", "[\"sh\"]"), HasSubstr("run.argv must begin with"));
  EXPECT_THAT(refusal_of("[\"/bin/sh\", \"main.sh\"]", "[]"), HasSubstr("run.argv must be a list"));
  EXPECT_THAT(refusal_of("[version]", "mounts = [\"/usr/../etc\"]\n[version]"), HasSubstr("mounts must be"));
  EXPECT_THAT(refusal_of("[version]", "[needs]\nprocesses = 0\n[version]"),
              HasSubstr("needs.processes must be"));
  EXPECT_THAT(refusal_of("[version]", "[environment]\n\"A=B\" = \"\"\n[version]"),
              HasSubstr("environment.A=B is"));
  EXPECT_THAT(refusal_of("name =", "name"), HasSubstr("shell.toml:1: "));
}

TEST_F(RegistryTest, RefusesANameThatTwoFilesHave) {
  write("a.toml", shell_toml);
  std::string other = shell_toml;
  other.replace(other.find("\"shell\""), 7, "\"sh\"");
  other.replace(other.find("[\"sh\"]"), 6, "[]");
  write("b.toml", other);

  EXPECT_EQ(refusal(), "b.toml: name has \"sh\", which a.toml has too");
}

TEST_F(RegistryTest, LeavesOutWhatThisHostLacks) {
  const auto write_variant = [&](const std::string& name, const std::string& from, const std::string& to) {
    std::string content = shell_toml;
    content.replace(content.find("\"shell\""), 7, "\"" + name + "\"");
    content.replace(content.find("[\"sh\"]"), 6, "[]");
    content.replace(content.find(from), from.size(), to);
    write(name + ".toml", content);
  };
  write_variant("a-program", "\"/bin/sh\", \"main.sh\"", "\"/opt/none/sh\"");
  write_variant("b-mount", "[version]", "mounts = [\"/opt/none\"]\n[version]");
  write_variant("c-exit", "echo tool 1.2.3", "exit 3");
  write_variant("d-text", "echo tool 1.2.3", "echo other");

  const Registry registry = load();

  EXPECT_TRUE(registry.all().empty());
  std::vector<std::string> seen;
  for (const Missing& missing : registry.missing()) seen.push_back(missing.name + ": " + missing.why);
  EXPECT_THAT(
      seen, ElementsAre("a-program: /opt/none/sh is not there or not executable",
                        "b-mount: the directory /opt/none is not there", "c-exit: /bin/sh exited with code 3",
                        "d-text: /bin/sh printed no version as described"));
}

TEST_F(RegistryTest, ReadsOnlyTomlFiles) {
  write("README.md", "not TOML");
  EXPECT_TRUE(load().all().empty());
  EXPECT_EQ(Registry::load(directory_ / "none").error().code, Errc::not_found);
}

TEST_F(RegistryTest, TakesTheConfiguredDirectoryOrSaysWhereItLooked) {
  EXPECT_EQ(*find_directory(directory_), directory_);
  auto none = find_directory(directory_ / "none");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Errc::not_found);
  EXPECT_THAT(none.error().detail, HasSubstr((directory_ / "none").string()));
}

TEST(ShippedRuntimes, AreAllWellDescribed) {
  auto registry = Registry::load(fs::path(__FILE__).parent_path() / "../../runtimes");
  ASSERT_TRUE(registry) << registry.error().detail;
  EXPECT_EQ(registry->all().size() + registry->missing().size(), 5u);
  for (const Missing& missing : registry->missing())
    EXPECT_THAT(missing.why, HasSubstr("is not there")) << missing.name;
  for (const Runtime& runtime : registry->all())
    EXPECT_THAT(runtime.version, testing::MatchesRegex("[0-9]+\\.[0-9.]+")) << runtime.name;
}

TEST(CommandOutput, KillsWhatDoesNotEnd) {
  auto silent = command_output({"/bin/sleep", "100"}, 50ms);
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().code, Errc::timeout);
  auto loud = command_output({"/usr/bin/yes"}, 50ms);
  ASSERT_FALSE(loud);
  EXPECT_EQ(loud.error().code, Errc::timeout);
}

TEST(CommandOutput, EndsWithItsProgramNotWithWhatThatLeftBehind) {
  auto output = command_output({"/bin/sh", "-c", "sleep 100 & echo done"}, 5s);
  ASSERT_TRUE(output);
  EXPECT_EQ(*output, "done\n");
}

TEST(CommandOutput, GivesAFewVariablesNoInputAndABoundedOutput) {
  ::setenv("CODE_EXEC_SECRET", "x", 1);
  EXPECT_EQ(*command_output({"/usr/bin/env"}, 5s), "PATH=/usr/local/bin:/usr/bin:/bin\nLANG=C.UTF-8\n");
  EXPECT_EQ(*command_output({"/bin/cat"}, 5s), "");
  EXPECT_EQ(command_output({"/usr/bin/head", "-c", "1000000", "/dev/zero"}, 5s)->size(), 16u << 10);
}

}  // namespace
}  // namespace code_exec::runtime
