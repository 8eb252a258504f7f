# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes one write of one run a short one, for real: the kernel is asked for half of what the program asked for.

strace can fake a call's result but not shorten what is written, so a small tracer (ptrace(2)) halves the count as the call enters the
kernel. A filter (seccomp(2)) lets every other call pass without a stop. Linux on x86-64 or ARM64.
"""

import ctypes
import os
import pickle
import platform
import signal
from collections import Counter
from pathlib import Path

from syscall_injection import Run, be_child

# Per machine: numbers of the calls that write, and where the third argument lies in the registers (struct user_regs_struct).
_MACHINES = {
    "x86_64": ({1: "write", 18: "pwrite64"}, 12),
    "aarch64": ({64: "write", 68: "pwrite64"}, 2),
}
CALLS, COUNT_REGISTER = _MACHINES[platform.machine()]
PAGE_BYTES = 4096

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_LIBC.ptrace.restype = ctypes.c_long
_SEIZE, _CONT, _GETREGSET, _SETREGSET, _SYSCALL_INFO = 0x4206, 7, 0x4204, 0x4205, 0x420E
_OPTIONS = 2 | 4 | 8 | 0x80 | 0x100000  # follow FORK, VFORK, CLONE; SECCOMP; EXITKILL
_NT_PRSTATUS = 1
_EVENT_SECCOMP = 7
_WALL = 0x40000000


def _filter():
    """Have the writing calls of this process and its threads stop for the tracer (linux/filter.h, linux/seccomp.h)."""

    class Instruction(ctypes.Structure):
        _fields_ = (("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("k", ctypes.c_uint32))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_uint16), ("first", ctypes.POINTER(Instruction)))

    load, equal, give = 0x20, 0x15, 0x06
    numbers = list(CALLS)
    lines = [(load, 0, 0, 0)]  # the number of the call
    lines += [(equal, len(numbers) - place, 0, number) for place, number in enumerate(numbers)]
    lines += [(give, 0, 0, 0x7FFF0000), (give, 0, 0, 0x7FF00000)]  # allow; trace
    code = (Instruction * len(lines))(*lines)
    program = Program(len(lines), code)
    assert _LIBC.prctl(38, 1, 0, 0, 0) == 0  # PR_SET_NO_NEW_PRIVS
    assert _LIBC.prctl(22, 2, ctypes.byref(program), 0, 0) == 0  # PR_SET_SECCOMP, a filter


class _Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("size", ctypes.c_size_t))


def run_with_short_write(action, name=None, when=0):
    """Run `action(say)` in a child whose `when`-th call `name`, over all threads, is cut to half; without a name only count.

    Returns:
        (`Run`, {name: how often it was called with something that can be cut}, whether one was cut).
    """
    reader, writer = os.pipe()
    said_reader, said_writer = os.pipe()
    tracer = os.fork()  # waiting for any child is safe only where nobody else has children
    if tracer == 0:
        os.close(reader)
        os.close(said_reader)
        try:
            os.write(writer, pickle.dumps(_trace(action, said_writer, name, when)))
        finally:
            os._exit(0)
    os.close(writer)
    os.close(said_writer)
    said = _read_all(said_reader)
    told = _read_all(reader)
    os.waitpid(tracer, 0)
    status, counts, cut = pickle.loads(told)  # noqa: S301  # from our own child
    return Run(said=said, status=status), counts, cut


def _trace(action, said_writer, name, when):
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    child = os.fork()
    if child == 0:
        be_child(lambda say: (_filter(), action(say)), lambda words: os.write(said_writer, words))
    os.close(said_writer)
    _ptrace(_SEIZE, child, None, _OPTIONS)
    os.kill(child, signal.SIGUSR1)
    counts, cut, status = Counter(), False, 70
    while True:
        try:
            pid, stopped = os.waitpid(-1, _WALL)
        except ChildProcessError:
            return status, dict(counts), cut
        if not os.WIFSTOPPED(stopped):
            status = os.waitstatus_to_exitcode(stopped) if pid == child else status
            continue
        event, number = stopped >> 16, os.WSTOPSIG(stopped)
        called = _entered(pid) if event == _EVENT_SECCOMP else None
        if called is not None:
            counts[called] += 1
            if called == name and counts[called] == when:
                _halve(pid)
                cut = True
        deliver = 0 if event or number in {signal.SIGTRAP, signal.SIGSTOP} else number
        _ptrace(_CONT, pid, None, deliver, gone=True)


def _entered(pid):
    """Return the name of the writing call that is entered, if it is one that can be cut."""
    info = (ctypes.c_uint64 * 11)()  # struct ptrace_syscall_info: op and arch, two pointers, then nr and args
    if _ptrace(_SYSCALL_INFO, pid, ctypes.sizeof(info), ctypes.addressof(info), gone=True) <= 0:
        return None
    name = CALLS.get(info[3])
    descriptor, count = info[4], info[6]
    return name if name and count > 1 and _is_file(pid, descriptor) else None


def _is_file(pid, descriptor):
    """Tell whether a descriptor is an ordinary file: a pipe or a socket loses nothing on a disk."""
    try:
        return Path(f"/proc/{pid}/fd/{descriptor}").readlink().is_absolute()
    except OSError:
        return False


def _halve(pid):
    registers = (ctypes.c_uint64 * 34)()
    vector = _Vector(ctypes.addressof(registers), ctypes.sizeof(registers))
    _ptrace(_GETREGSET, pid, _NT_PRSTATUS, ctypes.addressof(vector))
    half = registers[COUNT_REGISTER] // 2
    # direct writing takes whole pages only, and the kernel cuts it at whole pages only
    registers[COUNT_REGISTER] = half // PAGE_BYTES * PAGE_BYTES or half
    _ptrace(_SETREGSET, pid, _NT_PRSTATUS, ctypes.addressof(vector))


def _ptrace(request, pid, address, data, *, gone=False):
    result = _LIBC.ptrace(request, pid, address, data)
    if result == -1 and not gone:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def _read_all(handle):
    told = b""
    while piece := os.read(handle, 65536):
        told += piece
    os.close(handle)
    return told
