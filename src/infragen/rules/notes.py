"""Rules about notes and assumptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infragen.core.entry import path_steps
from infragen.core.rule import Finding, Findings, rule

if TYPE_CHECKING:
    from infragen.core.entry import Note
    from infragen.core.resolved_system import ResolvedSystem
    from infragen.diagnostics import Location


@rule("T102")
def _notes(described: ResolvedSystem) -> Findings:
    for owner, model in described.models():
        for index, note in enumerate(model.notes):
            message = f"{note.id}: specified: {note.says}; built: {note.built}"
            yield Finding(message, _place(described, owner, index, note))


def _place(resolved: ResolvedSystem, owner: str, index: int, note: Note) -> Location:
    """Return where the value concerned is written, or the note when it names none or one that nobody wrote."""
    path = path_steps(note.at) if note.at else ()
    if path and resolved.origins[owner].setting(path):
        return resolved.at(owner, *path)
    return resolved.at(owner, "notes", index)


@rule("T105")
def _path_unknown(described: ResolvedSystem) -> Findings:
    for owner, model in described.models():
        for index, note in enumerate(model.notes):
            if note.at and not _exists(described, owner, model, note.at):
                yield _finding(owner, note.at, described.at(owner, "notes", index, "at"))
        for path in model.assumptions:
            if not _exists(described, owner, model, path):
                yield _finding(owner, path, described.at(owner, "assumptions", path, key=True))


def _exists(resolved: ResolvedSystem, owner: str, model: object, path: str) -> bool:
    """Say whether a value stands at a path: in the model, or in a file that has more than the model."""
    value: Any = model
    wanted = path_steps(path)
    for step in wanted:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, tuple):
            value = value[step] if isinstance(step, int) and step < len(value) else None
        else:
            value = getattr(value, str(step), None)
        if value is None:
            return bool(resolved.origins[owner].setting(wanted))
    return True


def _finding(owner: str, path: str, place: Location) -> Finding:
    hint = "write the path of a value that this file, or a default, gives: `sizes.month-end.cpu`"
    return Finding(f"`{path}` is not set in {owner}", place, hint)
