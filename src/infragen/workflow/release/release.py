"""Bring a new image into force: backups and migrations first and awaited, then what a pipeline deploys."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from infragen.aws.deployments import UNKNOWN, deployments, missing_images
from infragen.aws.releases import REFUSED, account_of_credentials, change_over, revision_with, short_name, still_running
from infragen.aws.session import Aws
from infragen.catalog import Environment, Project
from infragen.core.delivery import Backup, Image, Release, Rollout, TaskRun
from infragen.diagnostics import Diagnostic, InfragenError, raise_problems
from infragen.diagnostics.hints import did_you_mean
from infragen.environment import resolve_standby
from infragen.kinds.workloads.sidecars import is_tag_or_digest
from infragen.rules import run as run_rules
from infragen.settings import load_settings
from infragen.stacks.running import backups, releases
from infragen.terraform.child_process import Stopper
from infragen.text import first_of
from infragen.workflow.console import announce, console, note
from infragen.workflow.invocation import WORKED_ON, Place, typeable_command
from infragen.workflow.release.deliveries import Deliveries
from infragen.workflow.rendering.composition import refuse_errors
from infragen.workflow.runs.awaited import NOT_THERE
from infragen.workflow.runs.migrations import LEAST_PATIENCE, back_up, run_to_end
from infragen.workflow.runs.rollouts import Watch, located
from infragen.workflow.session import other_account
from infragen.workflow.states.sandbox_inventory import running
from infragen.workflow.target import refuse_stack, resolve_one

_NO_STACK: Final = "images are released to an environment, not to its stacks"
_MINUTE: Final = 60


def release(
    project: Project,
    target: str,
    entries: Sequence[str],
    tag: str | None,
    *,
    sandbox: bool,
    with_backup: bool = True,
    despite_alarms: bool = False,
    end_last: bool = False,
) -> int:
    """Have some entries of an environment, all when none is named, run their image with a tag; 1 when one does not.

    `despite_alarms` has CodeDeploy deliver although alarms are on, `end_last` has it first end a delivery whose old
    tasks still stay. InfragenError X061 for an entry that no pipeline deploys, X082 for no tag; T029 in another
    account; T052 where the image is missing, T057 and T058 before any service has changed: what AWS refuses, and a
    backup or a migration that fails.
    """
    refuse_stack(target, _NO_STACK)
    if tag is None or not is_tag_or_digest(tag):
        message = f"{tag!r} is neither an image tag nor a digest" if tag else "the tag is empty"
        raise InfragenError(Diagnostic("X082", message, hint="write `--tag v7`, or `--tag sha256:` and 64 hex digits"))
    environment, chosen, aws = _opened(project, target, entries, sandbox=sandbox)
    words = ["infragen release", target, *entries, f"--tag {tag}", *(["--sandbox"] if sandbox else [])]
    again = typeable_command(" ".join(words))
    account = environment.settings.account
    services = {owner: one for owner, one in chosen.items() if one.service is not None}
    every = Deliveries.of(aws, environment, services, sandbox=sandbox)
    with _naming_accounts(aws, environment):
        _refuse_missing(aws, environment, chosen, tag)
        _refuse_unmade(aws, environment, services)
        adopted = every.under_way_with(tag)
        deliveries = every.without(adopted)
        deliveries.refuse(despite_alarms=despite_alarms, end_last=end_last)
        every.tell_adopted(adopted, tag, end_last=end_last)
        begun_with = tag if services.keys() == adopted.keys() else ""
        saved, runs = _before(environment, chosen, with_backup=with_backup, begun_with=begun_with)
        for _, one, run in runs:
            still_running(aws, one, run)  # what AWS does not say is known before a backup is taken
    patience = _patience(project)
    with Stopper().signals():  # a pipeline that is cancelled sends SIGTERM, and is told as well what goes on
        back_up(aws, environment, saved)
        for what in runs:
            revision = revision_with(aws, account, what[1], tag)
            run_to_end(aws, environment, what, revision, patience or LEAST_PATIENCE)
        changed = {owner: one for owner, one in services.items() if owner not in adopted}
        revisions = {owner: revision_with(aws, account, one, tag) for owner, one in changed.items()}
        try:
            if end_last:  # not before what may fail: until then there is a way back
                deliveries.end_last(patience or LEAST_PATIENCE)
            delivered, undelivered = deliveries.begin(revisions, tag, despite_alarms=despite_alarms)
            refused = {**_change_over(aws, environment, changed, revisions, tag), **undelivered}
            begun = {owner: revision for owner, revision in revisions.items() if owner not in {*refused, *delivered}}
            unwell = _unwell(aws, environment, services, begun, patience, again) if patience and begun else []
            if patience:
                unwell += every.undelivered({**adopted, **delivered}, patience, again)
        except KeyboardInterrupt:
            note("what was started continues in AWS")
            raise
    if found := [*refused.values(), *unwell]:
        console().findings(found, project.root)
    else:
        _tell_standby(project, environment, [*services], f"--tag {tag}{' --sandbox' if sandbox else ''}")
    return 1 if found else 0


def _tell_standby(project: Project, environment: Environment, services: Sequence[str], flags: str) -> None:
    """Say that a standby with the same services starts what was released there: nothing brings this release to it."""
    resolved = resolve_standby(project, environment)
    if resolved is None or resolved.problems:
        return
    standby = resolved.environment()
    if there := [owner for owner, one in releases(standby).items() if one.service is not None and owner in services]:
        command = typeable_command(f"infragen release {standby.target} {' '.join(there)} {flags}")
        note(f"{standby.target} starts the release before; once the image is in {standby.settings.region}: `{command}`")


def end_last(project: Project, target: str, entries: Sequence[str], *, sandbox: bool) -> int:
    deliveries = _deliveries(project, target, entries, sandbox=sandbox)
    with Stopper().signals():
        deliveries.end_last(_patience(project) or LEAST_PATIENCE)
    return 0


def go_back(project: Project, target: str, entries: Sequence[str], *, sandbox: bool) -> int:
    deliveries = _deliveries(project, target, entries, sandbox=sandbox)
    with Stopper().signals():
        found = deliveries.go_back(_patience(project) or LEAST_PATIENCE)
    if found:
        console().findings(found, project.root)
    return 1 if found else 0


def _deliveries(project: Project, target: str, entries: Sequence[str], *, sandbox: bool) -> Deliveries:
    refuse_stack(target, _NO_STACK)
    environment, chosen, aws = _opened(project, target, entries, sandbox=sandbox)
    found = Deliveries.of(aws, environment, chosen, sandbox=sandbox)
    if not found.services:
        message = f"CodeDeploy deploys nothing of {first_of([*entries], 5) or target}"
        hint = "set `blue_green` on a service; ECS itself keeps no old tasks: roll back with the previous tag, `--tag`"
        raise InfragenError(Diagnostic("X061", message, hint=hint))
    return found


def _opened(
    project: Project, target: str, entries: Sequence[str], *, sandbox: bool
) -> tuple[Environment, Mapping[str, Release], Aws]:
    _, environment = resolve_one(project, target)
    refuse_errors(run_rules(None, [environment]))
    settings = environment.settings
    WORKED_ON.set(Place(environment.target, sandbox))
    variables = running(project).environment(settings.account, settings.region) if sandbox else os.environ
    return environment, _chosen(environment, entries), Aws(variables)


def _patience(project: Project) -> float:
    return load_settings(project.root).apply.rollout_timeout * _MINUTE


@contextmanager
def _naming_accounts(aws: Aws, environment: Environment) -> Iterator[None]:
    """Where something is not there because the credentials are of another account, say that in its place (T029)."""
    try:
        yield
    except InfragenError:
        found = account_of_credentials(aws, environment.settings.region)
        if found is None or found == environment.settings.account:
            raise
        raise InfragenError(other_account(environment, found)) from None


def _chosen(environment: Environment, entries: Sequence[str]) -> Mapping[str, Release]:
    every = releases(environment)
    deployed = [owner for owner, one in every.items() if one.service is not None]
    for name in entries:
        if name not in deployed:
            message = f"no pipeline deploys {name} in {environment.target}"
            known = f"pipelines deploy {first_of(deployed, 5)}" if deployed else "pipelines deploy nothing"
            hint = f"{known}: set `deploy: pipeline`, with an image in its own repository"
            raise InfragenError(Diagnostic("X061", message, hint=did_you_mean(name, deployed) or hint))
    if not deployed:
        hint = "set `deploy: pipeline` on a service; with `deploy: terraform`, `infragen apply` deploys a new `tag`"
        raise InfragenError(Diagnostic("X061", f"no pipeline deploys anything in {environment.target}", hint=hint))
    wanted = [*entries] or deployed
    repositories = {every[owner].repository for owner in wanted}
    runs = {owner for owner, one in every.items() if one.run is not None and one.repository in repositories}
    return {owner: one for owner, one in every.items() if owner in runs.union(wanted)}


def _before(
    environment: Environment, chosen: Mapping[str, Release], *, with_backup: bool, begun_with: str
) -> tuple[Mapping[str, Backup], Sequence[tuple[str, Release, TaskRun]]]:
    """Say why nothing is backed up or run; deliveries `begun_with` a tag, all of them, begin after both."""
    saved = backups(environment) if with_backup else {}
    runs = [(owner, one, one.run) for owner, one in chosen.items() if one.run is not None]
    settings = environment.settings
    why = {
        "follows": f"the databases of {environment.name} are copies of {settings.follows}'s",
        "waits": f"{environment.name} waits, so nothing runs in it",
    }.get(settings.stands_still_by or "", f"{begun_with} is already being deployed" if begun_with else "")
    if not why:
        return saved, runs
    if saved:
        note(f"{first_of([*saved], 5)}: no backup is taken: {why}")
    for owner, _, _ in runs:
        note(f"{owner} does not run: {why}")
    return {}, []


def _refuse_missing(aws: Aws, environment: Environment, chosen: Mapping[str, Release], tag: str) -> None:
    images = {owner: Image(one.region, one.repository, tag, "") for owner, one in chosen.items()}
    missing = missing_images(aws, environment.settings.account, dict.fromkeys(images.values()))
    found = {
        image: Diagnostic(
            NOT_THERE, f"the image {image.text} is not in the registry of {image.region}; nothing was released",
            environment.at(owner, "image"), hint="push it first, or name only the entries that it is for",
        )
        for owner, image in images.items() if image in missing
    }  # fmt: skip
    raise_problems(found.values())


def _refuse_unmade(aws: Aws, environment: Environment, services: Mapping[str, Release]) -> None:
    there = deployments(aws, [one.service for one in services.values() if one.service is not None])
    missing = [(owner, environment.at(owner, "name")) for owner, one in services.items() if one.service not in there]
    said, hint = "does not exist: nothing was released", f"apply first: `infragen apply {environment.target}`"
    raise_problems(Diagnostic(REFUSED, f"{owner} {said}", place, hint=hint) for owner, place in missing)


def _change_over(
    aws: Aws, environment: Environment, services: Mapping[str, Release], revisions: Mapping[str, str], tag: str
) -> Mapping[str, Diagnostic]:
    """Have services run their revisions, and return what AWS refused: the others are waited for all the same."""
    refused = {}
    for owner, one in services.items():
        if one.service is None or one.shift is not None:
            continue
        try:
            change_over(aws, one.service, revisions[owner])
        except InfragenError as error:
            refused[owner] = replace(error.diagnostics[0], location=environment.at(owner, "name"))
        else:
            note(f"{owner}: {short_name(revisions[owner])} with {tag}")
    return refused


def _unwell(
    aws: Aws, environment: Environment, services: Mapping[str, Release], begun: Mapping[str, str],
    patience: float, again: str,
) -> list[Diagnostic]:  # fmt: skip
    announce("waiting for new tasks")
    watched = {owner: service for owner in begun if (service := services[owner].service) is not None}
    watch = Watch(aws, patience, {service: begun[owner] for owner, service in watched.items()})
    try:
        problems = watch.wait({owner: Rollout(service) for owner, service in watched.items()})
    except InfragenError as error:
        said = error.diagnostics[0]
        message = f"the deployments continue, but AWS does not report their status: {said.message}"
        return [Diagnostic(UNKNOWN, message, hint=said.hint or f"check again with `{again}`")]
    well = [owner for owner in watched if owner not in {one.owner for one in problems}]
    idle = [owner for owner in well if watch.found[watched[owner]].desired == 0]
    if running := [owner for owner in well if owner not in idle]:
        note(f"{first_of(running, 5)}: new tasks run")
    for owner in idle:
        note(f"{owner}: its desired count is 0, and new tasks will use {short_name(begun[owner])}")
    return [located(environment, one, again) for one in problems]
