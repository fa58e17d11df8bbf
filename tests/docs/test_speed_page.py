"""The page about speed shows what the benchmarks measure, and the benchmarks run."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from benchmarks import measure
from benchmarks.measure import Cost, Limit, compare, figures, row, slipped

from .pages import ROOT, prose

PAGE = "docs/speed.md"
LINE = re.compile(
    r"^(?:ok  |OVER) (?P<name>.+?) +[\d.]+x \(limit (?P<limit>[\d.]+)x(?:, (?P<memory>\d+) MiB)?\)", re.MULTILINE
)


def benchmarks(*arguments: str) -> str:
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


PARTS = {"start": 2, "validate": 2, "growth": 2, "report": 5, "render": 2, "systems": 4}
"""What `make bench` measures, and how many lines each prints."""
SLOW = {"report": pytest.mark.terraform, "render": pytest.mark.long, "systems": pytest.mark.long}


@pytest.mark.parametrize("part", [pytest.param(part, marks=SLOW.get(part, ())) for part in PARTS])
def test_a_part_measures_what_the_page_shows_against_the_limit_that_it_names(part: str) -> None:
    measured = list(LINE.finditer(benchmarks(part, "--smallest")))
    assert len(measured) == PARTS[part]
    limits = re.findall(rf"^\| `{part}` \|.*\| ([\d.]+)x(?:, \d+ MiB)? \|$", prose(PAGE), re.MULTILINE)
    assert [line["limit"] for line in measured] == limits


def test_every_part_of_the_page_is_run_by_a_test() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", prose(PAGE), re.MULTILINE)) == PARTS.keys()


def test_a_figure_that_got_worse_than_the_committed_one_is_named() -> None:
    known = {"start": (5.0, 20), "render": (2.0, 70)}
    measured = {"start": (5.4, 30), "render": (2.3, 70), "new": (9.0, 900)}
    assert slipped(known, measured) == [
        "start: 30 MiB, and was 20 MiB",
        "render: 2.30x, and was 2.00x",
    ]
    assert figures().keys() >= {"validate technova / bare script", "render technova / bare script"}


def test_a_row_over_its_limit_of_time_or_memory_fails_the_benchmarks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "_measured", {})
    monkeypatch.setattr(measure, "_missed", [])
    row("within", Cost(2, 50), Cost(1, 50), Limit(2, 50))
    compare(write=False, limits=True)
    row("slow", Cost(2.1, 50), Cost(1, 50), Limit(2, 50))
    row("large", Cost(1, 51), Cost(1, 50), Limit(2, 50))
    compare(write=False, limits=False)  # what runs once, as the tests do, is too noisy for limits
    with pytest.raises(SystemExit, match=r"^over the limit: slow; large$"):
        compare(write=False, limits=True)


def test_an_unknown_part_is_refused_with_the_ones_there_are() -> None:
    command = [sys.executable, "-m", "benchmarks", "speed"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no such part: speed" in done.stderr


def test_what_is_measured_of_cdktf_is_pinned_as_the_page_says() -> None:
    source = (ROOT / "benchmarks/cdktf_run.py").read_text(encoding="utf-8")
    for package, version in re.findall(r'"([\w-]+)==([\d.]+)"', source):
        assert re.search(rf"`{package}`\s+{re.escape(version)}", prose(PAGE))
