"""Signals at random moments: who is struck, with what, and when."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.engine import small

if TYPE_CHECKING:
    import random
    import subprocess
    from collections.abc import Callable

__all__ = ["HELD", "Strike", "children", "choose", "end_all", "strike"]

AT = ("infragen", "terraform", "provider", "all")
WITH = {
    "infragen": ("INT", "INT INT", "TERM", "HUP", "KILL", "STOP"),
    "terraform": ("INT", "TERM", "KILL", "KILL", "STOP"),
    "provider": ("KILL", "STOP"),
    "all": ("KILL", "KILL", "TERM", "HUP"),
}
AFTER = ("start", "terraform", "terraform", "lock", "lock", "object", "request", "answer", "answer")
"""What a strike waits for before its delay: the command, a terraform, its first lock, its first change."""

HELD = ("request", "answer")
"""A strike that comes while a change is on its way to AWS, or its answer on the way back."""

LONGEST_DELAY = {"terraform": 3.0, "lock": 1.5, "object": 0.8, "request": 0.0, "answer": 0.0}
"""Seconds: what comes later in a command is sooner over."""

SECONDS = {"bootstrap": 20.0, "state": 20.0, "apply": 10.0, "resume": 10.0, "destroy": 8.0, "import": 6.0}
"""About how long a command works, where that is more than `SHORT`: a strike after its start comes within that."""

SHORT = 3.0
WITHOUT_CHANGE = frozenset({"import", "drift", "plan", "unlock"})
"""These take no lock and make nothing: there is only their start and their terraform to wait for."""

_STEP = 0.05


@dataclass(frozen=True, slots=True)
class Strike:
    """One strike: `delay` is seconds after what it waits for; what has not come by `latest` is waited for no more."""

    at: str
    signals: str
    after: str
    delay: float
    latest: float

    def __str__(self) -> str:
        return f"{self.signals} to {self.at}, {self.delay:.1f} s after {self.after}"


WHOLE = 3.0
"""How many times as long a command works on the whole environment."""


def choose(chance: random.Random, verb: str, *, whole: bool = False) -> Strike:
    """Return any strike at a command."""
    at, after = chance.choice(AT), chance.choice(AFTER)
    if verb in WITHOUT_CHANGE and after != "start":
        after = "terraform"
    lasts = SECONDS.get(verb, SHORT) * (WHOLE if whole else 1.0)
    delay = chance.uniform(0, lasts if after == "start" else LONGEST_DELAY[after])
    return Strike(at, chance.choice(WITH[at]), after, round(delay, 1), round(chance.uniform(0.4, 1.5) * lasts, 1))


def children(project: Path) -> dict[str, list[int]]:
    """Return the processes that work in the project's scratch folders: terraform, and providers."""
    found: dict[str, list[int]] = {"terraform": [], "provider": []}
    for pid in small.terraforms(project):
        with suppress(OSError):
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0]
            found["provider" if b"terraform-provider" in command else "terraform"].append(pid)
    return found


def strike(
    project: Path,
    process: subprocess.Popen[bytes],
    wanted: Strike,
    happened: dict[str, Callable[[], bool]],
) -> str:
    """Wait for the moment, strike, and return whom; "" when the command was gone by then."""
    latest = time.monotonic() + wanted.latest
    while process.poll() is None and not happened[wanted.after]() and time.monotonic() < latest:
        time.sleep(_STEP)
    deadline = time.monotonic() + wanted.delay
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(_STEP)
    if wanted.after not in HELD and happened[wanted.after]():
        happened[wanted.after] = lambda: True  # what was waited for once has happened
    at, pids = wanted.at, _targets(project, process, wanted.at)
    while process.poll() is None and not pids:
        time.sleep(_STEP)
        at = wanted.at if time.monotonic() < latest else "infragen"
        pids = _targets(project, process, at)
    if process.poll() is not None:
        return ""
    for number, name in enumerate(wanted.signals.split()):
        if number:
            time.sleep(0.5)
        _send(pids, name)
    if wanted.signals == "STOP":
        time.sleep(1)
        _send(pids, "CONT")
    return at


def _targets(project: Path, process: subprocess.Popen[bytes], at: str) -> list[int]:
    if at == "infragen":
        return [process.pid]
    working = children(project)
    return working[at] if at in working else [process.pid, *working["terraform"], *working["provider"]]


def end_all(project: Path) -> list[int]:
    """Kill what still works in a project's scratch folders and return it."""
    left = small.terraforms(project)
    _send(left, "KILL")
    return left


def _send(pids: list[int], name: str) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, getattr(signal, f"SIG{name}"))
