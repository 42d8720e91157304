// The description turned into files and an exec. Runs confined: whatever the description says, it can do only
// what the program itself could do.
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sandbox/description.h"
#include "sandbox/slot/steps.h"

namespace code_exec::sandbox {
namespace {

// Mapped by write_files: what read_command finds points into it.
std::span<const char> description;

int map_description(int file) {
  struct stat status {};
  if (fstat(file, &status) != 0) return errno;
  const auto size = static_cast<std::size_t>(status.st_size);
  void* bytes = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  if (bytes == MAP_FAILED) return errno;
  description = {static_cast<const char*>(bytes), size};
  return 0;
}

// Opens beneath `box`, following no link: files of this run can be there already.
int open_beneath(int box, const char* name, int flags, mode_t mode) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags) | O_CLOEXEC;
  how.mode = flags & O_CREAT ? mode : 0;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(syscall(SYS_openat2, box, name, &how, sizeof(how)));
}

int make_directories_of(int box, const char* name) {
  std::array<char, 4096> path{};
  const std::size_t length = std::strlen(name);
  if (length >= path.size()) return ENAMETOOLONG;
  for (std::size_t i = 0; i < length; ++i) {
    if (name[i] == '/' && mkdirat(box, path.data(), 0755) != 0 && errno != EEXIST) return errno;
    path[i] = name[i];
  }
  return 0;
}

int write_file(int box, const Record& record) {
  if (int error = make_directories_of(box, record.name)) return error;
  const mode_t mode = record.kind == RecordKind::executable_file ? 0755 : 0644;
  const int file = open_beneath(box, record.name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  if (file < 0) return errno;
  int error = 0;
  for (std::string_view left = record.content; !left.empty() && error == 0;) {
    const ssize_t written = write(file, left.data(), left.size());
    if (written < 0) {
      error = errno;
    } else {
      left.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  // Closed before exec, or executing it would answer ETXTBSY.
  close(file);
  return error;
}

}  // namespace

int write_files(const RunContext& context) {
  if (chdir("/box") != 0) return errno;
  if (int error = map_description(context.description)) return error;
  const int box = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (box < 0) return errno;
  int error = 0;
  DescriptionReader reader(description);
  for (Record record{}; error == 0 && reader.next(record);)
    if (record.kind == RecordKind::file || record.kind == RecordKind::executable_file)
      error = write_file(box, record);
  close(box);
  if (error) return error;
  return reader.well_formed() ? 0 : EBADMSG;
}

int read_command(Command& command) {
  DescriptionReader reader(description);
  for (Record record{}; reader.next(record);) {
    if (record.kind == RecordKind::argument) {
      if (command.arguments_count == arguments_max) return E2BIG;
      command.arguments[command.arguments_count++] = record.name;
    } else if (record.kind == RecordKind::environment) {
      if (command.variables_count == variables_max) return E2BIG;
      command.variables[command.variables_count++] = record.name;
    }
  }
  return command.arguments_count == 0 ? EINVAL : 0;
}

void forget_description() {
  munmap(const_cast<char*>(description.data()), description.size());
  description = {};
}

int exec_program(const RunContext&) {
  Command command;
  if (int error = read_command(command)) return error;
  execve(command.arguments[0], const_cast<char**>(command.arguments.data()),
         const_cast<char**>(command.variables.data()));
  return errno;
}

}  // namespace code_exec::sandbox
