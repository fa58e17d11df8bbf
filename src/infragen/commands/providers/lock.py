"""Generate the lock file of every stack."""

from __future__ import annotations

from infragen.commands.flags import HERE, AnyTarget, Check, Platforms, PluginDir, ProjectFolder
from infragen.workflow.provider_locks import lock_files

__all__ = ["lock"]


def lock(
    target: AnyTarget = None,
    platform: Platforms = [],
    check: Check = False,
    plugin_dir: PluginDir = None,
    folder: ProjectFolder = HERE,
) -> int:
    """Write lock files; with `check` write none, and return 2 when one is not up to date."""
    return lock_files(folder, target, platforms=tuple(platform), check=check, plugin_dir=plugin_dir)
