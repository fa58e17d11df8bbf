"""A plan that AWS is known to refuse in part is not begun: it would end half way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infragen.diagnostics import Diagnostic, raise_problems
from infragen.workflow.session import command_line

if TYPE_CHECKING:
    from infragen.plan import Change, ChangeSet, Protection
    from infragen.workflow.session import Session


_FIELD: Final = "deletion_protection"
"""What the catalogue calls it: in an entry that has it, else in the environment."""


def refuse_protected(session: Session, change_set: ChangeSet, verb: str) -> None:
    """Refuse a plan that destroys or replaces what AWS does not delete: InfragenError P008 for each such object.

    `verb` is the command that would do it.
    """
    raise_problems(
        _refusal(session, change, protection, verb)
        for change in change_set.changes
        if (protection := change.protection) is not None
    )


def _refusal(session: Session, change: Change, protection: Protection, verb: str) -> Diagnostic:
    environment, origin = session.environment, protection.origin
    within = session.target.removeprefix(environment.target).strip("/") or None
    apply, again = (f"`{command_line(session, one, within)}`" for one in ("apply", verb))
    message = f"AWS refuses to delete {change.address} of {change.stack}: {protection.attribute} is on"
    nothing = "nothing was destroyed" if verb == "destroy" else "nothing was applied"
    # An apply could change the protection of what left the catalogue no more.
    if change.stack in session.removed or (change.entry is not None and change.entry.location is None):
        back = f"put it back with `{_FIELD}: false`, then {apply}, then remove it"
        hint = f"{nothing}; it is no longer in the catalogue: {back}; or turn this off in AWS, then {again}"
        return Diagnostic("P008", message, hint=hint)
    setting = f"`{_FIELD}: false`"
    if change.entry and hasattr(dict(environment.every()).get(change.entry.id), _FIELD):
        kind, _, name = change.entry.id.partition("/")
        setting = f"`{kind}: {{{name}: {{{_FIELD}: false}}}}`"
    step = f"write {setting} in {environment.source('environment')}"
    place = change.location if change.entry or origin is None else origin.location
    if origin is not None and (origin.field is None or origin.field.rpartition(".")[2] == _FIELD):
        step, place = "set it to false here", origin.location
    before = "" if verb == "destroy" else ", without the other changes"
    return Diagnostic("P008", message, place, hint=f"{nothing}; {step}, then {apply}{before}, then {again}")
