"""R105: a service that calls itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.services import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for name, service in landscape.all(Service).items():
        if name in service.calls:
            owner = f"services/{name}"
            hint = f"unset it in {landscape.source(owner)}: `calls: {{{name}: null}}`"
            yield Finding(f"{owner} calls itself", landscape.at(owner, "calls", name, key=True), hint)


RULE = Rule(
    "R105",
    "a service calls itself",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "TN-06: a rule between two security groups needs two",
)
