"""T105: a path that `explain` would never find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infragen.core.rule import Finding, Rule, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.entry import Entry
    from infragen.core.landscape import Landscape
    from infragen.core.system import Settings, System
    from infragen.diagnostics import Location

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for owner, model in _said(landscape):
        for index, note in enumerate(model.notes):
            if note.at and not _exists(landscape, owner, model, note.at):
                yield _finding(owner, note.at, landscape.at(owner, "notes", index, "at"))
        for path in model.assumptions:
            if not _exists(landscape, owner, model, path):
                yield _finding(owner, path, landscape.at(owner, "assumptions", path, key=True))


def _said(landscape: Landscape) -> Iterator[tuple[str, Entry | System | Settings]]:
    from infragen.core.landscape import Environment

    yield "system", landscape.system
    if isinstance(landscape, Environment):
        yield "environment", landscape.settings
    yield from landscape.every()


def _exists(landscape: Landscape, owner: str, model: object, path: str) -> bool:
    """Say whether a value stands at a path: in the model, or in a file that has more than the model."""
    value: Any = model
    steps = tuple(int(step) if step.isdecimal() else step for step in path.split("."))
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, tuple):
            value = value[step] if isinstance(step, int) and step < len(value) else None
        else:
            value = getattr(value, str(step), None)
        if value is None:
            return bool(landscape.origins[owner].setting(steps))
    return True


def _finding(owner: str, path: str, place: Location) -> Finding:
    hint = "write the path of a value that this file, or a default, gives: `sizes.month-end.cpu`"
    return Finding(f"`{path}` is not set in {owner}", place, hint)


RULE = Rule(
    "T105",
    "a note or an assumption refers to a value that is not set",
    Severity.WARNING,
    Scope.LANDSCAPE,
    _check,
    "DESIGN: `explain` finds them by their path",
)
