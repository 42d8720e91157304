// sandbox/slot/network.h - a slot's network namespace: a loopback interface and nothing else.
#pragma once

namespace code_exec::sandbox {

// 0, or the errno.
int bring_up_loopback();

// Whether sockets of the internet families, including closed ones in TIME_WAIT, are left in the namespace.
// True also when that cannot be found out.
bool network_left_dirty();

}  // namespace code_exec::sandbox
