"""Which entry an object was of whose entry is no longer in the catalogue: labels of module calls still say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infragen.core.place import identifier
from infragen.kinds import kinds
from infragen.plan import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping

_MODULE = "module."


@dataclass(frozen=True, slots=True)
class FormerEntries:
    """The entries that are there, and the beginnings of labels by which each kind calls its modules.

    `beginnings` are sorted longest first: `security_group_database_` before `security_group_`.
    """

    known: Mapping[str, Entry]
    beginnings: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, known: Mapping[str, Entry], owners: Mapping[tuple[str, str], str]) -> FormerEntries:
        """Learn from the labels that are there; a kind of which nothing is left calls its own module by its name."""
        kinds_of: dict[str, set[str]] = {}
        for folder, one in kinds().items():
            kinds_of.setdefault(f"{identifier(one.model.SINGULAR)}_", set()).add(folder)
        for (_, block), owner in owners.items():
            kind, _, name = owner.partition("/")
            label = block.removeprefix(_MODULE)
            if label != block and name and label.endswith(f"_{identifier(name)}"):
                kinds_of.setdefault(label.removesuffix(identifier(name)), set()).add(kind)
        certain = [(beginning, next(iter(found))) for beginning, found in kinds_of.items() if len(found) == 1]
        return cls(known, tuple(sorted(certain, key=lambda one: (-len(one[0]), one))))

    def of_block(self, block: str) -> Entry | None:
        """Return the entry that a block of a stack was of, when its label tells; it may still be there."""
        label = block.removeprefix(_MODULE)
        found = next((one for one in self.beginnings if label != block and label.startswith(one[0])), None)
        name = label.removeprefix(found[0]).replace("_", "-") if found else ""
        if found is None or not name:
            return None
        owner = f"{found[1]}/{name}"
        return self.known.get(owner) or Entry(owner)
