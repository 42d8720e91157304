// mongo/document.h - BSON, as libbson has it, with an owner. What is written here is read back as it was,
// byte for byte: text that BSON's strings cannot carry is written as binary.
#pragma once

#include <bson/bson.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace code_exec::mongo {

class Document {
 public:
  Document() { bson_init(&bson_); }
  explicit Document(const bson_t* copied) { bson_copy_to(copied, &bson_); }
  Document(Document&& other) noexcept : Document() { *this = std::move(other); }
  Document& operator=(Document&& other) noexcept;
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  ~Document() { bson_destroy(&bson_); }

  // A string where it is UTF-8 without NUL, otherwise binary.
  Document& text(const char* name, std::string_view value);
  Document& binary(const char* name, std::string_view value);
  Document& integer(const char* name, std::int64_t value);
  Document& boolean(const char* name, bool value);
  Document& date(const char* name, TimePoint value);
  Document& document(const char* name, const Document& value);
  Document& texts(const char* name, const std::vector<std::string>& values);

  const bson_t* get() const { return &bson_; }
  bson_t* get() { return &bson_; }
  std::string_view bytes() const { return {reinterpret_cast<const char*>(bson_get_data(&bson_)), bson_.len}; }

 private:
  bson_t bson_;
};

// A document that somebody else owns. A field that is absent or of another type is nothing.
class View {
 public:
  View() = default;
  explicit View(const bson_t* bson) : View(bson_get_data(bson), bson->len) {}
  explicit View(std::string_view bytes)
      : View(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()) {}
  View(const std::uint8_t* data, std::size_t size);

  Document copy() const;
  bool has(const char* name) const { return field(name).has_value(); }
  std::optional<std::string_view> text(const char* name) const;  // strings and binary
  std::optional<std::int64_t> integer(const char* name) const;   // every number
  std::optional<bool> boolean(const char* name) const;
  std::optional<TimePoint> date(const char* name) const;
  std::optional<View> document(const char* name) const;
  std::optional<std::vector<std::string_view>> texts(const char* name) const;
  std::vector<View> documents(const char* name) const;  // of an array

 private:
  std::optional<bson_iter_t> field(const char* name) const;

  const std::uint8_t* data_ = nullptr;  // null: no document
  std::size_t size_ = 0;
};

}  // namespace code_exec::mongo
