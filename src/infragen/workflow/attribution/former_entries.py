"""Which entry an object was of whose entry is no longer in the catalogue: labels of module calls still say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from infragen.core.build_context import identifier
from infragen.kinds import kinds
from infragen.plan import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MODULE = "module."


class FormerEntries(Struct, frozen=True):
    """The entries that are there, and the beginnings of labels by which each kind calls its modules.

    `beginnings` are sorted longest first: `security_group_database_` before `proxy_`. One that holds the kind's own
    word says it; of any other, a name counts only where the entry is there, or where it is in `certain`.
    """

    known: Mapping[str, Entry]
    beginnings: tuple[tuple[str, str], ...]
    certain: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, known: Mapping[str, Entry], owners: Mapping[tuple[str, str], str], addresses: Iterable[str] = ()
    ) -> FormerEntries:
        """Learn from the labels that are there, and from the addresses of what there is to do."""
        kinds_of: dict[str, set[str]] = {}
        for folder, word in _words().items():
            kinds_of.setdefault(f"{word}_", set()).add(folder)
        for (_, block), owner in owners.items():
            kind, _, name = owner.partition("/")
            label = block.removeprefix(_MODULE)
            if label != block and name and label.endswith(f"_{identifier(name)}"):
                kinds_of.setdefault(label.removesuffix(identifier(name)), set()).add(kind)
        sure = [(beginning, next(iter(found))) for beginning, found in kinds_of.items() if len(found) == 1]
        found = cls(known, tuple(sorted(sure, key=lambda one: (-len(one[0]), one))))
        labels = {label for address in addresses for label in address.split(".")[1:4:2]}
        names = (found._owner(label) for label in labels)
        return cls(known, found.beginnings, frozenset(owner for owner, is_said in filter(None, names) if is_said))

    def of_block(self, block: str) -> Entry | None:
        """Return the entry that a block of a stack was of, when its label tells; it may still be there."""
        label = block.removeprefix(_MODULE)
        found = self._owner(label) if label != block else None
        if found is None or not (found[1] or found[0] in self.known or found[0] in self.certain):
            return None
        return self.known.get(found[0]) or Entry(found[0])

    def _owner(self, label: str) -> tuple[str, bool] | None:
        """Return the entry that a label names, and whether the label holds the word for its kind."""
        for beginning, kind in self.beginnings:
            name = label.removeprefix(beginning).replace("_", "-")
            if label.startswith(beginning) and name:
                word = _words()[kind]
                return f"{kind}/{name}", beginning == f"{word}_" or beginning.endswith(f"_{word}_")
        return None


def _words() -> dict[str, str]:
    """Return what each kind is called in a label, by its folder."""
    return {folder: identifier(kind.model.SINGULAR) for folder, kind in kinds().items()}
