#include "sandbox/host/cage.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/securebits.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "sandbox/host/root_file_system.h"
#include "sandbox/host_client.h"
#include "sandbox/wire.h"

namespace code_exec::sandbox {
namespace {

// What the builder, a child in the new namespaces, and the host tell each other, in this order:
// builder "namespaces made", host "maps written", builder "root built". Each a Progress.
struct Progress {
  bool failed;
  std::array<char, 256> detail;
};

Progress progress(const Result<void>& result) {
  Progress message{};
  if (result) return message;
  message.failed = true;
  std::strncpy(message.detail.data(), result.error().detail.c_str(), message.detail.size() - 1);
  return message;
}

Result<void> await_progress(int socket, const char* step) {
  Progress message{};
  Received received = receive_bytes(socket, std::as_writable_bytes(std::span(&message, 1)));
  if (received.kind != Received::Kind::message || received.size != sizeof(message))
    return Error{Errc::internal, std::string(step) + ": the other process ended", {}};
  message.detail.back() = '\0';
  if (message.failed) return Error{Errc::internal, std::string(step) + ": " + message.detail.data(), {}};
  return ok();
}

Result<void> become_cage_root() {
  // Groups cannot be dropped where setgroups is denied; they stay as ids that are not mapped.
  if (setgroups(0, nullptr) != 0 && errno != EPERM)
    return system_error(Errc::internal, "setgroups", "", errno);
  if (setresgid(0, 0, 0) != 0) return system_error(Errc::internal, "setresgid", "0", errno);
  if (setresuid(0, 0, 0) != 0) return system_error(Errc::internal, "setresuid", "0", errno);
  return ok();
}

// What runs use of the kernel's per-user bounds is also counted for whoever made the namespace: that must not
// be the machine's root. Capabilities stay, for making it may need them.
Result<void> own_the_cage_as_nobody() {
  if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) != 0)
    return system_error(Errc::internal, "prctl", "PR_SET_SECUREBITS", errno);
  if (setgroups(0, nullptr) != 0) return system_error(Errc::internal, "setgroups", "", errno);
  if (setresgid(cage_root_uid, cage_root_uid, cage_root_uid) != 0)
    return system_error(Errc::internal, "setresgid", "", errno);
  if (setresuid(cage_root_uid, cage_root_uid, cage_root_uid) != 0)
    return system_error(Errc::internal, "setresuid", "", errno);
  return ok();
}

[[noreturn]] void build_and_wait(int socket, std::span<const std::string> mounts) {
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  Result<void> made = geteuid() == 0 ? own_the_cage_as_nobody() : ok();
  if (made && unshare(CLONE_NEWUSER) != 0) made = system_error(Errc::internal, "unshare", "", errno);
  (void)send_message(socket, progress(made));
  if (!await_progress(socket, "maps")) _exit(1);
  Result<void> built = become_cage_root();
  if (built && unshare(CLONE_NEWNS) != 0) built = system_error(Errc::internal, "unshare", "mounts", errno);
  if (built) built = build_root_file_system(mounts);
  (void)send_message(socket, progress(built));
  (void)await_progress(socket, "end");  // the host has taken the descriptors, or is gone
  _exit(0);
}

Result<void> write_text(const std::string& path, const std::string& text) {
  Fd file(open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file || write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return system_error(Errc::internal, "write", path, errno);
  return ok();
}

std::string line(unsigned inside, unsigned outside, std::size_t count) {
  return std::to_string(inside) + " " + std::to_string(outside) + " " + std::to_string(count) + "\n";
}

Result<void> write_maps(const std::string& process, bool privileged) {
  if (!privileged) {
    // user_namespaces(7): without privilege setgroups must be denied before gid_map can be written.
    if (auto denied = write_text(process + "/setgroups", "deny"); !denied) return denied;
    if (auto mapped = write_text(process + "/uid_map", line(0, geteuid(), 1)); !mapped) return mapped;
    return write_text(process + "/gid_map", line(0, getegid(), 1));
  }
  const std::string map = line(0, cage_root_uid, 1) + line(1, slot_uid_first, slots_max);
  if (auto mapped = write_text(process + "/uid_map", map); !mapped) return mapped;
  return write_text(process + "/gid_map", map);
}

Result<Fd> open_namespace(const std::string& process, const char* kind) {
  const std::string path = process + "/ns/" + kind;
  Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return system_error(Errc::internal, "open", path, errno);
  return fd;
}

Result<Cage> cage_of(pid_t builder, int socket) {
  if (auto made = await_progress(socket, "user namespace"); !made) return made.error();
  Cage cage;
  cage.privileged = geteuid() == 0;
  const std::string process = "/proc/" + std::to_string(builder);
  auto mapped = write_maps(process, cage.privileged);
  (void)send_message(socket, progress(mapped));
  if (!mapped) return mapped.error();
  if (auto built = await_progress(socket, "root file system"); !built) return built.error();
  auto user = open_namespace(process, "user");
  if (!user) return user.error();
  auto mount = open_namespace(process, "mnt");
  if (!mount) return mount.error();
  cage.user_namespace = std::move(*user);
  cage.mount_namespace = std::move(*mount);
  return cage;
}

}  // namespace

Result<Cage> make_cage(std::span<const std::string> mounts) {
  Fd ours;
  Fd theirs;
  if (int error = make_socket_pair(ours, theirs))
    return system_error(Errc::internal, "socketpair", "", error);
  const pid_t builder = fork();
  if (builder < 0) return system_error(Errc::internal, "fork", "cage builder", errno);
  if (builder == 0) {
    ours.reset();
    build_and_wait(theirs.get(), mounts);
  }
  theirs.reset();
  auto cage = cage_of(builder, ours.get());
  ours.reset();  // lets the builder end
  waitpid(builder, nullptr, 0);
  return cage;
}

}  // namespace code_exec::sandbox
