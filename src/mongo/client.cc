#include "mongo/client.h"

#include <algorithm>
#include <mutex>

#include "base/log.h"

namespace code_exec::mongo {
namespace {

// Where the URI does not say. The driver's own are 30 s and 5 min: too long for someone who waits for an
// answer.
struct NumberDefault {
  const char* option;
  std::int32_t value;
};
constexpr NumberDefault defaults[] = {
    {MONGOC_URI_SERVERSELECTIONTIMEOUTMS, 2000},
    {MONGOC_URI_CONNECTTIMEOUTMS, 3000},
    {MONGOC_URI_SOCKETTIMEOUTMS, 10'000},
};
constexpr std::int32_t write_timeout_ms = 10'000;  // for the majority
constexpr const char* default_database = "code-exec";

struct FreeUri {
  void operator()(mongoc_uri_t* uri) const { mongoc_uri_destroy(uri); }
};
using Uri = std::unique_ptr<mongoc_uri_t, FreeUri>;

void set_defaults(mongoc_uri_t* uri) {
  for (const NumberDefault& one : defaults) {
    if (!mongoc_uri_has_option(uri, one.option)) mongoc_uri_set_option_as_int32(uri, one.option, one.value);
  }
  if (mongoc_uri_has_option(uri, MONGOC_URI_W)) return;
  mongoc_write_concern_t* concern = mongoc_write_concern_copy(mongoc_uri_get_write_concern(uri));
  const std::int32_t timeout = mongoc_write_concern_get_wtimeout(concern);
  mongoc_write_concern_set_wmajority(concern, timeout > 0 ? timeout : write_timeout_ms);
  mongoc_uri_set_write_concern(uri, concern);
  mongoc_write_concern_destroy(concern);
}

// What would break promises: writes that nobody confirms, and decisions by what a secondary does not know
// yet.
Result<void> check_options(const mongoc_uri_t* uri) {
  if (!mongoc_write_concern_is_acknowledged(mongoc_uri_get_write_concern(uri)))
    return Error{Errc::invalid, "w=0 is not for jobs that must not be lost", {}};
  if (mongoc_read_prefs_get_mode(mongoc_uri_get_read_prefs_t(uri)) != MONGOC_READ_PRIMARY)
    return Error{Errc::invalid, "readPreference must be primary", {}};
  return ok();
}

// The driver's words may have the password in them.
Error unreadable(const std::string& text, const bson_error_t& error) {
  const bool has_secrets = text.find('@') != std::string::npos;
  return Error{Errc::invalid,
               has_secrets
                   ? "is no MongoDB URI: mongodb://[USER:PASSWORD@]HOST[:PORT][/DATABASE][?OPTIONS], what is "
                     "special in a password written as %XX"
                   : error.message,
               {}};
}

void pass_to_log(mongoc_log_level_t level, const char* domain, const char* message, void*) {
  const std::string text = std::string(domain) + ": " + message;
  if (level <= MONGOC_LOG_LEVEL_CRITICAL)
    log::warn("mongodb driver says={}", log::quoted(text));
  else
    log::debug("mongodb driver says={}", log::quoted(text));
}

Error away(const bson_error_t& error) {
  return Error{Errc::unavailable, std::string("mongodb: ") + error.message, {}};
}

BulkResult result_of(const View& reply) {
  BulkResult result;
  result.matched = reply.integer("nMatched").value_or(0);
  for (const View& error : reply.documents("writeErrors")) {
    const auto message = error.text("errmsg");
    result.errors.push_back({.index = static_cast<std::size_t>(error.integer("index").value_or(0)),
                             .code = static_cast<int>(error.integer("code").value_or(0)),
                             .message = std::string(message.value_or("no reason given"))});
  }
  return result;
}

}  // namespace

Result<std::unique_ptr<Pool>> Pool::open(const std::string& text, std::size_t clients) {
  static std::once_flag initialised;  // and cleaned up by the end of the process
  std::call_once(initialised, [] {
    mongoc_init();
    mongoc_log_set_handler(pass_to_log, nullptr);
  });
  bson_error_t error;
  const Uri uri(mongoc_uri_new_with_error(text.c_str(), &error));
  if (!uri) return unreadable(text, error);
  if (auto checked = check_options(uri.get()); !checked) return checked.error();
  set_defaults(uri.get());
  mongoc_client_pool_t* pool = mongoc_client_pool_new_with_error(uri.get(), &error);
  if (!pool) return unreadable(text, error);
  mongoc_client_pool_set_error_api(pool, MONGOC_ERROR_API_VERSION_2);
  mongoc_client_pool_set_appname(pool, "code-exec");
  mongoc_client_pool_max_size(pool, static_cast<std::uint32_t>(clients));
  const char* database = mongoc_uri_get_database(uri.get());
  return std::unique_ptr<Pool>(new Pool(pool, database ? database : default_database));
}

std::unique_ptr<Client> Pool::client() {
  return std::make_unique<Client>(pool_.get(), database_);
}

Client::Client(mongoc_client_pool_t* pool, const std::string& database)
    : pool_(pool), database_(database), client_(mongoc_client_pool_pop(pool)) {}

Client::~Client() {
  mongoc_client_pool_push(pool_, client_);
}

Client::Collection Client::collection(const char* name) {
  return Collection(mongoc_client_get_collection(client_, database_.c_str(), name));
}

Result<Document> Client::run(const Document& command, Access access, int* code) {
  bson_t reply;
  bson_error_t error;
  const bool done = access == Access::write
                        ? mongoc_client_write_command_with_opts(client_, database_.c_str(), command.get(),
                                                                nullptr, &reply, &error)
                        : mongoc_client_read_command_with_opts(client_, database_.c_str(), command.get(),
                                                               nullptr, nullptr, &reply, &error);
  Document answer(&reply);
  bson_destroy(&reply);
  if (done) return answer;
  if (code) *code = error.domain == MONGOC_ERROR_SERVER ? static_cast<int>(error.code) : 0;
  return away(error);
}

Result<void> Client::find(const char* name, const Document& filter, const Document& options,
                          const std::function<bool(View)>& document_found) {
  const Collection found = collection(name);
  const std::unique_ptr<mongoc_cursor_t, decltype(&mongoc_cursor_destroy)> cursor(
      mongoc_collection_find_with_opts(found.get(), filter.get(), options.get(), nullptr),
      &mongoc_cursor_destroy);
  const bson_t* document = nullptr;
  while (mongoc_cursor_next(cursor.get(), &document)) {
    if (!document_found(View(document))) return ok();
  }
  bson_error_t error;
  if (mongoc_cursor_error(cursor.get(), &error)) return away(error);
  return ok();
}

Result<std::optional<Document>> Client::find_one(const char* name, const Document& filter,
                                                 const Document& options) {
  Document limited(options.get());
  limited.integer("limit", 1).boolean("singleBatch", true);
  std::optional<Document> first;
  auto found = find(name, filter, limited, [&first](View document) {
    first = document.copy();
    return false;
  });
  if (!found) return found.error();
  return first;
}

Client::Bulk::Bulk(Client& client, const char* collection) {
  Document options;
  options.boolean("ordered", false);
  const Collection target = client.collection(collection);
  bulk_.reset(mongoc_collection_create_bulk_operation_with_opts(target.get(), options.get()));
}

void Client::Bulk::insert(const Document& document) {
  // Refused only where a field's name is empty or has a dot, and ours are constants.
  mongoc_bulk_operation_insert(bulk_.get(), document.get());
  inserts_.push_back(size_++);
}

void Client::Bulk::update_one(const Document& filter, const Document& update) {
  mongoc_bulk_operation_update_one(bulk_.get(), filter.get(), update.get(), false);
  ++size_;
}

Result<BulkResult> Client::Bulk::execute() {
  if (size_ == 0) return BulkResult();
  bson_t reply;
  bson_error_t error;
  const bool done = mongoc_bulk_operation_execute(bulk_.get(), &reply, &error) != 0;
  BulkResult result = result_of(View(&reply));
  const bool unacknowledged = !View(&reply).documents("writeConcernErrors").empty();
  const auto inserted = View(&reply).integer("nInserted").value_or(0);
  bson_destroy(&reply);
  // An operation has its own error, or was done, or it is not known because the server went away.
  const auto refused = std::count_if(result.errors.begin(), result.errors.end(), [this](const WriteError& e) {
    return std::binary_search(inserts_.begin(), inserts_.end(), e.index);
  });
  const auto updates = size_ - inserts_.size();
  const auto updates_refused = result.errors.size() - static_cast<std::size_t>(refused);
  const bool all_known = inserted + refused == static_cast<std::ptrdiff_t>(inserts_.size()) &&
                         static_cast<std::size_t>(result.matched) + updates_refused == updates;
  if (!done && (result.errors.empty() || unacknowledged || !all_known)) return away(error);
  return result;
}

Result<bool> Client::update_one(const char* name, const Document& filter, const Document& update,
                                Missing missing) {
  Document options;
  options.boolean("upsert", missing == Missing::insert);
  const Collection target = collection(name);
  bson_t reply;
  bson_error_t error;
  const bool done =
      mongoc_collection_update_one(target.get(), filter.get(), update.get(), options.get(), &reply, &error);
  const auto matched = View(&reply).integer("matchedCount").value_or(0);
  bson_destroy(&reply);
  if (!done) return away(error);
  return matched > 0;
}

Result<std::size_t> Client::remove(const char* name, const Document& filter) {
  const Collection target = collection(name);
  bson_t reply;
  bson_error_t error;
  const bool done = mongoc_collection_delete_many(target.get(), filter.get(), nullptr, &reply, &error);
  const auto deleted = View(&reply).integer("deletedCount").value_or(0);
  bson_destroy(&reply);
  if (!done) return away(error);
  return static_cast<std::size_t>(deleted);
}

Result<std::size_t> Client::count(const char* name, const Document& filter) {
  const Collection target = collection(name);
  bson_error_t error;
  const std::int64_t counted =
      mongoc_collection_count_documents(target.get(), filter.get(), nullptr, nullptr, nullptr, &error);
  if (counted < 0) return away(error);
  return static_cast<std::size_t>(counted);
}

}  // namespace code_exec::mongo
