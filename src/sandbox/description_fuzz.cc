// Whatever the bytes of a description, reading ends within them; and what is written is read back as it was.
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "sandbox/description.h"

namespace {

using namespace code_exec::sandbox;

void expect(bool held) {
  if (!held) std::abort();
}

void read_any(std::span<const char> given) {
  // On the heap and of this very size, so that one byte too many is found.
  const auto copy = std::make_unique<char[]>(given.size());
  std::copy(given.begin(), given.end(), copy.get());
  const std::span<const char> bytes(copy.get(), given.size());
  DescriptionReader reader(bytes);
  std::size_t seen = sizeof(DescriptionHeader);
  for (Record record{}; reader.next(record);) {
    const std::string_view name(record.name);
    expect(record.name >= bytes.data() && name.size() < bytes.size());
    expect(record.content.data() > record.name &&
           record.content.data() + record.content.size() < bytes.data() + bytes.size());
    seen += sizeof(RecordHeader) + name.size() + record.content.size() + 2;
    expect(seen <= bytes.size());
  }
  if (reader.well_formed()) {
    Record none{};
    expect(!reader.next(none));
  }
}

// Texts parted by line feeds: arguments, and every third a file.
Spec spec_of(std::string_view text) {
  Spec spec;
  for (std::size_t i = 0; !text.empty(); ++i) {
    std::string one(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    if (i % 3 == 2) {
      spec.files.push_back({"file", std::move(one), i % 2 == 0});
    } else {
      one.resize(std::min(one.size(), one.find('\0')));
      spec.argv.push_back(std::move(one));
    }
  }
  return spec;
}

void read_back(const Spec& spec) {
  auto file = write_description(spec);
  expect(static_cast<bool>(file));
  const off_t size = lseek(file->get(), 0, SEEK_END);
  std::vector<char> bytes(static_cast<std::size_t>(size));
  expect(pread(file->get(), bytes.data(), bytes.size(), 0) == size);
  DescriptionReader reader(bytes);
  std::size_t arguments = 0;
  std::size_t files = 0;
  for (Record record{}; reader.next(record);) {
    if (record.kind == RecordKind::argument) {
      expect(arguments < spec.argv.size() && spec.argv[arguments++] == record.name);
    } else if (record.kind != RecordKind::environment) {
      expect(files < spec.files.size() && spec.files[files].content == record.content);
      expect(spec.files[files++].executable == (record.kind == RecordKind::executable_file));
    }
  }
  expect(reader.well_formed() && arguments == spec.argv.size() && files == spec.files.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_any(text);
  if (size % 16 == 0) read_back(spec_of(text));  // system calls: not for every input
  return 0;
}
