"""F110: steps above nothing, above 100 %, or twice at one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.catalog.rules.rule import Finding, Rule, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.catalog.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for owner, container in landscape.containers():
        steps = container.scaling.steps
        target = container.scaling.cpu
        if steps and target is None:
            message = "steps start above the CPU target, and there is none"
            yield Finding(
                message, landscape.at(owner, "scaling", "steps"), "add `scaling: {cpu: 70 %}`, or remove the steps"
            )
            continue
        seen: set[object] = set()
        for index, step in enumerate(steps):
            place = landscape.at(owner, "scaling", "steps", index, "above")
            if step.above in seen:
                yield Finding(f"two steps start {step.above} % above the target", place, "keep one of the two")
            elif target is not None and target + step.above > 100:
                message = f"a CPU of {target + step.above} % cannot be: {step.above} % above the target of {target} %"
                yield Finding(message, place, f"write `above: {100 - target} %` or less")
            seen.add(step.above)


RULE = Rule(
    "F110",
    "the steps of scaling cannot all happen",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "Application Auto Scaling User Guide: Step scaling policies",
)
