"""R104: a call to a service that does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.services import Container, Service
from infragen.rules.places import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for owner, container in landscape.each(Container):
        for callee in container.calls:
            if not landscape.knows("services", callee):
                place = landscape.at(owner, "calls", callee, key=True)
                hint = nearest(callee, landscape.all(Service), "services")
                yield Finding(f"{owner} calls a service `{callee}`, which does not exist", place, hint)


RULE = Rule(
    "R104",
    "a called service does not exist",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "TN-06, TN-12",
)
