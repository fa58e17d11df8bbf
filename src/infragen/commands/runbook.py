"""Print the runbook for failover to a standby, failback, or the rehearsal of a failover or a restore."""

from typing import Annotated, Literal

from infragen.commands import flags
from infragen.commands.formats import in_text_format, write_file
from infragen.report import runbook as report
from infragen.workflow import runbook as workflow
from infragen.workflow.console import out_text
from infragen.workflow.rendering.readme import page
from infragen.workflow.target import open_project


def runbook(
    target: flags.OneEnvironment,
    action: Annotated[
        Literal["failover", "failback", "rehearsal", "restore"],
        flags.argument(
            "ACTION",
            "failover: to the standby; failback: back from it; rehearsal: a failover without loss; restore:"
            " rehearse a restore of the databases.",
        ),
    ],
    only: Annotated[
        str, flags.option("--only", "ENTRY", "The database to rehearse a restore of; by default all are listed.")
    ] = "",
    output: flags.TextFormat = "text",
    file: flags.GeneratedFile = None,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Print the steps in their order, with real names, and what each may take; 2 where a promise is not kept.

    Nothing is asked of AWS. InfragenError X064 for an environment without a standby, X068 for an entry whose restore
    is not rehearsed, X011 for a file that cannot be written, or is something else.
    """
    found = workflow.runbook(open_project(folder), target, action, only)
    text = page(found) if output == "markdown" else in_text_format(report, output, found)
    if file is None:
        out_text(text)
    else:
        write_file(file, f"{text}\n", replaces=found.heading)
    return 2 if found.is_broken else 0
