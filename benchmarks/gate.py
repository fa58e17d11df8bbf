"""What the gate of a strict sandbox costs an apply: the whole apply's CPU and the emulator's own, with and without."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from benchmarks.measure import INFRAGEN, ROOT, Cost, Limit, best, once, row, scratch

__all__ = ["measure"]

TARGET = "shop/dev"


def measure(rounds: int) -> None:
    """Apply the shop's development from nothing, with and without the gate in turn; the provider waits two minutes."""
    costs: dict[str, list[tuple[Cost, Cost]]] = {"--strict": [], "--lenient": []}
    for _ in range(max(1, rounds // 5)):
        for flag, measured in costs.items():
            measured.append(_applied(flag))
    strict, lenient = ([best(list(side)) for side in zip(*measured, strict=True)] for measured in costs.values())
    row(f"apply of {TARGET}, strict / lenient", strict[0], lenient[0], Limit(1.1), note="emulator included")
    row("the emulator alone, strict / lenient", strict[1], lenient[1], Limit(1.5))


def _applied(flag: str) -> tuple[Cost, Cost]:
    """Apply on a new sandbox; the cost of all, and of the emulator in it."""
    with scratch() as name:
        folder = Path(name)
        for part in ("catalog", "environments", "generated"):
            shutil.copytree(ROOT / part, folder / part)
        once((*INFRAGEN, "sandbox", "start", flag), folder)
        try:
            apply = once((*INFRAGEN, "apply", TARGET, "--sandbox", "--yes"), folder)
            emulator = _of_process(json.loads((folder / ".infragen/sandbox/state.json").read_text("utf-8"))["pid"])
        finally:
            once((*INFRAGEN, "sandbox", "stop"), folder)
    return Cost(apply.cpu + emulator.cpu, apply.memory), emulator


def _of_process(pid: int) -> Cost:
    """Return what a process of Linux has used so far."""
    words = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    kilobytes = int(status.partition("VmHWM:")[2].split()[0])
    return Cost((int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK"), kilobytes // 1024)
