"""One piece of work on one plan file, measured from inside: `python -m benchmarks.report_run WORK plan.json`.

Prints CPU seconds of the work alone (imports are done before), and its peak of memory in MiB.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from benchmarks.measure import ROOT, peak
from infragen.plan import change_sets, open_plan
from infragen.redaction.document import PlanDocument
from infragen.report import markdown

if TYPE_CHECKING:
    from collections.abc import Callable


def decode(path: Path) -> object:
    """The fastest decoding measured: typed, values raw, only what changes opened, no collector."""
    gc.disable()
    document = msgspec.json.Decoder(PlanDocument).decode(path.read_bytes())
    for item in document.resource_changes or ():
        if item.change.actions != ["no-op"]:
            for side in (item.change.before, item.change.after):
                if isinstance(side, msgspec.Raw):
                    msgspec.json.decode(side)
    return document


def load(path: Path) -> object:
    """The standard library's decoding, no collector."""
    gc.disable()
    with path.open("rb") as file:
        return json.load(file)


def change_set(path: Path) -> object:
    """A plan's change set."""
    return change_sets([open_plan(path)])


def to_markdown(path: Path) -> object:
    """A plan's report as Markdown."""
    return markdown.render(change_sets([open_plan(path)])[0], path.name)


def to_html(path: Path) -> object:
    """A plan's report as HTML."""
    from infragen.report import html

    return html.render(change_sets([open_plan(path)])[0], path.name)


def to_traffic(path: Path) -> object:
    """Who reaches whom, of a plan, as text."""
    from infragen.reachability import traffic_of
    from infragen.report import traffic

    return traffic.text(traffic_of(open_plan(path), path.name, lambda address: address), details=True)


WORK: dict[str, Callable[[Path], object]] = {
    "decode": decode,
    "load": load,
    "change-set": change_set,
    "markdown": to_markdown,
    "html": to_html,
    "traffic": to_traffic,
}


def cost(python: str, work: str, path: Path) -> tuple[float, int]:
    """Do one piece of work in a process of its own; return its CPU seconds and its peak of memory in MiB."""
    command = (python, "-m", "benchmarks.report_run", work, str(path))
    cpu, memory = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()
    return float(cpu), int(memory)


def main() -> None:
    work, path = WORK[sys.argv[1]], Path(sys.argv[2])
    gc.set_threshold(50_000, 50, 1_000)  # as the console script does
    start = time.process_time()
    kept = work(path)
    cpu = time.process_time() - start
    del kept
    print(cpu, peak())


if __name__ == "__main__":
    main()
