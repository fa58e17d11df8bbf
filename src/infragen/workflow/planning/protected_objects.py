"""Objects that AWS refuses to delete: a destruction would stop at them half way, so that it does not begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.diagnostics import Diagnostic, raise_problems
from infragen.workflow.session import command_line

if TYPE_CHECKING:
    from infragen.plan import Change, ChangeSet, Protection
    from infragen.workflow.session import Session


_FIELD: Final = "deletion_protection"
"""What the catalogue calls it: in an entry that has it, else in the environment."""


def refuse_protected(session: Session, change_set: ChangeSet) -> None:
    """Refuse a plan that destroys what AWS does not delete: InfragenError P008 for each such object."""
    raise_problems(
        _refusal(session, change, protection)
        for change in change_set.changes
        if (protection := change.protection) is not None
    )


def _refusal(session: Session, change: Change, protection: Protection) -> Diagnostic:
    environment, origin = session.environment, protection.origin
    within = session.target.removeprefix(environment.target).strip("/") or None
    apply, again = (f"`{command_line(session, verb, within)}`" for verb in ("apply", "destroy"))
    message = f"AWS refuses to delete {change.address} of {change.stack}: {protection.attribute} is on"
    if _is_gone(session, change):
        hint = f"nothing was destroyed; the catalogue has it no more: switch this off in AWS, then {again}"
        return Diagnostic("P008", message, hint=hint)
    step = f"write {_setting(session, change)} in {environment.source('environment')}"
    place = change.location if change.entry or origin is None else origin.location
    if origin is not None and (origin.field is None or origin.field.rpartition(".")[2] == _FIELD):
        step, place = "set it to false here", origin.location
    return Diagnostic("P008", message, place, hint=f"nothing was destroyed; {step}, then {apply}, then {again}")


def _is_gone(session: Session, change: Change) -> bool:
    """Whether an apply could change the protection no more: the object is of what left the catalogue."""
    return change.stack in session.removed or (change.entry is not None and change.entry.location is None)


def _setting(session: Session, change: Change) -> str:
    """Return what an environment's file says that takes the protection off: of an entry that has it, or of all."""
    entry = change.entry
    if entry is None or not hasattr(dict(session.environment.every()).get(entry.id), _FIELD):
        return f"`{_FIELD}: false`"
    kind, _, name = entry.id.partition("/")
    return f"`{kind}: {{{name}: {{{_FIELD}: false}}}}`"
