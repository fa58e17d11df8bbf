"""Turn one entry into Terraform of your own, at the same addresses.

Its files are copied into `extra/`, where they replace what infragen makes of it; the entry stays in the catalogue for
those that use it. That alone changes nothing: a plan has what it had before.
"""

from typing import Annotated

from typer import Option

from infragen.commands import completion, flags
from infragen.workflow.console import out
from infragen.workflow.invocation import typeable_hint
from infragen.workflow.rendering.eject import eject as ejected
from infragen.workflow.target import only_system, open_project


def eject(
    entry: Annotated[str, flags.argument("KIND/NAME", "Entry: services/web.", completion.entries)],
    environment: Annotated[
        str | None, flags.option("--environment", "NAME", "Environment to eject it in; all by default.")
    ] = None,
    security_group: Annotated[
        bool, Option("--security-group", help="Also eject its security group, whose rules follow what others call.")
    ] = False,
    modules: Annotated[
        bool, Option("--modules", help="Also copy the modules that it calls, so that they can be edited.")
    ] = False,
    system: flags.System = None,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    project = open_project(folder)
    name = system or only_system(project)
    done = ejected(project, name, entry, environment, security_group=security_group, modules=modules)
    for path in done.written:
        out(f"wrote {path}")
    if done.left:
        out("its security group stays infragen's, because its rules follow what others call (--security-group)")
    target = f"{name}/{done.environments[0]}"
    if done.moving:
        out(
            f"{', '.join(done.moving)}: its `moved` blocks are of `renamed_from` or `moved_from`, and move the state "
            "in the next apply; remove them once every environment has it"
        )
    commands = f"`infragen render {name}`; `infragen plan {target}`"
    out(typeable_hint(f"next: {commands} has what it had before, until you edit: nothing where all is applied"))
    return 0
