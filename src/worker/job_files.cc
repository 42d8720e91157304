#include "worker/job_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/files.h"

namespace code_exec::worker {
namespace {

namespace fs = std::filesystem;

bool is_job_file(const fs::path& path) {
  return job::JobId::parse(path.stem().string()) ? true : false;
}

Result<void> remove_leftovers(const fs::path& directory) {
  std::error_code error;
  fs::directory_iterator entry(directory, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    std::error_code ignored;
    if (is_job_file(entry->path())) fs::remove(entry->path(), ignored);
  }
  if (error) return system_error(Errc::unavailable, "readdir", directory.string(), error.value());
  return ok();
}

Result<Fd> open_directory(const fs::path& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) return system_error(Errc::unavailable, "mkdir", directory.string(), error.value());
  Fd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return system_error(Errc::unavailable, "open", directory.string(), errno);
  return fd;
}

}  // namespace

Result<JobFiles> JobFiles::open(const fs::path& directory, const runtime::Registry& runtimes) {
  JobFiles files;
  for (const auto& runtime : runtimes.all()) {
    const fs::path its = directory / runtime.name;
    auto fd = open_directory(its);
    if (!fd) return fd.error();
    if (auto removed = remove_leftovers(its); !removed) return removed.error();
    const std::string extension = fs::path(runtime.source_file).extension().string();
    files.by_language_.emplace(runtime.name, Directory{*std::move(fd), extension});
  }
  return files;
}

Result<void> JobFiles::write(const runtime::Runtime& runtime, const job::JobId& id, std::string_view code) {
  auto directory = by_language_.find(runtime.name);
  if (directory == by_language_.end())
    return Error{Errc::internal, "no directory for the language " + runtime.name, {}};
  const std::string name = id.text() + directory->second.extension;
  const int at = directory->second.fd.get();
  Fd file(::openat(at, name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return system_error(Errc::unavailable, "open", name, errno);
  auto written = write_all(file.get(), code, name);
  if (!written) ::unlinkat(at, name.c_str(), 0);
  return written;
}

void JobFiles::remove(const std::string& language, const job::JobId& id) {
  auto directory = by_language_.find(language);
  if (directory == by_language_.end()) return;
  const std::string name = id.text() + directory->second.extension;
  ::unlinkat(directory->second.fd.get(), name.c_str(), 0);  // ENOENT: another worker saved it
}

}  // namespace code_exec::worker
