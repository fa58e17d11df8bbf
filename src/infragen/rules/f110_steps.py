"""F110: steps above nothing, above 100 %, or twice at one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.services import Container

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for owner, container in landscape.each(Container):
        steps = container.scaling.steps
        target = container.scaling.cpu
        if not steps:
            continue
        if target is None:
            message = "steps start above the CPU target, and there is none"
            yield Finding(
                message, landscape.at(owner, "scaling", "steps"), "add `scaling: {cpu: 70 %}`, or remove the steps"
            )
            continue
        seen: set[Decimal] = set()
        for index, step in enumerate(steps):
            found = _problem(step.above, target, seen)
            if found:
                yield Finding(found[0], landscape.at(owner, "scaling", "steps", index, "above"), found[1])
            seen.add(step.above)


def _problem(above: Decimal, target: Decimal, seen: set[Decimal]) -> tuple[str, str] | None:
    """Return what is wrong with one step and how to mend it."""
    if above in seen:
        return f"two steps start {above} % above the target", "keep one of the two"
    if target + above > 100:
        message = f"a CPU of {target + above} % cannot be: {above} % above the target of {target} %"
        return message, f"write `above: {100 - target} %` or less"
    return None


RULE = Rule(
    "F110",
    "the steps of scaling cannot all happen",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "Application Auto Scaling User Guide: Step scaling policies",
)
