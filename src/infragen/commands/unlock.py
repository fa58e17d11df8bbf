"""Release state locks of runs that have ended.

Shows who holds each lock and asks for confirmation.
"""

from pathlib import Path

from infragen.commands import flags
from infragen.stacks.model import BOOTSTRAP
from infragen.workflow.bootstrap.session import committed_files, open_bootstrap
from infragen.workflow.console import out
from infragen.workflow.recovery.repair import refuse_while_running, release
from infragen.workflow.session import end_idle_providers
from infragen.workflow.states.storage import open_with_removed_stacks
from infragen.workflow.target import open_project, parse, resolve_one


def unlock(
    target: flags.Target,
    sandbox: flags.Sandbox = False,
    yes: flags.Yes = False,
    plugin_dir: flags.PluginDir = None,
    folder: flags.ProjectFolder = flags.HERE,
) -> int:
    """Say who holds the locks of the target's stacks, ask, and release them; 1 when a person said no.

    Also of stacks that the catalogue no longer has.
    """
    if parse(target).stack == BOOTSTRAP:
        return _of_bootstrap(folder, target, sandbox=sandbox, yes=yes, plugin_dir=plugin_dir)
    # Also while a state move is interrupted: to finish that one may need the very lock.
    with open_with_removed_stacks(
        folder, target, sandbox=sandbox, plugin_dir=plugin_dir, unfinished_moves=True, as_applied=True
    ) as session:
        end_idle_providers(session.project.root, session.folders)
        for stack in session.stacks:
            refuse_while_running(session, stack.name)
        held = 0
        for name, where in session.folders_to_ask().items():
            lock = session.runner.lock_of(where)
            if lock is None:
                continue
            held += 1
            if not release(session, name, where, yes=yes):
                return 1
        if not held:
            out(f"{target}: no lock is held")
        return 0


def _of_bootstrap(folder: Path, target: str, *, sandbox: bool, yes: bool, plugin_dir: Path | None) -> int:
    """Do the same for what an environment stands on: a state that is not in the bucket yet has no lock to release."""
    project = open_project(folder)
    _, environment = resolve_one(project, target.rpartition("/")[0])
    files = committed_files(project, environment)
    with open_bootstrap(project, environment, files, sandbox=sandbox, plugin_dir=plugin_dir) as opened:
        session, root = opened.session, opened.root
        end_idle_providers(session.project.root, session.folders)
        refuse_while_running(session, BOOTSTRAP)
        if root.connect_to_bucket() and session.runner.lock_of(root.folder) is not None:
            return 0 if release(session, BOOTSTRAP, root.folder, yes=yes) else 1
        out(f"{target}: no lock is held")
        return 0
