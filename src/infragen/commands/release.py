"""Deploy a pushed image to the services that a pipeline deploys.

Backups that are asked for (`before_release`) are taken first, then migrations of the same image run; both are awaited.
What is deployed is a new revision of each service's task definition: the newest one with another image.
Of what CodeDeploy delivers, the last delivery may be ended (`--end-last`) or taken back (`--back`) as well.
"""

from collections.abc import Mapping
from typing import Annotated

from typer import Option

from infragen.commands import flags
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.workflow.release import release as workflow
from infragen.workflow.target import open_project


def release(
    target: flags.OneEnvironment,
    entries: Annotated[
        list[str] | None,
        flags.argument("[ENTRY]...", "Services to deploy: services/api; by default all with `deploy: pipeline`."),
    ] = None,
    tag: Annotated[str | None, flags.option("--tag", "TAG", "Tag, or digest, of the image that was pushed.")] = None,
    no_backup: Annotated[bool, Option("--no-backup", help="Skip the backups, for example to roll back.")] = False,
    despite_alarms: Annotated[
        bool, Option("--despite-alarms", help="Blue/green: deploy although alarms are on; these are ignored.")
    ] = False,
    end_last: Annotated[
        bool,
        Option(
            "--end-last",
            help="Blue/green: stop the old tasks of the last deployment first; without --tag, do only that.",
        ),
    ] = False,
    back: Annotated[
        bool, Option("--back", help="Blue/green: shift requests back to the old tasks; release nothing.")
    ] = False,
    sandbox: flags.Sandbox = False,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Release an image; 1 when a migration or a deployment does not come to a good end."""
    project, named = open_project(folder), tuple(entries or ())
    asked = {"--tag": tag is not None, "--no-backup": no_backup, "--despite-alarms": despite_alarms}
    if back:
        _refuse("--back", {**asked, "--end-last": end_last})
        return workflow.go_back(project, target, named, sandbox=sandbox)
    if end_last and tag is None:
        _refuse("--end-last", asked)
        return workflow.end_last(project, target, named, sandbox=sandbox)
    return workflow.release(
        project, target, named, tag, sandbox=sandbox, with_backup=not no_backup,
        despite_alarms=despite_alarms, end_last=end_last,
    )  # fmt: skip


def _refuse(alone: str, asked: Mapping[str, bool]) -> None:
    """Raise InfragenError X083 for flags that say something of a release, where there is none."""
    if named := [f"`{flag}`" for flag, is_there in asked.items() if is_there]:
        message = f"`{alone}` releases nothing here, and {' and '.join(named)} would do nothing"
        raise InfragenError(Diagnostic("X083", message, hint=f"leave out {' and '.join(named)}"))
