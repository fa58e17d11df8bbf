"""Jobs: containers on ECS Fargate that run to their end, by the clock or when somebody starts them."""

from collections.abc import Iterator
from functools import partial
from typing import Annotated, ClassVar, Final

from pydantic import Field

from infragen.core.billing import Cost
from infragen.core.build_context import BuildContext, call, of
from infragen.core.delivery import Release
from infragen.core.entry import Seconds, Slug
from infragen.core.kind import Billing, Delivery, Failover, Kind, Network, Operations, Permissions, Scaffold, always
from infragen.core.measures import Level, Notify, Thresholds
from infragen.core.operations import OutputLine
from infragen.core.part import Part
from infragen.core.signals import Failure, alarmed
from infragen.kinds import secrets
from infragen.kinds.alarms import OutcomesView, alarms_part, outcomes_part
from infragen.kinds.databases.users import MIGRATE
from infragen.kinds.workloads import fargate, log_route, registry, task
from infragen.kinds.workloads.model import EXAMPLE, NIGHTLY, ON_SCHEDULE, Run, Task
from infragen.kinds.workloads.sidecars import TIME_LIMIT, Sidecar, time_limit
from infragen.kinds.workloads.task import CONTAINER_NAME

_NOT_KEPT_RUNNING: Final = "a job runs to its end; what is kept running is an entry of the kind workers or services"
_WHO_HEARS: Final = "write `notify: {success: low, failure: high}`"


class Job(Task):
    """A task that ends: a migration, a nightly report."""

    KIND: ClassVar = "jobs"
    SINGULAR: ClassVar = "job"
    FAILURE_LEVEL: ClassVar[Level] = "high"
    """Who hears of a failure where it says nothing of that."""

    INSTEAD: ClassVar = {
        **dict.fromkeys(("tasks", "scaling", "health", "port", "deploy"), _NOT_KEPT_RUNNING),
        **dict.fromkeys(("timeout", "within", "max_duration", "stops_after"), "write `time_limit: 4 h`"),
        **dict.fromkeys(("cron", "rate", "schedule", "timer", "timetable"), ON_SCHEDULE),
        "calls": "a job is no client of Service Connect: let it use what the service uses, or send to its queue",
        "database": "write `uses: {databases/NAME: {prefix: DATABASE}}`",
        "exec": "a shell is opened in what is kept running",
        **dict.fromkeys(("ends", "on_failure", "on_success", "tells"), _WHO_HEARS),
    }

    schedules: dict[Slug, Run] = Field(default_factory=dict, examples=[NIGHTLY])
    """When it is started, by name; without any, by hand or by a pipeline."""

    time_limit: Annotated[Seconds | None, Field(examples=["4 h"])] = None
    """How long a run may take: after that, ECS stops it and it has failed. Needs `sleep` in its image."""
    alarms: Thresholds = Field(default_factory=dict, examples=[{"not-started": {"above": "2"}}])
    """Additional alarms, or other thresholds, by measure; `none` turns one off."""
    notify: Annotated[Notify, Field(examples=[{"success": "low"}])] = Notify()
    """Who is notified of a run's result, as alarm levels."""

    @property
    def beside(self) -> dict[str, Sidecar]:
        limit = {} if self.time_limit is None else {TIME_LIMIT: time_limit(self.time_limit)}
        return {**limit, **super().beside}

    @property
    def path_parts(self) -> tuple[str, ...]:
        return ("job", self.identity)

    @property
    def is_unattended(self) -> bool:
        """EventBridge Scheduler does not see how a task ends."""
        return True

    @property
    def room_for(self) -> int:
        """How many of its tasks there may be at a time: one for each schedule, as two may be due at once."""
        return max(1, len(self.schedules))

    def crons(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        yield from ((run.cron, ("schedules", name, "cron")) for name, run in self.schedules.items())


class JobView(task.TaskView, task.ScheduledView):
    """A job's task, and what starts it."""

    _entry: Job
    job = call("compute", "job")
    logging = job
    runs = of(lambda ctx: ctx.entry.schedules)


class JobOutcomesView(OutcomesView):
    """How runs of a job ended."""

    name = of(lambda ctx: JobView(ctx).name)
    log_group_name = of(lambda ctx: JobView(ctx).log_group_name)
    containers = of(lambda ctx: [CONTAINER_NAME, *sorted(ctx.entry.beside)])

    @property
    def preparing(self) -> dict[str, str]:
        job = self._ctx.entry
        awaited = (job.depends_on, *(one.depends_on for one in job.beside.values()))
        return {name: done for some in awaited for name, done in some.items() if done == "success"}

    time_limits = of(lambda ctx: [TIME_LIMIT] if ctx.entry.time_limit is not None else [])
    """The container that ends with 0 when the time of a run is up."""


def _parts(_job: Job, ctx: BuildContext) -> Iterator[Part]:
    own = JobView(ctx)
    yield ctx.part("compute", "kinds/jobs/main.tf", own)
    if own.schedule_group_name:
        yield from alarms_part(ctx, own.name, own.job, partial(task.not_started, own, own.name))
    yield from outcomes_part(ctx, "kinds/jobs/outcomes.tf", JobOutcomesView(ctx))
    yield from registry.parts(ctx)


def _failures(job: Job, ctx: BuildContext) -> Iterator[Failure]:
    yield Failure("a run fails", ((ctx.owner, "failure"),), "remove `notify: {failure: none}`")
    if job.schedules:
        yield alarmed(ctx.owner, "not-started", "it is due and does not start")


def _releases(job: Job, ctx: BuildContext) -> Iterator[Release]:
    repository = registry.repository_name(ctx)
    if not repository or not any(use.access == MIGRATE for _, use, _ in job.used()):
        return
    own = JobView(ctx)
    yield Release(
        ctx.region, repository, own.name, run=task.run(job, ctx), roles=(own.execution_role_name, own.task_role_name),
        architecture=job.architecture, log_group=own.log_group_name, is_copied=registry.is_copy(ctx),
    )  # fmt: skip


def _outputs(job: Job, ctx: BuildContext) -> Iterator[OutputLine]:
    own = JobView(ctx)
    yield from registry.pushed(ctx, job.image, "it can be started once that is there")
    what = "start it"
    if registry.is_brought_by_pipeline(job, ctx):
        before = "; a release runs it with the released one" if [*_releases(job, ctx)] else ""
        what = f"start its newest revision: after an apply that changed it, with the image `{job.image.tag}`{before}"
    yield OutputLine("next" if not job.schedules else "detail", what, own.job.run_command, is_command=True)
    yield task.log(own)


def _costs(job: Job, ctx: BuildContext) -> Iterator[Cost]:
    yield from fargate.running(job)
    yield from log_route.costs(ctx)
    yield Cost("images", "image-storage", usage="stored")


KIND: Final = Kind(
    model=Job,
    title="job",
    parts=_parts,
    network=Network(security_groups=task.groups, connections=lambda job, ctx: task.relations(job, JobView(ctx), ctx)),
    permissions=Permissions(roles=task.roles),
    delivery=Delivery(
        images=registry.images, contents=secrets.contents, releases=_releases, compose_service=task.compose_service
    ),
    cost=Billing(monthly=_costs),
    operations=Operations(metrics=always(task.NOT_STARTED), outputs=_outputs, failures=_failures, quotas=fargate.TASKS),
    failover=Failover(standby_overrides={"schedules": None}, holds=registry.holds),
    scaffold=Scaffold(example={name: value for name, value in EXAMPLE.items() if name != "tasks"}),
)
