"""CPU seconds and peak memory of a command, and a table of ratios."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
INFRAGEN = (str(Path(sys.executable).parent / "infragen"),)


@dataclass(frozen=True, slots=True)
class Cost:
    cpu: float
    """Seconds, user and system, children included."""
    memory: int
    """Peak resident set in MiB."""


def once(command: tuple[str, ...], cwd: Path, codes: tuple[int, ...] = (0,)) -> Cost:
    with subprocess.Popen(
        command, cwd=cwd, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        error = process.stderr.read() if process.stderr else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in codes:
        raise SystemExit(f"{' '.join(command)} exited with {process.returncode}:\n{error.decode()[-2000:]}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024)


def pair(
    first: tuple[str, ...], second: tuple[str, ...], cwd: Path, *, rounds: int = 5, codes: tuple[int, ...] = (0,)
) -> tuple[Cost, Cost]:
    """Run both in turn, so that a noisy moment hits both; keep the best of each."""
    firsts, seconds = [], []
    for _ in range(rounds):
        firsts.append(once(first, cwd, codes))
        seconds.append(once(second, cwd, codes))
    return min(firsts, key=lambda c: c.cpu), min(seconds, key=lambda c: c.cpu)


def row(name: str, measured: Cost, base: Cost, limit: float, *, note: str = "") -> None:
    ratio = measured.cpu / base.cpu
    verdict = "ok  " if ratio <= limit else "OVER"
    print(
        f"{verdict} {name:<40} {ratio:6.2f}x of {base.cpu * 1000:8.1f} ms "
        f"(limit {limit}x)  {measured.memory} MiB {note}",
        flush=True,
    )
