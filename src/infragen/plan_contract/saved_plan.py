"""A change set as JSON, and back: what was reviewed is shown again, word for word, when it is applied.

Everything is worked out before it is kept: differences, risks, causes and lines need neither the plan nor the catalogue
any more. A change set is redacted, so nothing here is secret.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct, structs

from infragen.diagnostics import Location
from infragen.plan import change_parts, model
from infragen.plan.change_parts import Fingerprint
from infragen.plan.model import Change, ChangeSet, KnownBody
from infragen.plan.risk import Action, Risk

_COMPARED = frozenset({Action.UPDATE, *(action for action in Action if action.is_replace)})
_ALONE = Fingerprint()


class _Change(Struct, frozen=True, omit_defaults=True):
    address: str
    module_address: str
    type: Annotated[str, Meta(pattern=r"\A[\w ./()-]*\Z")]  # code, which reports show as it is
    name: str
    index: str | None
    provider: str
    mode: str
    action: Action
    risks: Annotated[tuple[Risk, ...], Meta(min_length=1)]
    previous_address: str | None = None
    importing: str | None = None
    deposed: str | None = None
    reason: str | None = None
    stack: str | None = None
    entry: change_parts.Entry | None = None
    needs: tuple[str, ...] = ()
    attributes: tuple[change_parts.AttributeChange, ...] = ()
    causes: tuple[change_parts.Cause, ...] = ()
    place: Location | None = None
    has_sources: bool = False
    fingerprint: Fingerprint = _ALONE
    cost: change_parts.CostChange | None = None
    protection: change_parts.Protection | None = None
    kept: change_parts.Kept | None = None
    upgrade: change_parts.Upgrade | None = None
    chosen_names: model.ChosenNames = model.ChosenNames()


class _Deferred(Struct, frozen=True):
    reason: str
    change: _Change


class _ChangeSet(Struct, frozen=True):
    changes: tuple[_Change, ...]
    outputs: tuple[model.OutputChange, ...]
    drift: tuple[_Change, ...]
    summary: model.Summary
    unchanged: int
    hidden_drift: int
    terraform_version: str | None
    notices: tuple[str, ...]
    checks: tuple[model.Check, ...]
    passed_checks: int
    deferred: tuple[_Deferred, ...]
    invocations: tuple[model.Invocation, ...]
    unread: tuple[model.UnreadSection, ...] = ()
    edits: model.Edits | None = None
    hidden: tuple[str, ...] = ()


class _Body(KnownBody, frozen=True):
    known_fingerprint: Fingerprint = _ALONE

    def fingerprint(self, _change: Change, _names: Sequence[str]) -> Fingerprint:
        return self.known_fingerprint


class _Place:
    __slots__ = ("_place",)

    def __init__(self, place: Location | None) -> None:
        self._place = place

    def place(self, _change: Change) -> Location | None:
        return self._place

    def is_by_hand(self, _change: Change) -> bool:
        return False

    def origin(
        self, _change: Change, _attribute: str, _arguments: Sequence[str], _sides: model.ShownSides = model.NO_SIDES
    ) -> change_parts.Origin | None:
        return None


def dump_change_set(change_set: ChangeSet, names_of: Callable[[Change], Sequence[str]]) -> bytes:
    """Return a change set as JSON; `names_of` says in which names alike changes may differ."""
    keeping = _Keeping(names_of)
    members: dict[str, Any] = structs.asdict(change_set)
    members |= {name: tuple(map(keeping.change, members[name])) for name in ("changes", "drift")}
    members["deferred"] = tuple(_Deferred(one.reason, keeping.change(one.change)) for one in change_set.deferred)
    return msgspec.json.encode(_ChangeSet(**members))


def load_change_set(content: bytes) -> ChangeSet:
    """Return a change set that was kept; ValueError when it is none."""
    found = msgspec.json.decode(content, type=_ChangeSet)
    members = structs.asdict(found)
    members |= {name: tuple(map(_change_of, members[name])) for name in ("changes", "drift")}
    members["deferred"] = tuple(model.Deferred(one.reason, _change_of(one.change)) for one in found.deferred)
    return ChangeSet(**members)


_KNOWN: Final = "known_"
_FACTS: Final = tuple(name.removeprefix(_KNOWN) for name in KnownBody.__struct_fields__)
"""What is worked out of a change before it is kept."""
_NOT_KEPT: Final = frozenset({"body", "sources", "is_difference"})
"""What of a change is kept in another way, or is no part of what is applied."""


class _Keeping:
    """Turns changes into what can be kept; likenesses become small numbers that say nothing but what is equal."""

    def __init__(self, names_of: Callable[[Change], Sequence[str]]) -> None:
        self._names_of = names_of
        self._numbers: dict[int, int] = {0: 0}

    def change(self, change: Change) -> _Change:
        own = {name: value for name, value in structs.asdict(change).items() if name not in _NOT_KEPT}
        is_compared = change.action in _COMPARED
        fingerprint = change.body.fingerprint(change, self._names_of(change)) if is_compared else _ALONE
        return _Change(
            **own,
            **{name: getattr(change, name) for name in _FACTS},
            place=change.location,
            has_sources=change.sources is not None,
            fingerprint=Fingerprint(*(self._numbers.setdefault(one, len(self._numbers)) for one in fingerprint)),
        )


def _change_of(change: _Change) -> Change:
    own = structs.asdict(change)
    known = {f"{_KNOWN}{name}": own[name] for name in _FACTS}
    return Change(
        **{name: own[name] for name in Change.__struct_fields__ if name in own},
        body=_Body(**known, known_fingerprint=change.fingerprint),
        sources=_Place(change.place) if change.has_sources else None,
    )
