"""All stacks of an environment, each after the ones it reads from."""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Final

from infragen.stacks import data, edge, network, observability, security, services

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infragen.catalog import Environment
    from infragen.stacks.model import Stack

__all__ = ["KINDS", "build"]

KINDS: Final[tuple[Callable[[Environment], Iterator[Stack]], ...]] = (
    network.build,
    security.build,
    data.build,
    edge.build,
    services.build,
    observability.build,
)
"""What builds each kind of stack."""


def build(environment: Environment) -> tuple[Stack, ...]:
    """Return the environment's stacks in the order they are applied in; the same for every order of input."""
    stacks = {stack.name: stack for make in KINDS for stack in make(environment)}
    sorter = TopologicalSorter({name: sorted(stack.upstreams) for name, stack in sorted(stacks.items())})
    sorter.prepare()
    ordered: list[Stack] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered.extend(stacks[name] for name in ready)
        sorter.done(*ready)
    return tuple(ordered)
