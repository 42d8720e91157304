// access/network.h - where requests come from.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace code_exec::access {

// Addresses that are one bit pattern from their beginning on. An IPv4 address in an IPv6 one
// ("::ffff:1.2.3.4", as a socket of both kinds has it) is the IPv4 address.
class Network {
 public:
  // "10.0.0.0/8", "fd00::/8", "127.0.0.1". Errc::invalid.
  static Result<Network> parse(std::string_view text);
  bool contains(const boost::asio::ip::address& address) const;

 private:
  explicit Network(boost::asio::ip::network_v4 network) : network_(network) {}
  explicit Network(boost::asio::ip::network_v6 network) : network_(network) {}
  std::variant<boost::asio::ip::network_v4, boost::asio::ip::network_v6> network_;
};

// The address a request came from: the peer's, or, where that is a proxy that is trusted, the last one in
// X-Forwarded-For (`forwarded`, empty where there is none) that is not such a proxy: what stands before it
// the client may have written itself.
std::string client_address(std::string_view peer, std::string_view forwarded,
                           const std::vector<Network>& proxies);

// What counts as one client: an IPv4 address, or the /64 of an IPv6 one, which one machine has whole.
std::string client_name(std::string_view address);

}  // namespace code_exec::access
