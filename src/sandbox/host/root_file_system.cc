#include "sandbox/host/root_file_system.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>

#include "base/fd.h"

namespace code_exec::sandbox {
namespace {

namespace fs = std::filesystem;

// Where the cage's root grows before it becomes the root. Every Linux has it and programs never need it.
const fs::path new_root = "/sys";

struct TextFile {
  const char* name;
  const char* text;
};

// What lookups of names and numbers read. There is no resolv.conf: resolving fails at once instead of
// waiting.
constexpr std::array<TextFile, 7> etc_files{{
    {"passwd",
     "root:x:0:0:root:/:/usr/sbin/nologin\nsandbox:x:1000:1000:sandbox:/box:/bin/sh\n"
     "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n"},
    {"group", "root:x:0:\nsandbox:x:1000:\nnogroup:x:65534:\n"},
    {"hosts", "127.0.0.1 localhost sandbox\n::1 localhost\n"},
    {"hostname", "sandbox\n"},
    {"nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n"},
    {"host.conf", "multi on\n"},
    {"os-release", "NAME=\"code-exec sandbox\"\nID=linux\n"},
}};

// Of the host's /etc only what the dynamic linker and Debian's alternatives need.
constexpr std::array<const char*, 3> etc_binds{"ld.so.cache", "alternatives", "ssl/openssl.cnf"};
constexpr std::array<const char*, 5> devices{"null", "zero", "full", "random", "urandom"};

struct Link {
  const char* name;
  const char* target;
};
constexpr std::array<Link, 4> device_links{{{"fd", "/proc/self/fd"},
                                            {"stdin", "/proc/self/fd/0"},
                                            {"stdout", "/proc/self/fd/1"},
                                            {"stderr", "/proc/self/fd/2"}}};
constexpr std::array<const char*, 7> system_directories{"/usr",   "/bin",   "/sbin",  "/lib",
                                                        "/lib32", "/lib64", "/libx32"};

Result<void> make_directories(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return Error{Errc::internal, "mkdir " + path.string() + ": " + error.message(), {}};
  return ok();
}

Result<void> write_text(const fs::path& path, std::string_view text) {
  Fd file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!file || write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return system_error(Errc::internal, "write", path.string(), errno);
  return ok();
}

// Read-only with everything mounted below it, which a plain read-only bind would miss.
Result<void> bind_read_only(const fs::path& from, const fs::path& to, std::uint64_t attributes) {
  if (mount(from.c_str(), to.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0)
    return system_error(Errc::internal, "bind", from.string(), errno);
  mount_attr change{};
  change.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | attributes;
  if (syscall(SYS_mount_setattr, AT_FDCWD, to.c_str(), AT_RECURSIVE, &change, sizeof(change)) != 0)
    return system_error(Errc::internal, "mount_setattr", from.string(), errno);
  return ok();
}

Result<void> bind_directory(const fs::path& root, const fs::path& path) {
  const fs::path target = root / path.relative_path();
  if (auto made = make_directories(target); !made) return made;
  return bind_read_only(path, target, MOUNT_ATTR_NODEV);
}

Result<void> bind_file(const fs::path& root, const fs::path& path, std::uint64_t attributes) {
  const fs::path target = root / path.relative_path();
  if (auto made = make_directories(target.parent_path()); !made) return made;
  if (auto made = write_text(target, ""); !made) return made;
  return bind_read_only(path, target, attributes);
}

Result<void> add_system_directories(const fs::path& root) {
  for (const fs::path path : system_directories) {
    std::error_code error;
    const auto status = fs::symlink_status(path, error);
    if (fs::is_symlink(status)) {
      fs::create_symlink(fs::read_symlink(path, error), root / path.relative_path(), error);
      if (error) return Error{Errc::internal, "symlink " + path.string() + ": " + error.message(), {}};
    } else if (fs::is_directory(status)) {
      if (auto bound = bind_directory(root, path); !bound) return bound;
    }
  }
  return ok();
}

Result<void> add_etc(const fs::path& root) {
  if (auto made = make_directories(root / "etc"); !made) return made;
  for (const TextFile& file : etc_files)
    if (auto written = write_text(root / "etc" / file.name, file.text); !written) return written;
  for (const char* name : etc_binds) {
    const fs::path path = fs::path("/etc") / name;
    std::error_code error;
    if (fs::is_directory(path, error)) {
      if (auto bound = bind_directory(root, path); !bound) return bound;
    } else if (fs::exists(path, error)) {
      if (auto bound = bind_file(root, path, MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC); !bound) return bound;
    }
  }
  return ok();
}

Result<void> add_devices() {
  for (const char* name : devices)
    if (auto bound = bind_file(new_root, fs::path("/dev") / name, MOUNT_ATTR_NOEXEC); !bound) return bound;
  for (const Link& link : device_links) {
    std::error_code error;
    fs::create_symlink(link.target, new_root / "dev" / link.name, error);
    if (error) return Error{Errc::internal, std::string("symlink /dev/") + link.name, {}};
  }
  return ok();
}

// With everything below it: a procfs of which a part is hidden does not count as visible.
Result<void> add_proc() {
  if (mount("/proc", (new_root / "proc").c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0)
    return system_error(Errc::internal, "bind", "/proc", errno);
  return ok();
}

// pivot_root(2), "pivot_root(".", ".")": the old root ends up over the new one and is detached.
Result<void> make_it_the_root() {
  if (chdir(new_root.c_str()) != 0) return system_error(Errc::internal, "chdir", new_root.string(), errno);
  if (syscall(SYS_pivot_root, ".", ".") != 0) return system_error(Errc::internal, "pivot_root", ".", errno);
  if (umount2(".", MNT_DETACH) != 0) return system_error(Errc::internal, "umount", "old root", errno);
  if (chdir("/") != 0) return system_error(Errc::internal, "chdir", "/", errno);
  mount_attr change{};
  change.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  if (syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, &change, sizeof(change)) != 0)
    return system_error(Errc::internal, "mount_setattr", "/", errno);
  return ok();
}

}  // namespace

Result<void> make_mounts_private() {
  umask(022);
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0) return ok();
  return system_error(Errc::internal, "make private", "/", errno);
}

Result<void> mount_root(const std::filesystem::path& root, std::span<const std::string> mounts) {
  if (mount("tmpfs", root.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=4m") != 0)
    return system_error(Errc::internal, "mount tmpfs", root.string(), errno);
  if (auto added = add_system_directories(root); !added) return added;
  if (auto added = add_etc(root); !added) return added;
  for (const std::string& path : mounts)
    if (auto bound = bind_directory(root, path); !bound) return bound;
  for (const char* name : {"box", "tmp", "proc", "dev/shm"})
    if (auto made = make_directories(root / name); !made) return made;
  return ok();
}

Result<void> build_root_file_system(std::span<const std::string> mounts) {
  if (auto made = make_mounts_private(); !made) return made;
  if (auto mounted = mount_root(new_root, mounts); !mounted) return mounted;
  if (auto added = add_devices(); !added) return added;
  if (auto added = add_proc(); !added) return added;
  return make_it_the_root();
}

}  // namespace code_exec::sandbox
