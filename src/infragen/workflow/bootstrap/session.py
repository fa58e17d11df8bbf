"""The root that an environment stands on, ready to be worked on; and what a run of it that was cut off left behind."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.hcl.index import Index
from infragen.plan import change_sets, open_plan
from infragen.plan_contract.contract import contract_of
from infragen.stacks.bootstrap import NAME
from infragen.stacks.model import BOOTSTRAP, LOCK_FILE, Stack
from infragen.terraform.bootstrap_state import BootstrapState, StateLocation
from infragen.terraform.child_process import Stopper
from infragen.terraform.events import Counts
from infragen.terraform.journal import note_process, note_recovered, note_taken_over
from infragen.terraform.sandbox import Sandbox
from infragen.terraform.states import parse_state
from infragen.terraform.workfolder import open_work_folders, read_tree
from infragen.workflow.console import console, note, out
from infragen.workflow.invocation import WORKED_ON, Place, set_lock_timeout
from infragen.workflow.recovery.approval import approved, unshown_destruction
from infragen.workflow.recovery.orphans import Recovered, import_orphans
from infragen.workflow.recovery.repair import left_behind, refuse_while_running, release_own_lock, wait_for_processes
from infragen.workflow.rendering.composition import Composed
from infragen.workflow.runs.execution import execute, open_run
from infragen.workflow.session import Session, end_idle_providers, open_runners, shown_plan, warn_left_behind
from infragen.workflow.states.storage import run_each
from infragen.workflow.target import generated_folder, open_project, resolve_one, warn_without_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from infragen.catalog import Environment, Project
    from infragen.plan import ChangeSet
    from infragen.plan_contract import Contract
    from infragen.terraform.journal import Journal, Run
    from infragen.terraform.runner import OnEvent


@dataclass(frozen=True, slots=True)
class BootstrapSession:
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


_BUCKET_ADDRESS: Final = "module.state_bucket.aws_s3_bucket.this"


@dataclass(frozen=True, slots=True)
class Applying:
    """How to apply: where, without asking, and whether to take over a bucket that is there."""

    sandbox: bool
    yes: bool
    adopt: bool
    output: str
    plugin_dir: Path | None
    lock_timeout: str | None


@dataclass(frozen=True, slots=True)
class _Work:
    """An apply under way."""

    bootstrap: BootstrapSession
    how: Applying
    journal: Journal

    @property
    def environment(self) -> Environment:
        return self.bootstrap.environment

    @property
    def root(self) -> BootstrapState:
        return self.bootstrap.root


def apply_bootstrap(project: Project, environment: Environment, files: Mapping[str, str], how: Applying) -> int:
    """Plan, show, ask, apply, and move the state into the bucket if it is not there yet: a run like others."""
    warn_without_key()
    tree = read_tree(generated_folder(project, environment) / NAME)
    locked = {**files, **{path: text for path, text in tree.items() if path == LOCK_FILE}}
    opened = open_bootstrap(
        project, environment, locked, sandbox=how.sandbox, plugin_dir=how.plugin_dir, lock_timeout=how.lock_timeout
    )
    with opened as bootstrap, open_run(bootstrap.session, NAME, (NAME,)) as journal:
        return _run(_Work(bootstrap, how, journal))


def _run(work: _Work) -> int:
    environment, root = work.environment, work.root
    refuse_while_running(work.bootstrap.session, NAME)  # no lock tells of who works on a state in the scratch folder
    where = root.find()
    for path in root.former():
        note(f"kept: {path}, a local state that is not the one in the bucket; remove it when it is not needed")
    if where in {StateLocation.FOREIGN_BUCKET, StateLocation.LOCAL_BESIDE_BUCKET}:
        _adopt(work)
    elif where is not StateLocation.BUCKET:
        note(f"the state is {where.value}")
    plan = root.folder.path / "infragen.tfplan"
    try:
        planned = _planned(work, plan)
        console().changes(planned.change_set, f"{environment.target}/{NAME}", work.how.output)
        question = f"Apply this to {environment.target}?"
        if not planned.change_set.is_empty and not approved(question, planned.unshown, yes=work.how.yes):
            return 1
        if not planned.change_set.is_empty or where is not StateLocation.BUCKET:
            do = _Doing(work, plan, applies=not planned.change_set.is_empty, moves=where is not StateLocation.BUCKET)
            session, shown = work.bootstrap.session, planned.contract
            code = execute(session, NAME, {NAME: ()}, do, run=work.journal, shown=shown, records=False)
            if code:
                return code
    finally:
        plan.unlink(missing_ok=True)
    if work.how.adopt:
        note_adopted_objects(work.bootstrap, work.journal)
    if where is not StateLocation.BUCKET:
        note(f"the state is in s3://{environment.state_bucket} now")
    out("".join(f"{name} = {output.value}\n" for name, output in root.runner.output(root.folder).items()))
    return 0


def _adopt(work: _Work) -> None:
    bucket = work.environment.state_bucket
    if not (work.how.adopt or _is_of_sandbox(work)):
        hint = "if it is yours, the same command with `--adopt` takes it over and adds what is missing"
        raise InfragenError(Diagnostic("V005", f"the bucket {bucket} exists, but is in no state", hint=hint))
    work.root.adopt(_BUCKET_ADDRESS, bucket)


def _is_of_sandbox(work: _Work) -> bool:
    """Whether an apply on the emulated AWS made the bucket, for want of a bootstrap."""
    settings = work.environment.settings
    emulated = Sandbox.running(work.bootstrap.session.project.root) if work.how.sandbox else None
    return emulated is not None and emulated.made_state_bucket(
        work.environment.state_bucket, settings.account, settings.region
    )


@dataclass(frozen=True, slots=True)
class _Planned:
    """What is shown, what that promises, and what of it a resumed run had not shown."""

    change_set: ChangeSet
    contract: Contract
    unshown: tuple[Diagnostic, ...]


def _planned(work: _Work, saved: Path) -> _Planned:
    root = work.root

    def step(_name: str, on_event: OnEvent) -> _Planned:
        root.runner.plan(root.folder, saved, on_event=on_event)
        with shown_plan(root.runner, root.folder, saved) as shown:
            plan = open_plan(shown)
            (change_set,) = change_sets([plan], skip_empty_drift=True)
            unshown = unshown_destruction(work.bootstrap.session, change_set, {NAME: plan}, yes=work.how.yes)
            return _Planned(change_set, contract_of(plan, stack=NAME), unshown)

    return run_each(work.bootstrap.session, [NAME], "plan", step, jobs=1, run=work.journal)[NAME]


@dataclass(frozen=True, slots=True)
class _Doing:
    """Applies what was shown, and moves the state home: until both are done, the run is not."""

    work: _Work
    plan: Path
    applies: bool
    moves: bool

    def __call__(self, _name: str, on_event: OnEvent) -> Counts:
        """Do it, and return what was changed."""
        root = self.work.root
        counts = Counts()
        if self.applies:
            counts = root.runner.apply(root.folder, self.plan, on_event=on_event).counts
        if self.moves:
            root.move_into_bucket()
        return counts
