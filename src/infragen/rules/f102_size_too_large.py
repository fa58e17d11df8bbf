"""F102: a size beyond Fargate's largest task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.services import Container
from infragen.kinds.services.fargate import round_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for owner, container in landscape.each(Container):
        for name, size in container.sizes.items():
            try:
                round_up(size.cpu, size.memory)
            except ValueError as error:
                hint = "ask for at most `cpu: 16 vCPU, memory: 120 GB`, and for more tasks"
                yield Finding(str(error), landscape.at(owner, "sizes", name, "cpu"), hint)


RULE = Rule(
    "F102",
    "a size is beyond Fargate's largest task, 16 vCPU with 120 GB",
    Severity.ERROR,
    Scope.LANDSCAPE,
    _check,
    "Amazon ECS API: RegisterTaskDefinition, `cpu` and `memory`",
)
