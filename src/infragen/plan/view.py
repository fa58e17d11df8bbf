"""One object before and after, redacted, attribute by attribute on demand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infragen.plan.marks import is_marked, mark_at, unknown_at
from infragen.plan.safe import safe
from infragen.plan.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infragen.plan.facts import TypeFacts
    from infragen.plan.model import Action
    from infragen.plan.paths import Path
    from infragen.plan.redact import Taints
    from infragen.plan.values import Value

__all__ = ["RawSides", "View"]


@dataclass(frozen=True, slots=True, repr=False)
class RawSides:
    """The plan's own values of one object; only the plan floor's way to safe values touches them."""

    before: object
    after: object
    before_mark: object
    after_mark: object
    unknown: object


@dataclass(frozen=True, slots=True)
class View:
    """What lenses, risks and differences read of an object: safe values only.

    `before(name)` is None for an object that is created, `after(name)` for one that is destroyed. `address` is the
    plan's own: show the change's, which is redacted.
    """

    address: str = field(repr=False)
    type: str
    action: Action
    facts: TypeFacts
    replace_paths: tuple[Path, ...]
    sides: RawSides = field(repr=False)
    taints: Taints = field(repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The attributes of either side, sorted."""
        sides = self.sides
        return tuple(sorted({*_keys(sides.before), *_keys(sides.after), *_unknown_keys(sides.unknown)}))

    @property
    def is_whole(self) -> bool:
        """Whether only one side exists: the object is created, destroyed, forgotten or read."""
        return not isinstance(self.sides.before, dict) or not isinstance(self.sides.after, dict)

    def before(self, name: str) -> Value:
        """Return an attribute before."""
        sides = self.sides
        return safe(_member(sides.before, name), self.taints, mark_at(sides.before_mark, sides.before, name))

    def after(self, name: str) -> Value:
        """Return an attribute after; `UNKNOWN` where it is known only after apply."""
        sides = self.sides
        unknown = unknown_at(sides.unknown, name)
        value = _member(sides.after, name)
        if value is None and is_marked(unknown):
            return UNKNOWN
        return safe(value, self.taints, mark_at(sides.after_mark, sides.after, name), unknown)

    def current(self, name: str) -> Value:
        """Return an attribute as it will be, or as it was when the object goes."""
        return self.before(name) if self.sides.after is None else self.after(name)

    def changed(self) -> tuple[str, ...]:
        """Return the attributes of which anything differs, marks and unknown parts included, sorted."""
        sides = self.sides
        before, after = _as_map(sides.before), _as_map(sides.after)
        return tuple(
            name
            for name in self.names
            if before.get(name) != after.get(name)
            or is_marked(unknown_at(sides.unknown, name))
            or self._mark_changes(name)
        )

    def mark_change(self, name: str) -> str | None:
        """Say in words that only the mark of an attribute changes; None when it does not."""
        sides = self.sides
        same = _as_map(sides.before).get(name) == _as_map(sides.after).get(name)
        if not same or is_marked(unknown_at(sides.unknown, name)) or not self._mark_changes(name):
            return None
        becomes = is_marked(mark_at(sides.after_mark, sides.after, name))
        return "becomes sensitive" if becomes else "is no longer sensitive"

    def forces(self, path: Path) -> bool:
        """Whether a path, or something above or below it, forces the replacement."""
        return any(_is_prefix(forcing, path) for forcing in self.replace_paths)

    def clean(self, text: str) -> str:
        """Return a text that was put together of safe ones without what only now became a secret."""
        return self.taints.clean(text)

    def _mark_changes(self, name: str) -> bool:
        sides = self.sides
        if self.is_whole:
            return False
        before = is_marked(mark_at(sides.before_mark, sides.before, name))
        return before != is_marked(mark_at(sides.after_mark, sides.after, name))


def _member(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None


def _as_map(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _keys(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, dict) else ()


def _unknown_keys(unknown: object) -> tuple[str, ...]:
    return tuple(key for key, part in unknown.items() if is_marked(part)) if isinstance(unknown, dict) else ()


def _is_prefix(forcing: Path, path: Path) -> bool:
    shorter = min(len(forcing), len(path))
    return shorter > 0 and forcing[:shorter] == path[:shorter]
