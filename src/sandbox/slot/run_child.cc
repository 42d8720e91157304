#include "sandbox/slot/run_child.h"

#include <unistd.h>

#include "sandbox/slot/steps.h"

namespace code_exec::sandbox {
namespace {

struct Step {
  const char* name;
  int (*apply)(const RunContext&);
};

constexpr std::array<Step, 9> slot_steps{{
    {"session", start_session},
    {"cgroups", join_cgroups},
    {"user namespace", enter_user_namespace},
    {"streams", take_streams},
    {"resource limits", set_resource_limits},
    {"identity", take_identity},
    {"filter", install_filter},
    {"files", write_files},
    {"exec", exec_program},
}};

constexpr std::array<Step, 7> container_steps{{
    {"session", start_session},
    {"streams", take_streams},
    {"resource limits", set_resource_limits},
    {"identity", take_identity},
    {"filter", install_filter},
    {"files", write_files},
    {"exec", exec_program},
}};

[[noreturn]] void take(std::span<const Step> steps, RunContext context) {
  for (const Step& step : steps) {
    const int error = step.apply(context);
    if (step.apply == take_streams && error == 0) {
      context.description = description_fd;
      context.report = report_fd;
    }
    if (error == 0) continue;
    const StepFailure failure{step_name(step.name), error};
    // If even this fails, init sees a process that ended without having become the program's.
    (void)!write(context.report, &failure, sizeof(failure));
    break;
  }
  _exit(127);
}

}  // namespace

void become_program(const RunContext& context) {
  take(slot_steps, context);
}

void become_program_in_container(const RunContext& context) {
  take(container_steps, context);
}

}  // namespace code_exec::sandbox
