"""Module calls of generated stacks: whose they are, and which fields their arguments come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from infragen.hcl.header import made_from
from infragen.hcl.index import Index
from infragen.render.origins import FieldOrigin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infragen.hcl.index import Block
    from infragen.plan import ShownSides
    from infragen.workflow.rendering.composition import Composed


_OBJECTS: Final = frozenset({"module", "local", "data"})


class PlacedCall(Struct, frozen=True):
    """A module call in a file of a stack, and the entry that the file was made for."""

    composed: Composed
    stack: str
    path: str
    label: str
    owner: str | None
    call: Block

    @property
    def module(self) -> str:
        """The module that is called."""
        return self.call.module

    def origin(self, asked: Sequence[tuple[str, str | None]]) -> FieldOrigin | None:
        """Return the field that arguments come from, each asked for a key or for all of it."""
        origins = self.composed.origins
        return origins.of(self.stack, self.path, self.label, asked) if asked and origins else None

    def origin_of_change(self, asked: Sequence[tuple[str, str | None]], sides: ShownSides) -> FieldOrigin | None:
        """Return the field that a change of arguments is known to come from; `sides` are what is shown of it."""
        origins = self.composed.origins
        return origins.of_change(self.stack, self.path, self.label, asked, sides) if asked and origins else None

    def origin_of_left_out(self, asked: Sequence[tuple[str, str | None]]) -> FieldOrigin | None:
        """Return the field that says, under the name of the only argument asked for, that it is not given."""
        names = [name for name, _ in asked]
        if self.owner is None or len(names) != 1 or names[0] in self.call.arguments:
            return None
        setting = self.composed.environment.origins[self.owner].setting(names)
        is_unset = bool(setting) and setting[0].data.get(names[0]) is None
        return FieldOrigin(names[0], setting[0].locate(names), is_own=False) if is_unset else None

    def is_open(self, argument: str, *, is_unknown: bool) -> bool:
        """Whether an argument is made of what other modules return, which no field says.

        What is known only after apply is what they return, whatever field has a say in that it is asked for.
        """
        found = self.call.arguments.get(argument)
        if found is None or _OBJECTS.isdisjoint(one.root for one in found.references):
            return False
        origins = self.composed.origins
        return is_unknown or origins is None or not origins.has_field(self.stack, self.path, self.label, argument)


def by_hand(composed: Composed, path: str) -> tuple[str, int] | None:
    """Return the hand-written file that a file is the copy of, and where in the copy it begins; None for any other."""
    written = made_from(composed.files[path])
    is_extra = written and written[0].startswith(f"catalog/{composed.environment.system.name}/extra/")
    return written if is_extra else None


def calls_of(composed: Composed, stack: str) -> dict[str, PlacedCall]:
    """Return the module calls of a stack by address, `module.vpc`."""
    return {
        call.address: PlacedCall(composed, stack, file.path, call.labels[0], file.entry, call)
        for one in composed.stacks
        if one.name == stack
        for file in one.files
        if file.path.endswith(".tf") and not by_hand(composed, f"{stack}/{file.path}")
        for call in Index(composed.files[f"{stack}/{file.path}"]).calls
    }
