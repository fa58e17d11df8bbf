"""Thousands of unsound plans: each is an error with a code, or is counted right; never anything else."""

from __future__ import annotations

from contextlib import suppress
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from infragen.diagnostics import InfragenError
from infragen.plan import ChangeSet, parse_plan
from infragen.report import json as json_report
from infragen.report import markdown
from tests.plans.corpus import CASES
from tests.plans.counter import counted
from tests.plans.mutations import mutated
from tests.unit.plan.plans import all_of

SEEDS = [case.path.read_bytes() for case in CASES if case.path.stat().st_size < 5_000]


@settings(max_examples=2_000)
@given(st.sampled_from(SEEDS), st.randoms(use_true_random=True))
def test_a_damaged_plan_is_an_error_with_a_code_or_is_counted_right(seed: bytes, chance: Random) -> None:
    content = mutated(seed, chance)
    refused: list[str] = []
    try:
        change_set = parse_plan(content)
        shown = all_of(change_set) + markdown.render(change_set, "x") + json_report.render(change_set, "x")
    except InfragenError as error:
        refused = [diagnostic.code for diagnostic in error.diagnostics]
    else:
        assert shown
        assert _counts(change_set) == counted(content)
    assert all(code.startswith("P2") for code in refused)


def _counts(change_set: ChangeSet) -> dict[str, int | bool]:
    summary = change_set.summary.as_dict()
    del summary["drift_shown"]
    return {**summary, "objects": len(change_set.changes) + change_set.unchanged}


def test_much_of_what_is_damaged_can_still_be_read() -> None:
    """Else the search above would show little."""
    read = 0
    for number in range(200):
        with suppress(InfragenError):
            parse_plan(mutated(SEEDS[number % len(SEEDS)], Random(number)))
            read += 1
    assert read > 20
