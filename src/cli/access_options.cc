#include "cli/access_options.h"

#include <algorithm>
#include <CLI/CLI.hpp>

namespace code_exec::cli {
namespace {

// Shorter ones can be guessed.
constexpr std::size_t key_bytes_min = 16;
constexpr double rate_max = 1e6;

// What could not stand in a header.
bool is_key_text(const std::string& key) {
  return key.size() >= key_bytes_min &&
         std::all_of(key.begin(), key.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

CLI::Option* add_rate(CLI::App& app, const std::string& name, double& rate, const std::string& description) {
  return app.add_option(name, rate, description)->check(CLI::Range(0.0, rate_max))->type_name("N");
}

}  // namespace

void add_keys_file(CLI::App& app, std::string& file) {
  app.add_option("--keys-file", file,
                 std::string("the keys that `code-exec keys` makes, where they are not in ") +
                     keys_file_name + " of the data directory")
      ->type_name("FILE");
}

void AccessOptions::add_keys(CLI::App& app) {
  add_keys_file(app, keys_file_);
  // SECRET: --help does not show what the environment or a file says.
  app.add_option("--api-key", api_key_, "a key besides those of the file; better as CODE_EXEC_API_KEY")
      ->type_name("SECRET");
  app.add_option("--admin-key", admin_key_, "an admin's key besides those; better as CODE_EXEC_ADMIN_KEY")
      ->type_name("SECRET");
}

void AccessOptions::add_clients(CLI::App& app) {
  app.add_flag("--allow-anonymous", allow_anonymous_,
               "without keys, let anyone who can reach an address other than loopback run code");
  app.add_option(
         "--cors-origin", origins_,
         "origins whose pages may use this server, separated by commas, as https://example.org; * for all")
      ->delimiter(',')
      ->type_name("ORIGIN");
  add_rate(app, "--rate-limit", limits_.rate, "submissions a second of each client; 0 for no limit")
      ->capture_default_str();
  add_rate(app, "--rate-burst", limits_.burst, "submissions at once after a pause (those of one second)");
  app.add_option("--client-concurrency", limits_.concurrency,
                 "requests of each client at one time, those that wait for results included; 0 for no limit")
      ->type_name("N")
      ->capture_default_str();
  app.add_option(
         "--trust-proxy", trusted_proxies_,
         "proxies whose X-Forwarded-For tells the clients' addresses, separated by commas, as 10.0.0.0/8")
      ->delimiter(',')
      ->type_name("ADDR");
}

Result<std::vector<access::Key>> AccessOptions::given_keys() const {
  std::vector<access::Key> keys;
  const auto take = [&keys](const std::string& option, const std::string& key, bool admin) -> Result<void> {
    if (key.empty()) return ok();
    if (!is_key_text(key))
      return Error{Errc::invalid, "must be 16 or more printable ASCII characters without a space",
                   "--" + option};
    keys.push_back({.name = option, .id = option, .digest = access::digest_of(key), .admin = admin});
    return ok();
  };
  if (auto taken = take("api-key", api_key_, false); !taken) return taken.error();
  if (auto taken = take("admin-key", admin_key_, true); !taken) return taken.error();
  return keys;
}

Result<http::GateOptions> AccessOptions::gate() const {
  http::GateOptions gate;
  auto origins = http::Origins::parse(origins_);
  if (!origins) return Error{Errc::invalid, origins.error().detail, "--cors-origin"};
  gate.origins = *std::move(origins);
  gate.limits = limits_;
  for (const std::string& text : trusted_proxies_) {
    auto network = access::Network::parse(text);
    if (!network) return Error{Errc::invalid, network.error().detail, "--trust-proxy"};
    gate.trusted_proxies.push_back(*network);
  }
  return gate;
}

}  // namespace code_exec::cli
