"""Which objects a stack's own plan replaces by creating first."""

from collections.abc import Iterable, Mapping

from infragen.hcl.addresses import without_keys
from infragen.hcl.folders import Folders
from infragen.stacks.model import Stack
from infragen.terraform.states import State


def created_first(
    objects: Iterable[str], tree: Mapping[str, str], stacks: Iterable[Stack], states: Mapping[str, State]
) -> frozenset[str]:
    """Their own stacks say so, or something there that depends on them, which terraform has noted in the state."""
    folders = Folders(tree)
    waiting = frozenset(objects)
    found: set[str] = set()
    for stack in stacks:
        mine = {address for address in waiting if address.startswith(f"module.{stack.identifier}.")}
        said = _said(folders, stack) if mine else frozenset()
        if not said:
            continue
        found.update(address for address in mine if ".".join(without_keys(address).rsplit(".", 2)[-2:]) in said)
        if stack.name in states:
            found.update(mine.intersection(states[stack.name].created_first(stack.identifier)))
    return frozenset(found)


def _said(folders: Folders, stack: Stack) -> frozenset[str]:
    texts = (stack.name, *(f"modules/{module}" for module in folders.modules(stack.name)))
    blocks = (block for folder in texts for block in folders.blocks(folder))
    resources = (block for block in blocks if block.kind == "resource")
    settings = (
        (one, each.arguments.get("create_before_destroy")) for one in resources for each in one.nested("lifecycle")
    )
    return frozenset(one.address for one, said in settings if said is not None and said.plain is True)
