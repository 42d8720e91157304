#include "base/privileges.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"

namespace code_exec {
namespace {

namespace fs = std::filesystem;

// Everything in the directory, without following links: a link that a former service left must not hand
// someone else's file to the new one.
Result<void> give_to(const fs::path& directory, uid_t uid) {
  std::error_code error;
  if (lchown(directory.c_str(), uid, uid) != 0)
    return system_error(Errc::unavailable, "chown", directory.string(), errno);
  for (const auto& entry : fs::recursive_directory_iterator(directory, error)) {
    if (lchown(entry.path().c_str(), uid, uid) != 0)
      return system_error(Errc::unavailable, "chown", entry.path().string(), errno);
  }
  if (error) return Error{Errc::unavailable, "list " + directory.string() + ": " + error.message(), {}};
  return ok();
}

}  // namespace

Result<void> enter_data_directory(const fs::path& directory, uid_t uid) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) return Error{Errc::unavailable, "create " + directory.string() + ": " + error.message(), {}};
  if (chdir(directory.c_str()) != 0)
    return system_error(Errc::unavailable, "enter", directory.string(), errno);
  if (geteuid() != 0) return ok();

  if (chmod(".", 0700) != 0) return system_error(Errc::unavailable, "chmod", directory.string(), errno);
  if (auto given = give_to(".", uid); !given) return given;
  return give_up_root(uid);
}

Result<void> give_up_root(uid_t uid) {
  if (geteuid() != 0) return ok();
  // Groups first: without root they cannot be dropped any more. setresuid from root clears all capabilities.
  if (setgroups(0, nullptr) != 0) return system_error(Errc::internal, "setgroups", "", errno);
  if (setresgid(uid, uid, uid) != 0) return system_error(Errc::internal, "setresgid", "", errno);
  if (setresuid(uid, uid, uid) != 0) return system_error(Errc::internal, "setresuid", "", errno);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return system_error(Errc::internal, "prctl", "PR_SET_NO_NEW_PRIVS", errno);
  return ok();
}

}  // namespace code_exec
