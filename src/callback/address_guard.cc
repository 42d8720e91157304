#include "callback/address_guard.h"

#include <arpa/inet.h>

#include <algorithm>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <optional>

namespace code_exec::callback {
namespace {

using net::ip::address;
using net::ip::address_v4;
using net::ip::address_v6;

struct V4 {
  std::uint32_t first;
  unsigned bits;  // from 1
  bool holds(std::uint32_t one) const { return ((one ^ first) >> (32 - bits)) == 0; }
};

constexpr std::uint32_t v4(unsigned a, unsigned b, unsigned c = 0, unsigned d = 0) {
  return a << 24 | b << 16 | c << 8 | d;
}

constexpr V4 private_v4[]{
    {v4(10, 0), 8},  {v4(100, 64), 10},  // RFC 6598, shared by a carrier's customers
    {v4(127, 0), 8}, {v4(172, 16), 12}, {v4(192, 168), 16},
};

// The IANA IPv4 Special-Purpose Address Registry, without what is globally reachable; and services that
// clouds offer to their machines alone.
constexpr V4 never_v4[]{
    {v4(0, 0), 8},                 // this network
    {v4(169, 254), 16},            // link-local
    {v4(100, 100, 100, 200), 32},  // metadata of Alibaba Cloud
    {v4(168, 63, 129, 16), 32},    // the host of an Azure machine
    {v4(192, 0, 0), 24},           // protocol assignments
    {v4(192, 0, 2), 24},           // documentation
    {v4(192, 88, 99), 24},         // 6to4 relays
    {v4(198, 18), 15},             // benchmarks
    {v4(198, 51, 100), 24},        // documentation
    {v4(203, 0, 113), 24},         // documentation
    {v4(224, 0), 4},               // multicast
    {v4(240, 0), 4},               // reserved, and broadcast
};

// Of IPv6 nothing but global unicast (2000::/3) is connected to, and of that not these. Outside it are ::/96
// and ::ffff:0:0/96 (IPv4), 64:ff9b::/96 and 64:ff9b:1::/48 (NAT64), fe80::/10, fec0::/10 and ff00::/8.
const char* const never_v6[]{
    "2001::/23",      // protocol assignments: Teredo, benchmarks, ORCHID
    "2001:db8::/32",  // documentation
    "2002::/16",      // 6to4
    "3fff::/20",      // documentation
};
const char* const private_v6[]{"::1/128", "fc00::/7"};
const char* const metadata_v6[]{"fd00:ec2::254/128", "fd20:ce::254/128"};  // of AWS and Google Cloud

bool holds(const char* network, const address_v6& one) {
  const auto parsed = net::ip::make_network_v6(network);
  return net::ip::network_v6(one, parsed.prefix_length()).canonical() == parsed.canonical();
}

bool may_connect_v4(std::uint32_t one, Reach reach) {
  auto in = [one](const V4& network) { return network.holds(one); };
  if (std::any_of(std::begin(never_v4), std::end(never_v4), in)) return false;
  return reach == Reach::private_too || std::none_of(std::begin(private_v4), std::end(private_v4), in);
}

bool may_connect_v6(const address_v6& one, Reach reach) {
  auto in = [&one](const char* network) { return holds(network, one); };
  if (std::any_of(std::begin(metadata_v6), std::end(metadata_v6), in)) return false;
  if (std::any_of(std::begin(private_v6), std::end(private_v6), in)) return reach == Reach::private_too;
  return holds("2000::/3", one) && std::none_of(std::begin(never_v6), std::end(never_v6), in);
}

std::optional<address> address_in(const std::string& host) {
  boost::system::error_code error;
  const address plain = net::ip::make_address(host, error);
  if (!error) return plain;
  in_addr numeric{};
  if (inet_aton(host.c_str(), &numeric) == 0) return std::nullopt;
  return address_v4(ntohl(numeric.s_addr));
}

}  // namespace

bool may_connect(const address& one, Reach reach) {
  if (one.is_v4()) return may_connect_v4(one.to_v4().to_uint(), reach);
  return one.to_v6().scope_id() == 0 && may_connect_v6(one.to_v6(), reach);
}

Result<void> check_host(const std::string& host, Reach reach) {
  const auto written = address_in(host);
  if (!written || may_connect(*written, reach)) return ok();
  const bool would_help = may_connect(*written, Reach::private_too);
  return Error{Errc::invalid,
               would_help
                   ? "names a private address, which this server does not call (--callback-allow-private)"
                   : "names an address that is not called",
               {}};
}

}  // namespace code_exec::callback
