"""Deploy a pushed image to the services that a pipeline deploys.

Backups that are asked for (`before_release`) are taken first, then migrations of the same image run; both are awaited.
What is deployed is a new revision of each service's task definition: the newest one with another image.
"""

from typing import Annotated

from typer import Argument, Option

from infragen.commands import flags
from infragen.workflow import release as workflow
from infragen.workflow.target import open_project


def release(
    target: flags.OneEnvironment,
    entries: Annotated[
        list[str] | None,
        Argument(
            metavar="[ENTRY]...", help="Services to deploy: services/api; by default all with `deploy: pipeline`."
        ),
    ] = None,
    tag: Annotated[str, Option("--tag", metavar="TAG", help="Tag, or digest, of the image that was pushed.")] = ...,  # type: ignore[assignment]
    no_backup: Annotated[
        bool, Option("--no-backup", help="Take no backup before, as on the way back to an image that ran.")
    ] = False,
    sandbox: flags.Sandbox = False,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Release an image; 1 when a migration or a deployment does not come to a good end."""
    return workflow.release(
        open_project(folder), target, tuple(entries or ()), tag, sandbox=sandbox, with_backup=not no_backup
    )
