"""Check what is rendered against the providers of today."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated

from typer import Option

from infragen.commands import flags
from infragen.commands.formats import print_findings
from infragen.diagnostics import Severity, sort_diagnostics
from infragen.provider_schema import CHANGES, PROVIDERS, Checked, known
from infragen.text import counted, first_of
from infragen.workflow.console import note, out
from infragen.workflow.rendering.provider_checks import check_trees
from infragen.workflow.target import open_project, refuse_stack


def check(
    target: flags.SystemOrEnvironment = None,
    changes: Annotated[
        bool, Option("--changes", help="List the changes of the upgrade guide, each with what is rendered of it.")
    ] = False,
    output: flags.FindingsFormat = "text",
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Print what does not fit; 1 when one of the findings is an error, else 0."""
    project = open_project(folder)
    refuse_stack(target, "the files of an environment are checked together")
    found = check_trees(project, target)
    findings = sort_diagnostics(found.findings)
    print_findings(findings, output, project.root)
    if output == "text":
        out(*(_changes(found) if changes else ()))
        note(*_said(found, Counter(finding.severity for finding in findings)))
    return 1 if any(finding.severity == Severity.ERROR for finding in findings) else 0


def _changes(found: Checked) -> Iterator[str]:
    rendered = {*found.fitting, *found.unknown, "provider"}
    shown = [change for change in CHANGES if rendered.intersection(change.types)]
    for change in shown:
        times = found.changes[change]
        verdict = change.stays or (f"found {counted(times, 'time')}" if times else "not written")
        yield f"{', '.join(name for name in change.types if name in rendered)}: {change.what}: {verdict}"
    yield f"{len(CHANGES) - len(shown)} other changes are of types that are not rendered"


def _said(found: Checked, count: Counter[Severity]) -> Iterator[str]:
    compared = [
        f"{counted(times, 'resource')} compared with {known(name).shown}, as of {known(name).as_of}"
        for name in PROVIDERS
        if (times := sum(of for one, of in found.fitting.items() if one.startswith(f"{name}_"))) or name == "aws"
    ]
    errors, warnings = (counted(count[one], one.value) for one in (Severity.ERROR, Severity.WARNING))
    yield f"{'; '.join(compared)}: {errors}, {warnings}"
    for version in sorted(set(found.needing.values())):
        folders = sorted(folder for folder, one in found.needing.items() if one == version)
        yield f"these need AWS provider {version} or later, so infragen's tests never planned them: {first_of(folders)}"
    if found.unknown:
        names = ", ".join(f"{name} ({times})" for name, times in sorted(found.unknown.items()))
        yield f"not compared, because the extract of its schema lacks them: {names}"
