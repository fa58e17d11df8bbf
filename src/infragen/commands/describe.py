"""Describe a system on one page: entries, environments, deviations and assumptions."""

import os
from typing import Annotated

from infragen.catalog import Environment
from infragen.commands import completion, flags
from infragen.commands.formats import refuse_first, write_file
from infragen.diagnostics import InfragenError
from infragen.kinds.compose import ComposeEnvironment
from infragen.report.description import markdown
from infragen.workflow.console import out, out_text
from infragen.workflow.target import choose, open_project, parse, resolve_all, resolve_composed


def describe(
    system: Annotated[str, flags.argument("SYSTEM", "Name of the system.", completion.systems)],
    file: flags.GeneratedFile = None,
    check: flags.Check = False,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Print the page, write it, or compare it with what is written; 2 when `check` finds a difference.

    InfragenError X062 for a target that is no system, X063 for `check` without a file, X011 for one that cannot be
    written, or is something else.
    """
    target = parse(system)
    what, hint = f"{system} is an environment: a page describes a system", f"write `infragen describe {target.system}`"
    refuse_first("X062", (target.environment is not None, what, hint))
    refuse_first("X063", (check and file is None, "there is no file to compare with", "add `--file FILE`"))
    project = open_project(folder)
    [chosen] = choose(project, system, may_be_empty=True)
    base, found = resolve_all(project, chosen.catalogue, chosen.names, ())
    composed = resolve_composed(project, chosen.catalogue, chosen.composed, base)
    problems = [problem for one in (base, *found, *composed) for problem in one.problems]
    if problems or base.resolved is None:
        raise InfragenError(*dict.fromkeys(problems))
    every: list[Environment | ComposeEnvironment] = [
        *(one.environment() for one in found),
        *(one.composed() for one in composed),
    ]
    environments = sorted(every, key=lambda one: one.name)
    if file is None:
        out_text(markdown(base.resolved, environments))
        return 0
    way = os.path.relpath(project.root, file.resolve().parent).replace(os.sep, "/")
    text = markdown(base.resolved, environments, "" if way == "." else f"{way}/")
    if check:
        is_same = file.is_file() and file.read_bytes() == text.encode()
        out(*([] if is_same else [f"not up to date: {file}"]))
        return 0 if is_same else 2
    write_file(file, text, replaces=f"Written by `infragen describe {target.system}`")
    return 0
