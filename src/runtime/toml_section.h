// runtime/toml_section.h - reads one table of a TOML file strictly: every key that the reader did not ask for
// is an error, and every error names file, line and key. Not for other modules.
#pragma once

#include <toml++/toml.h>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"

namespace code_exec::runtime {

// The first thing found wrong in a file. Reading goes on after it, so that no reader needs to branch.
class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}
  void add(const toml::source_region& where, const std::string& key, const std::string& what);
  const std::optional<Error>& first() const { return first_; }

 private:
  std::string file_;
  std::optional<Error> first_;
};

enum class Presence { required, optional };

class TomlSection {
 public:
  // `key` is how the section is named in errors; empty for the whole file. All must outlive the section.
  TomlSection(const toml::table& table, std::string key, Problems& problems);

  // Absent or wrong: an empty value; wrong, or absent and required: also a problem.
  std::string text(std::string_view key, Presence presence);
  std::vector<std::string> texts(std::string_view key, Presence presence);
  bool flag(std::string_view key);  // absent: false
  std::optional<std::uint64_t> number(std::string_view key, std::uint64_t low, std::uint64_t high);
  std::optional<TomlSection> section(std::string_view key, Presence presence);
  // Every key of this section, each with its text.
  std::map<std::string, std::string> all_texts();
  // Every key of this section, each with its list.
  std::map<std::string, std::vector<std::string>> all_lists();

  // Reports `what` at the line of `key`, or of the section when it has no such key.
  void refuse(std::string_view key, const std::string& what);
  // Call it last: reports the first key that nobody asked for.
  void refuse_unknown();

 private:
  const toml::node* take(std::string_view key, Presence presence);
  std::string path(std::string_view key) const;

  const toml::table& table_;
  std::string key_;
  Problems& problems_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace code_exec::runtime
