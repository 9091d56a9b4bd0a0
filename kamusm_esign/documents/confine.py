"""What the drawing process gives up before it sees a document.

A PDF is the work of a stranger, and what reads it is a million lines of C++. Should a document take
that over, there is no network, no other program, no file to write and little memory to be had.
"""

import ctypes
import platform
import sys

MEMORY = 512 << 20
"""Bytes of address space (Linux, macOS) or of committed memory (Windows)."""

_DENIED = {
    "x86_64": (0xC000003E, (41, 42, 43, 44, 49, 50, 53, 59, 62, 101, 288, 310, 311, 322)),
    "aarch64": (0xC00000B7, (117, 129, 198, 199, 200, 201, 202, 203, 206, 221, 242, 270, 271, 281)),
}
"""Architecture as seccomp names it, and its system calls socket, connect, accept, sendto, bind,
listen, socketpair, execve, kill, ptrace, accept4, process_vm_*, execveat."""
_IO_URING = 425
_X32 = 0x40000000


def confine() -> None:
    """Give up what drawing does not need; as much of it as this system lets one give up."""
    if sys.platform == "win32":
        _windows_limits()
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform == "linux":
        _deny_calls()


# ---------------------------------------------------------------------------- Linux
class _Filter(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("jump_true", ctypes.c_ubyte),
        ("jump_false", ctypes.c_ubyte),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filters", ctypes.POINTER(_Filter)))


def _deny_calls() -> None:
    """seccomp(2): the calls of `_DENIED` fail with EPERM from now on."""
    known = _DENIED.get(platform.machine())
    if known is None:
        return
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06
    allow, refuse, end = 0x7FFF0000, 0x00050001, 0x80000000
    architecture, numbers = known
    denied = (*numbers, _IO_URING)
    count = len(denied)
    steps = [
        (load, 0, 0, 4),
        (equal, 1, 0, architecture),
        (answer, 0, 0, end),
        (load, 0, 0, 0),
        (at_least, count + 1, 0, _X32),
        *((equal, count - place, 0, number) for place, number in enumerate(denied)),
        (answer, 0, 0, allow),
        (answer, 0, 0, refuse),
    ]
    filters = (_Filter * len(steps))(*(_Filter(*step) for step in steps))
    program = _Program(len(steps), ctypes.cast(filters, ctypes.POINTER(_Filter)))
    no_new_privileges, set_seccomp, by_filter = 38, 22, 2
    system = ctypes.CDLL(None)
    system.prctl(no_new_privileges, 1, 0, 0, 0)
    system.prctl(set_seccomp, by_filter, ctypes.byref(program), 0, 0)


# ---------------------------------------------------------------------------- Windows
class _BasicLimits(ctypes.Structure):
    _fields_ = (
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("least_working_set", ctypes.c_size_t),
        ("most_working_set", ctypes.c_size_t),
        ("processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority", ctypes.c_uint32),
        ("scheduling", ctypes.c_uint32),
    )


class _Limits(ctypes.Structure):
    _fields_ = (
        ("basic", _BasicLimits),
        ("io_counters", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )


def _windows_limits() -> None:
    """A job object: one process, `MEMORY` bytes."""
    if sys.platform != "win32":
        return
    kernel = ctypes.WinDLL("kernel32")
    kernel.CreateJobObjectW.restype = kernel.GetCurrentProcess.restype = ctypes.c_void_p
    one_process, process_memory, extended_limits = 0x8, 0x100, 9
    limits = _Limits()
    limits.basic.flags = one_process | process_memory
    limits.basic.processes = 1
    limits.process_memory = MEMORY
    job = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
    size = ctypes.sizeof(limits)
    kernel.SetInformationJobObject(job, extended_limits, ctypes.byref(limits), size)
    kernel.AssignProcessToJobObject(job, ctypes.c_void_p(kernel.GetCurrentProcess()))
