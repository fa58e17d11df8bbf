"""Import existing resources into the catalogue, and show the plan.

The ids are written to the catalogue, which is rendered as `import` blocks. Nothing changes if any of it fails.
"""

from typing import Annotated

from typer import Argument, Option

from infragen.commands import flags
from infragen.commands.formats import print_changes
from infragen.workflow.console import note
from infragen.workflow.imports import import_resources
from infragen.workflow.invocation import typeable_command
from infragen.workflow.session import open_session


def import_(
    target: flags.OneEnvironment,
    entry: Annotated[str, Argument(help="Entry: services/planning, or stacks/network: any resource of a stack.")],
    pairs: Annotated[
        list[str],
        flags.argument("ADDRESS=ID", "Resource of the entry, and the id of what exists: aws_ecr_repository.this=ID."),
    ],
    no_plan: Annotated[bool, Option("--no-plan", help="Write and render only; plan later.")] = False,
    sandbox: flags.Sandbox = False,
    output: flags.ReportFormat = "terminal",
    plugin_dir: flags.PluginDir = None,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    with import_resources(folder, target, entry, pairs) as importing:
        if not no_plan:
            with open_session(folder, target, sandbox=sandbox, plugin_dir=plugin_dir) as session:
                planned = importing.plan(session)
            print_changes(planned.change_set, target, output)
    many = "" if importing.new == 1 else "s"
    said = f"{importing.new} line{many} written to {importing.file}"
    again = typeable_command(f"infragen apply {target}{' --sandbox' if sandbox else ''}")
    note(
        f"{said if importing.new else f'all of it is already in {importing.file}'}; "
        f"next: `{again}`, after which the line{many} can be removed"
    )
    return 0
