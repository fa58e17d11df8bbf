"""Recover from a run that failed or was interrupted, then continue.

What the run left behind is repaired first: locks, states that could not be stored, objects that are in no state.
"""

from typing import Annotated

from infragen.commands import flags
from infragen.workflow import resume as workflow
from infragen.workflow.resume import NextCommand


def resume(
    run_id: Annotated[
        str | None, flags.argument("[ID]", "A run's id, or its beginning or end; by default the latest run.")
    ] = None,
    yes: flags.Yes = False,
    plugin_dir: flags.PluginDir = None,
    folder: flags.ProjectFolder = flags.HERE,
) -> NextCommand | None:
    return workflow.resume(folder, run_id, yes=yes, plugin_dir=plugin_dir)
