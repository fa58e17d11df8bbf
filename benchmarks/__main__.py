"""Measure everything, or what is named: `python -m benchmarks start validate render growth cdktf`."""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from pathlib import Path

from benchmarks import cdktf_run
from benchmarks.measure import INFRAGEN, ROOT, Cost, Limit, best, once, pair, row, scratch
from benchmarks.synthetic import ENTRIES, make

PYTHON = sys.executable
BARE_RENDER = ROOT / "benchmarks/bare_render.py"
_RESOURCE = re.compile(r'^resource "', re.MULTILINE)
_CALL = re.compile(r'^  source = "\.\./modules/([^"]+)"$', re.MULTILINE)
RENDER = (*INFRAGEN, "render", "technova")


def start(rounds: int) -> None:
    """`--help` and `--version` beside an empty Python."""
    for flag in ("--help", "--version"):
        measured, base = pair((*INFRAGEN, flag), (PYTHON, "-c", "pass"), ROOT, rounds=3 * rounds)
        row(f"infragen {flag} / python -c pass", measured, base, Limit(7))


def validate(rounds: int) -> None:
    """TechNova beside the bare script."""
    bare = (PYTHON, str(ROOT / "benchmarks/bare_validate.py"), str(ROOT), "technova")
    measured, base = pair((*INFRAGEN, "validate", "technova"), bare, ROOT, rounds=2 * rounds)
    row("validate technova / bare script", measured, base, Limit(1.5))


def render(rounds: int) -> None:
    """All of TechNova into an empty folder beside the bare script; then again with nothing changed."""
    with scratch() as name:
        folder = Path(name)
        for part in ("catalog", "environments"):
            shutil.copytree(ROOT / part, folder / part)
        once(RENDER, folder)
        files, sizes = _sizes(folder)
        out = folder / "bare"
        bare = (PYTHON, str(BARE_RENDER), str(folder), "technova", str(sizes), str(out))
        costs: list[tuple[Cost, Cost]] = []
        for _ in range(rounds):
            shutil.rmtree(folder / "generated")
            shutil.rmtree(out, ignore_errors=True)
            costs.append((once(RENDER, folder), once(bare, folder)))
        measured, base = (best(list(side)) for side in zip(*costs, strict=True))
        row("render technova / bare script", measured, base, Limit(2), f"{files:,} files")
        again, check = pair(RENDER, (*RENDER, "--check"), folder, rounds=2 * rounds)
        row("second render / render --check", again, check, Limit(1.05))


def growth(rounds: int) -> None:
    """Ten times the entries cost at most a bit more than ten times as much."""
    cases = (
        ("services", 100, 1_000, Limit(1.2 * 10, 150)),
        ("entries", 1_000, 10_000, Limit(10.5, 1_024)),
    )
    for what, small, large, limit in cases:
        costs = []
        for count, times in ((small, 2 * rounds), (large, max(1, rounds // 2))):
            services = count if what == "services" else count * (ENTRIES - 1) // ENTRIES
            with scratch() as name:
                costs.append(_render_new(make(Path(name), services), times))
        row(f"render {large:,} {what} / {small:,}", costs[1], costs[0], limit)


def generators(rounds: int) -> None:
    """The same numbers of services beside CDKTF."""
    with scratch() as name:
        python = cdktf_run.install()
        for count in (20, 200, 1_000):
            folder = make(Path(name) / str(count), count)
            times = max(1, rounds // 2) if count < 1_000 else 1
            measured = _render_new(folder, times)
            other = best([cdktf_run.synthesise(python, count, folder / "cdktf.out") for _ in range(times)])
            note = f"{cdktf_run.resources(folder / 'cdktf.out'):,} / {_resources(folder):,} resources"
            row(f"CDKTF / infragen, {count:,} services", other, measured, note=note)


def _render_new(folder: Path, times: int) -> Cost:
    """Render into an empty folder so many times; the best."""
    costs = []
    for _ in range(times):
        shutil.rmtree(folder / "generated", ignore_errors=True)
        costs.append(once(RENDER, folder))
    return best(costs)


def _resources(folder: Path) -> int:
    """Count the resources of a rendered environment; one with `for_each` is one, so there are more."""
    root = folder / "generated/technova/prod"
    inside = {
        path.name: sum(len(_RESOURCE.findall(file.read_text("utf-8"))) for file in path.glob("*.tf"))
        for path in (root / "modules").iterdir()
    }
    files = (file.read_text("utf-8") for file in root.glob("*/*.tf"))
    return sum(inside[name] for text in files for name in _CALL.findall(text))


def _sizes(folder: Path) -> tuple[int, Path]:
    """List what was rendered for the bare script: its number of files, and a file of sizes and paths."""
    paths = [path for path in sorted((folder / "generated").rglob("*")) if path.is_file()]
    listed = folder / "sizes.txt"
    lines = (f"{path.stat().st_size} {path.relative_to(folder)}" for path in paths)
    listed.write_text("\n".join(lines), encoding="utf-8")
    return len(paths), listed


PARTS = {"start": start, "validate": validate, "render": render, "growth": growth, "cdktf": generators}
USUAL = ("start", "validate", "render", "growth")
"""Without `cdktf`, which installs half a gigabyte."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--rounds", type=int, default=5, help="More rounds, less noise; 5 when left out.")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    for name in arguments.parts or USUAL:
        PARTS[name](arguments.rounds)


main()
