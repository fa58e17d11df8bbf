"""Which stacks a plan may leave out: applied from these very files, and changed by nothing since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.json import format as reformat

from infragen.hcl.folders import Folders, by_folder
from infragen.terraform.apply_records import stack_digest
from infragen.terraform.combined import body_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from infragen.stacks.model import Stack
    from infragen.terraform.apply_records import Applied
    from infragen.terraform.states import State


def unchanged_stacks(
    tree: Mapping[str, str],
    stacks: Sequence[Stack],
    states: Mapping[str, State],
    records: Mapping[str, Applied],
) -> frozenset[str]:
    """Return which stacks (given upstreams first) are what they were when they were applied.

    That needs the record of that apply for the very state there is, the same files, upstreams of which the same is
    true, and their outputs as the stack read them then.
    """
    folders = by_folder(tree)
    digests = stack_digests(tree, [stack for stack in stacks if stack.name in records])
    found: set[str] = set()
    for stack in stacks:
        state, record = states.get(stack.name), records.get(stack.name)
        if state is None or record is None or not found.issuperset(stack.upstreams):
            continue
        if (record.lineage, record.serial) != (state.identity.lineage, state.identity.serial):
            continue
        if record.digest == digests[stack.name] and _reads_as_applied(stack, folders.get(stack.name, {}), states):
            found.add(stack.name)
    return frozenset(found)


def stack_digests(tree: Mapping[str, str], stacks: Iterable[Stack]) -> dict[str, str]:
    """Return the `stack_digest` of each stack."""
    folders = Folders(tree)
    return {stack.name: stack_digest(folders, stack) for stack in stacks}


def unpublished_upstreams(stack: Stack, files: Mapping[str, str], states: Mapping[str, State]) -> tuple[str, ...]:
    """Return the upstreams of a stack whose states lack an output that its files (by path) read."""
    body = body_of(files)
    return tuple(
        name
        for name in stack.upstreams
        if (state := states.get(name)) is None or not state.outputs.keys() >= set(body.outputs_read(name) or ())
    )


def _reads_as_applied(stack: Stack, files: Mapping[str, str], states: Mapping[str, State]) -> bool:
    """Compare what a stack's own state says it read with what its upstreams publish now."""
    body = body_of(files)
    mine = states[stack.name]
    for upstream in stack.upstreams:
        then = mine.read_of(upstream.replace("-", "_"))
        now = {name: output.value for name, output in states[upstream].outputs.items()}
        read = body.outputs_read(upstream)
        if then is None or not all(_same(then, now, name) for name in (then.keys() | now if read is None else read)):
            return False
    return True


def _same(then: Mapping[str, bytes], now: Mapping[str, bytes], name: str) -> bool:
    before, after = then.get(name), now.get(name)
    if before is None or after is None:
        return False
    return reformat(before, indent=-1) == reformat(after, indent=-1)
