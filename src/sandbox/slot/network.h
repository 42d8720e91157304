// sandbox/slot/network.h - a slot's network namespace: a loopback interface and nothing else.
#pragma once

namespace code_exec::sandbox {

// 0, or the errno.
int bring_up_loopback();

// Whether any socket is left in the namespace once everyone in it is dead: a closed connection in TIME_WAIT,
// or local sockets that are in flight over each other, which live (with all the files in flight with them)
// until the kernel's collector runs; it is started here and given a moment. True also when that cannot be
// found out.
bool network_left_dirty();

}  // namespace code_exec::sandbox
