"""Downtime: something that serves is gone for a while, or for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.plan.model import Level, Risk, RiskKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.plan.view import View

__all__ = ["REVISIONS", "judge"]

# Types that are never changed, only followed by a new one: replacing them is their way to be updated.
REVISIONS = frozenset({"aws_api_gateway_deployment", "aws_ecs_task_definition", "aws_lambda_layer_version"})


def judge(view: View) -> Iterator[Risk]:
    """Yield a risk when a real object is destroyed that is not just an old revision."""
    if view.action.destroys and not (view.action.is_replace and view.type in REVISIONS):
        yield Risk(Level.MEDIUM, RiskKind.DOWNTIME, "something is destroyed")
