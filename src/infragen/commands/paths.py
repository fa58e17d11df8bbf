"""Show who can reach whom, on which port and as whom, once a plan is applied."""

from typing import Annotated, Final

from typer import Option

from infragen.commands import completion, flags
from infragen.report import traffic
from infragen.workflow.console import out
from infragen.workflow.planning.traffic import planned_traffic
from infragen.workflow.session import open_session

_WRITERS: Final = {"text": traffic.text, "markdown": traffic.markdown}


def paths(
    target: flags.OneEnvironment,
    sources: Annotated[
        list[str],
        Option(
            "--from",
            metavar="END",
            help=flags.FROM,
            autocompletion=completion.entries,
        ),
    ] = [],
    targets: Annotated[
        list[str],
        Option(
            "--to",
            metavar="END",
            help="Where to: an end like databases/web or internet. Repeatable.",
            autocompletion=completion.entries,
        ),
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
    out(traffic.as_json(found) if output == "json" else _WRITERS[output](found, details=details))
    return 0
