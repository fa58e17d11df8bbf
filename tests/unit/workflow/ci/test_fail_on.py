"""`--fail-on`: what each condition counts, action by action, and that none counts what another one is for."""

from __future__ import annotations

import pytest
from tests.unit.report.sample import known

from infragen.diagnostics import InfragenError
from infragen.plan import Action, ChangeSet, Level, Risk, RiskKind, Summary
from infragen.workflow.ci.fail_on import CONDITIONS, parse_fail_on

MET = {
    Action.DELETE: {"destroy", "change"},
    Action.REPLACE_DELETE_FIRST: {"destroy", "replace", "change"},
    Action.REPLACE_CREATE_FIRST: {"destroy", "replace", "change"},
    Action.REPLACE_FORGET: {"replace", "forget", "change"},
    Action.FORGET: {"forget", "change"},
    Action.UPDATE: {"change"},
    Action.CREATE: {"change"},
    Action.IMPORT: {"change"},
    Action.MOVE: {"change"},
    Action.READ: {"change"},
}
"""By action, the conditions that it meets; to terraform, data that are read when it applies are a change as well."""


@pytest.mark.parametrize("action", MET, ids=str)
def test_each_action_meets_its_conditions_and_no_other(action: Action) -> None:
    change_set = ChangeSet(changes=(known("aws_s3_bucket.a", action), known("aws_s3_bucket.b", action)))
    found = parse_fail_on([",".join(CONDITIONS)]).failures(change_set)
    assert {one for one in found if not one.startswith("risk")} == {f"{condition} (2)" for condition in MET[action]}


@pytest.mark.parametrize("level", [Level.LOW, Level.MEDIUM, Level.HIGH])
def test_a_risk_meets_what_asks_for_less(level: Level) -> None:
    risk = Risk(level, RiskKind.DATA_LOSS, "its data is lost with it")
    change_set = ChangeSet(changes=(known("aws_s3_bucket.a", Action.UPDATE, risks=(risk,)),))
    asked = {f"risk>={one.name.lower()}": one for one in (Level.LOW, Level.MEDIUM, Level.HIGH)}
    expected = tuple(f"{word} (1)" for word, least in asked.items() if least <= level)
    assert parse_fail_on(asked).failures(change_set) == expected


def test_a_plan_that_failed_meets_errored_and_all_that_it_cannot_tell() -> None:
    *others, errored = parse_fail_on(CONDITIONS).failures(ChangeSet(summary=Summary(errored=True)))
    assert "errored (1)" in (*others, errored)
    assert sum("cannot be told: planning failed" in one for one in (*others, errored)) == len(others)


def test_all_that_is_no_condition_is_said_at_once() -> None:
    with pytest.raises(InfragenError) as caught:
        parse_fail_on(["destroy, explosion | risk>=huge"])
    assert "'explosion', 'risk>=huge'" in str(caught.value)
