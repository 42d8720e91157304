#include "sandbox/host/seccomp_filter.h"

#include <fcntl.h>
#include <linux/memfd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string_view>

#include "base/fd.h"

namespace code_exec::sandbox {
namespace {

// Everything ordinary programs, interpreters, compilers and their libraries use. A call that is missing here
// answers ENOSYS, which libc and runtimes treat as an older kernel.
constexpr auto allowed = std::to_array<const char*>(
    {// files and directories
     "read", "write", "pread64", "pwrite64", "readv", "writev", "preadv", "pwritev", "preadv2", "pwritev2",
     "open", "openat", "openat2", "creat", "close", "close_range", "stat", "fstat", "lstat", "newfstatat",
     "statx", "statfs", "fstatfs", "lseek", "access", "faccessat", "faccessat2", "dup", "dup2", "dup3",
     "flock", "ioctl", "truncate", "ftruncate", "fallocate", "readahead", "getdents", "getdents64", "getcwd",
     "chdir", "fchdir", "rename", "renameat", "renameat2", "mkdir", "mkdirat", "rmdir", "link", "linkat",
     "unlink", "unlinkat", "symlink", "symlinkat", "readlink", "readlinkat", "chmod", "fchmod", "fchmodat",
     "fchmodat2", "chown", "fchown", "lchown", "fchownat", "umask", "utime", "utimes", "utimensat",
     "futimesat", "mknod", "mknodat", "getxattr", "lgetxattr", "fgetxattr", "listxattr", "llistxattr",
     "flistxattr", "removexattr", "lremovexattr", "fremovexattr", "copy_file_range", "sendfile", "splice",
     "tee", "vmsplice", "pipe", "pipe2", "cachestat",
     // memory
     "munmap", "mprotect", "mremap", "msync", "mincore", "brk", "mlock", "mlock2", "munlock", "mlockall",
     "munlockall", "pkey_alloc", "pkey_free", "pkey_mprotect", "membarrier", "get_mempolicy",
     // processes and threads
     "fork", "vfork", "execve", "execveat", "exit", "exit_group", "wait4", "waitid", "kill", "tkill",
     "tgkill", "getpid", "getppid", "gettid", "getpgid", "getpgrp", "setpgid", "getsid", "setsid",
     "set_tid_address", "futex", "futex_waitv", "futex_wake", "futex_wait", "futex_requeue",
     "set_robust_list", "get_robust_list", "rseq", "arch_prctl", "pidfd_open", "pidfd_send_signal",
     "sched_yield", "sched_getaffinity", "sched_setaffinity", "sched_getparam", "sched_setparam",
     "sched_getscheduler", "sched_setscheduler", "sched_get_priority_max", "sched_get_priority_min",
     "sched_rr_get_interval", "sched_getattr", "sched_setattr", "getpriority", "setpriority", "ioprio_get",
     "getcpu", "getrlimit", "setrlimit", "getrusage", "times", "sysinfo", "uname", "restart_syscall",
     // identity, which cannot be changed without capabilities
     "getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid", "getgroups", "setuid", "setgid",
     "setreuid", "setregid", "setresuid", "setresgid", "setfsuid", "setfsgid", "setgroups", "capget",
     "capset",
     // signals and time
     "rt_sigaction", "rt_sigprocmask", "rt_sigpending", "rt_sigtimedwait", "rt_sigqueueinfo",
     "rt_tgsigqueueinfo", "rt_sigsuspend", "rt_sigreturn", "sigaltstack", "pause", "alarm", "getitimer",
     "setitimer", "nanosleep", "clock_gettime", "clock_getres", "clock_nanosleep", "gettimeofday", "time",
     "timer_create", "timer_settime", "timer_gettime", "timer_getoverrun", "timer_delete", "timerfd_create",
     "timerfd_settime", "timerfd_gettime", "signalfd", "signalfd4", "eventfd", "eventfd2",
     // waiting for descriptors
     "select", "pselect6", "poll", "ppoll", "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait",
     "epoll_pwait", "epoll_pwait2",
     // sockets; socket() itself is below
     "bind", "listen", "accept", "accept4", "connect", "getsockname", "getpeername", "getsockopt", "recvfrom",
     "recvmsg", "recvmmsg", "shutdown",
     // System V queues, semaphores and shared memory: the slot has its own namespace for them
     "shmat", "shmdt", "shmctl", "semget", "semop", "semtimedop", "semctl", "msgget", "msgsnd", "msgrcv",
     "msgctl", "getrandom"});

// Known, and refused in words a program can read. What needs a capability would fail anyway; here it never
// reaches the kernel's own code.
constexpr auto refused = std::to_array<const char*>({"ptrace",
                                                     "process_vm_readv",
                                                     "process_vm_writev",
                                                     "kcmp",
                                                     "pidfd_getfd",
                                                     "process_madvise",
                                                     "pivot_root",
                                                     "chroot",
                                                     "fsopen",
                                                     "fsconfig",
                                                     "fsmount",
                                                     "fspick",
                                                     "open_tree",
                                                     "move_mount",
                                                     "mount_setattr",
                                                     "bpf",
                                                     "perf_event_open",
                                                     "userfaultfd",
                                                     "keyctl",
                                                     "add_key",
                                                     "request_key",
                                                     "open_by_handle_at",
                                                     "name_to_handle_at",
                                                     "fanotify_init",
                                                     "fanotify_mark",
                                                     "init_module",
                                                     "finit_module",
                                                     "delete_module",
                                                     "kexec_load",
                                                     "kexec_file_load",
                                                     "reboot",
                                                     "swapon",
                                                     "swapoff",
                                                     "acct",
                                                     "quotactl",
                                                     "quotactl_fd",
                                                     "syslog",
                                                     "settimeofday",
                                                     "clock_settime",
                                                     "clock_adjtime",
                                                     "adjtimex",
                                                     "sethostname",
                                                     "setdomainname",
                                                     "iopl",
                                                     "ioperm",
                                                     "vhangup",
                                                     "seccomp",
                                                     "ioprio_set",
                                                     "migrate_pages",
                                                     "move_pages",
                                                     "mbind",
                                                     "set_mempolicy"});

// What a slot's init needs to make and clear its slot, and a run on its way into its own namespaces.
constexpr auto slot_only = std::to_array<const char*>({"mount", "umount2", "unshare", "setns"});
// With cgroup v2 init starts runs in their groups by it. A filter cannot look into its struct, so for a run
// it is as on an older kernel: ENOSYS makes libc use clone.
constexpr const char* slot_only_clone = "clone3";
constexpr auto slot_only_prctl =
    std::to_array<std::uint32_t>({PR_SET_SECCOMP, PR_SET_SECUREBITS, PR_CAPBSET_DROP});

struct Release {
  void operator()(scmp_filter_ctx context) const { seccomp_release(context); }
};
using Context = std::unique_ptr<std::remove_pointer_t<scmp_filter_ctx>, Release>;

// Answered with success and left undone: the work area is memory, and what else is in sight belongs to the
// host, whose disk and page cache are not a run's to move.
constexpr auto done_without_effect =
    std::to_array<const char*>({"fsync", "fdatasync", "sync_file_range", "syncfs", "sync", "fadvise64"});

// Answered as by a file system without attributes: access lists, 128 KiB of them a directory, are kernel
// memory that no group pays for.
constexpr auto attribute_calls = std::to_array<const char*>({"setxattr", "lsetxattr", "fsetxattr"});

// What programs tell sockets: what is not here can be refused without harm. Among it: filters, which become
// machine code in a pool of the whole machine; and whatever keeps memory that no group pays for - error
// queues and time stamps, options and packets kept for later, sources of multicast, flow labels (one pool of
// the machine's), keys of TCP signatures.
constexpr auto socket_options = std::to_array<std::uint32_t>(
    {SO_DEBUG,       SO_REUSEADDR,    SO_DONTROUTE,   SO_BROADCAST, SO_SNDBUF,   SO_KEEPALIVE,
     SO_OOBINLINE,   SO_PRIORITY,     SO_LINGER,      SO_REUSEPORT, SO_PASSCRED, SO_RCVLOWAT,
     SO_SNDLOWAT,    SO_RCVTIMEO,     SO_SNDTIMEO,    SO_TIMESTAMP, SO_MARK,     SO_PEEK_OFF,
     SO_TIMESTAMPNS, SO_RCVTIMEO_NEW, SO_SNDTIMEO_NEW});
constexpr auto filter_options = std::to_array<std::uint32_t>(
    {SO_ATTACH_FILTER, SO_ATTACH_BPF, SO_ATTACH_REUSEPORT_CBPF, SO_ATTACH_REUSEPORT_EBPF});
constexpr auto ip_options = std::to_array<std::uint32_t>(
    {IP_TOS, IP_TTL, IP_PKTINFO, IP_MTU_DISCOVER, IP_RECVTTL, IP_RECVTOS, IP_BIND_ADDRESS_NO_PORT,
     IP_MULTICAST_IF, IP_MULTICAST_TTL, IP_MULTICAST_LOOP});
constexpr auto ipv6_options = std::to_array<std::uint32_t>(
    {IPV6_UNICAST_HOPS, IPV6_MULTICAST_IF, IPV6_MULTICAST_HOPS, IPV6_MULTICAST_LOOP, IPV6_MTU_DISCOVER,
     IPV6_V6ONLY, IPV6_RECVPKTINFO, IPV6_RECVHOPLIMIT, IPV6_RECVTCLASS, IPV6_TCLASS});
constexpr auto refused_tcp_options = std::to_array<std::uint32_t>({TCP_MD5SIG, TCP_MD5SIG_EXT, TCP_ULP});
constexpr std::uint32_t tcp_option_max = TCP_TX_DELAY;
constexpr std::uint32_t option_numbers = 128;  // of a level: none has more

// fcntl(2) but F_NOTIFY, inotify's elder, which tells what others read in directories that are shared.
constexpr auto file_commands =
    std::to_array<std::uint32_t>({F_DUPFD,           F_GETFD,         F_SETFD,
                                  F_GETFL,           F_SETFL,         F_GETLK,
                                  F_SETLK,           F_SETLKW,        F_SETOWN,
                                  F_GETOWN,          F_SETSIG,        F_GETSIG,
                                  F_SETOWN_EX,       F_GETOWN_EX,     F_OFD_GETLK,
                                  F_OFD_SETLK,       F_OFD_SETLKW,    F_SETLEASE,
                                  F_GETLEASE,        F_DUPFD_CLOEXEC, F_SETPIPE_SZ,
                                  F_GETPIPE_SZ,      F_ADD_SEALS,     F_GET_SEALS,
                                  F_GET_RW_HINT,     F_SET_RW_HINT,   F_GET_FILE_RW_HINT,
                                  F_SET_FILE_RW_HINT});

// madvise(2) but what poisons memory of the machine, and merged pages, which tell what others have.
constexpr std::uint32_t madv_guard_install = 102;  // Linux 6.13
constexpr std::uint32_t madv_guard_remove = 103;
constexpr auto memory_advice = std::to_array<std::uint32_t>(
    {MADV_NORMAL,        MADV_RANDOM,      MADV_SEQUENTIAL, MADV_WILLNEED,      MADV_DONTNEED,
     MADV_FREE,          MADV_REMOVE,      MADV_DONTFORK,   MADV_DOFORK,        MADV_UNMERGEABLE,
     MADV_HUGEPAGE,      MADV_NOHUGEPAGE,  MADV_DONTDUMP,   MADV_DODUMP,        MADV_WIPEONFORK,
     MADV_KEEPONFORK,    MADV_COLD,        MADV_PAGEOUT,    MADV_POPULATE_READ, MADV_POPULATE_WRITE,
     madv_guard_install, madv_guard_remove});
constexpr auto refused_advice = std::to_array<std::uint32_t>({MADV_MERGEABLE, MADV_HWPOISON, 101});

template <std::size_t Size>
bool is_in(const std::array<std::uint32_t, Size>& list, std::uint32_t value) {
  return std::ranges::find(list, value) != list.end();
}

// prctl(2): a process's own name, signals and bookkeeping. Not PR_SET_SECCOMP, whose filters take kernel
// memory that no group pays for, nor what changes the memory of others (PR_SET_MEMORY_MERGE).
constexpr auto allowed_prctl = std::to_array<std::uint32_t>(
    {PR_SET_PDEATHSIG,       PR_GET_PDEATHSIG,        PR_GET_DUMPABLE,     PR_SET_DUMPABLE,
     PR_GET_KEEPCAPS,        PR_SET_KEEPCAPS,         PR_SET_NAME,         PR_GET_NAME,
     PR_GET_SECCOMP,         PR_CAPBSET_READ,         PR_GET_SECUREBITS,   PR_SET_TIMERSLACK,
     PR_GET_TIMERSLACK,      PR_SET_NO_NEW_PRIVS,     PR_GET_NO_NEW_PRIVS, PR_SET_CHILD_SUBREAPER,
     PR_GET_CHILD_SUBREAPER, PR_GET_TID_ADDRESS,      PR_SET_THP_DISABLE,  PR_GET_THP_DISABLE,
     PR_CAP_AMBIENT,         PR_GET_SPECULATION_CTRL, PR_SET_VMA,          PR_SET_PTRACER});

// The kernel takes these arguments for 32 bits and does not see the upper half of a register; a comparison
// of 64 bits, which is what SCMP_A*_32 makes too, would take a value with a bit up there for another one.
scmp_arg_cmp is(unsigned argument, std::uint32_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, 0xffffffff, value};
}
scmp_arg_cmp bits_are(unsigned argument, std::uint32_t mask, std::uint32_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

// Collects rules and remembers the first error. libseccomp takes one comparison of an argument a rule.
class Rules {
 public:
  explicit Rules(scmp_filter_ctx context) : context_(context) {}

  template <class... Arguments>
  void allow(const char* name, Arguments... arguments) {
    add(SCMP_ACT_ALLOW, name, arguments...);
  }
  // With error 0 the call answers success and does nothing.
  template <class... Arguments>
  void answer(int error, const char* name, Arguments... arguments) {
    add(SCMP_ACT_ERRNO(static_cast<std::uint32_t>(error)), name, arguments...);
  }
  int error() const { return error_; }

 private:
  template <class... Arguments>
  void add(std::uint32_t action, const char* name, Arguments... arguments) {
    const int number = seccomp_syscall_resolve_name(name);
    // Newer than this libseccomp knows: the default answers ENOSYS.
    if (number == __NR_SCMP_ERROR || error_ != 0) return;
    error_ = seccomp_rule_add(context_, action, number, sizeof...(arguments), arguments...);
  }

  scmp_filter_ctx context_;
  int error_ = 0;
};

// Threads and children, but no namespace, and no child handed to our own process.
void add_clone(Rules& rules) {
  constexpr std::uint64_t refused_flags = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                          CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_PARENT |
                                          CLONE_PTRACE;
  rules.allow("clone", SCMP_A0_64(SCMP_CMP_MASKED_EQ, refused_flags, 0));
  for (std::uint64_t bit = 1; bit <= refused_flags; bit <<= 1)
    if (refused_flags & bit) rules.answer(EPERM, "clone", SCMP_A0_64(SCMP_CMP_MASKED_EQ, bit, bit));
}

// Local sockets, and TCP and UDP over the slot's own loopback.
void add_sockets(Rules& rules) {
  constexpr std::uint32_t type_mask = 0xf;  // the rest are SOCK_NONBLOCK and SOCK_CLOEXEC
  constexpr std::uint32_t families = 64;    // more than there are
  rules.allow("socket", is(0, AF_UNIX));
  rules.allow("socketpair", is(0, AF_UNIX));
  for (std::uint32_t family : {AF_INET, AF_INET6}) {
    for (std::uint32_t type : {SOCK_STREAM, SOCK_DGRAM})
      for (std::uint32_t protocol : {0, static_cast<int>(IPPROTO_TCP), static_cast<int>(IPPROTO_UDP)})
        rules.allow("socket", is(0, family), bits_are(1, type_mask, type), is(2, protocol));
    rules.answer(EPERM, "socket", is(0, family), bits_are(1, type_mask, SOCK_RAW));
  }
  for (const char* call : {"socket", "socketpair"})
    for (std::uint32_t family = AF_UNSPEC; family < families; ++family)
      if (family != AF_UNIX &&
          ((family != AF_INET && family != AF_INET6) || call == std::string_view("socketpair")))
        rules.answer(EAFNOSUPPORT, call, is(0, family));
  // Data that waits in the socket for more is memory that no group pays for.
  struct Sending {
    const char* call;
    unsigned flags;
  };
  for (const auto& [call, flags] : {Sending{"sendto", 3}, Sending{"sendmsg", 2}, Sending{"sendmmsg", 3}}) {
    rules.allow(call, bits_are(flags, MSG_MORE, 0));
    rules.answer(EOPNOTSUPP, call, bits_are(flags, MSG_MORE, MSG_MORE));
  }
}

template <std::size_t Size>
void add_options(Rules& rules, std::uint32_t level, const std::array<std::uint32_t, Size>& options) {
  for (std::uint32_t option = 0; option < option_numbers; ++option) {
    if (is_in(options, option)) {
      rules.allow("setsockopt", is(1, level), is(2, option));
    } else if (level != SOL_SOCKET || (option != SO_RCVBUF && !is_in(filter_options, option))) {
      rules.answer(ENOPROTOOPT, "setsockopt", is(1, level), is(2, option));
    }
  }
}

void add_socket_options(Rules& rules) {
  add_options(rules, SOL_SOCKET, socket_options);
  add_options(rules, IPPROTO_IP, ip_options);
  add_options(rules, IPPROTO_IPV6, ipv6_options);
  for (std::uint32_t option : filter_options)
    rules.answer(EPERM, "setsockopt", is(1, SOL_SOCKET), is(2, option));
  // More than the usual would be memory that is counted late; who asks for it does without.
  rules.answer(0, "setsockopt", is(1, SOL_SOCKET), is(2, SO_RCVBUF));
  rules.answer(ENOPROTOOPT, "setsockopt", is(1, IPPROTO_UDP));
  for (std::uint32_t option = TCP_NODELAY; option < option_numbers; ++option) {
    if (option <= tcp_option_max && !is_in(refused_tcp_options, option)) {
      rules.allow("setsockopt", is(1, IPPROTO_TCP), is(2, option));
    } else {
      rules.answer(EPERM, "setsockopt", is(1, IPPROTO_TCP), is(2, option));
    }
  }
}

// Huge pages come from a pool of the machine's that no memory limit counts.
void add_memory(Rules& rules) {
  rules.allow("mmap", bits_are(3, MAP_HUGETLB, 0));
  rules.allow("memfd_create", bits_are(1, MFD_HUGETLB, 0));
  rules.allow("shmget", bits_are(2, SHM_HUGETLB, 0));
  for (std::uint32_t advice : memory_advice) rules.allow("madvise", is(2, advice));
  for (std::uint32_t advice : refused_advice) rules.answer(EINVAL, "madvise", is(2, advice));
}

void add_fcntl(Rules& rules) {
  for (std::uint32_t command : file_commands) rules.allow("fcntl", is(1, command));
  rules.answer(EINVAL, "fcntl", is(1, F_NOTIFY));
}

int add_slot_rules(scmp_filter_ctx context) {
  Rules rules(context);
  for (const char* name : allowed) rules.allow(name);
  for (const char* name : slot_only) rules.allow(name);
  rules.allow(slot_only_clone);
  for (const char* name : refused) rules.answer(EPERM, name);
  for (const char* name : done_without_effect) rules.answer(0, name);
  for (const char* name : attribute_calls) rules.answer(EOPNOTSUPP, name);
  for (std::uint32_t option : allowed_prctl) rules.allow("prctl", is(0, option));
  for (std::uint32_t option : slot_only_prctl) rules.allow("prctl", is(0, option));
  add_clone(rules);
  add_sockets(rules);
  add_socket_options(rules);
  add_memory(rules);
  add_fcntl(rules);
  // Its own limits, and looking at others'. Without root the slot's init has the program's id outside, and
  // the kernel would let a program lower init's limits.
  rules.allow("prlimit64", SCMP_A0_64(SCMP_CMP_EQ, 0));
  rules.allow("prlimit64", SCMP_A0_64(SCMP_CMP_NE, 0), SCMP_A2_64(SCMP_CMP_EQ, 0));
  rules.answer(EPERM, "prlimit64", SCMP_A0_64(SCMP_CMP_NE, 0), SCMP_A2_64(SCMP_CMP_NE, 0));
  // Asking, and the personality everyone has.
  for (std::uint32_t persona : {0x00000000U, 0xffffffffU}) rules.allow("personality", is(0, persona));
  return rules.error();
}

int add_run_rules(scmp_filter_ctx context) {
  Rules rules(context);
  for (const char* name : slot_only) rules.answer(EPERM, name);
  rules.answer(ENOSYS, slot_only_clone);
  for (std::uint32_t option : slot_only_prctl) rules.answer(EPERM, "prctl", is(0, option));
  return rules.error();
}

Result<std::vector<sock_filter>> compile(std::uint32_t default_action, int (*add_rules)(scmp_filter_ctx)) {
  Context context(seccomp_init(default_action));
  if (!context) return Error{Errc::internal, "seccomp_init failed", {}};
  // A binary tree instead of a list.
  int error = seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
  if (!error) error = seccomp_attr_set(context.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  if (!error) error = add_rules(context.get());
  if (error) return system_error(Errc::internal, "seccomp_rule_add", "", -error);

  Fd file(memfd_create("filter", MFD_CLOEXEC));
  if (!file) return system_error(Errc::internal, "memfd_create", "filter", errno);
  error = seccomp_export_bpf(context.get(), file.get());
  if (error) return system_error(Errc::internal, "seccomp_export_bpf", "", -error);
  const off_t size = lseek(file.get(), 0, SEEK_END);
  std::vector<sock_filter> program(static_cast<std::size_t>(size) / sizeof(sock_filter));
  if (pread(file.get(), program.data(), static_cast<std::size_t>(size), 0) != size)
    return system_error(Errc::internal, "pread", "filter", errno);
  return program;
}

}  // namespace

Result<SeccompFilters> build_seccomp_filters() {
  auto slot = compile(SCMP_ACT_ERRNO(ENOSYS), add_slot_rules);
  if (!slot) return slot.error();
  auto run = compile(SCMP_ACT_ALLOW, add_run_rules);
  if (!run) return run.error();
  return SeccompFilters{std::move(*slot), std::move(*run)};
}

}  // namespace code_exec::sandbox
