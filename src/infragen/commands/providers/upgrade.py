"""Upgrade a provider in every stack, as a change of its own."""

from typing import Annotated

from infragen.commands import flags
from infragen.workflow.rendering import provider_locks


def upgrade(
    wanted: Annotated[
        str | None, flags.argument("NAME=VERSION", "aws=5.101; by default the newest version that is allowed.")
    ] = None,
    platform: flags.Platforms = [],
    plugin_dir: flags.PluginDir = None,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    return provider_locks.upgrade(folder, wanted, platforms=tuple(platform), plugin_dir=plugin_dir)
