"""F112: one task: a deployment or a zone's failure stops the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.services import Container

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Environment

__all__ = ["RULE"]


def _check(environment: Environment) -> Iterator[Finding]:
    if not environment.settings.production:
        return
    for owner, container in environment.each(Container):
        if container.tasks.min == 1:
            message = "a single task may run in production: in one zone, and none while it restarts"
            yield Finding(message, environment.at(owner, "tasks", "min"), "write `min: 2` or more")


RULE = Rule(
    "F112",
    "a production service may run a single task",
    Severity.WARNING,
    Scope.ENVIRONMENT,
    _check,
    "WA-15: Multi-AZ means at least two tasks; TN-10",
)
