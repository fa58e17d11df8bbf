"""Which comes first in a replacement of a combined plan: what the stack's own plan would do.

Terraform lets `create_before_destroy` pass from an object to everything that it depends on. In a combined root that
reaches into other stacks, whose own plans know nothing of it, and would destroy first.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Final

from msgspec import Raw, Struct
from msgspec.json import decode, encode

_CREATE_FIRST: Final = ["create", "delete"]
_DESTROY_FIRST: Final = Raw(b'["delete","create"]')


class _Change(Struct, frozen=True, gc=False):
    actions: list[str]


class _Item(Struct, frozen=True, gc=False):
    change: _Change
    address: str = ""
    previous_address: str = ""

    @property
    def in_state(self) -> str:
        return self.previous_address or self.address


class _Plan(Struct, frozen=True):
    resource_changes: list[_Item] | None = None


def replaced_create_first(plan: Path) -> frozenset[str]:
    found = decode(plan.read_bytes(), type=_Plan).resource_changes or ()
    return frozenset(one.in_state for one in found if one.change.actions == _CREATE_FIRST)


def put_destroy_first(plan: Path, objects: Collection[str]) -> None:
    """Let a plan's JSON say of some objects that they are destroyed first; not a byte else is changed."""
    if not objects:
        return
    members = decode(plan.read_bytes(), type=dict[str, Raw])
    items = decode(members["resource_changes"], type=list[dict[str, Raw]])
    changes: list[object] = []
    for fields, item in zip(items, decode(members["resource_changes"], type=list[_Item]), strict=True):
        if item.in_state in objects and item.change.actions == _CREATE_FIRST:
            change = decode(fields["change"], type=dict[str, Raw]) | {"actions": _DESTROY_FIRST}
            changes.append({**fields, "change": change})
        else:
            changes.append(fields)
    plan.write_bytes(encode({**members, "resource_changes": changes}))
