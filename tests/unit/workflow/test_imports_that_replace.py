"""What an import says of an object that the plan would replace."""

from __future__ import annotations

import pytest

from infragen.diagnostics import Location
from infragen.plan.change_parts import AttributeChange, Origin
from infragen.plan.model import Change, KnownBody
from infragen.plan.risk import Action
from infragen.workflow.imports import _lost


def change(action: Action, *attributes: AttributeChange, importing: str | None = "shop-db") -> Change:
    return Change(
        "module.db.aws_db_instance.this", "module.db", "aws_db_instance", "this", None, "aws", "managed", action,
        importing=importing, body=KnownBody(attributes),
    )  # fmt: skip


USER = AttributeChange(
    "username",
    '"admin"',
    '"postgres"',
    forces_replacement=True,
    origin=Origin("master_user", Location("catalog/shop/databases/order.yaml", 4, 3)),
)


@pytest.mark.parametrize(
    "action", [Action.REPLACE_DELETE_FIRST, Action.REPLACE_CREATE_FIRST, Action.REPLACE_FORGET, Action.DELETE]
)
def test_it_is_an_error_with_the_field_to_write(action: Action) -> None:
    [problem] = _lost(change(action, USER, AttributeChange("tags", None, "{}")))
    assert (problem.code, str(problem.location)) == ("I011", "catalog/shop/databases/order.yaml:4:3")
    assert 'because `username` is "admin" and would become "postgres"' in problem.message
    assert problem.hint == 'write `master_user: "admin"`'


def test_what_no_field_gives_and_what_is_not_known_is_an_error_as_well() -> None:
    [problem] = _lost(
        change(Action.REPLACE_DELETE_FIRST, AttributeChange("arn", '"a"', '"b"', forces_replacement=True))
    )
    assert problem.hint is not None
    assert "no field gives `arn`" in problem.hint
    assert [one.code for one in _lost(change(Action.UNKNOWN))] == ["I011"]


def test_an_update_and_an_object_that_is_not_imported_are_none_of_its_business() -> None:
    assert [*_lost(change(Action.UPDATE, USER)), *_lost(change(Action.IMPORT))] == []
    assert [*_lost(change(Action.REPLACE_DELETE_FIRST, USER, importing=None))] == []
