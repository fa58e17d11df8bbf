"""What changes tables before services run new code: backups of databases, then migrations, each awaited."""

import time
from collections.abc import Collection, Mapping
from typing import Final

from msgspec import Struct

from infragen.aws.releases import Ended, ended, finished, short_name, start, start_backup, still_running
from infragen.aws.session import Aws
from infragen.catalog import Environment
from infragen.core.delivery import Backup, Release, TaskRun
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.kinds.databases.users import MIGRATE
from infragen.kinds.workloads.task import CONTAINER_NAME
from infragen.plan.address import top_block
from infragen.plan_contract import Contract
from infragen.plan_contract.planned_changes import LEAVES
from infragen.settings import load_settings
from infragen.stacks.build import draft
from infragen.stacks.running import backups, databases_of, migrations, rollouts
from infragen.terraform.child_process import Stopper
from infragen.text import first_of
from infragen.workflow.console import note
from infragen.workflow.runs.rollouts import changed_entries, log_command
from infragen.workflow.session import Session

ENDED_BADLY: Final = "T058"
_LOOK_SECONDS: Final = 2.0
_MINUTE: Final = 60
LEAST_PATIENCE: Final = 10 * _MINUTE
"""What migrates tables may take, where nobody waits for deployments (`rollout_timeout = 0`)."""
BACKUP_PATIENCE: Final = 60 * _MINUTE
"""What a backup may take; an assumption: the first one of a terabyte takes longer, those after it only what changed."""


def back_up(aws: Aws, environment: Environment, wanted: Mapping[str, Backup]) -> None:
    """Take what is backed up before a release, all at once; InfragenError T058 when one is not there in time."""
    waiting = dict[str, str]()
    try:
        for owner, one in wanted.items():
            waiting[owner] = start_backup(aws, one)
            note(f"{owner}: backup started, waiting for it")
        _await_backups(aws, environment, wanted, waiting)
    except (KeyboardInterrupt, InfragenError):
        for owner, job in waiting.items():
            note(f"the backup of {owner} continues in AWS ({job}); no service was changed")
        raise


def _await_backups(aws: Aws, environment: Environment, wanted: Mapping[str, Backup], waiting: dict[str, str]) -> None:
    """Wait until none is `waiting`, each with its job; InfragenError T058 when one is not there in time."""
    began = time.monotonic()
    while waiting:
        for owner, job in list(waiting.items()):
            end = finished(aws, wanted[owner], job)
            if end is None:
                continue
            del waiting[owner]
            if not end.is_there:
                raise InfragenError(_unsaved(environment, owner, f"the backup of {owner} failed: {end.reason}"))
            note(f"{owner}: backed up, {time.monotonic() - began:.0f} s")
        if waiting and time.monotonic() - began >= BACKUP_PATIENCE:
            minutes = BACKUP_PATIENCE // _MINUTE
            message = f"the backup of {first_of([*waiting], 5)} is not complete after {minutes} minutes"
            raise InfragenError(_unsaved(environment, next(iter(waiting)), message))
        if waiting:
            time.sleep(_LOOK_SECONDS)


def _unsaved(environment: Environment, owner: str, message: str) -> Diagnostic:
    place = environment.at(owner, "backup", "before_release")
    hint = "again once a backup can be taken; `infragen release` skips it with `--no-backup`"
    return Diagnostic(ENDED_BADLY, f"{message}; no service was changed", place, hint=hint)


def run_to_end(
    aws: Aws,
    environment: Environment,
    what: tuple[str, Release, TaskRun],
    revision: str,
    patience: float,
    stopper: Stopper | None = None,
) -> None:
    """InfragenError T058 without a 0 in time; one still at work is awaited first: two would change the same tables."""
    owner, one, run = what
    earlier = still_running(aws, one, run)
    if earlier is None:
        note(f"warning: AWS does not report whether {owner} is already running (`ecs:ListTasks`); not waiting for it")
    for task in earlier or ():
        note(f"{owner} is already running ({task}); waiting for it first")
        _end(aws, environment, what, task, patience, stopper)
    began = time.monotonic()
    task = start(aws, one, run, revision)
    note(f"{owner}: {short_name(revision)} is running; waiting for it")
    end = _end(aws, environment, what, task, patience, stopper)
    if end.exit_code != 0:
        how = "never ran" if end.exit_code is None else f"ended with {end.exit_code}"
        why = f": {end.reason}" if end.reason else ""
        raise InfragenError(_badly(environment, owner, f"{owner} {how}{why}; no service was changed"))
    note(f"{owner}: done, {time.monotonic() - began:.0f} s")


def _end(
    aws: Aws,
    environment: Environment,
    what: tuple[str, Release, TaskRun],
    task: str,
    patience: float,
    stopper: Stopper | None,
) -> Ended:
    """Wait for a task; InfragenError T058 when it takes too long. Whoever does not wait is told that it goes on."""
    owner, one, run = what
    began = time.monotonic()
    try:
        while (end := ended(aws, one, run, task, CONTAINER_NAME)) is None and time.monotonic() - began < patience:
            _refuse_stopped(environment, owner, stopper)
            time.sleep(_LOOK_SECONDS)
    except (KeyboardInterrupt, InfragenError):
        note(f"{owner} continues in AWS ({task}); no service was changed")
        raise
    if end is None:
        message = f"{owner} is still running after {int(patience // _MINUTE)} minutes ({task}); no service was changed"
        raise InfragenError(_badly(environment, owner, message))
    return end


def _refuse_stopped(environment: Environment, owner: str, stopper: Stopper | None) -> None:
    if stopper is not None and stopper.requested:
        raise InfragenError(_badly(environment, owner, f"{owner} was not waited for, since somebody stopped this"))


def _badly(environment: Environment, owner: str, message: str) -> Diagnostic:
    log = log_command(environment, owner)
    hint = f"read its log, `{log}`" if log else "read its log"
    return Diagnostic(ENDED_BADLY, message, environment.at(owner, "name"), hint=hint)


class Migration(Struct, frozen=True):
    """What changes tables before an apply deploys services of a stack: the jobs, by entry, and who waits for them.

    `targets` are the addresses with which terraform applies a pass of its own, for the jobs' newest revisions.
    """

    jobs: Mapping[str, Release]
    services: tuple[str, ...]
    databases: frozenset[str]
    targets: tuple[str, ...]


def migrations_before(session: Session, stack: str, contract: Contract) -> Migration | None:
    """Terraform deploys services with the jobs' revisions, so jobs run before; only its own run counts for one."""
    new = changed_entries(session, contract, (stack,), (".aws_ecs_task_definition.",), {"create"})
    if not new or session.environment.settings.stands_still_by is not None:
        return None
    environment, made = session.environment, draft(session.environment)
    deployed = {owner for owner, one in rollouts(made, stack).items() if one.is_terraform_s}
    used = {owner: databases_of(environment, owner) for owner in sorted(new.intersection(deployed))}
    jobs = migrations(made, stack)
    migrated = {owner: databases_of(environment, owner, MIGRATE) for owner in jobs}
    waiting = tuple(owner for owner, some in used.items() if any(some & one for one in migrated.values()))
    if not waiting:
        return None
    databases = frozenset[str]().union(*(used[owner] for owner in waiting))
    chosen = {owner: one for owner, one in jobs.items() if migrated[owner] & databases}
    return Migration(chosen, waiting, databases, _targets(session, stack, contract, chosen))


def _targets(session: Session, stack: str, contract: Contract, jobs: Collection[str]) -> tuple[str, ...]:
    owners, changes = session.composed.owners(), contract.of(stack).changes
    staying = [one.address for one in changes if one.actions not in LEAVES]
    own = {one for one in staying if owners.get((stack, top_block(one))) in jobs}
    wanted = own.union(one for one in staying if ".aws_ecs_cluster" in one)
    if not own:
        return ()
    moved = {address for one in changes if one.previous for address in (one.address, one.previous)}
    return tuple(sorted(wanted | moved))  # terraform plans no targets without what is moved


def migrate(session: Session, migration: Migration) -> None:
    """Run each job to its end; T058 when one does not end with 0 in time. No code runs in the emulated AWS."""
    names = first_of([*migration.jobs])
    if session.on_sandbox:
        note(f"{names}: not run on the emulated AWS, before {first_of(migration.services)} are deployed")
        return
    aws, environment = Aws(session.runner.environment), session.environment
    patience = load_settings(session.project.root).apply.rollout_timeout * _MINUTE or LEAST_PATIENCE
    stores = {owner: one for owner, one in backups(environment).items() if owner in migration.databases}
    back_up(aws, environment, stores)
    for owner, one in migration.jobs.items():
        if one.run is not None:
            run_to_end(aws, environment, (owner, one, one.run), one.family, patience, session.stopper)
