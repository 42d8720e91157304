#include "access/network.h"

#include <gtest/gtest.h>

namespace code_exec::access {
namespace {

std::vector<Network> networks(std::initializer_list<std::string_view> texts) {
  std::vector<Network> parsed;
  for (std::string_view text : texts) parsed.push_back(*Network::parse(text));
  return parsed;
}

TEST(Network, IsAnAddressOrAPrefix) {
  const auto contains = [](std::string_view network, const char* address) {
    return Network::parse(network)->contains(boost::asio::ip::make_address(address));
  };
  EXPECT_TRUE(contains("10.0.0.0/8", "10.200.3.4"));
  EXPECT_TRUE(contains("10.1.2.3/8", "10.200.3.4"));
  EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(contains("0.0.0.0/0", "11.0.0.1"));
  EXPECT_FALSE(contains("0.0.0.0/0", "::1"));
  EXPECT_TRUE(contains("192.168.1.1", "192.168.1.1"));
  EXPECT_FALSE(contains("192.168.1.1", "192.168.1.2"));
  EXPECT_TRUE(contains("fd00::/8", "fdff::1"));
  EXPECT_FALSE(contains("fd00::/8", "fe80::1"));
  EXPECT_TRUE(contains("::1", "::1"));
  for (std::string_view wrong :
       {"", "x", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/", "/8", "1.2.3.4/x"}) {
    const auto parsed = Network::parse(wrong);
    ASSERT_FALSE(parsed) << wrong;
    EXPECT_EQ(parsed.error().code, Errc::invalid);
  }
}

TEST(ClientAddress, IsThePeersWhereNobodyIsTrusted) {
  EXPECT_EQ(client_address("1.2.3.4", "5.6.7.8", {}), "1.2.3.4");
  EXPECT_EQ(client_address("1.2.3.4", "5.6.7.8", networks({"1.2.3.5"})), "1.2.3.4");
}

TEST(ClientAddress, IsTheLastThatNoTrustedProxyIs) {
  const auto proxies = networks({"10.0.0.0/8", "::1"});
  EXPECT_EQ(client_address("10.0.0.1", "", proxies), "10.0.0.1");
  EXPECT_EQ(client_address("10.0.0.1", "5.6.7.8", proxies), "5.6.7.8");
  EXPECT_EQ(client_address("10.0.0.1", "6.6.6.6, 5.6.7.8", proxies), "5.6.7.8");
  EXPECT_EQ(client_address("10.0.0.1", "6.6.6.6,5.6.7.8 , 10.3.3.3", proxies), "5.6.7.8");
  EXPECT_EQ(client_address("10.0.0.1", "10.9.9.9", proxies), "10.9.9.9");
  EXPECT_EQ(client_address("::ffff:10.0.0.1", "5.6.7.8:1234", proxies), "5.6.7.8");
  EXPECT_EQ(client_address("::1", "[2001:db8::1]:80", proxies), "2001:db8::1");
  EXPECT_EQ(client_address("10.0.0.1", "6.6.6.6, unknown", proxies), "10.0.0.1");
  EXPECT_EQ(client_address("10.0.0.1", "[", proxies), "10.0.0.1");
  EXPECT_EQ(client_address("10.0.0.1", ",", proxies), "10.0.0.1");
}

TEST(ClientName, IsAnAddressOrTheNetworkOfOneMachine) {
  EXPECT_EQ(client_name("1.2.3.4"), "1.2.3.4");
  EXPECT_EQ(client_name("::ffff:1.2.3.4"), "1.2.3.4");
  EXPECT_EQ(client_name("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(client_name("2001:db8:1:2::7"), "2001:db8:1:2::/64");
  EXPECT_NE(client_name("2001:db8:1:3::7"), "2001:db8:1:2::/64");
}

}  // namespace
}  // namespace code_exec::access
