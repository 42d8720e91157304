// What every runtime is told, whatever it makes of the rest.
#include "sandbox/oci/container_config.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <set>

#include "sandbox/host_client.h"

namespace code_exec::sandbox {
namespace {

using boost::json::value;

std::set<std::string> strings(const value& array) {
  std::set<std::string> found;
  for (const value& element : array.as_array()) found.emplace(element.as_string());
  return found;
}

class ContainerConfigTest : public testing::Test {
 protected:
  const value config = boost::json::parse(container_config("/code-exec.1/slot-2/container", 60612));
};

TEST_F(ContainerConfigTest, GivesTheContainerNamespacesOfItsOwn) {
  std::set<std::string> kinds;
  for (const value& one : config.at_pointer("/linux/namespaces").as_array()) {
    kinds.emplace(one.at("type").as_string());
    EXPECT_FALSE(one.as_object().contains("path"));
  }
  EXPECT_EQ(kinds, (std::set<std::string>{"cgroup", "ipc", "mount", "network", "pid", "user", "uts"}));
}

TEST_F(ContainerConfigTest, MapsNobodyOfTheHost) {
  for (const char* mappings : {"/linux/uidMappings", "/linux/gidMappings"}) {
    const auto& both = config.at_pointer(mappings).as_array();
    ASSERT_EQ(both.size(), 2u);
    EXPECT_EQ(both[0].at("containerID").to_number<unsigned>(), 0u);
    EXPECT_EQ(both[0].at("hostID").to_number<unsigned>(), cage_root_uid);
    EXPECT_EQ(both[1].at("containerID").to_number<unsigned>(), 1000u);
    EXPECT_EQ(both[1].at("hostID").to_number<unsigned>(), 60612u);
    for (const value& mapping : both) EXPECT_EQ(mapping.at("size").to_number<unsigned>(), 1u);
  }
}

TEST_F(ContainerConfigTest, GivesNoMoreCapabilitiesThanBecomingAnotherUserTakes) {
  const auto& sets = config.at_pointer("/process/capabilities").as_object();
  for (const auto& [name, capabilities] : sets)
    EXPECT_EQ(strings(capabilities), (std::set<std::string>{"CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID"}))
        << name;
  EXPECT_FALSE(sets.contains("ambient"));
  EXPECT_FALSE(sets.contains("inheritable"));
  EXPECT_TRUE(config.at_pointer("/process/noNewPrivileges").as_bool());
  EXPECT_FALSE(config.at_pointer("/process/terminal").as_bool());
}

TEST_F(ContainerConfigTest, MountsNothingOfTheHostThatCanBeWritten) {
  EXPECT_TRUE(config.at_pointer("/root/readonly").as_bool());
  for (const value& mount : config.at("mounts").as_array()) {
    const std::set<std::string> options = strings(mount.at("options"));
    EXPECT_TRUE(options.contains("nosuid"));
    if (mount.at("type") == "bind") {
      EXPECT_TRUE(mount.at("source").as_string().starts_with("/run/"));
    } else {
      EXPECT_TRUE(mount.at("type") == "proc" || options.contains("ro"));
    }
  }
}

TEST_F(ContainerConfigTest, PutsTheContainerBelowTheSlotsGroup) {
  EXPECT_EQ(config.at_pointer("/linux/cgroupsPath"), "/code-exec.1/slot-2/container");
}

}  // namespace
}  // namespace code_exec::sandbox
