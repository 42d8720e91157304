#include "access/network.h"

#include <algorithm>

namespace code_exec::access {
namespace {

namespace ip = boost::asio::ip;

std::optional<ip::address> parse_address(std::string_view text) {
  boost::system::error_code error;
  ip::address address = ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = ip::make_address_v4(ip::v4_mapped, address.to_v6());
  return address;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// Some proxies add the port: "1.2.3.4:80", "[::1]:80".
std::string_view without_port(std::string_view text) {
  if (text.starts_with('[')) return text.substr(1, std::min(text.find(']'), text.size()) - 1);
  return std::count(text.begin(), text.end(), ':') == 1 ? text.substr(0, text.find(':')) : text;
}

}  // namespace

Result<Network> Network::parse(std::string_view text) {
  const Error wrong{
      Errc::invalid, "must be an address such as 10.0.0.1, or a network such as 10.0.0.0/8", {}};
  boost::system::error_code error;
  if (const auto address = parse_address(text)) {
    if (address->is_v4()) return Network(ip::network_v4(address->to_v4(), 32));
    return Network(ip::network_v6(address->to_v6(), 128));
  }
  const std::string whole(text);
  if (whole.find(':') == std::string::npos) {
    const auto network = ip::make_network_v4(whole, error);
    if (error) return wrong;
    return Network(network.canonical());
  }
  const auto network = ip::make_network_v6(whole, error);
  if (error) return wrong;
  return Network(network.canonical());
}

bool Network::contains(const ip::address& address) const {
  if (const auto* v4 = std::get_if<ip::network_v4>(&network_)) {
    if (!address.is_v4()) return false;
    return ip::network_v4(address.to_v4(), v4->prefix_length()).network() == v4->network();
  }
  const auto& v6 = std::get<ip::network_v6>(network_);
  if (!address.is_v6()) return false;
  return ip::network_v6(address.to_v6(), v6.prefix_length()).network() == v6.network();
}

std::string client_address(std::string_view peer, std::string_view forwarded,
                           const std::vector<Network>& proxies) {
  const auto trusted = [&proxies](std::string_view text) {
    const auto address = parse_address(text);
    return address && std::any_of(proxies.begin(), proxies.end(),
                                  [&](const Network& proxy) { return proxy.contains(*address); });
  };
  std::string_view address = peer;
  while (!forwarded.empty() && trusted(address)) {
    const std::size_t comma = forwarded.rfind(',');
    const std::string_view last = comma == std::string_view::npos ? forwarded : forwarded.substr(comma + 1);
    forwarded = comma == std::string_view::npos ? std::string_view() : forwarded.substr(0, comma);
    const std::string_view before = without_port(trimmed(last));
    if (!parse_address(before)) break;
    address = before;
  }
  return std::string(address);
}

std::string client_name(std::string_view text) {
  const auto address = parse_address(text);
  if (!address || address->is_v4()) return address ? address->to_string() : std::string(text);
  return ip::network_v6(address->to_v6(), 64).canonical().to_string();
}

}  // namespace code_exec::access
