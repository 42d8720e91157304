#include "api/json.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cmath>

namespace code_exec::api {
namespace {

namespace json = boost::json;

constexpr std::size_t shown_name_bytes_max = 64;

Error malformed(std::string field, std::string detail) {
  return Error{Errc::malformed, std::move(detail), std::move(field)};
}

std::size_t count_members(const json::value& value) {
  std::size_t count = 0;
  if (const json::object* object = value.if_object()) {
    count = object->size();
    for (const auto& member : *object) count += count_members(member.value());
  } else if (const json::array* array = value.if_array()) {
    for (const json::value& element : *array) count += count_members(element);
  }
  return count;
}

// In text that is valid JSON: each member has one colon outside of strings.
std::size_t count_colons(std::string_view text) {
  std::size_t count = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      in_string = !in_string;
    } else if (in_string) {
      if (c == '\\') ++at;
    } else if (c == ':') {
      ++count;
    }
  }
  return count;
}

std::optional<std::uint64_t> whole_number(const json::value& value, std::uint64_t max) {
  std::uint64_t number = 0;
  if (const std::uint64_t* large = value.if_uint64()) {
    number = *large;
  } else if (const std::int64_t* small = value.if_int64()) {
    if (*small < 0) return std::nullopt;
    number = static_cast<std::uint64_t>(*small);
  } else {
    const double real = value.get_double();
    if (!(real >= 0 && real <= static_cast<double>(json_integer_max)) || std::floor(real) != real)
      return std::nullopt;
    number = static_cast<std::uint64_t>(real);
  }
  if (number > max) return std::nullopt;
  return number;
}

}  // namespace

Result<json::value> parse_json(std::string_view text, json::storage_ptr storage) {
  json::parse_options options;
  options.max_depth = json_depth_max;
  json::error_code error;
  json::value value =
      json::parse(json::string_view(text.data(), text.size()), error, std::move(storage), options);
  if (error) return malformed({}, "the body is not JSON: " + error.message());
  // Boost keeps the last of equal names and does not tell; another reader of the same bytes keeps the first.
  if (count_members(value) != count_colons(text))
    return malformed({}, "a member name is used twice in one object");
  return value;
}

ObjectReader::ObjectReader(const json::value& value, std::string path)
    : members_(value.if_object()), path_(std::move(path)) {
  if (!members_)
    error_ = malformed(path_, path_.empty() ? "the body must be a JSON object" : "must be an object");
}

std::string ObjectReader::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

void ObjectReader::fail(Error error) {
  if (!error_) error_ = std::move(error);
}

const json::value* ObjectReader::find(std::string_view name) {
  if (error_) return nullptr;
  asked_.push_back(name);
  const json::value* value = members_->if_contains(json::string_view(name.data(), name.size()));
  if (value) ++found_;
  return value;
}

bool ObjectReader::read_string(std::string_view name, std::string& out) {
  const json::value* value = find(name);
  if (!value) return false;
  const json::string* text = value->if_string();
  if (text) {
    out.assign(text->data(), text->size());
  } else {
    fail(malformed(path_of(name), "must be a string"));
  }
  return true;
}

void ObjectReader::required(std::string_view name, std::string& out) {
  if (!read_string(name, out)) fail(malformed(path_of(name), "is required"));
}

void ObjectReader::optional(std::string_view name, std::string& out) {
  read_string(name, out);
}

void ObjectReader::optional(std::string_view name, std::optional<std::string>& out) {
  std::string text;
  if (read_string(name, text)) out = std::move(text);
}

void ObjectReader::optional(std::string_view name, bool& out) {
  const json::value* value = find(name);
  if (!value) return;
  if (!value->is_bool()) return fail({Errc::malformed, "must be true or false", path_of(name)});
  out = value->as_bool();
}

void ObjectReader::optional(std::string_view name, std::vector<std::string>& out) {
  const json::array* elements = array(name);
  if (!elements) return;
  for (std::size_t i = 0; i < elements->size(); ++i) {
    const json::string* text = (*elements)[i].if_string();
    if (!text) return fail(malformed(path_of(name) + "[" + std::to_string(i) + "]", "must be a string"));
    out.emplace_back(text->data(), text->size());
  }
}

std::optional<double> ObjectReader::number(std::string_view name) {
  const json::value* value = find(name);
  if (!value) return std::nullopt;
  if (value->is_number()) {
    const double number = value->to_number<double>();
    if (std::isfinite(number)) return number;
  }
  fail(malformed(path_of(name), "must be a number"));
  return std::nullopt;
}

std::optional<std::uint64_t> ObjectReader::integer(std::string_view name, std::uint64_t max) {
  const json::value* value = find(name);
  if (!value) return std::nullopt;
  if (!value->is_number()) {
    fail(malformed(path_of(name), "must be a number"));
    return std::nullopt;
  }
  auto number = whole_number(*value, max);
  if (!number)
    fail({Errc::invalid, "must be a whole number from 0 to " + std::to_string(max), path_of(name)});
  return number;
}

const json::array* ObjectReader::array(std::string_view name) {
  const json::value* value = find(name);
  if (!value) return nullptr;
  if (!value->is_array()) fail(malformed(path_of(name), "must be an array"));
  return value->if_array();
}

const json::value* ObjectReader::object(std::string_view name) {
  return find(name);
}

Result<void> ObjectReader::finish() {
  if (error_) return *error_;
  if (found_ == members_->size()) return ok();
  for (const auto& member : *members_) {
    const std::string_view name(member.key().data(), member.key().size());
    if (std::find(asked_.begin(), asked_.end(), name) != asked_.end()) continue;
    return malformed(path_of(name.substr(0, shown_name_bytes_max)), "is not a known field");
  }
  return ok();
}

}  // namespace code_exec::api
