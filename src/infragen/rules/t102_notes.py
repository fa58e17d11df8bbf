"""T102: a place where the document contradicts itself or AWS, and what is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.core.rule import Finding, Rule, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infragen.core.entry import Note
    from infragen.core.landscape import Landscape
    from infragen.diagnostics import Location

__all__ = ["RULE"]


def _check(landscape: Landscape) -> Iterator[Finding]:
    for owner, notes in _noted(landscape):
        for index, note in enumerate(notes):
            message = f"{note.id}: the document says {note.says}; built: {note.built}"
            yield Finding(message, _place(landscape, owner, index, note))


def _noted(landscape: Landscape) -> Iterator[tuple[str, tuple[Note, ...]]]:
    from infragen.core.landscape import Environment

    yield "system", landscape.system.notes
    if isinstance(landscape, Environment):
        yield "environment", landscape.settings.notes
    for owner, entry in landscape.every():
        yield owner, entry.notes


def _place(landscape: Landscape, owner: str, index: int, note: Note) -> Location:
    """Return where the value concerned is written, or the note when it names none or one that nobody wrote."""
    path = tuple(int(step) if step.isdecimal() else step for step in note.at.split(".")) if note.at else ()
    if path and landscape.origins[owner].setting(path):
        return landscape.at(owner, *path)
    return landscape.at(owner, "notes", index)


RULE = Rule(
    "T102",
    "the document contradicts itself or AWS here; a note says what is built",
    Severity.NOTICE,
    Scope.LANDSCAPE,
    _check,
    "`notes:` of the entry, the system or the environment; REQUIREMENTS: never hide the difference",
)
