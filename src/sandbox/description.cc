#include "sandbox/description.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

namespace code_exec::sandbox {
namespace {

constexpr std::array<const char*, 5> environment{
    "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/box", "LANG=C.UTF-8", "TMPDIR=/tmp", "USER=sandbox",
};

template <class T>
void append_bytes(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

void append_record(std::string& out, RecordKind kind, std::string_view name, std::string_view content = {}) {
  append_bytes(out, RecordHeader{kind, static_cast<std::uint32_t>(name.size()), content.size()});
  out.append(name).push_back('\0');
  out.append(content).push_back('\0');
}

// A variable of the sandbox's own that the spec sets too is left to the spec.
bool overridden(std::string_view variable, const Spec& spec) {
  const std::string_view with_equals = variable.substr(0, variable.find('=') + 1);
  for (const std::string& other : spec.environment)
    if (other.starts_with(with_equals)) return true;
  return false;
}

std::string serialize(const Spec& spec) {
  std::string out;
  std::uint32_t records = 0;
  append_bytes(out, DescriptionHeader{description_magic, 0});
  auto add = [&](RecordKind kind, std::string_view name, std::string_view content = {}) {
    append_record(out, kind, name, content);
    ++records;
  };
  for (const std::string& argument : spec.argv) add(RecordKind::argument, argument);
  for (const char* variable : environment)
    if (!overridden(variable, spec)) add(RecordKind::environment, variable);
  for (const std::string& variable : spec.environment) add(RecordKind::environment, variable);
  for (const File& file : spec.files)
    add(file.executable ? RecordKind::executable_file : RecordKind::file, file.name, file.content);
  const DescriptionHeader header{description_magic, records};
  std::memcpy(out.data(), &header, sizeof(header));
  return out;
}

}  // namespace

DescriptionReader::DescriptionReader(std::span<const char> bytes) : bytes_(bytes) {
  DescriptionHeader header{};
  if (bytes_.size() < sizeof(header)) return;
  std::memcpy(&header, bytes_.data(), sizeof(header));
  if (header.magic != description_magic) return;
  bytes_ = bytes_.subspan(sizeof(header));
  left_ = header.records;
  well_formed_ = true;
}

bool DescriptionReader::next(Record& record) {
  if (!well_formed_ || left_ == 0) return false;
  well_formed_ = false;
  RecordHeader header{};
  if (bytes_.size() < sizeof(header)) return false;
  std::memcpy(&header, bytes_.data(), sizeof(header));
  bytes_ = bytes_.subspan(sizeof(header));
  if (header.kind < RecordKind::argument || header.kind > RecordKind::executable_file) return false;
  const std::uint64_t available = bytes_.size();
  // Each part is followed by a NUL; sizes are compared so that no sum can wrap.
  if (header.name_size >= available || header.content_size >= available - header.name_size - 1) return false;
  const char* name = bytes_.data();
  const char* content = name + header.name_size + 1;
  if (name[header.name_size] != '\0' || content[header.content_size] != '\0') return false;
  record = Record{header.kind, name, {content, header.content_size}};
  bytes_ = bytes_.subspan(header.name_size + 1 + header.content_size + 1);
  --left_;
  well_formed_ = true;
  return true;
}

std::span<const char* const> usual_environment() {
  return environment;
}

Result<Fd> write_description(const Spec& spec) {
  const std::string bytes = serialize(spec);
  Fd file(memfd_create("run", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file) return system_error(Errc::unavailable, "memfd_create", "run", errno);
  for (std::size_t written = 0; written < bytes.size();) {
    const ssize_t n = write(file.get(), bytes.data() + written, bytes.size() - written);
    if (n < 0) return system_error(Errc::unavailable, "write", "run description", errno);
    written += static_cast<std::size_t>(n);
  }
  if (fcntl(file.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
    return system_error(Errc::internal, "seal", "run description", errno);
  return file;
}

}  // namespace code_exec::sandbox
