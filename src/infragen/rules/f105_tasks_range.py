"""F105: more tasks at least than at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.services import Container

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for owner, container in landscape.each(Container):
        tasks = container.tasks
        if tasks.min > tasks.max:
            message = f"tasks: at least {tasks.min}, but at most {tasks.max}"
            hint = f"exchange them: `tasks: {{min: {tasks.max}, max: {tasks.min}}}`"
            yield Finding(message, landscape.at(owner, "tasks", "min"), hint)


RULE = Rule(
    "F105",
    "the minimum of tasks is above the maximum",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "Application Auto Scaling API: RegisterScalableTarget",
)
