"""F109: a queue length that does not exist: no call brings events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.services import Container

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    receivers = {
        callee
        for _, container in landscape.each(Container)
        for callee, call in container.calls.items()
        if call.access == "event"
    }
    for owner, container in landscape.each(Container):
        name = container.name if owner.startswith("services/") else None
        if container.scaling.queue is not None and name not in receivers:
            message = f"{owner} scales on its event queue, but no service sends it events"
            hint = f"let a service call it with `{container.name}: {{access: event, why: ...}}`, or remove `queue`"
            yield Finding(message, landscape.at(owner, "scaling", "queue"), hint)


RULE = Rule(
    "F109",
    "a service scales on a queue without senders",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "TN-05, TN-12",
)
