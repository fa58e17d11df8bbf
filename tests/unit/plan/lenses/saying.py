"""What a lens says of a made-up update."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from infragen.plan import parse_plan
from tests.unit.plan.lenses.mutants import update_of

if TYPE_CHECKING:
    from infragen.plan import AttributeChange


def changes(kind: str, before: Any, after: Any, **more: Any) -> tuple[AttributeChange, ...]:
    """Return the differences of an object of a type; None on a side creates or deletes it."""
    (change,) = parse_plan(update_of(kind, before, after, **more)).changes
    return change.attributes


def said(kind: str, before: Any, after: Any, **more: Any) -> list[tuple[str, str | None, str | None]]:
    """Return path and both sides of each difference."""
    return [(change.path, change.before, change.after) for change in changes(kind, before, after, **more)]


def policy(*statements: Any, **more: Any) -> str:
    """Return a policy as text."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **more})
