"""Values of a part as they stand in its file: exports as the expressions that they are there."""

from dataclasses import dataclass, field
from typing import Any

from infragen.core.expressions import Export, Joined, Label, Published, Record, Reference
from infragen.core.part import Part
from infragen.hcl.literal import quoted
from infragen.stacks.wiring import Wiring


@dataclass(slots=True)
class Writing:
    """One part that is being written; `labels` are those of its blocks that had another name before."""

    wiring: Wiring
    part: Part
    labels: dict[str, str] = field(default_factory=dict)

    def resolved(self, value: Any) -> Any:
        kind = type(value)
        if kind is str or kind is int or kind is bool:
            return value
        if kind is Label:
            if value.former != value:
                self.labels[value] = value.former
            return str(value)
        if kind is Export:
            return Reference(self._expression(value))
        if kind is Published:
            return Reference(self.wiring.published(value, self.part))
        if kind is Joined:
            return Reference("".join(('"', *map(self._piece, value.pieces), '"')))
        if kind is dict:
            return {key: self.resolved(inner) for key, inner in value.items()}
        if kind is Record:
            return Record({key: self.resolved(inner) for key, inner in value.items()})
        return [self.resolved(inner) for inner in value] if kind in (list, tuple) else value

    def _expression(self, export: Export) -> str:
        found = self.wiring.reference(export, self.part)
        return found if export.key is None else f"{found}[{quoted(export.key)}]"

    def _piece(self, piece: str | Reference | Export) -> str:
        if isinstance(piece, str):
            return quoted(piece)[1:-1]
        return f"${{{piece.expression if isinstance(piece, Reference) else self._expression(piece)}}}"
