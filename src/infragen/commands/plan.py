"""`infragen plan`: what apply would do, in the catalogue's words."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from infragen.commands import show
from infragen.commands.bundle import save
from infragen.commands.formats import present
from infragen.commands.planning import combined_plan, plan_environment
from infragen.commands.session import open_session
from infragen.diagnostics import Diagnostic, InfragenError

if TYPE_CHECKING:
    from pathlib import Path

    from infragen.commands.planning import Planned

__all__ = ["plan"]


def plan(
    folder: Path,
    target: str,
    *,
    sandbox: bool,
    offline: bool,
    out: Path | None,
    output: str,
    json_out: Path | None,
    detailed_exitcode: bool,
    profiles: tuple[str, ...],
    jobs: int | None,
    plugin_dir: Path | None,
) -> int:
    """Print the report of a plan; 2 with `detailed_exitcode` when there are changes."""
    _check_flags(sandbox=sandbox, offline=offline, out=out)
    json_out = json_out.absolute() if json_out else None
    if offline:
        planned = _offline(folder, target, profiles, plugin_dir, json_out)
    else:
        with open_session(folder, target, sandbox=sandbox, profiles=profiles, plugin_dir=plugin_dir) as session:
            planned = plan_environment(session, jobs=jobs, json_out=json_out)
            if out:
                save(session, planned, out)
    show.out(present(planned.change_set, target, output))
    return 2 if detailed_exitcode and not planned.change_set.is_empty else 0


def _offline(
    folder: Path, target: str, profiles: tuple[str, ...], plugin_dir: Path | None, json_out: Path | None
) -> Planned:
    """Plan from nothing, with a loopback stub for the few calls that the provider makes while planning."""
    from infragen.terraform.offline import offline_environment

    with (
        offline_environment(os.environ) as closed,
        open_session(folder, target, profiles=profiles, plugin_dir=plugin_dir, closed=closed) as session,
    ):
        return combined_plan(session, offline=True, json_out=json_out)


def _check_flags(*, sandbox: bool, offline: bool, out: Path | None) -> None:
    if sandbox and offline:
        raise InfragenError(
            Diagnostic("X007", "--sandbox and --offline exclude each other", hint="leave one of them out")
        )
    if offline and out:
        message = "an offline plan knows no state and cannot be applied, so --out has nothing to keep"
        raise InfragenError(
            Diagnostic("X007", message, hint="leave one of them out; `--format json > FILE` keeps the report")
        )
