"""What CI does with environments, before any text: jobs, roles, orders, for GitHub Actions and for Atlantis."""

from collections.abc import Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from infragen.core.expressions import Reference
from infragen.core.names import Names
from infragen.core.resolved_system import Environment
from infragen.diagnostics import Diagnostic, InfragenError
from infragen.kinds.workloads.model import Server
from infragen.kinds.workloads.versions import served
from infragen.settings import Ci, ProjectSettings
from infragen.stacks.model import Stack

ACTIONS: Final[Mapping[str, str]] = {
    "actions/checkout": "3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
    "actions/download-artifact": "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1",
    "actions/setup-python": "5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0",
    "actions/upload-artifact": "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0",
    "aws-actions/configure-aws-credentials": "e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3",
    "grafana/setup-k6-action": "db07bd9765aac508ef18982e52ab937fe633a065 # v1.2.1",
    "hashicorp/setup-terraform": "dfe3c3f87815947d99a8997f908cb6525fc44e9e # v4.0.1",
}
"""The actions that the workflows use, by the commits of their releases: a tag can be moved. All run on Node 24."""

_LARGEST_MATRIX: Final = 256
"""Jobs that a matrix may have (GitHub: Usage limits for workflows)."""


_ROLE_SECONDS: Final = 3600
"""As long as the role for plans lets a session be; an apply's may be longer (`stacks/bootstrap.py`)."""

_APPLY_SECONDS: Final = 4 * 3600

SPARE_MINUTES: Final = 5
"""By which a job is ended before its session is, so that terraform can still store what it did and let go of locks."""


class Job(Struct, frozen=True):
    """A job: its name in the file, what it works on, when it runs, what it waits for and does not run beside.

    `stacks` are those of its matrix; a job without one works on the whole environment. When it fails, the artifact
    `journal` keeps what it did for people, and `headway` how far it came for another attempt.
    """

    name: str
    target: str
    condition: str
    needs: tuple[str, ...]
    group: str
    journal: str = ""
    headway: str = ""
    stacks: tuple[str, ...] = ()


Workflow = SimpleNamespace
"""A workflow of GitHub Actions, by what its template reads: `deliveries` are how each environment is planned and
applied, `contracts` are jobs that try a service, once applied, against the contracts of its versions."""


class Project(Struct, frozen=True):
    """A stack as Atlantis knows it; `when_modified` is relative to `folder`."""

    name: str
    folder: str
    level: int
    upstreams: tuple[str, ...]
    when_modified: tuple[str, ...]


class Place(Struct, frozen=True):
    """What a workflow is asked to be: of which target, in which file, and what its machines install infragen from.

    `folder` is the project's inside of its repository, `.` when they are the same; `own_file` is the path that was
    given for the workflow; a source `has_own_lock` if it names hashes for infragen's dependencies, too; with
    `by_level`, each stack is applied by a job of its own.
    """

    target: str | None
    file: str
    folder: str
    install: str
    own_file: str = ""
    has_own_lock: bool = False
    by_level: bool = False


def workflow(
    environments: Iterable[tuple[Environment, Mapping[str, int]]], settings: ProjectSettings, place: Place
) -> Workflow:
    ci, every = settings.ci, tuple(environments)
    review = _REVIEW if ci.hand_written == "reviewed" else None
    deliveries = tuple(
        _delivery(one, levels if place.by_level else None, review=review is not None) for one, levels in every
    )
    unknown = sorted(set(ci.pins) - set(ACTIONS))
    if unknown:
        hint = f"it uses {', '.join(ACTIONS)}"
        raise InfragenError(Diagnostic("X025", f"the workflow does not use {', '.join(unknown)}", hint=hint))
    kept = ".infragen" if place.folder == "." else f"{place.folder}/.infragen"
    hours = {"m": 1 / 60, "h": 1, "d": 24}[ci.plan_expires[-1]] * int(ci.plan_expires[:-1])
    return Workflow(
        arguments=place.target or "",
        branch=settings.github.branch,
        file=place.file,
        folder=place.folder,
        action="./.github/actions/plan-comment",
        runner=ci.runner,
        python=ci.python,
        terraform=ci.terraform,
        install=place.install,
        has_own_lock=place.has_own_lock,
        expires=ci.plan_expires,
        retention_days=min(90, max(1, -int(-hours // 24))),  # it outlives the plan in it
        plan_seconds=_ROLE_SECONDS,
        plan_minutes=_ROLE_SECONDS // 60 - SPARE_MINUTES,
        apply_seconds=_APPLY_SECONDS,
        apply_minutes=_APPLY_SECONDS // 60 - SPARE_MINUTES,
        uses=actions(ci),
        own_file=place.own_file,
        journals=f"{kept}/runs/*/[jl]*",  # journal.jsonl and logs/, not what is kept to go on with: it holds a key
        headways=f"{kept}/reviewed",
        is_by_level=place.by_level,
        review=review,
        deliveries=deliveries,
        contracts=_contracts([(one, found) for (one, _), found in zip(every, deliveries, strict=True)]),
    )


def actions(ci: Ci) -> Mapping[str, Reference]:
    return {
        name.split("/")[1].replace("-", "_"): Reference(f"{name}@{ci.pins.get(name, version)}")
        for name, version in ACTIONS.items()
    }


def _delivery(environment: Environment, levels: Mapping[str, int] | None, *, review: bool) -> SimpleNamespace:
    names, account = Names(environment), environment.settings.account
    label = f"{environment.system.name}-{environment.name}"
    key = label.upper().replace("-", "_")
    return SimpleNamespace(
        target=environment.target,
        environment=environment.name,
        region=environment.settings.region,
        plan_role=f"arn:aws:iam::{account}:role/{names.plain('ci', 'plan')}",
        apply_role=f"arn:aws:iam::{account}:role/{names.plain('ci', 'apply')}",
        artifact=f"plan-{label}",
        recipient_name=f"INFRAGEN_RECIPIENT_{key}",
        recipient=_of(f"vars.INFRAGEN_RECIPIENT_{key}"),
        identity_name=f"INFRAGEN_IDENTITY_{key}",
        identity=_of(f"secrets.INFRAGEN_IDENTITY_{key}"),
        plan=_plan(environment.target, label, review=review),
        fork=_plan(environment.target, label, of_fork=True),
        applies=(_apply(environment.target, label),) if levels is None else _levels(environment.target, label, levels),
    )


def _contracts(delivered: Sequence[tuple[Environment, SimpleNamespace]]) -> tuple[SimpleNamespace, ...]:
    before = [one for one in delivered if not one[0].settings.production] or delivered
    applied = tuple(job.name for _, delivery in before for job in delivery.applies)
    found: dict[str, SimpleNamespace] = {}
    for environment, _ in before:
        for _, server in environment.each(Server):
            system = environment.system.name
            label = f"{system}-{server.SINGULAR}-{server.name}"
            key = label.upper().replace("-", "_")
            if not server.versions or label in found:
                continue
            folder = f"catalog/{system}/contracts/{server.name}"
            found[label] = SimpleNamespace(
                name=f"contract-{label}",
                condition="!cancelled() && !failure() && github.event_name == 'push'",
                needs=("check", *applied),  # production only where there is nothing else
                variable=f"INFRAGEN_CONTRACT_URL_{key}",
                # Without an address nothing is tried.
                url=_of(f"vars.INFRAGEN_CONTRACT_URL_{key}"),
                key=_of(f"secrets.INFRAGEN_CONTRACT_KEY_{key}"),
                versions=tuple((segment, f"{folder}/v{one}.yaml") for segment, one in served(server.versions).items()),
            )
    return tuple(found.values())


def _is_affected(target: str) -> str:
    return f"contains(fromJSON(needs.check.outputs.targets), '{target}')"


_OWN: Final = "github.event.pull_request.head.repo.full_name == github.repository && github.actor != 'dependabot[bot]'"
_REVIEW: Final = Job(
    name="hand-written",
    target="",
    condition=f"github.event_name == 'pull_request' && {_OWN} && needs.check.outputs.hand_written != 'false'",
    needs=("check",),
    group="",
)
"""What a plan waits for where Terraform changes that people wrote: somebody who has read it."""


def _plan(target: str, label: str, *, of_fork: bool = False, review: bool = False) -> Job:
    """Make the job of pull requests, or with `of_fork` the one of forks and Dependabot, which get no credentials."""
    name = f"plan-{label}{'-fork' if of_fork else ''}"
    whose = f"!({_OWN})" if of_fork else _OWN
    condition = f"github.event_name == 'pull_request' && {whose} && {_is_affected(target)}"
    if review:
        reviewed = f"(needs.check.outputs.hand_written == 'false' || needs.{_REVIEW.name}.result == 'success')"
        condition = f"!cancelled() && needs.check.result == 'success' && {condition} && {reviewed}"
    needs = ("check", *([_REVIEW.name] if review else []))
    return Job(name, target, condition, needs, f"infragen-{name}-{_of('github.event.pull_request.number')}")


def _apply(target: str, label: str) -> Job:
    return Job(
        name=f"apply-{label}",
        target=target,
        condition=f"github.event_name == 'push' && {_is_affected(target)}",
        needs=("check",),
        group=f"infragen-apply-{label}",
        journal=f"journal-{label}-{_of('github.run_attempt')}",
        headway=f"headway-{label}",
    )


def _levels(target: str, label: str, levels: Mapping[str, int]) -> tuple[Job, ...]:
    whole, stack = _apply(target, label), _of("matrix.stack")
    found: list[Job] = []
    for number in sorted(set(levels.values())):
        stacks = tuple(name for name, level in levels.items() if level == number)
        if len(stacks) > _LARGEST_MATRIX:
            message = (
                f"level {number} of {target} has {len(stacks)} stacks, and a matrix at most {_LARGEST_MATRIX} jobs"
            )
            raise InfragenError(Diagnostic("X025", message, hint="add `--one-job`, which applies them all"))
        job = replace(
            whole,
            name=f"{whole.name}-{number}",
            target=f"{target}/{stack}",
            needs=("check", found[-1].name) if found else ("check",),
            group=f"{whole.group}-{stack}",
            journal=f"journal-{label}-{stack}-{_of('github.run_attempt')}",
            headway=f"{whole.headway}-{stack}",
            stacks=stacks,
        )
        found.append(job)
    return tuple(found)


def _of(expression: str) -> str:
    return f"${{{{ {expression} }}}}"


def atlantis_projects(
    environment: Environment,
    stacks: Sequence[Stack],
    levels: Mapping[str, int],
    read: Mapping[str, Sequence[str]],
    folder: str,
) -> tuple[Project, ...]:
    """`read` has the paths that Terraform reads, relative to the stack's folder; `folder` is inside the repository."""
    label = f"{environment.system.name}-{environment.name}"
    return tuple(
        Project(
            name=f"{label}-{stack.name}",
            folder=f"{folder}/{stack.name}",
            level=levels[stack.name],
            upstreams=tuple(f"{label}-{name}" for name in stack.upstreams),
            when_modified=tuple(read[stack.name]),
        )
        for stack in stacks
    )
