"""Beside every attack: calls below Python's own wrappers, and words for what came of them."""
import ctypes
import errno
import os
import sys

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long


def syscall(number, *arguments):
    """The raw call's result as a word: "ok" or the name of the errno."""
    converted = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *converted)
    return "ok" if result >= 0 else errno.errorcode.get(ctypes.get_errno(), str(ctypes.get_errno()))


def word(action, *arguments):
    """What became of a Python call: "ok", the name of its errno, or of its exception."""
    try:
        action(*arguments)
        return "ok"
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error.errno))
    except Exception as error:  # noqa: BLE001 - the name is the answer
        return type(error).__name__


def show(*facts):
    print(*facts, flush=True)


# A refusal counts only if the same path lets an ordinary call through.
assert syscall(39) == "ok", "getpid through syscall() must work"
