"""Show what an environment promises, the alarms that watch each promise, and what limits it."""

from infragen.commands import flags
from infragen.commands.formats import in_text_format
from infragen.report import promises as report
from infragen.stacks.promises import promises_of
from infragen.workflow.console import out_text
from infragen.workflow.target import open_project, refuse_stack, resolve_one


def promises(
    target: flags.OneEnvironment, output: flags.TextFormat = "text", folder: flags.ProjectFolder = flags.HERE
) -> int:
    """Print every promise of an environment with its alarms and its limits, those that nothing watches first."""
    refuse_stack(target, "an environment promises, not its stacks")
    _, environment = resolve_one(open_project(folder), target)
    out_text(in_text_format(report, output, promises_of(environment)))
    return 0
