"""Show what every role may do, and which permissions are unused or missing."""

from dataclasses import replace
from typing import Annotated

from typer import Option

from infragen.commands import completion, flags
from infragen.commands.formats import in_text_format
from infragen.report import permissions as report
from infragen.workflow.bootstrap.roles import roles_of_ci
from infragen.workflow.console import out_text
from infragen.workflow.planning.offline import planned_permissions
from infragen.workflow.session import open_session


def permissions(
    target: flags.OneEnvironment,
    owners: Annotated[
        list[str], flags.option("--of", "ENTRY", "Whose: an entry like services/order. Repeatable.", completion.entries)
    ] = [],
    findings: Annotated[bool, Option("--findings", help="Only unused, overly wide and missing permissions.")] = False,
    output: flags.TextFormat = "text",
    details: flags.Details = False,
    profile: flags.Profiles = [],
    plugin_dir: flags.PluginDir = None,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Plan an environment offline and print what each role and each policy of a resource allows, and why."""
    with open_session(folder, target, offline=True, profiles=tuple(profile), plugin_dir=plugin_dir) as session:
        found = planned_permissions(session, owners)
        if not owners:
            found = replace(found, subjects=(*found.subjects, *roles_of_ci(session.project, session.composed)))
    found = found.of_findings() if findings else found
    out_text(in_text_format(report, output, found, details=details))
    return 0
