#include "callback/address_guard.h"

#include <gtest/gtest.h>

namespace code_exec::callback {
namespace {

bool may(const char* address, Reach reach) {
  return may_connect(net::ip::make_address(address), reach);
}

TEST(AddressGuard, ConnectsToPublicAddresses) {
  for (const char* address :
       {"1.1.1.1",         "8.8.8.8",         "9.255.255.255",        "11.0.0.0",
        "100.63.255.255",  "100.128.0.0",     "126.255.255.255",      "128.0.0.0",
        "169.253.255.255", "169.255.0.0",     "172.15.255.255",       "172.32.0.0",
        "192.0.1.0",       "192.167.255.255", "192.169.0.0",          "198.17.255.255",
        "198.20.0.0",      "223.255.255.255", "2606:4700:4700::1111", "2001:4860:4860::8888",
        "2a00::1",         "2001:200::"}) {
    EXPECT_TRUE(may(address, Reach::public_only)) << address;
    EXPECT_TRUE(may(address, Reach::private_too)) << address;
  }
}

TEST(AddressGuard, ConnectsToPrivateAddressesWhereTheOperatorAllowsIt) {
  for (const char* address : {"10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1",
                              "127.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.0",
                              "192.168.255.255", "::1", "fc00::", "fd00::1", "fdff:ffff::1"}) {
    EXPECT_FALSE(may(address, Reach::public_only)) << address;
    EXPECT_TRUE(may(address, Reach::private_too)) << address;
  }
}

TEST(AddressGuard, NeverConnectsToTheRest) {
  for (const char* address :
       {"0.0.0.0", "0.255.255.255", "100.100.100.200", "168.63.129.16", "169.254.0.0", "169.254.169.254",
        "169.254.255.255", "192.0.0.1", "192.0.0.255", "192.0.2.1", "192.88.99.1", "198.18.0.0",
        "198.19.255.255", "198.51.100.1", "203.0.113.255", "224.0.0.1", "239.255.255.255", "240.0.0.0",
        "255.255.255.255",
        // IPv6
        "::", "::2", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "fd00:ec2::254", "fd20:ce::254", "2001::1", "2001:2::1",
        "2001:10::1", "2001:20::1", "2001:1ff:ffff::", "2001:db8::1", "2002:7f00:1::1", "3fff::1", "5f00::1",
        "fe80::1", "febf::1", "fec0::1", "ff02::1", "fbff::1", "fe00::1"}) {
    EXPECT_FALSE(may(address, Reach::public_only)) << address;
    EXPECT_FALSE(may(address, Reach::private_too)) << address;
  }
}

TEST(AddressGuard, KnowsAnAddressHoweverItIsWritten) {
  for (const char* host :
       {"127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001",
        "0", "::1", "::ffff:7f00:1", "10.1", "169.254.169.254"}) {
    auto checked = check_host(host, Reach::public_only);
    ASSERT_FALSE(checked) << host;
    EXPECT_EQ(checked.error().code, Errc::invalid);
  }
  EXPECT_TRUE(check_host("127.1", Reach::private_too));
  EXPECT_FALSE(check_host("169.254.169.254", Reach::private_too));
}

TEST(AddressGuard, LeavesNamesToTheResolver) {
  for (const char* host : {"example.org", "localhost", "1.example.org", "0x7f.1.example"})
    EXPECT_TRUE(check_host(host, Reach::public_only)) << host;
}

}  // namespace
}  // namespace code_exec::callback
