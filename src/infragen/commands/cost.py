"""Show what an environment costs a month, at list prices."""

from typing import Final

from infragen.commands import flags
from infragen.report import costs
from infragen.stacks.costs import estimate
from infragen.workflow.console import out
from infragen.workflow.target import open_project, refuse_stack, resolve_all, select

_WRITERS: Final = {"text": costs.text, "markdown": costs.markdown}


def cost(
    target: flags.SystemOrEnvironment = None,
    output: flags.TextFormat = "text",
    details: flags.Details = False,
    profile: flags.Profiles = [],
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Print an estimate for each environment of the target: by kind and by entry, and what is in no sum."""
    project = open_project(folder)
    refuse_stack(target, "a cost is told of an environment, by entry")
    found = []
    for catalogue, names in select(project, target):
        _, resolved = resolve_all(project, catalogue, names, tuple(profile))
        found += [estimate(one.environment()) for one in resolved]
    out(costs.as_json(found) if output == "json" else _WRITERS[output](found, details=details))
    return 0
