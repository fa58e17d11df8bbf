"""CPU seconds and peak memory of a command, and a line for each ratio."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parent.parent
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
"""With bytecode caching, which is how programs run."""
INFRAGEN = (str(Path(sys.executable).parent / "infragen"),)

_SAMPLE_SECONDS = 0.02
_ROOM = 2 * 2**30
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Cost:
    cpu: float
    """Seconds, user and system, children included."""
    memory: int
    """Peak resident set in MiB; of all processes of the command together where `processes` was asked for."""


def once(
    command: tuple[str, ...],
    cwd: Path,
    codes: tuple[int, ...] = (0,),
    *,
    processes: bool = False,
    variables: Mapping[str, str] | None = None,
) -> Cost:
    """Run a command to its end, with some more environment variables.

    `processes` adds up the memory of its children too (Linux).
    """
    peak = _Peak()
    with subprocess.Popen(
        command, cwd=cwd, env={**ENVIRONMENT, **(variables or {})}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        if processes:
            peak.watch(process.pid)
        error = process.stderr.read() if process.stderr else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in codes:
        raise SystemExit(f"{' '.join(command)} exited with {process.returncode}:\n{error.decode()[-2000:]}")
    kilobytes = usage.ru_maxrss if sys.platform != "darwin" else usage.ru_maxrss // 1024
    return Cost(usage.ru_utime + usage.ru_stime, max(kilobytes // 1024, peak.stop()))


def scratch() -> tempfile.TemporaryDirectory[str]:
    """Make a folder for the run, in memory where that is possible: how busy the disk is must not count."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > _ROOM
    return tempfile.TemporaryDirectory(dir=memory if roomy else None)


def best(costs: list[Cost]) -> Cost:
    """The run that was disturbed least."""
    return min(costs, key=lambda cost: cost.cpu)


def pair(
    first: tuple[str, ...], second: tuple[str, ...], cwd: Path, *, rounds: int, codes: tuple[int, ...] = (0,)
) -> tuple[Cost, Cost]:
    """Run both in turn, so that a noisy moment hits both; keep the best of each."""
    firsts, seconds = [], []
    for _ in range(rounds):
        firsts.append(once(first, cwd, codes))
        seconds.append(once(second, cwd, codes))
    return best(firsts), best(seconds)


@dataclass(frozen=True, slots=True)
class Limit:
    """What a ratio may be at most, and the memory in MiB."""

    ratio: float
    memory: int | None = None

    def __str__(self) -> str:
        memory = "" if self.memory is None else f", {self.memory} MiB"
        return f"(limit {self.ratio:g}x{memory})"


FIGURES = Path(__file__).with_name("figures.json")
"""What was measured when somebody last wrote it down: ratio and memory in MiB of each row, by its name."""
NOISE = 1.1
"""How many times a figure may be what it was, before it has slipped: two runs of one program differ by less."""

_measured: dict[str, tuple[float, int]] = {}
_missed: list[str] = []


def row(name: str, measured: Cost, base: Cost, limit: Limit | None = None, note: str = "") -> None:
    """Print how many times the second the first costs, beside the limit where there is one, and what it was."""
    ratio = measured.cpu / base.cpu
    _measured[name] = (round(ratio, 2), measured.memory)
    was = f"was {known[name][0]:.2f}x" if name in (known := figures()) else ""
    times = f"{measured.cpu * 1000:.0f} / {base.cpu * 1000:.0f} ms"
    memory = f"{measured.memory} / {base.memory} MiB"
    limits = str(limit or "")
    verdict = _verdict(ratio, measured, limit)
    if verdict == "OVER":
        _missed.append(name)
    line = f"{verdict} {name:<40} {ratio:6.2f}x {limits:<24} {was:<11} {times:<18} {memory}  {note}"
    print(line.rstrip(), flush=True)


def figures() -> dict[str, tuple[float, int]]:
    """Return the committed figures."""
    return {name: (ratio, memory) for name, (ratio, memory) in json.loads(FIGURES.read_text("utf-8")).items()}


def slipped(known: Mapping[str, tuple[float, int]], measured: Mapping[str, tuple[float, int]]) -> list[str]:
    """Return what got worse than a committed figure, by more than noise: a line each."""
    lines = []
    for name, (ratio, memory) in measured.items():
        old_ratio, old_memory = known.get(name, (ratio, memory))
        if ratio > NOISE * old_ratio:
            lines.append(f"{name}: {ratio:.2f}x, and was {old_ratio:.2f}x")
        if memory > NOISE * old_memory:
            lines.append(f"{name}: {memory} MiB, and was {old_memory} MiB")
    return lines


def compare(*, write: bool, limits: bool) -> None:
    """Print what slipped since the figures were committed; with `write`, make what was measured the new figures.

    With `limits`, SystemExit names the rows that are over theirs.
    """
    for line in slipped(figures(), _measured):
        print(f"slipped: {line}")
    if write:
        FIGURES.write_text(json.dumps({**figures(), **_measured}, indent=1) + "\n", "utf-8")
    if limits and _missed:
        raise SystemExit(f"over the limit: {'; '.join(_missed)}")


def _verdict(ratio: float, measured: Cost, limit: Limit | None) -> str:
    if limit is None:
        return "    "
    within = ratio <= limit.ratio and (limit.memory is None or measured.memory <= limit.memory)
    return "ok  " if within else "OVER"


def peak() -> int:
    """Return the most memory that this process had so far, in MiB; on Linux, without what had started it."""
    try:
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024
    except (OSError, StopIteration):
        kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return kilobytes // (1024 if sys.platform != "darwin" else 1024 * 1024)


class _Peak:
    """The most memory that a process and its descendants had at one moment."""

    def __init__(self) -> None:
        self._mib = 0
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def watch(self, pid: int) -> None:
        self._thread = threading.Thread(target=self._sample, args=(pid,), daemon=True)
        self._thread.start()

    def stop(self) -> int:
        self._done.set()
        if self._thread:
            self._thread.join()
        return self._mib

    def _sample(self, pid: int) -> None:
        while not self._done.is_set():
            self._mib = max(self._mib, _resident(pid) * _PAGE // 2**20)
            time.sleep(_SAMPLE_SECONDS)


def _resident(pid: int) -> int:
    """Pages of a process and its descendants; 0 once it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = {int(child) for one in threads for child in (one / "children").read_text(encoding="ascii").split()}
    except (OSError, ValueError, IndexError):
        return 0
    return pages + sum(_resident(child) for child in children)
