"""`infragen resume`: put right what a run left behind, then the same command again."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from infragen.commands.recovering import recover
from infragen.commands.session import open_session
from infragen.commands.show import to_stderr
from infragen.commands.target import open_project
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.terraform.journal import End, find_run, run_to_resume
from infragen.terraform.move_journal import refuse_unfinished
from infragen.terraform.workfolder import work_folders

if TYPE_CHECKING:
    from infragen.terraform.journal import Run

__all__ = ["resume"]


def resume(folder: Path, wanted: str | None, *, plugin_dir: Path | None) -> tuple[str, ...]:
    """Recover from a run that did not end well and return the command line to run again; none when all was done."""
    project = open_project(folder)
    plugin_dir = plugin_dir.absolute() if plugin_dir else None  # the run may have begun in another folder
    run = find_run(project.root, wanted) if wanted else run_to_resume(project.root)
    if run.end is End.RUNNING:
        hint = "wait for it, or stop it with Ctrl-C where it runs"
        raise InfragenError(Diagnostic("J002", f"run {run.id} is under way (process {run.pid})", hint=hint))
    if run.end is End.DONE:
        _refuse_unfinished_moves(project.root, run)
        to_stderr(f"run {run.id} of {run.begin.target} is done: nothing to resume")
        return ()
    _check_place(run)
    to_stderr(f"run {run.id}: {run.end}; looking at what it left behind")
    with open_session(
        project.root, run.begin.target, sandbox=run.begin.sandbox, plugin_dir=plugin_dir, resumed=run.id
    ) as session:
        found = recover(session, run)
    to_stderr(f"run {run.id} left behind: {found}" if found else f"run {run.id} left nothing behind")
    if found.unanswered:
        raise InfragenError(*(one for stack in found.unanswered.values() for one in stack))
    to_stderr(f"again: infragen {shlex.join(run.begin.arguments)}")
    return run.begin.arguments


def _refuse_unfinished_moves(project: Path, run: Run) -> None:
    """Name what this environment waits for though its runs are done: InfragenError M002."""
    target, sandbox = run.begin.environment
    system, _, environment = target.partition("/")
    refuse_unfinished(work_folders(project, system, environment, sandbox=sandbox), target, sandbox=sandbox)


def _check_place(run: Run) -> None:
    """Go to the folder that the run's relative paths start from."""
    if run.begin.place and Path(run.begin.place) != Path.cwd():
        try:
            os.chdir(run.begin.place)
        except OSError as error:
            message = f"the run began in {run.begin.place}, which cannot be entered: {error.strerror}"
            raise InfragenError(Diagnostic("J003", message)) from error
