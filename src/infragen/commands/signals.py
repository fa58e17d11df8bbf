"""Show who is notified of which alarm, finding and failed run, and what can fail without an alarm."""

from infragen.commands import flags
from infragen.commands.formats import in_text_format
from infragen.report import signals as report
from infragen.stacks.signals import signals_of
from infragen.workflow.console import out_text
from infragen.workflow.target import open_project, refuse_stack, resolve_one


def signals(
    target: flags.OneEnvironment, output: flags.TextFormat = "text", folder: flags.ProjectFolder = flags.HERE
) -> int:
    refuse_stack(target, "people are told of an environment, not of its stacks")
    _, environment = resolve_one(open_project(folder), target)
    out_text(in_text_format(report, output, signals_of(environment)))
    return 0
