"""Destroy everything that was applied, after confirmation.

In reverse order: stacks that others need are destroyed last.
"""

from infragen.commands import flags
from infragen.workflow import destroy as workflow
from infragen.workflow.states.storage import open_with_removed_stacks


def destroy(
    target: flags.Target,
    sandbox: flags.Sandbox = False,
    yes: flags.Yes = False,
    jobs: flags.Jobs = None,
    lock_timeout: flags.LockTimeout = None,
    plugin_dir: flags.PluginDir = None,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    with open_with_removed_stacks(
        folder, target, sandbox=sandbox, plugin_dir=plugin_dir, lock_timeout=lock_timeout, as_applied=True
    ) as session:
        return workflow.destroy(session, yes=yes, jobs=jobs)
