// callback/address_guard.h - which addresses a client may make us connect to. A name is looked up once; each
// address that it gave is asked about here, and one that passed is connected to: nothing is looked up again
// in between. So it does not matter how an address was written.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <string>

#include "base/result.h"

namespace code_exec::callback {

namespace net = boost::asio;

enum class Reach {
  public_only,
  private_too,  // loopback and the networks that organisations give out themselves as well
};

// Never, whatever the reach: where clouds keep their metadata and its credentials (link-local, and the
// addresses of some), multicast, broadcast, unspecified, reserved, and IPv6 that stands for an IPv4 address.
bool may_connect(const net::ip::address& address, Reach reach);

// Where `host` is an address in any way of writing that the resolver knows ("127.1", "0x7f000001"), whether
// we may connect to it; ok for a name. Errc::invalid. It tells a client early, and guards nothing.
Result<void> check_host(const std::string& host, Reach reach);

}  // namespace code_exec::callback
