"""`infragen plan`: what apply would do, in the catalogue's words."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infragen.commands.formats import Options, format_of, present, write_reports
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.workflow import console
from infragen.workflow.planning.plans import combined_plan, plan_environment
from infragen.workflow.planning.policies import PolicyHook
from infragen.workflow.review.bundle import lifetime, prepare_place, until, write
from infragen.workflow.review.reviewed_plan import plan_to_review, refuse_unapplied_needs, with_own_plans
from infragen.workflow.session import open_session

if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path

    from infragen.workflow.planning.plans import Planned
    from infragen.workflow.session import Session

__all__ = ["Keeping", "keeping", "plan"]

_LIFETIME = "24h"
"""How long a kept plan may be applied, when nobody says."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where a plan is kept, who can decrypt it (everybody with the file, when nobody is named), and for how long."""

    file: Path
    encrypt_to: tuple[str, ...] = ()
    expires: str = _LIFETIME


def keeping(file: Path | None, encrypt_to: tuple[str, ...], expires: str | None) -> Keeping | None:
    """Return how a plan is kept, None when it is not; InfragenError X007 for what only says how."""
    if file is not None:
        return Keeping(file, encrypt_to, expires or _LIFETIME)
    if encrypt_to or expires:
        message = "--encrypt-to and --expires are about what --out keeps"
        raise InfragenError(Diagnostic("X007", message, hint="add `--out FILE`"))
    return None


def plan(
    folder: Path,
    target: str,
    *,
    sandbox: bool,
    offline: bool,
    keeping: Keeping | None,
    output: str,
    reports: tuple[Path, ...] = (),
    json_out: Path | None,
    detailed_exitcode: bool,
    profiles: tuple[str, ...],
    jobs: int | None,
    plugin_dir: Path | None,
    everything: bool = False,
) -> int:
    """Print the report of a plan, and keep it for `apply`; 2 with `detailed_exitcode` when there are changes.

    `everything` plans stacks too that nothing changed since their apply. `reports` are files to write it to as well.
    1 when a policy refuses the plan, which is not kept then.
    """
    _check_flags(sandbox=sandbox, offline=offline, keeping=keeping)
    for file in reports:
        format_of(file)  # a suffix that names no format is told before minutes of planning
    json_out = json_out.absolute() if json_out else None
    if offline:
        planned, policies = _offline(folder, target, profiles, plugin_dir, json_out)
    else:
        expires = _checked(keeping)
        with open_session(
            folder, target, sandbox=sandbox, profiles=profiles, plugin_dir=plugin_dir, everything=everything
        ) as session:
            policies = PolicyHook(session)
            if keeping is None:
                planned = plan_environment(session, json_out=json_out, on_plan=policies)
            else:
                planned = _kept(session, keeping, expires, jobs, profiles, json_out, policies)
    write_reports(planned.change_set, target, reports, Options(is_printed=False))
    console.out(present(planned.change_set, target, output))
    if policies.tell():
        return 1
    return 2 if detailed_exitcode and not planned.change_set.is_empty else 0


def _checked(keeping: Keeping | None) -> timedelta:
    """Refuse what would fail after minutes of planning, and return how long the plan may be applied."""
    if keeping is None:
        return lifetime(_LIFETIME)
    prepare_place(keeping.file, keeping.encrypt_to)
    return lifetime(keeping.expires)


def _kept(
    session: Session,
    keeping: Keeping,
    expires: timedelta,
    jobs: int | None,
    profiles: tuple[str, ...],
    json_out: Path | None,
    policies: PolicyHook,
) -> Planned:
    """Plan, and keep what is shown with all that it takes to apply exactly that, unless a policy refuses it."""
    planned, bundle = plan_to_review(session, expires=expires, profiles=profiles, json_out=json_out, on_plan=policies)
    refuse_unapplied_needs(session, planned)
    if policies.refuses:
        console.to_stderr(f"not kept in {keeping.file}: a policy refuses it")
        return planned
    bundle = with_own_plans(session, bundle, jobs=jobs)
    write(keeping.file, bundle, keeping.encrypt_to)
    secret = "encrypted" if keeping.encrypt_to else "it holds secrets: hand it to nobody"
    console.to_stderr(f"kept in {keeping.file} until {until(bundle.manifest)} ({secret})")
    return planned


def _offline(
    folder: Path, target: str, profiles: tuple[str, ...], plugin_dir: Path | None, json_out: Path | None
) -> tuple[Planned, PolicyHook]:
    """Plan from nothing, with a loopback stub for the few calls that the provider makes while planning."""
    from infragen.terraform.offline import offline_environment

    with (
        offline_environment(os.environ) as closed,
        open_session(folder, target, profiles=profiles, plugin_dir=plugin_dir, closed=closed) as session,
    ):
        policies = PolicyHook(session)
        return combined_plan(session, offline=True, json_out=json_out, on_plan=policies), policies


def _check_flags(*, sandbox: bool, offline: bool, keeping: Keeping | None) -> None:
    if sandbox and offline:
        raise InfragenError(
            Diagnostic("X007", "--sandbox and --offline exclude each other", hint="leave one of them out")
        )
    if offline and keeping:
        message = "an offline plan knows no state and cannot be applied, so --out has nothing to keep"
        raise InfragenError(
            Diagnostic("X007", message, hint="leave one of them out; `--format json > FILE` keeps the report")
        )
