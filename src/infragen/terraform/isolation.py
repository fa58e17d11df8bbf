"""Programs that read the environment and the memory of no process but their own descendants'.

Whatever started infragen (a shell, CI's runner) keeps its variables readable in `/proc/<pid>/environ` for each process
of the same user. A process in a Landlock domain reads them of no process outside of it, not even as root (Linux
documentation: "Landlock: unprivileged access control", Ptrace restrictions). Where the kernel has no Landlock, or one
that would forbid to rename files (before Linux 5.19), a program runs as it is.
"""

import ctypes
import os
import struct
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the system calls, which have the same number on every processor
_ABI_WITH_RENAMES: Final = 2
_ABI_WITH_SIGNALS: Final = 6
_SIGNALS: Final = 1 << 1
"""Scoped: to processes outside of the domain, whose memory a signal could have written into a file."""
_REFER: Final = 1 << 13  # renaming into another folder: a domain that does not allow it by name forbids it
_PATH_BENEATH: Final = 1
_NO_NEW_PRIVILEGES: Final = 38
_DROP_CAPABILITY: Final = 24
_CAPABILITIES: Final = (19, 21, 38)
"""SYS_PTRACE, SYS_ADMIN, PERFMON: with the last two, root reads other processes although a domain forbids it."""
_SNAP: Final = "/usr/bin/snap"  # it is set-user-ID, which a process in a domain cannot become


def start(line: Sequence[str], **how: Any) -> subprocess.Popen[Any]:
    """Start it from a thread of its own: a domain is a thread's, which hands it down to the program."""

    def begin() -> subprocess.Popen[Any]:
        if sys.platform == "linux" and os.path.realpath(line[0]) != _SNAP:
            _enter_domain()
        return subprocess.Popen(line, **how)

    from concurrent.futures import ThreadPoolExecutor  # with what it loads: many commands start no program

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(begin).result()


def ask(
    line: Sequence[str], folder: Path | None, environment: Mapping[str, str], timeout: float
) -> subprocess.CompletedProcess[str]:
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with start(line, cwd=folder, env=environment, text=True, errors="replace", **pipes) as process:
        try:
            out, error = process.communicate(timeout=timeout)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(line, process.returncode, out, error)


def _enter_domain() -> None:
    """Put this thread into a domain that forbids nothing but what every domain does."""
    system = ctypes.CDLL(None, use_errno=True)
    version = system.syscall(_CREATE, None, ctypes.c_size_t(0), 1)
    if version < _ABI_WITH_RENAMES:
        return
    scoped = (0, _SIGNALS) if version >= _ABI_WITH_SIGNALS else ()
    handled = struct.pack(f"={1 + len(scoped)}Q", _REFER, *scoped)
    rules = system.syscall(_CREATE, handled, ctypes.c_size_t(len(handled)), 0)
    top = os.open("/", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        everywhere = struct.pack("=Qi", _REFER, top)
        if rules >= 0 and system.syscall(_ADD, rules, _PATH_BENEATH, everywhere, 0) == 0:
            for capability in _CAPABILITIES:
                system.prctl(_DROP_CAPABILITY, capability, 0, 0, 0)
            system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
            system.syscall(_RESTRICT, rules, 0)
    finally:
        os.close(top)
        with suppress(OSError):
            os.close(rules)
