"""Applying a bootstrap: planned, shown, applied, and its state moved into the bucket that it makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from infragen.diagnostics import Diagnostic, InfragenError
from infragen.plan import change_sets, open_plan
from infragen.plan_contract.contract import contract_of
from infragen.stacks.bootstrap import NAME
from infragen.stacks.model import LOCK_FILE
from infragen.terraform.bootstrap_state import StateLocation
from infragen.terraform.events import Counts
from infragen.terraform.sandbox import Sandbox
from infragen.terraform.workfolder import read_tree
from infragen.workflow.bootstrap.session import note_adopted_objects, open_bootstrap
from infragen.workflow.console import console, note, out
from infragen.workflow.recovery.approval import approved, unshown_destruction
from infragen.workflow.recovery.running_terraforms import refuse_while_running
from infragen.workflow.runs.execution import execute, open_run
from infragen.workflow.session import shown_plan
from infragen.workflow.states.storage import run_each
from infragen.workflow.target import generated_folder, warn_without_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from infragen.catalog import Environment, Project
    from infragen.plan import ChangeSet
    from infragen.plan_contract import Contract
    from infragen.terraform.bootstrap_state import BootstrapState
    from infragen.terraform.journal import Journal
    from infragen.terraform.runner import OnEvent
    from infragen.workflow.bootstrap.session import BootstrapSession


_BUCKET_ADDRESS: Final = "module.state_bucket.aws_s3_bucket.this"


class Applying(Struct, frozen=True):
    """How to apply: where, without asking, and whether to take over a bucket that is there."""

    sandbox: bool
    yes: bool
    adopt: bool
    output: str
    plugin_dir: Path | None
    lock_timeout: str | None


class _Work(Struct, frozen=True):
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


class _Planned(Struct, frozen=True):
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


class _Doing(Struct, frozen=True):
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
