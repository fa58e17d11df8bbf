"""Draw services, databases, calls, uses and what the internet reaches."""

from typing import Final

from infragen.commands import flags
from infragen.report.graph import svg, text
from infragen.stacks.graph import graph as graph_of
from infragen.workflow.console import out_text
from infragen.workflow.target import open_project, refuse_stack, resolve_one

_WRITERS: Final = {"svg": svg.render, "mermaid": text.mermaid, "dot": text.dot}


def graph(
    target: flags.OneEnvironment,
    output: flags.GraphFormat = "svg",
    profile: flags.Profiles = [],
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    refuse_stack(target, "diagrams are drawn of an environment")
    _, environment = resolve_one(open_project(folder), target, tuple(profile))
    out_text(_WRITERS[output](graph_of(environment)))
    return 0
