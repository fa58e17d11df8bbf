"""What terraform has to report as done when a plan is applied."""

from __future__ import annotations

from collections import Counter

import pytest

from infragen.plan_contract.expected_events import ExpectedEvents, expected_events
from infragen.redaction.decode import OpenPlan, decode_plan
from tests.unit.plan.plans import plan, resource


def owed(*resources: dict[str, object]) -> ExpectedEvents:
    return expected_events(OpenPlan(decode_plan(plan(*resources), "plan"), "plan"))


@pytest.mark.parametrize(
    ("actions", "reported"),
    [
        (["create"], ["create"]),
        (["delete"], ["delete"]),
        (["delete", "create"], ["delete", "create"]),
        (["create", "delete"], ["delete", "create"]),
        (["create", "forget"], ["create"]),
        (["no-op"], []),
        (["forget"], []),
        (["read"], []),
    ],
)
def test_each_action_is_owed(actions: list[str], reported: list[str]) -> None:
    found = owed(resource("aws_x.a", actions, {"a": 1}, {"a": 2}))
    assert found.changes == Counter(("aws_x.a", action) for action in reported)


@pytest.mark.parametrize(
    ("before", "after", "unknown", "is_owed"),
    [
        ({"a": 1}, {"a": 2}, {}, True),
        ({"a": 1, "b": 1}, {"a": 2}, {"b": True}, True),
        ({"a": 1, "b": 1}, {"a": 1}, {"b": True}, False),  # terraform may find that nothing changes
        ({"a": [1]}, {"a": []}, {"a": [True]}, False),
        ({"a": 1}, {}, {}, True),
        ({"a": "é"}, {"a": "\u00e9"}, {}, False),
    ],
)
def test_an_update_that_hangs_on_unknown_values_alone_is_not_owed(
    before: object, after: object, unknown: object, is_owed: bool
) -> None:
    found = owed(resource("aws_x.a", ["update"], before, after, after_unknown=unknown))
    assert found.changes == Counter([("aws_x.a", "update")] if is_owed else [])


def test_imports_and_deposed_objects_are_counted() -> None:
    found = owed(
        resource("aws_x.a", ["no-op"], {"a": 1}, {"a": 1}, importing={"id": "x"}),
        resource("aws_x.b", ["update"], {"a": 1}, {"a": 2}, importing={"id": "y"}),
        resource("aws_x.c", ["create"], None, {"a": 1}),
        resource("aws_x.c", ["delete"], {"a": 1}, None, deposed="00000001"),
        resource("aws_x.c", ["delete"], {"a": 1}, None, deposed="00000002"),
    )
    assert found.imports == 2
    reported = Counter({("aws_x.b", "update"): 1, ("aws_x.c", "create"): 1, ("aws_x.c", "delete"): 1})
    assert found.missing(reported, 1) == ("aws_x.c (delete)", "1 to import")
    assert found.missing(reported + Counter({("aws_x.c", "delete"): 1}), 2) == ()


def test_nothing_is_owed_where_nothing_is_planned() -> None:
    assert owed().missing(Counter(), 0) == ()
