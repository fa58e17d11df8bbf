"""infragen in a process of its own, without the second that Python takes to import it: a fork of this process.

Two thirds of what a command costs beside terraform is Python that starts and imports. Here that is done once for all
commands of a worker; what is forked has everything else of a process: its id, its group, its streams, its signals, its
environment. `python -m infragen` itself is started by tests/docs, tests/unit/commands and the siege.
"""

from __future__ import annotations

import gc
import importlib
import os
import pkgutil
import signal
import subprocess
import sys
import tempfile
import time
from functools import cache
from typing import TYPE_CHECKING, NoReturn

from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Forked", "run"]

_APART = ("infragen.__main__", "infragen_sandbox")
"""What no command imports: the entry, and the emulator, whose process stands alone."""

_STEP = 0.02


class Forked:
    """A command that was started; it has of `subprocess.Popen` what tests use, and its output goes into files."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], *, out: int, err: int) -> None:
        """Begin it, with nothing to read and in a session of its own; `out` and `err` are descriptors."""
        _import_all()
        self.arguments = tuple(arguments)
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            _become(self.arguments, environment, out, err)

    def poll(self) -> int | None:
        """Return how it ended, negative for a signal, or None."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def wait(self, seconds: float = PATIENCE) -> int:
        """Wait for its end and return how it ended."""
        end = time.monotonic() + seconds
        while (code := self.poll()) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired(self.arguments, seconds)
            time.sleep(_STEP)
        return code


def run(
    arguments: Sequence[str], environment: Mapping[str, str], seconds: float = PATIENCE
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; what it says is text."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        command = Forked(arguments, environment, out=out.fileno(), err=err.fileno())
        try:
            code = command.wait(seconds)
        except subprocess.TimeoutExpired:
            os.kill(command.pid, signal.SIGKILL)
            command.wait()
            raise
        said = []
        for stream in (out, err):
            stream.seek(0)
            said.append(stream.read().decode(errors="replace"))
    return subprocess.CompletedProcess(command.arguments, code, *said)


@cache
def _import_all() -> None:
    """Import all that a command may come to import."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # as infragen has it
    import infragen

    for module in pkgutil.walk_packages(infragen.__path__, "infragen."):
        if not module.name.startswith(_APART):
            importlib.import_module(module.name)
    gc.freeze()  # what a fork only reads, it shares


def _become(arguments: Sequence[str], environment: Mapping[str, str], out: int, err: int) -> NoReturn:
    """Be the command, in the process that was forked; nothing of the tests goes on here."""
    code = 70
    try:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        nothing = os.open(os.devnull, os.O_RDONLY)
        out, err = os.dup(out), os.dup(err)  # they may be among the three themselves
        for descriptor, number in ((nothing, 0), (out, 1), (err, 2)):
            os.dup2(descriptor, number)
        os.closerange(3, 1 << 16)  # the sockets of proxies that stand before the emulated AWS, for example
        sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = ["infragen", *arguments]
        from infragen.cli import main

        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        os._exit(code)
