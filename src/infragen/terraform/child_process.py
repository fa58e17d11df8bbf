"""One child process and its end: output read while it runs, memory bounded, signals forwarded.

The child is the leader of a session of its own, so a Ctrl-C on the terminal reaches infragen alone, which hands it on
exactly once (a terraform that is interrupted twice drops everything at once). The child writes into a file without a
name, which is read behind it: a pipe would break when infragen is killed, and a terraform that writes to a broken pipe
dies in the middle of an apply, with its lock held and its state unsaved.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO

from msgspec import Struct

from infragen.diagnostics import InfragenError
from infragen.terraform.isolation import start
from infragen.terraform.running_processes import Started, end_left_behind

POLL = 0.1  # seconds between two looks at what the child has written
GRACE = 5.0
"""Seconds a child has to go by itself before it is killed: after the second interrupt, or the first if it may be."""
PROCESSOR_TIME = 30 * 60
"""Seconds of a processor that a harmless program may take (Linux): expressions of hand-written HCL can take forever."""
READ = 1 << 18
LONGEST_LINE = 1 << 24
"""Bytes; a longer line of output is dropped. The longest is a state that terraform can store nowhere, so prints it."""
_BY_ITSELF = frozenset({0, 1, 2})  # exit codes of a terraform that ended as it meant to, and ended its providers
KEPT_STDERR = 1 << 16  # bytes kept of what a child writes on stderr: the last ones, where the reason stands


class Command(Struct, frozen=True):
    """A program with its arguments, the folder it runs in and all of its environment variables.

    `harmless` says that nothing is lost when it is killed: it holds no lock and changes no state. It reads what is
    `given` to it, and never a terminal.
    """

    line: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    harmless: bool = False
    given: IO[bytes] | None = None


class Finished(Struct, frozen=True):
    """How a child ended: exit code (negative: killed by that signal) and the end of its stderr.

    `left_behind` are the providers that it left behind when it was killed, and that were ended for it.
    """

    code: int
    stderr: str
    left_behind: tuple[int, ...] = ()


class StoppedError(InfragenError):
    """Terraform ended early because someone asked for it; what it had begun is in its state, by half perhaps."""


class Stopper:
    """Carries a person's wish to stop to every terraform that runs.

    First time: each gets its one SIGINT, ends its waits for AWS, saves its state and releases its lock. Second
    time: each gets another one, and is killed with its providers GRACE seconds later. A harmless one is killed then
    after the first: a terraform that is asked to stop while it builds its graph forgets about it.
    """

    def __init__(self) -> None:
        self.wishes = 0
        # Re-entrant: a signal's handler runs in the main thread, wherever that stands, also inside `watching`.
        self._lock = threading.RLock()
        self._running: dict[subprocess.Popen[bytes], bool] = {}
        self._orderly = 0
        self._listeners: list[Callable[[int], None]] = []

    @property
    def requested(self) -> bool:
        return self.wishes > 0

    def stop(self) -> None:
        with self._lock:
            self.wishes += 1
            running = list(self._running)
            wishes = self.wishes
        for process in running:
            _interrupt(process)
        if wishes <= 2:
            self._kill_later(harmless_only=wishes == 1)
            for listener in tuple(self._listeners):
                # A handler must not write where the thread that it interrupted may be in the middle of writing.
                threading.Thread(target=listener, args=(wishes,), daemon=True).start()

    def stop_once(self) -> None:
        """Interrupt what runs, unless that was already done: what asks twice by itself must not end an apply."""
        with self._lock:
            if self.wishes == 0:
                self.stop()

    @contextmanager
    def signals(self) -> Iterator[Stopper]:
        """Stop terraform first, from the main thread alone; where nothing is under way, raise KeyboardInterrupt."""

        def on_signal(number: int, _frame: FrameType | None) -> None:
            if number == signal.SIGINT:
                self.stop()
            else:
                self.stop_once()
            if not self._orderly:
                raise KeyboardInterrupt

        before = {one: signal.signal(one, on_signal) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        try:
            yield self
        except StoppedError as error:
            raise KeyboardInterrupt from error
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def watching(self, process: subprocess.Popen[bytes], *, harmless: bool) -> Iterator[None]:
        with self._lock:
            self._running[process] = harmless
            late = self.requested
        if late:
            _interrupt(process)
            self._kill_later(harmless_only=True)
        try:
            yield
        finally:
            with self._lock:
                del self._running[process]

    @contextmanager
    def orderly(self) -> Iterator[None]:
        """While inside, a signal is a wish and nothing else: whoever is inside looks at `requested`."""
        with self._lock:
            self._orderly += 1
        try:
            yield
        finally:
            with self._lock:
                self._orderly -= 1

    @contextmanager
    def on_stop_request(self, listener: Callable[[int], None]) -> Iterator[None]:
        """While inside, call a listener for the first stop request and for the second, in a thread of its own."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def _kill_later(self, *, harmless_only: bool) -> None:
        def kill() -> None:
            with self._lock:
                running = [process for process, harmless in self._running.items() if harmless or not harmless_only]
            for process in running:
                _kill_group(process)

        killer = threading.Timer(GRACE, kill)
        killer.daemon = True
        killer.start()


def run(
    command: Command,
    stopper: Stopper,
    *,
    on_line: Callable[[bytes], None] | None = None,
    output: IO[bytes] | None = None,
    on_start: Callable[[Started], None] | None = None,
) -> Finished:
    """Run a command to its end; its stdout goes line by line to `on_line`, or whole into `output`.

    `on_start` hears which process it is. The lines come without their end, in the caller's thread. Whatever is raised
    here, by `on_line` too, interrupts the child and waits for it first: no terraform is left behind.
    """
    with stopper.orderly(), tempfile.TemporaryFile() as stderr, tempfile.TemporaryFile() as scratch:
        pipes = {"stdin": command.given or subprocess.DEVNULL, "stdout": output or scratch, "stderr": stderr}
        process = start(command.line, cwd=command.folder, env=command.environment, start_new_session=True, **pipes)
        with stopper.watching(process, harmless=command.harmless):
            try:
                if command.harmless and sys.platform == "linux":
                    with suppress(ProcessLookupError):
                        resource.prlimit(process.pid, resource.RLIMIT_CPU, (PROCESSOR_TIME, PROCESSOR_TIME))
                started = Started.of(process.pid)
                if started is not None and on_start is not None:
                    on_start(started)
                lines = _Lines(scratch.fileno(), on_line or (lambda _line: None))
                while process.poll() is None:
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(POLL)
                    lines.read()
                lines.close()
            except BaseException:
                _end(process)
                raise
        size = stderr.seek(0, os.SEEK_END)
        stderr.seek(max(0, size - KEPT_STDERR))
        said = stderr.read().decode("utf-8", "replace")
        # A program of its own that ran the child says in its code that it did not end by itself.
        killed = (started,) if started is not None and process.returncode not in _BY_ITSELF else ()
        return Finished(process.returncode, said, tuple(one.pid for one in end_left_behind(killed)) if killed else ())


class _Lines:
    def __init__(self, descriptor: int, on_line: Callable[[bytes], None]) -> None:
        self._descriptor = descriptor
        self._on_line = on_line
        self._position = 0
        self._rest = b""
        self._skipping = False

    def read(self) -> None:
        while chunk := os.pread(self._descriptor, READ, self._position):
            self._position += len(chunk)
            *whole, self._rest = (self._rest + chunk).split(b"\n")
            for line in whole:
                if self._skipping:
                    self._skipping = False
                else:
                    self._on_line(line)
            if len(self._rest) > LONGEST_LINE:
                self._rest, self._skipping = b"", True

    def close(self) -> None:
        self.read()
        if self._rest and not self._skipping:
            self._on_line(self._rest)


def _interrupt(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):  # it has just ended by itself
        process.send_signal(signal.SIGINT)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _end(process: subprocess.Popen[bytes]) -> None:
    _interrupt(process)
    try:
        process.wait()
    except BaseException:
        _kill_group(process)
        process.wait()
        raise
