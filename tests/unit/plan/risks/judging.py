"""What one made-up change is judged to be, for tables of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infragen.plan import parse_plan
from tests.unit.plan.plans import plan, resource

if TYPE_CHECKING:
    from infragen.plan import Risk

ACTIONS = {
    "create": ["create"],
    "update": ["update"],
    "delete": ["delete"],
    "replace": ["delete", "create"],
    "create first": ["create", "delete"],
    "forget": ["forget"],
    "forget and create": ["forget", "create"],
    "read": ["read"],
}


def judged(resource_type: str, action: str, before: Any, after: Any, **more: Any) -> tuple[Risk, ...]:
    """Return the risks of one change."""
    item = resource(f"{resource_type}.a", ACTIONS[action], before, after, **more)
    return parse_plan(plan(item)).changes[0].risks


def told(resource_type: str, action: str, before: Any, after: Any, **more: Any) -> list[str]:
    """Return the risks of one change as `HIGH data loss: ...`, worst first."""
    return [
        f"{risk.level.name} {risk.kind}: {risk.reason}" for risk in judged(resource_type, action, before, after, **more)
    ]
