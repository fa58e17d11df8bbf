"""Generate a GitHub Actions workflow.

It plans pull requests and applies what was reviewed.
"""

from typing import Annotated

from typer import Option

from infragen.commands import flags
from infragen.workflow.ci import files as ci_files


def github(
    target: flags.AnyTarget = None,
    file: flags.GeneratedFile = None,
    check: flags.Check = False,
    one_job: Annotated[
        bool, Option("--one-job", help="Apply an environment in one job, instead of each stack in its own.")
    ] = False,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    return ci_files.github(folder, target, file=file, check=check, by_level=not one_job)
