"""Show whether and where the emulated AWS is running.

The exit code is 1 when it is not running.
"""

from __future__ import annotations

from infragen.commands.flags import HERE, ProjectFolder
from infragen.terraform.sandbox import Sandbox
from infragen.workflow.console import out
from infragen.workflow.target import open_project

__all__ = ["status"]


def status(folder: ProjectFolder = HERE) -> int:
    """Print where it is running; 1 when it is not."""
    found = Sandbox.status(open_project(folder).root)
    out(found.detail)
    return 0 if found.running else 1
