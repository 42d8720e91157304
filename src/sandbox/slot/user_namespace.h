// sandbox/slot/user_namespace.h - the namespace in which one slot's programs have their id.
#pragma once

#include <sys/types.h>

#include "base/fd.h"

namespace code_exec::sandbox {

// A user namespace below the caller's in which only program_id exists, for users and groups, and is
// `outer_id` of the caller's namespace. There is no root in it. 0, or the errno.
int make_program_namespace(unsigned outer_id, Fd& user_namespace);

}  // namespace code_exec::sandbox
