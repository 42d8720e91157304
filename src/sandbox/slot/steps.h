// sandbox/slot/steps.h - the steps of become_program, one function each, in the file of its kernel feature.
// Each returns 0 or the errno.
#pragma once

#include "sandbox/slot/run_child.h"

namespace code_exec::sandbox {

int start_session(const RunContext& context);         // session.cc
int join_cgroups(const RunContext& context);          // cgroups.cc
int enter_user_namespace(const RunContext& context);  // user_namespace.cc
int take_streams(const RunContext& context);          // streams.cc
int set_resource_limits(const RunContext& context);   // resource_limits.cc
int take_identity(const RunContext& context);         // identity.cc
int install_filter(const RunContext& context);        // filter.cc
int write_files(const RunContext& context);           // program.cc; takes what is open as `description`
int exec_program(const RunContext& context);          // program.cc

// What the description says is to be executed, once write_files has mapped it. The arrays end in a nullptr.
inline constexpr std::size_t arguments_max = 512;
inline constexpr std::size_t variables_max = 256;
struct Command {
  std::array<const char*, arguments_max + 1> arguments{};
  std::array<const char*, variables_max + 1> variables{};
  std::size_t arguments_count = 0;
  std::size_t variables_count = 0;
};
int read_command(Command& command);  // program.cc
// Nothing of it is left in memory; what read_command found neither. An exec does the same.
void forget_description();  // program.cc

// After take_streams these are the only descriptors open beside 0, 1 and 2; both are close-on-exec.
inline constexpr int description_fd = 3;
inline constexpr int report_fd = 4;

// The one user and group that exist inside a slot.
inline constexpr unsigned program_id = 1000;

}  // namespace code_exec::sandbox
