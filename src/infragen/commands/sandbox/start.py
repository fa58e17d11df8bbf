"""Start the emulated AWS."""

from __future__ import annotations

from typing import Annotated

from typer import Option

from infragen.commands.flags import HERE, ProjectFolder
from infragen.terraform.sandbox import Sandbox
from infragen.workflow.console import note
from infragen.workflow.target import open_project

__all__ = ["start"]


def start(
    port: Annotated[
        int | None, Option("--port", metavar="PORT", min=1024, max=65535, help="Loopback port; by default a free one.")
    ] = None,
    folder: ProjectFolder = HERE,
) -> int:
    """Start it, or print that it is running already."""
    project = open_project(folder)
    Sandbox.start(project.root, port)
    note(Sandbox.status(project.root).detail)
    return 0
