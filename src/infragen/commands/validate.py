"""Check the catalogue and list every problem, with its line."""

from collections import Counter
from typing import Annotated

from typer import Option

from infragen.commands import flags
from infragen.commands.formats import print_findings
from infragen.diagnostics import Severity, sort_diagnostics
from infragen.settings import FILE
from infragen.workflow.console import note
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
    if (project.root / FILE).exists() and not any(finding.severity == Severity.ERROR for finding in found):
        from infragen.workflow.ci import files  # where there are no settings, nothing pays for its import

        found += files.settings_findings(project)
    shown = [finding for finding in sort_diagnostics(found) if not quiet or finding.severity != Severity.NOTICE]
    print_findings(shown, output, project.root)
    if output == "text":
        count = Counter(finding.severity for finding in set(found))
        said = ", ".join(f"{count[one]} {one}{'' if count[one] == 1 else 's'}" for one in Severity)
        hidden = len(set(found)) - len(shown)
        note(said + (f" ({hidden} notices not shown)" if hidden else ""))
    return 1 if any(finding.severity == Severity.ERROR for finding in found) else 0
