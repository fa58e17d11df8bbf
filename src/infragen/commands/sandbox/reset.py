"""Delete everything in the emulated AWS, states included."""

from __future__ import annotations

from infragen.commands.flags import HERE, ProjectFolder
from infragen.workflow.console import note
from infragen.workflow.sandbox_inventory import running
from infragen.workflow.target import open_project

__all__ = ["reset"]


def reset(folder: ProjectFolder = HERE) -> int:
    """Empty it."""
    running(open_project(folder)).reset()
    note("emptied; every state in it is gone too")
    return 0
