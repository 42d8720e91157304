// worker/compile_cache.h - compiled programs by the hash of everything they are made from, in files
// <directory>/<key>, so that the same source is compiled once. Bounded by bytes and count; what was not used
// for longest goes first. A file appears complete under its name or not at all, and a damaged one is not
// used.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/event.h"
#include "base/task.h"
#include "job/job.h"
#include "runtime/runtime.h"

namespace code_exec::worker {

struct Compiled {
  std::string artifact;  // the file's bytes
  std::string output;    // what the compiler said: warnings
  bool operator==(const Compiled&) const = default;
};

// What a compilation came to: one of the two.
struct CompileResult {
  std::shared_ptr<const Compiled> compiled;  // shared with everyone who asked for the same key
  std::optional<job::Outcome> failure;       // of the compiler, and so of the job
};

// Of runtime, compile command and everything submitted that the compiler sees.
std::string compile_key(const runtime::Runtime& runtime, const job::Submission& submission);

struct CompileCacheOptions {
  std::filesystem::path directory;
  std::uint64_t bytes_max;
  std::size_t count_max;
};

class CompileCache {
 public:
  using Compile = std::function<Task<CompileResult>()>;

  // Makes the directory and reads what is in it; blocks. Errc::unavailable.
  static Result<std::unique_ptr<CompileCache>> open(CompileCacheOptions options,
                                                    net::any_io_executor executor,
                                                    net::thread_pool& blocking);

  // From the cache, or by `compile`. Who asks for a key that is being compiled waits for that result, unless
  // it ends as Reason::cancelled, which concerns only the one who compiled. Failures are not kept. Errors are
  // those of `compile`: a cache that cannot be read or written only compiles more often.
  Task<CompileResult> get(std::string key, Compile compile);

  std::size_t count() const { return places_.size(); }
  std::uint64_t bytes() const { return bytes_; }

 private:
  struct Flight;
  struct Place {
    std::string key;
    std::uint64_t bytes;
  };
  CompileCache(CompileCacheOptions options, net::any_io_executor executor, net::thread_pool& blocking);
  Task<CompileResult> fetch(std::string key, Compile compile);
  Task<CompileResult> load(std::string key);
  net::awaitable<void> keep(std::string key, std::shared_ptr<const Compiled> compiled);
  void add(const std::string& key, std::uint64_t bytes);
  void forget(const std::string& key);

  CompileCacheOptions options_;
  net::any_io_executor executor_;
  net::thread_pool& blocking_;
  std::list<Place> oldest_first_;
  std::unordered_map<std::string, std::list<Place>::iterator> places_;
  std::uint64_t bytes_ = 0;
  std::unordered_map<std::string, std::shared_ptr<Flight>> flights_;  // shared with those who wait
};

}  // namespace code_exec::worker
