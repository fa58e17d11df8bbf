"""F111: a health check that is not over when the next one starts."""

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
        health = container.health
        if health.timeout >= health.interval:
            message = f"the health check waits {health.timeout} s for an answer, but runs every {health.interval} s"
            place = landscape.at(owner, "health", "timeout")
            yield Finding(message, place, f"write `timeout: {max(2, health.interval - 1)}` or less")


RULE = Rule(
    "F111",
    "a health check waits longer than the time between two checks",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "Elastic Load Balancing API: CreateTargetGroup, `HealthCheckTimeoutSeconds`",
)
