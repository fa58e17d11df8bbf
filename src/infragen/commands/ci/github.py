"""Generate a GitHub Actions workflow.

It plans pull requests and applies what was reviewed.
"""

from __future__ import annotations

from typing import Annotated

from typer import Option

from infragen.commands.flags import HERE, AnyTarget, Check, GeneratedFile, ProjectFolder
from infragen.workflow import ci_files

__all__ = ["github"]


def github(
    target: AnyTarget = None,
    file: GeneratedFile = None,
    check: Check = False,
    one_job: Annotated[
        bool, Option("--one-job", help="Apply an environment in one job, instead of each stack in its own.")
    ] = False,
    folder: ProjectFolder = HERE,
) -> int:
    """Write the workflow and the action that it comments with; 2 when `check` finds a difference."""
    return ci_files.github(folder, target, file=file, check=check, by_level=not one_job)
