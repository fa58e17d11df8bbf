"""The root that an environment stands on, ready to be worked on; and what a run of it that was cut off left behind."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from msgspec import Struct

from infragen.catalog import Environment, Project
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.hcl.addresses import type_of
from infragen.hcl.index import Index
from infragen.plan import OpenPlan, change_sets, open_plan
from infragen.plan_contract.contract import contract_of
from infragen.provider_schema.schema import known
from infragen.stacks.bootstrap import shell_of
from infragen.stacks.model import BOOTSTRAP, CONFIGURATION, LOCK_FILE, Stack
from infragen.storage import read_internal
from infragen.terraform.bootstrap_state import BootstrapState, StateLocation
from infragen.terraform.child_process import Stopper
from infragen.terraform.events import Counts
from infragen.terraform.journal import Journal, note_process, note_taken_over
from infragen.terraform.run_records import Run
from infragen.terraform.runner import NORMAL, OnEvent
from infragen.terraform.sandbox import Sandbox
from infragen.terraform.states import parse_state
from infragen.terraform.workfolder import open_work_folders, read_tree
from infragen.text import first_of
from infragen.workflow import session as sessions
from infragen.workflow.console import console, note, out
from infragen.workflow.invocation import WORKED_ON, Place, set_lock_timeout
from infragen.workflow.planning.protections import note_placeholders
from infragen.workflow.recovery import repair
from infragen.workflow.recovery.approval import approved, unshown_destruction
from infragen.workflow.recovery.orphans import Recovered, import_orphans
from infragen.workflow.rendering.composition import Composed, refuse_programs, render_checked, templates_of
from infragen.workflow.runs.execution import execute, open_run
from infragen.workflow.session import Session
from infragen.workflow.states.storage import run_each
from infragen.workflow.target import generated_folder, open_project, resolve_one, warn_without_key


class BootstrapSession(Struct, frozen=True):
    """A bootstrap's folder with its files, and a session in which it is the only stack."""

    session: Session
    root: BootstrapState


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
    """Open its scratch folder; that `resumed`, the run that is about to be put right, was cut off is no news."""
    set_lock_timeout(lock_timeout)
    WORKED_ON.set(Place(environment.target, sandbox))
    stopper = Stopper()
    tree = {f"{BOOTSTRAP}/{path}": text for path, text in files.items()}
    stack = Stack(BOOTSTRAP, (), (), ())
    composed = Composed(environment, (stack,), tree)
    place = open_work_folders(project.root, environment.system.name, environment.name, sandbox=sandbox)
    runners = sessions.open_runners(
        project, environment, stopper, sandbox=sandbox, plugin_dir=plugin_dir, makes_bucket=True
    )
    with runners as (opener, runner), place as folders, stopper.signals():
        target = f"{environment.target}/{BOOTSTRAP}"
        if sessions.warn_left_behind(project, target, sandbox=sandbox, resumed=resumed):
            sessions.end_idle_providers(project.root, folders)
        session = Session(project, target, composed, (stack,), tree, folders, opener, runner, sandbox)
        yield BootstrapSession(session, BootstrapState(folders.stack(BOOTSTRAP), files, runner, opener))


def committed_files(project: Project, environment: Environment) -> dict[str, str]:
    """Return the files as committed; what they run besides what the catalogue renders is refused: G015."""
    root = generated_folder(project, environment) / BOOTSTRAP
    texts = read_tree(root)
    if not texts:
        message = f"{environment.target} has no bootstrap: there is no {project.relative(root)}/"
        raise InfragenError(Diagnostic("V006", message, hint=f"`infragen bootstrap {environment.target}` writes it"))
    system, stack = environment.system.name, Stack(BOOTSTRAP, shell_of(environment), (), ())
    rendered = _own_files(render_checked(project, system, templates_of(project), [stack], {}))
    files = {
        path: text.replace('"./modules/', '"../modules/')  # its modules are its own, and lie in it
        for path, text in texts.items()
        if path not in rendered and path.endswith((*CONFIGURATION, ".hcl"))
    }
    refuse_programs(project, system, files, {path: ((project.relative(root / path), root / path),) for path in files})
    return {**texts, **rendered}


def recover_bootstrap(folder: Path, run: Run, *, plugin_dir: Path | None) -> Recovered:
    """Release locks, store states, take in what runs made, with this one's files; the rest is named with its tags."""
    project = open_project(folder)
    target, sandbox = run.begin.environment
    _, environment = resolve_one(project, target.rpartition("/")[0])
    kept = run.tree
    files = committed_files(project, environment) if kept is None else _own_files(kept.texts)
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
    left = repair.left_behind(session, run)
    repair.wait_for_processes(session, left)
    if left and root.connect_to_bucket():  # an attempt before may have ended between two connections
        repair.release_own_lock(session, BOOTSTRAP, root.folder, [run, *(part.run for part in left)], found)
    note(f"{BOOTSTRAP}: the state is {root.find().value}")
    for line in _in_former_states(session, root):
        note(line)
        found.tell(run, line)
    for part in left:
        import_orphans(session, part, root.folder, found)
    if left and session.runner.state_list(root.folder):  # which a run that came to its end does
        root.refresh(root.folder.path / _PLAN)
    # Say how to find what has no name; what has no tags is a part of something that has (the provider's schema)
    schemas = {address: known("aws").resource(type_of(address)) for address in dict.fromkeys(found.doubtful)}
    tagged = [address for address, each in schemas.items() if each is not None and "tags" in each.schema.names]
    others = [address for address in schemas if address not in tagged]
    if tagged:
        note(f"  the Tag Editor in the console finds {', '.join(tagged)} by the tags {_tags(root.files)}")
    if others:
        note(f"  look at what it is set on or belongs to, for it has no tags: {', '.join(others)}")
    repair.close_recovery(run, (BOOTSTRAP,), found)


def _tags(files: Mapping[str, str]) -> str:
    blocks = Index(files.get("providers.tf", "")).blocks
    tags = (one.arguments.get("tags") for block in blocks for one in block.nested("default_tags"))
    found = {name: one.plain for group in tags if group for name, one in (group.items or {}).items()}
    return ", ".join(f"{name} = {value}" for name, value in found.items()) or "of the environment"


_PLAN: Final = "infragen.tfplan"


def apply_bootstrap(
    project: Project,
    environment: Environment,
    files: Mapping[str, str],
    *,
    sandbox: bool,
    yes: bool,
    adopt: bool,
    output: str,
    plugin_dir: Path | None,
    lock_timeout: str | None,
) -> int:
    """Apply, and move the state into the bucket; unless `adopt`, V005 where the bucket is there and in no state."""
    warn_without_key()
    tree = read_tree(generated_folder(project, environment) / BOOTSTRAP)
    locked = {**files, **{path: text for path, text in tree.items() if path == LOCK_FILE}}
    opened = open_bootstrap(
        project, environment, locked, sandbox=sandbox, plugin_dir=plugin_dir, lock_timeout=lock_timeout
    )
    with opened as bootstrap, open_run(bootstrap.session, BOOTSTRAP, (BOOTSTRAP,)) as journal:
        return _apply(bootstrap, journal, yes=yes, adopt=adopt, output=output)


def _apply(bootstrap: BootstrapSession, journal: Journal, *, yes: bool, adopt: bool, output: str) -> int:
    session, root, environment = bootstrap.session, bootstrap.root, bootstrap.session.environment
    repair.refuse_while_running(session, BOOTSTRAP)  # no lock tells of who works on a state in the scratch folder
    moves = not _is_in_bucket(session, root, adopt=adopt)
    saved = root.folder.path / _PLAN
    try:
        plan = _planned(session, root, saved, journal)
        (change_set,) = change_sets([plan], skip_empty_drift=True)
        unshown = unshown_destruction(session, change_set, {BOOTSTRAP: plan}, yes=yes)
        console().changes(change_set, f"{environment.target}/{BOOTSTRAP}", output)
        note_placeholders(session)
        if not change_set.is_empty and not approved(f"Apply this to {environment.target}?", unshown, yes=yes):
            return 1

        def step(_name: str, on_event: OnEvent) -> Counts:
            """Apply what was shown, and move the state home: until both are done, the run is not."""
            counts = Counts()
            if not change_set.is_empty:
                with sessions.quoting_no_secret(root.runner, root.folder, saved, is_read=True):
                    counts = root.runner.apply(root.folder, saved, on_event=on_event).counts
                    root.refresh(saved)
            if moves:
                root.move_into_bucket()
            return counts

        if not change_set.is_empty or moves:
            shown = contract_of(plan, stack=BOOTSTRAP)
            code = execute(session, BOOTSTRAP, {BOOTSTRAP: ()}, step, run=journal, shown=shown, records=False)
            if code:
                return code
    finally:
        saved.unlink(missing_ok=True)
    state = parse_state(session.runner.state_pull(root.folder), BOOTSTRAP) if adopt else None
    if state is not None:
        note_taken_over(session.project.root, journal.id, BOOTSTRAP, dict(state.objects()))
    if moves:
        note(f"the state is in s3://{environment.state_bucket} now")
    out(*(f"{name} = {output.value}" for name, output in root.runner.output(root.folder).items()))
    return 0


def _in_former_states(session: Session, root: BootstrapState) -> Iterator[str]:
    if not (paths := root.former()):
        return
    there = parse_state(session.runner.state_pull(root.folder), BOOTSTRAP)
    known = {identifier for _, identifier in there.objects()} if there else set()
    for path in paths:
        former = parse_state(read_internal(path), BOOTSTRAP)
        own = {address: one for address, one in (former.objects() if former else ()) if one not in known}
        what = first_of([f"{address} ({one})" for address, one in own.items()], 20) or "nothing"
        then = f"remove it once you have looked in AWS for what it alone knows: {what}"
        yield f"kept: {path}, a local state that is not the one in the bucket; {then}"


def _is_in_bucket(session: Session, root: BootstrapState, *, adopt: bool) -> bool:
    """Say where the state is, and take over a bucket that it does not know: if asked, or where a sandbox made it."""
    where = root.find()
    for line in _in_former_states(session, root):
        note(line)
    if where not in {StateLocation.FOREIGN_BUCKET, StateLocation.LOCAL_BESIDE_BUCKET}:
        if where is not StateLocation.BUCKET:
            note(f"the state is {where.value}")
        return where is StateLocation.BUCKET
    bucket, settings = session.environment.state_bucket, session.environment.settings
    emulated = Sandbox.running(session.project.root) if session.on_sandbox else None
    if not adopt and not (emulated and emulated.made_state_bucket(bucket, settings.account, settings.region)):
        hint = "if it is yours, the same command with `--adopt` takes it over and adds what is missing"
        raise InfragenError(Diagnostic("V005", f"the bucket {bucket} exists, but is in no state", hint=hint))
    root.adopt("module.state_bucket.aws_s3_bucket.this", bucket)
    return False


def _planned(session: Session, root: BootstrapState, saved: Path, journal: Journal) -> OpenPlan:
    def step(_name: str, on_event: OnEvent) -> OpenPlan:
        sessions.plan_in(session, root.folder, saved, NORMAL, on_event)
        with sessions.shown_plan(root.runner, root.folder, saved) as shown:
            return open_plan(shown)

    return run_each(session, [BOOTSTRAP], "plan", step, jobs=1, run=journal)[BOOTSTRAP]
