"""The runbook that somebody asks for: which environment takes over from which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.diagnostics.hints import nearest
from infragen.environment import resolve_standby
from infragen.stacks.takeovers import runbook_of
from infragen.workflow.target import as_if_it_ran, refuse_stack, resolve_one

if TYPE_CHECKING:
    from infragen.catalog import Environment, Project
    from infragen.core.takeover import Action, Runbook

_NO_STANDBY = "X064"
_NOT_RESTORED = "X068"


def runbook(project: Project, target: str, action: Action, only: str = "") -> Runbook:
    """Return the steps for an environment that has a standby, or those that rehearse restores, of `only` one entry.

    InfragenError X064 where it has none, or is one itself; X016 for a stack, X068 for an entry that is not restored.
    """
    refuse_stack(target, "a runbook is written for an environment, not for its stacks")
    _, found = resolve_one(project, target)
    primary = as_if_it_ran(project, found)
    if action == "restore":
        return _restore(primary, only)
    if only:
        message, hint = "`--only` is for `restore`: all of an environment takes over", "leave it out"
        raise InfragenError(Diagnostic(_NOT_RESTORED, message, hint=hint))
    standby = _standby(project, found)
    left, taking = (standby, primary) if action == "failback" else (primary, standby)
    return runbook_of(action, left, taking)


def _restore(primary: Environment, only: str) -> Runbook:
    owners = [owner for owner, _ in primary.every()]
    found = runbook_of("restore", primary, primary, only) if only in ("", *owners) else None
    if found is None or (only and not found.steps):
        known = [owner for owner in owners if runbook_of("restore", primary, primary, owner).steps]
        message = f"no restore of {only} is rehearsed in {primary.target}"
        raise InfragenError(Diagnostic(_NOT_RESTORED, message, hint=nearest(only, known, "those that are")))
    return found


def _standby(project: Project, primary: Environment) -> Environment:
    """Return the environment that takes over from another one."""
    of = primary.settings.standby_of
    if of is not None:
        message = f"{primary.target} is itself the standby of {of}"
        hint = f"write `infragen runbook {primary.system.name}/{of} failover`"
        raise InfragenError(Diagnostic(_NO_STANDBY, message, primary.at("environment", "standby_of"), hint=hint))
    standby = resolve_standby(project, primary)
    if standby is not None:
        return standby.environment()
    message = f"{primary.target} has no standby: no environment says `standby_of: {primary.name}`"
    hint = "docs/recovery.md shows how to add one"
    raise InfragenError(Diagnostic(_NO_STANDBY, message, primary.at("environment", "environment"), hint=hint))
