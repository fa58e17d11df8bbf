"""What a kind of entry is: everything that infragen knows of it, in one object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infragen.core.entry import Entry

__all__ = ["Kind"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of entry; `title` is what people call one of them, `singular` what files and schemas do."""

    model: type[Entry]
    singular: str
    title: str

    @property
    def name(self) -> str:
        """The folder below `catalog/<system>/`, as in `services/planning`."""
        return self.model.KIND
