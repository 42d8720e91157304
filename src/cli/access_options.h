// cli/access_options.h - who may use a service, and how much of it.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "access/key_file.h"
#include "http/gate.h"

namespace code_exec::cli {

inline constexpr const char* keys_file_name = "keys.json";  // in the data directory

class AccessOptions {
 public:
  void add_keys(CLI::App& app);     // of every service
  void add_clients(CLI::App& app);  // of one that accepts jobs

  bool allow_anonymous() const { return allow_anonymous_; }
  const std::string& keys_file() const { return keys_file_; }  // empty: the data directory's

  // Each Errc::invalid with the option as Error::field, and never with a key in it.
  Result<std::vector<access::Key>> given_keys() const;
  Result<http::GateOptions> gate() const;

 private:
  std::string keys_file_;
  std::string api_key_;
  std::string admin_key_;
  bool allow_anonymous_ = false;
  std::vector<std::string> origins_;
  std::vector<std::string> trusted_proxies_;
  access::Limits limits_;
};

// --keys-file, of services and of `code-exec keys`.
void add_keys_file(CLI::App& app, std::string& file);

}  // namespace code_exec::cli
