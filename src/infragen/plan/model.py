"""The change set: what a plan will do, in a form without secrets."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infragen.diagnostics import Location

__all__ = ["Action", "AttributeChange", "Change", "ChangeSet", "Entry", "OutputChange", "Summary"]


class Action(StrEnum):
    """What happens to one object; the order is from worst to harmless."""

    DELETE = "delete"
    REPLACE_DELETE_FIRST = "replace (delete first)"
    REPLACE_CREATE_FIRST = "replace (create first)"
    REPLACE_FORGET = "replace (forget the old one)"
    FORGET = "forget"
    UPDATE = "update"
    CREATE = "create"
    IMPORT = "import"
    MOVE = "move"
    READ = "read"
    NO_OP = "no-op"

    @property
    def is_replace(self) -> bool:
        """Whether a new object takes the place of an old one."""
        return self in _REPLACE

    @property
    def destroys(self) -> bool:
        """Whether a real object is destroyed."""
        return self in _DESTROY

    @property
    def creates(self) -> bool:
        """Whether a real object is created."""
        return self is Action.CREATE or self.is_replace

    @property
    def rank(self) -> int:
        """Place in the order of danger; 0 is the worst."""
        return _RANK[self]

    @property
    def word(self) -> str:
        """One word for people: `replace` for each of the ways to replace."""
        return "replace" if self.is_replace else self.value


_REPLACE = frozenset({Action.REPLACE_DELETE_FIRST, Action.REPLACE_CREATE_FIRST, Action.REPLACE_FORGET})
_DESTROY = frozenset({Action.DELETE, Action.REPLACE_DELETE_FIRST, Action.REPLACE_CREATE_FIRST})
_RANK = {action: rank for rank, action in enumerate(Action)}


@dataclass(frozen=True, slots=True)
class Entry:
    """The catalogue entry that a change belongs to, and where it is written down."""

    id: str
    title: str = ""
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """One difference inside an object.

    `path` reads like HCL (`rule[0].tags["a b"]`). `before` and `after` are HCL-like texts on one line (strings quoted
    and escaped), already redacted; None where there is nothing. `note` says what the two texts cannot.
    """

    path: str
    before: str | None
    after: str | None
    sensitive: bool = False
    unknown: bool = False
    forces_replacement: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one object, or happened to it outside of terraform."""

    address: str
    module_address: str
    type: str
    name: str
    index: str | None
    provider: str
    mode: str
    action: Action
    attributes: tuple[AttributeChange, ...] = ()
    previous_address: str | None = None
    importing: str | None = None
    deposed: str | None = None
    reason: str | None = None
    stack: str | None = None
    entry: Entry | None = None

    @property
    def is_quiet(self) -> bool:
        """Whether nothing at all happens to the object, not even a move or an import."""
        return self.action is Action.NO_OP

    @property
    def location(self) -> Location | None:
        """The catalogue line that the change belongs to."""
        return self.entry.location if self.entry else None


@dataclass(frozen=True, slots=True)
class OutputChange:
    """What happens to one output value; texts as in AttributeChange."""

    name: str
    action: Action
    before: str | None
    after: str | None
    sensitive: bool = False
    unknown: bool = False
    stack: str | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts as terraform itself makes them.

    A replacement is in `add`, `destroy` and `replace`; a moved or imported object may also be in others. `drift` is
    every object that changed outside of terraform, `drift_shown` those that matter to this plan.
    """

    add: int = 0
    change: int = 0
    destroy: int = 0
    imported: int = 0
    forget: int = 0
    move: int = 0
    replace: int = 0
    read: int = 0
    outputs_changed: int = 0
    drift: int = 0
    drift_shown: int = 0
    errored: bool = False

    def as_dict(self) -> dict[str, int | bool]:
        """Return the counts by their published keys (`import` is a keyword in Python, not in JSON)."""
        return {"import" if f.name == "imported" else f.name: getattr(self, f.name) for f in fields(self)}


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """One plan or many, redacted and classified.

    `changes` and `drift` are sorted by stack and address and hold no object to which nothing happens; `unchanged`
    counts those. `hidden_drift` counts what changed outside of terraform without effect on this plan.
    """

    changes: tuple[Change, ...] = ()
    outputs: tuple[OutputChange, ...] = ()
    drift: tuple[Change, ...] = ()
    summary: Summary = field(default_factory=Summary)
    unchanged: int = 0
    hidden_drift: int = 0
    terraform_version: str | None = None
    notices: tuple[str, ...] = ()

    @property
    def errored(self) -> bool:
        """Whether planning failed, so that the plan holds only a part."""
        return self.summary.errored

    @property
    def is_empty(self) -> bool:
        """Whether applying would do nothing: no object and no output changes."""
        return not self.changes and not self.outputs
