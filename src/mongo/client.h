// mongo/client.h - a pool of connections to a MongoDB deployment, by libmongoc 1.23. Its calls block: they
// are for threads of their own. The URI's options hold; where it does not say, writes are acknowledged by the
// majority and waiting is bounded (see the defaults in client.cc).
#pragma once

#include <mongoc/mongoc.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "mongo/document.h"

namespace code_exec::mongo {

struct FreePool {
  void operator()(mongoc_client_pool_t* pool) const { mongoc_client_pool_destroy(pool); }
};

struct WriteError {
  std::size_t index;  // of the operation, in the order they were added
  int code;
  std::string message;
  bool is_duplicate() const { return code == MONGOC_ERROR_DUPLICATE_KEY; }
};

struct BulkResult {
  std::int64_t matched = 0;  // by all updates together
  std::vector<WriteError> errors;
};

enum class Access { read, write };

class Client;

// Thread-safe.
class Pool {
 public:
  // `clients` connections at most, to each server. Errc::invalid: what is wrong with the URI. Nothing is
  // connected yet.
  static Result<std::unique_ptr<Pool>> open(const std::string& uri, std::size_t clients);
  // For one thread at a time; the pool must outlive it.
  std::unique_ptr<Client> client();

 private:
  Pool(mongoc_client_pool_t* pool, std::string database) : pool_(pool), database_(std::move(database)) {}

  std::unique_ptr<mongoc_client_pool_t, FreePool> pool_;
  std::string database_;
};

// Each call answers Errc::unavailable where the server is away, does not answer in time or refuses; what was
// asked for may have happened then.
class Client {
 public:
  Client(mongoc_client_pool_t* pool, const std::string& database);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // The server's answer. `code` is the server's error, where it answered with one.
  Result<Document> run(const Document& command, Access access, int* code = nullptr);
  // The first document that matches, or nothing.
  Result<std::optional<Document>> find_one(const char* collection, const Document& filter,
                                           const Document& options);
  // Calls `document_found` until it answers false.
  Result<void> find(const char* collection, const Document& filter, const Document& options,
                    const std::function<bool(View)>& document_found);

  // Operations that go to the server together, each on its own.
  class Bulk {
   public:
    Bulk(Client& client, const char* collection);
    void insert(const Document& document);
    void update_one(const Document& filter, const Document& update);
    std::size_t size() const { return size_; }
    // Errors of single operations are in the result.
    Result<BulkResult> execute();

   private:
    struct Free {
      void operator()(mongoc_bulk_operation_t* bulk) const { mongoc_bulk_operation_destroy(bulk); }
    };
    std::unique_ptr<mongoc_bulk_operation_t, Free> bulk_;
    std::size_t size_ = 0;
    std::vector<std::size_t> inserts_;  // their places among the operations
  };

  enum class Missing { leave, insert };
  // Whether there was one that matched.
  Result<bool> update_one(const char* collection, const Document& filter, const Document& update,
                          Missing missing);
  // Of how many there were.
  Result<std::size_t> remove(const char* collection, const Document& filter);
  Result<std::size_t> count(const char* collection, const Document& filter);

 private:
  struct FreeCollection {
    void operator()(mongoc_collection_t* collection) const { mongoc_collection_destroy(collection); }
  };
  using Collection = std::unique_ptr<mongoc_collection_t, FreeCollection>;
  Collection collection(const char* name);

  mongoc_client_pool_t* pool_;
  const std::string& database_;
  mongoc_client_t* client_;
};

}  // namespace code_exec::mongo
