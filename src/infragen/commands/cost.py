"""Show what an environment costs a month, at list prices."""

from infragen.commands import flags
from infragen.commands.formats import in_text_format
from infragen.report import costs as report
from infragen.workflow.console import out_text
from infragen.workflow.costs import costs
from infragen.workflow.target import open_project


def cost(
    target: flags.SystemOrEnvironment = None,
    output: flags.TextFormat = "text",
    details: flags.Details = False,
    profile: flags.Profiles = [],
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    found = costs(open_project(folder), target, tuple(profile))
    out_text(in_text_format(report, output, found, details=details))
    return 0
