"""One object before and after, redacted, attribute by attribute on demand."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from operator import eq
from typing import Any, Final, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from infragen.effort import Effort, spend
from infragen.plan.address import redact_address
from infragen.plan.references import Links
from infragen.plan.risk import Action
from infragen.redaction.marks import is_marked, unknown_at
from infragen.redaction.paths import Path, names_in
from infragen.redaction.plain_secrets import left_plain
from infragen.redaction.provider_schemas import TypeSchema
from infragen.redaction.raw_object import RawObject
from infragen.redaction.redactor import Redactor
from infragen.redaction.safe import safe
from infragen.redaction.sensitive_values import with_schema_marks
from infragen.redaction.values import UNKNOWN, Value

AT_APPLY: Final = "an expression"
"""What decides an argument that refers to no object and is not known yet."""


class RawObjects(NamedTuple):
    """The plan's own values of one object; only the plan floor's way to safe values touches them."""

    before: RawObject
    after: RawObject
    before_mark: object
    after_mark: object
    unknown: object

    def __repr__(self) -> str:
        return "RawSides(...)"


class View(Struct, frozen=True, eq=False):
    """What lenses, risks and differences read of an object: safe values only.

    `before(name)` is None for an object that is created, `after(name)` for one that is destroyed. `address` is the
    plan's own: show the change's, which is redacted. `evaluate` asks the files that were planned, if they are there,
    `look` the plan for its other objects, `look_alike` for those that have some values (`matching`); all that is
    compared for the plan counts as its `effort`.
    With `is_drift`, it was changed outside of terraform; with `without_state`, it is what differs between two plans
    from nothing, which do not say what is replaced.
    """

    address: str
    type: str
    action: Action
    schema: TypeSchema
    replace_paths: tuple[Path, ...]
    sides: RawObjects
    redactor: Redactor
    links: Links | None = None
    evaluate: Callable[[str], Value] | None = None
    evaluate_parts: Callable[[str], Value] | None = None
    look: Callable[[Container[str]], Iterable[View]] | None = None
    look_alike: Callable[[Index, Sequence[Value]], Iterable[Any]] | None = None
    effort: Effort | None = None
    is_drift: bool = False
    without_state: bool = False
    _befores: dict[str, Value] = field(default_factory=dict)
    _afters: dict[str, Value] = field(default_factory=dict)
    _asked: set[tuple[str, str]] = field(default_factory=set)

    def __repr__(self) -> str:
        return f"View({self.type}, {self.action})"

    @property
    def names(self) -> tuple[str, ...]:
        sides = self.sides
        return tuple(sorted({*sides.before.members, *sides.after.members, *_unknown_names(sides.unknown)}))

    @property
    def is_whole(self) -> bool:
        """Whether only one side exists: the object is created, destroyed, forgotten or read."""
        return not (self.sides.before.is_object and self.sides.after.is_object)

    def before(self, name: str) -> Value:
        self._asked.add((name, "before"))
        return self._before(name)

    def after(self, name: str) -> Value:
        """Return an attribute after; `UNKNOWN` where it is known only after apply."""
        self._asked.add((name, "after"))
        if name not in self._afters:
            self._afters[name] = self._before(name) if self._stays(name) else self._after(name)
        return self._afters[name]

    def _before(self, name: str) -> Value:
        if name not in self._befores:
            value = self.sides.before.get(name)
            mark = None if value is None else self._mark(self.sides.before_mark, name, value)
            self._befores[name] = safe(value, self.redactor, mark)
        return self._befores[name]

    def _stays(self, name: str) -> bool:
        sides = self.sides
        old = sides.before.members.get(name)
        return (
            old is not None
            and old == sides.after.members.get(name)
            and sides.before_mark is sides.after_mark
            and not is_marked(unknown_at(sides.unknown, name))
        )

    def _after(self, name: str) -> Value:
        value = self.sides.after.get(name)
        unknown = unknown_at(self.sides.unknown, name)
        if value is None:
            return UNKNOWN if is_marked(unknown) else None
        return safe(value, self.redactor, self._mark(self.sides.after_mark, name, value), unknown)

    def expected(self, name: str) -> Value:
        """Of a text that is unknown as a whole, the document from the files; sensitive on any side stays unknown."""
        after = self.after(name)
        if after != UNKNOWN or self.evaluate is None or self._is_sensitive(name):
            return after
        return self.evaluate(name)

    def in_part(self, name: str) -> Value:
        if self.evaluate_parts is None or self._is_sensitive(name):
            return UNKNOWN
        return self.evaluate_parts(name)

    def current(self, name: str) -> Value:
        return self.after(name) if self.sides.after.exists else self.before(name)

    def left_plain(self) -> Mapping[str, str]:
        """Return the secrets that stand unmarked in the object as it will be, and did not before: what each is."""
        redactor = self.redactor
        if not redactor.plain:
            return {}
        found: dict[str, str] = {}
        for name in self.changed():
            before = {*left_plain(self.before(name), name, redactor)}
            for called, token in left_plain(self.expected(name), name, redactor):
                if (called, token) not in before:
                    found[called] = redactor.plain[token]
        return found

    def changed(self) -> tuple[str, ...]:
        before, after = self.sides.before, self.sides.after
        old, new = before.members, after.members
        found = {name for name, content in new.items() if content != old.get(name)}
        found.update(name for name in old if name not in new)
        found = {name for name in found if before.get(name) != after.get(name)}
        found.update(_unknown_names(self.sides.unknown))
        if self.sides.before_mark is not self.sides.after_mark:
            found.update(name for name in (*old, *new) if name not in found and self._mark_changes(name))
        return tuple(sorted(found))

    def afresh(self) -> View:
        return replace(self, _asked=set())

    @property
    def compared(self) -> frozenset[str]:
        return frozenset(name for name, side in self._asked if side == "before" and (name, "after") in self._asked)

    def mark_change(self, name: str) -> str | None:
        sides = self.sides
        if sides.before_mark is sides.after_mark or sides.before.get(name) != sides.after.get(name):
            return None
        if is_marked(unknown_at(sides.unknown, name)) or not self._mark_changes(name):
            return None
        value = sides.after.get(name)
        becomes = is_marked(self._mark(sides.after_mark, name, value))
        if becomes and is_marked(self._mark(sides.before_mark, name, value)):
            return "other parts of it are sensitive now"
        return "becomes sensitive" if becomes else "is no longer sensitive"

    def forces(self, path: Path) -> bool:
        return any(forcing and path and all(map(eq, forcing, path)) for forcing in self.replace_paths)

    def comes_from(self, path: Path) -> tuple[str, ...]:
        # `AT_APPLY` for a whole argument that is known only after apply and names no object: a function, such as
        # `timestamp()`, or a variable decides then.
        names = names_in(path)
        if self.links is None or not names:
            return ()
        found = self.links.plan.comes_from(self.links.item, names)
        is_open = not found and not names[1:] and self._after(names[0]) == UNKNOWN
        return (AT_APPLY,) if is_open and self.links.plan.sets(self.links.item, names[0]) else found

    def chains(self, path: Path) -> tuple[tuple[str, ...], ...]:
        return tuple(self.links.plan.chains(self.links.item, names_in(path))) if self.links else ()

    def arguments(self, name: str, depth: int) -> tuple[str, ...]:
        return self.links.plan.arguments(self.links.item, name, depth) if self.links else ()

    def programs(self) -> tuple[tuple[str, str], ...]:
        return self.links.plan.programs(self.links.item) if self.links else ()

    @property
    def accounts(self) -> frozenset[str]:
        return self.links.plan.configuration.accounts if self.links else frozenset()

    def is_for_new(self, name: str) -> bool:
        if self.after(name) == UNKNOWN:
            return True
        return bool(self.links and self.links.plan.is_new(self.links.item, (name,)))

    def held_by(self, names: Iterable[str], types: Container[str]) -> tuple[str, ...]:
        return self.named_by(self._texts(names), types)

    def named_by(self, values: Iterable[str], types: Container[str]) -> tuple[str, ...]:
        return self.links.plan.held_by(self.links.item, values, types) if self.links else ()

    def held_by_lost(self, names: Iterable[str], types: Container[str]) -> tuple[str, ...]:
        return self.named_by_lost(self._texts(names), types)

    def named_by_lost(self, values: Iterable[str], types: Container[str]) -> tuple[str, ...]:
        return self.links.plan.held_by_lost(self.links.item, values, types) if self.links else ()

    def _texts(self, names: Iterable[str]) -> list[str]:
        return [value for name in names if isinstance(value := self.before(name), str)]

    def others(self, types: Container[str]) -> tuple[View, ...]:
        found = tuple(self.look(types)) if self.look else ()
        spend(len(found))
        return found

    def matching(self, index: Index, *values: Value) -> tuple[Any, ...]:
        """Return what an index has of the other objects that have some values; None is what is not there, or empty."""
        spend(1)
        found = tuple(self.look_alike(index, values)) if self.look_alike else ()
        spend(len(found))
        return found

    def stand_in(self, names: Sequence[str]) -> View | None:
        """Return another object of the type that has afterwards in some attributes what this one had before."""
        own = [self.before(name) or None for name in names]
        alike = self.matching(Index(frozenset({self.type}), tuple(names)), *own) if any(own) else ()
        return next(iter(alike), None)

    @property
    def shown_address(self) -> str:
        return redact_address(self.address, self.redactor)

    def redact(self, text: str) -> str:
        """Return a text that was put together of safe ones without what only now became a secret."""
        return self.redactor.redact(text)

    def _is_sensitive(self, name: str) -> bool:
        trees = (self.sides.before_mark, self.sides.after_mark)
        marks = (tree.get(name) if isinstance(tree, dict) else tree for tree in trees)
        return any(map(is_marked, marks)) or any(path[0] == name for path in self.schema.sensitive)

    def _mark(self, marks: object, name: str, value: object) -> object:
        mark = marks.get(name, False) if isinstance(marks, dict) else is_marked(marks)
        if not self.schema.sensitive:
            return mark
        by_schema = [path[1:] for path in self.schema.sensitive if path[0] == name]
        return with_schema_marks(mark, value, by_schema) if by_schema else mark

    def _mark_changes(self, name: str) -> bool:
        sides = self.sides
        before, after = sides.before.get(name), sides.after.get(name)
        if self.is_whole or before is None:
            return False
        old, new = self._mark(sides.before_mark, name, before), self._mark(sides.after_mark, name, after)
        return _marks_only(old) != _marks_only(new)


class Index(NamedTuple):
    """Objects of some types by the values of some attributes (of a `side`), and what is to `read` of each, once a plan.

    The functions are a module's own: two indexes are one when all their parts are.
    """

    types: frozenset[str]
    names: tuple[str, ...]
    read: Callable[[View], Any] | None = None
    side: Callable[[View, str], Value] = View.after


def _marks_only(mark: object) -> object:
    if isinstance(mark, dict):
        return {key: part for key, value in mark.items() if (part := _marks_only(value))} or False
    if isinstance(mark, list):
        return [_marks_only(part) for part in mark] if is_marked(mark) else False
    return is_marked(mark)


def _unknown_names(unknown: object) -> tuple[str, ...]:
    if not isinstance(unknown, dict):
        return ()
    return tuple(name for name, part in unknown.items() if part is True or is_marked(part))
