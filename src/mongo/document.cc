#include "mongo/document.h"

#include <cassert>
#include <string>

namespace code_exec::mongo {
namespace {

bool is_string(std::string_view value) {
  return bson_utf8_validate(value.data(), value.size(), false);
}

// An append fails only where the document would pass 2 GiB, which no bound of ours allows.
void check(bool appended) {
  assert(appended);
  (void)appended;
}

std::optional<std::string_view> text_of(const bson_iter_t& iter) {
  std::uint32_t size = 0;
  if (BSON_ITER_HOLDS_UTF8(&iter)) {
    const char* text = bson_iter_utf8(&iter, &size);
    return std::string_view(text, size);
  }
  if (BSON_ITER_HOLDS_BINARY(&iter)) {
    bson_subtype_t subtype{};
    const std::uint8_t* bytes = nullptr;
    bson_iter_binary(&iter, &subtype, &size, &bytes);
    return std::string_view(reinterpret_cast<const char*>(bytes), size);
  }
  return std::nullopt;
}

}  // namespace

Document& Document::operator=(Document&& other) noexcept {
  if (this == &other) return *this;
  bson_destroy(&bson_);
  if (!bson_steal(&bson_, &other.bson_)) bson_init(&bson_);
  bson_init(&other.bson_);
  return *this;
}

Document& Document::text(const char* name, std::string_view value) {
  if (!is_string(value)) return binary(name, value);
  check(bson_append_utf8(&bson_, name, -1, value.data(), static_cast<int>(value.size())));
  return *this;
}

Document& Document::binary(const char* name, std::string_view value) {
  check(bson_append_binary(&bson_, name, -1, BSON_SUBTYPE_BINARY,
                           reinterpret_cast<const std::uint8_t*>(value.data()),
                           static_cast<std::uint32_t>(value.size())));
  return *this;
}

Document& Document::integer(const char* name, std::int64_t value) {
  check(bson_append_int64(&bson_, name, -1, value));
  return *this;
}

Document& Document::boolean(const char* name, bool value) {
  check(bson_append_bool(&bson_, name, -1, value));
  return *this;
}

Document& Document::date(const char* name, TimePoint value) {
  check(bson_append_date_time(&bson_, name, -1, to_ms(value)));
  return *this;
}

Document& Document::document(const char* name, const Document& value) {
  check(bson_append_document(&bson_, name, -1, value.get()));
  return *this;
}

Document& Document::texts(const char* name, const std::vector<std::string>& values) {
  Document array;
  std::size_t i = 0;
  for (const std::string& value : values) array.text(std::to_string(i++).c_str(), value);
  check(bson_append_array(&bson_, name, -1, array.get()));
  return *this;
}

View::View(const std::uint8_t* data, std::size_t size) {
  bson_t bson;
  if (!bson_init_static(&bson, data, size)) return;
  data_ = data;
  size_ = size;
}

Document View::copy() const {
  bson_t bson;
  return data_ && bson_init_static(&bson, data_, size_) ? Document(&bson) : Document();
}

std::optional<bson_iter_t> View::field(const char* name) const {
  bson_iter_t iter;
  if (!data_ || !bson_iter_init_from_data(&iter, data_, size_) || !bson_iter_find(&iter, name))
    return std::nullopt;
  return iter;
}

std::optional<std::string_view> View::text(const char* name) const {
  const auto iter = field(name);
  return iter ? text_of(*iter) : std::nullopt;
}

std::optional<std::int64_t> View::integer(const char* name) const {
  const auto iter = field(name);
  if (!iter || !BSON_ITER_HOLDS_NUMBER(&*iter)) return std::nullopt;
  return bson_iter_as_int64(&*iter);
}

std::optional<bool> View::boolean(const char* name) const {
  const auto iter = field(name);
  if (!iter || !BSON_ITER_HOLDS_BOOL(&*iter)) return std::nullopt;
  return bson_iter_bool(&*iter);
}

std::optional<TimePoint> View::date(const char* name) const {
  const auto iter = field(name);
  if (!iter || !BSON_ITER_HOLDS_DATE_TIME(&*iter)) return std::nullopt;
  return from_ms(bson_iter_date_time(&*iter));
}

std::optional<View> View::document(const char* name) const {
  const auto iter = field(name);
  if (!iter || !BSON_ITER_HOLDS_DOCUMENT(&*iter)) return std::nullopt;
  std::uint32_t size = 0;
  const std::uint8_t* data = nullptr;
  bson_iter_document(&*iter, &size, &data);
  return View(data, size);
}

std::optional<std::vector<std::string_view>> View::texts(const char* name) const {
  const auto iter = field(name);
  bson_iter_t item;
  if (!iter || !BSON_ITER_HOLDS_ARRAY(&*iter) || !bson_iter_recurse(&*iter, &item)) return std::nullopt;
  std::vector<std::string_view> texts;
  while (bson_iter_next(&item)) {
    const auto text = text_of(item);
    if (!text) return std::nullopt;
    texts.push_back(*text);
  }
  return texts;
}

std::vector<View> View::documents(const char* name) const {
  std::vector<View> documents;
  const auto iter = field(name);
  bson_iter_t item;
  if (!iter || !BSON_ITER_HOLDS_ARRAY(&*iter) || !bson_iter_recurse(&*iter, &item)) return documents;
  while (bson_iter_next(&item)) {
    if (!BSON_ITER_HOLDS_DOCUMENT(&item)) continue;
    std::uint32_t size = 0;
    const std::uint8_t* data = nullptr;
    bson_iter_document(&item, &size, &data);
    documents.emplace_back(data, size);
  }
  return documents;
}

}  // namespace code_exec::mongo
