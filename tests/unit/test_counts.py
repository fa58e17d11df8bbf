"""What commands do is counted beside a budget, in which a larger catalogue hides nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from benchmarks.counts import BUDGET, exceeded
from benchmarks.synthetic import make

if TYPE_CHECKING:
    from pathlib import Path

COUNTS: dict[str, Any] = {
    "calls": 100.0, "validations": 2.0, "opened": 3.0, "modules": {"infragen": 70, "yaml": 10},
    "functions": {"a.py:f": 60.0, "b.py:g": 40.0},
}  # fmt: skip


def said(**found: Any) -> list[str]:
    return [*exceeded({"validate": {**COUNTS, **found}}, {"validate": COUNTS})]


def test_what_is_within_its_budget_is_not_told_and_a_little_more_neither() -> None:
    assert said() == []
    assert said(calls=103.0, opened=1.0) == []


def test_what_is_more_is_told_with_the_functions_that_grew_most() -> None:
    assert said(calls=103.5, functions={"a.py:f": 61.0, "b.py:g": 30.0, "c.py:h": 12.5}) == [
        "validate: calls 103.5 of 100.0\n  c.py:h  +12.50\n  a.py:f  +1.00"
    ]


def test_a_module_more_is_told_by_its_package() -> None:
    assert said(modules={"infragen": 71, "rich": 2}) == [
        "validate: modules of infragen 71 of 70, modules of rich 2 of 0"
    ]
    assert said(modules={"infragen": 69}) == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ((505_907, 5_947, 797, 393), (555_361, 13_291, 797, 393), {"calls", "validations"}),
        ((566_292, 13_291, 797, 394), (597_834, 13_291, 4_551, 394), {"calls", "opened"}),
        ((597_834, 13_291, 4_551, 394), (1_118_018, 26_313, 8_061, 394), {"calls", "validations", "opened"}),
        ((854_744, 26_313, 6_044, 426), (1_020_118, 26_313, 9_046, 696), {"calls", "opened", "modules"}),
        ((1_027_787, 17_798, 9_046, 696), (1_115_596, 17_904, 9_729, 697), {"calls", "opened", "modules"}),
    ],
    ids=["ac145f57a", "a41924157", "3b82a42c8", "de1a2da27", "24d48c3ed"],
)
def test_each_commit_that_made_validate_slower_would_have_been_told(
    before: tuple[int, ...], after: tuple[int, ...], told: set[str]
) -> None:
    """Counts of `validate technova` before and after commits that nobody noticed, measured afterwards."""

    def counts(calls: int, validations: int, opened: int, modules: int) -> dict[str, Any]:
        each = {"calls": calls, "validations": validations, "opened": opened}
        return {**each, "modules": {"infragen": modules}, "functions": {}}

    [line] = exceeded({"validate": counts(*after)}, {"validate": counts(*before)})
    assert {name for name in ("calls", "validations", "opened", "modules") if f" {name} " in line} == told


def test_a_command_without_a_budget_is_told() -> None:
    assert [*exceeded({"new": COUNTS}, {})] == ["new: has no budget"]


def test_twice_the_services_cost_twice_as_much() -> None:
    """A rule that asks all entries for each entry shows here first."""
    budget = json.loads(BUDGET.read_text("utf-8"))
    few, many = (budget[f"validate of {services} made-up services"]["calls"] for services in (20, 40))
    assert many < 1.1 * few


def test_the_made_up_catalogue_is_sound(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "infragen", "validate", "--quiet"]
    done = subprocess.run(command, cwd=make(tmp_path, 5), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "0 errors, 0 warnings" in done.stdout + done.stderr
