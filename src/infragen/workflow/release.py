"""Bring a new image into force: backups and migrations first and awaited, then what a pipeline deploys."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final

from infragen.aws.backups import finished, start_backup
from infragen.aws.deployments import deployments
from infragen.aws.images import missing_images
from infragen.aws.releases import REFUSED, change_over, ended, revision_with, short_name, start
from infragen.aws.session import Aws
from infragen.core.image import Image
from infragen.core.rollout import Rollout
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.diagnostics.hints import did_you_mean
from infragen.kinds.services.extended import CONTAINER_NAME
from infragen.rules import run as run_rules
from infragen.settings import load_settings
from infragen.stacks.running import backups, releases
from infragen.text import first_of
from infragen.workflow.composition import refuse_errors
from infragen.workflow.console import announce, console, note
from infragen.workflow.invocation import typeable_command
from infragen.workflow.runs.rollouts import Watch, located, log_command
from infragen.workflow.sandbox_inventory import running
from infragen.workflow.target import refuse_stack, resolve_one

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infragen.catalog import Environment, Project
    from infragen.core.release import Backup, Release, TaskRun

ENDED_BADLY: Final = "T058"
"""What runs before services change over did not end well."""
_NOT_THERE: Final = "T052"
_LOOK_SECONDS: Final = 2.0
_MINUTE: Final = 60
_LEAST_PATIENCE: Final = 10 * _MINUTE
"""What migrates tables may take, where nobody waits for deployments (`rollout_timeout = 0`)."""
BACKUP_PATIENCE: Final = 60 * _MINUTE
"""What a backup may take; an assumption: the first one of a terabyte takes longer, those after it only what changed."""


def release(
    project: Project, target: str, entries: Sequence[str], tag: str, *, sandbox: bool, with_backup: bool = True
) -> int:
    """Have some entries of an environment, all when none is named, run their image with a tag; 1 when one does not.

    InfragenError X061 for an entry that no pipeline deploys, T052 where the image is missing, T057 and T058 before any
    service has changed: what AWS refuses, and a backup or a migration that fails.
    """
    refuse_stack(target, "images are released in an environment, and not in its stacks")
    _, environment = resolve_one(project, target)
    refuse_errors(run_rules(None, [environment]))
    chosen = _chosen(environment, entries)
    again = typeable_command(" ".join(["infragen release", target, *entries, f"--tag {tag}"]))
    settings = environment.settings
    variables = running(project).environment(settings.account, settings.region) if sandbox else os.environ
    aws = Aws(variables)
    _refuse_missing(aws, environment, chosen, tag)
    services = {owner: one for owner, one in chosen.items() if one.service is not None}
    _refuse_unmade(aws, environment, services)
    patience = load_settings(project.root).apply.rollout_timeout * _MINUTE
    saved = backups(environment) if with_backup else {}
    if saved and sandbox:
        note(f"{first_of([*saved], 5)}: no backup is taken, which the emulated AWS cannot do")
    else:
        _back_up(aws, environment, saved)
    for owner, one in chosen.items():
        if one.run is not None:
            revision = revision_with(aws, settings.account, one, tag)
            note(f"{owner}: {short_name(revision)} runs, and is awaited")
            _run(aws, environment, (owner, one, one.run), revision, patience or _LEAST_PATIENCE)
    revisions = {owner: revision_with(aws, settings.account, one, tag) for owner, one in services.items()}
    for owner, one in services.items():
        note(f"{owner}: {short_name(revisions[owner])} with {tag}")
        if one.service is not None:
            change_over(aws, one.service, revisions[owner])
    return _await(aws, project, environment, services, patience, again) if patience else 0


def _chosen(environment: Environment, entries: Sequence[str]) -> Mapping[str, Release]:
    """Return what is released: the named entries, and what changes tables for the same image."""
    every = releases(environment)
    deployed = [owner for owner, one in every.items() if one.service is not None]
    for name in entries:
        if name not in deployed:
            message = f"{name} is nothing that a pipeline deploys in {environment.target}"
            known = f"those are {first_of(deployed, 5)}" if deployed else "nothing is"
            hint = did_you_mean(name, deployed) or f"{known}: `deploy: pipeline`, with an image of an own repository"
            raise InfragenError(Diagnostic("X061", message, hint=hint))
    if not deployed:
        message = f"no pipeline deploys anything in {environment.target}"
        hint = "write `deploy: pipeline` at a service; with `deploy: terraform`, `infragen apply` brings a new `tag`"
        raise InfragenError(Diagnostic("X061", message, hint=hint))
    wanted = [*entries] or deployed
    repositories = {every[owner].repository for owner in wanted}
    return {
        owner: one
        for owner, one in every.items()
        if owner in wanted or (one.run is not None and one.repository in repositories)
    }


def _refuse_missing(aws: Aws, environment: Environment, chosen: Mapping[str, Release], tag: str) -> None:
    """Raise InfragenError T052 with each image that is not in the registry, before anything changes."""
    images = {owner: Image(one.region, one.repository, tag, "") for owner, one in chosen.items()}
    missing = missing_images(aws, environment.settings.account, dict.fromkeys(images.values()))
    found = {
        image: Diagnostic(
            _NOT_THERE, f"the image {image.text} is not in the registry; nothing was released",
            environment.at(owner, "image"), hint="push it first, or name the entries that it is for",
        )
        for owner, image in images.items() if image in missing
    }  # fmt: skip
    if found:
        raise InfragenError(*found.values())


def _refuse_unmade(aws: Aws, environment: Environment, services: Mapping[str, Release]) -> None:
    """Raise InfragenError T057 for services that no apply has made yet."""
    there = deployments(aws, [one.service for one in services.values() if one.service is not None])
    found = [
        Diagnostic(
            REFUSED, f"{owner} is not there: nothing was released", environment.at(owner, "name"),
            hint=typeable_command(f"apply first: `infragen apply {environment.target}`"),
        )
        for owner, one in services.items() if one.service not in there
    ]  # fmt: skip
    if found:
        raise InfragenError(*found)


def _back_up(aws: Aws, environment: Environment, wanted: Mapping[str, Backup]) -> None:
    """Take what is backed up before a release, all at once; InfragenError T058 when one is not there in time."""
    began = time.monotonic()
    waiting = {owner: start_backup(aws, one) for owner, one in wanted.items()}
    for owner in waiting:
        note(f"{owner}: a backup is taken, and awaited")
    while waiting:
        for owner, job in list(waiting.items()):
            end = finished(aws, wanted[owner], job)
            if end is None:
                continue
            if not end.is_there:
                raise InfragenError(_unsaved(environment, owner, f"the backup of {owner} failed: {end.reason}"))
            del waiting[owner]
            note(f"{owner}: backed up, {time.monotonic() - began:.0f} s")
        if waiting and time.monotonic() - began >= BACKUP_PATIENCE:
            minutes = BACKUP_PATIENCE // _MINUTE
            message = f"the backup of {first_of([*waiting], 5)} is not there after {minutes} minutes"
            raise InfragenError(_unsaved(environment, next(iter(waiting)), message))
        if waiting:
            time.sleep(_LOOK_SECONDS)


def _unsaved(environment: Environment, owner: str, message: str) -> Diagnostic:
    place = environment.at(owner, "backup", "before_release")
    hint = "release again once it can be taken, or without one: `--no-backup`"
    return Diagnostic(ENDED_BADLY, f"{message}; no service was changed", place, hint=hint)


def _run(
    aws: Aws, environment: Environment, what: tuple[str, Release, TaskRun], revision: str, patience: float
) -> None:
    """Run a task to its end; InfragenError T058 when it does not end with 0 in time."""
    owner, one, run = what
    began = time.monotonic()
    task = start(aws, one, run, revision)
    while (end := ended(aws, one, run, task, CONTAINER_NAME)) is None:
        if time.monotonic() - began >= patience:
            minutes = int(patience // _MINUTE)
            message = f"{owner} still runs after {minutes} minutes ({task}); no service was changed"
            raise InfragenError(_badly(environment, owner, message))
        time.sleep(_LOOK_SECONDS)
    if end.exit_code != 0:
        how = "never ran" if end.exit_code is None else f"ended with {end.exit_code}"
        why = f": {end.reason}" if end.reason else ""
        raise InfragenError(_badly(environment, owner, f"{owner} {how}{why}; no service was changed"))
    note(f"{owner}: done, {time.monotonic() - began:.0f} s")


def _badly(environment: Environment, owner: str, message: str) -> Diagnostic:
    log = log_command(environment, owner)
    hint = f"read its log, `{log}`" if log else "read its log"
    return Diagnostic(ENDED_BADLY, message, environment.at(owner, "name"), hint=hint)


def _await(
    aws: Aws,
    project: Project,
    environment: Environment,
    services: Mapping[str, Release],
    patience: float,
    again: str,
) -> int:
    announce("waiting for new tasks")
    watched = {owner: Rollout(one.service) for owner, one in services.items() if one.service is not None}
    try:
        problems = Watch(aws, patience).wait(watched)
    except KeyboardInterrupt:
        note("what was begun goes on in AWS")
        raise
    if problems:
        console().findings([located(environment, one, again) for one in problems], project.root)
        return 1
    note(f"{first_of([*services], 5)}: new tasks run")
    return 0
