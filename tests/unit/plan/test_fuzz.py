"""Ten thousand unsound plans: each is an error with a code, or is counted right; never anything else."""

from __future__ import annotations

import random
import time

import pytest

from infragen.diagnostics import InfragenError
from infragen.plan import ChangeSet, parse_plan
from infragen.report import json as json_report
from infragen.report import markdown
from tests.plans.corpus import CASES
from tests.plans.counter import counted
from tests.plans.mutations import mutated
from tests.unit.plan.plans import all_of

ROUNDS = 24
PLANS_A_ROUND = 420
SEEDS = [case.path.read_bytes() for case in CASES if case.path.stat().st_size < 5_000]
MOST_SECONDS = 2.0
"""For one plan of some ten kilobytes, which takes some milliseconds: only what hangs takes so long."""


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_damaged_plan_is_an_error_with_a_code_or_is_counted_right(number: int) -> None:
    chance = random.Random(number)
    read = 0
    for _ in range(PLANS_A_ROUND):
        content = mutated(chance.choice(SEEDS), chance)
        started = time.process_time()
        refused: list[str] = []
        try:
            change_set = parse_plan(content)
            shown = all_of(change_set) + markdown.render(change_set, "x") + json_report.render(change_set, "x")
        except InfragenError as error:
            refused = [diagnostic.code for diagnostic in error.diagnostics]
        else:
            read += 1
            assert shown
            assert _counts(change_set) == counted(content), content
        assert all(code.startswith("P2") for code in refused)
        assert time.process_time() - started < MOST_SECONDS, content
    assert read > PLANS_A_ROUND / 10


def _counts(change_set: ChangeSet) -> dict[str, int | bool]:
    summary = change_set.summary.as_dict()
    del summary["drift_shown"]
    return {**summary, "objects": len(change_set.changes) + change_set.unchanged}
