"""T105: a path that `explain` would never find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.catalog.rules.rule import Finding, Rule, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from infragen.catalog.landscape import Landscape
    from infragen.catalog.models.base import Note

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for owner, notes, assumptions in _said(landscape):
        paths: list[tuple[tuple[str | int, ...], str]] = []
        paths += [(("notes", index, "at"), note.at) for index, note in enumerate(notes) if note.at]
        paths += [(("assumptions", path), path) for path in assumptions]
        for place, path in paths:
            steps = tuple(int(step) if step.isdecimal() else step for step in path.split("."))
            if not landscape.origins[owner].setting(steps):
                key = place[0] == "assumptions"
                hint = "write the path of a value that this file, or a default, gives: `sizes.month-end.cpu`"
                message = f"`{path}` is given nowhere in {owner}"
                yield Finding(message, landscape.at(owner, *place, key=key), hint)


def _said(landscape: Landscape) -> Iterator[tuple[str, Iterable[Note], Iterable[str]]]:
    from infragen.catalog.landscape import Environment

    yield "system", landscape.system.notes, landscape.system.assumptions
    if isinstance(landscape, Environment):
        yield "environment", landscape.settings.notes, landscape.settings.assumptions
    for owner, entry in landscape.every():
        yield owner, entry.notes, entry.assumptions


RULE = Rule(
    "T105",
    "a note or an assumption is about a value that nobody wrote",
    Severity.WARNING,
    Scope.LANDSCAPE,
    _check,
    "DESIGN: `explain` finds them by their path",
)
