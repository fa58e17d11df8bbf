"""The root that an environment stands on, ready to be worked on; and what a run of it that was cut off left behind."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.hcl.index import Index
from infragen.stacks.model import BOOTSTRAP, Stack
from infragen.terraform.bootstrap_state import BootstrapState
from infragen.terraform.child_process import Stopper
from infragen.terraform.journal import note_process, note_recovered, note_taken_over
from infragen.terraform.states import parse_state
from infragen.terraform.workfolder import open_work_folders, read_tree
from infragen.workflow.console import note
from infragen.workflow.invocation import WORKED_ON, Place, set_lock_timeout
from infragen.workflow.recovery.orphans import Recovered, import_orphans
from infragen.workflow.recovery.repair import left_behind, release_own_lock, wait_for_processes
from infragen.workflow.rendering.composition import Composed
from infragen.workflow.session import Session, end_idle_providers, open_runners, warn_left_behind
from infragen.workflow.target import generated_folder, open_project, resolve_one

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from infragen.catalog import Environment, Project
    from infragen.terraform.journal import Journal, Run


class BootstrapSession(Struct, frozen=True):
    """A bootstrap's folder with its files, and a session in which it is the only stack."""

    session: Session
    root: BootstrapState

    @property
    def environment(self) -> Environment:
        """The environment that stands on it."""
        return self.session.environment


@contextmanager
def open_bootstrap(
    project: Project,
    environment: Environment,
    files: Mapping[str, str],
    *,
    sandbox: bool,
    plugin_dir: Path | None,
    lock_timeout: str | None = None,
    resumed: str | None = None,
) -> Iterator[BootstrapSession]:
    """Open the scratch folder of a bootstrap; `files` are by their paths in the bootstrap's own folder.

    `resumed` is the run that is about to be put right: that it was cut off is no news.
    """
    set_lock_timeout(lock_timeout)
    WORKED_ON.set(Place(environment.target, sandbox))
    stopper = Stopper()
    tree = {f"{BOOTSTRAP}/{path}": text for path, text in files.items()}
    stack = Stack(BOOTSTRAP, (), (), ())
    composed = Composed(environment, (stack,), tree)
    place = open_work_folders(project.root, environment.system.name, environment.name, sandbox=sandbox)
    runners = open_runners(project, environment, stopper, sandbox=sandbox, plugin_dir=plugin_dir, makes_bucket=True)
    with runners as (opener, runner), place as folders, stopper.signals():
        target = f"{environment.target}/{BOOTSTRAP}"
        if warn_left_behind(project, target, sandbox=sandbox, resumed=resumed):
            end_idle_providers(project.root, folders)
        session = Session(project, target, composed, (stack,), tree, folders, opener, runner, sandbox)
        yield BootstrapSession(session, BootstrapState(folders.stack(BOOTSTRAP), files, runner, opener))


def committed_files(project: Project, environment: Environment) -> dict[str, str]:
    """Return the files of a bootstrap as they lie below `generated/`, by their paths in its own folder."""
    root = generated_folder(project, environment) / BOOTSTRAP
    texts = read_tree(root)
    if not texts:
        message = f"{environment.target} has no bootstrap: there is no {project.relative(root)}/"
        raise InfragenError(Diagnostic("V006", message, hint=f"`infragen bootstrap {environment.target}` writes it"))
    return texts


def recover_bootstrap(folder: Path, run: Run, *, plugin_dir: Path | None) -> Recovered:
    """Put right what runs of a bootstrap left behind, with the files that this one ran.

    A lock of theirs is released, a state that could not be stored is; what they made is taken into the state, wherever
    that is by then. What may have been made and has no name is named with its tags.
    """
    project = open_project(folder)
    target, sandbox = run.begin.environment
    _, environment = resolve_one(project, target.rpartition("/")[0])
    kept = run.tree
    files = _own_files(kept.texts) if kept is not None else committed_files(project, environment)
    found = Recovered()
    opened = open_bootstrap(project, environment, files, sandbox=sandbox, plugin_dir=plugin_dir, resumed=run.id)
    with opened as bootstrap, bootstrap.session.runner.on_process_start(partial(note_process, run)):
        _recover(bootstrap, run, found)
    return found


def _own_files(texts: Mapping[str, str]) -> dict[str, str]:
    prefix = f"{BOOTSTRAP}/"
    return {path.removeprefix(prefix): text for path, text in texts.items() if path.startswith(prefix)}


def _recover(bootstrap: BootstrapSession, run: Run, found: Recovered) -> None:
    session, root = bootstrap.session, bootstrap.root
    left = left_behind(session, run)
    wait_for_processes(session, left)
    if left and root.is_connected_to_bucket:
        release_own_lock(session, BOOTSTRAP, root.folder, [run, *(part.run for part in left)], found)
    note(f"{BOOTSTRAP}: the state is {root.find().value}")
    for part in left:
        before = found.unclear
        import_orphans(session, part, root.folder, found)
        if found.unclear > before:
            note(f"  they have the tags {_tags(root.files)}: the Tag Editor in the console finds them")
    if not found.unanswered:
        note_recovered(run, (BOOTSTRAP,))


def note_adopted_objects(bootstrap: BootstrapSession, journal: Journal) -> None:
    """Settle what earlier runs left behind where a person had it taken over in this one, and the state has it now."""
    folder, runner = bootstrap.root.folder, bootstrap.session.runner
    state = parse_state(runner.state_pull(folder), BOOTSTRAP)
    if state is not None:
        note_taken_over(bootstrap.session.project.root, journal.id, BOOTSTRAP, dict(state.objects()))


def _tags(files: Mapping[str, str]) -> str:
    """Return the tags that everything of the root has, as its provider gives them."""
    blocks = Index(files.get("providers.tf", "")).blocks
    tags = (one.arguments.get("tags") for block in blocks for one in block.nested("default_tags"))
    found = {name: one.plain for group in tags if group for name, one in (group.items or {}).items()}
    return ", ".join(f"{name} = {value}" for name, value in found.items()) or "of the environment"
