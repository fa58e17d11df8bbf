"""Move resources to the state of the stack they belong to.

Without --apply, shows what would move and proves that it changes nothing; the exit code is 2 when something would.
"""

from __future__ import annotations

from typing import Annotated

from typer import Option

from infragen.commands.flags import (
    HERE,
    Apply,
    OneEnvironment,
    PluginDir,
    ProjectFolder,
    ReportFormat,
    Sandbox,
    Yes,
)
from infragen.workflow.session import open_session
from infragen.workflow.state_moves.move import move_resources

__all__ = ["moves"]


def moves(
    target: OneEnvironment,
    apply: Apply = False,
    push: Annotated[
        bool, Option("--push", help="Write the states directly, even where `import` blocks would work.")
    ] = False,
    removed: Annotated[
        list[str],
        Option("--from", metavar="STACK", help="A stack that the catalogue no longer has. Repeatable."),
    ] = [],
    yes: Yes = False,
    sandbox: Sandbox = False,
    output: ReportFormat = "terminal",
    plugin_dir: PluginDir = None,
    folder: ProjectFolder = HERE,
) -> int:
    """Show, prove and make moves between states; 2 when there is something to move."""
    with open_session(folder, target, sandbox=sandbox, plugin_dir=plugin_dir, unfinished_moves=True) as session:
        return move_resources(session, removed=tuple(removed), apply=apply, by_push=push, yes=yes, output=output)
