"""Which stacks a change affects, and why: two versions of an environment, as inputs and as rendered, compared.

`blocks` reads what Terraform reads of a file; `trees` compares two rendered trees stack by stack, and follows a change
to the outputs that it can reach; `reasons` finds out which value of the catalogue is behind a difference, by trying.
Pure: the caller brings both versions.
"""

from infragen.affected.reasons import AffectedStack, Kind, Reason, Reasons, Rendered, Sides, Status
from infragen.affected.trees import Difference, Tree, compare, levels

__all__ = [
    "AffectedStack", "Difference", "Kind", "Reason", "Reasons", "Rendered", "Sides", "Status", "Tree",
    "affected_stacks", "compare", "levels",
]  # fmt: skip


def affected_stacks(sides: Sides) -> tuple[AffectedStack, ...]:
    """Return the stacks that differ between two versions of an environment, or read what may, upstreams first."""
    upstreams = {stack.name: stack.upstreams for stack in sides.new.stacks}
    level = levels(upstreams)
    reasons = Reasons(sides)
    return tuple(
        AffectedStack(one.stack, _status(one), level.get(one.stack, 0), upstreams.get(one.stack, ()), reasons.of(one))
        for one in compare(Tree(sides.committed), Tree(sides.head), upstreams)
    )


def _status(difference: Difference) -> Status:
    if not difference.in_head:
        return Status.REMOVED
    if not difference.in_base:
        return Status.NEW
    return Status.CHANGED if difference.paths else Status.DOWNSTREAM
