"""What an apply removes last: of a stack that others read, they may use it until they are done themselves.

A security group goes when the tasks that were in it are gone: AWS refuses it before (DependencyViolation). So a stack
that loses whole blocks (those of an entry that left the catalogue) is applied in two passes where others that read it
have work, too: first without those blocks, and when all others are done, the rest, those that read others first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.conformance.planned_changes import LEAVES
from infragen.hcl.addresses import without_keys
from infragen.hcl.folders import Folders

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from infragen.conformance import Contract
    from infragen.terraform.engine import Graph

_OBJECTS = frozenset({"module", "resource"})


def first_passes(contract: Contract, tree: Mapping[str, str], graph: Graph) -> dict[str, tuple[str, ...]]:
    """Return each stack of a graph that removes something last, with the addresses that its first pass is about.

    `tree` maps the paths of the environment's files to their texts. There are no addresses where nothing else is left.
    """
    files = Folders(tree)
    found = {}
    for name in graph:
        blocks = {block.address for block in files.blocks(name) if block.kind in _OBJECTS}
        changes = contract.of(name).changes
        if _readers(graph, name) and any(
            one.actions in LEAVES and _block(one.address) not in blocks for one in changes
        ):
            former = {_block(one.previous) for one in changes if one.previous is not None}
            found[name] = tuple(sorted(blocks | former))
    return found


def removals(graph: Graph, passes: Collection[str]) -> Graph:
    """Return the second passes of stacks: each waits for those that read it."""
    return {name: tuple(one for one in _readers(graph, name) if one in passes) for name in graph if name in passes}


def _readers(graph: Graph, name: str) -> tuple[str, ...]:
    """Return what waits for a stack, also through others."""
    found = [name]
    for one in found:
        found += [other for other, before in graph.items() if one in before and other not in found]
    return tuple(found[1:])


def _block(address: str) -> str:
    """Return the top-level block of an address within its stack: `module.web`, `aws_thing.a`."""
    return ".".join(without_keys(address).split(".")[:2])
