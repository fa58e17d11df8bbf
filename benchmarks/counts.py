"""Count what commands do, beside what they may do: `python -m benchmarks.counts`, `--write` to write it anew.

Seconds differ from run to run; the calls of infragen's own code, the validations of Pydantic, the files opened and the
modules imported do not. What grows with a catalogue is told for each entry of each environment, so that a larger
catalogue hides nothing.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from benchmarks.entries import entries_of
from benchmarks.measure import ROOT, scratch
from benchmarks.plan_file import write_plan
from benchmarks.synthetic import make

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

BUDGET: Final = ROOT / "benchmarks/budget.json"
MORE: Final = 1.03
"""How many times its budget a count may be; no module may be added."""
_NAMED: Final = 10
_KEPT: Final = 200
"""Functions of a command whose calls are written down: those that are called most."""
SYSTEM: Final = "technova"
"""What is counted, and what the made-up one is called."""

Counts: TypeAlias = dict[str, Any]
"""`calls`, `validations`, `opened` of an entry (or of the run), `modules` by package, `functions`: calls by name."""


def work(folder: Path) -> Iterator[tuple[str, Path, Sequence[str], int]]:
    """Yield each command that is counted: its name, the folder it runs in, its arguments, entries that it is about."""
    entries = entries_of(ROOT, SYSTEM)
    empty = folder / "empty"
    for part in ("catalog", "environments"):
        shutil.copytree(ROOT / part, empty / part)
    write_plan(folder / "plan.json", 1)
    yield "--help", ROOT, ("--help",), 1
    yield "validate technova", ROOT, ("validate", "technova"), entries
    yield "render technova, from nothing", empty, ("render", "technova"), entries
    yield "render technova --check", ROOT, ("render", "technova", "--check"), entries
    yield "report of a plan of 1 MB", folder, ("report", "plan.json"), 1
    for services in (20, 40):
        made = make(folder / str(services), services)
        yield f"validate of {services} made-up services", made, ("validate",), entries_of(made, SYSTEM)


def counted() -> dict[str, Counts]:
    """Run every command and count."""
    compileall.compile_dir(str(ROOT / "src"), quiet=2)
    subprocess.run((sys.executable, "-m", "infragen.render"), cwd=ROOT, check=True)
    with scratch() as name, ThreadPoolExecutor(2) as pool:
        found = {
            title: (pool.submit(_run, Path(name) / f"{number}.json", cwd, arguments), entries)
            for number, (title, cwd, arguments, entries) in enumerate(work(Path(name)))
        }
        return {title: _shared(one.result(), entries) for title, (one, entries) in found.items()}


def _run(to: Path, cwd: Path, arguments: Sequence[str]) -> Counts:
    command = (sys.executable, "-m", "benchmarks.counted", str(to), *arguments)
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, cwd=cwd, env=variables, capture_output=True, text=True, check=False)
    if not to.is_file():
        raise SystemExit(f"infragen {' '.join(arguments)} was not counted:\n{done.stdout[-500:]}{done.stderr[-2000:]}")
    found: Counts = json.loads(to.read_text(encoding="utf-8"))
    if found.pop("code") not in {0, 2}:  # a report of changes ends with 2
        raise SystemExit(f"infragen {' '.join(arguments)} failed:\n{done.stdout[-500:]}{done.stderr[-2000:]}")
    return found


def _shared(found: Counts, entries: int) -> Counts:
    """Return counts for each entry."""
    each = {name: round(found[name] / entries, 2) for name in ("calls", "validations", "opened")}
    most = Counter(found["functions"]).most_common(_KEPT)
    return {**each, "modules": found["modules"], "functions": {name: round(n / entries, 2) for name, n in sorted(most)}}


def exceeded(found: Mapping[str, Counts], budget: Mapping[str, Counts]) -> Iterator[str]:
    """Yield what is more than its budget, with the functions that grew most."""
    for title, counts in found.items():
        may = budget.get(title)
        if may is None:
            yield f"{title}: has no budget"
            continue
        over = [
            f"{name} {counts[name]:,} of {may[name]:,}"
            for name in ("calls", "validations", "opened")
            if counts[name] > may[name] * MORE
        ]
        over += [
            f"modules of {package} {n} of {may['modules'].get(package, 0)}"
            for package, n in sorted(counts["modules"].items())
            if n > may["modules"].get(package, 0)
        ]
        if over:
            before = may["functions"]
            grew = Counter({name: n - before.get(name, 0) for name, n in counts["functions"].items()})
            named = [f"  {name}  +{n:,.2f}" for name, n in grew.most_common(_NAMED) if n > 0]
            yield "\n".join((f"{title}: {', '.join(over)}", *named))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the budget anew")
    asked = parser.parse_args()
    found = counted()
    if asked.write:
        BUDGET.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return
    if over := [*exceeded(found, json.loads(BUDGET.read_text(encoding="utf-8")))]:
        raise SystemExit("\n".join((*over, "make it do less, or `make golden` and say why in the commit")))


if __name__ == "__main__":
    main()
