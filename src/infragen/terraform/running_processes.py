"""Which processes of this machine are terraform's, where they work, and which of them are ours to end.

What a process is decides, not whether it has a terminal: a terraform that someone started by hand and that waits at a
prompt holds its lock like any other, and a shell that merely stands in a folder holds nothing. Where the system does
not tell (no /proc), there are none.

A provider outlives a terraform that was killed (out of memory, for example). It is ended only where it is provably
ours: in the session of a terraform that infragen started, which is dead, and with nothing but providers beside it. The
number of a session cannot be given to anyone else while a process of that session lives.
"""

import json
import os
import re
import signal
import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from msgspec import Struct

from infragen.storage import Confined, InTheWayError

_PROC = Path("/proc")
_GONE = " (deleted)"  # what Linux adds to the name of a folder or program that was removed meanwhile
_TERRAFORM = re.compile(r"(?:terraform|tofu|opentofu)(?:[-_.]?v?\d[\w.+-]*)?")
_SCRIPTS_RUN_IN = re.compile(r"(?:ba|da|a|k|z)?sh|busybox|(?:python|perl|ruby)[\d.]*")
_LAUNCHER = "infragen.terraform.launcher"
_PATIENCE = 3.0  # seconds that a provider without its terraform gets to end by itself once it was told to


class Process(Struct, frozen=True):
    """A process: when it `started` in the system's ticks, the name of its `program`, the `words` of its command line.

    `folder` is where it works, `terminal` whether it has one, `stopped` whether it waits for a SIGCONT.
    """

    pid: int
    parent: int
    session: int
    started: int
    owner: int
    program: str
    words: tuple[str, ...]
    folder: Path
    terminal: bool
    stopped: bool = False

    @property
    def is_provider(self) -> bool:
        return self.program.startswith("terraform-provider-")

    @property
    def is_named_terraform(self) -> bool:
        if _TERRAFORM.fullmatch(self.program):
            return True
        if not _SCRIPTS_RUN_IN.fullmatch(self.program):
            return False
        return _LAUNCHER in self.words[:4] or any(_TERRAFORM.fullmatch(Path(word).name) for word in self.words[1:2])

    def describe(self) -> str:
        return f"terraform (process {self.pid}{', in a terminal' if self.terminal else ''})"


@dataclass(frozen=True, slots=True)
class Started:
    """A terraform that infragen started, leader of a session of its own: no other process has all three."""

    pid: int
    started: int
    boot: str

    @classmethod
    def of(cls, pid: int) -> Self | None:
        with suppress(OSError, ValueError, IndexError):
            return cls(pid, int(_stat(_PROC / str(pid))[19]), _boot())
        return None


def all_processes() -> tuple[Process, ...]:
    """Return the processes whose folder this user may know: their own, and for root everyone's."""
    found = []
    for place in _PROC.glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):  # it ended, or is someone else's
            fields = _stat(place)
            words = tuple((place / "cmdline").read_bytes().decode("utf-8", "replace").rstrip("\0").split("\0"))
            found.append(
                Process(
                    pid=int(place.name),
                    parent=int(fields[1]),
                    session=int(fields[3]),
                    started=int(fields[19]),
                    owner=place.stat().st_uid,
                    program=Path(str((place / "exe").readlink()).removesuffix(_GONE)).name,
                    words=words,
                    folder=Path(str((place / "cwd").readlink()).removesuffix(_GONE)),
                    terminal=fields[4] != "0",
                    stopped=fields[0] == "T",
                )
            )
    return tuple(sorted(found, key=lambda process: process.pid))


def at_work_in(folder: Path, processes: Sequence[Process]) -> tuple[Process, ...]:
    return tuple(process for process in _terraforms(processes) if process.folder == folder)


def at_work_elsewhere(folder: Path, parts: int, processes: Sequence[Process]) -> tuple[Process, ...]:
    own, tail = _stored_at(folder), folder.parts[-parts:]

    def is_same(other: Path) -> bool:
        there = _stored_at(other)
        return other.parts[-parts:] == tail if own is None or there is None else own == there

    return tuple(one for one in _terraforms(processes) if one.folder != folder and is_same(one.folder))


def left_alone_in(folder: Path, processes: Sequence[Process]) -> tuple[Process, ...]:
    living = {process.pid for process in _terraforms(processes)}
    here = (process for process in processes if process.is_provider and process.folder == folder)
    return tuple(process for process in here if process.parent not in living)


def ours_left_behind(
    started: Collection[Started], processes: Sequence[Process], *, boot: str, owner: int
) -> tuple[Process, ...]:
    sessions = {one.pid: one for one in started if one.boot == boot}
    living = {process.pid for process in processes}
    company: dict[int, list[Process]] = {}
    for process in processes:
        if process.session in sessions and process.session not in living:
            company.setdefault(process.session, []).append(process)
    alone = {session: members for session, members in company.items() if all(one.is_provider for one in members)}
    pairs = ((sessions[session], one) for session, members in alone.items() for one in members)
    return tuple(one for leader, one in pairs if one.owner == owner and one.started >= leader.started)


def end_left_behind(started: Collection[Started]) -> tuple[Process, ...]:
    if not started:
        return ()
    found = ours_left_behind(started, all_processes(), boot=_boot(), owner=os.getuid())
    for process in found:
        _signal(process, signal.SIGTERM)
    deadline = time.monotonic() + _PATIENCE
    while any(map(_lives, found)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for process in found:
        _signal(process, signal.SIGKILL)
    return found


def _stored_at(folder: Path) -> tuple[str, ...] | None:
    with suppress(OSError, ValueError, LookupError, TypeError, InTheWayError):
        noted = json.loads(Confined(folder).read(".terraform/terraform.tfstate"))["backend"]["config"]
        return str(noted["bucket"]), str(noted["key"])
    return None


def _terraforms(processes: Iterable[Process]) -> tuple[Process, ...]:
    """Return what is terraform by its name, or because a provider in the same folder is its child."""
    known = tuple(processes)
    parents = {(process.parent, process.folder) for process in known if process.is_provider}
    others = (one for one in known if not one.is_provider and one.pid not in {1, os.getpid()})
    return tuple(one for one in others if one.is_named_terraform or (one.pid, one.folder) in parents)


def _stat(place: Path) -> list[str]:
    """Return the fields of `stat` behind the process' name (proc(5)), from its state on."""
    return (place / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()


def _boot() -> str:
    """Return what identifies this start of the machine, and this container: numbers begin anew there."""
    with suppress(OSError, ValueError):
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {(_PROC / 'self/ns/pid').readlink()}"
    return ""


def _lives(process: Process) -> bool:
    with suppress(OSError, ValueError, IndexError):
        fields = _stat(_PROC / str(process.pid))
        return fields[0] != "Z" and int(fields[19]) == process.started
    return False


def _signal(process: Process, number: signal.Signals) -> None:
    """Send a signal to exactly this process: through a descriptor, behind which no other one can come to stand."""
    with suppress(OSError):
        descriptor = os.pidfd_open(process.pid)
        try:
            if _lives(process):
                signal.pidfd_send_signal(descriptor, number)
        finally:
            os.close(descriptor)
