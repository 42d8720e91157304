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

// What the builder, a child in the new namespaces, and the host tell each other, in this order: builder
// "namespace made", host "maps written", builder "root built" with both namespaces. Each a Progress.
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

Result<void> await_progress(int socket, const char* step, Received& received) {
  Progress message{};
  received = receive_bytes(socket, std::as_writable_bytes(std::span(&message, 1)));
  if (received.kind != Received::Kind::message || received.size != sizeof(message))
    return Error{Errc::internal, std::string(step) + ": the other process ended", {}};
  message.detail.back() = '\0';
  if (message.failed) return Error{Errc::internal, std::string(step) + ": " + message.detail.data(), {}};
  return ok();
}

Result<void> await_progress(int socket, const char* step) {
  Received received;
  return await_progress(socket, step, received);
}

Result<void> become_cage_root() {
  // Groups cannot be dropped where setgroups is denied; they stay as ids that are not mapped.
  if (setgroups(0, nullptr) != 0 && errno != EPERM)
    return system_error(Errc::internal, "setgroups", "", errno);
  if (setresgid(0, 0, 0) != 0) return system_error(Errc::internal, "setresgid", "0", errno);
  if (setresuid(0, 0, 0) != 0) return system_error(Errc::internal, "setresuid", "0", errno);
  return ok();
}

Result<void> own_the_cage() {
  if (geteuid() != 0) return ok();
  if (int error = become_cage_owner()) return system_error(Errc::internal, "become", "its owner", error);
  return ok();
}

Result<Fd> open_own_namespace(const char* kind) {
  const std::string path = std::string("/proc/self/ns/") + kind;
  Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return system_error(Errc::internal, "open", path, errno);
  return fd;
}

// From a user namespace that is mapped to a cage that is built.
Result<Cage> build_cage(std::span<const std::string> mounts) {
  if (auto became = become_cage_root(); !became) return became.error();
  if (unshare(CLONE_NEWNS) != 0) return system_error(Errc::internal, "unshare", "mounts", errno);
  Cage cage;
  auto user = open_own_namespace("user");
  if (!user) return user.error();
  auto mount = open_own_namespace("mnt");
  if (!mount) return mount.error();
  if (auto built = build_root_file_system(mounts); !built) return built.error();
  cage.user_namespace = std::move(*user);
  cage.mount_namespace = std::move(*mount);
  return cage;
}

// The namespaces are handed over, not fetched from our /proc entries: that would need CAP_SYS_PTRACE.
void send_cage(int socket, const Result<Cage>& cage) {
  if (!cage) {
    (void)send_message(socket, progress(cage.error()));
    return;
  }
  const std::array<int, 2> fds{cage->user_namespace.get(), cage->mount_namespace.get()};
  (void)send_message(socket, progress(ok()), fds);
}

[[noreturn]] void build(int socket, std::span<const std::string> mounts) {
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  Result<void> made = own_the_cage();
  if (made && unshare(CLONE_NEWUSER) != 0) made = system_error(Errc::internal, "unshare", "", errno);
  (void)send_message(socket, progress(made));
  if (made && await_progress(socket, "maps")) send_cage(socket, build_cage(mounts));
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

// In a process of its own, for the host stays who it is: only the owner of a user namespace, or CAP_SYS_ADMIN
// outside it, may write its maps.
Result<void> write_maps_as_owner(const std::string& process) {
  Fd ours;
  Fd theirs;
  if (int error = make_socket_pair(ours, theirs))
    return system_error(Errc::internal, "socketpair", "", error);
  const pid_t writer = fork();
  if (writer < 0) return system_error(Errc::internal, "fork", "map writer", errno);
  if (writer == 0) {
    Result<void> written = own_the_cage();
    if (written) written = write_maps(process, true);
    (void)send_message(theirs.get(), progress(written));
    _exit(0);
  }
  theirs.reset();
  auto written = await_progress(ours.get(), "maps");
  waitpid(writer, nullptr, 0);
  return written;
}

Result<Cage> cage_of(pid_t builder, int socket) {
  if (auto made = await_progress(socket, "user namespace"); !made) return made.error();
  Cage cage;
  cage.privileged = geteuid() == 0;
  const std::string process = "/proc/" + std::to_string(builder);
  auto mapped = cage.privileged ? write_maps_as_owner(process) : write_maps(process, false);
  (void)send_message(socket, progress(mapped));
  if (!mapped) return mapped.error();
  Received received;
  if (auto built = await_progress(socket, "root file system", received); !built) return built.error();
  if (received.fds_count != 2) return Error{Errc::internal, "cage: descriptors did not arrive", {}};
  cage.user_namespace = std::move(received.fds[0]);
  cage.mount_namespace = std::move(received.fds[1]);
  return cage;
}

}  // namespace

int become_cage_owner() {
  if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) != 0) return errno;
  if (setgroups(0, nullptr) != 0) return errno;
  if (setresgid(cage_root_uid, cage_root_uid, cage_root_uid) != 0) return errno;
  return setresuid(cage_root_uid, cage_root_uid, cage_root_uid) == 0 ? 0 : errno;
}

Result<Cage> make_cage(std::span<const std::string> mounts) {
  Fd ours;
  Fd theirs;
  if (int error = make_socket_pair(ours, theirs))
    return system_error(Errc::internal, "socketpair", "", error);
  const pid_t builder = fork();
  if (builder < 0) return system_error(Errc::internal, "fork", "cage builder", errno);
  if (builder == 0) {
    ours.reset();
    build(theirs.get(), mounts);
  }
  theirs.reset();
  auto cage = cage_of(builder, ours.get());
  ours.reset();  // ends a builder that still waits
  waitpid(builder, nullptr, 0);
  return cage;
}

}  // namespace code_exec::sandbox
