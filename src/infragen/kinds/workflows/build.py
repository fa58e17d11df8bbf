"""What a workflow is built of: its definition with the ARNs of what it starts, its role, its log, and its schedules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from msgspec import Struct

from infragen.core.build_context import BuildContext, call, named_by, of
from infragen.core.expressions import Record
from infragen.core.kind import always
from infragen.core.measures import COUNT, MILLISECONDS, Measure
from infragen.core.names import LIMITS
from infragen.core.operations import OutputLine
from infragen.core.part import Binding, Grant, Link, Part, pattern
from infragen.core.signals import Failure, alarmed
from infragen.core.standby import Held
from infragen.core.takeover import Takeover
from infragen.core.tracing import kept_of_entry
from infragen.kinds import clusters, keys, queues
from infragen.kinds.alarms import Alarm, alarms_part
from infragen.kinds.functions.build import FunctionView
from infragen.kinds.jobs import JobView
from infragen.kinds.workflows import language
from infragen.kinds.workflows.model import Workflow
from infragen.kinds.workloads import task
from infragen.kinds.workloads.permissions import statement

_TRACING: Final = (
    "xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
)  # fmt: skip
"""AWS Step Functions Developer Guide: Trace Step Functions request data in AWS X-Ray, IAM policies."""

_FAILED: Final = Measure("failed", "the number of executions that failed", COUNT, "high")
_TIMED_OUT: Final = Measure("timed-out", "the number of executions whose time was up", COUNT, "high")
_ABORTED: Final = Measure("aborted", "the number of executions that somebody stopped", COUNT)
_THROTTLED: Final = Measure("throttled", "the number of steps and retries that had to wait", COUNT)
_SLOW: Final = Measure("slow", "the time that an execution takes", MILLISECONDS)
_WATCHED: Final = (
    (_FAILED, "ExecutionsFailed", "an execution failed."),
    (_TIMED_OUT, "ExecutionsTimedOut", "the time of an execution was up."),
    (_ABORTED, "ExecutionsAborted", "an execution was stopped."),
    (_THROTTLED, "ExecutionThrottled", "steps and retries had to wait: the account's limit is reached."),
)
"""AWS Step Functions Developer Guide: Monitoring Step Functions metrics using Amazon CloudWatch."""


class WorkflowView(keys.EncryptedView, task.ScheduledView):
    """A workflow: what it does, and what it may do."""

    _entry: Workflow
    machine = call("orchestration", "workflow")
    name = named_by(lambda ctx: ctx.names.of_entry(ctx.entry), LIMITS["state_machine"])
    role_name = pattern("{own.name}", LIMITS["role"])
    arn = pattern("arn:aws:states:{own.region}:{own.account}:stateMachine:{own.name}")
    """The ARN, made of the name, for what is built before the workflow."""
    log_level = of(lambda ctx: ctx.entry.log_level.upper())
    log_retention = of(lambda ctx: ctx.entry.log_retention or ctx.settings.log_retention)
    """Days that its log is kept: its own word, else the environment's."""
    type = of(lambda ctx: ctx.entry.type.upper())
    runs = of(lambda ctx: ctx.entry.schedules)

    @property
    @kept_of_entry
    def _offers(self) -> dict[str, _Offer]:
        found = {}
        for owner in self._entry.started:
            offer = OFFERS.get(owner.partition("/")[0])
            if offer is not None and self._ctx.environment.find(owner) is not None:  # a rule says which are not there
                found[owner] = offer(self._ctx.of(owner))
        return found

    @property
    def definition(self) -> object:
        data = language.read(self._entry.definition).data
        for one in self._entry.tasks:
            if (offer := self._offers.get(one.resource)) is not None:
                data = _at(data, one.path, offer.state(one))
        return data

    @property
    def policies(self) -> dict[str, list[Record]]:
        found = {owner.replace("/", "-"): list(offer.grants) for owner, offer in self._offers.items()}
        for name, permission in sorted(self._entry.permissions.items()):
            found[f"own-{name}"] = [statement(name, permission, self._ctx)]
        if self._entry.tracing:
            found["tracing"] = [Grant("WriteTraces", _TRACING, ("*",))]
        return {policy: list(task.statements(grants)) for policy, grants in found.items()}


class _Offer(Struct, frozen=True):
    """What a state is told of an entry that it names: the integration, its parameters, and which of them is its input.

    `grants` are what the role may do with the entry.
    """

    resource: str
    parameters: Mapping[str, object]
    grants: tuple[Grant, ...]
    input: str = ""

    def state(self, one: language.Task) -> dict[str, Any]:
        is_path = one.language == language.JSONPATH
        field = "Parameters" if is_path else "Arguments"
        own, whole = one.state.get(field, {}), dict(self.parameters)
        if self.input and not {self.input, f"{self.input}.$"} & own.keys():
            whole |= {f"{self.input}.$": "$"} if is_path else {self.input: "{% $states.input %}"}
        return {**one.state, "Resource": self.resource, field: Record({**whole, **own})}


def _at(data: Any, path: language.Path, value: Mapping[str, Any]) -> Any:
    if not path:
        return Record(value)
    step, *rest = path
    inner = _at(data[step], tuple(rest), value)
    if isinstance(data, list):
        return [inner if number == step else one for number, one in enumerate(data)]
    return Record({name: inner if name == step else one for name, one in data.items()})


def _job(ctx: BuildContext) -> _Offer:
    own = JobView(ctx)
    address = "ENABLED" if own.is_public else "DISABLED"
    network = {"Subnets": own.subnets, "SecurityGroups": [own.group.id], "AssignPublicIp": address}
    parameters = {
        "Cluster": own.cluster.arn,
        "TaskDefinition": own.job.task_definition_arn,
        "CapacityProviderStrategy": [Record({"CapacityProvider": own.capacity_provider, "Weight": 1})],
        "NetworkConfiguration": Record({"AwsvpcConfiguration": Record(network)}),
        "PropagateTags": "TASK_DEFINITION",
    }
    started, tagged, passed = starting(own)
    ecs, events = f"arn:aws:ecs:{own.region}:{own.account}", f"arn:aws:events:{own.region}:{own.account}"
    tasks = f"{ecs}:task/{clusters.cluster_name(ctx, ctx.entry)}/*"
    hear = ("events:DescribeRule", "events:PutRule", "events:PutTargets")
    # AWS Step Functions Developer Guide, Run Amazon ECS or Fargate tasks with Step Functions, IAM policies.
    awaited = Grant("AwaitTask", ("ecs:DescribeTasks", "ecs:StopTask"), (tasks,))
    heard = Grant("HearOfTask", hear, (f"{events}:rule/StepFunctionsGetEventsForECSTaskRule",))
    return _Offer("arn:aws:states:::ecs:runTask.sync", parameters, (started, tagged, awaited, heard, passed))


def starting(own: JobView) -> Iterator[Grant]:
    """Of each revision, as callers may know an older one."""
    ecs = f"arn:aws:ecs:{own.region}:{own.account}"
    yield Grant(
        "StartTask", ("ecs:RunTask",), (f"{ecs}:task-definition/{own.name}:*",),
        {"ArnEquals": {"ecs:cluster": own.cluster.arn}},
    )  # fmt: skip
    yield Grant("TagTask", ("ecs:TagResource",), (f"{ecs}:task/*",), {"StringEquals": {"ecs:CreateAction": "RunTask"}})
    yield Grant(
        "PassRoles", ("iam:PassRole",), (own.job.execution_role_arn, own.job.task_role_arn),
        {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
    )  # fmt: skip


def _function(ctx: BuildContext) -> _Offer:
    arn = FunctionView(ctx).function.arn
    grant = Grant("InvokeFunction", ("lambda:InvokeFunction",), (arn,))
    return _Offer("arn:aws:states:::lambda:invoke", {"FunctionName": arn}, (grant,), "Payload")


def _queue(ctx: BuildContext) -> _Offer:
    own = queues.QueueView(ctx)
    grants = tuple(queues.keeping(own.queue.arn, own.key, "SendMessage"))
    return _Offer("arn:aws:states:::sqs:sendMessage", {"QueueUrl": own.queue.url}, grants, "MessageBody")


OFFERS: Final[Mapping[str, Callable[[BuildContext], _Offer]]] = {"functions": _function, "jobs": _job, "queues": _queue}
"""What a state may name, by kind (AWS Step Functions Developer Guide: Integrating optimized services)."""


def parts(workflow: Workflow, ctx: BuildContext) -> Iterator[Part]:
    own = WorkflowView(ctx)
    yield ctx.part("orchestration", "kinds/workflows/main.tf", own)
    yield from alarms_part(ctx, own.name, own.machine, partial(_alarms, workflow, own))


def _alarms(workflow: Workflow, own: WorkflowView) -> Iterator[tuple[str, Alarm]]:
    alarm = partial(Alarm, namespace="AWS/States", dimensions={"StateMachineArn": own.arn}, periods=1, datapoints=1)
    for measure, metric, what in _WATCHED:
        said = f"{own.name}: {what}"
        yield measure.word, alarm(description=said, metric=metric, statistic="Sum", threshold=1, measure=measure)
    said = f"{own.name}: an execution takes long."
    yield "slow", alarm(description=said, metric="ExecutionTime", statistic="Maximum", measure=_SLOW)
    if workflow.schedules:
        yield from task.not_started(own, own.name)


metrics = always(_FAILED, _TIMED_OUT, _ABORTED, _THROTTLED, _SLOW, task.NOT_STARTED)


def failures(workflow: Workflow, ctx: BuildContext) -> Iterator[Failure]:
    yield alarmed(ctx.owner, "failed", "an execution fails")
    yield alarmed(ctx.owner, "timed-out", "the time of an execution is up")
    if workflow.schedules:
        yield alarmed(ctx.owner, "not-started", "it is due and does not start")


def holds(workflow: Workflow, _change: Takeover) -> Iterator[Held]:
    """Step Functions copies no execution to another region."""
    by = "its schedules start it there as soon as it takes over"
    how = by if workflow.schedules else "who uses it starts it there"
    yield Held("events", f"{how}; an execution that runs in the region that is left does not go on")


def links(workflow: Workflow, ctx: BuildContext) -> Iterator[Link]:
    yield from (Link(ctx.owner, owner, "a step of it") for owner in workflow.started)


def bindings(workflow: Workflow, ctx: BuildContext, user: BuildContext) -> Iterator[Binding]:  # noqa: ARG001  # the facet's signature
    own = WorkflowView(ctx)
    actions = ("states:StartExecution", *(("states:StartSyncExecution",) if workflow.type == "express" else ()))
    yield Binding({"ARN": own.arn}, f"workflow-{workflow.identity}", (Grant("StartWorkflow", actions, (own.arn,)),))


def outputs(workflow: Workflow, ctx: BuildContext) -> Iterator[OutputLine]:
    own = WorkflowView(ctx)
    start = f"aws stepfunctions start-execution --state-machine-arn {own.arn} --region {own.region}"
    yield OutputLine("detail" if workflow.schedules else "next", "start it", start, is_command=True)
    if workflow.type == "standard":
        look = f"aws stepfunctions list-executions --state-machine-arn {own.arn} --region {own.region} --max-items 10"
        yield OutputLine("detail", "see how it ended", look, is_command=True)
    if workflow.log_level != "off":
        log = f"aws logs tail /aws/vendedlogs/states/{own.name} --follow --region {own.region}"
        yield OutputLine("detail", "read its log", log, is_command=True)
