"""Measure everything, or what is named: `python -m benchmarks start validate render growth`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import INFRAGEN, ROOT, once, pair, row
from benchmarks.synthetic import make

PYTHON = sys.executable


def start() -> None:
    """`--help` and `--version` beside an empty Python."""
    for flag in ("--help", "--version"):
        measured, base = pair((*INFRAGEN, flag), (PYTHON, "-c", "pass"), ROOT, rounds=15)
        row(f"infragen {flag} / python -c pass", measured, base, 7)


def validate() -> None:
    """TechNova beside the bare script."""
    bare = (PYTHON, str(ROOT / "benchmarks/bare_validate.py"), str(ROOT), "technova")
    measured, base = pair((*INFRAGEN, "validate", "technova"), bare, ROOT, rounds=9)
    row("validate technova / bare script", measured, base, 1.5)


def render() -> None:
    """All of TechNova into an empty folder beside the bare script; then again with nothing changed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("catalog", "environments"):
            shutil.copytree(ROOT / part, folder / part)
        best, bare_best = None, None
        for _ in range(5):
            shutil.rmtree(folder / "generated", ignore_errors=True)
            measured = once((*INFRAGEN, "render", "technova"), folder)
            out = folder / "bare"
            shutil.rmtree(out, ignore_errors=True)
            bare = once((PYTHON, str(ROOT / "benchmarks/bare_render.py"), str(folder), "technova", str(out)), folder)
            best = min(filter(None, (best, measured)), key=lambda c: c.cpu)
            bare_best = min(filter(None, (bare_best, bare)), key=lambda c: c.cpu)
        assert best
        assert bare_best
        files = sum(path.is_file() for path in (folder / "generated").rglob("*"))
        row("render technova / bare script", best, bare_best, 2, note=f"({files} files)")
        again, check = pair(
            (*INFRAGEN, "render", "technova"), (*INFRAGEN, "render", "technova", "--check"), folder, rounds=7
        )
        row("second render / render --check", again, check, 1.05)


def growth() -> None:
    """Ten times the services cost at most a bit more than ten times as much."""
    with tempfile.TemporaryDirectory() as name:
        for small, large, factor, memory in ((100, 1_000, 1.2 * 10, 150), (1_000, 10_000, 10.5, 1_024)):
            folders = [make(Path(name) / f"{small}-{count}", count) for count in (small, large)]
            costs = [once((*INFRAGEN, "render", "technova"), folder) for folder in folders]
            row(f"render {large:,} services / {small:,}", costs[1], costs[0], factor, note=f"(limit {memory} MiB)")


PARTS = {"start": start, "validate": validate, "render": render, "growth": growth}


def main(names: list[str]) -> None:
    for name in names or PARTS:
        PARTS[name]()


main(sys.argv[1:])
