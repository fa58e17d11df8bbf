"""Upgrade a provider in every stack, as a change of its own."""

from __future__ import annotations

from typing import Annotated

from typer import Argument

from infragen.commands.flags import HERE, Platforms, PluginDir, ProjectFolder
from infragen.workflow import provider_locks

__all__ = ["upgrade"]


def upgrade(
    wanted: Annotated[
        str | None, Argument(metavar="NAME=VERSION", help="aws=5.101; by default the newest version that is allowed.")
    ] = None,
    platform: Platforms = [],
    plugin_dir: PluginDir = None,
    folder: ProjectFolder = HERE,
) -> int:
    """Write the version and the lock files, and print what changes."""
    return provider_locks.upgrade(folder, wanted, platforms=tuple(platform), plugin_dir=plugin_dir)
