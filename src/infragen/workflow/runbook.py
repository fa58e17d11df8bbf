"""The runbook that somebody asks for: which environment takes over from which."""

from msgspec.structs import replace

from infragen.catalog import Environment, Project, load
from infragen.core.takeover import Action, Runbook
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.diagnostics.hints import nearest
from infragen.environment import environments, name_of_standby
from infragen.stacks.takeovers import runbook_of
from infragen.workflow.rendering.composition import sound_environments
from infragen.workflow.target import as_if_it_ran, refuse_stack, resolve_all, resolve_one

_NO_STANDBY = "X064"
_NOT_RESTORED = "X068"


def runbook(project: Project, target: str, action: Action, only: str = "") -> Runbook:
    """InfragenError X064 without a standby, X016 for a stack, X068 for an entry without a restore; errors of both."""
    refuse_stack(target, "a runbook is written for an environment, not for its stacks")
    _, found = resolve_one(project, target)
    if action == "restore":
        return _restore(as_if_it_ran(project, found), only)
    if only:
        message, hint = "`--only` is for `restore`: all of an environment takes over", "leave it out"
        raise InfragenError(Diagnostic(_NOT_RESTORED, message, hint=hint))
    name = _standby(project, found, action)
    written = sound_environments(project, load(project, found.system.name), (found.name, name))
    primary, standby = (as_if_it_ran(project, one) for one in written)
    left, taking = (standby, primary) if action == "failback" else (primary, standby)
    book = runbook_of(action, left, taking)
    warning = _warning(action, *written)
    return replace(book, warning=warning, held=()) if warning else book


def _restore(primary: Environment, only: str) -> Runbook:
    owners = [owner for owner, _ in primary.every()]
    found = runbook_of("restore", primary, primary, only) if only in ("", *owners) else None
    if found is None or (only and not found.steps):
        known = [owner for owner in owners if runbook_of("restore", primary, primary, owner).steps]
        message = f"no restore of {only} is rehearsed in {primary.target}"
        raise InfragenError(Diagnostic(_NOT_RESTORED, message, hint=nearest(only, known, "those that are")))
    return found


def _standby(project: Project, primary: Environment, action: Action) -> str:
    system, of = primary.system.name, primary.settings.standby_of
    if of is not None:
        message = f"{primary.target} is itself the standby of {of}"
        hint = f"write `infragen runbook {system}/{of} {action}`"
        raise InfragenError(Diagnostic(_NO_STANDBY, message, primary.at("environment", "standby_of"), hint=hint))
    name = name_of_standby(project, primary)
    if name is not None:
        return name
    message = f"{primary.target} has no standby: no environment says `standby_of: {primary.name}`"
    hint = "docs/recovery.md shows how to add one"
    nobody = Diagnostic(_NO_STANDBY, message, primary.at("environment", "environment"), hint=hint)
    _, others = resolve_all(project, load(project, system), environments(project, system), ())
    wrong = dict.fromkeys(problem for one in others for problem in one.problems)  # one of them may be meant to be it
    raise InfragenError(*wrong, nobody)


def _warning(action: Action, primary: Environment, standby: Environment) -> str:
    behind, ahead = standby.settings, primary.settings
    still = (one for one in (behind, ahead) if one.stands_still_by)
    said = [f"{one.environment} {f'follows {one.follows}' if one.follows else 'waits'}" for one in still]
    if action == "failback":
        if behind.follows:
            then = f"read this, and type none of it; {primary.target} has what was written last"
            return f"{standby.target} has not taken over, the catalogue says ({', '.join(said)}): {then}"
        if behind.waits or ahead.follows:
            return f"it has begun, the catalogue says ({', '.join(said)}): go on after the last step that was done"
    elif not behind.follows or ahead.stands_still_by:
        has = "takes over or back just now" if behind.waits and not ahead.stands_still_by else "has taken over"
        state = ", ".join((*said, *(() if behind.stands_still_by else (f"{standby.name} follows nobody",))))
        back = f"lead back with `infragen runbook {primary.target} failback`"
        on = f"the catalogue says ({state}): go on after the last step that was done"
        return f"{standby.target} {has}, {on}, or {back}"
    return ""
