"""Move resources to the state of the stack they belong to.

Without --apply, shows what would move and proves that it changes nothing; the exit code is 2 when something would.
"""

from typing import Annotated

from typer import Option

from infragen.commands import flags
from infragen.workflow.session import open_session
from infragen.workflow.state_moves.move import move_resources


def moves(
    target: flags.OneEnvironment,
    apply: flags.Apply = False,
    push: Annotated[
        bool, Option("--push", help="Write the states directly, even where `import` blocks would work.")
    ] = False,
    removed: Annotated[list[str], flags.option("--from", "STACK", flags.FROM)] = [],
    yes: flags.Yes = False,
    sandbox: flags.Sandbox = False,
    output: flags.ReportFormat = "terminal",
    plugin_dir: flags.PluginDir = None,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    with open_session(folder, target, sandbox=sandbox, plugin_dir=plugin_dir, unfinished_moves=True) as session:
        return move_resources(session, removed=tuple(removed), apply=apply, by_push=push, yes=yes, output=output)
