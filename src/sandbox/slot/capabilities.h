// sandbox/slot/capabilities.h - capabilities of the calling thread. Each returns 0 or the errno.
#pragma once

namespace code_exec::sandbox {

// None in any set, but for the bounding set.
int clear_capabilities();
// One that neither we nor what we execute will have again.
int give_up_capability(int capability);

}  // namespace code_exec::sandbox
