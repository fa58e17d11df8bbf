"""Destroy everything that was applied, after confirmation.

In reverse order: stacks that others need are destroyed last.
"""

from __future__ import annotations

from infragen.commands.flags import HERE, Jobs, LockTimeout, PluginDir, ProjectFolder, Sandbox, Target, Yes
from infragen.workflow import destroy as workflow
from infragen.workflow.states.removed_stacks import open_with_removed_stacks

__all__ = ["destroy"]


def destroy(
    target: Target,
    sandbox: Sandbox = False,
    yes: Yes = False,
    jobs: Jobs = None,
    lock_timeout: LockTimeout = None,
    plugin_dir: PluginDir = None,
    folder: ProjectFolder = HERE,
) -> int:
    """Destroy a target's stacks; 1 when one of them fails."""
    with open_with_removed_stacks(
        folder, target, sandbox=sandbox, plugin_dir=plugin_dir, lock_timeout=lock_timeout
    ) as session:
        return workflow.destroy(session, yes=yes, jobs=jobs)
