#include "base/privileges.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <string_view>

#include "base/fd.h"

namespace code_exec {
namespace {

namespace fs = std::filesystem;

constexpr const char* marker = "code-exec.db";  // what makes a directory ours
constexpr const char* keys = "keys.json";       // may be there before a service was

Result<void> give(int directory, const char* name, const struct stat& status, uid_t uid) {
  // A file with a second name may be somebody's whose other name is elsewhere.
  if (S_ISREG(status.st_mode) && status.st_nlink > 1)
    return Error{
        Errc::unavailable, std::string(name) + " in the data directory has another name elsewhere", {}};
  if (fchownat(directory, name, uid, uid, AT_SYMLINK_NOFOLLOW) == 0) return ok();
  return system_error(Errc::unavailable, "chown", name, errno);
}

// Everything in the directory, following no link.
Result<void> give_contents(int directory, uid_t uid) {
  Fd copy(openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  DIR* entries = copy ? fdopendir(copy.get()) : nullptr;
  if (!entries) return system_error(Errc::unavailable, "list", "data directory", errno);
  (void)copy.release();
  const std::unique_ptr<DIR, int (*)(DIR*)> closing(entries, closedir);
  while (const dirent* entry = readdir(entries)) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    struct stat status {};
    if (fstatat(directory, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
      return system_error(Errc::unavailable, "stat", name, errno);
    if (auto given = give(directory, entry->d_name, status, uid); !given) return given;
    if (!S_ISDIR(status.st_mode)) continue;
    Fd below(openat(directory, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!below) return system_error(Errc::unavailable, "open", name, errno);
    if (auto given = give_contents(below.get(), uid); !given) return given;
  }
  return ok();
}

bool is_ours() {
  std::error_code error;
  if (fs::exists(marker, error)) return true;
  return std::all_of(fs::directory_iterator(".", error), fs::directory_iterator(),
                     [](const fs::directory_entry& entry) { return entry.path().filename() == keys; });
}

// Makes the working directory `uid`'s. One that is neither empty nor ours is somebody else's and stays so.
Result<void> take_over(const fs::path& directory, uid_t uid) {
  struct stat status {};
  if (stat(".", &status) != 0) return system_error(Errc::unavailable, "stat", directory.string(), errno);
  if (status.st_uid == uid) return ok();  // what an earlier start made is all its own
  if (!is_ours())
    return Error{Errc::unavailable,
                 directory.string() + " is not empty and not a data directory of code-exec: name another",
                 {}};
  if (chmod(".", 0700) != 0) return system_error(Errc::unavailable, "chmod", directory.string(), errno);
  Fd self(open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!self) return system_error(Errc::unavailable, "open", directory.string(), errno);
  if (auto given = give_contents(self.get(), uid); !given) return given;
  if (fchown(self.get(), uid, uid) != 0)
    return system_error(Errc::unavailable, "chown", directory.string(), errno);
  return ok();
}

}  // namespace

Result<void> enter_data_directory(const fs::path& directory, uid_t uid) {
  std::error_code error;
  const bool is_new = fs::create_directories(directory, error);
  // Names of files are ids of jobs, and who knows an id may read the job.
  if (!error && is_new) fs::permissions(directory, fs::perms::owner_all, error);
  if (error)
    return Error{Errc::unavailable, "create " + directory.string() + ": " + error.message(), "--data-dir"};
  if (chdir(directory.c_str()) != 0)
    return system_error(Errc::unavailable, "enter", directory.string(), errno);
  if (geteuid() == 0)
    if (auto taken = take_over(directory, uid); !taken) return taken;
  return give_up_root(uid);
}

Result<void> give_up_root(uid_t uid) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return system_error(Errc::internal, "prctl", "PR_SET_NO_NEW_PRIVS", errno);
  if (geteuid() != 0) return ok();
  int death_signal = 0;
  prctl(PR_GET_PDEATHSIG, &death_signal, 0, 0, 0);
  const pid_t parent = getppid();
  // Groups first: without root they cannot be dropped any more. setresuid from root clears all capabilities.
  if (setgroups(0, nullptr) != 0) return system_error(Errc::internal, "setgroups", "", errno);
  if (setresgid(uid, uid, uid) != 0) return system_error(Errc::internal, "setresgid", "", errno);
  if (setresuid(uid, uid, uid) != 0) return system_error(Errc::internal, "setresuid", "", errno);
  // prctl(2): a change of credentials clears the signal that comes when the parent dies.
  if (prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0) != 0)
    return system_error(Errc::internal, "prctl", "PR_SET_PDEATHSIG", errno);
  if (getppid() != parent) return Error{Errc::unavailable, "the launcher died", {}};
  return ok();
}

}  // namespace code_exec
