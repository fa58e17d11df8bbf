"""Show what an environment costs a month, at list prices."""

from infragen.commands import flags
from infragen.commands.formats import in_text_format
from infragen.report import costs
from infragen.stacks.costs import estimate
from infragen.workflow.console import out
from infragen.workflow.target import open_project, refuse_stack, resolve_all, select


def cost(
    target: flags.SystemOrEnvironment = None,
    output: flags.TextFormat = "text",
    details: flags.Details = False,
    profile: flags.Profiles = [],
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Print an estimate for each environment of the target: by kind and by entry, and what is in no sum."""
    project = open_project(folder)
    refuse_stack(target, "costs are calculated for an environment, by entry")
    found = []
    for catalogue, names in select(project, target):
        _, resolved = resolve_all(project, catalogue, names, tuple(profile))
        found += [estimate(one.environment()) for one in resolved]
    out(in_text_format(costs, output, found, details=details))
    return 0
