#include "worker/compile_cache.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>
#include <vector>

#include "base/blocking.h"
#include "base/log.h"
#include "base/text.h"

namespace code_exec::worker {
namespace {

namespace fs = std::filesystem;

// A file: this, the SHA-256 of the rest in hex, the length of the compiler's output as 16 hex digits, the
// output, the artifact. After power loss a renamed file may hold anything, so the hash decides.
constexpr std::string_view magic = "code-exec artifact 1\n";
constexpr std::size_t hash_length = 64;
constexpr std::size_t number_length = 16;

std::string number(std::uint64_t value) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(number_length, '0');
  for (std::size_t i = number_length; i-- > 0; value >>= 4) text[i] = digits[value & 0xf];
  return text;
}

std::string encode(const Compiled& compiled) {
  std::string body = number(compiled.output.size()) + compiled.output + compiled.artifact;
  return std::string(magic) + sha256_hex(body) + body;
}

std::optional<Compiled> decode(std::string_view file) {
  if (!file.starts_with(magic)) return std::nullopt;
  file.remove_prefix(magic.size());
  if (file.size() < hash_length + number_length) return std::nullopt;
  const std::string_view hash = file.substr(0, hash_length);
  std::string_view body = file.substr(hash_length);
  if (sha256_hex(body) != hash) return std::nullopt;
  const auto length = std::stoull(std::string(body.substr(0, number_length)), nullptr, 16);
  body.remove_prefix(number_length);
  if (length > body.size()) return std::nullopt;
  return Compiled{.artifact = std::string(body.substr(length)),
                  .output = std::string(body.substr(0, length))};
}

Result<CompileResult> read_artifact(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  auto compiled = decode(bytes);
  if (!compiled) return Error{Errc::not_found, "missing or damaged: " + file.string(), {}};
  CompileResult result;
  result.compiled = std::make_shared<const Compiled>(*std::move(compiled));
  return result;
}

Result<std::uint64_t> write_artifact(const fs::path& file, const Compiled& compiled) {
  const std::string bytes = encode(compiled);
  const fs::path temporary = file.string() + ".tmp";
  std::error_code error;
  {
    std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.flush();
    if (!out) error = std::make_error_code(std::errc::io_error);
  }
  if (!error) fs::rename(temporary, file, error);
  if (error) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    return Error{Errc::unavailable, "write " + file.string() + ": " + error.message(), {}};
  }
  return bytes.size();
}

bool is_key(const std::string& name) {
  return name.size() == hash_length && name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

void add_part(std::string& parts, std::string_view part) {
  parts += std::to_string(part.size()) + ":";
  parts += part;
}

}  // namespace

std::string compile_key(const runtime::Runtime& runtime, const job::Submission& submission) {
  std::string parts;
  for (const auto& part : {runtime.name, runtime.version, runtime.source_file, runtime.compile->artifact})
    add_part(parts, part);
  add_part(parts, std::to_string(runtime.compile->argv.size()));
  for (const auto& arg : runtime.compile->argv) add_part(parts, arg);
  add_part(parts, std::to_string(runtime.environment.size()));
  for (const auto& [name, value] : runtime.environment) add_part(parts, name + "=" + value);
  add_part(parts, submission.code);
  for (const auto& file : submission.files) {
    add_part(parts, file.name);
    add_part(parts, file.content);
  }
  return sha256_hex(parts);
}

// One key being read or compiled, and those who wait for it.
struct CompileCache::Flight {
  explicit Flight(net::any_io_executor executor) : landed(std::move(executor)) {}
  Latch landed;
  Result<CompileResult> result = Error{Errc::internal, "the compilation was given up", {}};
};

CompileCache::CompileCache(CompileCacheOptions options, net::any_io_executor executor,
                           net::thread_pool& blocking)
    : options_(std::move(options)), executor_(std::move(executor)), blocking_(blocking) {}

Result<std::unique_ptr<CompileCache>> CompileCache::open(CompileCacheOptions options,
                                                         net::any_io_executor executor,
                                                         net::thread_pool& blocking) {
  struct Found {
    fs::file_time_type used;
    std::string key;
    std::uint64_t bytes;
  };
  std::vector<Found> found;
  std::error_code error;
  fs::create_directories(options.directory, error);
  fs::directory_iterator entry;
  if (!error) entry = fs::directory_iterator(options.directory, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    std::error_code ignored;
    const std::string name = entry->path().filename().string();
    if (entry->path().extension() == ".tmp") fs::remove(entry->path(), ignored);
    if (!is_key(name)) continue;
    found.push_back(Found{entry->last_write_time(ignored), name, entry->file_size(ignored)});
  }
  if (error) return system_error(Errc::unavailable, "open", options.directory.string(), error.value());
  std::ranges::sort(found, {}, &Found::used);

  std::unique_ptr<CompileCache> cache(new CompileCache(std::move(options), std::move(executor), blocking));
  for (const auto& file : found) cache->add(file.key, file.bytes);
  return cache;
}

Task<CompileResult> CompileCache::get(std::string key, Compile compile) {
  for (auto flying = flights_.find(key); flying != flights_.end(); flying = flights_.find(key)) {
    auto flight = flying->second;
    auto waited = co_await flight->landed.wait();
    if (!waited) co_return waited.error();
    const auto& result = flight->result;
    const bool cancelled = result && result->failure && result->failure->reason == job::Reason::cancelled;
    if (!cancelled) co_return result;
  }

  auto flight = std::make_shared<Flight>(executor_);
  flights_.emplace(key, flight);
  struct Landing {  // also when an exception passes: nobody waits for ever
    CompileCache& cache;
    const std::string& key;
    Flight& flight;
    ~Landing() {
      cache.flights_.erase(key);
      flight.landed.set();
    }
  } landing{*this, key, *flight};
  auto fetched = co_await fetch(key, std::move(compile));
  flight->result = std::move(fetched);
  co_return flight->result;
}

Task<CompileResult> CompileCache::fetch(std::string key, Compile compile) {
  if (places_.contains(key)) {
    auto loaded = co_await load(key);
    if (loaded) co_return loaded;
  }
  auto result = co_await compile();
  if (result && result->compiled) co_await keep(key, result->compiled);
  co_return result;
}

Task<CompileResult> CompileCache::load(std::string key) {
  const fs::path file = options_.directory / key;
  auto work = [file] { return read_artifact(file); };
  auto loaded = co_await run_blocking(blocking_, work);
  if (!loaded) {
    log::warn("cached artifact not used file={} error={}", file.string(), loaded.error().detail);
    forget(key);
    co_return loaded.error();
  }
  // To the end of the order: now it is the one used last.
  if (auto place = places_.find(key); place != places_.end())
    oldest_first_.splice(oldest_first_.end(), oldest_first_, place->second);
  co_return loaded;
}

net::awaitable<void> CompileCache::keep(std::string key, std::shared_ptr<const Compiled> compiled) {
  if (compiled->artifact.size() > options_.bytes_max) co_return;
  const fs::path file = options_.directory / key;
  auto work = [file, compiled] { return write_artifact(file, *compiled); };
  auto written = co_await run_blocking(blocking_, work);
  if (!written) {
    log::warn("artifact not cached error={}", written.error().detail);
    co_return;
  }
  add(key, *written);
}

void CompileCache::add(const std::string& key, std::uint64_t bytes) {
  if (places_.contains(key)) return;
  oldest_first_.push_back(Place{key, bytes});
  places_.emplace(key, std::prev(oldest_first_.end()));
  bytes_ += bytes;
  while (bytes_ > options_.bytes_max || places_.size() > options_.count_max)
    forget(std::string(oldest_first_.front().key));
}

void CompileCache::forget(const std::string& key) {
  auto place = places_.find(key);
  if (place == places_.end()) return;
  std::error_code ignored;
  fs::remove(options_.directory / key, ignored);
  bytes_ -= place->second->bytes;
  oldest_first_.erase(place->second);
  places_.erase(place);
}

}  // namespace code_exec::worker
