#include "sandbox/advice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>

#include <cerrno>

namespace code_exec::sandbox {
namespace {

using testing::HasSubstr;
using testing::Not;

Surroundings docker() {
  Surroundings around;
  around.container = true;
  around.seccomp_filter = true;
  return around;
}

TEST(UserNamespaceAdvice, NamesTheSysctlThatForbidsThem) {
  Surroundings debian;
  debian.user_namespaces_forbidden = true;
  EXPECT_THAT(user_namespace_advice(EPERM, debian), HasSubstr("kernel.unprivileged_userns_clone=1"));
  Surroundings ubuntu;
  ubuntu.user_namespaces_restricted = true;
  EXPECT_THAT(user_namespace_advice(EPERM, ubuntu),
              HasSubstr("kernel.apparmor_restrict_unprivileged_userns=0"));
  EXPECT_THAT(user_namespace_advice(ENOSPC, {}), HasSubstr("user.max_user_namespaces=15000"));
}

TEST(UserNamespaceAdvice, DoesNotBlameSysctlsThatRootIsFreeOf) {
  Surroundings around;
  around.root = true;
  around.user_namespaces_forbidden = true;
  EXPECT_THAT(user_namespace_advice(EPERM, around), Not(HasSubstr("sysctl")));
}

TEST(UserNamespaceAdvice, NamesTheOptionsOfAContainer) {
  EXPECT_THAT(user_namespace_advice(EPERM, docker()),
              HasSubstr("--security-opt seccomp=deploy/docker/seccomp.json"));
  EXPECT_THAT(user_namespace_advice(EPERM, docker()), Not(HasSubstr("apparmor")));
  Surroundings confined = docker();
  confined.apparmor_profile = "docker-default";
  EXPECT_THAT(user_namespace_advice(EPERM, confined), HasSubstr("apparmor=unconfined (now: docker-default)"));
}

TEST(UserNamespaceAdvice, SpeaksOfTheServiceManagerOutsideContainers) {
  Surroundings service;
  service.seccomp_filter = true;
  EXPECT_THAT(user_namespace_advice(EPERM, service), HasSubstr("RestrictNamespaces="));
}

TEST(UserNamespaceAdvice, AlwaysSaysSomething) {
  for (int error : {EPERM, EACCES, ENOSPC, EUSERS, EINVAL, ENOSYS, EIO}) {
    EXPECT_FALSE(user_namespace_advice(error, {}).empty()) << error;
    EXPECT_FALSE(refused_call_advice(error, {}).empty()) << error;
    EXPECT_FALSE(proc_advice(error, {}).empty()) << error;
  }
}

TEST(RefusedCallAdvice, TellsAnOldKernelFromAFilter) {
  EXPECT_THAT(refused_call_advice(ENOSYS, {}), HasSubstr("5.12"));
  EXPECT_THAT(refused_call_advice(ENOSYS, docker()), HasSubstr("seccomp="));
}

TEST(RefusedCallAdvice, DoesNotBlameAFilterForAppArmor) {
  Surroundings around = docker();
  around.apparmor_profile = "docker-default";
  EXPECT_THAT(refused_call_advice(EACCES, around), HasSubstr("apparmor=unconfined"));
  EXPECT_THAT(refused_call_advice(EACCES, around), Not(HasSubstr("seccomp=")));
}

TEST(ProcAdvice, NamesWhatIsHidden) {
  Surroundings around = docker();
  around.hidden_in_proc = {"/proc/keys", "/proc/sys"};
  EXPECT_THAT(proc_advice(EPERM, around), HasSubstr("/proc/keys, /proc/sys"));
  EXPECT_THAT(proc_advice(EPERM, around), HasSubstr("systempaths=unconfined"));
  around.container = false;
  EXPECT_THAT(proc_advice(EPERM, around), HasSubstr("unmount"));
}

TEST(ProcAdvice, DoesNotBlameHiddenPlacesForAnotherRefusal) {
  Surroundings around = docker();
  around.hidden_in_proc = {"/proc/keys"};
  around.apparmor_profile = "docker-default";
  EXPECT_THAT(proc_advice(EACCES, around), HasSubstr("apparmor=unconfined"));
  EXPECT_THAT(proc_advice(EINVAL, around), HasSubstr("5.8"));
}

TEST(CgroupAdvice, DiffersByVersionAndByWhatIsWrong) {
  using Cgroups = Surroundings::Cgroups;
  Surroundings around;
  EXPECT_THAT(cgroup_advice(around), HasSubstr("mount a cgroup hierarchy"));
  around.cgroups = Cgroups::v2;
  EXPECT_THAT(cgroup_advice(around), HasSubstr("systemd-run"));
  around.cgroups = Cgroups::v1;
  EXPECT_THAT(cgroup_advice(around), HasSubstr("start as root"));
  around.container = true;
  around.cgroups_read_only = true;
  EXPECT_THAT(cgroup_advice(around), HasSubstr("--cgroup-parent"));
  around.cgroups = Cgroups::v2;
  EXPECT_THAT(cgroup_advice(around), HasSubstr("writable-cgroups=true"));
  EXPECT_THAT(cgroup_advice(around), HasSubstr("--without-cgroups"));
}

TEST(CapabilityAdvice, NamesWhatIsMissingOfTheSixThatRootNeeds) {
  Surroundings around;
  EXPECT_EQ(missing_capabilities(around),
            "CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_KILL, CAP_SETGID, CAP_SETUID, CAP_SETPCAP");
  around.capabilities = 0xa80425fb;  // what Docker gives a container's root
  EXPECT_EQ(missing_capabilities(around), "");
  around.capabilities &= ~(1ULL << CAP_KILL);
  EXPECT_EQ(missing_capabilities(around), "CAP_KILL");
  EXPECT_THAT(capability_advice("CAP_KILL", docker()), HasSubstr("--cap-add"));
}

}  // namespace
}  // namespace code_exec::sandbox
