// sandbox/description.h - a run's own description: arguments, environment and files. The service writes it
// into a sealed memfd; the only process that reads it is the run itself, after it has confined itself, so no
// other process ever interprets a byte of it and nothing of it stays behind.
//
// Layout, host byte order: Header, then per record a RecordHeader, `name_size` bytes, a NUL, `content_size`
// bytes, a NUL. Arguments and environment are records with an empty content; order is kept.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"
#include "sandbox/spec.h"

namespace code_exec::sandbox {

struct DescriptionHeader {
  std::uint32_t magic;
  std::uint32_t records;
};
inline constexpr std::uint32_t description_magic = 0x63653031;

enum class RecordKind : std::uint32_t { argument = 1, environment, file, executable_file };

struct RecordHeader {
  RecordKind kind;
  std::uint32_t name_size;
  std::uint64_t content_size;
};

struct Record {
  RecordKind kind;
  const char* name;  // NUL-terminated, in the description's own bytes
  std::string_view content;
};

// Reads records from bytes that may be anything; never reads outside them, never allocates.
class DescriptionReader {
 public:
  explicit DescriptionReader(std::span<const char> bytes);
  // False at the end and at the first thing that is wrong: ask well_formed() then.
  bool next(Record& record);
  bool well_formed() const { return well_formed_ && left_ == 0; }

 private:
  std::span<const char> bytes_;
  std::uint32_t left_ = 0;
  bool well_formed_ = false;
};

// The variables that every run has, before those of its spec: "NAME=value".
std::span<const char* const> usual_environment();

Result<Fd> write_description(const Spec& spec);

}  // namespace code_exec::sandbox
