"""The change set: what a plan will do, in a form without secrets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final, NamedTuple, Protocol

from msgspec import Struct, field
from msgspec.structs import astuple, replace

from infragen.diagnostics import Location
from infragen.plan.change_parts import (
    AttributeChange,
    Cause,
    CostChange,
    Entry,
    Fingerprint,
    Kept,
    Origin,
    Protection,
    Upgrade,
)  # fmt: skip
from infragen.plan.risk import LOOKS, REVISIONS, Action, Level, Risk, RiskKind
from infragen.text import counted

WITHOUT_STATE: Final = "planned without a state: cannot tell replacement, destruction or loss"
"""What every report of a plan from nothing says at its head."""
INCOMPLETE: Final = "incomplete plan: this is only a part of the changes"
_SILENT = frozenset({RiskKind.HARMLESS, RiskKind.COST})
_BY_HAND = RiskKind.UNKNOWN.risk(Level.LOW, "not judged: hand-written creation")
_FLUSHED = Risk(Level.HIGH, RiskKind.DATA_LOSS, "all keys of the database are deleted")
# Sources: the pages of the AWS provider and of azurerm, "Action: ...", of version 6 and 4.
_INVOKED = {
    "aws_ec2_stop_instance": Risk(Level.MEDIUM, RiskKind.DOWNTIME, "the machine is stopped"),
    "aws_odb_stop_db_node": Risk(Level.MEDIUM, RiskKind.DOWNTIME, "the database's node is stopped"),
    "aws_rds_cluster_instance_reboot": Risk(Level.MEDIUM, RiskKind.DOWNTIME, "the instance restarts"),
    "aws_s3_empty_bucket": Risk(Level.HIGH, RiskKind.DATA_LOSS, "the bucket's objects are deleted, with all versions"),
    "aws_vpc_delete_default_vpc": Risk(Level.MEDIUM, RiskKind.DOWNTIME, "the region's default VPC is deleted"),
    "azurerm_managed_redis_databases_flush": _FLUSHED,
    "azurerm_managed_redis_flush_databases": _FLUSHED,
}
_NOT_JUDGED = Risk(Level.MEDIUM, RiskKind.UNKNOWN, "what the action does is not judged")
_RARE: Final = frozenset({"open", "unknown", "invoke", "deferred", "unread"})
_IN_CONFIGURATION: Final = frozenset({"add", "read", "outputs_changed", "errored"})
"""What a plan without a state can count."""


class Body(Protocol):
    """What a change holds inside: worked out when asked, since most changes of a large plan are only counted."""

    def attributes(self, change: Change) -> tuple[AttributeChange, ...]:
        """Return the differences, through the lens of the type where there is one."""

    def risks(self, change: Change) -> tuple[Risk, ...]:
        """Of new objects, judges know those that infragen writes: what a person wrote has its own risk."""

    def protection(self, change: Change) -> Protection | None:
        """Return why AWS refuses to destroy it; None where it is not destroyed, or nothing is known to protect it."""

    def kept(self, change: Change) -> Kept | None:
        """Return what AWS keeps of it when it is destroyed; None where nothing is known to be."""

    def upgrade(self, change: Change) -> Upgrade | None:
        """Return the version that it gets; None where it is no database of RDS or Aurora, or gets none."""

    def chosen_names(self, change: Change) -> ChosenNames:
        """Return its names before and after, where AWS has one of them and the plan knows it."""

    def causes(self, change: Change) -> tuple[Cause, ...]:
        """Return why it is replaced; empty for what is not."""

    def cost(self, change: Change) -> CostChange | None:
        """Return what the object costs before and after; None where that is the same, or not known."""

    def digest(self) -> bytes:
        """Return what distinguishes its values from another's, hidden ones too; only for plans read together."""

    def fingerprint(self, change: Change, names: Sequence[str]) -> Fingerprint:
        """Return what it has in common with changes that are alike; `names` may differ between those."""


class ShownSides(NamedTuple):
    """An old and a new value as texts; None where there is nothing."""

    before: str | None
    after: str | None


NO_SIDES = ShownSides(None, None)


class Sources(Protocol):
    """Where the objects and values of a plan were written down."""

    def place(self, change: Change) -> Location | None:
        """Return the line that an object comes from."""

    def is_by_hand(self, change: Change) -> bool:
        """Whether a person wrote the block of an object in a catalogue, which may be of anything."""

    def origin(
        self, change: Change, attribute: str, arguments: Sequence[str], sides: ShownSides = NO_SIDES
    ) -> Origin | None:
        """Return the line that an attribute comes from; it may be a path into one (`health_check[0].interval`).

        `arguments` are the names under which its value was handed to the outermost module call, when it was; `sides`
        is how its old and its new value are shown.
        """


class ChosenNames(NamedTuple):
    """The name of an object before and after a change; None where it is not there, or its name is not known."""

    before: str | None = None
    after: str | None = None

    @property
    def goes(self) -> str | None:
        return self.before if self.before != self.after else None

    @property
    def comes(self) -> str | None:
        return self.after if self.before != self.after else None


def _known(name: str) -> Callable[[KnownBody, Change], Any]:
    return lambda body, _change: getattr(body, f"known_{name}")


class KnownBody(Struct, frozen=True):
    """A body that was worked out before; what tests and kept plans have."""

    known_attributes: tuple[AttributeChange, ...] = ()
    known_risks: tuple[Risk, ...] = (Risk(Level.LOW, RiskKind.HARMLESS, "nothing will be lost"),)
    known_causes: tuple[Cause, ...] = ()
    known_cost: CostChange | None = None
    known_protection: Protection | None = None
    known_kept: Kept | None = None
    known_upgrade: Upgrade | None = None
    known_chosen_names: ChosenNames = ChosenNames()

    attributes = _known("attributes")
    risks = _known("risks")
    causes = _known("causes")
    cost = _known("cost")
    protection = _known("protection")
    kept = _known("kept")
    upgrade = _known("upgrade")
    chosen_names = _known("chosen_names")

    def digest(self) -> bytes:
        return repr(self.known_attributes).encode()

    def fingerprint(self, _change: Change, _names: Sequence[str]) -> Fingerprint:
        fields = hash(tuple(attribute.path for attribute in self.known_attributes))
        values = hash(tuple((one.path, one.before, one.after, one.note, one.lines) for one in self.known_attributes))
        return Fingerprint(fields, values, values)


class Change(Struct, frozen=True, eq=False):
    """What happens to one object, or happened to it outside of terraform.

    `index` is what `for_each` or `count` calls it, as a literal; `needs` are the blocks that what is destroyed depended
    on, as the state says; `is_difference` says that only configurations were compared. `attributes` and `causes` are
    worked out each time they are asked for: ask once; `risks` are kept.
    """

    address: str
    module_address: str
    type: str
    name: str
    index: str | None
    provider: str
    mode: str
    action: Action
    previous_address: str | None = None
    importing: str | None = None
    deposed: str | None = None
    reason: str | None = None
    stack: str | None = None
    entry: Entry | None = None
    needs: tuple[str, ...] = ()
    is_difference: bool = False
    body: Body = field(default_factory=KnownBody)
    sources: Sources | None = None

    def __eq__(self, other: object) -> bool:
        """Compare what happens, and not what works its details out (the last two)."""
        return isinstance(other, Change) and astuple(self)[:-2] == astuple(other)[:-2]

    def __hash__(self) -> int:
        return hash(astuple(self)[:-2])

    @property
    def attributes(self) -> tuple[AttributeChange, ...]:
        return self.body.attributes(self)

    @property
    def risks(self) -> tuple[Risk, ...]:
        """Of new objects, judges know those that infragen writes: what a person wrote has its own risk."""
        found = self.body.risks(self)
        is_silent = self.action is Action.CREATE and all(one.kind in _SILENT for one in found)
        return (_BY_HAND, *found) if is_silent and self.sources and self.sources.is_by_hand(self) else found

    @property
    def protection(self) -> Protection | None:
        return self.body.protection(self)

    @property
    def kept(self) -> Kept | None:
        return self.body.kept(self)

    @property
    def upgrade(self) -> Upgrade | None:
        return self.body.upgrade(self)

    @property
    def chosen_names(self) -> ChosenNames:
        return self.body.chosen_names(self)

    @property
    def causes(self) -> tuple[Cause, ...]:
        return self.body.causes(self)

    @property
    def cost(self) -> CostChange | None:
        return self.body.cost(self)

    @property
    def place(self) -> tuple[str, str, str]:
        """What orders changes: the stack, the address, and the deposed object."""
        return self.stack or "", self.address, self.deposed or ""

    @property
    def is_no_op(self) -> bool:
        return self.action is Action.NO_OP

    @property
    def is_revision(self) -> bool:
        """Whether it only makes the next revision of what is never changed: it is no replacement to anybody."""
        return self.action.is_replace and self.type in REVISIONS

    @property
    def location(self) -> Location | None:
        place = self.sources.place(self) if self.sources else None
        return place or (self.entry.location if self.entry else None)


class OutputChange(Struct, frozen=True):
    """What happens to one output value; texts as in AttributeChange."""

    name: str
    action: Action
    before: str | None
    after: str | None
    sensitive: bool = False
    unknown: bool = False
    stack: str | None = None
    note: str | None = None


class Check(Struct, frozen=True):
    """A check, precondition, postcondition or validation: `status` is pass, fail, error or unknown."""

    address: str
    kind: str
    status: str
    problems: tuple[str, ...] = ()
    stack: str | None = None


class Deferred(Struct, frozen=True):
    """A change that waits for another apply, and why; it is not part of the counts."""

    reason: str
    change: Change


class Invocation(Struct, frozen=True):
    """An action of a provider that apply invokes: what triggers it; `deferred` says why it waits, if it does."""

    address: str
    type: str
    trigger: str
    deferred: str | None = None
    stack: str | None = None

    @property
    def risk(self) -> Risk:
        return _INVOKED.get(self.type, _NOT_JUDGED)


class UnreadSection(Struct, frozen=True):
    """A section of a plan that a newer terraform wrote, and how many items it has: what they do is not known."""

    name: str
    items: int
    stack: str | None = None

    @property
    def risk(self) -> Risk:
        return Risk(Level.MEDIUM, RiskKind.UNKNOWN, "infragen does not know this section of the plan")


class Effect(NamedTuple):
    """What apply does besides changing objects: what it is about, in words, and what can come of it."""

    name: str
    words: str
    risk: Risk
    stack: str | None


class Edit(Struct, frozen=True):
    """Something that people changed: `text` says where and what; a field of the catalogue with its values."""

    text: str
    location: Location | None = None
    entry: str | None = None
    field: str | None = None
    before: str | None = None
    after: str | None = None


class Edits(Struct, frozen=True):
    """What people changed since a revision, which may be behind a plan: all since the merge base, `commit`.

    `warnings` are those about the catalogue that the revision does not have.
    """

    base: str
    commit: str
    all: tuple[Edit, ...]
    warnings: tuple[str, ...] = ()


class Summary(Struct, frozen=True):
    """Counts as terraform itself makes them.

    A replacement is in `add`, `destroy` and `replace`; a moved or imported object may be in others, too. `revise` are
    those replacements that only make the next revision, which terraform does not tell apart. `open` are ephemeral
    resources that are opened, renewed or closed, `unknown` objects whose action infragen does not know, `invoke`
    actions of providers, `unread` items of sections that infragen does not know. `drift` is every object that changed
    outside of terraform, `drift_shown` those that matter to this plan. An `incomplete` plan does not list all changes:
    it was targeted, defers some, or contradicts itself. A plan `without_state` knows only what is in the
    configuration, or what differs from another one's (`is_difference`), unless that could not be planned
    (`without_base`); of `untold` values nobody can tell whether they do.
    """

    add: int = 0
    change: int = 0
    destroy: int = 0
    imported: int = 0
    forget: int = 0
    move: int = 0
    replace: int = 0
    revise: int = 0
    read: int = 0
    open: int = 0
    unknown: int = 0
    invoke: int = 0
    deferred: int = 0
    unread: int = 0
    outputs_changed: int = 0
    drift: int = 0
    drift_shown: int = 0
    errored: bool = False
    incomplete: bool = False
    without_state: bool = False
    is_difference: bool = False
    without_base: bool = False
    untold: int = 0

    @property
    def partial(self) -> str:
        failed = "planning failed: this is only a part of the changes"
        return failed if self.errored else INCOMPLETE if self.incomplete else ""

    @classmethod
    def of(cls, changes: Collection[Change]) -> Summary:
        actions = [change.action for change in changes]
        return cls(
            add=sum(action.creates for action in actions),
            change=actions.count(Action.UPDATE),
            destroy=sum(action.destroys for action in actions),
            imported=sum(change.importing is not None for change in changes),
            forget=actions.count(Action.FORGET) + actions.count(Action.REPLACE_FORGET),
            move=sum(change.previous_address is not None for change in changes),
            replace=sum(action.is_replace for action in actions),
            revise=sum(change.is_revision for change in changes),
            read=actions.count(Action.READ),
            open=sum(action in LOOKS for action in actions) - actions.count(Action.READ),
            unknown=actions.count(Action.UNKNOWN),
        )

    def with_others(
        self, invocations: Collection[Invocation], deferred: Collection[Deferred], unread: Collection[UnreadSection]
    ) -> Summary:
        invoke = sum(one.deferred is None for one in invocations)
        waiting = len(deferred) + len(invocations) - invoke
        return replace(self, invoke=invoke, deferred=waiting, unread=sum(one.items for one in unread))

    def as_dict(self) -> dict[str, int | bool | None]:
        """By published keys; None where a plan without a state cannot tell. Rare counts are only there if counted."""
        own = {"revise", "incomplete", "without_state", "is_difference", "without_base", "untold"}
        fields = [name for name in self.__struct_fields__ if name not in own]
        names = [name for name in fields if name not in _RARE or getattr(self, name)]
        known = {*_IN_CONFIGURATION, *_RARE} if self.without_state else names
        return {
            "import" if name == "imported" else name: getattr(self, name) if name in known else None for name in names
        }


class ChangeSet(Struct, frozen=True):
    """One plan or many, redacted and classified.

    `changes` and `drift` are sorted by stack and address and hold no object to which nothing happens; `unchanged`
    counts those. `hidden_drift` counts what changed outside of terraform without effect on this plan, `hidden` has its
    addresses as long as the plan is only read. `checks` are those that did not pass; `passed_checks` counts the others.
    `edits` are there where somebody asked for them.
    """

    changes: tuple[Change, ...] = ()
    outputs: tuple[OutputChange, ...] = ()
    drift: tuple[Change, ...] = ()
    summary: Summary = field(default_factory=Summary)
    unchanged: int = 0
    hidden_drift: int = 0
    terraform_version: str | None = None
    notices: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    passed_checks: int = 0
    deferred: tuple[Deferred, ...] = ()
    invocations: tuple[Invocation, ...] = ()
    unread: tuple[UnreadSection, ...] = ()
    edits: Edits | None = None
    hidden: tuple[str, ...] = ()

    @property
    def errored(self) -> bool:
        return self.summary.errored

    @property
    def partial(self) -> str:
        """Why the plan does not list all changes, as every report says at its head; empty where it does."""
        return self.summary.partial

    @property
    def without_state(self) -> bool:
        """Whether it was planned from nothing, so that nobody can tell what is replaced, destroyed or lost."""
        return self.summary.without_state

    @property
    def is_empty(self) -> bool:
        return not self.changes and self.only_looks

    @property
    def only_looks(self) -> bool:
        """Whether applying would leave everything as it is: at most it reads data and opens ephemeral resources."""
        others = self.partial or self.outputs or self.deferred or self.invocations or self.unread
        return not others and all(change.action in LOOKS for change in self.changes)

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What apply does besides changing objects, as far as it is not deferred."""
        invoked = (one for one in self.invocations if one.deferred is None)
        return (
            *(Effect(one.address, f"invoke {one.address}, {one.trigger}", one.risk, one.stack) for one in invoked),
            *(
                Effect(one.name, f"{one.name} ({counted(one.items, 'item')})", one.risk, one.stack)
                for one in self.unread
            ),
        )
