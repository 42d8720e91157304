#include "worker/compile_cache.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/run_for_test.h"
#include "base/task_group.h"

namespace code_exec::worker {
namespace {

namespace fs = std::filesystem;

class CompileCacheTest : public testing::Test {
 protected:
  CompileCacheTest() {
    std::string name = (fs::temp_directory_path() / "code-exec-cache-XXXXXX").string();
    directory_ = mkdtemp(name.data());
    open();
  }
  ~CompileCacheTest() override {
    pool_.join();
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
  }

  void open(std::uint64_t bytes_max = 1 << 20, std::size_t count_max = 100) {
    CompileCacheOptions options{.directory = directory_, .bytes_max = bytes_max, .count_max = count_max};
    auto opened = CompileCache::open(options, loop_.get_executor(), pool_);
    ASSERT_TRUE(opened);
    cache_ = *std::move(opened);
  }
  static std::string key(char c) { return std::string(64, c); }
  // Compiles to `artifact` and counts that it did.
  Task<CompileResult> compile_to(std::string artifact) {
    ++compilations_;
    CompileResult result;
    result.compiled = std::make_shared<const Compiled>(Compiled{std::move(artifact), "warning"});
    co_return result;
  }
  std::string get(char c, const std::string& artifact = "elf") {
    auto result = run_to_end(loop_, cache_->get(key(c), [this, artifact] { return compile_to(artifact); }));
    EXPECT_TRUE(result && result->compiled);
    return result->compiled->artifact;
  }

  fs::path directory_;
  net::io_context loop_;
  net::thread_pool pool_{1};
  std::unique_ptr<CompileCache> cache_;
  int compilations_ = 0;
};

TEST_F(CompileCacheTest, CompilesAKeyOnceAndRemembersItOnDisk) {
  EXPECT_EQ(get('a'), "elf");
  EXPECT_EQ(get('a', "other"), "elf");
  open();
  EXPECT_EQ(get('a', "other"), "elf");
  EXPECT_EQ(compilations_, 1);
}

TEST_F(CompileCacheTest, CompilesAgainWhatWasDamaged) {
  get('a');
  std::ofstream(directory_ / key('a'), std::ios::app) << "x";

  EXPECT_EQ(get('a', "new"), "new");
  EXPECT_EQ(get('a', "newer"), "new");
}

TEST_F(CompileCacheTest, ForgetsWhatWasNotUsedForLongest) {
  open(1 << 20, 2);
  get('a');
  get('b');
  get('a');
  get('c');

  EXPECT_EQ(cache_->count(), 2u);
  EXPECT_TRUE(fs::exists(directory_ / key('a')));
  EXPECT_FALSE(fs::exists(directory_ / key('b')));
}

TEST_F(CompileCacheTest, IsBoundedInBytes) {
  open(1500);
  get('a', std::string(1000, 'x'));
  get('b', std::string(1000, 'y'));

  EXPECT_EQ(cache_->count(), 1u);
  EXPECT_LE(cache_->bytes(), 1500u);
}

TEST_F(CompileCacheTest, RemovesTemporaryFilesAtTheStart) {
  std::ofstream(directory_ / (key('a') + ".tmp")) << "half";

  open();

  EXPECT_TRUE(fs::is_empty(directory_));
}

TEST_F(CompileCacheTest, DoesNotKeepFailures) {
  auto fail = []() -> Task<CompileResult> {
    CompileResult result;
    result.failure = job::Outcome{.reason = job::Reason::compile_error};
    co_return result;
  };
  auto failed = run_to_end(loop_, cache_->get(key('a'), fail));

  ASSERT_TRUE(failed && failed->failure);
  EXPECT_EQ(get('a'), "elf");
}

TEST(CompileKey, DependsOnEverythingTheCompilerSees) {
  runtime::Runtime runtime{.name = "c", .version = "12", .source_file = "main.c"};
  runtime.compile = runtime::Compile{.argv = {"cc"}, .artifact = "main"};
  job::Submission submission{.language = "c", .code = "int main(){}"};
  const std::string key = compile_key(runtime, submission);

  job::Submission other = submission;
  other.code += " ";
  EXPECT_NE(compile_key(runtime, other), key);
  other = submission;
  other.files.push_back({"a.h", ""});
  EXPECT_NE(compile_key(runtime, other), key);
  runtime::Runtime newer = runtime;
  newer.version = "13";
  EXPECT_NE(compile_key(newer, submission), key);
  newer = runtime;
  newer.compile->argv.push_back("-O2");
  EXPECT_NE(compile_key(newer, submission), key);
  other = submission;
  other.args = {"not seen"};
  EXPECT_EQ(compile_key(runtime, other), key);
}

}  // namespace
}  // namespace code_exec::worker
