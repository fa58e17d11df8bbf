"""F101: a size that Fargate does not have, and the one that is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity
from infragen.kinds.services import Container
from infragen.kinds.services.fargate import gigabytes, round_up, vcpu

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.landscape import Landscape

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for owner, container in landscape.each(Container):
        for name, size in container.sizes.items():
            try:
                cpu, memory = round_up(size.cpu, size.memory)
            except ValueError:
                continue  # F102 says so
            if (cpu, memory) != (size.cpu, size.memory):
                asked = f"{vcpu(size.cpu)} with {gigabytes(size.memory)}"
                built = f"{vcpu(cpu)} with {gigabytes(memory)}"
                message = (
                    f"{asked} is not a Fargate size: {built} is built{_price(cpu - size.cpu, memory - size.memory)}"
                )
                place = landscape.at(owner, "sizes", name, "memory" if cpu == size.cpu else "cpu")
                hint = f"nothing to do; to request what is built: `cpu: {vcpu(cpu)}, memory: {gigabytes(memory)}`"
                yield Finding(message, place, hint)


def _price(cpu: int, memory: int) -> str:
    more = [f"{vcpu(cpu)}"] if cpu else []
    more += [f"{gigabytes(memory)}"] if memory else []
    return f", which costs {' and '.join(more)} more per task than the document assumes"


RULE = Rule(
    "F101",
    "a size is rounded up to the next one that Fargate has",
    Severity.NOTICE,
    Scope.LANDSCAPE,
    _check,
    "Amazon ECS API: RegisterTaskDefinition, `cpu` and `memory`; TN-04",
)
