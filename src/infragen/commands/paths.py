"""Show who can reach whom once a plan is applied: ports, identities and names."""

from typing import Annotated

from infragen.commands import completion, flags
from infragen.commands.formats import in_text_format
from infragen.report import traffic
from infragen.workflow.console import out_text
from infragen.workflow.planning.offline import planned_traffic
from infragen.workflow.session import open_session


def paths(
    target: flags.OneEnvironment,
    sources: Annotated[list[str], flags.option("--from", "END", flags.FROM, completion.entries)] = [],
    targets: Annotated[
        list[str],
        flags.option("--to", "END", "Where to: an end like databases/web or internet. Repeatable.", completion.entries),
    ] = [],
    output: flags.TextFormat = "text",
    details: flags.Details = False,
    profile: flags.Profiles = [],
    plugin_dir: flags.PluginDir = None,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Plan an environment offline and print every way that it opens, and what was not looked at."""
    with open_session(folder, target, offline=True, profiles=tuple(profile), plugin_dir=plugin_dir) as session:
        found = planned_traffic(session, sources, targets)
    out_text(in_text_format(traffic, output, found, details=details))
    return 0
