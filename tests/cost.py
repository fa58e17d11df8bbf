"""What tests cost: CPU seconds of each file, workers and ended children together, beside what its room may cost.

`make test` prints the fifteen dearest files at the end and keeps what it measured; `make check` names, without failing,
what was over the shares of `tests/README.md` then. A slow machine is no fault of a test: what it takes for a fixed
piece of work is measured as well, and seconds are those of the machine on which the table was written. What is
started once for many tests (an emulator, a plan) counts for the file that asked first; a server that still runs, for
none.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

ROOT: Final = Path(__file__).parent.parent
KEPT: Final = Path(".pytest_cache", "cost.json")
"""What the last run of `make test` measured, below the project's root."""
SHARES: Final = Path("tests", "README.md")
SHOWN: Final = 15
OTHER_FILES: Final = 20.0
"""Seconds that a file may cost which the table does not name."""
REFERENCE: Final = 0.0825
"""Seconds that `_fixed_work` takes on the machine of the table."""

_SHARE = re.compile(r"^\| `(?P<path>tests/[^`]*)` \| (?P<seconds>\d+) s \|", re.MULTILINE)


def _used() -> float:
    ours, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return ours.ru_utime + ours.ru_stime + theirs.ru_utime + theirs.ru_stime


def _fixed_work() -> float:
    """Return the CPU seconds of a piece of work that is always the same; the best of three."""
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        sum(number * number for number in range(2_000_000))
        best = min(best, time.process_time() - began)
    return best


class Meter:
    """What a process' tests cost, by file; `(collection)` is what came before the first."""

    def __init__(self, config: pytest.Config) -> None:
        """Begin to measure."""
        self._config = config
        self._spent: Counter[str] = Counter()

    def pytest_collection_finish(self) -> None:
        """Take note of what starting and collecting cost."""
        self._spent["(collection)"] += _used()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Add what a test cost, with the fixtures that began or ended with it, to its file."""
        began = _used()
        try:
            return (yield)
        finally:
            self._spent[item.nodeid.partition("::")[0]] += _used() - began

    def pytest_sessionfinish(self) -> None:
        """Hand a worker's sums to the process that began it."""
        if hasattr(self._config, "workeroutput"):
            self._config.workeroutput["cost"] = dict(self._spent)

    def pytest_testnodedown(self, node: object) -> None:
        """Add a worker's sums."""
        self._spent.update(getattr(node, "workeroutput", {}).get("cost", {}))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the dearest files, and keep all of a whole run."""
        if getattr(self._config.option, "numprocesses", None) is None:
            return  # a person who looks at a few tests
        speed = _fixed_work() / REFERENCE
        spent = {path: seconds / speed for path, seconds in self._spent.items()}
        kept = self._config.rootpath / KEPT
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(json.dumps({"speed": speed, "seconds": spent}, indent=1), encoding="utf-8")
        terminalreporter.section(
            f"CPU seconds by file ({sum(spent.values()):.0f} in all; x {speed:.2f} on this machine)"
        )
        for path, seconds in sorted(spent.items(), key=lambda one: -one[1])[:SHOWN]:
            terminalreporter.write_line(f"{seconds:8.1f}  {path}")
        for line in over(spent, shares()):
            terminalreporter.write_line(f"over its share: {line}")


def pytest_configure(config: pytest.Config) -> None:
    """Measure in every process."""
    config.pluginmanager.register(Meter(config), "cost-meter")


def shares(text: str | None = None) -> Mapping[str, int]:
    """Return what rooms (`tests/unit/`) and single files may cost, in seconds."""
    found = _SHARE.finditer((ROOT / SHARES).read_text(encoding="utf-8") if text is None else text)
    return {share["path"]: int(share["seconds"]) for share in found}


def over(spent: Mapping[str, float], allowed: Mapping[str, int]) -> Iterator[str]:
    """Yield the rooms and files that cost more than their share, dearest first."""
    sums = Counter(spent)
    for room in (path for path in allowed if path.endswith("/")):
        sums[room] = sum(seconds for path, seconds in spent.items() if path.startswith(room))
    for path, seconds in sums.most_common():
        if path.startswith("tests/") and seconds > (may := allowed.get(path, OTHER_FILES)):
            yield f"{path}: {seconds:.0f} s of CPU; {SHARES} allows {may:.0f} s"


def main() -> int:
    """Name what was over its share when `make test` last ran here; a figure is no verdict, so this never fails."""
    try:
        spent = json.loads((ROOT / KEPT).read_text(encoding="utf-8"))["seconds"]
    except FileNotFoundError:
        return 0
    for line in over(spent, shares()):
        sys.stderr.write(f"dear: {line}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
