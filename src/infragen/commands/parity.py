"""Show the expected and the unexpected differences between two environments."""

from typing import Annotated

from infragen.commands import completion, flags
from infragen.commands.formats import in_text_format, refuse_first
from infragen.environment import parity as parity_of
from infragen.report import parity as report
from infragen.workflow.console import out_text
from infragen.workflow.target import open_project, parse, refuse_stack, resolve_one


def parity(
    target: flags.OneEnvironment,
    other: Annotated[str, flags.argument("OTHER", "Environment to compare with: prod.", completion.environments)],
    last: Annotated[
        str | None, flags.argument("LAST", "Environment to compare with, after a system and one of its environments.")
    ] = None,
    output: flags.TextFormat = "text",
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Print each difference of two environments with the lines that set it; 2 when one has no reason in `differs`.

    InfragenError X018 for environments of two systems.
    """
    if last is not None:
        target, other = f"{target}/{other}", last
    project = open_project(folder)
    for one in (target, other):
        refuse_stack(one, "environments are compared, not their stacks")
    system, named = parse(target).system, parse(other)
    is_other, what = named.environment is not None and named.system != system, f"{other} belongs to another system than"
    hint = f"write `infragen parity {target} NAME` with another environment of {system}"
    refuse_first("X018", (is_other, f"{what} {target}", hint))
    _, left = resolve_one(project, target)
    _, right = resolve_one(project, f"{system}/{named.environment or named.system}")
    found = parity_of(left, right)
    out_text(in_text_format(report, output, found))
    return 2 if found.unexpected else 0
