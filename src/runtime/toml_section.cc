#include "runtime/toml_section.h"

namespace code_exec::runtime {

void Problems::add(const toml::source_region& where, const std::string& key, const std::string& what) {
  if (first_) return;
  const std::string line = std::to_string(where.begin.line);
  first_ = Error{Errc::invalid, file_ + ":" + line + ": " + (key.empty() ? "" : key + " ") + what, key};
}

TomlSection::TomlSection(const toml::table& table, std::string key, Problems& problems)
    : table_(table), key_(std::move(key)), problems_(problems) {}

std::string TomlSection::text(std::string_view key, Presence presence) {
  const toml::node* node = take(key, presence);
  if (!node) return {};
  const auto value = node->value_exact<std::string>();
  if (!value || value->empty() || value->find('\0') != std::string::npos) {
    refuse(key, "must be a text that is not empty");
    return {};
  }
  return *value;
}

bool TomlSection::flag(std::string_view key) {
  const toml::node* node = take(key, Presence::optional);
  if (!node) return false;
  const auto value = node->value_exact<bool>();
  if (!value) refuse(key, "must be true or false");
  return value.value_or(false);
}

std::vector<std::string> TomlSection::texts(std::string_view key, Presence presence) {
  const toml::node* node = take(key, presence);
  if (!node) return {};
  std::vector<std::string> values;
  const toml::array* array = node->as_array();
  bool is_good = array && (presence == Presence::optional || !array->empty());
  for (std::size_t i = 0; is_good && i < array->size(); ++i) {
    const auto value = array->get(i)->value_exact<std::string>();
    is_good = value && !value->empty() && value->find('\0') == std::string::npos;
    if (is_good) values.push_back(*value);
  }
  if (is_good) return values;
  refuse(key, "must be a list of texts that are not empty");
  return {};
}

std::optional<std::uint64_t> TomlSection::number(std::string_view key, std::uint64_t low,
                                                 std::uint64_t high) {
  const toml::node* node = take(key, Presence::optional);
  if (!node) return std::nullopt;
  const auto value = node->value_exact<std::int64_t>();
  if (!value || *value < 0 || static_cast<std::uint64_t>(*value) < low ||
      static_cast<std::uint64_t>(*value) > high) {
    refuse(key, "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high));
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(*value);
}

std::optional<TomlSection> TomlSection::section(std::string_view key, Presence presence) {
  const toml::node* node = take(key, presence);
  if (!node) return std::nullopt;
  if (!node->is_table()) {
    refuse(key, "must be a table");
    return std::nullopt;
  }
  return TomlSection(*node->as_table(), path(key), problems_);
}

std::map<std::string, std::string> TomlSection::all_texts() {
  std::map<std::string, std::string> values;
  for (const auto& [key, node] : table_) {
    known_.emplace(key.str());
    const auto value = node.value_exact<std::string>();
    if (!value || value->find('\0') != std::string::npos)
      refuse(key.str(), "must be a text");
    else
      values.emplace(key.str(), *value);
  }
  return values;
}

std::map<std::string, std::vector<std::string>> TomlSection::all_lists() {
  std::map<std::string, std::vector<std::string>> values;
  for (const auto& [key, node] : table_) values.emplace(key.str(), texts(key.str(), Presence::optional));
  return values;
}

void TomlSection::refuse(std::string_view key, const std::string& what) {
  const toml::node* node = table_.get(key);
  problems_.add(node ? node->source() : table_.source(), path(key), what);
}

void TomlSection::refuse_unknown() {
  for (const auto& [key, node] : table_) {
    if (!known_.contains(key.str())) problems_.add(key.source(), path(key.str()), "is not known here");
  }
}

const toml::node* TomlSection::take(std::string_view key, Presence presence) {
  known_.emplace(key);
  const toml::node* node = table_.get(key);
  if (!node && presence == Presence::required) refuse(key, "is missing");
  return node;
}

std::string TomlSection::path(std::string_view key) const {
  return key_.empty() ? std::string(key) : key_ + "." + std::string(key);
}

}  // namespace code_exec::runtime
