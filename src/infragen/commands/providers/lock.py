"""Generate the lock file of every stack."""

from infragen.commands import flags
from infragen.workflow.rendering.provider_locks import lock_files


def lock(
    target: flags.AnyTarget = None,
    platform: flags.Platforms = [],
    check: flags.Check = False,
    plugin_dir: flags.PluginDir = None,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    return lock_files(folder, target, platforms=tuple(platform), check=check, plugin_dir=plugin_dir)
