"""Stop the emulated AWS; everything in it is lost."""

from __future__ import annotations

from infragen.commands.flags import HERE, ProjectFolder
from infragen.terraform.sandbox import Sandbox
from infragen.workflow.console import note
from infragen.workflow.target import open_project

__all__ = ["stop"]


def stop(folder: ProjectFolder = HERE) -> int:
    """Stop it, answering or not."""
    stopped = Sandbox.stop_any(open_project(folder).root)
    note("stopped" if stopped else "it was not running")
    return 0
