"""Deployments after an apply: waited for until they end, and started once more where tasks do not know what is new.

Terraform's own wait calls a service steady that was rolled back, and a create that it waited for in vain is replaced by
the next apply (hashicorp/terraform-provider-aws, issue 20858). Here the states are stored and unlocked already.

A task of ECS Service Connect knows the endpoints that were there when its deployment began, and so do the tasks that
replace it: services that call each other in a circle need a second deployment (Amazon ECS Developer Guide, "Amazon ECS
Service Connect components"). AWS itself says which began before what they call was there.
"""

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from msgspec import Struct

from infragen.aws.deployments import Deployment, deploy_again, deployments, newest_task
from infragen.aws.releases import short_name
from infragen.aws.session import Aws
from infragen.catalog import Environment
from infragen.core.delivery import EcsService, Rollout
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.plan.address import top_block
from infragen.plan_contract import Contract
from infragen.settings import load_settings
from infragen.stacks.build import draft
from infragen.stacks.running import callers, every_rollout, rollouts
from infragen.text import first_of
from infragen.workflow.console import announce, console, note
from infragen.workflow.session import Session, command_line

SERVICE: Final = ".aws_ecs_service."
_TASK: Final = ".aws_ecs_task_definition."
_FUNCTION: Final = ".aws_lambda_function."


def entries_with_new_tasks(session: Session, contract: Contract, stacks: Iterable[str]) -> frozenset[str]:
    return changed_entries(session, contract, stacks, (SERVICE, _TASK, _FUNCTION), {"create", "update"})


def changed_entries(
    session: Session, contract: Contract, stacks: Iterable[str], types: tuple[str, ...], actions: set[str]
) -> frozenset[str]:
    """Return the entries of whose resources of some types (`.aws_ecs_service.`) a contract does one of some actions."""
    changes = ((stack, one) for stack in stacks for one in contract.of(stack).changes)
    chosen = ((stack, one.address) for stack, one in changes if not actions.isdisjoint(one.actions))
    blocks = {(stack, top_block(one)) for stack, one in chosen if any(word in one for word in types)}
    owners = session.composed.owners() if blocks else {}
    return frozenset(owners[block] for block in blocks if block in owners)


CODE: Final = "T054"
_LOOK_SECONDS: Final = 5.0
_SAY_SECONDS: Final = 30.0
_NAMED: Final = 5


def deployed_again(session: Session, contract: Contract) -> Mapping[str, tuple[str, ...]]:
    """Return what is new by who may need a second deployment; whose tasks run already is in the plan's own notices."""
    new = changed_entries(session, contract, [stack.name for stack in session.stacks], (SERVICE,), {"create"})
    found = callers(draft(session.environment), new) if new else {}
    return {owner: names for owner, names in found.items() if owner in new}


def watch_rollouts(session: Session, contract: Contract, stacks: Collection[str]) -> int:
    """Wait for the deployments that an apply of some stacks began; 1 when one of them does not come to a good end.

    A service that an earlier apply left with a failed deployment gets another one: terraform sees no change in it. So
    does one that an earlier apply, or terraform alone, left older than what it calls, whoever deploys it otherwise,
    and in whichever stack it stands: where each stack is applied by itself, the one that calls may be the first.
    What cannot be asked is told, and is no failure of the apply.
    """
    changed = entries_with_new_tasks(session, contract, stacks)
    patience = load_settings(session.project.root).apply.rollout_timeout * 60
    made = draft(session.environment)
    own = {owner: one for stack in session.stacks for owner, one in rollouts(made, stack.name).items()}
    if not own or not patience:
        return 0
    every = every_rollout(made)
    deployed = {owner: one for owner, one in own.items() if one.is_terraform_s}
    watched = {owner: one for owner, one in deployed.items() if owner in changed}
    watch = Watch(Aws(session.runner.environment), patience)
    try:
        for owner in watch.failed({owner: one for owner, one in deployed.items() if owner not in changed}):
            note(f"{owner} is deployed once more: its last deployment failed, and ECS has stopped starting its tasks")
            deploy_again(watch.aws, every[owner].service)
            watched[owner] = every[owner]
        if watched:
            announce("waiting for new tasks")
        problems = watch.wait(watched)
        late = watch.late(every)
        late = {owner: names for owner, names in late.items() if not own.keys().isdisjoint((owner, *names))}
        if all(one.owner in late and watch.found[every[one.owner].service].failed for one in problems):
            for owner, names in late.items():
                note(f"{owner} is deployed once more: its tasks are older than {first_of(list(names), _NAMED)}")
                deploy_again(watch.aws, every[owner].service)
            problems = watch.wait({owner: every[owner] for owner in late})
    except InfragenError as error:
        note(f"warning: AWS does not report the status of the deployments: {error.diagnostics[0].message}")
        return 0
    except KeyboardInterrupt:
        note("everything was applied; its deployments continue in AWS")
        raise
    if problems:
        apply = command_line(session, "apply")
        console().findings([located(session.environment, one, apply) for one in problems], session.project.root)
        return 1
    return 0


class Problem(Struct, frozen=True):
    """An entry whose deployment did not come to a good end, and how; `hint` where no log says what mends it."""

    owner: str
    message: str
    hint: str = ""


@dataclass(slots=True)
class Watch:
    """Asks until all is well, something is not, or `patience` (seconds) is over.

    `started` are the task definitions that services were to run; where nobody says, the newest of their families.
    `found` is how each deployment stood when it was looked at last.
    """

    aws: Aws
    patience: float
    started: dict[EcsService, str] = field(default_factory=dict)
    found: dict[EcsService, Deployment] = field(default_factory=dict)

    def wait(self, watched: Mapping[str, Rollout]) -> list[Problem]:
        began = said = time.monotonic()
        problems, waiting = [], dict(watched)
        unsaid = {one.service for one in watched.values()} - self.started.keys()
        self.started.update((one, newest_task(self.aws, one)) for one in unsaid)
        while waiting:
            found = deployments(self.aws, (one.service for one in waiting.values()))
            self.found.update(found)
            for owner, rollout in list(waiting.items()):
                deployment = found.get(rollout.service)
                problem = self._problem(owner, rollout.service, deployment)
                if problem or (deployment is not None and deployment.state == "COMPLETED"):
                    del waiting[owner]
                if problem:
                    problems.append(problem)
            now = time.monotonic()
            if waiting and now - began >= self.patience:
                minutes = int(self.patience // 60)
                for owner, rollout in waiting.items():
                    problems.append(Problem(owner, _unfinished(found.get(rollout.service), minutes)))
                break
            if waiting:
                if now - said >= _SAY_SECONDS:
                    said = now
                    shown = []
                    for name, its in waiting.items():
                        there = found.get(its.service)
                        shown.append(f"{name} {there.running}/{there.desired}" if there else name)
                    note(f"waiting for new tasks: {first_of(shown, _NAMED)}, {now - began:.0f} s")
                time.sleep(_LOOK_SECONDS)
        return problems

    def failed(self, every: Mapping[str, Rollout]) -> tuple[str, ...]:
        """Return those without a completed deployment to go back to (ECS Developer Guide: failure detection)."""
        found = deployments(self.aws, (one.service for one in every.values()))
        return tuple(owner for owner, one in every.items() if one.service in found and found[one.service].failed)

    def late(self, every: Mapping[str, Rollout]) -> dict[str, tuple[str, ...]]:
        owners = {rollout.service: owner for owner, rollout in every.items()}
        wanted = {one for rollout in every.values() if rollout.finds for one in (rollout.service, *rollout.finds)}
        found = deployments(self.aws, wanted) if wanted else {}
        self.found.update(found)
        late = {}
        for owner, rollout in every.items():
            own = found.get(rollout.service)
            newer = [one for one in rollout.finds if own and one in found and found[one].made > own.started]
            if own and newer:
                self.started[rollout.service] = own.task  # of a pipeline's, not the newest of the family
                late[owner] = tuple(owners.get(one, one.name) for one in newer)
        return late

    def _problem(self, owner: str, service: EcsService, deployment: Deployment | None) -> Problem | None:
        if deployment is None:
            return Problem(owner, "is no longer there")
        if deployment.task != self.started[service]:
            runs, wanted = (short_name(one) for one in (deployment.task, self.started[service]))
            (family, _, number), (same, _, than) = runs.rpartition(":"), wanted.rpartition(":")
            if family == same and int(number) < int(than):
                return Problem(owner, f"was rolled back to {runs}: {_why(deployment)}")
            hint = "another release or apply deployed that one: check which of the two you want"
            return Problem(owner, f"should run {wanted}, but was replaced by {runs} in the meantime", hint)
        return Problem(owner, f"did not come up: {_why(deployment)}") if deployment.failed else None


def _why(deployment: Deployment) -> str:
    said = [one for one in (deployment.reason, *deployment.events[:2]) if one]
    return "; ".join(one.rstrip(".") for one in said) or "AWS gives no reason"


def _unfinished(deployment: Deployment | None, minutes: int) -> str:
    if deployment is None:
        return "is no longer there"
    running = f"{deployment.running} of {deployment.desired} tasks run"
    return f"is not there after {minutes} minutes: {running}: {_why(deployment)}"


def located(environment: Environment, problem: Problem, again: str) -> Diagnostic:
    log = log_command(environment, problem.owner)
    mended = f"read its log, `{log}`; fix it, then `{again}`" if log else f"fix it, then `{again}`"
    hint = problem.hint or mended
    return Diagnostic(CODE, f"{problem.owner} {problem.message}", environment.at(problem.owner, "name"), hint=hint)


def log_command(environment: Environment, owner: str) -> str | None:
    logs = (one.line.value for one in draft(environment).outputs if one.owner == owner)
    return next((str(one) for one in logs if str(one).startswith("aws logs tail")), None)
