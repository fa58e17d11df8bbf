"""Recover from a run that failed or was interrupted, then continue.

What the run left behind is repaired first: locks, states that could not be stored, objects that are in no state.
"""

from __future__ import annotations

from typing import Annotated

from typer import Argument

from infragen.commands.flags import HERE, PluginDir, ProjectFolder
from infragen.workflow import resume as workflow
from infragen.workflow.resume import Again

__all__ = ["resume"]


def resume(
    run_id: Annotated[
        str | None, Argument(metavar="[ID]", help="A run's id, or its beginning or end; by default the latest run.")
    ] = None,
    plugin_dir: PluginDir = None,
    folder: ProjectFolder = HERE,
) -> Again | None:
    """Recover, and return what the command line is to run next; None when all was done."""
    return workflow.resume(folder, run_id, plugin_dir=plugin_dir)
