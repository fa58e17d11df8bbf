"""Check the catalogue and list every problem, with its line."""

from typing import Annotated

from typer import Option

from infragen.commands import flags
from infragen.commands.formats import FINDINGS_FORMATS
from infragen.diagnostics import Diagnostic, Severity, sort_diagnostics
from infragen.workflow.console import note, out
from infragen.workflow.target import choose, open_project, refuse_stack
from infragen.workflow.validation import findings, settings_findings


def validate(
    target: flags.SystemOrEnvironment = None,
    output: flags.FindingsFormat = "text",
    quiet: Annotated[bool, Option("--quiet", "-q", help="Errors and warnings only.")] = False,
    profile: flags.Profiles = [],
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Print all findings; 1 when one of them is an error, else 0."""
    project = open_project(folder)
    refuse_stack(target, "a catalogue is checked for an environment")
    chosen = choose(project, target, may_be_empty=True)
    systems = tuple((one.catalogue, one.names) for one in chosen)
    composed = {one.catalogue.name: one.composed for one in chosen}
    found = [*settings_findings(project.root), *findings(project, systems, tuple(profile), composed=composed)]
    shown = [finding for finding in sort_diagnostics(found) if not quiet or finding.severity != Severity.NOTICE]
    out(FINDINGS_FORMATS[output](shown, project.root))
    if output == "text":
        note(_summary(found, hidden=len(set(found)) - len(shown)))
    return 1 if any(finding.severity == Severity.ERROR for finding in found) else 0


def _summary(found: list[Diagnostic], hidden: int) -> str:
    counts = [sum(finding.severity == severity for finding in set(found)) for severity in Severity]
    words = [f"{count} {severity}{'' if count == 1 else 's'}" for count, severity in zip(counts, Severity, strict=True)]
    return ", ".join(words) + (f" ({hidden} notices not shown)" if hidden else "")
